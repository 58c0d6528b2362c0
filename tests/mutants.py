"""Mutation testing of the modules where a silent fault costs most: `python -m tests.mutants geodata/estimate.py`.

mutmut makes one small fault after another in a module and asks the test files that guard it: a fault that none of them
notices survives. Each module has a folder of its own in var/mutants, where `mutmut show NAME` shows a fault, and a file
of what became of each. `--sample 150` tries so many drawn at random, `--survivors` only those that the last run left.
Those that are left, and why: docs/mutants.md.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from scipy.stats import binomtest

from tests.conftest import KEPT

PROJECT = Path(__file__).parents[1]
RESULTS = PROJECT / "var" / "mutants"
COPIED = ("etl", "geodata", "dashboard", "tests", "pyproject.toml", "README.md")
GUARDS = {
    "geodata/disclosure.py": ("tests/geodata/test_disclosure.py",),
    "geodata/estimate.py": ("tests/geodata/test_estimate.py", "tests/spec/test_smallarea.py"),
    "geodata/methods/access/*.py": ("tests/spec/test_access.py",),
    "geodata/methods/fay_herriot.py": ("tests/spec/test_fay_herriot.py",),
    "geodata/methods/health.py": ("tests/spec/test_health.py",),
    "geodata/methods/mrp.py": ("tests/spec/test_mrp.py",),
    "geodata/methods/need.py": ("tests/spec/test_need.py",),
    "geodata/methods/residuals.py": ("tests/spec/test_residuals.py",),
    "geodata/methods/roads.py": ("tests/spec/test_roads.py", "tests/etl/test_roads.py"),
    "geodata/methods/siting/*.py": ("tests/spec/test_siting*.py",),
    **dict.fromkeys(
        (f"geodata/methods/siting/{part}.py" for part in ("bound", "exact", "problem", "reaching", "search", "walk")),
        ("tests/spec/test_siting.py", "tests/spec/test_siting_parts.py"),
    ),
    **dict.fromkeys(
        (f"geodata/methods/siting/{part}.py" for part in ("checks", "conflicts")),
        ("tests/spec/test_siting_refusals.py", "tests/spec/test_siting.py", "tests/spec/test_siting_preferred.py"),
    ),
    "geodata/methods/siting/capac*.py": ("tests/spec/test_siting_capacity.py", "tests/spec/test_siting_aims.py"),
    "geodata/methods/siting/preferred.py": ("tests/spec/test_siting_preferred.py",),
    "geodata/methods/smallarea/*.py": ("tests/spec/test_smallarea.py",),
    "geodata/methods/twins.py": ("tests/spec/test_twins.py",),
    "geodata/methods/waves.py": ("tests/spec/test_waves.py",),
    "etl/duplicates.py": ("tests/etl/test_duplicates.py",),
    "etl/people.py": ("tests/etl/indicators/test_people.py",),
    "dashboard/export.py": ("tests/dashboard/test_export.py",),
    "dashboard/text/*.py": (
        "tests/dashboard/test_text*.py",
        "tests/dashboard/test_plan_text.py",
        "tests/dashboard/test_travel_words.py",
    ),
}
"""Modules, as patterns, and the test files that guard each: few and quick, since every fault is put to them. The last
pattern of a module counts; tests marked `long` are left out."""

FLOOR = 0.85
"""Share of the faults that tests must notice."""

NOTICED = ("killed", "timeout", "segfault")
"""What mutmut calls a fault that a test notices; one that never ends is noticed by the one who waits."""

SETTINGS = """[mutmut]
source_paths=
    {module}
also_copy=
    etl
    geodata
    dashboard
pytest_add_cli_args_test_selection=
    {guards}
pytest_add_cli_args=
    --hypothesis-profile=mutants
    -pno:cacheprovider
    -mnot long
timeout_constant=4
timeout_multiplier=5
"""

NAMES = """import sys
from pathlib import Path
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.utils.format_utils import get_mutant_name
path = Path(sys.argv[1])
for name in mutate_file_contents(str(path), path.read_text(encoding="utf-8")).mutant_names:
    print(get_mutant_name(path, name))
