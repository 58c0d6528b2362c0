"""The figures of briefings as tables: one row a figure with its range, nature, date and source; services; classes.

Headings and values are in the reader's language. A workbook says once, on its first sheet, what its rows share.
"""

from collections.abc import Callable, Sequence

import pandas as pd

from dashboard import text
from dashboard.briefing.content import Briefing, FamilyLine, Observed
from dashboard.briefing.front import older_ends
from dashboard.briefing.sheet import mark
from dashboard.briefing.wording import category, pathway, people
from dashboard.i18n import title_of, words
from dashboard.text import action, response
from dashboard.text import profile as profile_text
from dashboard.text.observed import people_title
from geodata.estimate import Kind
from geodata.response import FamilyResponse
from geodata.risk import RiskFactor
from geodata.territory import Level, Part

_COLUMNS = ("figure", "value", "low", "high", "unit", "nature", "observed_at", "vintage", "source")


def tables(briefings: Sequence[Briefing], lang: str) -> list[tuple[str, pd.DataFrame]]:
    """Every table of some briefings of one question, with its title, for a workbook: the first says how to read it."""
    _ = words(lang)
    named: list[tuple[str, Callable]] = [
        (_("Figures"), facts),
        (_("Services"), services),
        (_("Pathways"), pathways),
        (_("First steps"), steps),
        (_("Classes on the map"), classes),
    ]
    sheets = []
    for title, rows in named:
        frames = [rows(briefing, lang, is_alone=False) for briefing in briefings]
        sheets.append((title, pd.concat([frame.astype(object) for frame in frames], ignore_index=True)))
    return [(_("Read this file"), reading(briefings, lang)), *sheets]


def reading(briefings: Sequence[Briefing], lang: str) -> pd.DataFrame:
    """What a workbook holds, what was asked, and where it comes from, in two columns."""
    _ = words(lang)
    first = briefings[0]
    estimate = first.profile.estimate
    lines = [
        (
            _("Territories"),
            ", ".join(briefing.territory.name for briefing in briefings[:20]) + ("…" if len(briefings) > 20 else ""),
        ),
        (_("How many"), len(briefings)),
        *(line for briefing in briefings for line in _remark(briefing, lang, is_alone=len(briefings) == 1)),
        (_("What is counted"), text.definition_meaning(estimate.definition, lang)),
        (_("Shares"), _("Between 0 and 1: 0.12 is 12%. Low and high ends hold 9 times in 10 if the model is right.")),
        (_("Kind"), _("An estimate is worked out from the make-up of the population; it is no count of people.")),
        (_("Empty cell"), _("Not known, which is not zero.")),
        (_("Not to be done"), _("Rank territories, read a change over time, or point at people.")),
        (_("Printed on"), first.printed_on),
        (_("Hash of the database"), first.content_hash),
        (_("Address of the same view"), first.address + first.choice),
        (_("Survey"), first.survey),
        *((_("Source"), f"{one.title} ({one.producer}), {text.period(one.vintage, lang)}") for one in first.sources),
        (_("Licences"), ", ".join(text.licence(one, lang) for one in first.licences)),
    ]
    question = [(heading, value) for heading, value in _question(first, lang).items()]
    at = [heading for heading, _value in lines].index(_("Shares"))
    return pd.DataFrame([*lines[:at], *question, *lines[at:]], columns=[_("Read this file"), _("In words")])


def _remark(briefing: Briefing, lang: str, *, is_alone: bool) -> list[tuple[str, str]]:
    """What the agency wrote on a territory, and whether it stands by it; named after the territory among several."""
    if briefing.remark is None:
        return []
    _ = words(lang)
    lines = [
        (briefing.issuer.agency or _("The agency’s word"), briefing.remark.text),
        (_("What exists or is planned here"), briefing.remark.exists),
        (_("State of what the agency wrote"), mark(briefing, lang)),
    ]
    about = "" if is_alone else f" ({briefing.territory.name})"
    return [(heading + about, value) for heading, value in lines if value]


def steps(briefing: Briefing, lang: str, *, is_alone: bool = True) -> pd.DataFrame:
    """One row a first step, with the publication in full."""
    _ = words(lang)
    rows = [
        {
            _("First step"): action.step_title(step, lang),
            _("Who, and what it takes"): action.step_who(step, briefing.actors, lang),
            _("Evidence"): action.grade(step.evidence.grade, lang),
            _("What is known of it"): action.evidence(step.evidence, lang),
            _("Reference"): ", ".join(filter(None, [step.evidence.source, step.evidence.reference])),
        }
        for step in briefing.steps
    ]
    return _with_territory(briefing, pd.DataFrame(rows), lang, is_alone)


