"""A batch of briefings beside the reader: a thread that starts processes, and a job that any worker can show or stop.

Archives are kept some days in the folder of the settings, one folder a job; the files inside are removed once archived.
"""

import logging
import shutil
import threading
import time
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from dashboard.briefing import batch
from dashboard.briefing.batch import Order
from dashboard.briefing.issuer import issuer
from dashboard.facts import Facts
from dashboard.settings import Settings
from dashboard.state import Choice
from geodata.errors import BadInput, GeodataError, UnknownRecord
from geodata.store import open_store
from geodata.territory import Level
from geodata.workspace import Job, JobState

KEPT_DAYS = 7
WORKERS = 2
"""Processes of a batch: the pages keep the rest of the machine."""


def order(known: Facts, settings: Settings, choice: Choice, level: Level, region: str, folder: Path) -> Order:
    """Every briefing of a level in a région, as the choice asks. Raises `BadInput` where there is no territory."""
    codes = tuple(known.store.territories(level, region)["code"])
    if not codes:
        raise BadInput(f"there is no {level} in « {region} ».")
    return Order(
        level=level,
        within=region,
        codes=codes,
        folder=folder,
        printed_on=date.today().isoformat(),
        lang=choice.lang,
        choice=replace(choice, verdicts=(), categories=(), selected=None, plan=None, other=None),
        issuer=issuer(settings.agency, settings.contact, settings.logo),
        address=settings.public,
        content_hash=known.version,
        plans=known.workspace.plans.last_saves(),
        corrections=known.workspace.corrections.list(),
    )


def start(known: Facts, settings: Settings, choice: Choice, level: Level, region: str) -> Job:
    """Begin a batch in a thread of its own."""
    _tidy(Path(settings.briefings))
    job = known.workspace.jobs.start({"level": level, "region": region, "lang": choice.lang})
    wanted = order(known, settings, choice, level, region, Path(settings.briefings) / job.id)
    threading.Thread(target=_compute, args=(known, settings.db, wanted, job), daemon=True).start()
    return job


def archive(known: Facts, settings: Settings, job: str) -> Path:
    """The archive of a batch that is done. Raises `UnknownRecord` when there is none, or not any more."""
    found = known.workspace.jobs.get(job)
    path = Path(settings.briefings) / found.id / Path((found.answer or {}).get("file", "?")).name
    if found.state is not JobState.DONE or not path.is_file():
        raise UnknownRecord(f"the batch « {job} » has no archive: it is kept {KEPT_DAYS} days.")
    return path


def _compute(known: Facts, db: str, wanted: Order, job: Job) -> None:
    jobs = known.workspace.jobs

    def tell(done: int, count: int) -> None:
        jobs.tell(job.id, progress=min(done / count, 0.99))

    try:
        is_cancelled = lambda: jobs.get(job.id).state is JobState.CANCELLED  # noqa: E731
        index = batch.run(wanted, partial(open_store, db), workers=WORKERS, progress=tell, is_cancelled=is_cancelled)
        if index is None:
            shutil.rmtree(wanted.folder, ignore_errors=True)
            return
        for line in index:
            if line.file:
                (wanted.folder / line.file).unlink(missing_ok=True)
        failed = sum(bool(line.error) for line in index)
        answer = {"file": wanted.archive.name, "count": len(index) - failed, "failed": failed}
        jobs.tell(job.id, progress=1.0, answer=answer, state=JobState.DONE)
    except GeodataError as error:
        logging.getLogger(__name__).warning("a batch of briefings stopped: %s", error)
        jobs.tell(job.id, progress=1.0, state=JobState.FAILED, message=str(error))
    except Exception as error:
        # The edge of the thread: nobody above would hear of it, and the reader would wait.
        logging.getLogger(__name__).exception("defect in a batch of briefings")
        jobs.tell(job.id, progress=1.0, state=JobState.FAILED, message=type(error).__name__)


def _tidy(folder: Path) -> None:
    """Remove the archives that nobody can ask for any more."""
    oldest = time.time() - KEPT_DAYS * 86_400
    for old in folder.glob("*/"):
        if old.stat().st_mtime < oldest:
            shutil.rmtree(old, ignore_errors=True)
