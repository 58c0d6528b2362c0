"""Need crossed with responses, and where to start: words, counts and reasons, from records whose figures are known."""

import pytest

from dashboard.text import need, priority
from geodata.estimate import Total, Verdict
from geodata.indicator import Side
from geodata.priority import Priority, Tier
from geodata.response import FamilyResponse, Quadrant, Response, Responses, Together
from geodata.service import Family
from geodata.territory import Level, Territory
from tests.dashboard.both_languages import in_english, of_its_own, plain

pytestmark = pytest.mark.usefixtures("translated")

CITIZEN, PUBLIC, CARE = Family.CITIZEN, Family.INSTITUTIONAL, Family.PROFESSIONAL
COUNTS = dict.fromkeys(Quadrant, 0) | {Quadrant.FEW: 3, Quadrant.PRESENT: 1, Quadrant.UNDECIDED: 1296}
TOTAL = Total(3, 210, 150, 290)


def test_quadrants_and_answers_have_words_of_their_own():
    assert of_its_own(need.quadrant, Quadrant)[Quadrant.UNKNOWN] == "probable need, responses not known"
    assert of_its_own(need.quadrant_rule, Quadrant)[Quadrant.LESS_NEED].startswith("Below the line")
    assert of_its_own(need.answers, Together)[Together.FEW] == "few responses"
    for lang in ("fr", "en"):
        whole, short = need.quadrant_words(lang), need.quadrant_short_words(lang)
        assert set(whole) == set(short) == {q.value for q in Quadrant}
        # The symbol is the same, so that a cell and the legend agree.
        assert all(short[q][0] == whole[q][0] == need.QUADRANT_SYMBOL[Quadrant(q)] for q in whole)
        assert all(len(short[q]) <= len(whole[q]) for q in whole)
    assert need.quadrant_short_words("en")[Quadrant.FEW] == "▲ few responses"
    assert need.quadrant_short_words("en")[Quadrant.UNDECIDED] == "◇ cannot be decided"
    assert need.quadrant_short_words("en")[Quadrant.LESS_NEED] == "▽ lesser need"


def test_families_asked_are_named_unless_all_are():
    assert in_english(lambda lang: need.families_within(list(Family), 20, lang)) == (
        "the three families of services, within 20 minutes by car"
    )
    assert in_english(lambda lang: need.families_within([CITIZEN, CARE], 30, lang)) == (
        "Citizens and volunteers + Care and support professionals, within 30 minutes by car"
    )


def test_a_filter_says_how_many_are_shown_and_no_filter_how_many_lack_responses():
    assert in_english(lambda lang: need.count_sentence(COUNTS, (), Level.COMMUNE, lang)) == (
        "3 communes with a probable need and few responses, out of 1,300. No ranking: the intervals overlap."
    )
    shown = (Quadrant.FEW, Quadrant.PRESENT)
    assert in_english(lambda lang: need.count_sentence(COUNTS, shown, Level.COMMUNE, lang)) == (
        "4 communes shown out of 1,300 (filter on quadrants)."
    )


def test_people_together_come_with_their_range_and_why_another_mesh_differs():
    commune = in_english(lambda lang: need.people_sentence(TOTAL, Level.COMMUNE, lang))
    assert "(3 communes together, modelled estimate): about 210 people, between 150 and 290." in commune
    assert "by EPCI the total is another" in commune
    epci = in_english(lambda lang: need.people_sentence(TOTAL, Level.EPCI, lang))
    assert "3 EPCIs together" in epci and "by commune the total is another" in epci
    assert need.people_sentence(Total(3, None, None, None), Level.COMMUNE, "fr") is None


def test_what_is_known_nowhere_is_never_few():
    assert in_english(lambda lang: need.no_list_sentence([CITIZEN, PUBLIC], lang)) == (
        "No complete list is loaded here for: Citizens and volunteers, Public institutions. Where that decides, the "
        "map says “not known”, never “few”."
    )
    assert need.no_list_sentence([], "fr") is None
    assert "for 2 communes said" in in_english(lambda lang: need.only_presence(2, Level.COMMUNE, lang))
    assert need.only_presence(0, Level.COMMUNE, "fr") is None
    assert in_english(need.families_link) == "Look at the families that are known"


