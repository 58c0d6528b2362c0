"""Records of the workspace from the rows of its tables, and a correction as a row."""

import json

from geodata.country import Country
from geodata.errors import BadInput
from geodata.territory import Level
from geodata.workspace.fields import filled
from geodata.workspace.part import now
from geodata.workspace.records import (
    Correction,
    Note,
    Remark,
    SavedObjective,
    SavedPlan,
    Statement,
    Version,
)
from geodata.workspace.tables import (
    CorrectionRow,
    NoteRow,
    ObjectiveRow,
    PlanRow,
    RemarkRow,
    VersionRow,
)


def plan_of(row: PlanRow) -> SavedPlan:
    """The plan of a row, as it was written last."""
    content = json.loads(row.content)
    return SavedPlan(
        row.id, row.name, row.revision, row.version, row.is_decided, row.written_on, row.written_by, content
    )


def version_of(row: VersionRow) -> Version:
    """A version of a plan."""
    return Version(
        plan=row.plan,
        version=row.version,
        name=row.name,
        is_decided=row.is_decided,
        justification=row.justification,
        saved_on=row.saved_on,
        saved_by=row.saved_by,
        content=json.loads(row.content),
    )


def correction_row(correction: Correction, country: Country) -> CorrectionRow:
    """The row of a correction, signed. Raises `BadInput` for what cannot be said."""
    if correction.statement not in tuple(Statement):
        raise BadInput(f"statement « {correction.statement} »: one of {', '.join(Statement)} is expected.")
    number = correction.quantity
    has_fault = number is not None and (number < 1 or correction.service is not None)
    if (number is None) == (correction.statement == Statement.COUNT) or has_fault:
        raise BadInput(
            f"quantity={number}: « {Statement.COUNT} » says how many services of a whole category there are, 1 at "
            "least; no other statement does."
        )
    return CorrectionRow(
        code_insee=country.check(Level.COMMUNE, correction.code_insee),
        category=filled("category", correction.category),
        service=correction.service,
        statement=str(correction.statement),
        who=filled("who", correction.who),
        said_on=correction.when or now(),
        why=filled("why", correction.why),
        quantity=correction.quantity,
    )


def statement_of(row: CorrectionRow) -> tuple:
    """What a statement says, by whom and why."""
    return row.statement, row.quantity, row.who, row.why


def correction_of(row: CorrectionRow) -> Correction:
    """The correction of a row."""
    return Correction(
        id=row.id,
        code_insee=row.code_insee,
        category=row.category,
        service=row.service,
        statement=Statement(row.statement),
        who=row.who,
        when=row.said_on,
        why=row.why,
        quantity=row.quantity,
    )


def note_of(row: NoteRow) -> Note:
    """The note of a row."""
    return Note(row.id, row.level, row.code, row.text, row.who, row.written_on)


def remark_of(row: RemarkRow) -> Remark:
    """What the agency wrote for a sheet."""
    return Remark(
        row.level, row.code, row.text, row.existing, row.is_validated, row.who, row.written_on, row.revision
    )  # fmt: skip


def objective_of(row: ObjectiveRow) -> SavedObjective:
    """The objective of a row."""
    return SavedObjective(row.id, row.name, row.revision, row.written_on, row.written_by, json.loads(row.content))
