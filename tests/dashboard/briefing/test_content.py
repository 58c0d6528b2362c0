"""The record: what the store says, nothing more, and JSON that comes back as it went."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pytest

from dashboard import text
from dashboard.briefing import rows
from dashboard.briefing.brief import _figures, _quarters, brief, is_alike
from dashboard.briefing.content import Briefing, Observed
from dashboard.briefing.front import older_ends
from dashboard.briefing.issuer import Issuer
from dashboard.briefing.options import _ends
from dashboard.briefing.record import from_json, to_json
from dashboard.briefing.sheet import sheet
from dashboard.state import Choice, read
from geodata.disclosure import MIN_PEOPLE, round_people
from geodata.errors import NobodyHere, UnknownScenario, UnknownTerritory
from geodata.estimate import Kind, Reason, Verdict
from geodata.need import need_table, responses
from geodata.plan import BoundBy, Plan, Site
from geodata.planning import case, reached
from geodata.question import DEFAULT_QUESTION, Question
from geodata.request import Public, Request
from geodata.response import Quadrant
from geodata.service import Family
from geodata.steps import ALONE
from geodata.store import open_store
from geodata.territory import FRANCE, Level
from geodata.workspace import Version
from tests.dashboard import synthetic

PLACES = [
    (Level.COMMUNE, "S1002"), (Level.EPCI, "S11"), (Level.DEPARTEMENT, "S1"), (Level.REGION, "R9"),
]  # fmt: skip


def ask(store, level, code, choice=None, **options) -> Briefing:
    known = {"printed_on": "2026-11-25", "issuer": Issuer(), "address": "http://x/"}
    return brief(store, level, code, choice=choice or Choice(), **known | options)


@pytest.mark.parametrize(("level", "code"), PLACES)
def test_a_record_goes_to_json_and_back(store, level, code):
    found = ask(store, level, code)
    assert from_json(Briefing, to_json(found)) == found


@pytest.mark.parametrize(("level", "code"), PLACES)
def test_what_it_says_is_what_the_store_says(store, level, code):
    found = ask(store, level, code)
    assert found.profile.estimate == store.estimate(level, code)
    assert found.national == store.estimate(Level.FRANCE, FRANCE)
    assert found.content_hash == store.version()
    assert found.is_synthetic
    assert found.address == "http://x"


def test_the_classes_on_the_map_are_those_of_the_table(store):
    found = ask(store, Level.DEPARTEMENT, "S1", Choice(threshold=0.12))
    rows = store.estimates(Level.COMMUNE, "R1", Question(threshold=0.12)).set_index("code")["verdict"]
    assert {area.code: area.verdict for area in found.map.areas} == {
        code: Verdict(rows[code]) for code in ("S1001", "S1002", "S1003", "S1004", "S1005", "S1006")
    }


def test_a_commune_is_drawn_among_those_of_its_epci_and_a_region_by_epci(store):
    commune = ask(store, Level.COMMUNE, "S1002")
    assert commune.mapped_in == "CC du Nord synthétique"
    assert [area.code for area in commune.map.areas] == ["S1001", "S1002", "S1003"]
    assert commune.map.here
    region = ask(store, Level.REGION, "R1")
    assert region.around is Level.EPCI
    assert [area.code for area in region.map.areas] == ["S11", "S12", "S13"]
    # Services of a whole région would hide it.
    assert region.map.symbols == ()


def test_parents_the_nearest_first(store):
    assert ask(store, Level.COMMUNE, "S1002").parents == (
        "CC du Nord synthétique", "Département synthétique", "Territoire synthétique",
    )  # fmt: skip
    assert ask(store, Level.REGION, "R1").parents == ()


@pytest.mark.parametrize(("level", "code"), PLACES)
def test_the_link_opens_the_same_view(store, level, code):
    choice = Choice(threshold=0.125, scenario="age_telephone", minutes=30, lang="en", verdicts=(Verdict.ABOVE,))
    parts = urlsplit(sheet(ask(store, level, code, choice), "en").back.link)
    read_back, notices = read(parts.path, parts.query)
    assert notices == ()
    assert read_back == replace(choice, page="/territoire", selected=(level, code), verdicts=())


def test_services_and_places_in_need_are_asked_for_within_the_minutes_of_the_choice(store):
    for minutes in (15.0, 30.0):
        found = ask(store, Level.EPCI, "S11", Choice(minutes=minutes))
        assert found.responses == responses(store, Level.EPCI, "S11", DEFAULT_QUESTION, minutes=minutes)
        table = need_table(store, Level.COMMUNE, "R1", DEFAULT_QUESTION, minutes=minutes)
        few = set(table.loc[table["quadrant"] == Quadrant.FEW, "name"])
        assert {gap.place for gap in found.gaps if gap.place} <= few


def test_services_that_do_not_count_are_neither_counted_dated_nor_drawn(tmp_path):
    path = synthetic.write(tmp_path / "cinema.gpkg")
    synthetic.add_cinema(path)
    found = ask(open_store(str(path)), Level.COMMUNE, "S2001")
    citizen = next(line for line in found.families if line.response.family is Family.CITIZEN)
    assert (citizen.response.inside, citizen.category, citizen.seen_on) == (None, "association", None)
    assert Family.CITIZEN not in {symbol.family for symbol in found.map.symbols}


@pytest.mark.parametrize("code", ["S99", "", "S1001"])
def test_an_unknown_code_is_named(store, code):
    with pytest.raises(UnknownTerritory, match="no epci has the code"):
        ask(store, Level.EPCI, code)


def test_an_unknown_scenario_is_named(store):
    with pytest.raises(UnknownScenario, match="nothing was estimated for"):
        ask(store, Level.EPCI, "S11", Choice(scenario="moon"))


def test_there_is_a_briefing_on_the_whole_country(store):
    found = ask(store, Level.FRANCE, FRANCE)
    assert found.around is Level.DEPARTEMENT and found.actors == () and found.locator is None


def test_nobody_lives_there_and_nothing_is_printed(store, monkeypatch):
    empty = replace(store.estimate(Level.COMMUNE, "S1006"), reason=Reason.NO_RESIDENTS)
    monkeypatch.setattr(type(store), "estimate", lambda *asked, **options: empty)
    with pytest.raises(NobodyHere, match="has no resident"):
        ask(store, Level.COMMUNE, "S1006")


def test_nothing_is_said_of_a_hamlet(store):
    """Thirty residents: no share, no people, no comparison, and the reason in words."""
    found = ask(store, Level.COMMUNE, "S1006")
    assert found.people_70 is None
    assert found.profile.contrasts == ()
    front = sheet(found, "fr").front
    assert front.verdict == "Non publié"
    assert "moins de 50 habitants" in front.answer[0]
    assert front.strip is None
    assert all("estimation" not in tile.note for tile in front.tiles)


# -- plans -----------------------------------------------------------------------------------------------------------


def saved(*sites: tuple[str, float], is_decided=False, region="R1") -> Version:
    plan = Plan(
        sites=tuple(
            Site(code, rank, None, False, reached, reached, None, None) for rank, (code, reached) in enumerate(sites, 1)
        ),
        teams=len(sites), minutes=20, existing=(), people=1000, reached_before=0, reached=sum(r for _, r in sites),
        overlap=0, unserved=0, unreachable=0, reached_low=None, reached_high=None, groups=(), bound=1000,
        bound_by=BoundBy.PRICES, seconds=0.1, deviations=(),
    )  # fmt: skip
    names = {code: {"name": code, "code_insee": code, "commune": f"À {code}", "departement": "S1"} for code, _ in sites}
    content = {"request": Request(region, says_none_known=True).to_dict(), "plan": plan.to_dict(), "names": names}
    return Version("ab12", 2, "Essai", is_decided, "", "2026-01-01", "qui", content)


def test_a_plan_counts_the_people_who_live_here_and_says_how_many_everywhere(store):
    """Teams at S1001 (EPCI S11) and S1004 (S12): a sheet of S11 counts its own people, wherever the team stands."""
    plan = saved(("S1001", 441.0), ("S1004", 120.0))
    request = Request.from_dict(plan.content["request"])
    people = reached(case(store, request), request.public, Plan.from_dict(plan.content["plan"]))
    for level, code, inside in (
        (Level.EPCI, "S11", {"S1001", "S1002", "S1003"}), (Level.DEPARTEMENT, "S1", {f"S100{n}" for n in range(1, 7)}),
    ):  # fmt: skip
        (option,) = ask(store, level, code, plans=[plan]).options
        assert option.reached == int(round_people(people.within(inside)[0]))
        # The invented build does not say how uncertain people are, in its parts.
        assert (option.everywhere, option.low, option.high) == (560, None, None)
    (own,) = ask(store, Level.EPCI, "S11", plans=[plan]).options
    assert (own.teams, own.places) == (1, ("À S1001",))
    assert own.reached < int(round_people(people.people.sum()))


def test_a_plan_that_reaches_everybody_has_the_range_of_page_one(store):
    """A few plausible situations give other ends than the estimate's own; of a part of them, these go outward."""
    here, own = store.territory(Level.EPCI, "S11"), store.estimate(Level.EPCI, "S11")
    everybody = _ends(store, here, Request("R1"), (own.people, 0.9 * own.people, 1.1 * own.people))
    assert everybody == (own.people_low, own.people_high)
    assert _ends(store, here, Request("R1"), (0.5 * own.people, 145.0, 331.0)) == (140, 340)
    older = replace(ask(store, Level.EPCI, "S11"), people_70=1_200)
    asked = SimpleNamespace(
        estimate=store.estimate, estimates_of=lambda *_: pd.DataFrame({"people_70_plus": [1_200.0]})
    )
    of_them = _ends(asked, here, Request("R1", public=Public.ISOLATED_70), (1_204.0, 145.0, 331.0))
    assert of_them == older_ends(older) != (140, 340)


