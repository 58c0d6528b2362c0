"""Lists of services on the first day: those that matter most are tried side by side, quickly, and none is needed.

Each list is taken by a process of its own, which can be stopped whatever its server does: stall, send a byte a second,
or send something else. What was cut is resumed the next time. Nothing here raises for a list that was not taken.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

LISTS = ("france_services", "finess_equipment", "bpe_counts_2023", "annuaire_administration")
"""Entries of the catalogue: France Services, FINESS, counts of equipment, the directory of public offices."""

LIMIT_S = 120.0
"""Time for all of them together."""

_LOOK_S = 0.2


def try_lists(
    data: Path,
    *,
    say: Callable[[str], None] = print,
    lists: Sequence[str] = LISTS,
    limit_s: float = LIMIT_S,
) -> dict[str, bool]:
    """Try to take each list into the data folder; tell of each whether it was taken and, if not, why.

    Returns at the latest `limit_s` after the call, and a moment to stop what still runs.
    """
    end = time.monotonic() + limit_s
    running = {name: _start(name, data) for name in lists}
    taken: dict[str, bool] = {}
    while running:
        for name, process in list(running.items()):
            late = time.monotonic() >= end
            if process.poll() is None and not late:
                continue
            if process.poll() is None:
                process.kill()
            _output, why = process.communicate()
            del running[name]
            taken[name] = process.returncode == 0
            say(f"{name}: taken" if taken[name] else f"{name}: not taken, {_reason(why, late, limit_s)}")
        if running:
            time.sleep(_LOOK_S)
    if not all(taken.values()):
        say("What was not taken is known of town halls only; later:  python -m etl fetch " + " ".join(_missing(taken)))
    return taken


def _start(name: str, data: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "etl", "fetch", name, "--hasty", "--data", str(data)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _reason(error: str, late: bool, limit_s: float) -> str:
    if late:
        return f"it was not there within {limit_s:g} s"
    lines = error.strip().splitlines()
    # The command names its error and the entry first, which are told already.
    return lines[0].partition("could not be taken: ")[2] or lines[0] if lines else "the command said nothing"


def _missing(taken: dict[str, bool]) -> list[str]:
    return [name for name, is_taken in taken.items() if not is_taken]
