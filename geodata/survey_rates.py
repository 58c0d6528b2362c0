"""Published rates of isolation, wave by wave and category by category, with their sources: what a new wave edits.

Two tables beside this module, one line a figure: `survey_waves.csv` (national rates) and `survey_rates.csv` (rates of a
category). Nothing in them is interpolated; what was guessed, derived or read on a secondary page says so.
"""

import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCES = {
    "fdf": "Fondation de France / Crédoc, Les solitudes en France",
    "pfp": "Petits Frères des Pauvres, baromètre Solitude et isolement",
    "srcv": "Insee, enquête Statistiques sur les ressources et conditions de vie (Insee Première 1770)",
    "ifop": "Ifop 2021",
    "brest": "Adeupa et CCAS de Brest, enquête 2021",
}
FDF, PFP, SRCV, IFOP = (SOURCES[key] for key in ("fdf", "pfp", "srcv", "ifop"))
PUBLISHED, DERIVED, JUDGEMENT, MODELLED = "published", "derived", "judgement", "modelled"
PRIMARY, SECONDARY = "primary", "secondary"

READINGS = {"published": 0.01, "about": 0.02, "equal": 0.04}
"""Width of the interval that a printed figure stands for: a rounded per cent, "about", or "no difference was
found" (two points either way: what such a survey would not have seen)."""

RESPONDENTS = ("published", "about", "guess", "")


@dataclass(frozen=True)
class Wave:
    """One national rate: when, how and on whom it was measured. `respondents` is None where nothing tells it;
    `respondents_kind` says whether it is published, rounded ("about") or our guess."""

    definition: str
    date: str
    rate: float
    mode: str
    population: str
    respondents: int | None
    respondents_kind: str
    confidence: str
    source: str
    note: str


@dataclass(frozen=True)
class Rate:
    """One rate of one category. `respondents` is that of the category, None where only its wave's is known."""

    definition: str
    wave: str
    factor: str
    category: str
    rate: float
    reading: str
    respondents: int | None
    confidence: str
    source: str
    note: str


@dataclass(frozen=True)
class Published:
    """A published rate beside the national rate of the same wave. `band` is the category that was printed, where it
    is wider than the one it is shown for; `reading` says how exactly it was printed (`READINGS`)."""

    rate: float
    national: float
    wave: str
    band: str = ""
    reading: str = "published"


@dataclass(frozen=True)
class SurveyRate:
    """What is known of one category: its ratio to the national rate, and the SD of the logarithm of that ratio."""

    factor: str
    category: str
    ratio: float
    log_sd: float
    kind: str
    published: tuple[Published, ...] = ()
    mode: str = "online"
    population: str = "15+"
    confidence: str = PRIMARY
    source: str = FDF
    note: str = ""

    @property
    def waves(self) -> tuple[str, ...]:
        """Dates of the waves behind the ratio."""
        return tuple(p.wave for p in self.published)


@cache
def waves(definition: str) -> tuple[Wave, ...]:
    """National rates of a definition, oldest first."""
    return tuple(
        Wave(
            row["definition"], row["wave"], float(row["rate"]), row["mode"], row["population"],
            _count(row["respondents"]), row["respondents_kind"], row["confidence"], SOURCES[row["source"]], row["note"],
        )
        for row in _rows("survey_waves.csv")
        if row["definition"] == definition
    )  # fmt: skip


@cache
def rates(definition: str) -> tuple[Rate, ...]:
    """Rates by category of a definition, in the order of the table."""
    return tuple(
        Rate(
            row["definition"], row["wave"], row["factor"], row["category"], float(row["rate"]), row["reading"],
            _count(row["respondents"]), row["confidence"], SOURCES[row["source"]], row["note"],
        )
        for row in _rows("survey_rates.csv")
        if row["definition"] == definition
    )  # fmt: skip


def published(definition: str, factor: str, category: str) -> tuple[Published, ...]:
    """The published rates of a category that stand beside a national rate of the same wave."""
    national = {wave.date: wave.rate for wave in waves(definition)}
    return tuple(
        Published(rate.rate, national[rate.wave], rate.wave, reading=rate.reading)
        for rate in rates(definition)
        if (rate.factor, rate.category) == (factor, category) and rate.wave in national
    )


def fingerprint() -> str:
    """What both tables hold, as `wave_model.csv` says from what it was fitted: 12 hexadecimal digits of a SHA-256."""
    tables = (
        Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("survey_waves.csv", "survey_rates.csv")
    )
    return hashlib.sha256("".join(tables).encode()).hexdigest()[:12]


def _rows(name: str) -> list[dict[str, str]]:
    with open(Path(__file__).with_name(name), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _count(text: str) -> int | None:
    return int(text) if text else None
