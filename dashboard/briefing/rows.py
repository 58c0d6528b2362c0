"""The figures of a briefing as tables: one row a figure with its range, nature, date and source; services; classes.

Headings are in the reader's language; definition and scenario keep the identifiers that addresses are written with.
"""

import pandas as pd

from dashboard import text
from dashboard.briefing.content import Briefing
from dashboard.briefing.wording import category, pathway
from dashboard.i18n import title_of, words
from dashboard.text import profile as said
from dashboard.text import response
from geodata.estimate import Kind
from geodata.territory import Level

_COLUMNS = ("figure", "value", "low", "high", "unit", "nature", "vintage", "source")


def tables(briefing: Briefing, lang: str) -> list[tuple[str, pd.DataFrame]]:
    """Every table with its title, for a workbook."""
    _ = words(lang)
    return [
        (_("Figures"), facts(briefing, lang)),
        (_("Services"), services(briefing, lang)),
        (_("Pathways"), pathways(briefing, lang)),
        (_("Classes on the map"), classes(briefing, lang)),
    ]


def facts(briefing: Briefing, lang: str) -> pd.DataFrame:
    """One row a figure; every row says which territory, question and build it belongs to."""
    _ = words(lang)
    estimate, profile = briefing.profile.estimate, briefing.profile
    modelled = (text.kind(Kind.MODELLED, lang), None, briefing.survey)
    rows = [
        (_("Class"), text.verdict(estimate.verdict, lang), None, None, None, *modelled),
        (_("Expected share"), estimate.share, estimate.low, estimate.high, "share", *modelled),
        (_("Probability of being above the line"), estimate.p_above, None, None, "share", *modelled),
        (_("Probability of being above the national share"), estimate.p_above_national, None, None, "share", *modelled),
        (
            _("Isolated people expected"),
            estimate.people,
            estimate.people_low,
            estimate.people_high,
            "person",
            *modelled,
        ),
        (_("Of whom aged %(age)s and over") % {"age": 70}, briefing.people_70, None, None, "person", *modelled),
    ]
    rows += [
        (
            _("Expected share %(comparator)s") % {"comparator": said.comparator(contrast, lang)},
            *(contrast.share, contrast.low, contrast.high, "share"),
            *modelled,
        )
        for contrast in profile.contrasts
    ]
    rows += [
        (
            title_of(observed, lang),
            *(observed.value, None, None, "person", text.kind(Kind.OBSERVED, lang), observed.vintage, observed.source),
        )
        for observed in (briefing.population, briefing.older)
        if observed is not None
    ]
    rows += [
        (
            title_of(factor, lang) or text.capitalised(said.risk(factor.risk, lang)),
            *(factor.value, None, None, factor.unit),
            *(text.kind(Kind(factor.kind), lang) if factor.kind else None, factor.vintage, factor.source),
        )
        for factor in profile.risk_factors
    ]
    return _said_of(briefing, pd.DataFrame(rows, columns=list(_COLUMNS)), lang)


def services(briefing: Briefing, lang: str) -> pd.DataFrame:
    """One row a family."""
    minutes = briefing.responses.minutes
    rows = [
        {
            "family": text.family(line.response.family, lang),
            "response": response.response(line.response.response, lang),
            "number_here": line.response.inside,
            "nearest": line.response.nearest.name if line.response.nearest else None,
            "nearest_minutes": line.response.nearest.travel_min if line.response.nearest else None,
            "nearest_source": line.response.nearest.source if line.response.nearest else None,
            "share_of_residents_within": next((r for m, r, _p in line.response.within if m == minutes), None),
            "share_of_isolated_people_within": next((p for m, _r, p in line.response.within if m == minutes), None),
            "residents_per_service": line.residents_per_service,
            "seen_on": line.seen_on,
            "partial": ", ".join(category(briefing, c, lang) for c in line.response.partial),
            "unknown": ", ".join(category(briefing, c, lang) for c in line.response.unknown),
        }
        for line in briefing.families
    ]
    return _said_of(briefing, pd.DataFrame(rows), lang)


def pathways(briefing: Briefing, lang: str) -> pd.DataFrame:
    """One row a function of a care pathway and category that may serve it."""
    rows = [
        {
            "pathway": pathway(answer.pathway, lang),
            "function": response.function(one.function, lang),
            "function_state": response.link(one.state, lang),
            "link": category(briefing, link.category, lang),
            "state": response.link(link.state, lang),
            "nearest": link.nearest.name if link.nearest else None,
            "nearest_minutes": link.nearest.travel_min if link.nearest else None,
        }
        for answer in briefing.responses.pathways
        for one in answer.functions
        for link in one.links
    ]
    columns = ["pathway", "function", "function_state", "link", "state", "nearest", "nearest_minutes"]
    return _said_of(briefing, pd.DataFrame(rows, columns=columns), lang)


def classes(briefing: Briefing, lang: str) -> pd.DataFrame:
    """The map as a table: one row a territory drawn."""
    drawn = briefing.map.areas if briefing.map else ()
    rows = [(area.code, area.name, text.verdict(area.verdict, lang)) for area in drawn]
    return _said_of(briefing, pd.DataFrame(rows, columns=["code", "name", "class"]), lang, at=briefing.around)


def _said_of(briefing: Briefing, frame: pd.DataFrame, lang: str, at: Level | None = None) -> pd.DataFrame:
    """The same rows, each with the territory, the question and the build, under headings in words."""
    estimate = briefing.profile.estimate
    said_of = frame.assign(
        level=text.level(at or briefing.territory.level, lang),
        territory=briefing.territory.code,
        territory_name=briefing.territory.name,
        definition=estimate.definition,
        scenario=estimate.scenario,
        threshold=estimate.threshold,
        minutes=briefing.responses.minutes,
        printed_on=briefing.printed_on,
        content_hash=briefing.content_hash,
        address=briefing.address + briefing.choice,
    )
    return said_of.rename(columns=_headings(lang))


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
        "residents_per_service": _("Residents per service"),
        "seen_on": _("Seen on"),
        "partial": _("Incomplete lists"),
        "unknown": _("Missing lists"),
        "pathway": _("Pathway"),
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
