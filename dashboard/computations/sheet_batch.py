"""A batch of briefings beside the reader: it waits in the queue, any process can show or stop it.

Archives are kept some days in the folder of the settings, one folder a job; the files inside are removed once archived.
"""

import shutil
import time
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from dashboard.briefing import batch
from dashboard.briefing.batch import Order
from dashboard.briefing.files import MERGED
from dashboard.briefing.issuer import issuer
from dashboard.clients import client
from dashboard.facts import Facts
from dashboard.settings import Settings
from dashboard.state import Choice, read
from geodata.errors import BadInput, UnknownRecord
from geodata.store import open_store
from geodata.territory import Level
from geodata.workspace import Job, JobState

KIND = "batch"

KEPT_DAYS = 7
WORKERS = 2
"""Processes of a batch: the pages keep the rest of the machine."""


def order(
    facts: Facts,
    settings: Settings,
    choice: Choice,
    level: Level,
    region: str,
    folder: Path,
    printed_on: str = "",
    merge: str = "",
) -> Order:
    """Every briefing of a level in a région, as the choice asks. Raises `BadInput` where there is no territory."""
    codes = tuple(facts.store.territories(level, region)["code"])
    if not codes:
        raise _nothing(level, region)
    return Order(
        level=level,
        within=region,
        codes=codes,
        folder=folder,
        printed_on=printed_on or date.today().isoformat(),
        lang=choice.lang,
        choice=replace(choice, verdicts=(), categories=(), selected=None, plan=None, other=None),
        issuer=issuer(settings.agency, settings.contact, settings.logo),
        address=settings.public,
        content_hash=facts.version,
        plans=facts.workspace.plans.last_saves(),
        corrections=facts.workspace.corrections.list(),
        remarks=facts.workspace.remarks.list(),
        merge=merge,
    )


def start(facts: Facts, settings: Settings, choice: Choice, level: Level, region: str, merge: str = "") -> Job:
    """Put a batch into the queue: one PDF a territory, or one file (`merge`, of `MERGED`). Raises `QueueFull`,
    `BadInput`."""
    _tidy(Path(settings.briefings))
    if facts.store.territories(level, region).empty:
        raise _nothing(level, region)
    if merge and merge not in MERGED:
        raise BadInput(f"several briefings are one file in {', '.join(MERGED)}, not in {merge}.")
    parameters = {"level": level, "region": region, "lang": choice.lang, "query": choice.query, "merge": merge}
    return facts.workspace.jobs.ask(KIND, parameters | {"printed_on": date.today().isoformat()}, client=client())


def archive(facts: Facts, settings: Settings, job: str) -> Path:
    """The archive of a batch that is done. Raises `UnknownRecord` when there is none, or not any more."""
    done = facts.workspace.jobs.get(job)
    path = Path(settings.briefings) / done.id / Path((done.answer or {}).get("file", "?")).name
    if done.state is not JobState.DONE or not path.is_file():
        raise UnknownRecord(f"the batch « {job} » has no archive: it is kept {KEPT_DAYS} days.")
    return path


def compute(facts: Facts, settings: Settings, job: Job) -> None:
    """Print a batch. One that was begun before keeps what it printed."""
    jobs, parameters = facts.workspace.jobs, job.asked
    choice, folder = read("/", parameters["query"])[0], Path(settings.briefings) / job.id
    wanted = order(
        facts,
        settings,
        choice,
        Level(parameters["level"]),
        parameters["region"],
        folder,
        parameters["printed_on"],
        parameters.get("merge", ""),
    )

    def tell(done: int, count: int) -> None:
        jobs.tell(job.id, progress=min(done / count, 0.99))

    is_cancelled = lambda: jobs.get(job.id).state is JobState.CANCELLED  # noqa: E731
    index = batch.run(
        wanted,
        partial(open_store, settings.db),
        workers=WORKERS,
        is_lasting=True,
        progress=tell,
        is_cancelled=is_cancelled,
    )
    if index is None:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for line in index:
        if line.file:
            (folder / line.file).unlink(missing_ok=True)
    failed = sum(bool(line.error) for line in index)
    answer = {"file": wanted.archive.name, "count": len(index) - failed, "failed": failed}
    jobs.tell(job.id, progress=1.0, answer=answer, state=JobState.DONE)


def _nothing(level: Level, region: str) -> BadInput:
    return BadInput(f"there is no {level} in « {region} ».")


def _tidy(folder: Path) -> None:
    """Remove the archives that nobody can ask for any more."""
    oldest = time.time() - KEPT_DAYS * 86_400
    for old in folder.glob("*/"):
        if old.stat().st_mtime < oldest:
            shutil.rmtree(old, ignore_errors=True)
