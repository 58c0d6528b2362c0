"""Inside a city: districts are looked at in their city, which alone has an isolation."""

import pytest
from dash import html

from dashboard import map_controls
from dashboard.pages.carte import controls, districts, ids, observed
from dashboard.pages.territoire import inside
from dashboard.pages.territoire.layout import content
from dashboard.search import options
from dashboard.state import Choice, read
from geodata.territory import FRANCE, Level, Part
from tests.dashboard import synthetic
from tests.dashboard.test_besoin import texts as words_of

CITY = (Level.COMMUNE, "S1001")
WEST, EAST = synthetic.DISTRICTS


def checked(facts, query):
    return facts.checked(read("/territoire", query)[0])


def test_a_district_named_as_a_commune_is_looked_at_in_its_city(facts):
    choice, notices = checked(facts, f"?s=commune:{WEST}")
    assert (choice.selected, choice.district, notices) == (CITY, WEST, ())
    assert checked(facts, choice.query)[0] == choice


def test_a_district_is_let_go_with_its_city(facts):
    assert checked(facts, f"?s=commune:S1002&ar={WEST}")[0].district == ""
    assert checked(facts, "?s=commune:S1001&ar=S1902")[0].district == EAST
    assert checked(facts, "?s=commune:S1001&ar=S9999")[0].district == ""
    assert [n.field for n in checked(facts, f"?ar={WEST}")[1]] == ["ar"]


def test_the_search_box_leads_to_a_district_on_every_page(facts):
    found = options(facts, "saint etienne synthetique 2e", "fr")
    assert [one["value"] for one in found] == [f"commune:{EAST}"]
    assert found[0]["detail"].startswith("arrondissement · ")
    moved = map_controls.changed(facts, Choice(), map_controls.Move.TERRITORY, f"commune:{EAST}")
    assert (moved.selected, moved.district, moved.mesh) == (CITY, EAST, Level.COMMUNE)
    assert map_controls.changed(facts, moved, map_controls.Move.TERRITORY, "commune:S1002").district == ""


def test_the_page_of_a_district_tells_its_figures_and_whose_isolation_follows(facts):
    head, _body = content(facts, checked(facts, f"?s=commune:{WEST}")[0])
    said = words_of(head)
    assert synthetic.DISTRICTS[WEST] in said
    assert "L’isolement est estimé pour la ville entière, jamais par arrondissement" in said
    assert "8,0 %" in said.replace("\u202f", " ").replace("\u00a0", " ")
    assert said.index(synthetic.DISTRICTS[WEST]) < said.index("La ville entière")


def test_a_city_lists_its_districts_and_a_town_its_iris(facts):
    assert len(inside.sections(facts, Choice(selected=CITY))) == 1
    rows = inside.rows(facts, Part.DISTRICT, Choice(selected=CITY))
    assert rows["code"].tolist() == [WEST, EAST]
    town = Choice(selected=(Level.COMMUNE, "S1002"))
    said = words_of([draw() for draw in inside.sections(facts, town).values()])
    assert "S10020101" in said
    assert "Trop peu de personnes : secret statistique".replace(" :", "\u00a0:") in said
    assert inside.sections(facts, Choice(selected=(Level.DEPARTEMENT, "S1"))) == {}
    both = Choice(selected=(Level.EPCI, "S11"))
    assert len(inside.sections(facts, both)) == 2


def test_the_map_shows_the_district_among_the_others_and_nothing_without_outlines(facts):
    drawn = inside.drawing(facts, checked(facts, f"?s=commune:{WEST}")[0])
    assert drawn.count("<path") == 4, "two districts, the hatch, the thick line"
    assert inside.drawing(facts, Choice(selected=(Level.COMMUNE, "S1002"))) is None
    assert inside.picture(facts, Choice(selected=(Level.COMMUNE, "S1002"))) == []


def on_the_map(facts, query: str) -> list[dict]:
    """What the map draws over a city."""
    drawn = districts.layer(facts, facts.checked(read("/", query)[0])[0])
    return [feature["properties"] for layer in drawn for feature in layer.data["features"]]


