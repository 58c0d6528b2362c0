"""Words for what a record holds: verdicts, levels, definitions, factors, reasons, names."""

import re
from functools import lru_cache

from dashboard.i18n import title_of, words
from dashboard.text.numbers import number
from geodata import survey, survey_rates
from geodata.classes import WORDS
from geodata.disclosure import MIN_RESIDENTS
from geodata.estimate import SURE, SURELY_NOT, UNLIKELY, Kind, Reason, Verdict, cut_offs
from geodata.question import Question
from geodata.service import Family
from geodata.source import Licence
from geodata.territory import Level, Part


def verdict(value: Verdict, lang: str) -> str:
    """The decision class in words."""
    _ = words(lang)
    return _(WORDS[value])


def verdict_rule(value: Verdict, lang: str, miss: float = 1.0) -> str:
    """What a decision class means, in chances, where a miss costs `miss` false alarms."""
    _ = words(lang)
    return {
        Verdict.ABOVE: _("at least %(sure)s chances in 100 of being above the line"),
        Verdict.LIKELY_ABOVE: _("between %(likely)s and %(sure)s chances in 100 of being above"),
        Verdict.UNDECIDED: _("between %(unlikely)s and %(likely)s chances in 100: the data do not tell"),
        Verdict.LIKELY_BELOW: _("between %(surely_not)s and %(unlikely)s chances in 100 of being above"),
        Verdict.BELOW: _("at most %(surely_not)s chances in 100 of being above the line"),
        Verdict.NOT_PUBLISHED: _("too few residents, or a figure that is missing"),
    }[value] % _cut_offs(miss)


def _cut_offs(miss: float) -> dict[str, int]:
    """The four cut-offs of the classes, in chances in 100."""
    likely, unlikely = cut_offs(miss)
    named = {"sure": SURE, "likely": likely, "unlikely": unlikely, "surely_not": SURELY_NOT}
    return {name: round(100 * p) for name, p in named.items()}


def miss(value: float, lang: str) -> str:
    """What a territory missed costs, in false alarms."""
    _ = words(lang)
    return {
        0.5: _("half as much"),
        1.0: _("as much"),
        2.0: _("twice as much"),
        3.0: _("three times as much"),
    }[value]


def miss_rule(value: float, lang: str) -> str:
    """What the cost of a miss does to the classes."""
    _ = words(lang)
    return _(
        "An error costs %(error)s times an answer left open, and a territory missed %(miss)s as one kept by mistake: "
        "“above” begins at %(sure)s chances in 100, “likely above” at %(likely)s, “likely below” at %(unlikely)s, "
        "“below” at %(surely_not)s."
    ) % {"miss": miss(value, lang), "error": round(1 / UNLIKELY), **_cut_offs(value)}


def level(value: Level, lang: str) -> str:
    """The kind of territory, singular."""
    _ = words(lang)
    return {
        Level.COMMUNE: _("commune"),
        Level.EPCI: _("group of communes (EPCI)"),
        Level.TVS: _("area of the agency"),
        Level.DEPARTEMENT: _("département"),
        Level.REGION: _("region"),
        Level.FRANCE: _("country"),
    }[value]


def licence(value: str, lang: str) -> str:
    """Terms of reuse by their own name, but those of what an agency handed in."""
    _ = words(lang)
    return _("files of the agency") if value == Licence.AGENCY else value


def part(value: Part, lang: str) -> str:
    """What lies inside a commune, singular."""
    _ = words(lang)
    return {Part.DISTRICT: _("district of a city"), Part.IRIS: _("IRIS")}[value]


def kind_of_place(value: str, lang: str) -> str:
    """The kind of a territory, or of a part of a commune, singular."""
    return part(Part(value), lang) if value in set(Part) else level(Level(value), lang)


