"""A database of Europe from files in their official layouts: every number below is worked out by hand."""

import json
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from dashboard import shell
from dashboard.computations import database_steps
from dashboard.facts import Facts
from dashboard.state import Choice
from etl import europe as europe_files
from etl.__main__ import main
from etl.publishing.publish import content_hash, read_whole
from etl.reading.candidate import peek
from etl.reading.intake import intake
from etl.rejects import with_words
from etl.snapshots import checksum
from etl.sources import gisco_lau, gisco_nuts, osm_places, overture_places
from geodata import schema
from geodata.countries.europe import COUNTRY
from geodata.errors import BadInput
from geodata.estimate import Reason, Verdict
from geodata.planning import case, propose
from geodata.request import Public, Request
from geodata.source import Snapshot
from geodata.store import open_store
from geodata.territory import FRANCE, Level
from tests.etl import europe
from tests.etl.europe import A, B, C, D


def build(data, db, *more: str) -> int:
    return main(["build", "--country", "europe", "--data", str(data), "--db", str(db), "--plain", *more])


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return europe.write(tmp_path_factory.mktemp("europe") / "data")


@pytest.fixture(scope="module")
def database(data, tmp_path_factory):
    path = tmp_path_factory.mktemp("built") / "europe.gpkg"
    assert build(data, path) == 0
    return path


@pytest.fixture(scope="module")
def store(database):
    return open_store(str(database))


@pytest.fixture(scope="module")
def values(store):
    return store.table(schema.indicator_value).set_index(["level", "code", "indicator"])["value"]


@pytest.fixture(scope="module")
def refused(store):
    return with_words(store.rejects()).set_index("key")["reason"]


# ------------------------------------------------------------------------------------------------------- territories


def test_lau_lie_in_the_regions_of_their_land(store):
    communes = store.territories(Level.COMMUNE).set_index("code")
    assert communes["epci"].to_dict() == {A: "DE111", B: "DE111", C: "DE112", D: "FRF11"}
    assert communes.loc[[A, D], ["departement", "region"]].to_numpy().tolist() == [["DE11", "DE1"], ["FRF1", "FRF"]]
    assert communes["zone"].unique().tolist() == ["europe"]
    assert store.territory(Level.EPCI, "DE111").name == "Region DE111 (invented)"


def test_a_zone_that_no_table_tells_is_the_main_one():
    assert COUNTRY.epsg(None) == COUNTRY.epsg(float("nan")) == 3035


def test_areas_are_those_of_the_projection_of_europe(store):
    areas = store.territories(Level.COMMUNE).set_index("code")["area_km2"]
    assert areas.to_dict() == pytest.approx({A: 16, B: 16, C: 16, D: 48})


def test_the_whole_bears_its_own_code_and_answers_to_the_address_of_any_country(store):
    assert store.territory(Level.FRANCE, FRANCE).code == "EU"
    assert store.country() == replace(COUNTRY, edition="2021")
    assert store.estimate(Level.FRANCE, FRANCE).name == "Europe"


def test_a_single_country_has_its_own_name(data, tmp_path):
    alone = tmp_path / "data"
    europe.write(alone)
    path = alone / "LAU_RG_01M_2021_3035.gpkg"
    path.unlink()
    europe.lau().query("CNTR_CODE == 'DE'").to_file(path)
    assert build(alone, tmp_path / "de.gpkg") == 0
    whole = open_store(str(tmp_path / "de.gpkg")).territory(Level.FRANCE, FRANCE)
    assert (whole.code, whole.name) == ("DE", "Region DE (invented)")


def test_the_lau_of_france_alone_are_no_build_of_france(tmp_path):
    path = tmp_path / "fr.gpkg"
    alone = europe.write(tmp_path / "data")
    lau = alone / "LAU_RG_01M_2021_3035.gpkg"
    lau.unlink()
    europe.lau().query("CNTR_CODE == 'FR'").to_file(lau)
    assert build(alone, path) == 0
    store = open_store(str(path))
    assert store.country().code == FRANCE
    footer = str(shell.status(store.build(), Choice()))
    assert "Licence Ouverte" not in footer


