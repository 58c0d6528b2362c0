"""Page "Par où commencer": the rule beside the lists, one line that says why, and the same counts in the files."""

import csv
import io
from dataclasses import replace

import docx
import pytest
from python_calamine import CalamineWorkbook

from dashboard.pages.commencer import controls, ids, view
from dashboard.pages.commencer.layout import layout
from dashboard.state import Choice, read
from dashboard.text import priority
from geodata.estimate import Verdict
from geodata.need import need_table
from geodata.priority import Priority, Tier
from geodata.priority_table import priorities
from geodata.territory import Level, Perimeter
from tests.dashboard.test_besoin import texts


def choice_of(query: str = "?r=R1&m=commune") -> Choice:
    return read(controls.PATH, query)[0]


def _by_code(facts, choice) -> dict[str, Priority]:
    return {found.code: found for found in facts.priorities(choice, controls.within(choice))}


# ------------------------------------------------------------------------------------------------------- the perimeter


def test_a_perimeter_answers_for_its_own_territories_only(store):
    within = Perimeter(Level.EPCI, "S11")
    inside = priorities(store, need_table(store, Level.COMMUNE, within), Level.COMMUNE, within)
    assert sorted(inside["code"]) == ["S1001", "S1002", "S1003"]


@pytest.mark.parametrize(
    ("query", "inside", "mesh"),
    [
        ("?r=R1", Perimeter(Level.REGION, "R1"), Level.EPCI),
        ("", Perimeter(Level.FRANCE, "FR"), Level.EPCI),
        # An EPCI holds communes only; a département is no mesh of itself.
        ("?r=R1&s=epci:S11", Perimeter(Level.EPCI, "S11"), Level.COMMUNE),
        ("?r=R1&m=departement&s=departement:S1", Perimeter(Level.DEPARTEMENT, "S1"), Level.EPCI),
        # A commune selected on another page is no perimeter.
        ("?r=R1&m=commune&s=commune:S1001", Perimeter(Level.REGION, "R1"), Level.COMMUNE),
    ],
)
def test_the_address_gives_the_perimeter(facts, query, inside, mesh):
    choice = controls.settled(facts, choice_of(query))
    assert (controls.within(choice), choice.mesh) == (inside, mesh)


@pytest.mark.parametrize(
    ("found", "selected", "region"),
    [
        ("commune:S1002", (Level.EPCI, "S11"), "R1"),
        ("epci:S91", (Level.EPCI, "S91"), "R9"),
        ("region:R9", None, "R9"),
    ],
)
def test_a_territory_found_by_name_becomes_the_perimeter(facts, found, selected, region):
    choice = controls.changed(facts, choice_of("?r=R1"), ids.SEARCH, found)
    assert (choice.perimeter, choice.region) == (selected, region)


def test_the_communes_of_the_country_ask_for_a_region_and_give_no_file(facts):
    said = str(view.tiers(facts, choice_of("?m=commune")))
    assert "/export/" not in said and "Communes" in said


# ----------------------------------------------------------------------------------------------------------- the lists


def test_every_territory_is_in_one_list_by_name(facts):
    choice = choice_of()
    tiers = view.by_tier(facts, choice)
    assert sum(map(len, tiers.values())) == len(facts.store.territories(Level.COMMUNE, "R1"))
    for rows in tiers.values():
        names = [one.name.lstrip("+").replace("Œ", "Oe") for one in rows]
        assert names == sorted(names, key=str.casefold)


def test_a_sure_need_where_factors_add_up_comes_first(facts):
    places = _by_code(facts, choice_of())
    assert places["S1001"].tier in (Tier.FIRST, Tier.NEXT)
    # Not published, and in no list, whatever adds up.
    assert places["S2002"].tier == Tier.NONE


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_shows_the_rule_the_counts_and_why(facts, lang):
    choice = choice_of(f"?r=R1&m=commune&lang={lang}")
    content = texts(layout(facts, choice))
    for tier, rows in view.by_tier(facts, choice).items():
        assert priority.tier_rule(tier, choice.threshold, lang) in content
        assert priority.count_sentence(view.total(facts, choice, rows), choice.mesh, lang) in content
        for found in rows if tier != Tier.NONE else ():
            assert priority.why(found, choice.threshold, lang) in content


def test_why_names_chances_factors_and_people(facts):
    places = _by_code(facts, choice_of())
    sentence = priority.why(places["S1001"], 0.10, "en")
    assert "more than 99 chances in 100 of being above 10%" in sentence
    assert "factors that add up: 4 of 7 known (advanced age, low income, digital exclusion, long illness)" in sentence
    assert "people, between" in sentence
    few = priority.why(places["S1003"], 0.10, "en")
    assert "factors known: 3, too few to say what adds up" in few
    assert priority.why(places["S2002"], 0.10, "en").startswith("Nothing is published")


