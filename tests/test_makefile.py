"""What `make clean` removes, and what it never touches."""

import shutil
import subprocess

import pytest

from tests.conftest import PROJECT

WRITTEN = ("var/workspace.sqlite", "var/workspace.sqlite-wal", "var/briefings/a1/x.zip", "var/data/base/x.whl")


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_clean_never_touches_what_people_wrote(tmp_path):
    shutil.copy(PROJECT / "Makefile", tmp_path)
    for name in (*WRITTEN, "var/isolation.gpkg", ".venv/bin/python"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    subprocess.run(["make", "clean"], cwd=tmp_path, check=True, capture_output=True)
    assert all((tmp_path / name).is_file() for name in WRITTEN)
    assert not (tmp_path / "var/isolation.gpkg").exists() and not (tmp_path / ".venv").exists()
