"""Parts of the page that follow the choice: the lists, and what they say."""

from dataclasses import replace

from dash import dcc, html

from dashboard import components, export, mapped, text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.commencer import ids, moves
from dashboard.state import Choice
from dashboard.text import need, priority, travel
from geodata.estimate import Kind
from geodata.priority import Priority, Tier
from geodata.response import Quadrant
from geodata.territory import FRANCE, Level

LISTED = 300
"""Rows of a list on screen; the files hold them all."""

_PROBABLE = (Quadrant.FEW, Quadrant.PRESENT, Quadrant.UNKNOWN)


def by_tier(known: Facts, choice: Choice) -> dict[Tier, list[Priority]]:
    """The territories of each tier, by name: the same on screen and in the files."""
    rows = known.priorities(choice, moves.within(choice))
    return {tier: [found for found in rows if found.tier == tier] for tier in Tier}


def is_too_wide(choice: Choice) -> bool:
    """Whether every commune of the country is asked for."""
    return choice.mesh == Level.COMMUNE and moves.within(choice).level == Level.FRANCE


def place(known: Facts, choice: Choice) -> str:
    """Name of the perimeter."""
    _ = words(choice.lang)
    inside = moves.within(choice)
    return _("Whole country") if inside.code == FRANCE else known.names()[inside.level, inside.code]


def tiers(known: Facts, choice: Choice) -> list:
    """Everything under the settings: the perimeter, the files, a section a tier."""
    _ = words(choice.lang)
    if is_too_wide(choice):
        return [_head(known, choice, []), mapped.too_wide(replace(choice, region=FRANCE))]
    found = by_tier(known, choice)
    every = [one for rows in found.values() for one in rows]
    files = [
        html.A(said, href=file_href(choice, ending), className="button", download=True)
        for ending, said in (("csv", _("Table (CSV)")), ("xlsx", _("Table (Excel)")))
    ]
    notes = [priority.one_side(every, choice.threshold, choice.lang)]
    if {one.quadrant for one in every} & set(_PROBABLE) == {Quadrant.UNKNOWN}:
        notes.append(priority.unknown_responses(choice.lang))
    return [
        _head(known, choice, files),
        *[html.P(note, className="start-note") for note in notes if note],
        *[_section(tier, rows, choice) for tier, rows in found.items()],
        html.P(priority.add_up_rule(choice.lang), className="start-rule"),
        source_line(known, choice),
    ]


def _head(known: Facts, choice: Choice, files: list) -> html.Div:
    _ = words(choice.lang)
    asked = need.asked(choice.families, choice.minutes, choice.lang)
    all_of_it = html.Button(
        _("Look at the whole region"),
        id=ids.CLEAR,
        className="link-button",
        type="button",
        # Always there: a callback listens to it.
        hidden=moves.within(choice).level in (Level.FRANCE, Level.REGION),
    )
    return html.Div(
        [
            html.P(
                [f"{place(known, choice)} · {text.levels(choice.mesh, choice.lang)} · {asked} ", all_of_it],
                className="place",
            ),
            html.Div(files, className="actions"),
        ],
        className="start-head",
    )


def _section(tier: Tier, rows: list[Priority], choice: Choice) -> html.Section:
    lang = choice.lang
    title = priority.tier(tier, lang)
    parts = [
        html.H2(title),
        html.P(priority.tier_rule(tier, choice.threshold, lang), className="start-rule"),
        html.P(html.Strong(priority.count_sentence(rows, choice.mesh, lang)), className="start-count"),
    ]
    if rows and tier != Tier.NONE:
        parts.append(_list(rows[:LISTED], choice))
        if len(rows) > LISTED:
            parts.append(html.P(priority.listed_only(LISTED, len(rows), lang)))
    return html.Section(parts, className=f"panel start-tier start-{tier}", **{"aria-label": title})


def _list(rows: list[Priority], choice: Choice) -> html.Ul:
    return html.Ul(
        [
            html.Li(
                [
                    dcc.Link(text.index_name(found.name), href=_profile(choice, found)),
                    html.Span(priority.why(found, choice.threshold, choice.lang)),
                ]
            )
            for found in rows
        ],
        className="plain start-list",
    )


def _profile(choice: Choice, found: Priority) -> str:
    return replace(choice, page="/territoire", mesh=found.level, selected=(found.level, found.code)).href


def file_href(choice: Choice, ending: str) -> str:
    """Address of the lists as a file."""
    return f"/export/commencer.{ending}" + replace(choice, page=moves.PATH).query


def source_line(known: Facts, choice: Choice):
    """What stands under the figures of the page."""
    asked = " · ".join(text.asked(choice.definition, choice.scenario, choice.lang))
    minutes = travel.short(" + ".join(known.store.travel_methods()), choice.lang)
    return components.source_line(
        text.kind(Kind.MODELLED, choice.lang),
        f"{asked} · {minutes}",
        export.sources(known, choice),
        known.version,
        choice.lang,
        replace(choice, page="/methode").href,
    )
