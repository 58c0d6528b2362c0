"""The workspace and its parts. Every write is one transaction that also leaves a line in the journal.

Two people may hold the same record open. Each write says on which `revision` it was made; when that one is no longer
the last, `StaleVersion` says who wrote since, and nothing is overwritten.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from geodata.countries import france
from geodata.country import Country
from geodata.errors import BadInput, StaleVersion, UnknownRecord, WorkspaceUnavailable
from geodata.postgresql import reason
from geodata.workspace.fields import UNWRITABLE, bounded, checked_content, filled, printable
from geodata.workspace.jobs import Jobs
from geodata.workspace.part import Part, identifier, now, row_of, written
from geodata.workspace.records import (
    AuditEntry,
    Correction,
    Note,
    Remark,
    SavedObjective,
    SavedPlan,
    Statement,
    Version,
)
from geodata.workspace.rows import (
    correction_of,
    correction_row,
    note_of,
    objective_of,
    plan_of,
    remark_of,
    statement_of,
    version_of,
)
from geodata.workspace.tables import (
    AuditRow,
    CorrectionRow,
    NoteRow,
    ObjectiveRow,
    PlanRow,
    RemarkRow,
    VersionRow,
)


class Workspace:
    """`plans`, `corrections`, `notes`, `remarks`, `objectives`, `jobs` and `audit`, in one database."""

    def __init__(self, engine: sa.Engine, path: Path | None = None) -> None:
        self.engine, self._path = engine, path
        self.plans = Plans(self)
        self.corrections = Corrections(self)
        self.notes = Notes(self)
        self.remarks = Remarks(self)
        self.objectives = Objectives(self)
        self.jobs = Jobs(self)
        self.audit = Audit(self)

    def forget_connections(self) -> None:
        """For a process that was just forked: the connections it inherits stay its parent's."""
        self.engine.dispose(close=False)

    def file_dates(self) -> tuple[tuple[int, int], ...] | None:
        """Date and size of its file and of the journal beside: as long as they stay, nothing was written. None where
        there is no file to look at."""
        if self._path is None:
            return None
        dates = []
        for path in (self._path, self._path.with_name(f"{self._path.name}-wal")):
            with suppress(OSError):
                status = path.stat()
                # A reader makes an empty journal and takes it away.
                dates += [(status.st_mtime_ns, status.st_size)] if status.st_size else []
        return tuple(dates)

    def check(self) -> None:
        """Raise `WorkspaceUnavailable` when nothing can be read."""
        with self.reading() as session:
            session.execute(sa.select(sa.func.count()).select_from(PlanRow))

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: all of it is written, or none. Raises `WorkspaceUnavailable`."""
        with _in_words("written"), Session(self.engine) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads, and waits for no writer. Raises `WorkspaceUnavailable`."""
        with (
            _in_words("read"),
            self.engine.connect().execution_options(reads=True) as connection,
            Session(connection) as session,
        ):
            yield session


