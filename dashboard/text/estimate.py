"""Sentences on an estimate, from its record."""

from collections.abc import Mapping

from dashboard.i18n import words
from dashboard.text.labels import count_of, population, reason, verdict
from dashboard.text.numbers import chances, interval, number, percent, threshold
from geodata import survey
from geodata.disclosure import MIN_PEOPLE
from geodata.estimate import (
    COUNTED_APART,
    Estimate,
    Total,
    Verdict,
    national_verdict,
    probability_counted,
)
from geodata.priority import Priority
from geodata.territory import Level


def _are(value: str, lang: str) -> str:
    """The state of the people whose share is told."""
    _ = words(lang)
    return {
        survey.FIVE_NETWORKS.id: _("are isolated"),
        survey.SRCV_FAMILY_FRIENDS.id: _("are isolated from family and friends"),
        survey.MORT_SOCIALE.id: _("are in “social death”"),
        survey.LONELINESS.id: _("feel lonely"),
    }.get(value, _("are concerned"))


def verdict_sentence(estimate: Estimate, lang: str, national: float | None = None) -> str:
    """The one sentence of a territory: the class, its chances, and people with their range. `national` is the country's
    share where that is what is asked about, None where it is the threshold."""
    _ = words(lang)
    sentence = class_sentence(estimate, lang, national)
    counted = None if estimate.verdict == Verdict.NOT_PUBLISHED else people(estimate, lang)
    if counted is None:
        return sentence
    return _("%(verdict)s: %(people)s.") % {"verdict": sentence.removesuffix("."), "people": counted}


def class_sentence(estimate: Estimate, lang: str, national: float | None = None) -> str:
    """The class and its chances, without the people."""
    _ = words(lang)
    class_, p, line = estimate.verdict, estimate.p_above, threshold(estimate.threshold, lang)
    if national is not None:
        class_, p, line = national_verdict(estimate), estimate.p_above_national, national_line(national, lang)
    if class_ == Verdict.NOT_PUBLISHED or p is None:
        return _("Nothing is published for this territory: %(reason)s.") % {"reason": reason(estimate.reason, lang)}
    values = {
        "chances": chances(p, lang),
        "threshold": line,
        "population": population(estimate.definition, lang),
        "are": _are(estimate.definition, lang),
    }
    # P is of the expected share, never of a count: in a village the latter is mostly chance.
    template = {
        Verdict.ABOVE: _(
            "It is almost certain (%(chances)s) that the expected share %(population)s who %(are)s exceeds "
            "%(threshold)s"
        ),
        Verdict.LIKELY_ABOVE: _(
            "It is likely (%(chances)s) that the expected share %(population)s who %(are)s exceeds %(threshold)s"
        ),
        Verdict.UNDECIDED: _(
            "The data do not tell: there are %(chances)s that the expected share %(population)s who %(are)s exceeds "
            "%(threshold)s"
        ),
        Verdict.LIKELY_BELOW: _(
            "It is likely that the expected share %(population)s who %(are)s is at most %(threshold)s "
            "(%(chances)s that it is more)"
        ),
        Verdict.BELOW: _(
            "It is almost certain that the expected share %(population)s who %(are)s is at most %(threshold)s "
            "(%(chances)s that it is more)"
        ),
    }[class_]
    return template % values + "."


def national_line(share: float | None, lang: str) -> str:
    """The national share as what others are compared with, with its figure."""
    _ = words(lang)
    wording = _("not published") if share is None else percent(share, lang)
    return _("the national share (%(share)s)") % {"share": wording}


def people(estimate: Estimate | Priority, lang: str) -> str | None:
    """About 1,100 people, between 800 and 1,500; says when a count is too small to be printed; None when not known."""
    _ = words(lang)
    if estimate.people is None:
        if estimate.residents is None or estimate.share is None or estimate.residents * estimate.share >= MIN_PEOPLE:
            return None
        return _("fewer than %(count)s people expected, a count too small to be printed") % {"count": MIN_PEOPLE}
    return about(estimate.people, estimate.people_low, estimate.people_high, lang)


def total_people(total: Total, lang: str) -> str | None:
    """The same of several territories together."""
    return None if total.people is None else about(total.people, total.low, total.high, lang)


def about(count: int, low: int | None, high: int | None, lang: str) -> str:
    """About so many people, with the ends between which they are."""
    _ = words(lang)
    people = _.plural("about %(count)s person", "about %(count)s people", count) % {"count": number(count, lang)}
    if high is None:
        return people
    if low is None:
        return _("%(about)s, at most %(high)s") % {"about": people, "high": number(high, lang)}
    return _("%(about)s, between %(low)s and %(high)s") % {
        "about": people,
        "low": number(low, lang),
        "high": number(high, lang),
    }


