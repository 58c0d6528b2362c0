"""Computations that several processes watch: which are unfinished, and which died with their process."""

from datetime import UTC, datetime

from geodata.workspace import Job, JobState

LOST_SECONDS = 60
"""A computation that said nothing for so long died with its process."""

UNWRITTEN = (JobState.WAITING, JobState.RUNNING, JobState.CANCELLED)
"""States of a computation whose answer is not written."""


def is_lost(job: Job) -> bool:
    """Whether the process of a running computation has gone."""
    if job.state is JobState.WAITING:
        return False
    if job.state is JobState.CANCELLED and job.progress >= 1:
        # It was stopped before it began: nothing will be written.
        return True
    silent = datetime.now(UTC) - datetime.fromisoformat(job.changed_on)
    return job.state in UNWRITTEN and silent.total_seconds() > LOST_SECONDS