def test_of_two_editions_the_newest_speaks_alone(tmp_path):
    """An older edition holds a LAU that was joined to `A` since, and an older NUTS region over `C`."""
    data = europe.write(tmp_path / "data")
    old = europe.lau().query("CNTR_CODE == 'DE'").assign(YEAR=2018)
    old.loc[old["GISCO_ID"] == A, "GISCO_ID"] = "DE_00009"
    old.to_file(data / "LAU_RG_01M_2018_3035.gpkg")
    regions = europe.nuts().query("NUTS_ID == 'DE112'").assign(NUTS_ID="DE11Z")
    regions.to_file(data / "NUTS_RG_01M_2016_3035.geojson")
    files, _ = intake(data, europe_files.READERS)
    places = europe_files.read_places(files)
    assert list(places.smallest.index) == [A, B, C, D]
    assert places.smallest["epci"].to_dict() == {A: "DE111", B: "DE111", C: "DE112", D: "FRF11"}
    assert (places.residents_vintage, places.country.edition) == ("2021", "2021")
    reasons = with_words(places.rejects).set_index("key")["reason"]
    for name in ("LAU_RG_01M_2018_3035.gpkg", "NUTS_RG_01M_2016_3035.geojson"):
        assert "changes nothing: a newer or whole edition" in reasons[name]
    assert "3 row(s) of the edition of 2018 left out: a newer or whole one is used" in reasons["DE"].to_list()


def test_a_database_of_another_country_is_not_replaced_by_oversight(database, data, tmp_path, capsys):
    before = database.read_bytes()
    assert main(["build", "--data", str(data), "--db", str(database), "--plain"]) == 2
    error = capsys.readouterr().err
    assert "is of Europe · local administrative unit (LAU), what would replace it of France · commune" in error
    assert database.read_bytes() == before


def test_a_build_of_one_country_of_europe_does_not_replace_that_of_several(database, tmp_path, capsys):
    before = database.read_bytes()
    alone = europe.write(tmp_path / "data")
    path = alone / "LAU_RG_01M_2021_3035.gpkg"
    path.unlink()
    europe.lau().query("CNTR_CODE == 'DE'").to_file(path)
    assert build(alone, database) == 2
    assert "what would replace it of Region DE (invented)" in capsys.readouterr().err
    assert database.read_bytes() == before


def test_an_administrator_builds_the_country_that_is_served(store):
    assert database_steps._country(Facts(store, None)) == ["--country", "europe"]


def test_a_file_is_taken_for_the_build_of_its_country(data, tmp_path, capsys):
    taken = ["take", str(data / "NUTS_RG_01M_2021_3035.geojson"), "--data", str(tmp_path)]
    assert main(taken) == 3
    assert main([*taken, "--country", "europe"]) == 0


# --------------------------------------------------------------------------------------------------------- residents


def test_residents_are_stated_or_else_counted_by_squares(store, values):
    assert {code: values[Level.COMMUNE, code, "population"] for code in (A, B, C, D)} == {A: 800, B: 50, C: 10, D: 1000}
    told = store.table(schema.indicator_value).set_index(["level", "code", "indicator"])
    people = told.xs("population", level="indicator")[["kind", "source"]]
    assert people.loc[("commune", A)].tolist() == ["observed", "gisco_lau"]
    assert people.loc[("commune", B)].tolist() == ["derived", "geostat_grid"]
    assert people.loc[("epci", "DE111")].tolist() == ["derived", "geostat_grid;gisco_lau"]
    assert people.loc[("epci", "FRF11")].tolist() == ["observed", "gisco_lau"]


def test_every_level_has_the_same_residents(values):
    assert values["epci", "DE111", "population"] == 800 + 50
    assert values["departement", "DE11", "population"] == values["region", "DE1", "population"] == 860
    assert values["france", "EU", "population"] == 1860


