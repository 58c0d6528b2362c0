"""Sentences about services say the record's own figures; "not known" is never said as "none"."""

from dataclasses import replace

import pytest

from dashboard.text import response as response_text
from geodata.pathway import Concerned, Function, Pathway
from geodata.response import (
    Counted,
    FamilyResponse,
    FromSquares,
    FunctionResponse,
    Link,
    PathwayResponse,
    Quadrant,
    Response,
    Responses,
)
from geodata.service import CORRECTION, Family
from geodata.territory import Level, Territory
from tests.dashboard.both_languages import in_english, of_its_own

pytestmark = pytest.mark.usefixtures("translated")

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
    assert response_text.inside(family(), "fr") == "3 services sur place"
    nearest = "Le plus proche\u00a0: Mairie de X, environ 7 minutes en voiture (Annuaire, vu le 01/01/2025)"
    assert response_text.nearest(TOWN_HALL, {"annuaire": "Annuaire"}, "fr") == nearest
    reach = "83\u202f% des habitants à moins de 20 minutes, et 81\u202f% des personnes isolées attendues"
    assert response_text.reach(family(), 20, "fr") == reach


@pytest.mark.parametrize(
    ("level", "changes", "sentence"),
    [
        (Level.COMMUNE, {}, None),
        (Level.COMMUNE, {"rank": 0.74}, None),
        (Level.COMMUNE, {"rank": 0.81}, "À portée, et 81\u202f% des communes comparables n’ont pas plus"),
        (Level.COMMUNE, {"response": Response.SCARCE, "rank": 0.81}, None),
        (Level.EPCI, {"is_compared": False}, None),
        (Level.EPCI, {"is_compared": True, "scarce_share": 0.101}, None),
        (Level.EPCI, {"is_compared": True, "scarce_share": 0.06, "far_share": 0.05}, None),
        (
            Level.EPCI,
            {"is_compared": True, "scarce_share": 0.04, "far_share": 0.02},
            "6\u202f% des habitants seulement",
        ),
        (Level.EPCI, {"is_compared": True, "scarce_share": 0.004}, "À portée de presque tous"),
    ],
)
def test_a_family_is_a_strength_where_it_is_better_than_in_most_comparable_places(level, changes, sentence):
    found = response_text.strength(family(**changes), level, "fr")
    assert found is None if sentence is None else found.startswith(sentence)


def test_a_commune_that_has_the_least_of_all_is_not_beside_none():
    least = family(response=Response.SCARCE, rank=0.0)
    assert response_text.reason(least, Level.COMMUNE, 20, "fr").endswith("presque aucune ne l’est aussi peu.")
    few = family(response=Response.SCARCE, rank=0.04)
    assert response_text.reason(few, Level.COMMUNE, 20, "fr").endswith("4\u202f% le sont aussi peu, ou moins.")


SQUARES = FromSquares(
    shares=((5.0, 0.42), (10.0, 0.6), (15.0, 0.72), (20.0, 0.834)), median_min=6.6, covered=1.0, squares=1312,
    side_m=200, imputed=0.1, producer="Insee", vintage="2019",
)  # fmt: skip


def test_residents_known_by_square_are_said_with_their_source_and_nearness():
    spread = family(squares=SQUARES, within=((20.0, 0.834, None),))
    origin = "1\u202f312 carreaux de 200 m, Insee 2019"
    assert response_text.reach(spread, 20, "fr") == (
        f"83\u202f% des habitants à moins de 20 minutes (depuis là où ils vivent, {origin})"
    )
    assert response_text.squares(spread, "fr") == (
        "Habitants à portée depuis là où ils vivent, par minutes\u00a0: 42\u202f% à 5, 60\u202f% à 10, 72\u202f% à 15, "
        f"83\u202f% à 20 (dérivé de {origin}). Pour la moitié d’entre eux, 7 minutes au plus."
    )
    assert response_text.squares(family(), "fr") is None
    for minutes, told in ((7.2, "8 minutes au plus."), (0.4, "moins d’une minute.")):
        nearer = family(squares=replace(SQUARES, median_min=minutes))
        assert response_text.squares(nearer, "fr").endswith(f"Pour la moitié d’entre eux, {told}")
    near = response_text.nearest(TOWN_HALL, {}, "en", is_median=True)
    assert near.startswith("Nearest to the median resident: Mairie de X, about 7 minutes")


