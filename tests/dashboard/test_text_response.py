"""Sentences about services say the record's own figures; "not known" is never said as "none"."""

import pytest

from dashboard.text import response as say
from geodata.pathway import Function, Pathway
from geodata.response import Counted, FamilyResponse, FunctionResponse, Link, PathwayResponse, Response
from geodata.service import Family

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


def function(state: Link, title: str = "Voir un médecin", is_listed: bool = True) -> FunctionResponse:
    told = Function(Pathway.CARERS, title, title, "See a doctor", ("infirmier",), (), "BPE ; Finess", "", "")
    return FunctionResponse(told, state, (), is_listed)


FRENCH_COUNT = "Fonctions à portée\u00a0: 1 sur 3\u00a0; manquantes\u00a0: 1\u00a0; non connues\u00a0: 1."


def test_a_pathway_counts_its_functions_and_says_only_what_there_is():
    chain = PathwayResponse(Pathway.OLDER_PEOPLE, tuple(map(function, (Link.PRESENT, Link.MISSING, Link.UNKNOWN))))
    assert say.pathway_sentence(chain, "fr") == FRENCH_COUNT
    chain = PathwayResponse(Pathway.OLDER_PEOPLE, (function(Link.PRESENT), function(Link.PRESENT)))
    assert say.pathway_sentence(chain, "en") == "Functions within reach: 2 of 2."
    chain = PathwayResponse(Pathway.OLDER_PEOPLE, (function(Link.UNKNOWN),))
    assert say.pathway_sentence(chain, "en") == "None of the 1 functions is known here."
    assert {say.pathway(p, "en") for p in Pathway} >= {"Family carers", "Mental health"}


def test_what_no_list_tells_of_is_said_once_with_the_files_to_add():
    functions = [
        function(Link.UNKNOWN, is_listed=False),
        function(Link.UNKNOWN, is_listed=False),
        function(Link.PRESENT),
    ]
    said = say.unlisted_sentence(functions, "fr")
    assert said == "Aucune liste de cette base ne renseigne\u00a0: voir un médecin. À ajouter\u00a0: BPE, Finess."
    assert say.unlisted_sentence(functions[2:], "fr") is None


def test_a_service_without_distance_stands_on_the_spot():
    here = Counted("x", "X", "mairie", Family.INSTITUTIONAL, "S1001", "annuaire", ("x",), None, "point", None)
    assert say.nearest(here, {}, "en") == "Nearest: X, on the spot (annuaire)"
