"""What became of each line of an agency's file, in French: told on screen, and written beside as a CSV."""

from dataclasses import dataclass
from pathlib import Path

from geodata.agency import AgencyFile
from geodata.spreadsheet import csv_text

_SHOWN = 20
CONFIRMED = "nom d'un lieu et non d'une personne, confirmé par qui remet le fichier"


@dataclass(frozen=True)
class RefusedLine:
    """One line that was refused: its number in the file, its identifier when it has one, every reason."""

    line: int
    key: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """What became of a file. `notes` say what a reader must know of the lines that were accepted; `confirmed` are lines
    of which the giver said that they name places, not persons."""

    file: AgencyFile
    path: Path
    accepted: tuple[tuple[int, str], ...]
    refused: tuple[RefusedLine, ...]
    notes: tuple[str, ...]
    confirmed: tuple[int, ...] = ()

    def text(self) -> str:
        """The report as it is printed."""
        lines = [
            f"{self.path.name} : {self.file.title}",
            f"{_count(len(self.accepted), 'ligne acceptée', 'lignes acceptées')}, "
            f"{_count(len(self.refused), 'refusée', 'refusées')}",
            *(f"- {note}" for note in self.notes),
            *([f"- lignes {', '.join(map(str, self.confirmed))} : {CONFIRMED}"] if self.confirmed else []),
        ]
        for refused in self.refused[:_SHOWN]:
            key = f" ({refused.key})" if refused.key else ""
            lines.append(f"ligne {refused.line}{key} : {' ; '.join(refused.reasons)}")
        if len(self.refused) > _SHOWN:
            lines.append(f"... et {len(self.refused) - _SHOWN} autres, toutes dans le rapport")
        return "\n".join(lines)

    def csv(self) -> str:
        """The report as a table: every line of the file, accepted or refused, with the reasons."""
        told = [(line, ("acceptée", key, CONFIRMED if line in self.confirmed else "")) for line, key in self.accepted]
        told += [(refused.line, ("refusée", refused.key, " ; ".join(refused.reasons))) for refused in self.refused]
        rows = [(str(line), *rest) for line, rest in sorted(told)]
        return csv_text([("ligne", "statut", "identifiant", "motif"), *rows])


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number < 2 else several}"