def test_squares_that_do_not_cover_everybody_or_are_undated_say_so():
    partly = family(squares=replace(SQUARES, covered=0.9, vintage=None, median_min=None, side_m=1000))
    sentence = response_text.squares(partly, "en")
    assert "squares of 1 km, Insee undated)" in sentence and "Half" not in sentence
    assert sentence.endswith("where 90% of residents live; the others are counted from one point of their commune.")


def test_a_commune_known_by_square_is_too_far_for_a_share_of_its_residents():
    far = family(response=Response.FAR, squares=SQUARES, far_share=0.62)
    assert response_text.reason(far, Level.COMMUNE, 20, "en") == ("Too far for 62% of residents: more than 20 minutes.")


@pytest.mark.parametrize("lang", LANG)
def test_what_is_not_known_is_never_said_as_none(lang):
    unknown = family(inside=None, nearest=None, within=(), unknown=("mairie",), response=Response.UNKNOWN)
    said = [
        response_text.inside(unknown, lang),
        response_text.response(unknown.response, lang),
        *response_text.gaps_of_data(unknown, TITLES, lang)[0],
    ]
    assert not any(" 0 " in f" {line} " for line in said)
    assert "Mairie" in said[-1]
    assert response_text.reach(unknown, 20, lang) is None
    assert response_text.articulation(None, lang) != response_text.articulation(0, lang)
    assert response_text.link(Link.UNKNOWN, lang) != response_text.link(Link.MISSING, lang)


def function(state: Link, title: str = "Voir un médecin", is_listed: bool = True) -> FunctionResponse:
    told = Function(Pathway.CARERS, title, title, "See a doctor", ("infirmier",), (), "BPE ; Finess", "", "")
    return FunctionResponse(told, state, (), is_listed)


FRENCH_COUNT = "Fonctions à portée\u00a0: 1 sur 3\u00a0; manquantes\u00a0: 1\u00a0; non connues\u00a0: 1."


def test_a_pathway_counts_its_functions_and_says_only_what_there_is():
    chain = PathwayResponse(Pathway.OLDER_PEOPLE, tuple(map(function, (Link.PRESENT, Link.MISSING, Link.UNKNOWN))))
    assert response_text.pathway_sentence(chain, "fr") == FRENCH_COUNT
    chain = PathwayResponse(Pathway.OLDER_PEOPLE, (function(Link.PRESENT), function(Link.PRESENT)))
    assert response_text.pathway_sentence(chain, "en") == "Functions within reach: 2 of 2."
    chain = PathwayResponse(Pathway.OLDER_PEOPLE, (function(Link.UNKNOWN),))
    assert response_text.pathway_sentence(chain, "en") == "None of the 1 functions is known here."
    assert {response_text.pathway(p, "en") for p in Pathway} >= {"Family carers", "Mental health"}


def test_whom_a_pathway_is_for_is_told_with_kind_and_source():
    counted = Concerned(3040, 0.101, "habitants de 75 ans et plus", "Share aged 75", "derived", "2022", "Insee : x")
    counts = "3\u202f040 habitants de 75 ans et plus (10,1\u202f%)"
    said = f"Public\u00a0: {counts}, 2022, donnée dérivée d’observations, Insee."
    assert response_text.concerned(counted, "fr") == said
    assert response_text.concerned(counted, "en").startswith("For: 3,040 (Share aged 75: 10.1%), 2022, ")
    expected = replace(counted, share=None, title="proches aidants", kind="modelled")
    assert response_text.concerned(expected, "fr") == (
        "Public\u00a0: environ 3\u202f040 proches aidants, 2022, estimation modélisée, Insee."
    )
    assert "3" not in response_text.concerned(None, "fr")


