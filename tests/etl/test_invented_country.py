"""A country that nobody wrote a module for: other codes, other levels, other projections, an island drawn in an inset.

It is built, published, opened and shown from its record alone: nothing of the country that came first is assumed.
"""

import json
import re
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from plotly.utils import PlotlyJSONEncoder

from dashboard import shell, text
from dashboard.app import create_app
from dashboard.facts import Facts
from dashboard.pages.carte.intro import tour
from dashboard.pages.scenarios.form import form
from dashboard.settings import Settings
from dashboard.state import read
from etl import unsurveyed
from etl.__main__ import main
from etl.grid.cells import COLUMNS, Cells, allot
from etl.publishing.checks import run_checks
from etl.publishing.publish import publish
from etl.rejects import reject_frame
from etl.snapshots import checksum
from etl.sources import osm_places
from geodata import schema
from geodata.agency import AGENCY_FILES, AgencyKind, template_csv
from geodata.countries.france import COUNTRY as FRANCE_COUNTRY
from geodata.country import Country, Mesh
from geodata.errors import BadInput
from geodata.insets import Inset
from geodata.planning import case
from geodata.request import Public, Request
from geodata.source import Licence, Snapshot, Source, Tier
from geodata.store import open_store
from geodata.territory import FRANCE, Level
from geodata.workspace import open_workspace
from tests.conftest import PROJECT

ZEDLAND = Country(
    code="ZZ",
    title="Zédie",
    title_en="Zedland",
    edition="2026",
    meshes=(
        Mesh(
            Level.COMMUNE, "paroisse", "parish", r"P-\d", "P et un chiffre : P-1", "P and a digit (P-1) are expected."
        ),
        Mesh(Level.EPCI, "doyenné", "deanery", r"D-\d"),
        Mesh(Level.DEPARTEMENT, "comté", "county", r"C-[NSI]"),
        Mesh(Level.REGION, "province", "province", r"V-\d"),
    ),
    projections=(("land", 32633), ("isle", 32637)),
    insets=(Inset("isle", 10.0, 50.0, 39.05, 0.05, 0.1),),
)
"""UTM 33 for its land, 37 for its isle, on the equator."""

TELLER = Source("zedland", "Recensement inventé", "Personne", Licence.CC_BY_4, "https://example.org", Tier.SYNTHETIC)

PARISHES = {
    # code: deanery, county, province, zone, west and south of a square of a tenth of a degree, residents
    "P-1": ("D-1", "C-N", "V-1", "land", 15.0, 0.0, 600.0),
    "P-2": ("D-1", "C-N", "V-1", "land", 15.1, 0.0, 300.0),
    "P-3": ("D-2", "C-S", "V-1", "land", 15.2, 0.0, 100.0),
    "P-4": ("D-3", "C-I", "V-2", "isle", 39.0, 0.0, 50.0),
}
SERVICES = """\
osm_id,name,class,lon,lat
n1,Pharmacie inventée,amenity=pharmacy,15.05,0.05
n2,Cabinet inventé,amenity=doctors,15.05,0.05
n3,Pharmacie de l'île,amenity=pharmacy,39.05,0.05
"""


def places() -> unsurveyed.Places:
    columns = ["epci", "departement", "region", "zone", "west", "south", "residents"]
    parishes = pd.DataFrame.from_dict(PARISHES, orient="index", columns=columns).rename_axis("code")
    boxes = shapely.box(parishes["west"], parishes["south"], parishes["west"] + 0.1, parishes["south"] + 0.1)
    parishes = parishes.assign(name="Paroisse " + parishes.index, tvs=None, geom=boxes)

    def named(column: str, word: str) -> pd.Series:
        codes = pd.Index(sorted(set(parishes[column])), name="code")
        return pd.Series([f"{word} {code}" for code in codes], codes, name="name")

    names = {Level.EPCI: named("epci", "Doyenné"), Level.DEPARTEMENT: named("departement", "Comté"),
             Level.REGION: named("region", "Province"), Level.TVS: pd.Series(name="name", dtype=object)}  # fmt: skip
    return unsurveyed.Places(
        country=ZEDLAND, smallest=parishes.drop(columns=["west", "south"]), names=names, residents_source=TELLER.id,
        residents_vintage="2026", accepted={TELLER: len(parishes)}, rejects=reject_frame("", []), snapshots=(),
    )  # fmt: skip