def levels(value: Level, lang: str) -> str:
    """The kind of territory, plural."""
    _ = words(lang)
    return {
        Level.COMMUNE: _("Communes"),
        Level.EPCI: _("EPCI"),
        Level.TVS: _("Areas of the agency"),
        Level.DEPARTEMENT: _("Départements"),
        Level.REGION: _("Regions"),
        Level.FRANCE: _("Country"),
    }[value]


def short_levels(value: Level, lang: str) -> str:
    """The same in one word, for a control that shows several side by side."""
    _ = words(lang)
    return _("Agency") if value is Level.TVS else levels(value, lang)


def count_of(value: Level, count: int, lang: str, written: str | None = None) -> str:
    """ "13 départements"; `written` stands in place of the number."""
    _ = words(lang)
    one_many = {
        Level.COMMUNE: _.plural("%(count)s commune", "%(count)s communes", count),
        Level.EPCI: _.plural("%(count)s EPCI", "%(count)s EPCIs", count),
        Level.TVS: _.plural("%(count)s area of the agency", "%(count)s areas of the agency", count),
        Level.DEPARTEMENT: _.plural("%(count)s département", "%(count)s départements", count),
        Level.REGION: _.plural("%(count)s region", "%(count)s regions", count),
        Level.FRANCE: _.plural("%(count)s country", "%(count)s countries", count),
    }
    return one_many[value] % {"count": number(count, lang) if written is None else written}


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


def short_source(title: str) -> str:
    """The title of a source without what explains it."""
    return title.split(" : ")[0].split(" (")[0]


def family(value: Family, lang: str) -> str:
    """Who answers."""
    _ = words(lang)
    return {
        Family.CITIZEN: _("Citizens and volunteers"),
        Family.INSTITUTIONAL: _("Public institutions"),
        Family.PROFESSIONAL: _("Care and support professionals"),
    }[value]


def short_family(value: Family, lang: str) -> str:
    """Who answers, in one word: a title of column."""
    _ = words(lang)
    return {
        Family.CITIZEN: _("Citizens"),
        Family.INSTITUTIONAL: _("Institutions"),
        Family.PROFESSIONAL: _("Professionals"),
    }[value]


def definition(value: str, lang: str) -> str:
    """Name of a definition of isolation; an unknown one keeps its identifier."""
    label = _DEFINITIONS.get(value)
    return title_of(label, lang) if label else value


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


def people_noun(value: str, lang: str) -> str:
    """The people whom a definition counts: "isolated people"."""
    _ = words(lang)
    return {
        survey.FIVE_NETWORKS.id: _("isolated people"),
        survey.SRCV_FAMILY_FRIENDS.id: _("people isolated from family and friends"),
        survey.MORT_SOCIALE.id: _("people in “social death”"),
        survey.LONELINESS.id: _("people who feel lonely"),
    }.get(value, _("people concerned"))


def population(value: str, lang: str) -> str:
    """Whom a share of this definition is a share of, as a complement: "of residents aged 15 and over"."""
    _ = words(lang)
    return _("of residents aged %(age)s and over") % {"age": min_age(value)}


def min_age(value: str) -> int:
    """Age from which a definition counts residents."""
    return _DEFINITIONS[value].min_age if value in _DEFINITIONS else survey.FIVE_NETWORKS.min_age


def scenario(value: str, lang: str) -> str:
    """Name of a scenario; an unknown one keeps its identifier."""
    label = _SCENARIOS.get(value)
    return title_of(label, lang) if label else value


def assumptions(question: Question, lang: str) -> list[str]:
    """Definition and scenario in words, once when they have the same name, and what a miss costs if not as much."""
    _ = words(lang)
    same = dict.fromkeys([definition(question.definition, lang), scenario(question.scenario, lang)])
    if question.miss == 1:
        return list(same)
    return [*same, _("a miss costs %(miss)s as a false alarm") % {"miss": miss(question.miss, lang)}]


def factor(value: str, lang: str) -> str:
    """A factor of the survey."""
    _ = words(lang)
    names = {
        "age": _("Age"),
        "activity": _("Activity"),
        "income": _("Income"),
        "density": _("Type of place"),
        "place": _("Type of place"),
    }
    return names.get(value, value)