def test_ages_are_shares_of_squares_on_the_residents(values):
    # 80 of the 400 that the squares of A count are 65 or over, so 160 of its 800 residents.
    assert values["commune", A, "share_65_plus"] == pytest.approx(0.2)
    assert values["commune", A, "population_65_plus"] == 160
    assert ("commune", D, "share_65_plus") not in values
    # D has more than half of all residents: of the whole nothing is said.
    assert pd.isna(values["france", "EU", "share_65_plus"])


def test_squares_that_count_twenty_times_the_residents_are_not_used(store, refused):
    reach = store.table(schema.cell_reach)
    assert set(reach["code_insee"]) == {A, B, D}
    assert refused[C] == (
        "squares count 200 residents, the census 10: a part is missing or counted twice, the squares of the commune "
        "are not used"
    )


# ------------------------------------------------------------------------------------------------------------- access


def test_residents_travel_from_their_squares(store):
    reach = store.table(schema.cell_reach).set_index(["code_insee", "family"])
    # A: 800 residents as 300 to 100 between the square of the pharmacy and one 3 km away: 2.15 x 3^0.83 - 1.57 = 3.8.
    assert reach.at[(A, "professional"), "reached"] == "600;600;600;600;800"
    # B: its only square is 5 km east and 1 km north of the pharmacy: 5.1 km, 6.7 minutes.
    assert reach.at[(B, "professional"), "reached"] == "0;0;0;0;0;0;0;50"
    assert reach.at[(B, "professional"), "median_min"] == pytest.approx(6.72, abs=0.02)


def test_what_is_within_reach_is_told_of_every_level(values):
    assert values["commune", A, "reach_professional_5"] == 1
    assert values["commune", B, "reach_professional_5"] == 0
    assert values["epci", "DE111", "reach_professional_5"] == pytest.approx(800 / 850)
    assert values["departement", "DE11", "reach_professional_5"] == pytest.approx(800 / 860)
    assert values["france", "EU", "reach_professional_10"] == 1


def test_nothing_is_said_of_a_family_of_which_one_kind_is_known(values):
    assert not any(indicator.startswith("reach_institutional") for *_, indicator in values.index)


def test_one_place_of_two_extracts_is_one_service(store):
    services = store.table(schema.service, without=("geom",)).set_index("id")
    assert services.at["osm_places--n1", "origins"] == "osm_places--n1;overture_places--08f1"
    assert services["category"].to_dict() == {
        "osm_places--n1": "pharmacie",
        "osm_places--n6": "mairie",
        "osm_places--w2": "medecin_generaliste",
        "overture_places--08f2": "bibliotheque",
    }
    assert services.at["overture_places--08f2", "code_insee"] == B


def test_an_extract_is_never_a_whole_list(store):
    known = store.completeness()
    assert set(known["state"]) == {"partial", "absent"}
    assert set(known["departement"]) == {"DE11", "FRF1"}


def test_what_is_left_out_is_told(refused):
    assert refused["08f3"] == "said closed"
    assert refused["08f4"] == "its producer is less than 0.5 sure of it, on a scale of 0 to 1"
    assert refused["osm_places--n5"] == "its point is in no territory of this database"
    assert refused["geostat_grid"] == "1 square(s) (7 residents) lie in no commune of today: left out"
    assert "rien ne dit qui y accueille" in refused["amenity=community_centre"]


# ------------------------------------------------------------------------------------------------------ no estimate


def test_isolation_is_refused_in_words_everywhere(store):
    for level in (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT, Level.REGION):
        rows = store.estimates(level)
        assert rows["share"].isna().all()
        assert set(rows["reason"]) == {Reason.NO_SURVEY}
        assert set(rows["verdict"]) == {Verdict.NOT_PUBLISHED}


def test_adults_are_known_where_squares_tell_ages(store):
    residents = store.estimates(Level.COMMUNE).set_index("code")["residents"]
    # 80 of the 400 residents counted in A are under 15.
    assert residents[A] == pytest.approx(640)
    assert pd.isna(residents[D])


