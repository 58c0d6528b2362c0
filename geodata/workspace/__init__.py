"""What users write: plans and their versions, corrections, notes, objectives, computations asked for, and the journal.

A small transactional database beside the published one, never replaced by a build: SQLite in write-ahead mode by
default, PostgreSQL when its address is given. `open_workspace(url)` brings its schema up to date.
"""

from geodata.workspace.exchange import export_json, import_json
from geodata.workspace.fields import LONGEST
from geodata.workspace.opening import open_workspace, workspace_path
from geodata.workspace.part import SIGNED, identifier
from geodata.workspace.records import (
    AuditEntry,
    Correction,
    Job,
    JobState,
    Note,
    Remark,
    SavedObjective,
    SavedPlan,
    Statement,
    Version,
)
from geodata.workspace.workspace import Workspace

__all__ = [
    "LONGEST",
    "SIGNED",
    "AuditEntry",
    "Correction",
    "Job",
    "JobState",
    "Note",
    "Remark",
    "SavedObjective",
    "SavedPlan",
    "Statement",
    "Version",
    "Workspace",
    "export_json",
    "identifier",
    "import_json",
    "open_workspace",
    "workspace_path",
]