def category(value: str, lang: str) -> str:
    """A category of a factor of the survey."""
    _ = words(lang)
    if value[0].isdigit():
        low, _dash, high = value.rstrip("+").partition("-")
        ages = _("%(low)s to %(high)s years old") if high else _("%(low)s years old and over")
        return ages % {"low": low, "high": high}
    names = {
        "unemployed": _("unemployed"),
        "at_home": _("at home"),
        "other": _("other activities"),
        "low": _("low income"),
        "middle": _("middle income"),
        "high": _("high income"),
        "rural": _("rural"),
        "intermediate": _("intermediate"),
        "dense": _("dense"),
        "town": _("urban unit under 100,000 residents"),
        "city": _("urban unit over 100,000 residents"),
    }
    return names.get(value, value)


def figure_kind(value: str, lang: str) -> str:
    """How a figure of the survey table came to be."""
    _ = words(lang)
    names = {
        survey_rates.PUBLISHED: _("published"),
        survey_rates.DERIVED: _("derived"),
        survey_rates.MODELLED: _("model of all waves"),
        survey_rates.JUDGEMENT: _("judgement"),
    }
    return names.get(value, value)


_DEFINITIONS = {one.id: one for one in survey.DEFINITIONS}
_SCENARIOS = {one.id: one for one in survey.SCENARIOS}


def reason(value: str | None, lang: str) -> str:
    """Why nothing is published."""
    _ = words(lang)
    reasons: dict[str, str] = {
        Reason.FEW_RESIDENTS: _("fewer than %(count)s residents aged 15 and over") % {"count": MIN_RESIDENTS},
        Reason.NO_POPULATION_BY_AGE: _("no population by age in the census that was read"),
        Reason.NO_RESIDENTS: _("no resident concerned at the census"),
        Reason.NO_DENSITY: _("its outline is missing, so its density class is not known"),
        Reason.NO_ESTIMATED_COMMUNE: _("none of its communes can be estimated"),
        Reason.NO_SURVEY: _("no survey of isolation is given for this country"),
    }
    return reasons.get(value, value) if value else _("the figure is missing")


def capitalised(words_: str) -> str:
    """First letter in capital, the others as they are: EPCI stays EPCI."""
    return words_[:1].upper() + words_[1:]


@lru_cache(maxsize=50_000)
def short_name(name: str) -> str:
    """A name as a list writes it: "CC Pays de Gex", "CA Albigeois". Other names stay as they are."""
    match = _GENERIC.match(name)
    if match is None:
        return name
    kind_of, _article, proper = match.groups()
    kind_of = _INITIALS[kind_of.lower().replace(_CURLY, _STRAIGHT)]
    return f"{kind_of} {capitalised(_ACRONYM.sub('', proper))}"


def proper_name(name: str) -> str:
    """A name without what it has in common with others, for a map and to sort by: "Pays de Gex". Other names stay as
    they are."""
    match = _GENERIC.match(name)
    return name if match is None else capitalised(match.group(3))


_STRAIGHT, _CURLY = "'\u2019"

_INITIALS = {
    "communauté de communes": "CC",
    "communauté d'agglomération": "CA",
    "communauté urbaine": "CU",
}

_ACRONYM = re.compile(r"\s+\([^()]*\)$")
"""What many names repeat of themselves at their end: "Albigeois (C2A)"."""

_GENERIC = re.compile(
    r"(Communauté de communes|Communauté d['’]agglomération|Communauté urbaine)\s+"
    r"((?:de l|d|l)['’]\s*|(?:de la|du|des|de|les|le|la)\s+|)(.+)",
    re.IGNORECASE,
)


def waiting(before: int, lang: str) -> str:
    """Where a computation is in the queue."""
    _ = words(lang)
    if not before:
        return _("Its turn comes next.")
    return _("Waiting: %(count)s computations before this one.") % {"count": number(before, lang)}