"""
"""Names of all faults of a module, in its order; mutmut reads its settings in the folder where this runs."""


@dataclass(frozen=True)
class Faults:
    """How many faults a module can have, and what became of those that were tried, by name."""

    total: int
    became: dict[str, str]

    @property
    def noticed(self) -> int:
        return sum(end in NOTICED for end in self.became.values())


def modules(wanted: Sequence[str]) -> dict[str, list[str]]:
    """The modules that begin with one of `wanted` or match it (all where none is given), each with its guards."""
    paths = {}
    for pattern, guards in GUARDS.items():
        for path in sorted(PROJECT.glob(pattern)):
            module = path.relative_to(PROJECT).as_posix()
            if not wanted or any(fnmatch(module, w) or module.startswith(w) for w in wanted):
                paths[module] = sorted(str(f.relative_to(PROJECT)) for g in guards for f in PROJECT.glob(g))
    return paths


def prepare(module: str, guards: Sequence[str]) -> Path:
    """A folder of its own for the faults of a module: a copy of what is tested, and mutmut's settings."""
    folder = RESULTS / module.removesuffix(".py").replace("/", ".")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in COPIED:
        source = PROJECT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    settings = SETTINGS.format(module=module, guards="\n    ".join(guards))
    (folder / "setup.cfg").write_text(settings, encoding="utf-8")
    return folder


def mutate(module: str, guards: Sequence[str], options: argparse.Namespace, shared: str) -> Faults:
    """Put faults of a module to its guards; `shared` is the folder of what tests build once."""
    kept = RESULTS / f"{module.replace('/', '.')}.json"
    text = hashlib.sha256((PROJECT / module).read_bytes()).hexdigest()
    before = json.loads(kept.read_text(encoding="utf-8")) if options.survivors and kept.exists() else {}
    if options.survivors and before.get("text") != text:
        sys.exit(f"{module} was not run, or changed since: run it without --survivors.")
    folder = prepare(module, guards)
    listed = subprocess.run(
        [sys.executable, "-c", NAMES, module], cwd=folder, capture_output=True, text=True, check=True
    )
    names = listed.stdout.split()
    known = before.get("faults", {})
    if options.survivors:
        chosen = [name for name, became in known.items() if became not in NOTICED]
    elif options.sample and options.sample < len(names):
        chosen = random.Random(options.seed).sample(names, options.sample)
    else:
        chosen = names
    if chosen:
        environ = os.environ | {KEPT: shared}
        mutmut = [sys.executable, "-m", "mutmut"]
        run = [*mutmut, "run", "--max-children", str(options.processes), *chosen]
        subprocess.run(run, cwd=folder, env=environ, check=True)
        told = subprocess.run(
            [*mutmut, "results", "--all", "true"], cwd=folder, capture_output=True, text=True, check=True
        )
        became = dict(line.strip().split(": ") for line in told.stdout.splitlines() if "__mutmut_" in line)
        known |= {name: became[name] for name in chosen}
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps({"text": text, "total": len(names), "faults": known}, indent=1), encoding="utf-8")
    return Faults(len(names), known)


def line(module: str, faults: Faults) -> str:
    """A row of the table of docs/mutants.md; a sample comes with the range of the share (Wilson, 95 %)."""
    tried, noticed = len(faults.became), faults.noticed
    share = f"{noticed / tried:.0%}" if tried else "–"
    if tried < faults.total:
        low, high = binomtest(noticed, tried).proportion_ci(method="wilson")
        share += f" ({low:.0%}–{high:.0%})"
    return f"| `{module}` | {faults.total} | {tried} | {noticed} | {share} |"


def main(arguments: Sequence[str]) -> int:
    """Mutate the modules named, or all; a line of Markdown each. 1 where fewer than the floor are killed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", help="a path, the beginning of one or a pattern; all where none is given")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--sample", type=int, help="try so many faults of a module, drawn at random")
    which.add_argument("--survivors", action="store_true", help="only those that the last run of a module left")
    parser.add_argument("--seed", type=int, default=1, help="which draw")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args(arguments)
    print("| module | faults | tried | noticed | share |\n|---|---|---|---|---|", flush=True)
    shares = []
    with tempfile.TemporaryDirectory(prefix="reliance-mutants-") as shared:
        for module, guards in modules(options.modules).items():
            faults = mutate(module, guards, options, shared)
            print(line(module, faults), flush=True)
            if faults.total:
                shares.append(faults.noticed / len(faults.became))
    return int(min(shares, default=0) < FLOOR)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
