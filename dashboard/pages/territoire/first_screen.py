"""What the first screen of the page shows beside the verdict: two figures of its own, what is missing, a map."""

import pandas as pd
from dash import html

from dashboard import components, text
from dashboard.briefing import maps
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.state import Choice, Line
from dashboard.text import observed as observed_text
from dashboard.text import response as response_text
from geodata.estimate import Verdict, verdict_of
from geodata.response import Responses
from geodata.territory import FRANCE, Level, Perimeter, Territory

PICTURE = "/export/territoire/carte.svg"
"""Address of the map: takes the query of the page."""

WIDTH, HEIGHT = 920, 760
"""Size of the drawing, in its own tenths of a millimetre."""

FIRST = (
    *("living_alone_share_80_plus", "share_75_plus", "living_alone_share", "poverty_rate"),
    *("one_person_household_share", "share_65_plus"),
)
"""Figures to show first, the most telling of isolation first."""

MOST = 2


def counted(facts: Facts, choice: Choice) -> list:
    """Two figures of the territory itself, observed or modelled, in people where it is people that they count."""
    _ = words(choice.lang)
    own = {figure.indicator: figure for figure in facts.own_figures(*choice.place)}
    shown = [own[one] for one in FIRST if one in own][:MOST]
    if not shown:
        return [html.H2(_("Figures of this territory")), html.P(_("No figure of this territory itself is loaded."))]
    catalogue = facts.indicators().set_index("id")
    lines = [
        html.Li(
            [
                html.Strong(observed_text.amount(figure, choice.lang)),
                f" {observed_text.counts(figure, catalogue.loc[figure.indicator], choice.lang)}",
                html.Span(observed_text.beside(figure, choice.lang), className="nature"),
            ]
        )
        for figure in shown
    ]
    return [html.H2(_("Figures of this territory")), html.Ul(lines, className="plain")]


def missing(responses: Responses, choice: Choice) -> list:
    """At most three things that complete lists show to be missing, and what is not facts, which is no gap."""
    _ = words(choice.lang)
    gaps, not_known = response_text.gaps(responses, choice.lang)
    lines = [html.Li(gap) for gap in gaps[:3]] or [html.Li(_("No gap is established by the lists that are loaded."))]
    if not_known:
        lines.append(html.Li(not_known, className="nature"))
    return [html.H2(_("What is missing")), html.Ul(lines, className="plain")]


def picture(facts: Facts, territory: Territory, choice: Choice) -> list:
    """The map of the territory, with the classes that are on it; nothing of a territory without an outline."""
    _ = words(choice.lang)
    mesh, drawn, classes = _classes(facts, territory, choice)
    if drawn.empty:
        return []
    counts = {verdict: sum(one == verdict for one in classes.values()) for verdict in Verdict}
    keys = [
        html.Li(
            [components.swatch(verdict), f"{text.verdict(verdict, choice.lang)} ({text.number(count, choice.lang)})"]
        )
        for verdict, count in counts.items()
        if count
    ]
    caption = _("Map: %(name)s, %(parts)s in their classes") % {
        "name": _name(facts, territory),
        "parts": text.levels(mesh, choice.lang).lower() if mesh != Level.EPCI else text.levels(mesh, choice.lang),
    }
    return [
        html.Img(src=PICTURE + choice.query, alt=caption, className="territoire-map"),
        html.P(_map_caption(facts, mesh, choice), className="nature"),
        html.Ul(keys, className="map-legend"),
    ]


def _map_caption(facts: Facts, mesh: Level, choice: Choice) -> str:
    """What the classes of the map are decided against."""
    _ = words(choice.lang)
    line = _("Threshold of %(t)s") % {"t": text.threshold(choice.threshold, choice.lang)}
    question = _("National share") if _is_national(facts, choice) else line
    return f"{text.levels(mesh, choice.lang)} · {question}"


def _is_national(facts: Facts, choice: Choice) -> bool:
    return choice.line is Line.NATIONAL and facts.compares_with_nation(choice)


def drawing(facts: Facts, territory: Territory, choice: Choice) -> str | None:
    """The map as SVG; None where there is no outline."""
    _mesh, outlines, classes = _classes(facts, territory, choice)
    residents = outlines.attrs["residents"]
    nobody = facts.store.services_in(territory.level, territory.code, categories=[])
    drawn = maps.classes_map(
        outlines.assign(name=outlines["name"].map(text.proper_name)),
        classes,
        residents,
        nobody,
        here=territory.code if territory.level == Level.COMMUNE else None,
        width=WIDTH,
        height=HEIGHT,
    )
    return None if drawn is None else maps.map_svg(drawn).replace(maps.FONT, f"{maps.FONT}, sans-serif")


def _drawn_in(territory: Territory) -> Perimeter:
    """What is drawn: the territory, or the EPCI of a commune."""
    if territory.level == Level.COMMUNE and territory.epci:
        return Perimeter(Level.EPCI, territory.epci)
    return Perimeter(territory.level, territory.code)


def _mesh(level: Level) -> Level:
    return {Level.FRANCE: Level.DEPARTEMENT, Level.REGION: Level.EPCI}.get(level, Level.COMMUNE)


def _classes(facts: Facts, territory: Territory, choice: Choice) -> tuple[Level, pd.DataFrame, dict[str, Verdict]]:
    """Mesh, outlines of the parts with an outline, and the class of each under the line that is asked about."""
    of, mesh = _drawn_in(territory), _mesh(territory.level)
    outlines = facts.store.outlines(mesh, of.level, of.code)
    if of.code == FRANCE:
        outlines = outlines[outlines["zone"] == facts.store.country().main]
    outlines = outlines[outlines["geom"].notna()]
    rows = facts.store.estimates(mesh, of, choice.question).set_index("code")
    is_national = _is_national(facts, choice)
    verdicts = verdict_of(rows["p_above_national"], choice.miss) if is_national else rows["verdict"]
    classes = dict(zip(rows.index, map(Verdict, verdicts), strict=True))
    outlines.attrs["residents"] = rows["residents"].astype(float).dropna().to_dict()
    return mesh, outlines, {code: classes[code] for code in outlines["code"] if code in classes}


def _name(facts: Facts, territory: Territory) -> str:
    of = _drawn_in(territory)
    return territory.name if of.code == territory.code else facts.names()[of.level, of.code]
