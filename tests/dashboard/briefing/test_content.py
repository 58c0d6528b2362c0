"""The record: what the store says, nothing more, and JSON that comes back as it went."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from dashboard.briefing.content import LEVELS, Briefing, brief
from dashboard.briefing.issuer import Issuer
from dashboard.briefing.record import from_json, to_json
from dashboard.briefing.sheet import sheet
from dashboard.state import Choice, read
from geodata.errors import BadInput, UnknownScenario, UnknownTerritory
from geodata.estimate import Verdict
from geodata.need import gap_table, responses
from geodata.plan import BoundBy, Plan, Site
from geodata.request import Request
from geodata.response import Quadrant
from geodata.service import Family
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
    rows = store.estimates(Level.COMMUNE, "R1", threshold=0.12).set_index("code")["verdict"]
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
        asked = {"minutes": minutes, "definition": "five_networks", "scenario": "default", "threshold": 0.1}
        assert found.responses == responses(store, Level.EPCI, "S11", **asked)
        table = gap_table(store, Level.COMMUNE, "R1", **asked)
        few = set(table.loc[table["quadrant"] == Quadrant.FEW, "name"])
        assert {gap.place for gap in found.gaps if gap.place} <= few


def test_services_that_do_not_count_are_neither_counted_nor_dated(tmp_path):
    path = synthetic.write(tmp_path / "cinema.gpkg")
    synthetic.add_cinema(path)
    found = ask(open_store(str(path)), Level.COMMUNE, "S2001")
    citizen = next(line for line in found.families if line.response.family is Family.CITIZEN)
    assert (citizen.response.inside, citizen.residents_per_service, citizen.seen_on) == (None, None, None)
    # On the map it stays.
    assert Family.CITIZEN in {symbol.family for symbol in found.map.symbols}


@pytest.mark.parametrize("code", ["S99", "", "S1001"])
def test_an_unknown_code_is_named(store, code):
    with pytest.raises(UnknownTerritory, match="no epci has the code"):
        ask(store, Level.EPCI, code)


def test_an_unknown_scenario_is_named(store):
    with pytest.raises(UnknownScenario, match="nothing was estimated for"):
        ask(store, Level.EPCI, "S11", Choice(scenario="moon"))


def test_there_is_no_briefing_on_the_whole_country(store):
    assert Level.FRANCE not in LEVELS
    with pytest.raises(BadInput, match="one of commune, epci, departement, region"):
        ask(store, Level.FRANCE, FRANCE)


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
    content = {"request": Request(region).to_dict(), "plan": plan.to_dict(), "names": names}
    return Version("ab12", 2, "Essai", is_decided, "", "2026-01-01", "qui", content)


def test_a_plan_counts_here_by_its_sites_here_each_person_once(store):
    """Sites at S1001 (EPCI S11) and S1004 (S12): only the first counts in S11; both in the département."""
    plan = saved(("S1001", 441.0), ("S1004", 120.0))
    (option,) = ask(store, Level.EPCI, "S11", plans=[plan]).options
    assert (option.teams, option.places, option.reached) == (1, ("À S1001",), 440)
    (option,) = ask(store, Level.DEPARTEMENT, "S1", plans=[plan]).options
    assert (option.teams, option.reached) == (2, 560)
    assert ask(store, Level.EPCI, "S13", plans=[plan]).options == ()


def test_too_few_people_are_not_printed_and_decided_plans_come_first(store):
    plans = [saved(("S1001", 400.0)), saved(("S1002", 9.0), is_decided=True)]
    first, second = ask(store, Level.EPCI, "S11", plans=plans).options
    assert (first.is_decided, first.reached) == (True, None)
    assert second.reached == 400