@contextmanager
def _in_words(done: str) -> Iterator[None]:
    """An error of the database, said as one of the workspace: the published database has errors of its own."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise WorkspaceUnavailable(
            f"the workspace cannot be {done} ({reason(error)}): nothing was changed. Check that its folder is there "
            "and has room, or that its server answers."
        ) from error


class Plans(Part):
    """Plans: written at every change, saved as versions, older versions readable."""

    def create(self, name: str, content: dict, *, who: str) -> SavedPlan:
        """A new plan, not saved yet. Raises `BadInput` when its name is empty or its content lacks a part."""
        row = PlanRow(
            id=identifier(),
            name=filled("name", name),
            revision=1,
            version=0,
            is_decided=False,
            written_on=now(),
            written_by=filled("who", who),
            content=checked_content(content),
        )
        with self._writing() as session:
            session.add(row)
            _note(session, who, "create", "plan", row.id, name)
            return plan_of(row)

    def bring(self, name: str, content: dict, versions: Sequence[Version], *, who: str) -> SavedPlan:
        """A plan of another workspace with its versions, all written by `who` brings it; one transaction.

        Raises what `create` and `save` raise; nothing is written then.
        """
        rows = [
            VersionRow(
                version=number,
                name=filled("name", saved.name),
                is_decided=saved.is_decided,
                justification=bounded("justification", UNWRITABLE.sub("", saved.justification).strip()),
                saved_on=now(),
                saved_by=filled("who", who),
                content=checked_content(saved.content),
            )
            for number, saved in enumerate(versions, start=1)
        ]
        plan = PlanRow(
            id=identifier(),
            name=filled("name", name),
            revision=1,
            version=len(rows),
            # What is on screen is decided when it is what the last version decided.
            is_decided=bool(rows) and rows[-1].is_decided and rows[-1].content == checked_content(content),
            written_on=now(),
            written_by=filled("who", who),
            content=checked_content(content),
        )
        with self._writing() as session:
            session.add(plan)
            session.flush()
            _note(session, who, "import", "plan", plan.id, name)
            for row, saved in zip(rows, versions, strict=True):
                row.plan = plan.id
                session.add(row)
                note = f"version {row.version}, said to be saved by « {saved.saved_by[:120]} » on {saved.saved_on}"
                _note(session, who, "import", "plan", plan.id, note)
            return plan_of(plan)

    def get(self, plan: str) -> SavedPlan:
        """The plan as last written. Raises `UnknownRecord`."""
        with self._reading() as session:
            return plan_of(row_of(session, PlanRow, plan))

    def list(self) -> tuple[SavedPlan, ...]:
        """Every plan, the last written first."""
        with self._reading() as session:
            rows = session.scalars(sa.select(PlanRow).order_by(PlanRow.written_on.desc(), PlanRow.id))
            return tuple(plan_of(row) for row in rows)

    def write(self, plan: str, content: dict, *, revision: int, who: str) -> SavedPlan:
        """Keep the work in progress (autosave). A plan that was decided becomes a draft again; its version stays.

        Raises `StaleVersion` when somebody wrote since `revision`, `UnknownRecord`.
        """
        with self._writing() as session:
            row = _taken(session, PlanRow, plan, revision, who)
            row.content, row.is_decided = checked_content(content), False
            return plan_of(row)

    def save(
        self,
        plan: str,
        *,
        revision: int,
        who: str,
        name: str | None = None,
        justification: str = "",
        is_decided: bool = False,
    ) -> Version:
        """Make a version of what was written last. A decided one needs a justification.

        Raises `BadInput` without it, `StaleVersion`, `UnknownRecord`.
        """
        if is_decided and not justification.strip():
            raise BadInput("a plan is marked as decided with its justification: say why these sites and not others.")
        with self._writing() as session:
            row = _taken(session, PlanRow, plan, revision, who)
            row.name = row.name if name is None else filled("name", name)
            row.version, row.is_decided = row.version + 1, is_decided
            saved = VersionRow(
                plan=row.id,
                version=row.version,
                name=row.name,
                is_decided=is_decided,
                justification=bounded("justification", UNWRITABLE.sub("", justification).strip()),
                saved_on=row.written_on,
                saved_by=row.written_by,
                content=row.content,
            )
            session.add(saved)
            _note(session, who, "decide" if is_decided else "save", "plan", plan, f"version {row.version}")
            return version_of(saved)

    def versions(self, plan: str) -> tuple[Version, ...]:
        """Every save of a plan, the first one first. Raises `UnknownRecord`."""
        with self._reading() as session:
            row_of(session, PlanRow, plan)
            query = sa.select(VersionRow).where(VersionRow.plan == plan).order_by(VersionRow.version)
            return tuple(version_of(row) for row in session.scalars(query))

    def last_saves(self) -> tuple[Version, ...]:
        """The last save of every plan that has one, the plan written last first."""
        return tuple(self.version(plan.id, plan.version) for plan in self.list() if plan.version)

    def version(self, plan: str, version: int) -> Version:
        """One save of a plan. Raises `UnknownRecord`."""
        with self._reading() as session:
            row = session.get(VersionRow, (plan, version))
            if row is None:
                raise UnknownRecord(f"the plan « {plan} » has no version {version}.")
            return version_of(row)


class Corrections(Part):
    """What users say of the services listed. Nothing is deleted: the last statement on a service is the one that holds,
    and saying the opposite takes a statement back."""

    def add(
        self,
        code_insee: str,
        category: str,
        statement: Statement,
        *,
        who: str,
        why: str,
        service: str | None = None,
        quantity: int | None = None,
        country: Country = france.COUNTRY,
    ) -> Correction:
        """Record a statement; the one that stands, where it says the same for the same reason: a button pressed twice
        writes once. Raises `BadInput` for a code of `country`, a statement, a number, a role or a reason that is
        none."""
        given = Correction(0, code_insee, category, service, statement, who, "", why, quantity)
        row = correction_row(given, country)
        same = sa.and_(
            CorrectionRow.code_insee == row.code_insee,
            CorrectionRow.category == row.category,
            CorrectionRow.service.is_(None) if row.service is None else CorrectionRow.service == row.service,
        )
        with self._writing() as session:
            last = session.scalars(sa.select(CorrectionRow).where(same).order_by(CorrectionRow.id.desc())).first()
            if last is not None and statement_of(last) == statement_of(row):
                return correction_of(last)
            return self._written(session, [row])[0]

    def add_all(self, corrections: Iterable[Correction], country: Country = france.COUNTRY) -> tuple[Correction, ...]:
        """Record several statements, all of them or none; each `id` is given here, and `when` where it is empty.

        Raises `BadInput` as `add` does; nothing is written then.
        """
        rows = [correction_row(correction, country) for correction in corrections]
        with self._writing() as session:
            return self._written(session, rows)

    def _written(self, session: Session, rows: Sequence[CorrectionRow]) -> tuple[Correction, ...]:
        session.add_all(rows)
        session.flush()
        for row in rows:
            detail = f"{row.code_insee} {row.category} {row.service or ''}"
            _note(session, row.who, row.statement, "correction", str(row.id), detail)
        return tuple(correction_of(row) for row in rows)

    def list(self, code_insee: str | None = None) -> tuple[Correction, ...]:
        """Statements in the order in which they were made, of one commune or of all."""
        query = sa.select(CorrectionRow).order_by(CorrectionRow.id)
        if code_insee is not None:
            query = query.where(CorrectionRow.code_insee == code_insee)
        with self._reading() as session:
            return tuple(correction_of(row) for row in session.scalars(query))


class Notes(Part):
    """Notes about territories."""

    def add(self, level: str, code: str, text: str, *, who: str) -> Note:
        """Write a note. Raises `BadInput` when its text or its role is empty."""
        row = NoteRow(level=str(level), code=code, text=filled("text", text), who=filled("who", who), written_on=now())
        with self._writing() as session:
            session.add(row)
            session.flush()
            _note(session, who, "add", "note", str(row.id), f"{level}:{code}")
            return note_of(row)

    def withdraw(self, note: int, *, who: str) -> None:
        """Show a note no longer. It is kept, and the journal says who withdrew it and when. Raises `UnknownRecord`."""
        who = filled("who", who)
        with self._writing() as session:
            row = row_of(session, NoteRow, note, to_change=True)
            # Two people may press the button: the first one withdrew it.
            if row.withdrawn_on is None:
                row.withdrawn_on = now()
                _note(session, who, "withdraw", "note", str(row.id), f"{row.level}:{row.code}")

    def list(self, level: str, code: str) -> tuple[Note, ...]:
        """Notes on one territory that nobody withdrew, the first one first."""
        query = (
            sa.select(NoteRow)
            .where(NoteRow.level == str(level), NoteRow.code == code, NoteRow.withdrawn_on.is_(None))
            .order_by(NoteRow.id)
        )
        with self._reading() as session:
            return tuple(note_of(row) for row in session.scalars(query))


class Remarks(Part):
    """What the agency writes on the sheets of territories: a draft, then validated; a change makes it a draft again."""

    def write(
        self, level: str, code: str, text: str, exists: str, *, who: str, revision: int, is_validated: bool = False
    ) -> Remark:
        """Write the paragraph and what exists, either of them empty to take it off the sheet. `revision` is that of the
        remark that was read (0: none). Raises `BadInput` for an empty role, `BadText`, `StaleVersion`."""
        detail = {
            "text": bounded("remark", printable(text)),
            "existing": bounded("exists", printable(exists)),
            "who": filled("who", who),
        }
        with self._writing() as session:
            row = session.get(RemarkRow, (str(level), code), with_for_update=True)
            if row is not None and row.revision != revision:
                raise StaleVersion(f"the remark on {level}:{code}", row.who, row.written_on)
            if row is None:
                row = RemarkRow(level=str(level), code=code)
                session.add(row)
            row.is_validated, row.written_on, row.revision = is_validated, now(), revision + 1
            for name, value in detail.items():
                setattr(row, name, value)
            session.flush()
            action = "validate" if is_validated else "write"
            _note(session, row.who, action, "remark", f"{level}:{code}", json.dumps(detail, ensure_ascii=False))
            return remark_of(row)

    def get(self, level: str, code: str) -> Remark | None:
        """The remark on a territory; None where nobody wrote one."""
        with self._reading() as session:
            row = session.get(RemarkRow, (str(level), code))
            return None if row is None else remark_of(row)

    def list(self) -> tuple[Remark, ...]:
        """Every remark, by territory."""
        with self._reading() as session:
            return tuple(
                remark_of(row)
                for row in session.scalars(sa.select(RemarkRow).order_by(RemarkRow.level, RemarkRow.code))
            )


class Objectives(Part):
    """Objectives of the regional plan."""

    def create(self, name: str, content: dict, *, who: str) -> SavedObjective:
        """A new objective."""
        row = ObjectiveRow(
            id=identifier(),
            name=filled("name", name),
            revision=1,
            written_on=now(),
            written_by=filled("who", who),
            content=written(content),
        )
        with self._writing() as session:
            session.add(row)
            _note(session, who, "create", "objective", row.id, name)
            return objective_of(row)

    def write(self, objective: str, content: dict, *, revision: int, who: str) -> SavedObjective:
        """Change an objective. Raises `StaleVersion`, `UnknownRecord`."""
        with self._writing() as session:
            row = _taken(session, ObjectiveRow, objective, revision, who)
            row.content = written(content)
            _note(session, who, "change", "objective", objective, row.content)
            return objective_of(row)

    def get(self, objective: str) -> SavedObjective:
        """One objective. Raises `UnknownRecord`."""
        with self._reading() as session:
            return objective_of(row_of(session, ObjectiveRow, objective))

    def list(self) -> tuple[SavedObjective, ...]:
        """Every objective, by name."""
        with self._reading() as session:
            rows = session.scalars(sa.select(ObjectiveRow).order_by(ObjectiveRow.name, ObjectiveRow.id))
            return tuple(objective_of(row) for row in rows)


class Audit(Part):
    """The journal."""

    def add(self, *, who: str, action: str, noun: str, record: str, detail: str = "") -> None:
        """Add a line about something that is not in the workspace: a file that was given, a build."""
        with self._writing() as session:
            _note(session, who, action, noun, record, detail)

    def forget(self, days: int, *, who: str) -> int:
        """Remove the lines older than `days`, and say so in the journal if there were any; how many there were."""
        before = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
        with self._writing() as session:
            removed: Any = session.execute(sa.delete(AuditRow).where(AuditRow.done_on < before))
            if removed.rowcount:
                _note(session, who, "forget", "journal", before[:10], f"{removed.rowcount} line(s) before this day")
            return removed.rowcount

    def list(self, noun: str | None = None, record: str | None = None) -> tuple[AuditEntry, ...]:
        """Lines in the order in which they were written, about one noun or one record of it."""
        query = sa.select(AuditRow).order_by(AuditRow.id)
        if noun is not None:
            query = query.where(AuditRow.noun == noun)
        if record is not None:
            query = query.where(AuditRow.record == record)
        with self._reading() as session:
            return tuple(
                AuditEntry(row.done_on, row.who, row.action, row.noun, row.record, row.detail)
                for row in session.scalars(query)
            )


def _taken(
    session: Session, table: type[PlanRow] | type[ObjectiveRow], identifier: str, revision: int, who: str
) -> Any:
    """The row, one revision further. The change is conditional, so that of two writers one is told."""
    change = {"revision": revision + 1, "written_on": now(), "written_by": filled("who", who)}
    changed: Any = session.execute(
        sa.update(table).where(table.id == identifier, table.revision == revision).values(**change)
    )
    row = row_of(session, table, identifier)
    if changed.rowcount == 0:
        raise StaleVersion(f"{table.__tablename__} « {row.name} »", row.written_by, row.written_on)
    return row


def _note(session: Session, who: str, action: str, noun: str, record: str, detail: str) -> None:
    who, detail = filled("who", who), UNWRITABLE.sub("", detail)
    session.add(AuditRow(done_on=now(), who=who, action=action, noun=noun, record=record, detail=detail))
