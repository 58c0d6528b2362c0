"""What changes the published database: each step is a command of `etl`, run out of the queue by a process of its own.
A build so outlives the page that asked for it, and ends with the server."""

import json
import os
import re
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, cast

from dashboard.accounts.current_user import acting
from dashboard.clients import client
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.settings import Settings
from geodata import errors
from geodata.agency import AgencyKind
from geodata.countries import record_of
from geodata.errors import BadInput, DatabaseUnavailable, QueueFull
from geodata.postgresql import is_postgresql
from geodata.processes import environ_of_child
from geodata.sentences import read_record
from geodata.workspace import Job, JobState, identifier

KIND = "administration"

IMPORT, TAKE, BUILD, PUBLISH, BACK = "import", "take", "build", "publish", "back"
STEPS = (IMPORT, TAKE, BUILD, PUBLISH, BACK)

_KEPT_LINES = 400
_REPORT = "report.json"
_LONGEST = 600
"""Characters of why a step failed: the page shows what the command said under them."""

_ERRORS = tuple(
    f"{name}: " for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, errors.GeodataError)
)
"""How a command begins its error (`etl.__main__`)."""

_STEP = re.compile(r"\w+ (\d+)/(\d+)\s?: ")
"""How a command tells the step that it begins, in either language (`step` of `geodata.sentences`)."""


def candidate(settings: Settings) -> Path:
    """The database that was built and is not published yet."""
    return _beside(settings, "candidate")


def previous(settings: Settings) -> Path:
    """The database that was published before this one."""
    return _beside(settings, "previous")


def changes(settings: Settings) -> Path:
    """What the candidate changes, row by row."""
    return _beside(settings, "candidate").with_suffix(".csv")


def _beside(settings: Settings, name: str) -> Path:
    if is_postgresql(settings.db):
        return Path(settings.briefings).with_name(f"isolation.{name}.gpkg")
    return Path(settings.db).with_name(f"{Path(settings.db).stem}.{name}.gpkg")


def ask(facts: Facts, do: str, *, file: Path | None = None, job: str = "", lang: str = "fr", **parameters: Any) -> Job:
    """Put one of `STEPS` into the queue, with its line in the journal. What its commands say is in `lang`.

    Raises `QueueFull`.

    One at a time changes the database: a second build would write over the first one's candidate.
    """
    is_open = (JobState.WAITING, JobState.RUNNING)
    if do not in (IMPORT, TAKE) and any(
        one.state in is_open and one.asked["do"] not in (IMPORT, TAKE)
        for one in facts.workspace.jobs.list(kinds=[KIND])
    ):
        raise QueueFull(1)
    about = parameters | {"do": do, "file": str(file or ""), "who": who(), "lang": lang}
    made = facts.workspace.jobs.ask(KIND, about, client=client(), job=job or identifier())
    what = {"kind": parameters.get("kind", ""), "file": file.name if file else ""}
    detail = " ".join(filter(None, what.values()))
    facts.workspace.audit.add(who=who(), action=do, noun="database", record=made.id, detail=detail)
    return made


def who() -> str:
    """Who administers: the name that signs in, or whoever is at this machine."""
    actor = acting()
    return (actor.name if actor else None) or "administrateur de ce poste"


def folder_of(settings: Settings, job: str) -> Path:
    """Where a file waits to be looked into, and what came out of that."""
    return Path(settings.data) / ".given" / job


def report(settings: Settings, job: Job, lang: str) -> list[dict]:
    """What became of each line of an agency's file, in words: `line`, `is_accepted`, `key`, `state`, `reason`.

    Empty when it was not looked into.
    """
    path = folder_of(settings, job.id) / _REPORT
    if job.asked["do"] != IMPORT or not path.is_file():
        return []
    return [
        line | {name: read_record(line[name]).text(words(lang)) if line[name] else "" for name in ("state", "reason")}
        for line in json.loads(path.read_text(encoding="utf-8"))
    ]


# -- in the process that computes ------------------------------------------------------------------------------------


