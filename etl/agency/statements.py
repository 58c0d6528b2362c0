"""Corrections of an agency's file, on their way to the workspace: only what has not been said already."""

from collections.abc import Iterable

from etl.agency.corrections import Row
from geodata.workspace import Correction, Workspace


def record(rows: Iterable[Row], workspace: Workspace) -> tuple[tuple[Correction, ...], int]:
    """Write every new statement in one transaction; what was written, and how many were already the last word."""
    said = {(c.code_insee, c.category, c.service): c for c in workspace.corrections.list()}
    given = [
        Correction(0, row.code_insee, row.category, row.service, row.statement, row.who, row.said_on or "", row.why)
        for row in rows
    ]
    new = [c for c in given if not _is_said(c, said.get((c.code_insee, c.category, c.service)))]
    return workspace.corrections.add_all(new), len(given) - len(new)


def _is_said(given: Correction, last: Correction | None) -> bool:
    """Whether the last word on the same object says the same, by the same, for the same reason."""
    return last is not None and (given.statement, given.who, given.why) == (last.statement, last.who, last.why)
