"""Mutation testing of the modules where a silent fault costs most: `python -m tests.mutants geodata/estimate.py`.

mutmut makes one small fault after another in a module and asks the test files that guard it: a fault that none of them
notices survives. Each module has a folder of its own in var/mutants, where `mutmut browse` shows its survivors.
Those that are left, and why: docs/mutants.md.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from tests.conftest import KEPT

PROJECT = Path(__file__).parents[1]
COPIED = ("etl", "geodata", "dashboard", "tests", "pyproject.toml", "README.md")
GUARDS = {
    "geodata/disclosure.py": ("tests/geodata/test_disclosure.py",),
    "geodata/estimate.py": ("tests/geodata/test_estimate.py", "tests/spec/test_smallarea.py"),
    "geodata/methods/access/*": ("tests/spec/test_access.py",),
    "geodata/methods/fay_herriot.py": ("tests/spec/test_fay_herriot.py",),
    "geodata/methods/health.py": ("tests/spec/test_health.py",),
    "geodata/methods/mrp.py": ("tests/spec/test_mrp.py",),
    "geodata/methods/need.py": ("tests/spec/test_need.py",),
    "geodata/methods/residuals.py": ("tests/spec/test_residuals.py",),
    "geodata/methods/roads.py": ("tests/spec/test_roads.py", "tests/etl/test_roads.py"),
    "geodata/methods/siting/*": ("tests/spec/test_siting.py", "tests/spec/test_siting_aims.py"),
    "geodata/methods/smallarea/*": ("tests/spec/test_smallarea.py",),
    "geodata/methods/twins.py": ("tests/spec/test_twins.py",),
    "geodata/methods/waves.py": ("tests/spec/test_waves.py",),
    "etl/duplicates.py": ("tests/etl/test_duplicates.py",),
    "etl/people.py": ("tests/etl/indicators/test_people.py",),
    "dashboard/export.py": ("tests/dashboard/test_export.py",),
    "dashboard/text/*": ("tests/dashboard/test_text*.py",),
}
"""Modules, as patterns, and the test files that guard each: few and quick, since every fault is put to them."""

FLOOR = 0.85
"""Share of the faults that tests must notice."""

SETTINGS = """[mutmut]
source_paths=
    etl
    geodata
    dashboard
only_mutate={module}
pytest_add_cli_args_test_selection=
    {guards}
pytest_add_cli_args=
    --hypothesis-profile=mutants
    -pno:cacheprovider
timeout_constant=20
"""


def mutate(module: str, processes: int) -> dict[str, int]:
    """Put every fault of a module to its guards: how many were killed, survived, timed out..."""
    folder = PROJECT / "var" / "mutants" / module.removesuffix(".py").replace("/", ".").replace("*", "all")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in COPIED:
        source = PROJECT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    (folder / "shared").mkdir()
    environ = os.environ | {KEPT: str(folder / "shared")}
    settings = SETTINGS.format(module=module, guards="\n    ".join(GUARDS[module]))
    (folder / "setup.cfg").write_text(settings, encoding="utf-8")
    mutmut = [sys.executable, "-m", "mutmut"]
    subprocess.run([*mutmut, "run", "--max-children", str(processes)], cwd=folder, env=environ, check=True)
    subprocess.run([*mutmut, "results"], cwd=folder, check=True)
    subprocess.run([*mutmut, "export-cicd-stats"], cwd=folder, check=True)
    return json.loads((folder / "mutants" / "mutmut-cicd-stats.json").read_text(encoding="utf-8"))


def main(arguments: Sequence[str]) -> int:
    """Mutate the modules named, or all; a line of Markdown each. 1 where fewer than the floor are killed."""
    wanted = [m for m in GUARDS if not arguments or any(fnmatch(m, a) or m.startswith(a) for a in arguments)]
    counts = {module: mutate(module, 2) for module in wanted}
    print("| module | faults | noticed | share |\n|---|---|---|---|")
    shares = []
    for module, count in counts.items():
        noticed = count["killed"] + count["timeout"] + count["segfault"]
        shares.append(noticed / count["total"])
        print(f"| `{module}` | {count['total']} | {noticed} | {shares[-1]:.0%} |")
    return int(min(shares, default=0) < FLOOR)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
