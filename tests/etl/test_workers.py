"""A census base that tells manual workers, from the file to the estimate, the indicator and the flip test."""

from functools import partial

import numpy as np
import pytest

from etl import build as recipe
from etl.publishing.checks import run_checks
from etl.reading.intake import intake
from etl.sources import insee_rp_wide
from geodata.survey import DEFAULT, scenario_of


@pytest.fixture(scope="module")
def tables(synthetic_snapshots, synthetic_tables, tmp_path_factory):
    """The artificial region: half of the communes have 20 % of workers, the others 5 %, and one more than people."""
    estimate = synthetic_tables["estimate"]
    default_rows = estimate[
        (estimate["level"] == "commune") & (estimate["scenario"] == "default") & estimate["share"].notna()
    ]
    codes = sorted(default_rows["code"])
    lines = [f"{code};200;{40 if number % 2 else 10}" for number, code in enumerate(codes[1:])]
    folder = tmp_path_factory.mktemp("census")
    text = "\n".join(["CODGEO;C22_POP15P;C22_POP15P_STAT_GSEC16_26", f"{codes[0]};200;201", *lines])
    (folder / "base-evol-struct-pop.csv").write_text(text, encoding="utf-8")
    snapshots, _ = intake(folder, (insee_rp_wide,))
    brief = partial(recipe.estimate, flips=(DEFAULT, scenario_of("workers_0")), draws=16)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recipe, "estimate", brief)
        return recipe.build(synthetic_snapshots, snapshots), codes


def shares(tables, scenario):
    rows = tables["estimate"]
    return rows[(rows["level"] == "commune") & (rows["scenario"] == scenario)].set_index("code")["share"].astype(float)


def test_more_workers_more_isolated_and_the_flip_test_asks_without_them(tables, synthetic_tables):
    built, codes = tables
    before, after = shares(synthetic_tables, "default"), shares(built, "default")
    moved = np.log(after / before)
    assert (moved[codes[2::2]] > moved[codes[0]]).all() and (moved[codes[1::2]] < moved[codes[0]]).all()
    without = shares(built, "workers_0")
    assert without[codes].to_numpy() == pytest.approx(before[codes].to_numpy(), abs=1e-12)
    assert "workers_0" not in set(synthetic_tables["estimate"]["scenario"])
    assert run_checks(built) == []


def test_what_is_told_is_shown_and_what_is_impossible_is_refused(tables):
    built, codes = tables
    values = built["indicator_value"]
    told = values[(values["indicator"] == "worker_share") & (values["level"] == "commune")].set_index("code")["value"]
    assert told[codes[1:3]].tolist() == [0.05, 0.2] and np.isnan(told.get(codes[0], np.nan))
    rejects = built["reject"]
    assert rejects.loc[rejects["key"] == codes[0], "reason"].str.contains("numerator_above").any()
