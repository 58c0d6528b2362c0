"""What `make clean` removes and what it never touches; the environment that everything runs in."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

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


ENVIRONMENT = PROJECT / "deploy" / "virtual_environment.sh"


def test_an_environment_that_cannot_be_made_leaves_nothing_half_made(tmp_path):
    """`make` would take what is there for whole."""
    broken = tmp_path / "python"
    broken.write_text('#!/bin/sh\ncase "$*" in *venv*) for last; do :; done; mkdir -p "$last/bin"; esac\nexit 1\n')
    broken.chmod(0o755)
    done = subprocess.run(
        ["bash", ENVIRONMENT, tmp_path / "made"], env=os.environ | {"PYTHON": str(broken)}, check=False
    )
    assert done.returncode != 0 and not (tmp_path / "made").exists()


def test_the_virtual_environment_is_whole_and_the_one_that_is_asked_for(tmp_path):
    for name, environ in (("quicker", {"PYTHON": ""}), ("asked for", {"PYTHON": sys.executable})):
        subprocess.run(["bash", ENVIRONMENT, tmp_path / name], env=os.environ | environ, check=True)
        ask = "import pip, ssl, sqlite3, sys; print(sys.version_info >= (3, 11), sys._base_executable)"
        done = subprocess.run([tmp_path / name / "bin/python", "-c", ask], capture_output=True, text=True, check=True)
        is_recent, _, executable = done.stdout.strip().partition(" ")
        assert is_recent == "True"
    assert Path(executable).resolve() == Path(sys._base_executable).resolve()
