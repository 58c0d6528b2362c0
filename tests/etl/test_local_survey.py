"""An agency's own survey rates: beside the published ones, or in their place when a build asks for it."""

from functools import partial

import numpy as np
import pytest

from etl import build as recipe
from etl.agency.importing import FOLDER, examine, keep
from etl.local_survey import read_local_survey, with_own_rates
from etl.reading.intake import intake
from etl.sources import agency_survey
from geodata.agency import AGENCY_FILES, AgencyKind
from geodata.errors import CalibrationError
from geodata.survey import DEFAULT, SCENARIOS, rates_of, scenario_of

GOOD = dict(zip(AGENCY_FILES[AgencyKind.SURVEY].names, (
    "five_networks", "age", "70+", "0,18", "0,12", "400", "2025-07", "online", "15+", "Crédoc", "",
), strict=True))  # fmt: skip


def found(folder, *rows: dict, name: str = ""):
    """The snapshots of an agency's rates."""
    lines = [";".join(GOOD), *(";".join((GOOD | row).values()) for row in rows)]
    path = folder / "survey.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    keep(examine(AgencyKind.SURVEY, path), folder, name=name)
    return intake(folder / FOLDER, (agency_survey,))[0]


def test_a_rate_is_shown_beside_with_its_ratio_and_uncertainty(tmp_path):
    """18 % of 400 against 12 %: ratio 1.5; log SD: root of 0.82 / (400 x 0.18) + 0.01 = 0.1463."""
    local = read_local_survey(found(tmp_path, {}), is_used=False)
    (row,) = local.table.to_dict("records")
    assert (row["ratio"], row["log_sd"]) == (pytest.approx(1.5), pytest.approx(0.1463, abs=1e-4))
    assert (row["producer"], row["note"], row["is_used"]) == ("Crédoc", None, 0)
    assert local.used == {}
    assert with_own_rates(local, SCENARIOS) == {}
    assert local.accepted == {agency_survey.SOURCE: 1}


def test_the_newest_wave_replaces_the_published_rate_when_asked(tmp_path):
    older, newer = {"wave": "2024-07", "rate": "0,24"}, {"wave": "2025-07", "rate": "0,18"}
    local = read_local_survey(found(tmp_path, newer, older), is_used=True)
    assert local.table.set_index("wave")["is_used"].to_dict() == {"2024-07": 0, "2025-07": 1}
    own = with_own_rates(local, SCENARIOS)["scenario"]
    rates = {(r.factor, r.category): r for r in rates_of(own)}
    published = {(r.factor, r.category): r for r in rates_of(DEFAULT)}
    assert rates["age", "70+"].ratio == pytest.approx(1.5)
    assert rates["age", "70+"].source == "Crédoc"
    assert {key for key, rate in rates.items() if rate != published[key]} == {("age", "70+")}


def test_only_what_the_survey_table_has_a_place_for_is_replaced(tmp_path):
    """No published age 60+, no telephone ratio at 70+: both stay beside. Another definition is not touched."""
    rows = {"category": "60+"}, {"mode": "telephone"}, {"factor": "density", "category": "rural"}
    local = read_local_survey(found(tmp_path, *rows), is_used=True)
    assert local.table[local.table["is_used"] == 1]["category"].tolist() == ["rural"]
    flips = {s.id: s for s in with_own_rates(local, SCENARIOS)["flips"]}
    assert flips["loneliness"] == scenario_of("loneliness")
    own = {(r.factor, r.category): r.ratio for r in rates_of(flips["age_telephone"])}
    assert own["density", "rural"] == pytest.approx(1.5)
    assert own["age", "75+"] == 2.0


def test_a_rate_given_by_two_files_is_read_once(tmp_path):
    found(tmp_path, {})
    local = read_local_survey(found(tmp_path, {"rate": "0,20"}, name="z"), is_used=True)
    assert len(local.table) == 1
    assert local.rejects["reason"].tolist() == ["this rate is already in another file"]


def test_without_a_file_the_table_is_empty(synthetic_tables):
    assert synthetic_tables["local_rate"].empty
    assert synthetic_tables["build"].set_index("key").loc["local_rates_used", "value"] == "0"


def test_a_build_that_asks_for_it_moves_the_shares_and_keeps_the_national_one(
    synthetic_snapshots, synthetic_tables, tmp_path, monkeypatch
):
    """Half as much again at 70 and over, not less: shares rise where the old live, the country's stays."""
    quick = partial(recipe.estimate, draws=16, with_twins=False, with_bounds=False, with_ranks=False)
    monkeypatch.setattr(recipe, "estimate", quick)
    built = recipe.build(synthetic_snapshots, found(tmp_path, {}), with_local_survey=True)
    before, after = (
        tables["estimate"].query("scenario == 'default'").set_index(["level", "code"])["share"]
        for tables in (synthetic_tables, built)
    )
    assert after["france", "FR"] == pytest.approx(before["france", "FR"], rel=1e-6)
    values = built["indicator_value"].query("indicator == 'share_65_plus' and level == 'commune'")
    old = values.set_index("code")["value"]
    rise = (after - before)["commune"].dropna()
    assert np.corrcoef(rise, old.reindex(rise.index))[0, 1] > 0.6
    assert built["local_rate"]["is_used"].tolist() == [1]
    assert "agence_enquete" in set(built["source"]["id"])


def test_a_rate_that_cannot_hold_is_refused_with_what_could(synthetic_snapshots, tmp_path):
    """The artificial region is nearly all rural: its rural communes cannot have twice the national share."""
    official = found(tmp_path, {"factor": "density", "category": "rural", "rate": "0,24"})
    with pytest.raises(CalibrationError, match="cannot hold together"):
        recipe.build(synthetic_snapshots, official, with_local_survey=True)
