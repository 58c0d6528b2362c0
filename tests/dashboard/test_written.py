"""What people write: what is not of this database is refused; while it cannot be kept, pages go on and say so."""

import shutil
import subprocess
import sys

import pytest

from dashboard.app import create_app
from dashboard.facts import Facts
from dashboard.settings import Settings
from geodata.errors import BadInput, UnknownTerritory, WorkspaceUnavailable
from geodata.workspace import Statement, open_workspace
from tests.conftest import PROJECT
from tests.dashboard.test_callbacks import show, texts


@pytest.mark.parametrize(
    ("code", "category", "service", "error"),
    [
        ("99999", "mairie", None, UnknownTerritory),
        ("97401", "nothing", None, BadInput),
        ("97401", "mairie' OR 1=1 --", None, BadInput),
        ("97401", "mairie", "no-such-service", BadInput),
    ],
)
def test_a_correction_of_what_is_not_in_the_database_is_refused(store, tmp_path, code, category, service, error):
    facts = Facts(store, open_workspace(str(tmp_path / "w.sqlite")))
    with pytest.raises(error):
        facts.contest(code, category, Statement.RETRACT, who="Role", why="Why", service=service)
    assert facts.corrections() == () and facts.workspace.audit.list() == ()
    facts.contest("97401", "mairie", Statement.RETRACT, who="Role", why="Why", service=None)
    assert len(facts.corrections()) == 1


@pytest.fixture
def gone(store, database, tmp_path):
    """An application whose workspace was there, with a correction, and has gone."""
    folder = tmp_path / "written"
    workspace = open_workspace(str(folder / "workspace.sqlite"))
    app = create_app(store, workspace, Settings(db=str(database)))
    workspace.corrections.add("97401", "mairie", Statement.RETRACT, who="Role", why="Why")
    client = app.server.test_client()
    client.get("/export/besoin.csv?r=R9&m=commune")
    folder.rename(tmp_path / "elsewhere")
    return app, client


@pytest.mark.parametrize("path", ["/", "/besoin", "/territoire", "/commencer", "/methode", "/accessibilite"])
def test_pages_that_only_read_are_answered_without_the_workspace_and_say_so(gone, path):
    app, client = gone
    drawn = show(app, client, path, "?s=epci:S91")
    assert "ne peut pas être affichée" not in texts(drawn["shell"]["children"])
    if path in ("/territoire", "/commencer"):
        assert "ne peut pas être lu" in texts(drawn["alert"]["children"])


def test_files_are_written_without_the_workspace(gone):
    _, client = gone
    for address in (
        "/export/carte.csv",
        "/export/besoin.csv?r=R9&m=commune",
        "/export/territoire/services.csv?s=epci:S91",
    ):
        assert client.get(address).status_code in (200, 404), address


@pytest.fixture
def small_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1200k", "tmpfs", str(disk)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can only be made by root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_loses_nothing_that_was_kept_and_says_so(small_disk):
    workspace = open_workspace(str(small_disk / "workspace.sqlite"))
    kept = 0
    with pytest.raises(WorkspaceUnavailable, match="nothing was changed"):
        for _ in range(5_000):
            workspace.notes.add("epci", "S11", "x" * 3_900, who="Role")
            kept += 1
    assert kept > 10
    assert len(workspace.notes.list("epci", "S11")) == kept
    # Room again: what is written next is kept.
    assert open_workspace(str(small_disk / "workspace.sqlite")).notes.list("epci", "S11")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_the_systemd_unit_is_one(tmp_path):
    unit = (PROJECT / "deploy" / "reliance.service").read_text()
    # The program is looked for where it will be: another one stands for it here.
    unit = unit.replace("/opt/reliance/.venv/bin/gunicorn", "/bin/true")
    path = tmp_path / "reliance.service"
    path.write_text(unit)
    done = subprocess.run(["systemd-analyze", "verify", str(path)], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "reliance.service" in line and "User=" not in line]
    assert not ours, done.stderr


def test_the_container_holds_all_that_runs_and_nothing_that_people_wrote(tmp_path):
    lines = (PROJECT / "deploy" / "Containerfile").read_text().splitlines()
    copied = [line.split()[1:] for line in lines if line.startswith("COPY ")]
    for *names, target in copied:
        for name in names:
            assert name not in (".", "var"), "what people wrote would be in the image"
            if (PROJECT / name).is_dir():
                shutil.copytree(PROJECT / name, tmp_path / target)
            else:
                shutil.copy(PROJECT / name, tmp_path / target)
    command = "import wsgi, dashboard.queue, etl.__main__; print(wsgi.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(tmp_path / "wsgi.py")