def test_teams_are_placed_for_residents(store):
    request = Request(
        region="DE1", teams=1, minutes=6, public=Public.RESIDENTS, candidates="communes", says_none_known=True
    )
    places = case(store, request)
    plan = propose(places, request, draws=0)
    # 640 adults in A, 40 in B: 4 km apart by their points, 5.2 minutes. One team in either reaches both.
    assert places.communes["residents"].to_dict() == pytest.approx({A: 640, B: 40})
    assert plan.value == pytest.approx(680)


def test_its_squares_are_written_with_what_they_reach(data, database, tmp_path):
    assert main(["grid", "--data", str(data), "--db", str(database), "--out", str(tmp_path)]) == 0
    cells = pd.read_parquet(tmp_path / "cells.parquet").set_index(["x", "y"])
    assert cells["residents"].to_dict() == {(4000, 2900): 600, (4003, 2900): 200, (4005, 2901): 50, (4006, 2906): 1000}
    assert cells.at[(4003, 2900), "minutes_professional"] == pytest.approx(3.77, abs=0.02)


def test_its_territories_are_exported(database, tmp_path):
    assert main(["export", "--db", str(database), "--out", str(tmp_path)]) == 0
    lau = gpd.read_parquet(tmp_path / "commune.parquet").set_index("code")
    assert lau.crs == "EPSG:4326"
    assert set(lau.index) == {A, B, C, D}
    assert lau["share"].isna().all()


# ---------------------------------------------------------------------------------------------------------- readers


@pytest.mark.parametrize("ending", ["gpkg", "geojson"])
def test_outlines_are_read_from_either_format(tmp_path, ending):
    for module, frame in ((gisco_lau, europe.lau()), (gisco_nuts, europe.nuts())):
        path = tmp_path / f"{module.SOURCE.id}.{ending}"
        frame.to_file(path)
        assert [other for other in (gisco_lau, gisco_nuts, osm_places, overture_places) if _owns(other, path)] == [
            module
        ]


def _owns(module, path) -> bool:
    candidate = peek(path)
    return any(module.recognises(part) for part in (candidate, *candidate.inside))


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "parquet"])
def test_places_are_read_from_any_format(tmp_path, ending):
    for module, frame in ((osm_places, europe.osm()), (overture_places, europe.overture())):
        path = tmp_path / f"{module.SOURCE.id}.{ending}"
        if ending == "gpkg" and module is overture_places:
            frame = frame.assign(names=frame["names"].map(json.dumps), categories=frame["categories"].map(json.dumps))
        if ending == "geojson":
            path.write_text(frame.to_json(), encoding="utf-8")
        else:
            frame.to_parquet(path) if ending == "parquet" else frame.to_file(path)
        assert _owns(module, path)
        rows, _ = module.tidy(module.read(_snapshot(module, path)))
        assert rows["category"].tolist()[0] == "pharmacie"
        assert rows[["lon", "lat"]].notna().all(axis=None)


@pytest.mark.parametrize(
    ("module", "text"),
    [
        (osm_places, "osm_id,name,class,lon,lat\nn1,Inventée,amenity=pharmacy,5.6,49.1\n"),
        (overture_places, "id,name,category,confidence,lon,lat\n08f1,Inventée,pharmacy,0.9,5.6,49.1\n"),
    ],
)
def test_places_are_read_from_a_table(tmp_path, module, text):
    path = tmp_path / "places.csv"
    path.write_text(text, encoding="utf-8")
    assert _owns(module, path)
    rows, rejects = module.tidy(module.read(_snapshot(module, path)))
    assert rejects.empty
    assert rows[["name", "category", "lon"]].to_numpy().tolist() == [["Inventée", "pharmacie", 5.6]]


def test_a_closed_way_and_its_area_are_one_place(tmp_path):
    path = tmp_path / "places.csv"
    keys = ("w21", "a42", "a43", "r21", "n21", "a44")
    lines = [f"{key},Inventée,amenity=pharmacy,5.6,49.1" for key in keys]
    path.write_text("\n".join(["osm_id,name,class,lon,lat", *lines]), encoding="utf-8")
    rows, rejects = osm_places.tidy(osm_places.read(_snapshot(osm_places, path)))
    assert rows["id"].tolist() == ["osm_places--w21", "osm_places--a43", "osm_places--n21", "osm_places--a44"]
    assert with_words(rejects).set_index("key")["reason"].to_dict() == dict.fromkeys(
        ("a42", "r21"), "a line above is the same way or relation, drawn as a line or as an area"
    )


