"""Rates measured in territories beside the model's shares: published ones, an agency's rates, an agency's answers."""

import numpy as np
import pandas as pd
import pytest

from etl.agency.importing import FOLDER, examine, keep
from etl.direct import read_direct
from etl.estimate import estimate
from etl.reading.intake import intake
from etl.rejects import with_words
from etl.sources import agency_direct, reference
from geodata.agency import AGENCY_FILES, AgencyKind
from geodata.survey import SCENARIOS, scenario_of

RATE = dict(zip(AGENCY_FILES[AgencyKind.SURVEY_TERRITORIES].names, (
    "five_networks", "departement", "31", "0,18", "820", "1,4", "telephone", "2026-03", "cinq réseaux", "15+",
    "ARS", "",
), strict=True))  # fmt: skip
ANSWER = dict(zip(AGENCY_FILES[AgencyKind.SURVEY_ANSWERS].names, (
    "five_networks", "non", "40-59", "employed", "non", "epci", "E31", "1", "telephone", "2026-03", "ARS",
), strict=True))  # fmt: skip


@pytest.fixture(scope="module")
def estimated():
    """Twelve communes of 5,000 residents, four in each of three départements, an EPCI each."""
    rows = [
        [
            f"{departement}{i:03d}",
            departement,
            f"E{departement}",
            float(i % 2),
            0.0,
            float(i % 2 == 0),
            1100,
            2800,
            1100,
        ]
        for departement in ("31", "48", "67")
        for i in range(1, 5)
    ]
    columns = ["code_insee", "departement", "epci", "rural", "town", "city", "pop_0_19", "pop_20_64", "pop_65_plus"]
    communes = pd.DataFrame(rows, columns=columns).set_index("code_insee")
    communes["region"] = communes["departement"].map(reference.departements()["region"])
    flips = [scenario_of("mort_sociale_60_plus"), scenario_of("loneliness"), scenario_of("srcv")]
    off = {"with_ranks": False, "with_twins": False, "with_bounds": False}
    return estimate(communes, reference.departements(), reference.national(), flips=flips, draws=4, **off)


def snapshots_of(folder, kind: AgencyKind, rows: list[dict], **options):
    """The snapshots of an agency's survey."""
    path = folder / f"{kind}.csv"
    path.write_text("\n".join([";".join(rows[0]), *(";".join(row.values()) for row in rows)]), encoding="utf-8")
    keep(examine(kind, path), folder, **options)
    return intake(folder / FOLDER, (agency_direct,))[0]


def answers(isolated: int, others: int, **cells) -> list[dict]:
    return [ANSWER | cells | {"isolated": said} for said, n in (("oui", isolated), ("non", others)) for _ in range(n)]


def row(direct, code):
    (told,) = direct.table[direct.table["code"] == code].to_dict("records")
    return told


def test_a_published_region_stands_beside_the_model(estimated):
    """Grand Est (Bas-Rhin is in it): 1 % of 158 people of 60 and over, for some 4 % expected."""
    modelled = row(read_direct({}, estimated), "44")
    assert (modelled["definition"], modelled["rate"], modelled["respondents"]) == ("mort_sociale_60_plus", 0.01, 158)
    assert modelled["rate"] < modelled["together"] < modelled["share"] and -2 < modelled["z"] < -1
    assert modelled["together_low"] < modelled["together"] < modelled["together_high"]


def test_the_departements_of_a_measured_region_are_held_to_it(estimated):
    """Bas-Rhin is all that there is of Grand Est here: it becomes what both say of the région."""
    direct = read_direct({}, estimated)
    region, departement = row(direct, "44"), row(direct, "67")
    assert departement["method"] == "held" and pd.isna(departement["rate"])
    assert departement["share"] == pytest.approx(region["share"])
    assert departement["together"] == pytest.approx(region["together"])
    assert departement["together_low"] <= region["together_low"] + 1e-9


def test_an_agency_s_rate_pulls_both_towards_it(estimated, tmp_path):
    direct = read_direct(snapshots_of(tmp_path, AgencyKind.SURVEY_TERRITORIES, [RATE]), estimated)
    modelled = row(direct, "31")
    assert modelled["share"] < modelled["together"] < 0.18 and modelled["z"] > 1
    assert (modelled["method"], modelled["design_effect"], modelled["note"]) == ("rates", 1.4, None)
    assert direct.accepted == {agency_direct.SOURCE: 1}