def test_beside_the_estimate_districts_are_outlines_with_a_figure(facts):
    west, east = on_the_map(facts, f"?r=R1&m=commune&s=commune:{WEST}")
    assert (west["class"], east["class"]) == ("", "")
    assert (west["chosen"], east["chosen"]) == (True, False)
    assert [one["told"].replace("\u202f", " ") for one in (west, east)] == ["8,0 %", "12,0 %"]
    assert on_the_map(facts, "?r=R1&m=commune&s=commune:S1002") == [], "IRIS without outlines are no districts"
    assert on_the_map(facts, "?r=R1&m=epci&s=epci:S11") == []
    assert on_the_map(facts, "?m=commune&s=commune:S1001") == [], "communes of the whole country are not drawn"


def test_an_observed_figure_paints_districts_by_the_classes_of_the_map(facts):
    query = "?r=R1&m=commune&s=commune:S1001&i=share_75_plus"
    limits = facts.observed(read("/", query)[0]).attrs["limits"]
    painted = [int(one["class"].removeprefix("band-")) for one in on_the_map(facts, query)]
    for share, band in zip((0.08, 0.12), painted, strict=True):
        assert band == 1 + sum(share >= limit for limit in limits[1:-1])
    cut = [one["class"] for one in on_the_map(facts, query + "&cl=line&l=10")]
    assert cut == ["band-1", "band-5"]
    unknown = on_the_map(facts, "?r=R1&m=commune&s=commune:S1001&i=poverty_rate")
    assert {one["class"] for one in unknown} == {"band-0"}
    assert {one["told"] for one in unknown} == {observed.observed_text.no_data("fr")}


def test_the_card_of_a_city_has_its_districts_in_a_table_with_links(facts):
    choice = facts.checked(read("/", f"?r=R1&m=commune&s=commune:{EAST}")[0])[0]
    said = words_of(districts.section(facts, choice))
    assert "jamais par arrondissement" in said and "11 000" in said.replace("\u202f", " ")
    assert said.index(synthetic.DISTRICTS[EAST]) < said.index(synthetic.DISTRICTS[WEST]), "the one looked at is first"
    links = [one.href for one in html.Div(districts.section(facts, choice))._traverse() if hasattr(one, "href")]
    assert links[-2:] == [f"/territoire?r=R1&m=commune&s=commune:S1001&ar={code}" for code in (WEST, EAST)]
    assert districts.section(facts, Choice(selected=(Level.COMMUNE, "S1002"))) == []


def test_a_city_that_is_let_go_takes_its_district_with_it(facts):
    choice = facts.checked(read("/", f"?r=R1&m=commune&s=commune:{EAST}")[0])[0]
    assert map_controls.with_selected(Choice(), map_controls.selected(choice)).district == EAST
    for control, value in ((ids.CLEAR, 1), (ids.REGION, FRANCE)):
        after, notices = facts.checked(controls.changed(facts, choice, control, value))
        assert (after.selected, after.district, notices) == (None, "", ())


@pytest.mark.parametrize(
    ("file", "query", "rows"),
    [
        ("arrondissement.csv", f"s=commune:{WEST}", "0,08"),
        ("arrondissements.csv", "s=commune:S1001", WEST),
        ("services-arrondissement.csv", f"s=commune:{WEST}", "categorie"),
        ("iris.csv", "s=commune:S1002", "Trop peu de personnes"),
    ],
)
def test_files_hold_what_the_page_shows(client, file, query, rows):
    answer = client.get(f"/export/territoire/{file}?{query}")
    assert answer.status_code == 200
    assert rows in answer.get_data(as_text=True)


def test_a_file_of_parts_names_kinds_and_sources_in_words(facts):
    rows = inside.file_rows(facts, "arrondissements", Choice(selected=CITY))
    assert set(rows["nature"]) <= {"Donnée observée", "Donnée dérivée d’observations"}
    titles = facts.source_titles()
    assert set(rows["source_de_la_valeur"]) <= {*titles.values()} - {*titles}


def test_a_file_of_a_district_wants_a_district(client):
    assert client.get("/export/territoire/arrondissement.csv?s=commune:S1001").status_code == 400
    assert client.get("/export/territoire/dans-la-ville.svg?s=commune:S1002").status_code == 400
    assert client.get(f"/export/territoire/dans-la-ville.svg?s=commune:{WEST}").mimetype == "image/svg+xml"