def test_what_is_no_number_is_told(tmp_path):
    path = tmp_path / "lau.gpkg"
    lau = europe.lau()
    lau["POP_2021"] = ["about 800", "", "10", "1000"]
    lau.to_file(path)
    rows, rejects = gisco_lau.tidy(gisco_lau.read(_snapshot(gisco_lau, path)))
    assert rows["residents"].isna().tolist() == [True, True, False, False]
    reasons = with_words(rejects).set_index("key")["reason"].to_dict()
    assert reasons == {A: "population « about 800 » is not a number: kept without it"}


def test_a_place_of_unknown_confidence_has_a_reason_of_its_own(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text("id,name,category,confidence,lon,lat\n1,Inventée,pharmacy,,5.6,49.1\n", encoding="utf-8")
    rows, rejects = overture_places.tidy(overture_places.read(_snapshot(overture_places, path)))
    assert rows.empty
    assert with_words(rejects)["reason"].tolist() == ["nothing says how sure its producer is of it"]


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "parquet"])
def test_tags_that_nobody_asks_for_are_not_read(tmp_path, ending):
    path = tmp_path / f"places.{ending}"
    frame = europe.osm().assign(**{f"note:{n}": "invented" for n in range(50)})
    frame.to_parquet(path) if ending == "parquet" else frame.to_file(path)
    raw = osm_places.read(_snapshot(osm_places, path))
    assert set(raw) == {"@id", "name", "amenity", "healthcare", "lon", "lat", "class", "osm_id"}


def test_regions_are_recognised_where_long_outlines_stand_before_their_codes(tmp_path):
    path = tmp_path / "NUTS_RG_01M_2021_3035.geojson"
    long = shapely.segmentize(europe.nuts().geometry, 10).to_numpy()
    written = json.loads(europe.nuts().set_geometry(long, crs=3035).to_crs(4326).to_json())
    path.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {"type": "Feature", "geometry": one["geometry"], "properties": one["properties"]}
                    for one in written["features"]
                ],
            }
        ),
        encoding="utf-8",
    )
    assert path.read_text(encoding="utf-8").index("NUTS_ID") > 64 * 1024
    assert _owns(gisco_nuts, path)


def test_a_tag_named_class_says_nothing_of_what_a_place_is(tmp_path):
    path = tmp_path / "places.geojson"
    frame = europe.osm()
    frame["class"] = ["bicycle"] + [None] * (len(frame) - 1)
    path.write_text(frame.to_json(), encoding="utf-8")
    rows, _ = osm_places.tidy(osm_places.read(_snapshot(osm_places, path)))
    assert rows["category"].tolist() == ["pharmacie", "medecin_generaliste", "mairie", "mairie"]


def test_places_of_overture_without_names_are_read_and_without_identifier_refused(tmp_path):
    path = tmp_path / "places.parquet"
    europe.overture().drop(columns="names").to_parquet(path)
    rows, _ = overture_places.tidy(overture_places.read(_snapshot(overture_places, path)))
    assert rows["category"].tolist() == ["pharmacie", "bibliotheque"]
    europe.overture().drop(columns="id").to_parquet(path)
    with pytest.raises(BadInput, match="its places have no identifier; one of id is expected"):
        overture_places.read(_snapshot(overture_places, path))


def _snapshot(module, path):
    return Snapshot(module.SOURCE, path, checksum(path), path.stat().st_size)


