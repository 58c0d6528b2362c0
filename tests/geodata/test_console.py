"""A console that lacks a sign: the command says `?` and keeps what it did."""

import os
import subprocess
import sys

import pytest

from geodata.agency import AgencyKind, template_csv
from tests.conftest import PROJECT


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp850"])
@pytest.mark.parametrize("command", ["import", "template"])
def test_a_sign_that_the_console_lacks_stops_nothing(tmp_path, encoding, command):
    path = tmp_path / "Équipes d’été œuvre №1.csv"
    path.write_text(template_csv(AgencyKind.SERVICES), encoding="utf-8")
    place = ["--data", str(tmp_path / "data"), "--db", str(tmp_path / "none.gpkg")]
    arguments = ["services", str(path), *place] if command == "import" else ["services"]
    done = subprocess.run(
        [sys.executable, "-m", "etl", command, *arguments],
        cwd=PROJECT, env=os.environ | {"PYTHONIOENCODING": encoding}, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False), done.stderr.decode(errors="replace")
    if command == "import":
        assert b"?1.csv" in done.stdout
        assert (tmp_path / "data" / "agency" / "services.csv").is_file()
        assert path.with_name(path.name + ".rapport.csv").is_file()
