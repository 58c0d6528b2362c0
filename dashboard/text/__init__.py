"""Sentences and number formats, from the records themselves: what is said can never differ from what is stored.

Pure functions of a record and a language; no web, no database. Every sentence avoids a preposition before a name
("de La Réunion", "d'Île-de-France"), so that any name fits.
"""

import re
from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date, format_datetime, get_timezone
from babel.numbers import format_decimal

from dashboard.i18n import words
from geodata import survey
from geodata.disclosure import MIN_PEOPLE, MIN_RESIDENTS
from geodata.estimate import Estimate, Kind, Reason, Verdict
from geodata.service import Family
from geodata.territory import Level

NARROW = "\u202f"
"""Narrow no-break space: before % and between thousands in French."""

WIDE_INTERVAL = 0.04
"""From this width on an interval is said in whole points in a sentence; tables keep one decimal."""


# -- numbers ---------------------------------------------------------------------------------------------------------


def colon(lang: str) -> str:
    """Between a name and what is said of it: French has a space before."""
    return "\u00a0: " if lang == "fr" else ": "


def percent(share: float, lang: str, decimals: int = 1) -> str:
    """12,4 % or 12.4%."""
    return _points(share, lang, decimals) + _sign(lang)


def threshold(share: float, lang: str) -> str:
    """A threshold without useless decimals: 10 %, 12,5 %."""
    return format_decimal(round(share * 100, 1), "#,##0.#", locale=lang) + _sign(lang)


def interval(low: float, high: float, lang: str) -> str:
    """Between 9 and 16 %: whole points when the interval is wide, one decimal when it is narrow."""
    return _between(low, high, lang, 0 if high - low >= WIDE_INTERVAL else 1)


def whole_interval(low: float, high: float, lang: str) -> str:
    """Between 10 and 13 %: whole points; one decimal only where both ends would be the same."""
    return _between(low, high, lang, 0 if round(low * 100) != round(high * 100) else 1)


def _between(low: float, high: float, lang: str, decimals: int) -> str:
    _ = words(lang)
    return _("between %(low)s and %(high)s") % {
        "low": _points(low, lang, decimals),
        "high": percent(high, lang, decimals),
    }