def test_a_plan_that_this_build_cannot_count_says_so(store):
    """Nothing said of the teams in place: the request cannot be asked, and no other place's number is printed."""
    plan = saved(("S1001", 400.0))
    content = plan.content | {"request": Request("R1").to_dict()}
    (option,) = ask(store, Level.EPCI, "S11", plans=[replace(plan, plan="other", content=content)]).options
    assert (option.teams, option.reached, option.low) == (1, None, None)


def test_decided_plans_come_first(store):
    plans = [saved(("S1001", 400.0)), replace(saved(("S1002", 9.0), is_decided=True), plan="cd34")]
    first, second = ask(store, Level.EPCI, "S11", plans=plans).options
    assert (first.is_decided, second.is_decided) == (True, False)


# -- what is chosen for the place ------------------------------------------------------------------------------------


def test_steps_are_called_for_by_the_place(store):
    for level, code in PLACES:
        found = ask(store, level, code)
        assert all(step.because in ("", *found.conditions) for step in found.steps)
        assert len({step.id for step in found.steps}) == len(found.steps) <= 3


@pytest.mark.parametrize(
    ("value", "twins", "residents", "says_nothing"),
    [
        (0.271, 0.267, 21_711, True),  # 1.5 % more
        (0.18, 0.15, 1_461_440, False),  # a fifth more, 44,000 people
        (0.18, 0.15, 126, True),  # as much more, but of four people
        (0.10, 0.15, 21_711, False),  # a third less
    ],
)
def test_a_difference_of_a_tenth_or_of_a_handful_says_nothing(store, value, twins, residents, says_nothing):
    factor = replace(
        next(f for f in ask(store, Level.EPCI, "S11").profile.risk_factors if f.twins_value is not None),
        value=value, twins_value=twins, unit="share", is_above=value > twins,
    )  # fmt: skip
    assert is_alike(factor, residents) is says_nothing