def test_a_territory_that_is_not_estimated_is_refused(estimated, tmp_path):
    direct = read_direct(snapshots_of(tmp_path, AgencyKind.SURVEY_TERRITORIES, [RATE | {"code": "33"}]), estimated)
    assert "33" not in set(direct.table["code"])
    assert (
        direct.rejects["key"].tolist() == ["33"] and "no such territory" in with_words(direct.rejects)["reason"].iloc[0]
    )


def test_a_rate_of_few_people_is_refused_at_import(tmp_path):
    path = tmp_path / "few.csv"
    few = RATE | {"respondents": "199"}
    path.write_text("\n".join([";".join(few), ";".join(few.values())]), encoding="utf-8")
    (refused,) = examine(AgencyKind.SURVEY_TERRITORIES, path).report.refused
    assert "200 or more is expected" in refused.reasons[0].text()


def test_answers_are_regressed_and_poststratified(estimated, tmp_path):
    """A quarter of 2,000 answers: the share of both comes near it, the model's stays beside, the distance is told."""
    direct = read_direct(snapshots_of(tmp_path, AgencyKind.SURVEY_ANSWERS, answers(500, 1500)), estimated)
    modelled = row(direct, "E31")
    assert (modelled["method"], modelled["respondents"], modelled["rate"]) == ("answers", 2000, pytest.approx(0.25))
    assert modelled["share"] < 0.14 and modelled["z"] > 5
    assert modelled["share"] + 0.03 < modelled["together"] < 0.25


def test_more_answers_weigh_more(estimated, tmp_path):
    few, many = (
        row(read_direct(snapshots_of(tmp_path, AgencyKind.SURVEY_ANSWERS, answers(n, 3 * n)), estimated), "E31")
        for n in (50, 1000)
    )
    assert few["share"] < few["together"] < many["together"]
    assert many["together_high"] - many["together_low"] < few["together_high"] - few["together_low"]


def test_unequal_weights_cost_precision(estimated, tmp_path):
    """Half of the answers weigh three times the others: 400 tell as much as 320, a design effect of 1.25."""
    rows = answers(50, 150, weight="3") + answers(50, 150, weight="1")
    modelled = row(read_direct(snapshots_of(tmp_path, AgencyKind.SURVEY_ANSWERS, rows), estimated), "E31")
    assert modelled["design_effect"] == pytest.approx(1.25)


def test_under_two_hundred_answers_nothing_is_estimated(estimated, tmp_path):
    rows = answers(50, 150) + answers(40, 159, code="E48")
    direct = read_direct(snapshots_of(tmp_path, AgencyKind.SURVEY_ANSWERS, rows), estimated)
    assert "E31" in set(direct.table["code"]) and "E48" not in set(direct.table["code"])
    assert (
        "fewer than 200 answers" in with_words(direct.rejects)["reason"].iloc[0]
        and "(199)" in with_words(direct.rejects)["reason"].iloc[0]
    )


def test_the_young_are_not_of_a_definition_of_the_old(estimated, tmp_path):
    rows = answers(1, 2, definition="mort_sociale_60_plus") + answers(
        20, 230, definition="mort_sociale_60_plus", age_band="70+", activity="retired"
    )
    direct = read_direct(snapshots_of(tmp_path, AgencyKind.SURVEY_ANSWERS, rows), estimated)
    assert row(direct, "E31")["respondents"] == 250
    assert with_words(direct.rejects)["reason"].str.startswith("younger").sum() == 3


def test_what_could_be_a_person_is_refused_whole(tmp_path):
    """A column of names, of birth dates or of years of age: nothing is read."""
    for column in ("nom", "date de naissance", "age"):
        path = tmp_path / "answers.csv"
        path.write_text("\n".join([";".join([*ANSWER, column]), ";".join([*ANSWER.values(), "x"])]), encoding="utf-8")
        with pytest.raises(ValueError, match=r"personal data|register"):
            examine(AgencyKind.SURVEY_ANSWERS, path)


def test_every_definition_has_a_reference_scenario_to_stand_beside(estimated):
    assert {s.definition for s in SCENARIOS} == {"five_networks", *estimated.flips["definition"]}
    assert np.isfinite(read_direct({}, estimated).table[["share", "together"]].to_numpy(float)).all()
