"""From an agency's file to the data folder: validated line by line, then kept whole or not at all.

What is accepted becomes one file, `DIR/agency/KIND.csv` (`KIND-NAME.csv` when the set has a name), put in place in one
rename. A file with a refused line is not kept, unless that is asked for: the accepted lines then come with the number,
identifier and reason of the refused ones, which the build writes into table `reject`.
"""

import csv
import io
import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from pydantic import ValidationError

from etl.agency import MODULES
from etl.agency.cell_types import PlacedRow, Row, reason
from etl.agency.personal import cell_problem, names_a_person
from etl.agency.places import far_points, in_communes_of_today
from etl.agency.reading import AgencyTable, read_table
from etl.agency.report import RefusedLine, Report
from geodata.agency import AGENCY_FILES, AgencyFile, AgencyKind
from geodata.countries import is_french
from geodata.country import Country
from geodata.errors import BadInput, DatabaseUnavailable, UsageError
from geodata.sentences import InBoth, Sentence, in_line, sentence
from geodata.store import Store, open_store

FOLDER = "agency"
"""Folder of accepted files, in the data folder."""

KEPT = ("agency_kind", "file", "line", "refused")
"""Columns of an accepted file before those of its kind: what it is, the file it comes from, the line, why refused."""


@dataclass(frozen=True)
class Examined:
    """A file that was read: its report, and the rows that were accepted, by line."""

    report: Report
    rows: dict[int, Row]


class StoredFile(NamedTuple):
    """Where the accepted rows are, how many were there before (None: no file), whether anything changed."""

    path: Path
    before: int | None
    is_new: bool


def built_store(url: str) -> Store | None:
    """The database at `url`, None when none is built there yet, or one of another version."""
    try:
        return open_store(url)
    except DatabaseUnavailable:
        return None


def examine(
    kind: AgencyKind,
    path: Path,
    store: Store | None = None,
    *,
    parts: pd.DataFrame | None = None,
    places: Collection[int] = (),
) -> Examined:
    """Read and validate a file. Communes and services are looked for in `store`; None: no database is built yet.

    `parts` (code, commune) are what today's communes are made of, where the base package is there. `places` are lines
    whose giver confirms that they name places, although they begin as the name of a person does.

    Raises `BadInput` when the file as a whole cannot be trusted, or is of a kind that the build of the country of
    `store` does not read: that of France reads all kinds, any other corrections alone.
    """
    file = AGENCY_FILES[kind]
    country = None if store is None or is_french(store.build()) else store.country()
    if country is not None and kind != AgencyKind.CORRECTIONS:
        of = {"kind": _title(kind), "country": InBoth(country.title, country.title_en)}
        raise BadInput(sentence("agency_kind_not_read", file=path.name, **of, taken=_title(AgencyKind.CORRECTIONS)))
    table = read_table(path, file)
    rows, refused = _validated(MODULES[kind].Row, table.cells, places, country)
    placed = in_communes_of_today(rows, store, parts)
    rows = placed.rows
    refused |= {line: (why,) for line, why in placed.refused.items()}
    refused |= {line: (why,) for line, why in MODULES[kind].contradictions(rows).items()}
    if store is not None:
        contradictions = (*_unknown_services(rows, store), *far_points(rows, store).items())
        refused |= {line: (why,) for line, why in contradictions if line not in refused}
    kept = {line: row for line, row in rows.items() if line not in refused}
    lines = tuple(RefusedLine(line, _key(table.cells.loc[line]), why) for line, why in sorted(refused.items()))
    accepted = tuple((line, _key(table.cells.loc[line])) for line in kept)
    confirmed = tuple(line for line in sorted(kept) if line in places and _names_a_person(table.cells.loc[line]))
    notes = (*_notes(file, table, kept, store), *_moves(placed.moved))
    return Examined(Report(file, path, accepted, lines, notes, confirmed), kept)


def keep(examined: Examined, data: Path, *, name: str = "", accept_partial: bool = False) -> StoredFile:
    """Put the accepted rows in the data folder.

    Raises `BadInput` when a line was refused and `accept_partial` does not allow it, or when none was accepted: what
    was there before stays.
    """
    report = examined.report
    refuse_partial(report, accept_partial)
    if name and not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name):
        raise UsageError(f"« {name} » is not a name for a set: up to 40 lower-case letters, digits and hyphens.")
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{report.file.kind}{'-' * bool(name)}{name}.csv"
    before = None
    if target.is_file():
        with open(target, encoding="utf-8", newline="") as file:
            before = sum(not row["refused"] for row in csv.DictReader(file, delimiter=";"))
    rows = _kept(examined)
    is_new = before is None or _cells(rows) != target.read_text(encoding="utf-8")
    if is_new:
        _replace(target, rows)
    return StoredFile(target, before, is_new)