def share_sentence(estimate: Estimate, lang: str) -> str | None:
    """The expected share with its interval; None when either is missing: a share never goes without."""
    if estimate.share is None or estimate.low is None or estimate.high is None:
        return None
    _ = words(lang)
    return _(
        "Expected share: %(share)s, %(interval)s (range that holds the true value 9 times in 10 if the model is right)."
    ) % {
        "share": percent(estimate.share, lang),
        "interval": interval(estimate.low, estimate.high, lang),
    }


def counted_sentence(estimate: Estimate, lang: str, national: float | None = None) -> str | None:
    """What a full count would find in a small place, where chance weighs beside the expected share; about the line that
    `class_sentence` is about."""
    if estimate.low is None or estimate.high is None or not estimate.residents or estimate.residents >= COUNTED_APART:
        return None
    _ = words(lang)
    line = estimate.threshold if national is None else national
    p = probability_counted(estimate.low, estimate.high, estimate.residents, line)
    return _(
        "Fewer than %(count)s people of that age live here and chance weighs too: %(chances)s that the share which a "
        "full count would find exceeds %(threshold)s."
    ) % {
        "count": number(COUNTED_APART, lang),
        "chances": chances(p, lang),
        "threshold": threshold(line, lang) if national is None else national_line(national, lang),
    }


def bare_sentence(estimate: Estimate, lang: str) -> str | None:
    """Why a published territory has a class and no share."""
    if estimate.share is None or estimate.low is not None:
        return None
    _ = words(lang)
    return _("Under these assumptions only the class is computed: they show which territories change class.")


def national_sentence(estimate: Estimate, national: Estimate, against: Verdict, lang: str) -> str | None:
    """The same question against the national share; None for the country itself or when nothing is published."""
    if estimate.p_above_national is None or estimate.level == Level.FRANCE or national.share is None:
        return None
    _ = words(lang)
    return _("Compared with the national share (%(national)s): %(verdict)s, %(chances)s of being higher.") % {
        "national": percent(national.share, lang),
        "verdict": verdict(against, lang),
        "chances": chances(estimate.p_above_national, lang),
    }


def threshold_sentence(estimate: Estimate, lang: str) -> str | None:
    """The same question against the threshold, where the national share was asked about first; None when nothing is
    published."""
    if estimate.p_above is None:
        return None
    _ = words(lang)
    return _("Compared with the threshold of %(threshold)s: %(verdict)s, %(chances)s of being higher.") % {
        "threshold": threshold(estimate.threshold, lang),
        "verdict": verdict(estimate.verdict, lang),
        "chances": chances(estimate.p_above, lang),
    }


def saturation_sentence(national: Estimate, lang: str) -> str | None:
    """Why a map of a low line is almost all of one colour."""
    if national.share is None:
        return None
    _ = words(lang)
    values = {"threshold": threshold(national.threshold, lang), "national": percent(national.share, lang)}
    if national.threshold < national.share:
        return (
            _(
                "The line of %(threshold)s lies below the national share (%(national)s): an ordinary territory is "
                "above it and the map fills up. To see differences, compare with the national share."
            )
            % values
        )
    return _("The line of %(threshold)s lies above the national share (%(national)s).") % values


ONE_SIDE = 0.9
"""From this part of the territories on one side, a question does not separate them: judgement."""


def question_sentence(counts: Mapping[Verdict, int], mesh: Level, lang: str) -> str | None:
    """That a question is saturated or empty; None where it separates the territories."""
    _ = words(lang)
    total = sum(counts.values()) - counts[Verdict.NOT_PUBLISHED]
    above = counts[Verdict.ABOVE] + counts[Verdict.LIKELY_ABOVE]
    below = counts[Verdict.BELOW] + counts[Verdict.LIKELY_BELOW]
    side = max(above, below, counts[Verdict.UNDECIDED])
    if side < ONE_SIDE * total or not total:
        return None
    values = {"side": number(side, lang), "total": count_of(mesh, total, lang)}
    if side == above:
        sentence = _("Saturated question: %(side)s of %(total)s are above, surely or probably.")
    elif side == below:
        sentence = _("Empty question: %(side)s of %(total)s are below, surely or probably.")
    else:
        sentence = _("Empty question: for %(side)s of %(total)s the ranges are wider than what separates them.")
    return sentence % values


def extrapolation_sentence(estimate: Estimate, lang: str) -> str | None:
    """A warning where an estimate is shown and the survey was not held."""
    if not estimate.is_extrapolated or estimate.low is None:
        return None
    _ = words(lang)
    return _("The survey was not held here: the estimate extends what is known of mainland France.")