def test_what_no_list_tells_of_is_said_once_with_the_files_to_add():
    functions = [
        function(Link.UNKNOWN, is_listed=False),
        function(Link.UNKNOWN, is_listed=False),
        function(Link.PRESENT),
        # Known to be there by a correction, though no list tells of it.
        function(Link.PRESENT, is_listed=False),
    ]
    sentence = response_text.unlisted_sentence(functions, "fr")
    assert sentence == "Aucune liste de cette base ne renseigne\u00a0: voir un médecin. À ajouter\u00a0: BPE, Finess."
    assert response_text.unlisted_sentence(functions[2:], "fr") is None


def test_a_service_that_a_correction_adds_without_a_name_is_not_told_by_nothing():
    added = Counted("c1", "", "mairie", Family.CITIZEN, "31038", CORRECTION, ("c1",), "2026-11-30", "exact", 12.0)
    said = response_text.nearest(added, {}, "fr")
    assert "Service indiqué par l’agence" in said and "Correction de l’agence" in said and CORRECTION not in said


@pytest.mark.parametrize(
    ("when", "french", "english"),
    [
        ("2026-05-12", "vu le 12/05/2026", "seen on 12/05/2026"),
        ("2026-04", "vu en 04/2026", "seen in 04/2026"),
        ("2023", "vu en 2023", "seen in 2023"),
    ],
)
def test_a_service_is_seen_on_a_day_or_in_a_month_or_a_year(when, french, english):
    assert response_text.seen(when, "fr") == french
    assert response_text.seen(when, "en") == english


def test_a_service_without_distance_stands_on_the_spot():
    here = Counted("x", "X", "mairie", Family.INSTITUTIONAL, "S1001", "annuaire", ("x",), None, "point", None)
    assert response_text.nearest(here, {}, "en") == "Nearest: X, on the spot (annuaire)"


# -- why a family is wanting -------------------------------------------------------------------------------------------

FAR, SCARCE = Response.FAR, Response.SCARCE
LEAST = "Too few: within reach, but among the 25% of comparable communes that have the least:"
BY_SQUARE = FromSquares(((20.0, 0.8),), 7.5, 1.0, 312, 200, 0.0, "Insee", "2019")


def test_states_have_words_of_their_own():
    assert of_its_own(response_text.response, Response)[Response.UNKNOWN] == "not known: the data are incomplete"
    assert of_its_own(response_text.short_response, Response)[Response.UNKNOWN] == "not known"
    assert of_its_own(response_text.link, Link)[Link.MISSING] == "not within reach"
    assert of_its_own(response_text.pathway, Pathway)[Pathway.CARERS] == "Family carers"
    assert in_english(response_text.counting).startswith("What counts as a response")


@pytest.mark.parametrize(
    ("level", "changes", "expected"),
    [
        (Level.COMMUNE, {"response": FAR}, "Too far: the nearest is 7 minutes away, for 20 asked."),
        (Level.COMMUNE, {"response": FAR, "nearest": None},
         "Too far: complete lists show none that a road leads to within 20 minutes."),
        (Level.COMMUNE, {"response": FAR, "nearest": replace(TOWN_HALL, travel_min=None)},
         "Too far: complete lists show none that a road leads to within 20 minutes."),
        (Level.EPCI, {"response": FAR, "far_share": 0.62}, "Too far for 62% of residents: more than 20 minutes."),
        (Level.COMMUNE, {"response": FAR, "far_share": 0.62, "squares": BY_SQUARE},
         "Too far for 62% of residents: more than 20 minutes."),
        (Level.COMMUNE, {"response": SCARCE, "rank": 0.005}, f"{LEAST} hardly any has as little."),
        (Level.COMMUNE, {"response": SCARCE, "rank": 0.0051}, f"{LEAST} 1% have as little or less."),
        (Level.COMMUNE, {"response": SCARCE, "rank": 0.12}, f"{LEAST} 12% have as little or less."),
        (Level.EPCI, {"response": SCARCE, "rank": 0.12, "scarce_share": 0.6, "far_share": 0.0051},
         "Too few: 60% of residents live in the 25% of comparable communes with the fewest, and 1% more than 20 "
         "minutes away."),
        (Level.EPCI, {"response": SCARCE, "scarce_share": 0.6, "far_share": 0.005},
         "Too few: within reach, but 60% of residents live in the 25% of comparable communes with the fewest."),
        (Level.COMMUNE, {"response": SCARCE, "scarce_share": 1.0},
         "Too few: within reach, but 100% of residents live in the 25% of comparable communes with the fewest."),
    ],
)  # fmt: skip
def test_why_a_family_is_wanting_is_the_number_that_decides(level, changes, expected):
    assert in_english(lambda lang: response_text.reason(family(**changes), level, 20.0, lang)) == expected