def squares(territory: pd.DataFrame, residents: pd.Series) -> Cells:
    """Two squares of 1 km in P-1, in UTM 33: the one of the services with two thirds of its residents, and another 4 km
    to the north."""
    at = gpd.GeoSeries([shapely.Point(15.05, 0.05)], crs=4326).to_crs(32633).iloc[0]
    x, y = int(at.x // 1000), int(at.y // 1000)
    frame = pd.DataFrame({"crs": 32633, "side_m": 1000, "x": [x, x], "y": [y, y + 4], "residents": [300.0, 150.0],
                          "is_imputed": False, "communes": ""})  # fmt: skip
    cells, rejects = allot(frame, territory, residents, TELLER.id)
    return Cells(cells, {}, rejects, ())


def no_squares(territory: pd.DataFrame, residents: pd.Series) -> Cells:
    return Cells(pd.DataFrame(columns=COLUMNS), {}, reject_frame("", []), ())


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    path = tmp_path_factory.mktemp("zedland") / "services.csv"
    path.write_text(SERVICES, encoding="utf-8")
    snapshot = Snapshot(osm_places.SOURCE, path, checksum(path), path.stat().st_size)
    raw = osm_places.read(snapshot)
    services, rejects = osm_places.tidy(raw)
    listed = unsurveyed.Listed(services, {osm_places.SOURCE: len(services)}, rejects, (snapshot,))
    return unsurveyed.build(places(), squares, listed, {})


@pytest.fixture(scope="module")
def database(tables, tmp_path_factory):
    path = tmp_path_factory.mktemp("zedland") / "zedland.gpkg"
    publish(tables, str(path), date="2026-11-30")
    return path


@pytest.fixture(scope="module")
def store(database):
    return open_store(str(database))


def test_it_passes_the_checks_of_a_build(tables):
    assert run_checks(tables) == []


def test_the_record_comes_back_from_the_database(store):
    assert store.country() == ZEDLAND
    assert Country.from_json(ZEDLAND.to_json()) == ZEDLAND


def test_levels_nest_by_what_was_said_and_not_by_codes(store):
    assert store.territory(Level.COMMUNE, "P-3").departement == "C-S"
    assert store.territory(Level.DEPARTEMENT, "C-S").zone == "land"
    assert store.territory(Level.EPCI, "D-3").zone == "isle"
    whole = store.territory(Level.FRANCE, FRANCE)
    assert (whole.code, whole.name, whole.zone) == ("ZZ", "Zédie", "land")


def test_each_zone_has_its_own_projection(store):
    drawn = store.outlines(Level.COMMUNE, Level.FRANCE, FRANCE).set_index("code")["crs"]
    assert drawn.to_dict() == {"P-1": 32633, "P-2": 32633, "P-3": 32633, "P-4": 32637}
    areas = store.territories(Level.COMMUNE).set_index("code")["area_km2"]
    # A tenth of a degree at the equator is 11.1 km, at the scale 0.9996 of a central meridian and 1.0 away from it.
    assert areas["P-1"] == pytest.approx(11.13 * 11.06, rel=0.002)
    assert areas["P-4"] == pytest.approx(areas["P-1"], rel=0.002)


def test_residents_travel_in_squares_of_another_projection(store):
    reach = store.table(schema.cell_reach).set_index(["code_insee", "family"])
    # 600 residents as 300 to 150; 4 km are 2.15 x 4^0.83 - 1.57 = 5.2 minutes.
    assert reach.at[("P-1", "professional"), "reached"] == "400;400;400;400;400;400;600"


def test_no_trip_crosses_the_sea(store):
    access = store.table(schema.access).set_index(["code_insee", "category"])
    assert access.at[("P-4", "pharmacie"), "service"] == "osm_places--n3"
    assert ("P-4", "medecin_generaliste") not in access.index


def test_a_family_known_in_one_county_only_is_told_there(store):
    values = store.table(schema.indicator_value).set_index(["level", "code", "indicator"])["value"]
    assert values["commune", "P-1", "reach_professional_20"] == 1
    assert values["region", "V-1", "population"] == 1000


def test_codes_are_checked_by_the_record():
    assert ZEDLAND.check(Level.COMMUNE, "P-1") == "P-1"
    with pytest.raises(BadInput, match=r"« 31555 » is not a parish code: P and a digit \(P-1\) are expected"):
        ZEDLAND.check(Level.COMMUNE, "31555")
    with pytest.raises(BadInput, match="Zedland has no level « tvs »"):
        ZEDLAND.check(Level.TVS, "x")
    assert ZEDLAND.parent_of("P-1") is None
    assert ZEDLAND.epsg(None) == 32633


def test_a_correction_is_written_under_its_own_codes(store, tmp_path):
    facts = Facts(store, open_workspace(str(tmp_path / "w.sqlite")))
    written = facts.workspace.corrections.add(
        "P-1", "pharmacie", "assert", who="chargée", why="vue", country=store.country()
    )
    assert written.code_insee == "P-1"


def test_corrections_of_a_file_are_held_to_its_own_codes(store, database, tmp_path, capsys):
    table = tmp_path / "corrections.csv"
    lines = (
        "P-1;pharmacie;assert;chargée;vue",
        "31555;pharmacie;assert;chargée;vue",
        "P-9;pharmacie;assert;chargée;vue",
    )
    table.write_text("\n".join(["code_insee;category;statement;who;why", *lines]), encoding="utf-8")
    arguments = ["import", "corrections", str(table), "--db", str(database), "--workspace", str(tmp_path / "w.sqlite")]
    assert main([*arguments, "--accept-partial", "--lang", "en", "--data", str(tmp_path)]) == 0
    output = capsys.readouterr().out
    assert "P and a digit (P-1) are expected" in output and "no place of the database has the code P-9" in output
    assert [c.code_insee for c in open_workspace(str(tmp_path / "w.sqlite")).corrections.list()] == ["P-1"]


def test_a_file_of_corrections_is_refused_in_the_words_of_its_country(database, tmp_path, capsys):
    table = tmp_path / "corrections.csv"
    table.write_text("code_insee;category;statement;who;why\n31555;pharmacie;assert;chargée;vue\n", encoding="utf-8")
    arguments = ["import", "corrections", str(table), "--db", str(database), "--workspace", str(tmp_path / "w.sqlite")]
    assert main([*arguments, "--lang", "fr", "--data", str(tmp_path)]) == 3
    assert "« paroisse » : P et un chiffre : P-1" in capsys.readouterr().out.replace("\u00a0", " ")


@pytest.mark.parametrize("kind", [kind for kind in AgencyKind if kind != AgencyKind.CORRECTIONS])
def test_any_other_file_of_an_agency_is_refused_since_its_build_reads_none(kind, database, tmp_path, capsys):
    table = tmp_path / "liste.csv"
    table.write_text(template_csv(kind), encoding="utf-8")
    arguments = ["import", kind, str(table), "--db", str(database), "--data", str(tmp_path / "data")]
    assert main([*arguments, "--lang", "fr", "--accept-partial"]) == 3
    output = capsys.readouterr().err.replace("\u00a0", " ")
    assert f"liste.csv : la construction de Zédie ne lit pas « {AGENCY_FILES[kind].title} »" in output
    assert "import corrections FICHIER" in output
    assert not (tmp_path / "data").exists()


def test_teams_are_placed_for_its_older_residents_or_refused_in_words(store):
    request = Request(region="V-1", teams=1, public=Public.RESIDENTS_65, candidates="communes", says_none_known=True)
    # No grid tells ages: nobody can be counted, and it is said.
    with pytest.raises(BadInput, match="nobody can be counted for the public residents_65"):
        case(store, request)


def test_the_map_of_the_whole_draws_the_isle_in_its_inset(tables):
    layers = tables["screen_layer"].set_index(["level", "within"])
    assert {("epci", FRANCE), ("commune", "V-1"), ("commune", "V-2")} <= set(layers.index)


def test_no_page_names_a_code_of_france(store, database, tmp_path):
    facts = Facts(store, open_workspace(str(tmp_path / "w.sqlite")))
    choice = replace(read("/scenarios", "r=V-1")[0], lang="fr")
    said = json.dumps(form(facts, None, choice), cls=PlotlyJSONEncoder, ensure_ascii=False)
    said += json.dumps(tour(store.country(), "fr"), cls=PlotlyJSONEncoder, ensure_ascii=False)
    assert "Lieux imposés\u00a0: nom ou code de chacun" in said and "Insee" not in said
    assert text.code_of_place(FRANCE_COUNTRY, "fr") == "code Insee"


@pytest.fixture(scope="module")
def facts(store, database, tmp_path_factory):
    """What is asked of the country by an application that was made for it."""
    workspace = open_workspace(str(tmp_path_factory.mktemp("workspace") / "w.sqlite"))
    create_app(store, workspace, Settings(db=str(database)))
    return Facts(store, workspace)


PAGES = ("/", "/commencer", "/besoin", "/territoire", "/scenarios", "/fiches", "/methode", "/accessibilite")
QUERIES = ("", "s=commune:P-1", "s=commune:P-4", "s=epci:D-1", "s=departement:C-S", "s=region:V-1", "s=france:FR",
           "r=V-1", "r=V-1&m=commune", "m=region", "r=V-2&m=commune")  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_drawn_and_says_why_nothing_is_estimated(page, facts):
    for query in QUERIES:
        drawn = json.dumps(shell.layout(facts, read(page, f"?{query}")[0]), cls=PlotlyJSONEncoder, ensure_ascii=False)
        drawn = drawn.replace("\xa0", " ").replace("\u202f", " ")
        assert "L’isolement n’est pas estimé ici" in drawn, query
        assert "« commune » se lit : paroisse" in drawn, query
        assert "Données sous les licences de leurs sources" in drawn, query


def test_a_plan_is_asked_for_people_who_are_counted(store, tmp_path):
    facts = Facts(store, open_workspace(str(tmp_path / "w.sqlite")))
    drawn = json.dumps(shell.layout(facts, read("/scenarios", "")[0]), cls=PlotlyJSONEncoder)
    assert f'"value": "{Public.RESIDENTS}"' in drawn
    assert f'"value": "{Public.ISOLATED}"' not in drawn


def test_no_sheet_is_printed_and_it_is_said(store, database, tmp_path):
    app = create_app(store, open_workspace(str(tmp_path / "w.sqlite")), Settings(db=str(database)))
    answer = app.server.test_client().get("/export/briefing.pdf?s=commune:P-1")
    assert answer.status_code == 400
    assert "Pas de fiche ici" in answer.get_data(as_text=True)


def test_tables_are_exported(store, database, tmp_path):
    app = create_app(store, open_workspace(str(tmp_path / "w.sqlite")), Settings(db=str(database)))
    client = app.server.test_client()
    for page in ("carte", "besoin", "commencer"):
        for ending in ("csv", "xlsx"):
            for query in ("", "r=V-1&m=commune", "r=V-1&m=commune&i=reach_professional_20"):
                assert client.get(f"/export/{page}.{ending}?{query}").status_code == 200


def test_nothing_of_geodata_but_its_records_reads_french_codes():
    own = re.compile(r"\b(2154|5490|2972|2975|4471)\b|\"97[0-9]?\"|2\[AB\]|check_code_insee|departement_of|zone_of")
    found = [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in sorted((PROJECT / "geodata").rglob("*.py"))
        if path.parent.name != "countries"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if own.search(line)
    ]
    assert found == []