def facts(briefing: Briefing, lang: str, *, is_alone: bool = True) -> pd.DataFrame:
    """One row a figure; a figure of a wider territory says which level it was observed at."""
    _ = words(lang)
    estimate, profile = briefing.profile.estimate, briefing.profile
    here = text.level(briefing.territory.level, lang)
    modelled = (text.kind(Kind.MODELLED, lang), here, None, briefing.survey)
    rows: list[tuple] = [
        (_("Class"), text.verdict(estimate.verdict, lang), None, None, None, *modelled),
        (_("Expected share"), estimate.share, estimate.low, estimate.high, "share", *modelled),
        (_("Probability of being above the line"), estimate.p_above, None, None, "share", *modelled),
        (_("Probability of being above the national share"), estimate.p_above_national, None, None, "share", *modelled),
        (
            text.capitalised(text.people_noun(estimate.definition, lang)),
            estimate.people,
            estimate.people_low,
            estimate.people_high,
            "person",
            *modelled,
        ),
        (
            _("Of whom aged %(age)s and over") % {"age": 70},
            briefing.people_70,
            *older_ends(briefing),
            "person",
            *modelled,
        ),
    ]
    rows += [
        (
            _("Expected share %(comparator)s") % {"comparator": profile_text.comparator(contrast, lang)},
            *(contrast.share, contrast.low, contrast.high, "share"),
            *modelled,
        )
        for contrast in profile.contrasts
    ]
    rows += [
        (
            people_title(figure.indicator, title_of(figure, lang), lang),
            *(
                people(figure),
                None,
                None,
                "person",
                text.kind(figure.kind, lang),
                where,
                figure.vintage,
                figure.source,
            ),
        )
        for figure, where in _counted(briefing, here, lang)
    ]
    rows += _of_district(briefing, lang)
    rows += [
        (
            title_of(factor, lang) or text.capitalised(profile_text.risk(factor.risk, lang)),
            *(factor.value, None, None, factor.unit),
            *(text.kind(Kind(factor.kind), lang) if factor.kind else None, _observed_at(factor, lang)),
            *(factor.vintage, factor.source),
        )
        for factor in profile.risk_factors
    ]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    return _with_territory(briefing, frame.assign(unit=frame["unit"].map(lambda one: unit(one, lang))), lang, is_alone)


def _counted(briefing: Briefing, here: str, lang: str) -> list[tuple[Observed, str]]:
    """Figures in people, each with what it is counted in: a district has its own."""
    populations = [] if briefing.population is None else [(briefing.population, here)]
    where = here if briefing.district is None else _in_district(briefing.district.code, lang)
    return [*populations, *((figure, where) for figure in briefing.counted)]


def _in_district(code: str, lang: str) -> str:
    return f"{text.part(Part.DISTRICT, lang)} {code}"


def _of_district(briefing: Briefing, lang: str) -> list[tuple]:
    """The figures of the district that was asked for, named as its own."""
    _ = words(lang)
    district = briefing.district
    if district is None:
        return []
    here = _in_district(district.code, lang)
    counted = (
        district.residents,
        None,
        None,
        "person",
        text.kind(Kind.OBSERVED, lang),
        here,
        district.vintage,
        district.source,
    )
    return [
        (_("Residents of the district"), *counted),
        *(
            (
                title_of(figure, lang),
                *(figure.value, None, None, figure.unit),
                *(text.kind(Kind(figure.kind), lang), here, figure.vintage, figure.source),
            )
            for figure in district.figures
        ),
    ]


def _observed_at(factor: RiskFactor, lang: str) -> str | None:
    """The level that a figure belongs to; one below those shown is summed to the territory's own."""
    levels = {level.value: level for level in Level}
    return text.level(levels[factor.observed_at], lang) if factor.observed_at in levels else None


def unit(value: str | None, lang: str) -> str | None:
    """A unit in words; those of a producer stay as they are."""
    _ = words(lang)
    units = {
        "share": _("share"), "person": _("people"), "household": _("households"), "minute": _("minutes"),
        "person_per_km2": _("residents per km²"), "index": _("index"),
        "person_per_household": _("people per household"),
        "deaths per 100,000 inhabitants": _("deaths per 100,000 residents"),
    }  # fmt: skip
    return value and units.get(value, value)


def services(briefing: Briefing, lang: str, *, is_alone: bool = True) -> pd.DataFrame:
    """One row a family."""
    rows = [_family(briefing, line, lang) for line in briefing.families]
    return _with_territory(briefing, pd.DataFrame(rows), lang, is_alone)


def _family(briefing: Briefing, line: FamilyLine, lang: str) -> dict[str, object]:
    family_response, minutes = line.response, briefing.responses.minutes
    nearest = family_response.nearest if line.category else None
    # Of a commune without squares all or nobody is within reach of its one point: that is no share of its residents.
    is_one_point = briefing.territory.level is Level.COMMUNE and family_response.squares is None
    within = (None, None) if is_one_point else _within(family_response, minutes)
    return {
        "family": text.family(family_response.family, lang),
        "response": response.response(family_response.response, lang),
        "number_here": family_response.inside,
        "nearest": line.category and category(briefing, line.category, lang),
        "nearest_minutes": nearest.timed_min if nearest else None,
        "nearest_source": nearest.source if nearest else None,
        "share_of_residents_within": within[0],
        "share_of_isolated_people_within": within[1],
        "seen_on": line.seen_on and text.day(line.seen_on, lang),
        "partial": ", ".join(category(briefing, c, lang) for c in family_response.partial),
        "unknown": ", ".join(category(briefing, c, lang) for c in family_response.unknown),
    }