@pytest.mark.parametrize("state", [Response.PRESENT, Response.UNKNOWN])
@pytest.mark.parametrize("level", [Level.COMMUNE, Level.EPCI])
def test_a_family_that_is_there_or_not_known_is_not_wanting(state, level):
    assert response_text.reason(family(response=state, rank=0.1, far_share=0.9), level, 20.0, "fr") is None


def test_a_strength_is_at_three_quarters_or_a_tenth_exactly():
    at = response_text.strength(family(rank=0.75), Level.COMMUNE, "en")
    assert at == "Within reach, and 75% of comparable communes have as little or less"
    assert response_text.strength(family(rank=0.749), Level.COMMUNE, "en") is None
    wide = family(is_compared=True, scarce_share=0.06, far_share=0.04)
    assert "Only 10% of residents live" in in_english(lambda lang: response_text.strength(wide, Level.EPCI, lang) or "")
    few = family(is_compared=True, scarce_share=0.0051)
    assert (response_text.strength(few, Level.EPCI, "en") or "").startswith("Only 1% of residents")


@pytest.mark.parametrize(
    ("value", "long", "short"),
    [(0.99, "less than a minute by car", "less than a minute"), (1.0, "about 1 minute by car", "1 minute"),
     (1.6, "about 2 minutes by car", "2 minutes"), (None, "on the spot", "on the spot")],
)  # fmt: skip
def test_minutes_in_words(value, long, short):
    assert in_english(lambda lang: response_text.minutes(value, lang)) == long
    assert in_english(lambda lang: response_text.short_minutes(value, lang)) == short


def test_services_on_the_spot_are_counted_only_where_that_is_known():
    counts = [in_english(lambda lang, n=n: response_text.inside(family(inside=n), lang)) for n in (None, 0, 1, 1200)]
    assert counts == [
        "Number of services on the spot: not known", "0 services on the spot", "1 service on the spot",
        "1,200 services on the spot",
    ]  # fmt: skip


def test_the_nearest_is_that_of_the_median_resident_where_residents_are_known_by_square():
    sentence = in_english(lambda lang: response_text.nearest(TOWN_HALL, {"annuaire": "Annuaire"}, lang, is_median=True))
    assert sentence == (
        "Nearest to the median resident: Mairie de X, about 7 minutes by car (Annuaire, seen on 01/01/2025)"
    )
    assert in_english(lambda lang: response_text.nearest(None, {}, lang)) == "Nearest: none known within reach"
    undated = replace(TOWN_HALL, seen_on=None)
    assert in_english(lambda lang: response_text.nearest(undated, {}, lang)).endswith(
        "about 7 minutes by car (annuaire)"
    )


def test_a_share_within_reach_says_from_where_it_is_counted():
    by_square = family(squares=BY_SQUARE)
    assert in_english(lambda lang: response_text.reach(by_square, 20.0, lang)) == (
        "83% of residents within 20 minutes (from where they live, 312 squares of 200 m, Insee 2019), and 81% of the "
        "people expected to be isolated"
    )
    alone = family(within=((20.0, 0.834, None),))
    assert in_english(lambda lang: response_text.reach(alone, 20.0, lang)) == "83% of residents within 20 minutes"
    assert response_text.reach(family(), 30.0, "fr") is None
    assert response_text.reach(family(within=((20.0, None, 0.8),)), 20.0, "fr") is None


@pytest.mark.parametrize(
    ("within", "is_all"),
    [((20.0, 1.0, 1.0), True), ((20.0, 0.995, None), True), ((20.0, 0.994, 1.0), False), ((20.0, 1.0, 0.99), False),
     ((20.0, None, 1.0), False), ((30.0, 1.0, 1.0), False)],
)  # fmt: skip
def test_all_are_reached_only_where_a_hundred_in_a_hundred_is_printed(within, is_all):
    assert response_text.is_reached_by_all(family(within=(within,)), 20.0) == is_all


