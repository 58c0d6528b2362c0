"""What the workspace gives back: frozen records. Times are ISO 8601 in UTC; `who` is a role, not a person."""

from dataclasses import dataclass
from enum import StrEnum


class Statement(StrEnum):
    """What a correction says of a service, or of a category in a commune."""

    RETRACT = "retract"
    """It is listed and is not there."""

    ASSERT = "assert"
    """It is there and is not listed."""

    COUNT = "count"
    """Services that their source only counts, without names, are so many there."""


class JobState(StrEnum):
    """Where a computation is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True)
class SavedPlan:
    """A plan as last written, saved or not. `revision` grows at every write, `version` at every save (0: none yet).

    `content` holds the parameters (`request`), the list that was computed (`proposal`), the list kept (`plan`), the
    candidates that the user locked (`locked`) and the hash of the build they were computed on (`data_hash`).
    """

    id: str
    name: str
    revision: int
    version: int
    is_decided: bool
    written_on: str
    written_by: str
    content: dict


@dataclass(frozen=True)
class Version:
    """One save of a plan: it never changes. A decided one has a justification."""

    plan: str
    version: int
    name: str
    is_decided: bool
    justification: str
    saved_on: str
    saved_by: str
    content: dict


@dataclass(frozen=True)
class Correction:
    """A statement about a service (`service`), or about a category as a whole in a commune (`service` is None).

    `quantity` is how many there are, for the statement `COUNT` alone, which is about a category as a whole."""

    id: int
    code_insee: str
    category: str
    service: str | None
    statement: Statement
    who: str
    when: str
    why: str
    quantity: int | None = None


@dataclass(frozen=True)
class Note:
    """What somebody wrote about a territory."""

    id: int
    level: str
    code: str
    text: str
    who: str
    when: str


@dataclass(frozen=True)
class Remark:
    """What the agency writes on the sheet of a territory: a free paragraph, and what exists and is funded there; each
    may be empty. It is a draft until `is_validated`; `who` wrote or validated it `when`; `revision` grows."""

    level: str
    code: str
    text: str
    exists: str
    is_validated: bool
    who: str
    when: str
    revision: int = 0


@dataclass(frozen=True)
class SavedObjective:
    """An objective of the regional plan: `content` is what `geodata.objective.Objective` reads and writes."""

    id: str
    name: str
    revision: int
    written_on: str
    written_by: str
    content: dict


@dataclass(frozen=True)
class Job:
    """A computation that any process of the application can look at: `progress` from 0 to 1, `answer` when there is
    one (it may get better while the job runs), `message` when it failed, `client` who asked for it."""

    id: str
    state: JobState
    progress: float
    asked: dict
    answer: dict | None
    message: str
    changed_on: str
    kind: str = ""
    client: str = ""
    asked_on: str = ""


@dataclass(frozen=True)
class AuditEntry:
    """One line of the journal: who did what to which record, and when."""

    when: str
    who: str
    action: str
    noun: str
    record: str
    detail: str
