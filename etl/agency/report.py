"""What became of each line of an agency's file: codes and values, worded on screen and in a CSV beside the file.

Another program is given the codes, as JSON: whoever shows them words them in its reader's language.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geodata.agency import AgencyFile
from geodata.sentences import Sentence, in_line, sentence
from geodata.spreadsheet import csv_text
from geodata.translations import words

_SHOWN = 20
_CONFIRMED = sentence("confirmed_place")
_HEAD = (sentence("report_line"), sentence("report_state"), sentence("report_key"), sentence("report_why"))
_STATES = {True: sentence("line_is_accepted"), False: sentence("line_is_refused")}


@dataclass(frozen=True)
class RefusedLine:
    """One line that was refused: its number in the file, its identifier when it has one, every reason."""

    line: int
    key: str
    reasons: tuple[Sentence, ...]


@dataclass(frozen=True)
class Report:
    """What became of a file. `notes` say what a reader must know of the lines that were accepted; `confirmed` are lines
    of which the giver said that they name places, not persons."""

    file: AgencyFile
    path: Path
    accepted: tuple[tuple[int, str], ...]
    refused: tuple[RefusedLine, ...]
    notes: tuple[Sentence, ...]
    confirmed: tuple[int, ...] = ()

    def text(self, lang: str) -> str:
        """The report as it is printed."""
        _ = words(lang)
        title = self.file.title if lang == "fr" else self.file.title_en
        notes = [*self.notes]
        if self.confirmed:
            notes.append(sentence("lines_confirmed", lines=", ".join(map(str, self.confirmed)), confirmed=_CONFIRMED))
        lines = [
            sentence("about", subject=self.path.name, problem=title).text(_),
            sentence("lines_counted", accepted=len(self.accepted), refused=len(self.refused)).text(_),
            *(f"- {note.text(_)}" for note in notes),
            *(_refused(one).text(_) for one in self.refused[:_SHOWN]),
        ]
        if len(self.refused) > _SHOWN:
            lines.append(sentence("more_lines", count=len(self.refused) - _SHOWN).text(_))
        return "\n".join(lines)

    def csv(self, lang: str) -> str:
        """The report as a table: every line of the file, accepted or refused, with the reasons."""
        _ = words(lang)
        rows = [
            (str(line), _STATES[is_accepted].text(_), key, why.text(_) if why else "")
            for line, is_accepted, key, why in self._lines()
        ]
        return csv_text([tuple(title.text(_) for title in _HEAD), *rows])

    def json(self) -> str:
        """The same lines for another program: number, identifier, records of the state and of the reasons."""
        lines = [
            {
                "line": line,
                "is_accepted": is_accepted,
                "state": _STATES[is_accepted].record,
                "key": key,
                "reason": why.record if why else "",
            }
            for line, is_accepted, key, why in self._lines()
        ]
        return json.dumps(lines)

    def _lines(self) -> Iterator[tuple[int, bool, str, Sentence | None]]:
        """Every line of the file in order: its number, whether it is accepted, its identifier, why."""
        lines: dict[int, tuple[bool, str, Sentence | None]] = {
            line: (True, key, _CONFIRMED if line in self.confirmed else None) for line, key in self.accepted
        }
        lines |= {one.line: (False, one.key, in_line(one.reasons)) for one in self.refused}
        for line in sorted(lines):
            yield line, *lines[line]


def _refused(one: RefusedLine) -> Sentence:
    problem = in_line(one.reasons)
    if one.key:
        return sentence("line_refused_of", line=one.line, key=one.key, problem=problem)
    return sentence("line_refused", line=one.line, problem=problem)