class Homes:
    """A store of thirty communes, of which one thing is known: each has one more flat in a hundred than the last."""

    codes = tuple(f"{number:05}" for number in range(30))

    def cumulation(self, level):
        return pd.DataFrame({"code": self.codes, "peers": "1"})

    def indicators(self):
        return pd.DataFrame({"id": ["flat_share"]})

    def indicator_values(self, level, *, indicator):
        shares = [number / 100 for number in range(30)]
        return pd.DataFrame(
            {
                "code": self.codes,
                "value": shares,
                "residents": [500.0] * 29 + [50_000.0],
                "vintage": "2021",
                "resolved_at": ["departement"] + ["commune"] * 29,
            }
        )


def test_homes_are_compared_with_those_of_places_of_their_size_and_only_where_they_are_their_own():
    found = _quarters(Homes(), "v", Level.COMMUNE)
    # Of 28 of one size, the quarter with most; the city is alone, and one has the figure of its département.
    assert sorted(found) == list(Homes.codes[22:29])
    assert set(found.values()) == {("most:flats",)}


def test_nobody_is_counted_beside_a_family_or_a_function(store):
    for level, code in PLACES:
        assert all(gap.people is None for gap in ask(store, level, code).gaps if gap.place is None)


def test_figures_in_people_are_counted_not_modelled_and_not_a_handful(store):
    found = ask(store, Level.COMMUNE, "S1002")
    assert len(found.counted) <= 2
    assert all(figure.value >= MIN_PEOPLE for figure in found.counted)


