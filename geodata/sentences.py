"""What the ETL finds, as a code and values: why a row or a file is refused or repaired, why a state of completeness
was given, what became of the lines of an agency's file.

The database and the reports hold codes and values, never sentences. `geodata/sentence_templates.py` words each code in
English, the key of the catalogues; a page and a command word it in their reader's language (`geodata/translations.py`).
A value may be a sentence too.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import reduce
from typing import Any

from geodata.sentence_templates import SENTENCES

_GROUPED = 10_000
"""From here on a whole number is written in groups of three figures."""

_FIELD = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class InBoth:
    """A value that a record holds in both languages: the title of a country, what a code looks like."""

    fr: str
    en: str


@dataclass(frozen=True)
class Sentence:
    """A code of `SENTENCES` and its values, in the order in which they were given.

    A value is a number, a text, a text in both languages, a sentence, or several of them: those are shown one under the
    other.
    """

    code: str
    values: tuple[tuple[str, object], ...] = ()

    @property
    def details(self) -> str:
        """The values as a JSON object; a value that is a sentence is `{"code": ..., "values": {...}}`, one in both
        languages `{"fr": ..., "en": ...}`."""
        return json.dumps(_plain(self)["values"], ensure_ascii=False)

    @property
    def record(self) -> str:
        """The whole sentence as a JSON object, its code and its values: for files that another program reads."""
        return json.dumps(_plain(self), ensure_ascii=False)

    def text(self, translated: Callable[[str], str] = str) -> str:
        """The sentence, its template and those of its values being given to `translated`."""
        return translated(SENTENCES[self.code]) % {name: _worded(value, translated) for name, value in self.values}


def sentence(code: str, /, **values: object) -> Sentence:
    """The sentence of a code. Raises `KeyError` for an unknown one, `ValueError` for other values than it has."""
    if set(values) != set(_FIELD.findall(SENTENCES[code])):
        raise ValueError(f"the sentence {code} has the values {_FIELD.findall(SENTENCES[code])}, not {list(values)}")
    return Sentence(code, tuple((name, _own(value)) for name, value in values.items()))


def in_line(sentences: Iterable[Sentence]) -> Sentence:
    """Several sentences on one line. Raises `TypeError` when there is none."""
    return reduce(lambda first, second: sentence("and_also", first=first, second=second), sentences)


def read_sentence(code: str, details: str) -> Sentence:
    """The sentence of a row of the database."""
    return _read(code, json.loads(details))


def read_record(record: str) -> Sentence:
    """The sentence of a `record`."""
    return _read(**json.loads(record))


def general(code: str) -> Sentence:
    """The sentence of a code without its values: what many rows have in common."""
    return Sentence(code, tuple((name, "…") for name in _FIELD.findall(SENTENCES[code])))


def _read(code: str, values: Mapping[str, object]) -> Sentence:
    return Sentence(code, tuple((name, _value(value)) for name, value in values.items()))


def _value(value: object) -> object:
    if isinstance(value, dict):
        return InBoth(**value) if "code" not in value else _read(**value)
    return tuple(map(_value, value)) if isinstance(value, list) else value


def _plain(value: object) -> Any:
    if isinstance(value, Sentence):
        return {"code": value.code, "values": {name: _plain(one) for name, one in value.values}}
    if isinstance(value, InBoth):
        return asdict(value)
    return list(map(_plain, value)) if isinstance(value, tuple) else value


def _worded(value: object, translated: Callable[[str], str]) -> object:
    if isinstance(value, Sentence):
        return value.text(translated)
    lang = getattr(translated, "lang", "en")
    if isinstance(value, InBoth):
        return value.en if lang == "en" else value.fr
    if isinstance(value, int) and abs(value) >= _GROUPED:
        return f"{value:,}" if lang == "en" else f"{value:,}".replace(",", "\u202f")
    return "".join(f"\n- {_worded(one, translated)}" for one in value) if isinstance(value, tuple) else value


def _own(value: object) -> object:
    """A number of NumPy as Python's own, anything else than a number, a sentence or several as text."""
    if isinstance(value, tuple):
        return tuple(map(_own, value))
    value = value.item() if hasattr(value, "item") else value
    return value if isinstance(value, (Sentence, InBoth, str, int, float)) else str(value)
