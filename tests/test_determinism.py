"""Same files, same code, same seed: the same tables, in any process and whatever the order of the census rows."""

import json
import os
import subprocess
import sys
from functools import partial

import pandas as pd
import pytest

from etl import build as recipe
from etl.publishing.publish import content_hash
from tests.conftest import PROJECT
from tests.etl.wheels import with_census

BUILD = """
import json, sys
from pathlib import Path
from etl import build, synthetic
tables = build.build(synthetic.write(Path(sys.argv[1])))
print(json.dumps({"hash": build.content_hash(tables), "seed": dict(tables["build"].to_numpy())["seed"]}))
"""


def test_two_processes_build_the_same_tables(synthetic_tables, tmp_path):
    """Another process, another order of sets and dictionaries of text, another number of threads."""
    here = os.environ.get("PYTHONHASHSEED", "random")
    there = "1" if here != "1" else "2"
    environment = os.environ | {"PYTHONHASHSEED": there, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(tmp_path)],
        cwd=PROJECT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    built = json.loads(done.stdout.splitlines()[-1])
    assert built == {"hash": content_hash(synthetic_tables), "seed": str(recipe.SEED)}


@pytest.fixture(scope="module")
def quick_build():
    """The recipe with one scenario and few draws: what is asked of it here does not depend on their number."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recipe, "estimate", partial(recipe.estimate, flips=(), draws=16, with_bounds=False))
        yield recipe.build


@pytest.fixture(scope="module")
def quick_tables(quick_build, synthetic_snapshots):
    return quick_build(synthetic_snapshots)


def test_the_order_of_the_census_rows_does_not_matter(quick_build, quick_tables, synthetic_snapshots, tmp_path):
    """All but the checksum of the file that was read."""
    reversed_file = with_census(synthetic_snapshots["iris_2021"], tmp_path, lambda census: census.iloc[::-1])
    assert reversed_file.sha256 != synthetic_snapshots["iris_2021"].sha256
    tables = quick_build(synthetic_snapshots | {"iris_2021": reversed_file})
    for name in set(tables) - {"snapshot", "build"}:
        pd.testing.assert_frame_equal(tables[name], quick_tables[name], check_exact=True, obj=name)


def test_another_seed_moves_the_draws_and_nothing_else(quick_build, quick_tables, synthetic_snapshots):
    tables = quick_build(synthetic_snapshots, seed=recipe.SEED + 1)
    changed = {name for name in tables if not tables[name].equals(quick_tables[name])}
    assert changed == {"estimate", "build"}
    pd.testing.assert_series_equal(tables["estimate"]["share"], quick_tables["estimate"]["share"], rtol=0.02)
