"""Sentences about one territory's profile: its comparisons, why here, what accumulates, what would change the answer.

Pure functions of a `Profile` and a language. A sentence that has nothing to say is None.
"""

from dashboard.i18n import title_of, words
from dashboard.text.labels import factor, scenario, verdict
from dashboard.text.numbers import interval, number, percent
from geodata.estimate import Verdict
from geodata.indicator import Side
from geodata.profile import BELOW_DEPARTEMENT, OTHER_DEFINITION, Comparisons, Contrast, HealthFigure, Profile
from geodata.risk import RiskFactor
from geodata.territory import TWIN_LEVELS, Level

MOST_FACTORS = 4
"""Factors named in a sentence; the others are summed."""

SMALL = 0.0005
"""Parts under a twentieth of a point are not named: they would be printed as zero."""


SEEN = 0.001
"""Shares are printed in tenths of a point: a difference under one may stand between two that are printed alike."""

PERHAPS = 0.6
"""From these chances on, of what cannot be decided it is said to which side it leans."""


def points(difference: float, lang: str, decimals: int = 1) -> str:
    """A difference of shares with its sign: +1,2 or −0,4 (in points)."""
    figure = number(abs(difference) * 100, lang, decimals)
    return f"{'−' if difference < 0 else '+'}{figure}"


def decimals_of(*differences: float) -> int:
    """One decimal; two where one would print something that is not zero as zero."""
    return 2 if any(0 < abs(d) < SMALL for d in differences) else 1


# -- comparisons -----------------------------------------------------------------------------------------------------


def contrast_sentence(contrast: Contrast, lang: str) -> str | None:
    """How the share stands beside a comparator's, with the difference and its interval."""
    position = standing(contrast, lang)
    difference, low, high = contrast.difference, contrast.difference_low, contrast.difference_high
    if position is None or difference is None or low is None or high is None:
        return None
    _ = words(lang)
    decimals = decimals_of(low, high)
    values = {
        "standing": position,
        "difference": points(difference, lang, decimals),
        "low": points(low, lang, decimals),
        "high": points(high, lang, decimals),
    }
    if abs(difference) < SEEN:
        return _("Share %(standing)s: less than a tenth of a point apart, from %(low)s to %(high)s.") % values
    template = _.plural(
        "Share %(standing)s: %(difference)s point, from %(low)s to %(high)s.",
        "Share %(standing)s: %(difference)s points, from %(low)s to %(high)s.",
        _count(difference, lang, decimals),
    )
    return template % values


def in_points(difference: float, lang: str, decimals: int) -> str:
    """A difference of shares with its unit: +1,2 point, +2,4 points."""
    _ = words(lang)
    template = _.plural("%(difference)s point", "%(difference)s points", _count(difference, lang, decimals))
    return template % {"difference": points(difference, lang, decimals)}


def _count(difference: float, lang: str, decimals: int) -> int:
    """How many points a language takes a difference for: 1,9 is one in French, several in English."""
    size = round(abs(difference) * 100, decimals)
    return int(size) if lang == "fr" or size == 1 else 2


def standing(contrast: Contrast, lang: str) -> str | None:
    """How a share stands beside a comparator's, as a complement of it: "probably higher than that of France".

    From the verdict that is printed against the country, never from the interval; None where there is none.
    """
    _ = words(lang)
    p = contrast.p_above
    undecided = (
        _("close to that %(comparator)s, perhaps a little higher")
        if p is not None and p >= PERHAPS
        else _("close to that %(comparator)s, perhaps a little lower")
        if p is not None and p <= 1 - PERHAPS
        else _("that cannot be told from that %(comparator)s")
    )
    template = {
        Verdict.ABOVE: _("higher than that %(comparator)s"),
        Verdict.LIKELY_ABOVE: _("probably higher than that %(comparator)s"),
        Verdict.UNDECIDED: undecided,
        Verdict.LIKELY_BELOW: _("probably lower than that %(comparator)s"),
        Verdict.BELOW: _("lower than that %(comparator)s"),
    }.get(contrast.verdict)
    return template and template % {"comparator": comparator(contrast, lang)}


