"""Sentences about services say the record's own figures; "not known" is never said as "none"."""

import pytest

from dashboard.text import response as say
from geodata.response import Counted, FamilyResponse, Link, PathwayLink, PathwayResponse, Response
from geodata.service import Family, Pathway

LANG = ("fr", "en")
TITLES = {"mairie": "Mairie", "infirmier": "Infirmier"}
TOWN_HALL = Counted(
    "x", "Mairie de X", "mairie", Family.INSTITUTIONAL, "S1001", "annuaire", ("x",), "2025-01-01", "point", 6.6
)


def family(**changes) -> FamilyResponse:
    record = {
        "family": Family.INSTITUTIONAL, "response": Response.PRESENT, "inside": 3, "nearest": TOWN_HALL, "score": None,
        "is_lowest_quarter": None, "within": ((20.0, 0.834, 0.81),), "partial": (), "unknown": (),
    }  # fmt: skip
    return FamilyResponse(**(record | changes))


def test_a_family_in_words():
    assert say.inside(family(), "fr") == "3 services sur place"
    nearest = "Le plus proche\u00a0: Mairie de X, environ 7 minutes en voiture (Annuaire, vu le 01/01/2025)"
    assert say.nearest(TOWN_HALL, {"annuaire": "Annuaire"}, "fr") == nearest
    reach = "83\u202f% des habitants à moins de 20 minutes, et 81\u202f% des personnes isolées attendues"
    assert say.reach(family(), 20, "fr") == reach


@pytest.mark.parametrize("lang", LANG)
def test_what_is_not_known_is_never_said_as_none(lang):
    unknown = family(inside=None, nearest=None, within=(), unknown=("mairie",), response=Response.UNKNOWN)
    said = [
        say.inside(unknown, lang),
        say.response(unknown.response, lang),
        *say.gaps_of_data(unknown, TITLES, lang)[0],
    ]
    assert not any(" 0 " in f" {line} " for line in said)
    assert "Mairie" in said[-1]
    assert say.reach(unknown, 20, lang) is None
    assert say.articulation(None, lang) != say.articulation(0, lang)
    assert say.link(Link.UNKNOWN, lang) != say.link(Link.MISSING, lang)


def test_a_pathway_counts_its_links():
    links = [PathwayLink("mairie", Link.PRESENT, TOWN_HALL), PathwayLink("infirmier", Link.UNKNOWN, None)]
    chain = PathwayResponse(Pathway.OLDER_PEOPLE, tuple(links))
    assert say.pathway_sentence(chain, "fr") == "1 maillon sur 2 à portée, 0 hors de portée"
    assert {say.pathway(p, "en") for p in Pathway} >= {"Family carers", "Mental health"}


def test_a_service_without_distance_stands_on_the_spot():
    here = Counted("x", "X", "mairie", Family.INSTITUTIONAL, "S1001", "annuaire", ("x",), None, "point", None)
    assert say.nearest(here, {}, "en") == "Nearest: X, on the spot (annuaire)"