def test_no_figure_in_people_leaves_a_handful_beside_those_that_are_printed():
    """11031 has 22 residents, of whom 16 of 65 and over: 6 are left. Of 90, 40 of them and 42 of 20 to 64 leave 8."""

    def figures(residents, older, adults):
        rows = {"population": residents, "population_65_plus": older, "population_20_64": adults}
        values = pd.DataFrame({"value": rows, "numerator": rows, "denominator": np.nan, "kind": "observed"})
        told = values.assign(title="", title_en="", vintage="2021", source="x", resolved_at="commune", coverage=1.0)
        return [figure.value for figure in _figures(told, Level.COMMUNE)]

    assert figures(22.0, 16.0, 3.0) == []
    assert figures(90.0, 40.0, 42.0) == [40.0]
    assert figures(90.0, 40.0, 30.0) == [40.0, 30.0]
    assert figures(90.0, 20.0, 70.0) == [20.0, 70.0]
    assert figures(90.0, 10.0, 60.0) == [60.0]


@pytest.mark.parametrize(
    ("changes", "provenance"),
    [
        ({}, ("28 868", "comptés au recensement de 2022")),
        ({"kind": Kind.DERIVED}, ("environ 28 900", "reconstitué d’après le recensement de 2022")),
        (
            {"kind": Kind.DERIVED, "coverage": 0.968},
            ("environ 28 900", "reconstitué d’après le recensement de 2022, pour 96,8 % des habitants"),
        ),
        (
            {"kind": Kind.DERIVED, "indicator": "share_75_plus"},
            ("environ 28 900", "estimation de population de l’Insee, 2022"),
        ),
    ],
)
def test_a_figure_in_people_says_how_it_came_to_be_on_the_page_and_in_the_file(store, changes, provenance):
    figure = Observed(
        "living_alone_share_80_plus", "Seuls", "Alone", 28_867.545, "2022", "reference", Kind.OBSERVED, 1.0
    )
    figure = replace(figure, **changes)
    found = replace(ask(store, Level.COMMUNE, "S1002"), counted=(figure,))
    tile = sheet(found, "fr").front.tiles[-1]
    assert (tile.value.replace("\u202f", " "), tile.note.replace("\u202f", " ").replace("\xa0", " ")) == provenance
    row = rows.facts(found, "fr").set_index("Chiffre").loc[tile.label]
    assert row["Nature"] == text.kind(figure.kind, "fr")
    assert row["Valeur"] == (28_868 if figure.kind is Kind.OBSERVED else 28_900)


