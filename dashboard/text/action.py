"""Words for what can be done: first steps and what is known of them, who acts, what to ask, what one figure counts.

Pure functions of a record and a language.
"""

import re
from collections.abc import Collection, Mapping

from dashboard.i18n import column_of, title_of, words
from dashboard.text.numbers import colon, number
from dashboard.text.profile import risk
from geodata.actors import COUNCIL, Actor, Role
from geodata.indicator import Side
from geodata.steps import ALONE, Evidence, Grade, Setting, Step
from geodata.territory import Level

QUESTIONS = 3

VILLAGE = f"setting:{Setting.VILLAGE}"

CARE = {"doctor", "nurse", "pharmacist"}
"""Functions of a pathway to which people must travel."""

RESPITE = {"day_care", "day_respite"}
"""Functions of a pathway that relieve carers."""


def grade(value: Grade, lang: str) -> str:
    """How sure an effect is."""
    _ = words(lang)
    return {
        Grade.MODERATE: _("moderate evidence"),
        Grade.LOW: _("weak evidence"),
        Grade.LEGAL: _("set by law"),
        Grade.OBSERVED: _("seen in surveys"),
        Grade.NONE: _("no study known"),
    }[value]


def step_title(step: Step, lang: str) -> str:
    """What to do."""
    return title_of(step, lang)


def step_who(step: Step, actors: Collection[Actor], lang: str) -> str:
    """Who does it, and what it asks; the council of the département by its name where that is another."""
    _ = words(lang)
    named = next((one.name for one in actors if one.role is Role.COUNCIL), COUNCIL)
    council = _("Département council") if named == COUNCIL else named
    return _("%(who)s. It takes: %(asks)s.") % {
        part: getattr(step, column_of(part, lang)).format(council=council) for part in ("who", "asks")
    }


def evidence(value: Evidence, lang: str) -> str:
    """What is known of it, with its grade and its publication."""
    _ = words(lang)
    finding = getattr(value, column_of("finding", lang))
    if value.grade is Grade.NONE:
        return _("No study of its effect is known.")
    sentence = f"{grade(value.grade, lang)[:1].upper()}{grade(value.grade, lang)[1:]}{colon(lang)}{finding}"
    return f"{sentence} ({value.source})."


def because(condition: str, lang: str, *, has_twins: bool, gaps: Mapping[str, str]) -> str | None:
    """Why this step here: the condition that called for it; `gaps` words those that are one. Without twins the country
    stands in their place."""
    if condition in gaps:
        return gaps[condition]
    _ = words(lang)
    kind, _sep, name = condition.partition(":")
    clauses = {
        "side": _("%(side)s: among the most exposed"),
        "above": _("%(side)s: more than its like") if has_twins else _("%(side)s: more than the whole country"),
        "below": _("%(side)s: less than its like") if has_twins else _("%(side)s: less than the whole country"),
    }
    if (kind, name) == ("side", Side.PLACE):
        return _("place: one of those where people are most isolated")
    if kind in clauses:
        return clauses[kind] % {"side": risk(Side(name), lang)}
    if kind == "most":
        return _("%(what)s: more than three in four of its like") % {"what": _of_homes(name, lang)}
    return None


def _of_homes(name: str, lang: str) -> str:
    """What sets the homes of a place, or those who live in them, apart from those of its like."""
    _ = words(lang)
    return {
        "flats": _("flats"),
        "second_homes": _("second homes"),
        "vacant": _("vacant dwellings"),
        "young": _("residents under 20"),
    }[name]


def actor(value: Actor, lang: str) -> str:
    """A body by its name, in full, with its office."""
    _ = words(lang)
    full = {
        Role.ARS: _("regional health agency"),
        Role.DISABILITY: _("département house of disabled people"),
        Role.PENSION: _("pension and occupational health fund"),
        Role.FARMERS: _("farmers’ social fund"),
    }
    # Funds of Paris and overseas have other names.
    is_short = value.role in full and value.name.startswith(("ARS", "MDPH", "Carsat", "MSA"))
    name = f"{value.name} ({full[value.role]})" if is_short else value.name
    if value.where is None:
        return name
    if value.role is Role.ARS:
        return _("%(name)s, %(where)s office") % {"name": name, "where": value.where}
    return f"{name}, {value.where}"


def actor_role(value: Actor, lang: str) -> str:
    """On what it can act."""
    _ = words(lang)
    return {
        Role.ARS: _("regional plan, contracts, funds"),
        Role.COUNCIL: _("autonomy, funders’ commission, social work"),
        Role.DISABILITY: _("rights, social life"),
        Role.PENSION: _("spotting, workshops, home aid"),
        Role.FARMERS: _("the same for the farming world, delegates on the spot"),
    }[value.role]


