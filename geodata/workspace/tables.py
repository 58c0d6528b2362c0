"""Tables of the workspace. A change here needs a migration beside the others, in `migrations/versions`.

Types stay within what SQLite and PostgreSQL read alike: times are ISO 8601 text, contents JSON text.
"""

from sqlalchemy import Double, ForeignKey, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Every table of the workspace."""

    type_annotation_map = {str: Text(), float: Double()}  # noqa: RUF012  (SQLAlchemy reads it on the class)


class PlanRow(Base):
    """The current state of a plan, autosaved."""

    __tablename__ = "plan"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    revision: Mapped[int]
    version: Mapped[int]
    is_decided: Mapped[bool]
    written_on: Mapped[str]
    written_by: Mapped[str]
    content: Mapped[str]


class VersionRow(Base):
    """A save of a plan."""

    __tablename__ = "plan_version"

    plan: Mapped[str] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    is_decided: Mapped[bool]
    justification: Mapped[str]
    saved_on: Mapped[str]
    saved_by: Mapped[str]
    content: Mapped[str]


class CorrectionRow(Base):
    """A statement about services."""

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    code_insee: Mapped[str] = mapped_column(index=True)
    category: Mapped[str]
    service: Mapped[str | None]
    statement: Mapped[str]
    who: Mapped[str]
    said_on: Mapped[str]
    why: Mapped[str]
    quantity: Mapped[int | None]


class NoteRow(Base):
    """A note about a territory. One that was withdrawn keeps its text and is not shown; the journal says by whom."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    level: Mapped[str]
    code: Mapped[str]
    text: Mapped[str]
    who: Mapped[str]
    written_on: Mapped[str]
    withdrawn_on: Mapped[str | None]


class RemarkRow(Base):
    """What the agency writes on the sheet of a territory, one row a territory; the journal keeps each writing."""

    __tablename__ = "remark"

    level: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    existing: Mapped[str]
    is_validated: Mapped[bool]
    who: Mapped[str]
    written_on: Mapped[str]
    revision: Mapped[int]


class AuditRow(Base):
    """The journal: rows are added and never changed; an administrator removes those past the time they are kept."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    done_on: Mapped[str]
    who: Mapped[str]
    action: Mapped[str]
    noun: Mapped[str]
    record: Mapped[str]
    detail: Mapped[str]


class ObjectiveRow(Base):
    """An objective of the regional plan."""

    __tablename__ = "objective"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    revision: Mapped[int]
    written_on: Mapped[str]
    written_by: Mapped[str]
    content: Mapped[str]


class JobRow(Base):
    """A computation asked for, seen by every process of the application."""

    __tablename__ = "job"

    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    progress: Mapped[float]
    asked: Mapped[str]
    answer: Mapped[str | None]
    message: Mapped[str]
    changed_on: Mapped[str]
    kind: Mapped[str]
    client: Mapped[str]
    asked_on: Mapped[str]
    begun: Mapped[int]