def number(value: float, lang: str, decimals: int = 0) -> str:
    """1 100 or 1,100."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, pattern, locale=lang)


def moment(when: str, lang: str) -> str:
    """A day and an hour of Paris from an ISO 8601 time: "24 novembre 2026 à 17:35"."""
    pattern = {"fr": "d MMMM y 'à' HH:mm", "en": "d MMMM y 'at' HH:mm"}[lang]
    return format_datetime(datetime.fromisoformat(when), pattern, tzinfo=get_timezone("Europe/Paris"), locale=lang)


def today(lang: str) -> str:
    """Today in figures: 25/11/2026."""
    return day(date.today().isoformat(), lang)


def day(when: str, lang: str) -> str:
    """A day in figures; what is not one (a year, a quarter) as it is."""
    try:
        found = date.fromisoformat(when)
    except ValueError:
        return when
    return format_date(found, "dd/MM/yyyy", locale=lang)


def chances(probability: float, lang: str) -> str:
    """A probability in words, on the same side of each class limit as the probability itself.

    0.97 -> "97 chances sur 100"; 0.78 -> "près de 8 chances sur 10", since 8 out of 10 would belong to another class.
    """
    _ = words(lang)
    if probability > 0.99:
        return _("more than 99 chances in 100")
    if probability < 0.01:
        return _("less than 1 chance in 100")
    if probability >= 0.95 or probability <= 0.05:
        hundredths = int(probability * 100 + 1e-9) if probability >= 0.95 else -int(-probability * 100 - 1e-9)
        hundredths = max(hundredths, 1)
        return _.plural("%(count)s chance in 100", "%(count)s chances in 100", hundredths) % {"count": hundredths}
    tenths = round(probability * 10)
    said = _.plural("%(count)s chance in 10", "%(count)s chances in 10", tenths) % {"count": tenths}
    if (tenths == 8 and probability < 0.80) or tenths == 10:
        return _("nearly %(chances)s") % {"chances": said}
    if tenths == 2 and probability > 0.20:
        return _("a little more than %(chances)s") % {"chances": said}
    return said


def _points(share: float, lang: str, decimals: int) -> str:
    return number(share * 100, lang, decimals)


def _sign(lang: str) -> str:
    return f"{NARROW}%" if lang == "fr" else "%"


# -- words -----------------------------------------------------------------------------------------------------------


def verdict(value: Verdict, lang: str) -> str:
    """The decision class in words."""
    _ = words(lang)
    return {
        Verdict.ABOVE: _("above"),
        Verdict.LIKELY_ABOVE: _("likely above"),
        Verdict.UNDECIDED: _("cannot be decided"),
        Verdict.LIKELY_BELOW: _("likely below"),
        Verdict.BELOW: _("below"),
        Verdict.NOT_PUBLISHED: _("not published"),
    }[value]


def verdict_rule(value: Verdict, lang: str) -> str:
    """What a decision class means, in chances."""
    _ = words(lang)
    return {
        Verdict.ABOVE: _("at least 95 chances in 100 of being above the line"),
        Verdict.LIKELY_ABOVE: _("between 80 and 95 chances in 100 of being above"),
        Verdict.UNDECIDED: _("between 20 and 80 chances in 100: the data do not tell"),
        Verdict.LIKELY_BELOW: _("between 5 and 20 chances in 100 of being above"),
        Verdict.BELOW: _("at most 5 chances in 100 of being above the line"),
        Verdict.NOT_PUBLISHED: _("too few residents, or a figure that is missing"),
    }[value]


def level(value: Level, lang: str) -> str:
    """The kind of territory, singular."""
    _ = words(lang)
    return {
        Level.COMMUNE: _("commune"),
        Level.EPCI: _("group of communes (EPCI)"),
        Level.TVS: _("area of the agency (TVS)"),
        Level.DEPARTEMENT: _("département"),
        Level.REGION: _("region"),
        Level.FRANCE: _("country"),
    }[value]


def levels(value: Level, lang: str) -> str:
    """The kind of territory, plural, as a control shows it."""
    _ = words(lang)
    return {
        Level.COMMUNE: _("Communes"),
        Level.EPCI: _("EPCI"),
        Level.TVS: _("TVS"),
        Level.DEPARTEMENT: _("Départements"),
        Level.REGION: _("Regions"),
        Level.FRANCE: _("Country"),
    }[value]


def count_of(value: Level, count: int, lang: str) -> str:
    """ "13 départements"."""
    _ = words(lang)
    one_many = {
        Level.COMMUNE: _.plural("%(count)s commune", "%(count)s communes", count),
        Level.EPCI: _.plural("%(count)s EPCI", "%(count)s EPCIs", count),
        Level.TVS: _.plural("%(count)s area (TVS)", "%(count)s areas (TVS)", count),
        Level.DEPARTEMENT: _.plural("%(count)s département", "%(count)s départements", count),
        Level.REGION: _.plural("%(count)s region", "%(count)s regions", count),
        Level.FRANCE: _.plural("%(count)s country", "%(count)s countries", count),
    }
    return one_many[value] % {"count": number(count, lang)}


def which_region(lang: str) -> str:
    """Said in place of a count where communes of the whole country were asked for."""
    _ = words(lang)
    return _("Choose a region to list its communes.")


def kind(value: Kind, lang: str) -> str:
    """How the figure came to be."""
    _ = words(lang)
    return {
        Kind.OBSERVED: _("Observed figure"),
        Kind.DERIVED: _("Figure derived from observed ones"),
        Kind.MODELLED: _("Modelled estimate"),
    }[value]


def family(value: Family, lang: str) -> str:
    """Who answers."""
    _ = words(lang)
    return {
        Family.CITIZEN: _("Citizens and volunteers"),
        Family.INSTITUTIONAL: _("Public institutions"),
        Family.PROFESSIONAL: _("Care and support professionals"),
    }[value]


def definition(value: str, lang: str) -> str:
    """Name of a definition of isolation; an unknown one keeps its identifier."""
    found = _DEFINITIONS.get(value)
    return _title(found, lang) if found else value


def definition_meaning(value: str, lang: str) -> str:
    """What the definition counts."""
    _ = words(lang)
    return {
        survey.FIVE_NETWORKS.id: _(
            "No face-to-face contact, or a few times a year at most, with all five networks: family, friends, "
            "neighbours, colleagues, associations. People of the same household and digital contacts do not count."
        ),
        survey.SRCV_FAMILY_FRIENDS.id: _("No contact, or almost none, with family and friends."),
        survey.MORT_SOCIALE.id: _("Nearly no contact with any of four circles, at 60 and over."),
        survey.LONELINESS.id: _("A feeling, not a state: never added to relational isolation."),
    }.get(value, value)


def subject(value: str, lang: str) -> str:
    """What a share of this definition is the share of, as the subject of a question."""
    _ = words(lang)
    return {
        survey.FIVE_NETWORKS.id: _("the share of isolated people"),
        survey.SRCV_FAMILY_FRIENDS.id: _("the share of people isolated from family and friends"),
        survey.MORT_SOCIALE.id: _("the share of people in “social death”"),
        survey.LONELINESS.id: _("the share of people who feel lonely"),
    }.get(value, _("the share of people concerned"))


def population(value: str, lang: str) -> str:
    """Whom a share of this definition is a share of, as a complement: "of residents aged 15 and over"."""
    _ = words(lang)
    return _("of residents aged %(age)s and over") % {"age": min_age(value)}


def min_age(value: str) -> int:
    """Age from which a definition counts residents."""
    return _DEFINITIONS[value].min_age if value in _DEFINITIONS else survey.FIVE_NETWORKS.min_age


def scenario(value: str, lang: str) -> str:
    """Name of a scenario; an unknown one keeps its identifier."""
    found = _SCENARIOS.get(value)
    return _title(found, lang) if found else value


def asked(definition_: str, scenario_: str, lang: str) -> list[str]:
    """Definition and scenario in words, said once when they have the same name."""
    return list(dict.fromkeys([definition(definition_, lang), scenario(scenario_, lang)]))


def factor(value: str, lang: str) -> str:
    """A factor of the survey."""
    _ = words(lang)
    known = {"age": _("Age"), "activity": _("Activity"), "income": _("Income"), "density": _("Type of place")}
    return known.get(value, value)


def category(value: str, lang: str) -> str:
    """A category of a factor of the survey."""
    _ = words(lang)
    if value[0].isdigit():
        low, _dash, high = value.rstrip("+").partition("-")
        ages = _("%(low)s to %(high)s years old") if high else _("%(low)s years old and over")
        return ages % {"low": low, "high": high}
    known = {
        "unemployed": _("unemployed"),
        "at_home": _("at home"),
        "low": _("low income"),
        "high": _("high income"),
        "rural": _("rural"),
        "intermediate": _("intermediate"),
        "dense": _("dense"),
    }
    return known.get(value, value)


def figure_kind(value: str, lang: str) -> str:
    """How a figure of the survey table came to be."""
    _ = words(lang)
    known = {survey.PUBLISHED: _("published"), survey.DERIVED: _("derived"), survey.JUDGEMENT: _("judgement")}
    return known.get(value, value)


def _title(titled, lang: str) -> str:
    return titled.title if lang == "fr" else titled.title_en


def _are(value: str, lang: str) -> str:
    """The state of the people counted, after a certain or an unknown fact."""
    _ = words(lang)
    return {
        survey.FIVE_NETWORKS.id: _("are isolated"),
        survey.SRCV_FAMILY_FRIENDS.id: _("are isolated from family and friends"),
        survey.MORT_SOCIALE.id: _("are in “social death”"),
        survey.LONELINESS.id: _("feel lonely"),
    }.get(value, _("are concerned"))


def _may_be(value: str, lang: str) -> str:
    """The same after a likely fact: French changes its mood."""
    _ = words(lang)
    return {
        survey.FIVE_NETWORKS.id: _("may be isolated"),
        survey.SRCV_FAMILY_FRIENDS.id: _("may be isolated from family and friends"),
        survey.MORT_SOCIALE.id: _("may be in “social death”"),
        survey.LONELINESS.id: _("may feel lonely"),
    }.get(value, _("may be concerned"))


_DEFINITIONS = {found.id: found for found in survey.DEFINITIONS}
_SCENARIOS = {found.id: found for found in survey.SCENARIOS}


def reason(value: str | None, lang: str) -> str:
    """Why nothing is published."""
    _ = words(lang)
    known = {
        Reason.FEW_RESIDENTS: _("fewer than %(count)s residents aged 15 and over") % {"count": MIN_RESIDENTS},
        Reason.NO_POPULATION_BY_AGE: _("no population by age in the census that was read"),
        Reason.NO_RESIDENTS: _("no resident concerned at the census"),
        Reason.NO_DENSITY: _("its outline is missing, so its density class is not known"),
        Reason.NO_ESTIMATED_COMMUNE: _("none of its communes can be estimated"),
    }
    return known.get(value, value) if value else _("the figure is missing")


def capitalised(words_: str) -> str:
    """First letter in capital, the others as they are: EPCI stays EPCI."""
    return words_[:1].upper() + words_[1:]


@lru_cache(maxsize=50_000)
def index_name(name: str) -> str:
    """A name as an index sorts it: "Pays de Gex (communauté de communes du)". Other names stay as they are."""
    found = _GENERIC.match(name)
    if found is None:
        return name
    kind_of, article, proper = found.groups()
    return f"{capitalised(proper)} ({' '.join(filter(None, [kind_of.lower(), article.strip()]))})"


def proper_name(name: str) -> str:
    """A name without what it has in common with others, for a map: "Pays de Gex". Other names stay as they are."""
    found = _GENERIC.match(name)
    return name if found is None else capitalised(found.group(3))


_GENERIC = re.compile(
    r"(Communauté de communes|Communauté d['’]agglomération|Communauté urbaine)\s+"
    r"((?:de l|d|l)['’]\s*|(?:de la|du|des|de|les|le|la)\s+|)(.+)",
    re.IGNORECASE,
)


# -- sentences about one estimate ------------------------------------------------------------------------------------


def verdict_sentence(estimate: Estimate, lang: str) -> str:
    """The one sentence of a territory: the class, its chances, and people with their range."""
    _ = words(lang)
    said = class_sentence(estimate, lang)
    counted = None if estimate.verdict == Verdict.NOT_PUBLISHED else people(estimate, lang)
    if counted is None:
        return said
    return _("%(verdict)s: %(people)s.") % {"verdict": said.removesuffix("."), "people": counted}


def class_sentence(estimate: Estimate, lang: str) -> str:
    """The class and its chances, without the people."""
    _ = words(lang)
    if estimate.verdict == Verdict.NOT_PUBLISHED:
        return _("Nothing is published for this territory: %(reason)s.") % {"reason": reason(estimate.reason, lang)}
    values = {
        "chances": chances(estimate.p_above, lang),
        "threshold": threshold(estimate.threshold, lang),
        "population": population(estimate.definition, lang),
        "are": _are(estimate.definition, lang),
        "may_be": _may_be(estimate.definition, lang),
    }
    # Separate sentences, not assembled ones: French moods differ from class to class.
    said = {
        Verdict.ABOVE: _("It is almost certain (%(chances)s) that more than %(threshold)s %(population)s %(are)s"),
        Verdict.LIKELY_ABOVE: _("It is likely (%(chances)s) that more than %(threshold)s %(population)s %(may_be)s"),
        Verdict.UNDECIDED: _(
            "It cannot be decided whether more than %(threshold)s %(population)s %(are)s (%(chances)s)"
        ),
        Verdict.LIKELY_BELOW: _(
            "It is likely that at most %(threshold)s %(population)s %(may_be)s (%(chances)s that it is more)"
        ),
        Verdict.BELOW: _(
            "It is almost certain that at most %(threshold)s %(population)s %(are)s (%(chances)s that it is more)"
        ),
    }[estimate.verdict]
    return said % values + "."


def people(estimate: Estimate, lang: str) -> str | None:
    """About 1,100 people, between 800 and 1,500; says when a count is too small to be printed; None when not known."""
    _ = words(lang)
    if estimate.people is None:
        if estimate.residents is None or estimate.residents * estimate.share >= MIN_PEOPLE:
            return None
        return _("fewer than %(count)s people expected, a count too small to be printed") % {"count": MIN_PEOPLE}
    about = _.plural("about %(count)s person", "about %(count)s people", estimate.people) % {
        "count": number(estimate.people, lang)
    }
    if estimate.people_high is None:
        return about
    if estimate.people_low is None:
        return _("%(about)s, at most %(high)s") % {"about": about, "high": number(estimate.people_high, lang)}
    return _("%(about)s, between %(low)s and %(high)s") % {
        "about": about,
        "low": number(estimate.people_low, lang),
        "high": number(estimate.people_high, lang),
    }


def share_sentence(estimate: Estimate, lang: str) -> str | None:
    """The expected share with its interval; None when either is missing: a share never goes without."""
    if estimate.share is None or estimate.low is None:
        return None
    _ = words(lang)
    return _("Expected share: %(share)s, %(interval)s (90%% interval).") % {
        "share": percent(estimate.share, lang),
        "interval": interval(estimate.low, estimate.high, lang),
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


def minutes_sentence(minutes: float, lang: str) -> str:
    """Nearest town hall of a commune."""
    _ = words(lang)
    if minutes < 1:
        return _("Nearest town hall: less than a minute by car.")
    rounded = round(minutes)
    said = number(rounded, lang)
    return _.plural(
        "Nearest town hall: about %(count)s minute by car.",
        "Nearest town hall: about %(count)s minutes by car.",
        rounded,
    ) % {"count": said}


def extrapolation_sentence(estimate: Estimate, lang: str) -> str | None:
    """A warning where an estimate is shown and the survey was not held."""
    if not estimate.is_extrapolated or estimate.low is None:
        return None
    _ = words(lang)
    return _("The survey was not held here: the estimate extends what is known of mainland France.")