def compute(facts: Facts, settings: Settings, job: Job) -> None:
    """Run the commands of a step, one after the other, telling what they say."""
    lines: list[str] = []
    if all(_run(facts, settings, job, command, lines) for command in _commands(facts, settings, job)):
        facts.workspace.jobs.tell(job.id, progress=1.0, answer={"lines": lines}, state=JobState.DONE)
    if job.asked["file"]:
        # What was refused in it may be about a person: the report is kept, the file is not.
        Path(job.asked["file"]).unlink(missing_ok=True)


def _commands(facts: Facts, settings: Settings, job: Job) -> Iterator[list[str]]:
    do, data, db = job.asked["do"], settings.data, settings.db
    built, kept = str(candidate(settings)), str(previous(settings))
    if do == IMPORT:
        if job.asked["kind"] not in tuple(AgencyKind):
            raise BadInput(f"« {job.asked['kind']} » is no kind of file.")
        command = ["import", job.asked["kind"], job.asked["file"], "--data", data, "--by", job.asked["who"]]
        command += ["--report", str(folder_of(settings, job.id) / _REPORT)]
        yield command + (["--accept-partial"] if job.asked.get("partial") else [])
    elif do == TAKE:
        yield ["take", job.asked["file"], "--data", data, *_country(facts)]
    elif do == BUILD:
        # The candidate is a draft: whatever was built there before is no database that anybody reads.
        yield ["build", "--data", data, "--db", built, "--plain", "--replace-country", *_country(facts)]
        if not is_postgresql(db) and not Path(db).is_file():
            return
        # What changes has a page of its own.
        yield ["diff", "--db", built, "--out", str(changes(settings)), "--quiet"]
    elif do == PUBLISH:
        yield ["publish", built, "--keep", kept]
    else:
        yield ["publish", kept, "--keep", kept]


def _country(facts: Facts) -> list[str]:
    """The country of the served database, as the commands take it; nothing where it is of no known record."""
    try:
        name = record_of(facts.store.build())
    except DatabaseUnavailable:
        # The first build of a place: there is nothing to read yet.
        return []
    return ["--country", name] if name else []


def _run(facts: Facts, settings: Settings, job: Job, command: list[str], lines: list[str]) -> bool:
    """Whether a command ended well. It is ended when the computation is cancelled, or when this process ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "etl", *command, "--lang", job.asked.get("lang", "fr")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=_environ(settings),
    )
    jobs, progress, last_report = facts.workspace.jobs, 0.02, 0.0
    try:
        for line in _lines(process):
            if line is not None:
                lines[:] = [*lines, line.rstrip()][-_KEPT_LINES:]
                if step := _STEP.match(line):
                    progress = int(step[1]) / (int(step[2]) + 1)
            if time.monotonic() - last_report > 1:
                last_report = time.monotonic()
                state = jobs.tell(job.id, progress=min(progress, 0.99), answer={"lines": lines}).state
                if state is JobState.CANCELLED:
                    return False
        if process.wait() != 0:
            jobs.tell(job.id, progress=1.0, answer={"lines": lines}, state=JobState.FAILED, message=_reason(lines))
            return False
        return True
    finally:
        process.kill()
        process.wait()


def _environ(settings: Settings) -> dict[str, str]:
    """What a command finds around it. Addresses may hold a password, and a list of processes shows arguments."""
    folders = os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]))
    given = {"RELIANCE_DB": settings.db, "RELIANCE_WORKSPACE": settings.workspace, "PYTHONPATH": folders}
    return environ_of_child(os.environ | given)


def _lines(process: subprocess.Popen) -> Iterator[str | None]:
    """What a process says line by line, and None each second in which it says nothing."""
    with selectors.DefaultSelector() as waiting:
        stdout = cast(IO[str], process.stdout)
        waiting.register(stdout, selectors.EVENT_READ)
        while True:
            if not waiting.select(1):
                yield None
                continue
            line = stdout.readline()
            if not line:
                return
            yield line


def _reason(lines: Sequence[str]) -> str:
    """Why a command failed: its error with all its lines, without the name of its class; else the last that it says."""
    begun = next((at for at in reversed(range(len(lines))) if lines[at].startswith(_ERRORS)), None)
    if begun is None:
        return next((line for line in reversed(lines) if line.strip()), "")[:_LONGEST]
    return "\n".join(lines[begun:]).partition(": ")[2].strip()[:_LONGEST]