def test_nothing_is_said_of_robustness_where_nothing_decides(facts):
    undecided = replace(_by_code(facts, choice_of())["S1001"], verdict=Verdict.UNDECIDED, p_above=0.5, robust=None)
    sentence = priority.why(undecided, 0.10, "en")
    assert "5 chances in 10" in sentence and "robust" not in sentence and "assumptions" not in sentence
    assert "other assumptions not computed" in priority.why(replace(undecided, verdict=Verdict.ABOVE), 0.10, "en")


# ----------------------------------------------------------------------------------------------------------- the files


def _read_csv(client, query: str) -> list[dict]:
    answer = client.get(f"/export/commencer.csv{query}")
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize("query", ["?r=R1&m=commune", "?r=R1", "?s=epci:S11", "?m=departement"])
def test_the_file_counts_as_the_page(facts, client, query):
    choice = controls.settled(facts, choice_of(query))
    rows = _read_csv(client, query)
    for tier, tiers in view.by_tier(facts, choice).items():
        mine = [row for row in rows if row["liste"] == priority.tier(tier, "fr")]
        assert [row["code"] for row in mine] == [one.code for one in tiers]
        assert [row["pourquoi"] for row in mine] == [priority.why(one, choice.threshold, "fr") for one in tiers]


def test_the_workbook_holds_the_same_rows_and_the_rule(facts, client):
    answer = client.get("/export/commencer.xlsx?r=R1&m=commune")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    rows, rule = (book.get_sheet_by_index(i).to_python() for i in range(2))
    assert len(rows) - 1 == len(_read_csv(client, "?r=R1&m=commune")) == sum(row[2] for row in rule[1:])
    assert [row[0] for row in rule[1:]] == [priority.tier(tier, "fr") for tier in Tier]


# -------------------------------------------------------------------------------------------------------- what is said


def test_a_line_that_does_not_tell_territories_apart_says_so(facts):
    choice = choice_of("?r=R1&m=commune&t=2")
    rows = facts.priorities(choice, controls.within(choice))
    assert "2%" in priority.one_side(rows, 0.02, "en")
    middle = choice_of()
    assert priority.one_side(facts.priorities(middle, controls.within(middle)), 0.10, "en") is None


# ---------------------------------------------------------------------------------------- ordered by an observed figure


def test_a_list_may_be_ordered_by_an_observed_figure_the_unknown_last(facts):
    choice = choice_of("?r=R1&m=commune&i=share_75_plus")
    known = view.figures(facts, choice)["value"].to_dict()
    by_name, by_figure = view.by_tier(facts, choice_of()), view.by_tier(facts, choice)
    assert len(known) > 2
    for tier, places in by_figure.items():
        # The same territories in the same tiers: the figure orders, it does not move.
        assert {one.code for one in places} == {one.code for one in by_name[tier]}
        values = [known.get(one.code, -1) for one in places]
        assert values == sorted(values, reverse=True)
    content = texts(layout(facts, choice))
    assert "ordre est celui d’un chiffre" in content and "ordre est alphabétique" not in content


def test_the_word_document_holds_the_lists_their_rule_and_the_figure(app, facts):
    answer = app.server.test_client().get("/export/commencer.docx?r=R1&m=commune&i=share_75_plus")
    assert answer.status_code == 200, answer.data
    document = docx.Document(io.BytesIO(answer.data))
    said = "\n".join(p.text for p in document.paragraphs)
    choice = choice_of("?r=R1&m=commune&i=share_75_plus")
    written = {row.cells[1].text for table in document.tables for row in table.rows}
    words = view.figure_words(facts, choice)
    for tier, places in view.by_tier(facts, choice).items():
        assert priority.tier_rule(tier, choice.threshold, "fr") in said
        for place in places if tier != Tier.NONE else ():
            assert view.why(place, choice, words) in written


def test_a_list_looks_inside_what_is_chosen_and_lets_it_go(facts):
    inside = controls.changed(facts, choice_of("?r=R1&m=departement"), ids.PERIMETER, "epci:S11")
    inside = controls.settled(facts, facts.checked(inside)[0])
    assert controls.perimeter(inside) == (Level.EPCI, "S11") and inside.mesh == Level.COMMUNE
    assert dict(zip(controls.CONTROLS, controls.control_values(inside), strict=True))[ids.PERIMETER] == "epci:S11"
    # A territory that is selected is looked in as well: letting the perimeter go lets both go.
    selected = choice_of("?r=R1&m=commune&s=epci:S11")
    assert controls.perimeter(selected) == (Level.EPCI, "S11")
    assert controls.perimeter(controls.changed(facts, selected, ids.PERIMETER, None)) is None


def test_a_territory_found_by_name_is_looked_in_at_a_mesh_that_it_holds(facts):
    found = controls.changed(facts, choice_of("?r=R1&m=departement"), ids.SEARCH, "epci:S11")
    assert found.mesh == Level.COMMUNE and facts.checked(found)[1] == ()