def responses(**states) -> Responses:
    families = tuple(
        FamilyResponse(one, states.get(one.value, Response.PRESENT), None, None, None, None, (), (), ())
        for one in Family
    )
    here = Territory(Level.COMMUNE, "1", "X", None, None, None, "metro")
    return Responses(here, 20.0, Quadrant.FEW, families, (), None, None, "", ())


def test_the_quadrant_of_a_territory_says_its_line_what_is_wanting_and_what_is_not_known():
    record = responses(citizen=Response.FAR, institutional=Response.SCARCE, professional=Response.UNKNOWN)

    def sentence(quadrant: Quadrant) -> str:
        return in_english(lambda lang: need.quadrant_sentence(record, list(Family), quadrant, 0.125, lang))

    assert sentence(Quadrant.FEW) == (
        "The need is probable (more than 12.5% isolated) and responses are few: too far: Citizens and volunteers; too "
        "few: Public institutions."
    )
    assert sentence(Quadrant.PRESENT).endswith(
        "responses are present among the three families of services, within 20 minutes by car."
    )
    assert sentence(Quadrant.UNKNOWN).endswith("for want of a complete list for Care and support professionals.")
    assert sentence(Quadrant.LESS_NEED) == "The need is lesser here: 12.5% or fewer are probably isolated."


def test_reasons_are_what_is_too_far_then_what_is_too_few():
    wanting = {CITIZEN: Response.SCARCE, PUBLIC: Response.FAR, CARE: Response.FAR}
    assert plain(need.reasons(wanting, "fr")).count(" ; ") == 1
    assert in_english(lambda lang: need.reasons(wanting, lang)) == (
        "too far: Public institutions, Care and support professionals; too few: Citizens and volunteers"
    )
    assert need.reasons({CITIZEN: Response.PRESENT, PUBLIC: Response.UNKNOWN}, "fr") == ""


@pytest.mark.parametrize("missing", range(3))
def test_a_rank_never_goes_without_the_range_over_the_models(missing):
    ranks = [0.12, 0.08, 0.21]
    assert "12% of comparable communes (same density, same lists) have no more (8% to 21% with" in in_english(
        lambda lang: need.scarcity(*ranks, lang)
    )
    ranks[missing] = None
    assert need.scarcity(*ranks, "fr") is None


def test_a_correction_says_the_service_or_the_number():
    assert of_its_own(need.statement, ["assert", "retract", "count"])["count"] == (
        "is counted, and the number is another"
    )
    assert in_english(lambda lang: need.correction("Library", "retract", "Médiathèque", None, lang)) == (
        "Library is listed and is not there (Médiathèque)"
    )
    assert in_english(lambda lang: need.correction("Library", "assert", None, None, lang)) == (
        "Library is there and was not listed"
    )
    assert in_english(lambda lang: need.correction("Nurse", "count", None, 1200, lang)) == "Nurse: there are 1,200"
    assert in_english(lambda lang: need.correction("Nurse", "count", None, 0, lang)) == "Nurse: there are 0"


# -- where to start ----------------------------------------------------------------------------------------------------


def place(**changes) -> Priority:
    record = {
        "level": Level.COMMUNE, "code": "1", "name": "X", "tier": Tier.FIRST, "verdict": Verdict.ABOVE, "p_above": 0.97,
        "robust": True, "quadrant": Quadrant.FEW, "exposed": 3, "known": 7, "sides": ("age", "income"),
        "residents": 5000, "share": 0.14, "people": 700, "people_low": 600, "people_high": 800, "reason": None,
    }  # fmt: skip
    return Priority(**(record | changes))


def test_tiers_have_titles_and_rules_with_their_cut_offs():
    assert of_its_own(priority.tier, Tier)[Tier.FIRST] == "Look here first"
    rules = of_its_own(lambda tier, lang: priority.tier_rule(tier, 0.1, lang), Tier)
    assert rules[Tier.FIRST].startswith("At least 95 chances in 100 of being above 10%")
    assert rules[Tier.FIRST].endswith("at least 3 factors that add up.")
    assert rules[Tier.NEXT].startswith("At least 90 chances in 100")
    assert rules[Tier.PROBABLE].startswith("At least 80 chances in 100")
    assert rules[Tier.MANY].startswith("Between 20 and 80 chances in 100")
    titles = (priority.title, priority.rule_title, priority.add_up_rule, priority.too_few_lists)
    assert len({in_english(title) for title in titles}) == 4