# ---------------------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("gone", "message"),
    [
        ("LAU_RG_01M_2021_3035.gpkg", "Unités administratives locales (LAU)"),
        ("NUTS_RG_01M_2021_3035.geojson", "Régions NUTS"),
    ],
)
def test_a_build_without_territories_says_which_file_it_needs(tmp_path, capsys, gone, message):
    data = europe.write(tmp_path / "data")
    (data / gone).unlink()
    assert build(data, tmp_path / "x.gpkg") == 3
    error = capsys.readouterr().err
    assert f"needs a file of «\xa0{message}\xa0»" in error
    assert "https://ec.europa.eu/eurostat/web/gisco" in error
    assert not (tmp_path / "x.gpkg").exists()


def test_lau_of_other_countries_than_the_regions_are_refused_with_both_files(tmp_path, capsys):
    data = europe.write(tmp_path / "data")
    (data / "NUTS_RG_01M_2021_3035.geojson").unlink()
    regions = europe.nuts()
    regions.assign(NUTS_ID="IT" + regions["NUTS_ID"].str[2:]).drop_duplicates("NUTS_ID").to_file(
        data / "NUTS_RG_01M_2021_3035.geojson"
    )
    assert build(data, tmp_path / "x.gpkg") == 3
    error = capsys.readouterr().err
    assert "no LAU of LAU_RG_01M_2021_3035.gpkg lies in a NUTS 3 region of NUTS_RG_01M_2021_3035.geojson" in error


def test_outlines_that_name_no_system_are_refused_with_what_to_do(tmp_path, capsys):
    data = europe.write(tmp_path / "data")
    path = data / "LAU_RG_01M_2021_3035.gpkg"
    path.unlink()
    europe.lau().set_crs(None, allow_override=True).to_file(path)
    assert build(data, tmp_path / "x.gpkg") == 3
    error = capsys.readouterr().err
    assert "its outlines need a column gisco_id and a coordinate system that it names" in error


def test_squares_of_another_projection_are_refused_one_by_one(tmp_path):
    data = europe.write(tmp_path / "data")
    grid = europe.grid()
    grid.loc[0, "GRD_ID"] = grid.loc[0, "GRD_ID"].replace("CRS3035", "CRS25832")
    grid.to_csv(data / "ESTAT_Census_2021_V2.csv", index=False)
    assert build(data, tmp_path / "x.gpkg") == 0
    refused = with_words(open_store(str(tmp_path / "x.gpkg")).rejects()).set_index("key")["reason"]
    assert "EPSG:25832 is not the projection of this grid; allowed: EPSG:3035" in refused.to_list()


def test_a_build_without_services_says_which_files_it_needs(tmp_path, capsys):
    data = europe.write(tmp_path / "data")
    for path in data.glob("*places*"):
        path.unlink()
    assert build(data, tmp_path / "x.gpkg") == 3
    assert "OpenStreetMap, lieux et services ; Overture Maps, lieux" in capsys.readouterr().err


def test_a_build_without_squares_counts_from_points(tmp_path):
    data = europe.write(tmp_path / "data")
    (data / "ESTAT_Census_2021_V2.csv").unlink()
    assert build(data, tmp_path / "x.gpkg") == 0
    store = open_store(str(tmp_path / "x.gpkg"))
    assert store.table(schema.cell_reach).empty
    people = store.table(schema.indicator_value).set_index(["level", "code", "indicator"])["value"]
    assert ("commune", B, "population") not in people
    # One of two LAU, one of three: what is known of their regions is no sum of them.
    assert pd.isna(people["epci", "DE111", "population"])
    assert pd.isna(people["departement", "DE11", "population"])
    assert people["region", "FRF", "population"] == 1000
    refused = with_words(store.rejects()).set_index("key")["reason"]
    assert refused[B] == "no file and no square tells its residents: sums are told without it, or not at all"