def refuse_partial(report: Report, accept_partial: bool) -> None:
    """Raise `BadInput` unless every line was accepted, or some were and that is enough."""
    if not report.accepted:
        raise BadInput(sentence("no_line_accepted", file=report.path.name))
    if report.refused and not accept_partial:
        raise BadInput(sentence("lines_refused", file=report.path.name, count=len(report.refused)))


def write_report(report: Report, path: Path, lang: str) -> None:
    """Write the report as a CSV, or as JSON when its name says so. Raises `UsageError` when that cannot be."""
    content = report.json() if path.suffix == ".json" else report.csv(lang)
    try:
        path.write_text(content, encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(
            f"the report {path} cannot be written ({error.strerror}): choose a place with --report."
        ) from error


def _title(kind: AgencyKind) -> InBoth:
    return InBoth(AGENCY_FILES[kind].title, AGENCY_FILES[kind].title_en)


def _validated(
    model: type[Row], cells: pd.DataFrame, places: Collection[int], country: Country | None
) -> tuple[dict[int, Row], dict[int, tuple[Sentence, ...]]]:
    """Rows accepted, and reasons of the lines refused, by line."""
    rows, refused = {}, {}
    for line, values in zip(cells.index, cells.to_dict("records"), strict=True):
        try:
            filled = {name: text for name, text in values.items() if text != ""}
            rows[line] = model.model_validate(filled, context={"is_place": line in places, "country": country})
        except ValidationError as error:
            refused[line] = tuple(reason(problem) for problem in error.errors(include_url=False, include_input=False))
    return rows, refused


def _unknown_services(rows: dict[int, Row], store: Store) -> Iterator[tuple[int, Sentence]]:
    """Lines that name a service that the database does not have, with the reason."""
    named = {line: service for line, row in rows.items() if (service := getattr(row, "service", None))}
    services = store.existing_services(named.values())
    for line, service in named.items():
        if service not in services:
            yield line, sentence("service_not_of_database", service=service)


def _names_a_person(cells: pd.Series) -> bool:
    return any(names_a_person(text) for text in cells)


def _moves(moved: Mapping[str, str]) -> Iterator[Sentence]:
    """What became of the codes of former communes and arrondissements."""
    shown = ", ".join(f"{old} -> {new}" for old, new in sorted(moved.items())[:10])
    if len(moved) > 10:
        yield sentence("codes_moved_more", codes=shown, count=len(moved) - 10)
    elif moved:
        yield sentence("codes_moved", codes=shown)


def _key(cells: pd.Series) -> str:
    """What names a line: its identifier, else its commune; nothing when that cell may be about a person."""
    for name in ("id", "code_insee", "category"):
        text = cells.get(name, "")
        if text and len(text) <= 80 and cell_problem(text) is None and not names_a_person(text):
            return text
    return ""


def _notes(file: AgencyFile, table: AgencyTable, rows: dict[int, Row], store: Store | None) -> tuple[Sentence, ...]:
    notes = []
    if "lon" in file.names:
        by_commune = sum(isinstance(row, PlacedRow) and row.lon is None for row in rows.values())
        if by_commune:
            notes.append(sentence("placed_in_commune", count=by_commune))
        without = sum(isinstance(row, PlacedRow) and row.code_insee is None for row in rows.values())
        if without:
            notes.append(sentence("placed_by_point", count=without))
    if table.hidden:
        notes.append(sentence("sheets_hidden", sheets=", ".join(name[:40] for name in table.hidden)))
    if table.unread:
        notes.append(sentence("columns_unread", columns=", ".join(name[:40] for name in table.unread)))
    if store is None and "code_insee" in file.names:
        notes.append(sentence("communes_not_checked"))
        if located := sum(getattr(row, "lon", None) is not None for row in rows.values()):
            notes.append(sentence("points_not_checked", count=located))
    return tuple(notes)


def _kept(examined: Examined) -> list[list[str]]:
    """Header and rows of the accepted file. Of a refused line, only number, identifier and reason: never its cells."""
    report = examined.report
    about = [report.file.kind.value, report.path.name]
    rows = [
        [*about, str(line), "", *(_text(getattr(row, name)) for name in report.file.names)]
        for line, row in examined.rows.items()
    ]
    for refused in report.refused:
        cells = [refused.key if name == report.file.names[0] else "" for name in report.file.names]
        rows.append([*about, str(refused.line), in_line(refused.reasons).record, *cells])
    return [[*KEPT, *report.file.names], *rows]


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _cells(rows: list[list[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\n").writerows(rows)
    return text.getvalue()


def _replace(target: Path, rows: list[list[str]]) -> None:
    """Write beside, then rename: a reader sees the old file or the new one."""
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with open(beside, "w", encoding="utf-8", newline="") as file:
            file.write(_cells(rows))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
