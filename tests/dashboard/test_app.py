"""The command that serves: an address on standard output, or one line and an exit code."""

import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.dashboard import synthetic

ROOT = Path(__file__).parents[2]


def start(*arguments: str) -> subprocess.Popen:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("RELIANCE_")}
    command = [sys.executable, "app.py", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_it_prints_its_address_and_serves(tmp_path, free_port):
    database = synthetic.write(tmp_path / "x.gpkg")
    process = start("--db", str(database), "--port", str(free_port))
    try:
        address = process.stdout.readline().removeprefix("Reliance: ").strip()
        assert address == f"http://127.0.0.1:{free_port}/"
        with urllib.request.urlopen(address, timeout=20) as answer:
            assert b"Reliance" in answer.read()
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--db", "/nowhere/x.gpkg"], 3, "DatabaseUnavailable"),
        (["--db", "x.csv"], 3, "BadInput"),
        (["--port", "many"], 2, "--port"),
    ],
)
def test_what_cannot_start_says_why(arguments, code, message):
    process = start(*arguments)
    _, error = process.communicate(timeout=60)
    assert process.returncode == code
    assert message in error and "Traceback" not in error


def test_a_port_that_is_taken_is_said(tmp_path):
    database = synthetic.write(tmp_path / "x.gpkg")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start("--db", str(database), "--port", str(taken.getsockname()[1]))
        _, error = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "Address already in use" in error and "Traceback" not in error


def gunicorn(database: str, port: int) -> subprocess.Popen:
    command = [sys.executable, "-m", "gunicorn", "--preload", "--workers", "2", "--threads", "2"]
    command += ["--bind", f"127.0.0.1:{port}", "wsgi:application()"]
    environ = {k: v for k, v in os.environ.items() if not k.startswith("RELIANCE_")} | {"RELIANCE_DB": database}
    return subprocess.Popen(command, cwd=ROOT, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_several_processes_serve_the_same_application(tmp_path, free_port):
    process = gunicorn(str(synthetic.write(tmp_path / "x.gpkg")), free_port)
    try:
        for line in process.stderr:
            if "Booting worker" in line:
                break
        for _ in range(8):
            with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/export/carte.csv", timeout=20) as answer:
                assert b"CC du Nord" in answer.read()
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_several_processes_that_cannot_start_say_why(free_port):
    _, error = (process := gunicorn("/nowhere/x.gpkg", free_port)).communicate(timeout=60)
    assert process.returncode == 3
    assert "DatabaseUnavailable" in error
