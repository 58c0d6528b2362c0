"""Words for need crossed with responses: quadrants, counts, what was counted and what is not known.

Pure functions; sentences come from the same records as the tables. "Not known" is never said as "none".
"""

from collections.abc import Mapping, Sequence

from dashboard.i18n import words
from dashboard.text.estimate import total_people
from dashboard.text.labels import count_of, family, verdict
from dashboard.text.numbers import colon, number, percent, threshold
from geodata.estimate import Total, Verdict
from geodata.response import Quadrant, Response, Responses, Together
from geodata.service import Family
from geodata.territory import Level

QUADRANT_SYMBOL = {
    Quadrant.FEW: "▲",
    Quadrant.PRESENT: "△",
    Quadrant.UNKNOWN: "?",
    Quadrant.UNDECIDED: "◇",
    Quadrant.LESS_NEED: "▽",
    Quadrant.NOT_PUBLISHED: "✕",
}


def quadrant(value: Quadrant, lang: str) -> str:
    """Need and responses in a few words."""
    _ = words(lang)
    return {
        Quadrant.FEW: _("probable need, few responses"),
        Quadrant.PRESENT: _("probable need, responses present"),
        Quadrant.UNKNOWN: _("probable need, responses not known"),
        Quadrant.UNDECIDED: _("need: %(undecided)s") % {"undecided": verdict(Verdict.UNDECIDED, lang)},
        Quadrant.LESS_NEED: _("lesser need"),
        Quadrant.NOT_PUBLISHED: _("need not published"),
    }[value]


def quadrant_rule(value: Quadrant, lang: str) -> str:
    """Why a territory falls there."""
    _ = words(lang)
    return {
        Quadrant.FEW: _("Above the line, and at least half of the families chosen are wanting: too far, or too few."),
        Quadrant.PRESENT: _("Above the line, and more than half of the families chosen are surely present."),
        Quadrant.UNKNOWN: _("Above the line, and what is not known of services would decide: this is not a gap."),
        Quadrant.UNDECIDED: _("The estimate does not tell which side of the line the share is on."),
        Quadrant.LESS_NEED: _("Below the line, surely or probably, whatever the services."),
        Quadrant.NOT_PUBLISHED: _("Too few residents, or no data to estimate the need."),
    }[value]


def quadrant_words(lang: str) -> dict[str, str]:
    """Symbol and words of each quadrant."""
    return {q.value: f"{QUADRANT_SYMBOL[q]} {quadrant(q, lang)}" for q in Quadrant}


def quadrant_short_words(lang: str) -> dict[str, str]:
    """The same where room is short, a cell: the symbol says that the need is probable."""
    short = {
        Quadrant.FEW: answers(Together.FEW, lang),
        Quadrant.PRESENT: answers(Together.PRESENT, lang),
        Quadrant.UNKNOWN: answers(Together.UNKNOWN, lang),
        Quadrant.UNDECIDED: verdict(Verdict.UNDECIDED, lang),
    }
    return quadrant_words(lang) | {q.value: f"{QUADRANT_SYMBOL[q]} {word}" for q, word in short.items()}


def answers(value: Together, lang: str) -> str:
    """The responses of the families chosen, together: few, present or not known."""
    _ = words(lang)
    return {
        Together.FEW: _("few responses"),
        Together.PRESENT: _("responses present"),
        Together.UNKNOWN: _("responses not known"),
    }[value]


def families_within(families: Sequence[Family], minutes: float, lang: str) -> str:
    """Which families, within how many minutes."""
    _ = words(lang)
    if len(families) == len(Family):
        families_ = _("the three families of services")
    else:
        families_ = " + ".join(family(one, lang) for one in families)
    return _("%(families)s, within %(minutes)s minutes by car") % {
        "families": families_,
        "minutes": number(minutes, lang),
    }


def count_sentence(counts: Mapping[Quadrant, int], shown: Sequence[Quadrant], mesh: Level, lang: str) -> str:
    """How many territories are listed, and how many are fragile with too few responses."""
    _ = words(lang)
    total = sum(counts.values())
    if shown:
        return _("%(shown)s shown out of %(total)s (filter on quadrants).") % {
            "shown": count_of(mesh, sum(counts[q] for q in shown), lang),
            "total": number(total, lang),
        }
    return _("%(few)s with a probable need and few responses, out of %(total)s. No ranking: the intervals overlap.") % {
        "few": count_of(mesh, counts[Quadrant.FEW], lang),
        "total": number(total, lang),
    }