def comparator(contrast: Contrast, lang: str) -> str:
    """Whose share it is, as a complement: "of its twin territories"; a name stays between brackets."""
    _ = words(lang)
    return {
        "twins": _("of its twin territories"),
        "departement": _("of its département (%(name)s)"),
        "region": _("of its region (%(name)s)"),
        "national": _("of the whole country"),
    }[contrast.comparator] % {"name": contrast.name}


def comparator_share_sentence(contrast: Contrast, lang: str) -> str | None:
    """The comparator's own share, never without its interval."""
    if contrast.share is None or contrast.low is None or contrast.high is None:
        return None
    _ = words(lang)
    return _("Expected share %(comparator)s: %(share)s, %(interval)s.") % {
        "comparator": comparator(contrast, lang),
        "share": percent(contrast.share, lang),
        "interval": interval(contrast.low, contrast.high, lang),
    }


def twins_sentence(profile: Profile | Comparisons, lang: str, *, named: int = 3) -> str | None:
    """What twins are and how many there are; `named`: how many of them by name."""
    if not profile.twins:
        return None
    _ = words(lang)
    sentence = _.plural(
        "Its %(count)s twin: the territory most like it by type of place, size, ages, households and income, as far as "
        "these are known",
        "Its %(count)s twins: the territories most like it by type of place, size, ages, households and income, as far "
        "as these are known",
        len(profile.twins),
    ) % {"count": number(len(profile.twins), lang)}
    names = ", ".join(twin.name for twin in profile.twins[:named])
    if not names:
        return f"{sentence}."
    return _("%(twins)s (%(names)s).") % {"twins": sentence, "names": names + ", …" * (len(profile.twins) > named)}


def no_twin_sentence(profile: Profile, lang: str) -> str | None:
    """Why a territory has no twin; None for the country, which stands beside nothing."""
    if profile.twins or profile.territory.level == Level.FRANCE:
        return None
    _ = words(lang)
    if profile.territory.level not in TWIN_LEVELS:
        return _("Territories of this level have no twins: it is compared with the country.")
    if profile.estimate.share is None:
        return _("Nothing is estimated of it: no twin is looked for.")
    return _(
        "No other territory is enough like it, by size, ages, households and income, to be its twin: it is compared "
        "with the country."
    )


# -- why here --------------------------------------------------------------------------------------------------------


def cause(value: str, lang: str) -> str:
    """A factor of the difference with the twins, as in a list."""
    _ = words(lang)
    names = {
        "living_alone": _("living alone"),
        "social": _("share of manual workers"),
        "structure": _("how these combine"),
    }
    return names.get(value) or factor(value, lang).lower()


def why_here_sentence(profile: Profile, lang: str) -> str | None:
    """The factors that make the difference with the twins, the largest first; what is not named is summed."""
    if not profile.contributions:
        return None
    _ = words(lang)
    named = [c for c in profile.contributions if abs(c.part) >= SMALL][:MOST_FACTORS]
    rest = sum(c.part for c in profile.contributions) - sum(c.part for c in named)
    if not named and abs(rest) >= SMALL:
        return _(
            "Beside its twins, no factor alone moves its share by a twentieth of a point; "
            "together they make %(points)s."
        ) % {"points": in_points(rest, lang, 1)}
    if not named:
        return _("By its population it is like its twins: no factor moves its share by a twentieth of a point.")
    causes = [f"{cause(c.factor, lang)} {points(c.part, lang)}" for c in named]
    if abs(rest) >= SMALL:
        causes.append(_("the rest %(part)s") % {"part": points(rest, lang)})
    return _("Why here, in points of difference with its twins: %(factors)s.") % {"factors": ", ".join(causes)}


def risk(value: Side, lang: str) -> str:
    """A side of life that isolation is tied to."""
    _ = words(lang)
    return {
        Side.AGE: _("advanced age"),
        Side.GENDER: _("older women"),
        Side.PLACE: _("place"),
        Side.ILLNESS: _("long illness"),
        Side.DISABILITY: _("disability"),
        Side.INCOME: _("low income"),
        Side.ACTIVITY: _("unemployment"),
        Side.LIVING_ALONE: _("living alone"),
        Side.DIGITAL: _("digital exclusion"),
        Side.MORTALITY: _("early death"),
    }[value]


