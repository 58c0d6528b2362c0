"""Parts of the page that follow the choice: the lists, and what they say."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
from dash import dcc, html

from dashboard import map_controls, provenance, text
from dashboard.facts import SIDES, Facts
from dashboard.i18n import words
from dashboard.pages.commencer import controls, ids
from dashboard.state import Choice
from dashboard.text import need, observed, priority
from dashboard.text.territory import value
from geodata.cumulation import COUNTED
from geodata.estimate import Total
from geodata.indicator import Direction
from geodata.priority import Priority, Tier
from geodata.response import Quadrant
from geodata.territory import FRANCE, Level

LISTED = 300
"""Rows of a list on screen; the files hold them all."""

_PROBABLE = (Quadrant.FEW, Quadrant.PRESENT, Quadrant.UNKNOWN)


def by_tier(facts: Facts, choice: Choice) -> dict[Tier, list[Priority]]:
    """The territories of each tier, by name or by the observed figure chosen: the same on screen and in the files.

    By a figure, the most exposed first (the largest where it has no direction); those of which it is not known last.
    """
    rows: Sequence[Priority] = facts.priorities(choice, controls.within(choice))
    if choice.indicator:
        values = figures(facts, choice)["value"].to_dict()
        sign = 1 if declared(facts, choice).get("direction") == Direction.LOWER else -1
        # Sorting keeps the order of names between equal figures.
        rows = sorted(rows, key=lambda one: sign * values[one.code] if one.code in values else float("inf"))
    return {tier: [place for place in rows if place.tier == tier] for tier in Tier}


def figures(facts: Facts, choice: Choice) -> pd.DataFrame:
    """The observed figure chosen, by code, where it is known: `value`, `told` in words, `vintage` and `kind`."""
    frame = (
        facts.observed(replace(choice, perimeter=controls.perimeter(choice))).dropna(subset="value").set_index("code")
    )
    if choice.indicator == SIDES:
        words_of_figures = [
            observed.sides(*pair, choice.lang) for pair in zip(frame["value"], frame["denominator"], strict=True)
        ]
    else:
        unit = declared(facts, choice)["unit"]
        words_of_figures = [value(one, unit, choice.lang) for one in frame["value"]]
    return frame[["value", "vintage", "kind"]].assign(told=words_of_figures)


def declared(facts: Facts, choice: Choice) -> dict:
    """The figure that orders the lists, as the catalogue has it."""
    if choice.indicator == SIDES:
        return observed.sides_declared()
    indicators = facts.indicators()
    return indicators[indicators["id"] == choice.indicator].iloc[0].to_dict()


def figure_title(facts: Facts, choice: Choice) -> str | None:
    """Name of the figure that orders the lists; None where they are by name."""
    return observed.title(declared(facts, choice), choice.lang) if choice.indicator else None


def figure_words(facts: Facts, choice: Choice) -> dict[str, str]:
    """The figure of each territory, with its name, period and kind."""
    title = figure_title(facts, choice)
    if title is None:
        return {}
    return {
        row.Index: observed.ordering(title, row.told, row.vintage, row.kind, choice.lang)
        for row in figures(facts, choice).itertuples()
    }


def why(place: Priority, choice: Choice, figures: dict[str, str]) -> str:
    """Why a territory is in its list, then the figure that orders the list."""
    return " ".join(filter(None, [priority.why(place, choice.threshold, choice.lang), figures.get(place.code)]))


def total(facts: Facts, choice: Choice, rows: list[Priority]) -> Total:
    """People expected in the territories of a list together: the same on screen and in the files."""
    return facts.total(choice, choice.mesh, [place.code for place in rows])


def families(choice: Choice) -> str:
    """Which services are asked about, and how far."""
    return need.families_within(choice.families, choice.minutes, choice.lang)


def is_too_wide(choice: Choice) -> bool:
    """Whether every commune of the country is asked for."""
    return choice.mesh == Level.COMMUNE and controls.within(choice).level == Level.FRANCE


def place(facts: Facts, choice: Choice) -> str:
    """Name of the perimeter."""
    _ = words(choice.lang)
    inside = controls.within(choice)
    return _("Whole country") if inside.code == FRANCE else facts.names()[inside.level, inside.code]


def tiers(facts: Facts, choice: Choice) -> list:
    """Everything under the settings: the perimeter, the files, a section a tier."""
    _ = words(choice.lang)
    if is_too_wide(choice):
        return [_head(facts, choice, []), map_controls.too_wide(replace(choice, region=FRANCE))]
    lists, figures_by_code = by_tier(facts, choice), figure_words(facts, choice)
    places = [one for rows in lists.values() for one in rows]
    files = [
        html.A(label, href=file_href(choice, ending), className="button", download=True)
        for ending, label in (("csv", _("Table (CSV)")), ("xlsx", _("Table (Excel)")), ("docx", _("Document (Word)")))
    ]
    notes = [priority.one_side(places, choice.threshold, choice.lang)]
    if places and all(one.exposed is None for one in places):
        with_data = facts.sides_with_data(choice.mesh, controls.within(choice))
        notes.append(
            priority.too_few_sides(with_data, [side for side in COUNTED if side not in with_data], choice.lang)
        )
    if {one.quadrant for one in places} & set(_PROBABLE) == {Quadrant.UNKNOWN}:
        notes.append(priority.too_few_lists(choice.lang))
    return [
        _head(facts, choice, files),
        *[html.P(note, className="start-note") for note in notes if note],
        *[_section(facts, tier, rows, choice, figures_by_code) for tier, rows in lists.items()],
        html.P(order(facts, choice), className="start-rule"),
        provenance.modelled_line(facts, choice, has_minutes=True),
    ]


def _head(facts: Facts, choice: Choice, files: list) -> html.Div:
    _ = words(choice.lang)
    all_of_it = html.Button(
        _("Look at the whole region"),
        id=ids.CLEAR,
        className="link-button",
        type="button",
        # Always there: a callback listens to it.
        hidden=controls.within(choice).level in (Level.FRANCE, Level.REGION),
    )
    return html.Div(
        [
            html.P(
                [f"{place(facts, choice)} · {text.levels(choice.mesh, choice.lang)} · {families(choice)} ", all_of_it],
                className="place",
            ),
            html.Div(files, className="actions"),
        ],
        className="start-head",
    )


def _section(facts: Facts, tier: Tier, rows: list[Priority], choice: Choice, figures: dict[str, str]) -> html.Section:
    lang = choice.lang
    title = priority.tier(tier, lang)
    counted = priority.count_sentence(total(facts, choice, rows), choice.mesh, lang)
    parts = [
        html.H2(title),
        html.P(priority.tier_rule(tier, choice.threshold, lang), className="start-rule"),
        html.P(html.Strong(counted), className="start-count"),
    ]
    if rows and tier != Tier.NONE:
        parts.append(_list(rows[:LISTED], choice, figures))
        if len(rows) > LISTED:
            parts.append(html.P(priority.listed_only(LISTED, len(rows), lang)))
    return html.Section(parts, className=f"panel start-tier start-{tier}", **{"aria-label": title})


def order(facts: Facts, choice: Choice) -> str:
    """What a factor is, and in which order each list is."""
    return " ".join([priority.add_up_rule(choice.lang), priority.order_rule(figure_title(facts, choice), choice.lang)])


def _list(rows: list[Priority], choice: Choice, figures: dict[str, str]) -> html.Ul:
    return html.Ul(
        [
            html.Li(
                [
                    dcc.Link(text.short_name(place.name), href=_profile(choice, place)),
                    html.Span(why(place, choice, figures)),
                ]
            )
            for place in rows
        ],
        className="plain start-list",
    )


def _profile(choice: Choice, place: Priority) -> str:
    return replace(choice, page="/territoire", mesh=place.level, selected=(place.level, place.code)).href


def file_href(choice: Choice, ending: str) -> str:
    """Address of the lists as a file."""
    return f"/export/commencer.{ending}" + replace(choice, page=controls.PATH).query
