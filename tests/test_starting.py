"""What every command and the server load as they begin, and what waits until it serves."""

import subprocess
import sys

from tests.conftest import PROJECT

BEGINNINGS = ("etl.__main__", "dashboard.app", "dashboard.queue", "dashboard.briefing.__main__")
LATE = {"alembic", "geoalchemy2", "numba", "scipy.optimize"}
"""Half a second of processor at every start, for what most processes never do."""


def test_what_few_processes_need_is_not_loaded_by_all():
    code = f"import sys, {', '.join(BEGINNINGS)}; print(*sorted({LATE} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