def risk_sentence(profile: Profile, lang: str) -> str:
    """How many observed factors are above those of the twins, which ones, and what is not known of the place."""
    _ = words(lang)
    parts = [] if profile.territory.level == Level.FRANCE else [_above(profile, lang)]
    lent = [f for f in profile.risk_factors if f.is_lent]
    if lent:
        parts.append(
            _("Observed at département level only, so not compared: %(factors)s.") % {"factors": _list(lent, lang)}
        )
    unknown = [f for f in profile.risk_factors if f.value is None]
    if unknown:
        parts.append(_("Not known: %(factors)s.") % {"factors": _list(unknown, lang)})
    return " ".join(parts)


def _above(profile: Profile, lang: str) -> str:
    """Against the twins; against the country for a territory too wide to have twins."""
    _ = words(lang)
    if profile.twins:
        base, is_above_of = _("the twins"), {f: f.is_above for f in profile.risk_factors}
    else:
        base, is_above_of = _("the whole country"), {f: f.is_above_france for f in profile.risk_factors}
    counted = [f for f, is_above in is_above_of.items() if is_above is not None]
    above = [f for f in counted if is_above_of[f]]
    values = {"base": base, "above": number(len(above), lang), "count": number(len(counted), lang)}
    if not counted:
        return _("No risk factor can be compared here.")
    if not above:
        return (
            _.plural(
                "The only risk factor that can be compared is not higher here than for %(base)s.",
                "None of the %(count)s risk factors that can be compared is higher here than for %(base)s.",
                len(counted),
            )
            % values
        )
    return _.plural(
        "%(above)s risk factor in %(count)s is higher here than for %(base)s: %(factors)s.",
        "%(above)s risk factors in %(count)s are higher here than for %(base)s: %(factors)s.",
        len(above),
    ) % (values | {"factors": _list(above, lang)})


def _list(factors: list[RiskFactor], lang: str) -> str:
    return ", ".join(risk(f.risk, lang) for f in factors)


# -- what would change the answer ------------------------------------------------------------------------------------


def flip_sentence(profile: Profile, lang: str, named: int | None = None) -> str | None:
    """Whether the class holds under the other assumptions, and with which ones it changes: the first `named` (all)."""
    flips, shown = profile.flips, profile.estimate
    if flips.flips is None:
        return None
    _ = words(lang)
    others = [(s, v) for s, v in flips.by_scenario if s != shown.scenario]
    if flips.is_robust is None:
        return _.plural(
            "“%(verdict)s” under the other set of assumptions too.",
            "“%(verdict)s” under the %(count)s other sets of assumptions too.",
            len(others),
        ) % {"verdict": verdict(shown.verdict, lang), "count": number(len(others), lang)}
    if flips.is_robust:
        return _.plural(
            "Robust: “%(verdict)s” stays on the same side under the other set of assumptions.",
            "Robust: “%(verdict)s” stays on the same side under the %(count)s other sets of assumptions.",
            len(others),
        ) % {"verdict": verdict(shown.verdict, lang), "count": number(len(others), lang)}
    moved = [(s, v) for s, v in others if side(v) != side(shown.verdict)]
    listed = [f"{scenario(s, lang)} ({verdict(v, lang)})" for s, v in moved[:named]]
    if len(listed) < len(moved):
        listed.append(_("and others"))
    return _.plural(
        "Depends on assumptions: the class changes side under %(moved)s set of assumptions in %(count)s: %(which)s.",
        "Depends on assumptions: the class changes side under %(moved)s sets of assumptions in %(count)s: %(which)s.",
        len(moved),
    ) % {
        "moved": number(len(moved), lang),
        "count": number(len(others), lang),
        "which": ", ".join(listed),
    }


def side(value: Verdict) -> int:
    """Above, surely or likely: 1; below: -1; undecided: 0."""
    return {Verdict.ABOVE: 1, Verdict.LIKELY_ABOVE: 1, Verdict.BELOW: -1, Verdict.LIKELY_BELOW: -1}.get(value, 0)


