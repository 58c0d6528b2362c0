"""Words for where to start: tiers, their rule, and why a territory is in one.

Pure functions of a record and a language.
"""

from collections.abc import Sequence

from dashboard.i18n import words
from dashboard.text.estimate import people
from dashboard.text.labels import count_of, reason
from dashboard.text.need import answers
from dashboard.text.numbers import chances, number, percent, threshold
from dashboard.text.profile import risk
from geodata.estimate import Verdict
from geodata.indicator import Side
from geodata.priority import ADDING_UP, Priority, Tier
from geodata.response import Quadrant, Together
from geodata.territory import Level

ONE_SIDE = 0.90
"""Share of the territories on one side of the line from which the line is said to tell them apart little: judgement."""

_ANSWERS = {
    Quadrant.FEW: Together.FEW,
    Quadrant.PRESENT: Together.PRESENT,
    Quadrant.UNKNOWN: Together.UNKNOWN,
}


def title(lang: str) -> str:
    """Name of the page and of its files."""
    _ = words(lang)
    return _("Where to start")


def rule_title(lang: str) -> str:
    """Name of the sheet that says the rule."""
    _ = words(lang)
    return _("Rule of the lists")


def tier(value: Tier, lang: str) -> str:
    """Title of a tier."""
    _ = words(lang)
    return {
        Tier.FIRST: _("Look here first"),
        Tier.NEXT: _("Then here"),
        Tier.PROBABLE: _("Probable need, no other reason known"),
        Tier.MANY: _("It cannot be decided, but many people"),
        Tier.NONE: _("In none of the lists"),
    }[value]


def tier_rule(value: Tier, line: float, lang: str) -> str:
    """Who is in a tier."""
    _ = words(lang)
    values = {"line": threshold(line, lang), "sides": ADDING_UP}
    return {
        Tier.FIRST: _(
            "At least 95 chances in 100 of being above %(line)s, on that side under every set of assumptions, and: few "
            "responses, or at least %(sides)s factors that add up."
        ),
        Tier.NEXT: _(
            "At least 90 chances in 100 of being above %(line)s, and: few responses, or at least %(sides)s factors "
            "that add up. Those that assumptions would move are here, however certain they look."
        ),
        Tier.PROBABLE: _(
            "At least 80 chances in 100 of being above %(line)s, and what the two lists above ask for is not there, or "
            "is not known."
        ),
        Tier.MANY: _(
            "Between 20 and 80 chances in 100 of being above %(line)s: the data do not tell. Here are the fewest of "
            "these territories that together hold half of the isolated people expected in all of them."
        ),
        Tier.NONE: _("It cannot be decided and fewer people are expected, or probably below %(line)s, or no estimate."),
    }[value] % values


def add_up_rule(lang: str) -> str:
    """What the factors are, and what keeps the order from being a ranking."""
    _ = words(lang)
    return _(
        "A factor adds up where the territory is in the most exposed quarter of comparable ones (same level, same "
        "density); nothing is said with fewer than five known. Inside a list the order is alphabetical: intervals "
        "overlap, a ranking would mean nothing."
    )


def why(found: Priority, line: float, lang: str) -> str:
    """Why a territory is in its tier, in one line: the only place where it is said."""
    _ = words(lang)
    if found.verdict == Verdict.NOT_PUBLISHED:
        return _("Nothing is published for this territory: %(reason)s.") % {"reason": reason(found.reason, lang)}
    values = {"chances": chances(found.p_above, lang), "line": threshold(line, lang)}
    said = [_("%(chances)s of being above %(line)s") % values, _robust(found.robust, lang)]
    if found.quadrant in _ANSWERS:
        said.append(answers(_ANSWERS[found.quadrant], lang))
    said.append(adding_up(found, lang))
    said.append(people(found, lang))
    return ("\u00a0; " if lang == "fr" else "; ").join(part for part in said if part) + "."


def adding_up(found: Priority, lang: str) -> str:
    """How many factors add up of how many known, and which ones."""
    _ = words(lang)
    known = number(found.known, lang)
    if found.exposed is None:
        return _("factors known: %(known)s, too few to say what adds up") % {"known": known}
    said = _("factors that add up: %(exposed)s of %(known)s known") % {
        "exposed": number(found.exposed, lang),
        "known": known,
    }
    which = ", ".join(risk(Side(side), lang) for side in found.sides)
    return f"{said} ({which})" if which else said


def _robust(value: bool | None, lang: str) -> str:
    _ = words(lang)
    if value is None:
        return _("other assumptions not computed")
    return _("robust") if value else _("depends on assumptions")


def count_sentence(rows: Sequence[Priority], mesh: Level, lang: str) -> str:
    """How many territories a tier holds, and the people expected in them."""
    _ = words(lang)
    count = count_of(mesh, len(rows), lang)
    told = [found.people for found in rows if found.people is not None]
    if not told:
        return count
    return _("%(count)s, about %(people)s people expected to be isolated") % {
        "count": count,
        "people": number(round(sum(told), -2), lang),
    }


def one_side(rows: Sequence[Priority], line: float, lang: str) -> str | None:
    """Said when the line puts nearly every territory on the same side: what tells them apart then."""
    _ = words(lang)
    told = [found.verdict for found in rows if found.verdict != Verdict.NOT_PUBLISHED]
    above = sum(verdict in (Verdict.ABOVE, Verdict.LIKELY_ABOVE) for verdict in told)
    below = sum(verdict in (Verdict.BELOW, Verdict.LIKELY_BELOW) for verdict in told)
    if not told or max(above, below) < ONE_SIDE * len(told):
        return None
    values = {"share": percent(max(above, below) / len(told), lang, 0), "line": threshold(line, lang)}
    if above >= below:
        return (
            _(
                "The line of %(line)s puts %(share)s of these territories on the same side, above: it does not tell "
                "them apart. What does is what adds up and what answers."
            )
            % values
        )
    return (
        _("The line of %(line)s puts %(share)s of these territories on the same side, below: a lower one would tell.")
        % values
    )


def unknown_responses(lang: str) -> str:
    """Said where no probable need can be set against its responses: what the lists rest on, and what adds the rest."""
    _ = words(lang)
    return _(
        "Not one probable need can be set against its responses here: too few lists of services are complete. The "
        "lists below rest on what adds up alone; services handed in or downloaded change them."
    )


def listed_only(listed: int, count: int, lang: str) -> str:
    """Said when a list is too long for the screen."""
    _ = words(lang)
    return _(
        "The first %(listed)s of %(count)s by name are shown: the files hold all of them, and a département or an EPCI "
        "chosen above makes the list shorter."
    ) % {"listed": number(listed, lang), "count": number(count, lang)}