def test_an_order_is_alphabetical_or_says_by_which_figure():
    assert in_english(lambda lang: priority.order_rule(None, lang)).startswith(
        "Inside a list the order is alphabetical"
    )
    assert "by an observed figure: aged 80, the most exposed" in in_english(
        lambda lang: priority.order_rule("aged 80", lang)
    )


def test_why_a_territory_is_in_its_list():
    assert in_english(lambda lang: priority.why(place(), 0.1, lang)) == (
        "97 chances in 100 of being above 10%; robust; few responses; factors that add up: 3 of 7 known (advanced age, "
        "low income); about 700 people, between 600 and 800."
    )
    assert plain(priority.why(place(), 0.1, "fr")).count(" ; ") == 4
    bare = place(
        verdict=Verdict.UNDECIDED, p_above=0.5, robust=None, quadrant=Quadrant.UNDECIDED, exposed=None, known=2,
        sides=(), people=None, share=0.2,
    )  # fmt: skip
    assert in_english(lambda lang: priority.why(bare, 0.1, lang)) == (
        "5 chances in 10 of being above 10%; factors known: 2, too few to say what adds up."
    )


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"robust": False}, "; depends on assumptions;"), ({"robust": None}, "; other assumptions not computed;"),
        ({"quadrant": Quadrant.PRESENT}, "; responses present;"),
        ({"quadrant": Quadrant.UNKNOWN}, "; responses not known;"), ({"sides": ()}, "3 of 7 known; about"),
    ],
)  # fmt: skip
def test_each_reason_is_said_as_it_is_known(changes, part):
    assert part in in_english(lambda lang: priority.why(place(**changes), 0.1, lang))


@pytest.mark.parametrize("changes", [{"verdict": Verdict.NOT_PUBLISHED}, {"p_above": None}])
def test_where_nothing_is_published_only_the_reason_is_said(changes):
    told = place(reason="few_residents", **changes)
    assert in_english(lambda lang: priority.why(told, 0.1, lang)) == (
        "Nothing is published for this territory: fewer than 50 residents aged 15 and over."
    )


def test_a_list_counts_its_territories_and_their_people_where_they_may_be_told():
    assert in_english(lambda lang: priority.count_sentence(TOTAL, Level.EPCI, lang)) == (
        "3 EPCIs; expected to be isolated: about 210 people, between 150 and 290"
    )
    assert in_english(lambda lang: priority.count_sentence(Total(1, None, None, None), Level.EPCI, lang)) == "1 EPCI"


def test_a_line_that_puts_nearly_all_on_one_side_says_so():
    def sentence(*verdicts: Verdict) -> str | None:
        return priority.one_side([place(verdict=one) for one in verdicts], 0.1, "en")

    above, below, undecided = Verdict.LIKELY_ABOVE, Verdict.BELOW, Verdict.UNDECIDED
    assert (sentence(*[above] * 9, undecided) or "").startswith(
        "The line of 10% puts 90% of these territories on the same"
    )
    assert "above: it does not tell" in (sentence(*[above] * 5, *[Verdict.ABOVE] * 4, below) or "")
    assert "below: a lower one" in (sentence(*[below] * 5, *[Verdict.LIKELY_BELOW] * 4, above) or "")
    # Those not published are on no side, nor among those counted.
    assert "puts 100% of" in (sentence(below, *[Verdict.NOT_PUBLISHED] * 9) or "")
    assert sentence(*[above] * 8, undecided, below) is None
    assert sentence() is None and sentence(Verdict.NOT_PUBLISHED) is None
    for verdict in (above, below):
        assert in_english(lambda lang, v=verdict: priority.one_side([place(verdict=v)], 0.1, lang))


def test_sides_of_life_that_are_not_known_are_named():
    sentence = in_english(lambda lang: priority.too_few_sides([Side.AGE], [Side.INCOME, Side.PLACE], lang))
    assert "knows of these territories advanced age. Not known of them: low income, place;" in sentence
    assert "territories –. Not known" in in_english(lambda lang: priority.too_few_sides([], [Side.AGE], lang))
    assert in_english(lambda lang: priority.listed_only(50, 1300, lang)).startswith("The first 50 of 1,300 are shown")