# -- health ----------------------------------------------------------------------------------------------------------


def health_sentence(profile: Profile, lang: str) -> str | None:
    """The part of deaths that isolation could explain, as a range, with what such a figure is worth."""
    _ = words(lang)
    health = profile.health
    if health is None:
        return {
            BELOW_DEPARTEMENT: _("Isolation and deaths are set side by side from the département up only."),
            OTHER_DEFINITION: _("Isolation and deaths are set side by side for relational isolation only."),
        }.get(profile.health_reason or "")
    sentence = _("Were isolation a cause, %(interval)s of deaths would be due to it") % {
        "interval": interval(health.fraction_low, health.fraction_high, lang)
    }
    if health.deaths_low is not None and health.deaths_high is not None:
        sentence = _("%(said)s, that is from %(low)s to %(high)s a year (mortality of %(vintage)s)") % {
            "said": sentence,
            "low": number(health.deaths_low, lang),
            "high": number(health.deaths_high, lang),
            "vintage": (health.deaths_vintage or "").split(" (")[0],
        }
    caveat = _(
        "Weighted by age at death (two deaths in three at 75 and over), under the two age curves. An upper reading: "
        "the hazard ratio %(ratio)s (%(low)s to %(high)s over several studies) comes from cohorts observed elsewhere, "
        "and part of the excess has other causes. Never to be added to a figure on loneliness."
    ) % {
        "ratio": number(health.hazard_ratio, lang, 2),
        "low": number(health.hazard_low, lang, 2),
        "high": number(health.hazard_high, lang, 2),
    }
    return f"{sentence}. {caveat}"


def beside_sentences(profile: Profile, lang: str) -> list[str]:
    """Health figures at equal ages, one sentence each, then what they are beside the share of isolation."""
    if profile.health is None or not profile.health.beside:
        return []
    sentences = [_beside(figure, lang) for figure in profile.health.beside]
    reading = beside_reading(profile, lang)
    return sentences if reading is None else [*sentences, reading]


def _beside(figure: HealthFigure, lang: str) -> str:
    _ = words(lang)
    values = {
        "title": title_of(figure, lang),
        "here": _of_health(figure.value, figure.unit, lang),
        "vintage": figure.vintage,
    }
    if figure.base is None:
        return _("%(title)s: %(here)s (%(vintage)s).") % values
    values["base"] = _of_health(figure.base, figure.unit, lang)
    values["wider"] = _("the whole country") if figure.against == "national" else _("the region")
    if figure.is_above:
        return _("%(title)s: %(here)s (%(vintage)s), more than %(base)s for %(wider)s.") % values
    return _("%(title)s: %(here)s (%(vintage)s), not more than %(base)s for %(wider)s.") % values


def _of_health(value: float, unit: str, lang: str) -> str:
    _ = words(lang)
    if unit == "share":
        return percent(value, lang)
    return _("%(count)s deaths per 100,000 residents") % {"count": number(value, lang, 1)}


def beside_reading(profile: Profile, lang: str) -> str | None:
    """Both readings in one sentence: the share of isolation against a wider territory, and each health figure against
    the same one. None where there is no wider territory."""
    figures = [f for f in profile.health.beside if f.is_above is not None] if profile.health else []
    against = figures[0].against if figures else None
    contrast = profile.contrast(against) if against else None
    position = None if contrast is None else standing(contrast, lang)
    if position is None:
        return None
    _ = words(lang)
    figures = [f for f in figures if f.against == against]
    count = sum(bool(f.is_above) for f in figures)
    both = _.plural(
        "Read together: a share of isolation %(standing)s, and %(count)s health figure in %(all)s that is higher. "
        "Side by side, not a relation that was tested.",
        "Read together: a share of isolation %(standing)s, and %(count)s health figures in %(all)s that are higher. "
        "Side by side, not a relation that was tested.",
        count,
    )
    return both % {
        "standing": position,
        "count": number(count, lang),
        "all": number(len(figures), lang),
    }
