"""Corrections of an agency's file, on their way to the workspace: only what has not been said already."""

from collections.abc import Iterable

from etl.agency.corrections import Row
from geodata.countries import france
from geodata.country import Country
from geodata.workspace import Correction, Workspace


def record(
    rows: Iterable[Row], workspace: Workspace, *, by: str = "", country: Country = france.COUNTRY
) -> tuple[tuple[Correction, ...], int]:
    """Write every new statement in one transaction; what was written, and how many were already the last word.

    Each is signed by whom the file names, or by the one who imports it: the file's word is then part of the reason.
    """
    last = {(c.code_insee, c.category, c.service): c for c in workspace.corrections.list()}
    given = [
        Correction(
            0,
            row.code_insee,
            row.category,
            row.service,
            row.statement,
            by or row.who,
            row.said_on or "",
            why,
            None if row.quantity is None else int(row.quantity),
        )
        for row, why in ((row, f"{row.why} (selon {row.who})" if by else row.why) for row in rows)
    ]
    new = [c for c in given if not _is_same(c, last.get((c.code_insee, c.category, c.service)))]
    return workspace.corrections.add_all(new, country), len(given) - len(new)


def _is_same(given: Correction, last: Correction | None) -> bool:
    """Whether the last word on the same object says the same, by the same, for the same reason."""
    return last is not None and all(
        getattr(given, name) == getattr(last, name) for name in ("statement", "quantity", "who", "why")
    )