def _within(family: FamilyResponse, minutes: float) -> tuple[float | None, float | None]:
    """Shares of residents, and of people expected isolated, within the minutes."""
    return next(((residents, people) for time, residents, people in family.within if time == minutes), (None, None))


def pathways(briefing: Briefing, lang: str, *, is_alone: bool = True) -> pd.DataFrame:
    """One row a function of a care pathway and category that may serve it."""
    rows = [
        {
            "pathway": pathway(answer.pathway, lang),
            "concerned": answer.concerned and answer.concerned.people,
            "concerned_in_words": answer.concerned and response.concerned(answer.concerned, lang),
            "function": response.function(one.function, lang),
            "function_state": response.link(one.state, lang),
            "link": category(briefing, link.category, lang),
            "state": response.link(link.state, lang),
            "nearest_minutes": link.nearest.timed_min if link.nearest else None,
        }
        for answer in briefing.responses.pathways
        for one in answer.functions
        for link in one.links
    ]
    columns = [
        "pathway",
        "concerned",
        "concerned_in_words",
        "function",
        "function_state",
        "link",
        "state",
        "nearest_minutes",
    ]
    return _with_territory(briefing, pd.DataFrame(rows, columns=columns), lang, is_alone)


def classes(briefing: Briefing, lang: str, *, is_alone: bool = True) -> pd.DataFrame:
    """The map as a table: one row a territory drawn."""
    drawn = briefing.map.areas if briefing.map else ()
    rows = [(area.code, area.name, text.verdict(area.verdict, lang)) for area in drawn]
    return _with_territory(briefing, pd.DataFrame(rows, columns=["code", "name", "class"]), lang, is_alone)


def _with_territory(briefing: Briefing, frame: pd.DataFrame, lang: str, is_alone: bool) -> pd.DataFrame:
    """The same rows, each with its territory under headings in words; with the question and the build too where no
    other sheet says them."""
    _ = words(lang)
    headings = _headings(lang)
    titles = {one.id: one.title for one in briefing.sources}
    for source in {"source", "nearest_source"} & set(frame.columns):
        frame = frame.assign(**{source: [titles.get(one, one) for one in frame[source]]})
    named = frame.rename(columns=headings)
    named.insert(0, headings["territory"], briefing.territory.code)
    named.insert(1, headings["territory_name"], briefing.territory.name)
    if not is_alone:
        return named
    build = {
        headings["printed_on"]: briefing.printed_on,
        headings["content_hash"]: briefing.content_hash,
        headings["address"]: briefing.address + briefing.choice,
    }
    return named.assign(**_question(briefing, lang), **build)


def _question(briefing: Briefing, lang: str) -> dict[str, object]:
    """What was asked, in words, by heading."""
    headings, estimate = _headings(lang), briefing.profile.estimate
    return {
        headings["level"]: text.level(briefing.territory.level, lang),
        headings["definition"]: text.definition(estimate.definition, lang),
        headings["scenario"]: text.scenario(estimate.scenario, lang),
        headings["threshold"]: estimate.threshold,
        headings["minutes"]: briefing.responses.minutes,
    }


def _headings(lang: str) -> dict[str, str]:
    """What each column is called."""
    _ = words(lang)
    return {
        "figure": _("Figure"),
        "value": _("Value"),
        "low": _("Low end (9 times in 10)"),
        "high": _("High end (9 times in 10)"),
        "unit": _("Unit"),
        "nature": _("Kind"),
        "observed_at": _("Level it belongs to"),
        "vintage": _("Vintage"),
        "source": _("Source"),
        "family": _("Family"),
        "response": _("Response"),
        "number_here": _("Number here"),
        "nearest": _("Nearest"),
        "nearest_minutes": _("Minutes to the nearest"),
        "nearest_source": _("Source of the nearest"),
        "share_of_residents_within": _("Share of residents within reach"),
        "share_of_isolated_people_within": _("Share of isolated people expected within reach"),
        "seen_on": _("Seen on"),
        "partial": _("Incomplete lists"),
        "unknown": _("Missing lists"),
        "pathway": _("Pathway"),
        "concerned": _("People it is for"),
        "concerned_in_words": _("Who they are, kind and source"),
        "function": _("Function"),
        "function_state": _("State of the function"),
        "link": _("Kind of service"),
        "state": _("State"),
        "code": _("Code"),
        "name": _("Name"),
        "class": _("Class"),
        "level": _("Level of the territory"),
        "territory": _("Code of the territory"),
        "territory_name": _("Territory"),
        "definition": _("Definition"),
        "scenario": _("Assumptions"),
        "threshold": _("Threshold"),
        "minutes": _("Travel asked for, minutes by car"),
        "printed_on": _("Printed on"),
        "content_hash": _("Hash of the database"),
        "address": _("Address of the same view"),
    }