def test_where_nothing_is_published_page_1_tells_what_is_known_and_what_is_missing(store):
    thirty = Observed("population", "Habitants", "Residents", 30.0, "2021", "x", Kind.OBSERVED, 1.0)
    found = replace(ask(store, Level.COMMUNE, "S1006"), population=thirty)
    assert found.profile.estimate.reason == Reason.FEW_RESIDENTS
    lent = [one for one in found.profile.risk_factors if one.is_lent]
    front = sheet(found, "fr").front
    assert lent and front.position_title == "Ce qui est connu"
    # Own figures of thirty residents say nothing.
    assert [line.partition("\u00a0: ")[0] for line in front.position] == [one.title for one in lent]
    assert all(line.endswith("(valeur de son département).") for line in front.position)

    def position(reason, *factors):
        estimate = replace(found.profile.estimate, reason=reason)
        profile = replace(found.profile, estimate=estimate, risk_factors=factors)
        written = sheet(replace(found, profile=profile), "fr").front
        return written.position_title, written.position

    assert position(Reason.FEW_RESIDENTS) == ("", ())
    title, (missing,) = position(Reason.NO_POPULATION_BY_AGE)
    assert title == "Ce qui est connu" and "l’Insee, qui recense" in missing
    # Above the country, it is told among what stands out, once.
    own = replace(lent[0], is_lent=False, is_above_france=True, value=0.9, france_value=0.1)
    few = replace(found.profile, risk_factors=(replace(lent[0], value=0.004, france_value=0.1),))
    assert "0,4 %, contre 10 %" in sheet(replace(found, profile=few), "fr").front.position[0].replace("\u202f", " ")
    wide = replace(found, population=replace(thirty, value=1e6))
    profile = replace(found.profile, risk_factors=(own,))
    written = sheet(replace(wide, profile=profile), "fr").front
    assert written.position == () and any(line.startswith(own.title) for line in written.sides)
    assert not sheet(ask(store, Level.COMMUNE, "S1002"), "fr").front.position_title.startswith("Ce qui est connu")


def test_a_district_is_printed_with_its_own_figures_and_the_isolation_of_its_city(store):
    found, city = ask(store, Level.COMMUNE, "S1901"), ask(store, Level.COMMUNE, "S1001")
    assert (found.district.code, found.district.city_code, city.district) == ("S1901", "S1001", None)
    assert found.profile == city.profile
    assert found.population == city.population
    assert [figure.value for figure in found.district.figures] == [0.08]
    assert found.counted != city.counted
    # Page 2 speaks of the whole city, in its numbers.
    assert found.counted_of_city == city.counted and city.counted_of_city == ()
    aged = replace(found.counted[0], indicator="population_65_plus")
    asked = replace(found, counted=(replace(aged, value=1234.0),), counted_of_city=(replace(aged, value=5678.0),))
    questions = " ".join(sheet(asked, "fr").back.questions)
    assert "5\u202f678" in questions and "1\u202f234" not in questions
    assert found.choice.endswith("s=commune:S1001&ar=S1901")


def test_a_commune_without_epci_is_told_of_none(tmp_path):
    path = synthetic.write(tmp_path / "island.gpkg")
    before = ask(open_store(str(path)), Level.COMMUNE, "S2001")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE territory SET epci = NULL WHERE level = 'commune' AND code = 'S2001'")
    found = ask(open_store(str(path)), Level.COMMUNE, "S2001")
    assert [ALONE in one.conditions for one in (before, found)] == [False, True]
    assert "EPCI" not in str(sheet(found, "fr"))


def test_a_region_of_one_departement_is_not_told_twice(store):
    told = [{one.comparator for one in ask(store, Level.EPCI, code).profile.contrasts} for code in ("S91", "S11")]
    assert ["region" in names for names in told] == [False, True] and all("departement" in names for names in told)


@pytest.mark.parametrize(
    ("position", "minutes", "printed"), [("commune", 0.0, None), ("commune", 12.0, 12.0), ("point", 0.0, 0.0)]
)
def test_a_service_known_by_its_commune_alone_is_at_no_minute_of_it(store, position, minutes, printed):
    found = ask(store, Level.COMMUNE, "S1002")
    line = next(one for one in found.families if one.category is not None)
    nearest = replace(line.response.nearest, position=position, travel_min=minutes)
    response = replace(line.response, nearest=nearest, within=((20.0, 1.0, 1.0),), squares=None)
    row = rows.services(replace(found, families=(replace(line, response=response),)), "fr").iloc[0]
    written = None if pd.isna(row["Minutes jusqu’au plus proche"]) else row["Minutes jusqu’au plus proche"]
    assert written == printed
    # All or nobody of a commune is within reach of its one point: no share of its residents.
    shares = ["Part des habitants à portée", "Part des personnes isolées attendues à portée"]
    assert row[shares].isna().all()
    wider = replace(found, profile=replace(found.profile, territory=store.territory(Level.EPCI, "S11")))
    told_of_epci = rows.services(replace(wider, families=(replace(line, response=response),)), "fr").iloc[0]
    assert (told_of_epci[shares] == 1.0).all()
