"""The processes that compute: they end with their server, however it ends; what they were at is begun again."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dashboard.computations import plan_search, sheet_batch
from dashboard.facts import Facts
from dashboard.settings import Settings
from dashboard.state import Choice
from geodata.request import Request
from geodata.store import open_store
from geodata.territory import Level
from geodata.workspace import JobState, open_workspace
from tests.dashboard import synthetic

ROOT = Path(__file__).parents[2]
REQUEST = Request("R1", teams=2, minutes=3, says_none_known=True)
PROC = Path("/proc")
GONE_ON_WITH = {("app.py", signal.SIGKILL), ("gunicorn", signal.SIGTERM)}
"""Ends after which a second server does what was asked: each way of serving and each signal once."""


@pytest.fixture
def place(tmp_path) -> Settings:
    return Settings.from_env({}, ["--db", str(synthetic.write(tmp_path / "x.gpkg"))])


@pytest.fixture
def desk(place) -> Facts:
    return Facts(open_store(place.db), open_workspace(place.workspace))


def started(place: Settings, *, by: str) -> subprocess.Popen:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environ = {name: value for name, value in os.environ.items() if not name.startswith("RELIANCE_")}
    command = [sys.executable, "app.py", "--db", place.db, "--port", port]
    if by == "gunicorn":
        command = [sys.executable, "-m", "gunicorn"]
        environ |= {"RELIANCE_DB": place.db, "RELIANCE_PORT": port}
    return subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def until(true, seconds: float = 120) -> bool:
    end = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < end:
        time.sleep(0.1)
    return bool(found)


def family(process: subprocess.Popen) -> set[int]:
    """Every process that descends from one."""
    parents = {}
    for stat in PROC.glob("[0-9]*/stat"):
        try:
            pid, _, rest = stat.read_text().partition(" (")
            state, parent = rest.rpartition(") ")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            parents[int(pid)] = int(parent)
    found = {process.pid}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def are_gone(pids: set[int]) -> bool:
    def is_there(pid: int) -> bool:
        try:
            return (PROC / str(pid) / "stat").read_text().rpartition(") ")[2][0] != "Z"
        except OSError:
            return False

    return not any(map(is_there, pids))


@pytest.mark.long
@pytest.mark.skipif(not (PROC / "self" / "stat").is_file(), reason="no /proc to see the processes of this machine")
@pytest.mark.parametrize("by", ["app.py", "gunicorn"])
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_computes_after_its_server_and_nothing_asked_is_lost(place, desk, by, how):
    server = started(place, by=by)
    try:
        asked = [sheet_batch.start(desk, place, Choice(), Level.COMMUNE, "R1") for _ in range(2)]
        plan = plan_search.start(desk, REQUEST, name="x", who="y")
        jobs = desk.workspace.jobs
        assert until(lambda: any(jobs.get(job.id).state is JobState.RUNNING for job in asked))
        every = family(server)
        # The server, the one that holds the workers, three workers at most, two processes of the batch.
        assert 3 <= len(every) <= 11
        server.send_signal(how)
        assert until(lambda: are_gone(every - {server.pid}), 40)
        server.wait(40)
    finally:
        server.kill()
    if (by, how) not in GONE_ON_WITH:
        return
    again = started(place, by="app.py")
    try:
        assert until(lambda: all(jobs.get(job.id).state is JobState.DONE for job in asked), 400)
        assert until(lambda: plan_search.opened(desk, (plan.id, 0)).is_answered, 400)
    finally:
        again.terminate()
        again.wait(40)