def questions_title(level: Level, conditions: Collection[str], lang: str) -> str:
    """Over `questions`: a commune has one CCAS, a village may do without (under 1,500 residents: CASF, art. L. 123-4),
    a wider territory has several."""
    _ = words(lang)
    if VILLAGE in conditions:
        return _("Questions to ask the CCAS or the secretary")
    return _("Questions to ask the CCAS") if level is Level.COMMUNE else _("Questions to ask every CCAS")


def questions(
    level: Level,
    conditions: Collection[str],
    figures: Mapping[str, float],
    associations: int | None,
    lang: str,
) -> list[str]:
    """Three questions to put to the CCAS, called for by what is known of the place. `figures` are people counted, by
    indicator."""
    _ = words(lang)
    lines = []
    older = figures.get("population_65_plus")
    one = _("the CCAS or the secretary") if VILLAGE in conditions else _("the CCAS")
    whose = one if level is Level.COMMUNE else _("each CCAS")
    # A country has no register, and no "us".
    if older is not None and level is not Level.FRANCE:
        values = {"count": number(older, lang), "whose": whose}
        if "side:age" in conditions:
            sentence = _(
                "Of our %(count)s residents of 65 and over, how many are in the register of people at risk, and who "
                "calls?"
            )
        elif "above:age" in conditions:
            sentence = _("Of our %(count)s residents of 65 and over, whom do we call when it is very hot or very cold?")
        else:
            sentence = _(
                "Beside our %(count)s residents of 65 and over: whom does %(whose)s know among lone adults of 40 to 59?"
            )
        lines.append(sentence % values)
    missing = {condition.partition(":")[2] for condition in conditions if condition.startswith("missing:")}
    if missing & CARE:
        lines.append(_("How does one go to the doctor or the pharmacy from here without a car?"))
    if missing & RESPITE:
        lines.append(_("Who relieves carers here, and who told them of it?"))
    if "above:living_alone" in conditions or "side:living_alone" in conditions:
        lines.append(
            _("Which neighbours would notice within three days that somebody does not open any more?")
            if VILLAGE in conditions
            else _("Who would notice within three days that a person living alone does not open any more?")
        )
    elif "below:living_alone" in conditions:
        lines.append(_("Which couples do we no longer see, since one of them cares for the other?"))
    if "side:income" in conditions or "above:income" in conditions:
        lines.append(_("Of those who ask for money help, who is also alone, and what is offered?"))
    if "side:digital" in conditions:
        lines.append(_("Where can a person without internet sit down with somebody this week?"))
    if "size:small" in conditions:
        lines.append(
            _("Who keeps the register when the secretary is away?")
            if ALONE in conditions
            else _("Who keeps the register when the secretary is away, and does the EPCI help?")
        )
    elif "setting:city" in conditions or "setting:urban" in conditions:
        lines.append(_("In which districts does nobody visit, and who could start there?"))
    elif "size:medium" in conditions:
        lines.append(_("What was tried last year, how many came, and who did not?"))
    elif "size:large" in conditions:
        lines.append(
            _("Which shopkeepers, doctors or clubs tell %(whose)s of somebody who is not seen any more?")
            % {"whose": whose}
        )
    if "size:any" in conditions:
        lines.append(_("What is financed against isolation this year, by whom, and until when?"))
    if associations and associations > 1:
        lines.append(
            _("Of the %(count)s associations registered here that help or gather, which ones visit people at home?")
            % {"count": number(associations, lang)}
        )
    lines.append(_("Whom can someone without relatives nearby call here, and who then comes?"))
    return lines[:QUESTIONS]


def acronyms(page: str, explained: str, lang: str) -> list[str]:
    """Acronyms that a page uses and that `explained` has not said in full, each with its words."""
    _ = words(lang)
    meanings = {
        "ARS": _("regional health agency"),
        "Carsat": _("pension and occupational health fund"),
        "CCAS": _("communal social centre"),
        "CGSS": _("general social security fund"),
        "CIAS": _("joint social centre of communes"),
        "Cnav": _("national old-age insurance fund"),
        "CPTS": _("local community of health professionals"),
        "CTA": _("territorial conference on autonomy"),
        "EPCI": _("joint authority of communes"),
        "MDPH": _("département house of disabled people"),
        "MONALISA": _("national mobilisation against the isolation of older people"),
        "MSA": _("farmers’ social fund"),
        "PRAPS": _("regional programme of access to prevention and care"),
        "RSA": _("income support"),
        "SPDA": _("public autonomy service of the département"),
    }
    used = set(re.findall(r"\w+", page))
    return [f"{name}, {meaning}" for name, meaning in meanings.items() if name in used and meaning not in explained]
