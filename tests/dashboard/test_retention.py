"""How long journals are kept: at the start and once a day, in every space, and only where the settings say so."""

import sqlite3
import subprocess
import sys
import time

import pytest

from dashboard.accounts.register import open_register
from dashboard.retention import shorten
from dashboard.settings import Settings
from geodata.errors import UsageError
from geodata.workspace import open_workspace
from tests.dashboard import synthetic

WAIT_S = 60


def written(workspace, path, old: int, new: int) -> None:
    """A journal with some lines of four years ago and some of today."""
    for number in range(old + new):
        workspace.notes.add("epci", str(number), "Un mot", who="Chargée de mission")
    with sqlite3.connect(path) as base:
        base.execute("UPDATE audit SET done_on = '2020-01-01T00:00:00+00:00' WHERE id <= ?", (old,))


@pytest.mark.parametrize(
    ("given", "days", "itself"),
    [
        ({}, 365, False),
        ({"RELIANCE_JOURNAL_DAYS": "90"}, 90, False),
        ({"RELIANCE_JOURNAL_MONTHS": "12"}, 366, True),
        ({"RELIANCE_JOURNAL_MONTHS": "1"}, 31, True),
    ],
)
def test_nothing_is_removed_by_itself_unless_a_number_of_months_is_given(given, days, itself):
    accounts = Settings.from_env(given).accounts
    assert (accounts.keep_days, accounts.keeps_itself) == (days, itself)


@pytest.mark.parametrize(
    "given",
    [
        {"RELIANCE_JOURNAL_MONTHS": "0"},
        {"RELIANCE_JOURNAL_MONTHS": "-1"},
        {"RELIANCE_JOURNAL_MONTHS": "un an"},
        {"RELIANCE_JOURNAL_MONTHS": "\u00b2"},
        {"RELIANCE_JOURNAL_MONTHS": "12", "RELIANCE_JOURNAL_DAYS": "90"},
    ],
)
def test_what_is_no_number_of_months_or_says_two_things_is_refused(given):
    with pytest.raises(UsageError, match="RELIANCE_JOURNAL"):
        Settings.from_env(given)


def test_every_space_and_the_accounts_are_shortened(tmp_path):
    for name in ("a", "b"):
        synthetic.write(tmp_path / f"{name}.gpkg")
    listed = ('[{0}]\ndb = "{1}.gpkg"\nworkspace = "{1}.sqlite"\ndata = "{1}"\n'.format(n, tmp_path / n) for n in "ab")
    (tmp_path / "spaces.toml").write_text("".join(listed))
    workspaces = {name: open_workspace(str(tmp_path / f"{name}.sqlite")) for name in ("a", "b")}
    written(workspaces["a"], tmp_path / "a.sqlite", old=3, new=2)
    written(workspaces["b"], tmp_path / "b.sqlite", old=0, new=2)
    register = open_register(str(tmp_path / "accounts.sqlite"))
    register.invite("a@ars.example", "a", "reader", by="x")
    with sqlite3.connect(tmp_path / "accounts.sqlite") as base:
        base.execute("UPDATE event SET done_on = '2020-01-01T00:00:00+00:00'")
    given = {
        "RELIANCE_SPACES": str(tmp_path / "spaces.toml"),
        "RELIANCE_ACCOUNTS": str(tmp_path / "accounts.sqlite"),
        "RELIANCE_AUTH": "proxy",
        "RELIANCE_PROXY": "127.0.0.1",
        "RELIANCE_JOURNAL_MONTHS": "12",
    }
    shorten(Settings.from_env(given))
    left = [(line.action, line.who) for line in workspaces["a"].audit.list()]
    assert left == [("add", "Chargée de mission")] * 2 + [("forget", "serveur")]
    assert workspaces["a"].audit.list()[-1].detail == "3 line(s) before this day"
    assert [line.action for line in workspaces["b"].audit.list()] == ["add", "add"], "nothing was old: nothing is said"
    assert register.events() == ()


@pytest.mark.parametrize("months", ["", "6"])
def test_the_process_beside_the_server_shortens_at_its_start(tmp_path, months, monkeypatch):
    db = synthetic.write(tmp_path / "x.gpkg")
    workspace = open_workspace(str(tmp_path / "workspace.sqlite"))
    written(workspace, tmp_path / "workspace.sqlite", old=2, new=1)
    monkeypatch.setenv("RELIANCE_JOURNAL_MONTHS", months)
    beside = subprocess.Popen(
        [sys.executable, "-m", "dashboard.queue", "--db", str(db)], stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        until = time.monotonic() + (WAIT_S if months else 8)
        while time.monotonic() < until and len(workspace.audit.list()) == 3 and beside.poll() is None:
            time.sleep(0.2)
            if workspace.audit.list()[-1].action == "forget":
                break
    finally:
        beside.stdin.close()
        beside.wait(WAIT_S)
    actions = [line.action for line in workspace.audit.list()]
    assert actions == (["add", "forget"] if months else ["add"] * 3)
