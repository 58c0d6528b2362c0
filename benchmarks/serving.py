"""A server of the application for measurements: started on a free port, stopped at the end."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen


@contextmanager
def served(db: str, *, workers: int = 0) -> Iterator[tuple[str, int]]:
    """Address and process of `app.py`, or of gunicorn with `--preload` when `workers` are asked for."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with TemporaryDirectory() as folder:
        # As `make serve` does: many threads leave less memory behind them.
        environ = os.environ | {
            "MALLOC_ARENA_MAX": "2",
            "RELIANCE_DB": db,
            "RELIANCE_WORKSPACE": str(Path(folder) / "workspace.sqlite"),
        }
        command = ["app.py", "--port", str(port)]
        if workers:
            command = ["-m", "gunicorn", "--preload", "--workers", str(workers), "--threads", "8"]
            command += ["--bind", f"127.0.0.1:{port}", "wsgi:application()"]
        process = subprocess.Popen(
            [sys.executable, *command], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            wait(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()
            process.wait(timeout=90)


def wait(root: str, seconds: float = 60) -> float:
    """Seconds until the server answers. Raises `TimeoutError`."""
    before = time.perf_counter()
    while time.perf_counter() - before < seconds:
        try:
            urlopen(root, timeout=5).read()
            return time.perf_counter() - before
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{root} does not answer")
