"""What every part of the workspace shares: its transactions, its rows, and the form of what is written."""

import json
import secrets
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from geodata.errors import UnknownRecord
from geodata.workspace.tables import Base

if TYPE_CHECKING:
    from geodata.workspace.workspace import Workspace

SIGNED: ContextVar[str | None] = ContextVar("signed", default=None)
"""Name of who is signed in while a request is answered; None: nobody signs in here. Everything that is written then
bears that name, whatever a field of the page says."""


class Part:
    """A part of the workspace, with the transactions of the whole."""

    def __init__(self, workspace: "Workspace") -> None:
        self._writing, self._reading = workspace.writing, workspace.reading


def row_of(session: Session, table: type[Base], identifier: str | int, *, to_change: bool = False) -> Any:
    """The row. One that is read `to_change` it is kept from other writers until then (SQLite keeps them out whole)."""
    row = session.get(table, identifier, with_for_update=to_change or None)
    if row is None:
        raise UnknownRecord(
            f"the workspace has no {table.__tablename__} « {identifier} »: the link may come from another one."
        )
    return row


def identifier() -> str:
    """Short enough for an address, long enough not to be met twice."""
    return secrets.token_hex(5)


def now() -> str:
    """The time, as every record holds it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def written(content: dict) -> str:
    """A content as it is kept."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, allow_nan=False)
