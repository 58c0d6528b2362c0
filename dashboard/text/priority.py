"""Words for where to start: tiers, their rule, and why a territory is in one.

Pure functions of a record and a language.
"""

from collections.abc import Sequence
from typing import Protocol

from dashboard.i18n import words
from dashboard.text.estimate import ONE_SIDE, people, total_people
from dashboard.text.labels import capitalised, count_of, reason, verdict
from dashboard.text.need import answers
from dashboard.text.numbers import chances, number, percent, threshold
from dashboard.text.profile import risk
from geodata.estimate import LIKELY, SURE, UNLIKELY, Total, Verdict
from geodata.indicator import Side
from geodata.priority import ADDING_UP, VERY_LIKELY, Priority, Tier
from geodata.response import Quadrant, Together
from geodata.territory import Level

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
        Tier.MANY: _("%(undecided)s, but many people") % {"undecided": _undecided(lang)},
        Tier.NONE: _("In none of the lists"),
    }[value]


def _undecided(lang: str) -> str:
    return capitalised(verdict(Verdict.UNDECIDED, lang))


def tier_rule(value: Tier, line: float, lang: str) -> str:
    """Who is in a tier."""
    _ = words(lang)
    cut_offs = {"sure": SURE, "very_likely": VERY_LIKELY, "likely": LIKELY, "unlikely": UNLIKELY}
    chances_in_100 = {name: round(100 * p) for name, p in cut_offs.items()}
    values = {"line": threshold(line, lang), "sides": ADDING_UP, "undecided": _undecided(lang), **chances_in_100}
    return {
        Tier.FIRST: _(
            "At least %(sure)s chances in 100 of being above %(line)s, on that side under every set of assumptions, "
            "and: few responses, or at least %(sides)s factors that add up."
        ),
        Tier.NEXT: _(
            "At least %(very_likely)s chances in 100 of being above %(line)s, and: few responses, or at least "
            "%(sides)s factors that add up. Those that assumptions would move are here, however certain they look."
        ),
        Tier.PROBABLE: _(
            "At least %(likely)s chances in 100 of being above %(line)s, and what the two lists above ask for is not "
            "there, or is not known."
        ),
        Tier.MANY: _(
            "Between %(unlikely)s and %(likely)s chances in 100 of being above %(line)s: the data do not tell. Here "
            "are the fewest of these territories that together hold half of the isolated people expected in all of "
            "them."
        ),
        Tier.NONE: _("%(undecided)s and fewer people are expected, or probably below %(line)s, or no estimate."),
    }[value] % values


def add_up_rule(lang: str) -> str:
    """What the factors are, and what keeps the order from being a ranking."""
    _ = words(lang)
    return _(
        "A factor adds up where the territory is in the most exposed quarter of comparable ones (same level, same "
        "density); nothing is said with fewer than five known."
    )


def order_rule(figure: str | None, lang: str) -> str:
    """In which order a list is: by name, or by an observed figure given by its title."""
    _ = words(lang)
    if figure is None:
        return _("Inside a list the order is alphabetical: intervals overlap, a ranking would mean nothing.")
    return _(
        "Inside a list, by an observed figure: %(figure)s, the most exposed first, those not known last. It is not the "
        "order of the isolated share, whose intervals overlap."
    ) % {"figure": figure}


def why(place: Priority, line: float, lang: str) -> str:
    """Why a territory is in its tier, in one line: the only place where it is said."""
    _ = words(lang)
    if place.verdict == Verdict.NOT_PUBLISHED or place.p_above is None:
        return _("Nothing is published for this territory: %(reason)s.") % {"reason": reason(place.reason, lang)}
    values = {"chances": chances(place.p_above, lang), "line": threshold(line, lang)}
    reasons = [_("%(chances)s of being above %(line)s") % values, _robust(place, lang)]
    if place.quadrant in _ANSWERS:
        reasons.append(answers(_ANSWERS[place.quadrant], lang))
    reasons.append(adding_up(place, lang))
    reasons.append(people(place, lang) or "")
    return ("\u00a0; " if lang == "fr" else "; ").join(part for part in reasons if part) + "."


class AddedUp(Protocol):
    """Factors that add up in a place: how many of how many known (None: too few are), and which."""

    @property
    def exposed(self) -> int | None: ...
    @property
    def known(self) -> int: ...
    @property
    def sides(self) -> Sequence[str]: ...


def adding_up(place: AddedUp, lang: str) -> str:
    """How many factors add up of how many known, and which ones."""
    _ = words(lang)
    count = number(place.known, lang)
    if place.exposed is None:
        return _("factors known: %(known)s, too few to say what adds up") % {"known": count}
    if place.exposed == 1:
        sentence = _("one factor stands out, of %(known)s known") % {"known": count}
    else:
        sentence = _("factors that add up: %(exposed)s of %(known)s known") % {
            "exposed": number(place.exposed, lang),
            "known": count,
        }
    which = ", ".join(risk(Side(side), lang) for side in place.sides)
    return f"{sentence} ({which})" if which else sentence


def _robust(place: Priority, lang: str) -> str:
    _ = words(lang)
    if place.robust is None:
        return "" if place.verdict == Verdict.UNDECIDED else _("other assumptions not computed")
    return _("robust") if place.robust else _("depends on assumptions")


def count_sentence(total: Total, mesh: Level, lang: str) -> str:
    """How many territories a tier holds, and the people expected in them together."""
    _ = words(lang)
    count, isolated = count_of(mesh, total.territories, lang), total_people(total, lang)
    if not isolated:
        return count
    return _("%(count)s; expected to be isolated: %(people)s") % {"count": count, "people": isolated}


def one_side(rows: Sequence[Priority], line: float, lang: str) -> str | None:
    """Said when the line puts nearly every territory on the same side: what tells them apart then."""
    _ = words(lang)
    verdicts = [place.verdict for place in rows if place.verdict != Verdict.NOT_PUBLISHED]
    above = sum(verdict in (Verdict.ABOVE, Verdict.LIKELY_ABOVE) for verdict in verdicts)
    below = sum(verdict in (Verdict.BELOW, Verdict.LIKELY_BELOW) for verdict in verdicts)
    if not verdicts or max(above, below) < ONE_SIDE * len(verdicts):
        return None
    values = {"share": percent(max(above, below) / len(verdicts), lang, 0), "line": threshold(line, lang)}
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


def too_few_lists(lang: str) -> str:
    """Said where no probable need can be set against its responses: what the lists rest on, and what adds the rest."""
    _ = words(lang)
    return _(
        "Not one probable need can be set against its responses here: too few lists of services are complete. The "
        "lists below rest on what adds up alone; services handed in or downloaded change them."
    )


def too_few_sides(with_data: Sequence[Side], missing: Sequence[Side], lang: str) -> str:
    """Said where too few sides of life are known for any to add up: which are, which are not, and what adds them."""
    _ = words(lang)
    names = {"known": ", ".join(risk(side, lang) for side in with_data) or "–"}
    names["missing"] = ", ".join(risk(side, lang) for side in missing)
    return (
        _(
            "Nothing can add up here: it takes five sides of life, and this database knows of these territories "
            "%(known)s. Not known of them: %(missing)s; official files add them (Method and data)."
        )
        % names
    )


def listed_only(listed: int, count: int, lang: str) -> str:
    """Said when a list is too long for the screen."""
    _ = words(lang)
    return _(
        "The first %(listed)s of %(count)s are shown: the files hold all of them, and a département or an EPCI chosen "
        "above makes the list shorter."
    ) % {"listed": number(listed, lang), "count": number(count, lang)}
