"""An agency's own survey rates: beside the published ones, or pooled with them when a build asks for it."""

from functools import partial

import numpy as np
import pytest

from etl import build as recipe
from etl.agency.importing import FOLDER, examine, keep
from etl.local_survey import read_local_survey, with_own_rates
from etl.reading.intake import intake
from etl.rejects import with_words
from etl.sources import agency_survey
from geodata.agency import AGENCY_FILES, AgencyKind
from geodata.survey import SCENARIOS, scenario_of

GOOD = dict(zip(AGENCY_FILES[AgencyKind.SURVEY].names, (
    "five_networks", "age", "70+", "0,18", "0,12", "400", "2025-07", "online", "15+", "Crédoc", "",
), strict=True))  # fmt: skip


def snapshots_of(folder, *rows: dict, name: str = ""):
    """The snapshots of an agency's rates."""
    lines = [";".join(GOOD), *(";".join((GOOD | row).values()) for row in rows)]
    path = folder / "survey.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    keep(examine(AgencyKind.SURVEY, path), folder, name=name)
    return intake(folder / FOLDER, (agency_survey,))[0]


def test_a_rate_is_shown_beside_with_its_ratio_and_uncertainty(tmp_path):
    """18 % of 400 against 12 %: ratio 1.5; log SD: root of 0.82 / (400 x 0.18) + 0.01 = 0.1463."""
    local = read_local_survey(snapshots_of(tmp_path, {}), is_used=False)
    (row,) = local.table.to_dict("records")
    assert (row["ratio"], row["log_sd"]) == (pytest.approx(1.5), pytest.approx(0.1463, abs=1e-4))
    assert (row["producer"], row["note"], row["is_used"]) == ("Crédoc", None, 0)
    assert local.used == {}
    assert with_own_rates(local, SCENARIOS) == {}
    assert local.accepted == {agency_survey.SOURCE: 1}


def test_the_newest_wave_is_pooled_with_the_published_rates_when_asked(tmp_path):
    older, newer = {"wave": "2024-07", "rate": "0,24"}, {"wave": "2025-07", "rate": "0,18"}
    local = read_local_survey(snapshots_of(tmp_path, newer, older), is_used=True)
    assert local.table.set_index("wave")["is_used"].to_dict() == {"2024-07": 0, "2025-07": 1}
    (rate,) = with_own_rates(local, SCENARIOS)["scenario"].local_rates
    assert (rate.category, rate.ratio, rate.source) == ("70+", pytest.approx(1.5), "Crédoc")


def test_only_unions_of_the_survey_s_categories_are_used(tmp_path):
    """60+ is 60-69 with 70-74 and 75+; a rate by telephone stays beside. Another definition is not touched."""
    rows = {"category": "60+"}, {"mode": "telephone"}, {"factor": "density", "category": "rural"}
    local = read_local_survey(snapshots_of(tmp_path, *rows), is_used=True)
    assert local.table[local.table["is_used"] == 1]["category"].tolist() == ["60+", "rural"]
    flips = {s.id: s for s in with_own_rates(local, SCENARIOS)["flips"]}
    assert flips["loneliness"] == scenario_of("loneliness")
    assert len(flips["age_telephone"].local_rates) == 2


def test_a_rate_given_by_two_files_is_read_once(tmp_path):
    snapshots_of(tmp_path, {})
    local = read_local_survey(snapshots_of(tmp_path, {"rate": "0,20"}, name="z"), is_used=True)
    assert len(local.table) == 1
    assert with_words(local.rejects)["reason"].tolist() == ["this rate is already in another file"]


def test_without_a_file_the_table_is_empty(synthetic_tables):
    assert synthetic_tables["local_rate"].empty
    assert synthetic_tables["build"].set_index("key").loc["local_rates_used", "value"] == "0"


def test_a_build_that_asks_for_it_moves_the_shares_and_keeps_the_national_one(
    synthetic_snapshots, synthetic_tables, tmp_path, monkeypatch
):
    """Half as much again at 70 and over, not less: shares rise where the old live. The country's moves by what
    the ratio says of it, next to nothing."""
    quick = partial(recipe.estimate, draws=16, with_twins=False, with_bounds=False, with_ranks=False)
    monkeypatch.setattr(recipe, "estimate", quick)
    built = recipe.build(synthetic_snapshots, snapshots_of(tmp_path, {}), with_local_survey=True)
    before, after = (
        tables["estimate"].query("scenario == 'default'").set_index(["level", "code"])["share"]
        for tables in (synthetic_tables, built)
    )
    assert after["france", "FR"] == pytest.approx(before["france", "FR"], rel=1e-3)
    values = built["indicator_value"].query("indicator == 'share_65_plus' and level == 'commune'")
    old = values.set_index("code")["value"]
    rise = (after - before)["commune"].dropna()
    assert np.corrcoef(rise, old.reindex(rise.index))[0, 1] > 0.6
    assert built["local_rate"]["is_used"].tolist() == [1]
    assert "agence_enquete" in set(built["source"]["id"])