def people_sentence(total: Total, mesh: Level, lang: str) -> str | None:
    """Expected isolated people living where responses are few, and why another mesh gives another total."""
    people = total_people(total, lang)
    if people is None:
        return None
    _ = words(lang)
    sentence = _(
        "People expected to be isolated where the need is probable and responses few (%(territories)s together, "
        "modelled estimate): %(people)s."
    ) % {"territories": count_of(mesh, total.territories, lang), "people": people}
    if mesh == Level.COMMUNE:
        why = _("Each commune counts by itself, those of an EPCI that has responses too: by EPCI the total is another.")
    else:
        why = _("Each territory counts whole, with its communes that have responses: by commune the total is another.")
    return f"{sentence} {why}"


def no_list_sentence(families: Sequence[Family], lang: str) -> str | None:
    """Said when a family is known nowhere here: what to do, and what not to conclude."""
    if not families:
        return None
    _ = words(lang)
    listed = ", ".join(family(one, lang) for one in families)
    return _(
        "No complete list is loaded here for: %(families)s. Where that decides, the map says “not known”, never “few”."
    ) % {"families": listed}


def only_presence(count: int, mesh: Level, lang: str) -> str | None:
    """Said of territories whose responses are present and perhaps few: those found are not all there may be."""
    if not count:
        return None
    _ = words(lang)
    return _(
        "Few responses are only found where lists are complete: for %(count)s said to have responses, only their "
        "presence is known, not whether they are enough."
    ) % {"count": count_of(mesh, count, lang)}


def families_link(lang: str) -> str:
    """Label of the link that keeps the families that are known."""
    _ = words(lang)
    return _("Look at the families that are known")


def quadrant_sentence(
    responses: Responses, chosen: Sequence[Family], quadrant_: Quadrant, line: float, lang: str
) -> str:
    """The quadrant of one territory whose need is told, as a sentence."""
    _ = words(lang)
    unknown = [f for f in chosen if responses.family(f).response is Response.UNKNOWN]
    values = {
        "line": threshold(line, lang),
        "asked": families_within(chosen, responses.minutes, lang),
        "reasons": reasons({f: responses.family(f).response for f in chosen}, lang),
        "unknown": ", ".join(family(f, lang) for f in unknown),
    }
    return {
        Quadrant.FEW: _("The need is probable (more than %(line)s isolated) and responses are few: %(reasons)s."),
        Quadrant.PRESENT: _(
            "The need is probable (more than %(line)s isolated) and responses are present among %(asked)s."
        ),
        Quadrant.UNKNOWN: _(
            "The need is probable (more than %(line)s isolated); whether responses are few is not known, for want of a "
            "complete list for %(unknown)s."
        ),
        Quadrant.LESS_NEED: _("The need is lesser here: %(line)s or fewer are probably isolated."),
    }[quadrant_] % values


def reasons(responses: Mapping[Family, str], lang: str) -> str:
    """What is too far, then what is too few: "trop loin : … ; trop peu : …"; empty where nothing is."""
    _ = words(lang)
    sentences = []
    for state, label in ((Response.FAR, _("too far")), (Response.SCARCE, _("too few"))):
        wanting = [family(one, lang) for one, response in responses.items() if response == state]
        if wanting:
            sentences.append(f"{label}{colon(lang)}{', '.join(wanting)}")
    return " ; ".join(sentences) if lang == "fr" else "; ".join(sentences)


def scarcity(rank: float | None, low: float | None, high: float | None, lang: str) -> str | None:
    """Where a commune stands among comparable ones, with the range over the access models."""
    if rank is None or low is None or high is None:
        return None
    _ = words(lang)
    return _(
        "Services shared with neighbours, among all residents aged 15 and over: %(rank)s of comparable communes (same "
        "density, same lists) have no more (%(low)s to %(high)s with other models of access, one of them among the "
        "expected isolated people only)."
    ) % {"rank": percent(rank, lang, 0), "low": percent(low, lang, 0), "high": percent(high, lang, 0)}


def statement(value: str, lang: str) -> str:
    """What a correction may say."""
    _ = words(lang)
    return {
        "assert": _("is there and was not listed"),
        "retract": _("is listed and is not there"),
        "count": _("is counted, and the number is another"),
    }[value]


def correction(category: str, value: str, service: str | None, quantity: int | None, lang: str) -> str:
    """What a correction says of a category, given by its title."""
    _ = words(lang)
    if quantity is not None:
        return _("%(category)s: there are %(count)s") % {"category": category, "count": number(quantity, lang)}
    sentence = f"{category} {statement(value, lang)}"
    return f"{sentence} ({service})" if service else sentence