def test_half_of_the_residents_are_told_by_whole_minutes():
    def sentence(**changes) -> str:
        return in_english(lambda lang: response_text.squares(family(squares=replace(BY_SQUARE, **changes)), lang) or "")

    first = "Residents from where they live, by minutes: 80% within 20 (derived from 312 squares of 200 m, Insee 2019)."
    assert sentence() == f"{first} For half of them, 8 minutes at most."
    assert sentence(median_min=0.9).endswith(" For half of them, less than a minute.")
    assert sentence(median_min=1.0).endswith(" For half of them, 1 minute at most.")
    assert sentence(median_min=None) == first
    assert sentence(median_min=None, covered=0.9).endswith(
        "It is known where 90% of residents live; the others are counted from one point of their commune."
    )
    assert "1 square of 1 km, Insee undated" in sentence(squares=1, side_m=1000, vintage=None)
    by_iris = sentence(squares=0, side_m=0, iris=155, vintage="2021")
    assert "(derived from 155 IRIS, each at one point of its own, Insee 2021)" in by_iris
    assert "312 squares of 200 m, Insee 2019 ; 1 IRIS at one point of its own" in sentence(iris=1)
    assert response_text.squares(family(), "fr") is None


def test_categories_without_data_are_counted_and_named_apart():
    one = family(partial=("mairie",), unknown=("infirmier", "other"))
    assert response_text.gaps_of_data(one, TITLES, "en") == [
        ("Incomplete data for 1 category", "Mairie"),
        ("No data for 2 categories, which is not “no service”", "Infirmier, other"),
    ]
    assert response_text.gaps_of_data(family(), TITLES, "fr") == []
    assert [
        len(response_text.gaps_of_data(replace(one, **{name: ()}), TITLES, "fr")) for name in ("partial", "unknown")
    ] == [1, 1]


def test_families_within_reach_together_are_counted_or_not_known():
    counts = of_its_own(response_text.articulation, [None, 0, 1, 2, 3])
    assert counts[None] == "Whether the three families are within reach together is not known."
    assert counts[2] == "Two families of services of three are within reach."


def answers(families, pathways=(), level=Level.EPCI) -> Responses:
    here = Territory(level, "1", "X", None, None, None, "metro")
    return Responses(here, 20.0, Quadrant.FEW, tuple(families), tuple(pathways), None, None, "", ())


def test_gaps_are_what_complete_lists_show_and_what_is_not_known_is_none():
    wanting = family(response=FAR, far_share=0.62)
    unknown = family(family=Family.CITIZEN, response=Response.UNKNOWN)
    chain = PathwayResponse(Pathway.CARERS, (function(Link.MISSING), function(Link.PRESENT), function(Link.UNKNOWN)))
    whole = PathwayResponse(Pathway.CANCER, (function(Link.PRESENT),))
    found, not_known = response_text.gaps(answers([wanting, unknown], [chain, whole]), "en")
    assert found[0] == "Public institutions: too far for 62% of residents: more than 20 minutes."
    assert found[1].startswith("Family carers: nothing listed within reach to ") and len(found) == 2
    assert not_known == "Not known, so no gap: Citizens and volunteers"
    assert response_text.gaps(answers([family()]), "fr") == ([], None)
    assert len(response_text.gaps(answers([wanting, unknown], [chain]), "fr")[0]) == 2


def test_what_a_correction_changes_is_told_family_by_family():
    before = answers([family(inside=None), family(family=Family.CITIZEN)])
    after = answers([family(response=SCARCE, inside=1200), family(family=Family.CITIZEN)])
    assert response_text.changes(before, after, "en") == [
        "Public institutions: within reach → too few",
        "Public institutions, services on the spot: not known → 1,200",
    ]
    assert len(response_text.changes(before, after, "fr")) == 2
    assert response_text.changes(before, before, "fr") == []
    with pytest.raises(ValueError):
        response_text.changes(before, answers([family()]), "fr")