def test_a_sum_without_a_few_residents_says_of_how_many_it_is(tmp_path):
    data = europe.write(tmp_path / "data")
    (data / "ESTAT_Census_2021_V2.csv").unlink()
    lau = europe.lau()
    strips = [europe.box(0, 8 + n / 10, 12, 8.1 + n / 10) for n in range(20)]
    more = [
        {**dict(lau.iloc[3]), "GISCO_ID": f"FR_1{n:04}", "POP_2021": 1000, "geometry": s} for n, s in enumerate(strips)
    ]
    more[-1]["POP_2021"] = -9999
    path = data / "LAU_RG_01M_2021_3035.gpkg"
    path.unlink()
    pd.concat([lau, gpd.GeoDataFrame(more, crs=3035)]).to_file(path)
    assert build(data, tmp_path / "x.gpkg") == 0
    told = open_store(str(tmp_path / "x.gpkg")).table(schema.indicator_value)
    people = told[told["indicator"] == "population"].set_index(["level", "code"])
    assert people.at[("epci", "FRF11"), "value"] == 20_000
    assert 0.9 < people.at[("epci", "FRF11"), "coverage"] < 0.96


@pytest.mark.parametrize("flag", [["--with-local-survey"], ["--seed", "3"], ["--base", "x"], ["--without-packs"]])
def test_what_would_have_no_effect_is_refused(data, tmp_path, capsys, flag):
    assert build(data, tmp_path / "x.gpkg", *flag) == 2
    assert f"{flag[0]}: no recipe estimates isolation in Europe" in capsys.readouterr().err


def test_wrong_codes_and_far_lands_are_refused_line_by_line(tmp_path):
    data = europe.write(tmp_path / "data")
    lau = europe.lau()
    # Overseas, beyond the projection; in no region; a code without its country.
    odd = [
        ("FR_97101", "FR", shapely.box(-61.6, 16.1, -61.5, 16.2)),
        ("DE_00009", "DE", shapely.box(11, 50, 11.1, 50.1)),
        ("00010", "DE", shapely.box(5.6, 49.14, 5.61, 49.15)),
        # Signs that no address of a page can bear.
        ("DE_1/2", "DE", shapely.box(5.6, 49.14, 5.61, 49.15)),
    ]
    more = gpd.GeoDataFrame(
        [{"GISCO_ID": c, "CNTR_CODE": n, "LAU_NAME": c, "POP_2021": 5, "YEAR": 2021, "geometry": g} for c, n, g in odd],
        crs=4326,
    ).to_crs(3035)
    path = data / "LAU_RG_01M_2021_3035.gpkg"
    path.unlink()
    pd.concat([lau, more], ignore_index=True).to_file(path)
    assert build(data, tmp_path / "x.gpkg") == 0
    refused = with_words(open_store(str(tmp_path / "x.gpkg")).rejects()).set_index("key")["reason"]
    assert refused["FR_97101"].startswith("its land lies outside of EPSG:3035: a territory overseas")
    assert refused["DE_00009"] == "its land lies in no NUTS 3 region of its country, in the file of regions"
    for code in ("00010", "DE_1/2"):
        assert "country, underscore and national code (FR_31555)" in refused[code]


# --------------------------------------------------------------------------------------------------------- same bytes


def test_two_builds_of_the_same_files_have_the_same_content(database, data, tmp_path):
    assert build(data, tmp_path / "again.gpkg") == 0
    hashes = [content_hash(read_whole(str(path))) for path in (database, tmp_path / "again.gpkg")]
    assert hashes[0] == hashes[1]


def test_the_database_answers_its_checks(database):
    assert main(["check", "--db", str(database)]) == 0


def test_every_layer_of_an_extract_is_read_and_two_of_outlines_are_refused(tmp_path):
    path, other = tmp_path / "places.gpkg", tmp_path / "lau.gpkg"
    shapes = europe.osm()
    shapes[shapes.geom_type == "Point"].to_file(path, layer="points")
    shapes[shapes.geom_type != "Point"].to_crs(3035).to_file(path, layer="areas")
    rows, _ = osm_places.tidy(osm_places.read(_snapshot(osm_places, path)))
    assert {"osm_places--n1", "osm_places--w2"} <= set(rows["id"])
    europe.lau().to_file(other, layer="lau_2021")
    europe.lau().head(2).to_file(other, layer="lau_2020")
    with pytest.raises(BadInput, match=r"lau\.gpkg: several layers fit: lau_2021, lau_2020; keep only one"):
        gisco_lau.read(_snapshot(gisco_lau, other))
