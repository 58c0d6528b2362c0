"""Areas of an agency: communes they are made of, a level of their own, shares that are sums of the same draws."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from dashboard.briefing.render import to_pdf
from dashboard.facts import Facts
from dashboard.pages.methode import about
from dashboard.state import Choice
from dashboard.text.labels import capitalised, level, levels
from etl import build as recipe
from etl.agency.importing import FOLDER, examine, keep
from etl.areas import read_areas
from etl.publishing.checks import run_checks
from etl.publishing.publish import publish
from etl.reading.intake import intake
from etl.rejects import with_words
from etl.sources import agency_territories
from geodata.agency import AgencyKind
from geodata.store import open_store
from geodata.survey import SCENARIOS
from geodata.territory import FRANCE, Level
from tests.conftest import DATE
from tests.dashboard.briefing.claims import wrong
from tests.dashboard.briefing.test_pdf_ua import is_valid
from tests.dashboard.briefing.test_sheets import printed


def handed_in(folder, rows, name=""):
    """The snapshots of an agency's list of (area, name, commune)."""
    path = folder / "tvs.csv"
    lines = [f"{code};{title};{commune};2025;ARS" for code, title, commune in rows]
    path.write_text("\n".join(["code;name;code_insee;seen_on;source", *lines]), encoding="utf-8")
    keep(examine(AgencyKind.TERRITORIES, path), folder, name=name)
    return intake(folder / FOLDER, (agency_territories,))[0]


def test_communes_belong_to_one_area_and_exist(tmp_path):
    handed_in(tmp_path, [("A", "Couserans", "09261"), ("A", "Couserans", "09130"), ("B", "Foix", "09999")])
    snapshots = handed_in(tmp_path, [("C", "Autre", "09261"), ("C", "Autre", "31555")], name="z")
    areas = read_areas(snapshots, pd.Index(["09261", "09130", "31555"]))
    assert areas.members["code"].to_dict() == {"09261": "C", "31555": "C", "09130": "A"}
    assert sorted(with_words(areas.rejects)["reason"]) == [
        "A: commune 09261 is already in an area of another file",
        "B: « 09999 » is not a commune of today",
    ]
    assert areas.accepted == {agency_territories.SOURCE: 3}


def test_without_a_file_there_is_no_area(synthetic_tables):
    areas = read_areas({}, pd.Index([]))
    assert areas.members.empty and areas.accepted == {}
    assert (synthetic_tables["territory"]["level"] != Level.TVS).all()
    assert synthetic_tables["territory"]["tvs"].isna().all()
    assert (synthetic_tables["estimate"]["level"] != Level.TVS).all()


@pytest.fixture(scope="module")
def tables(synthetic_snapshots, synthetic_tables, tmp_path_factory):
    """The artificial region with two areas: four communes, and one commune alone; the others are in none."""
    territory = synthetic_tables["territory"]
    estimate = synthetic_tables["estimate"]
    default_rows = estimate[
        (estimate["level"] == "commune") & (estimate["scenario"] == "default") & estimate["share"].notna()
    ]
    communes = territory[(territory["level"] == "commune") & territory["code"].isin(default_rows["code"])]
    mainland = communes[(communes["zone"] == "metropole") & communes["geom"].notna()]["code"].head(5).tolist()
    snapshots = handed_in(
        tmp_path_factory.mktemp("areas"),
        [("T1", "Quatre", code) for code in mainland[:4]] + [("T2", "Seule", mainland[4])],
    )
    brief = partial(recipe.estimate, flips=SCENARIOS[:2], draws=16)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recipe, "estimate", brief)
        return recipe.build(synthetic_snapshots, snapshots), mainland


def of(tables, level, codes=None, scenario="default"):
    rows = tables["estimate"]
    rows = rows[(rows["level"] == level) & (rows["scenario"] == scenario)].set_index("code")
    return rows if codes is None else rows.loc[codes]


@pytest.mark.parametrize("scenario", [s.id for s in SCENARIOS[:2]])
def test_an_area_is_the_sum_of_its_communes_at_the_same_rates(tables, scenario):
    built, codes = tables
    communes, areas = of(built, "commune", codes, scenario), of(built, "tvs", scenario=scenario)
    assert sorted(areas.index) == ["T1", "T2"]
    people = (communes["residents"] * communes["share"]).iloc[:4].sum()
    assert areas.loc["T1", "residents"] == pytest.approx(communes["residents"].iloc[:4].sum())
    assert areas.loc["T1", "share"] * areas.loc["T1", "residents"] == pytest.approx(people)


def test_an_area_of_one_commune_has_that_commune_s_law(tables):
    built, codes = tables
    own = ["residents", "share", "low", "high", "logit_mean", "logit_sd", "people_70_plus", "p_above_national"]
    np.testing.assert_allclose(
        of(built, "tvs").loc["T2", own].astype(float), of(built, "commune").loc[codes[4], own].astype(float)
    )


@pytest.fixture(scope="module")
def published(tables, tmp_path_factory):
    path = tmp_path_factory.mktemp("published") / "isolation.gpkg"
    publish(tables[0], str(path), date=DATE)
    return open_store(str(path))


def test_an_area_has_a_sheet_that_says_what_its_record_says(published):
    found, made = printed(published, Level.TVS, "T1")
    assert wrong(found, made) == []
    assert made.front.name == "Quatre" and made.front.place.startswith(capitalised(level(Level.TVS, "fr")))
    assert is_valid(to_pdf(found, "fr"))
    # It has no twin, and its communes are in a file of the agency.
    assert not found.profile.twins and "ses semblables" not in str(made.back.steps)
    assert made.back.sources[-1].endswith("fichiers de l’agence.")


def test_an_area_is_a_territory_like_any_other(tables, published):
    (built, codes), store = tables, published
    assert run_checks(built) == []
    area = store.territory(Level.TVS, "T1")
    assert (area.name, area.epci) == ("Quatre", None)
    assert area.departement is not None
    frame = store.territories(Level.TVS).set_index("code")
    members = store.territories(Level.COMMUNE).set_index("code").loc[codes[:4]]
    assert frame.loc["T1", "area_km2"] == pytest.approx(members["area_km2"].sum(), rel=1e-6)
    assert set(members["tvs"]) == {"T1"}
    assert store.estimates(Level.TVS)["verdict"].notna().all()
    assert {"tvs"} <= set(store.screen_layers()["level"])
    values = store.values(Level.TVS, "T1").set_index("id")["value"]
    assert values["population"] == pytest.approx(
        sum(store.values(Level.COMMUNE, c).set_index("id")["value"]["population"] for c in codes[:4])
    )
    told = store.sources().set_index("id").loc["agence_territoires"]
    assert (told["accepted"], told["rejected"]) == (5, 0)
    known, choice = Facts(store), Choice(mesh=Level.TVS)
    assert known.checked(choice) == (choice, ())
    assert sorted(known.filtered_rows(choice)["code"]) == ["T1", "T2"]
    assert f"GeoPackage – {levels(Level.TVS, 'fr')}" in str(about.downloads(known, Choice()))


def test_the_mesh_is_offered_only_where_there_are_areas(store):
    facts = Facts(store)
    assert Level.TVS not in facts.meshes(FRANCE)
    assert levels(Level.TVS, "fr") not in str(about.downloads(facts, Choice()))
    choice, notices = facts.checked(Choice(mesh=Level.TVS))
    assert choice.mesh is Level.EPCI
    assert [(notice.field, notice.value) for notice in notices] == [("m", "tvs")]
