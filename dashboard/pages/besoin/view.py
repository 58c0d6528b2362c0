"""Parts of the page that follow the choice: a choice in, rows, a component or a sentence out."""

from dataclasses import replace

import numpy as np
import pandas as pd
from dash import dcc, html

from dashboard import components, map_controls, maps, table, text
from dashboard.facts import ORDER, Facts, is_too_wide
from dashboard.i18n import words
from dashboard.pages.besoin.ids import PATH
from dashboard.state import Choice, SecondMap
from dashboard.text import need
from dashboard.text import response as response_text
from geodata.disclosure import MIN_PEOPLE
from geodata.methods.need import together
from geodata.minutes import FLIP_MINUTES
from geodata.response import Quadrant, Response, Together
from geodata.service import Family
from geodata.territory import Level

USUAL = ("departement", "quadrant", *(f"response_{family}" for family in Family), "people")
"""Columns shown until a reader chooses others: they fit a screen 1400 pixels wide."""

_SENT = ["code", "name", "quadrant", "verdict", "is_robust", "share", "low", "high", "people", "people_low"]
_SENT += ["people_high", "residents", "reason", "articulation"]


def rows(facts: Facts, choice: Choice) -> pd.DataFrame:
    """Rows of the table: what the maps paint and the grid writes. `answer` is the families chosen taken together."""
    frame = facts.need(choice)
    far = "travel_min" if choice.mesh == Level.COMMUNE else "reached"
    columns = {f"response_{family}": frame[f"response_{family}"] for family in Family}
    columns |= {f"far_{family}": frame[f"{far}_{family}"].astype(float) for family in Family}
    if choice.mesh == Level.COMMUNE:
        columns |= {f"here_{family}": frame[f"timed_{family}"].map({True: None, False: True}) for family in Family}
    sent = (
        frame[_SENT]
        .rename(columns={"is_robust": "robust"})
        .assign(**columns, answer=answer(frame, choice), departement=facts.departements(frame, choice))
    )
    return table.in_words(sent, choice.lang)


def answer(frame: pd.DataFrame, choice: Choice) -> np.ndarray:
    """Response of the families chosen, taken together."""
    return together(np.array([frame[f"response_{family}"].to_numpy(object) for family in choice.families]))


def counts(facts: Facts, choice: Choice) -> dict[Quadrant, int]:
    """How many territories fall in each quadrant: the same on screen, in the files and in the sentences."""
    quadrants = facts.need(choice)["quadrant"].value_counts()
    return {quadrant: int(quadrants.get(quadrant.value, 0)) for quadrant in Quadrant}


def count(counts: dict[Quadrant, int], quadrant: Quadrant, choice: Choice) -> str:
    """One count of the legend; a dash where no territory is shown."""
    return "–" if is_too_wide(choice) else text.number(counts[quadrant], choice.lang)


def filtered(facts: Facts, choice: Choice) -> pd.DataFrame:
    """Rows left by the filter on quadrants."""
    frame = facts.need(choice)
    return frame[frame["quadrant"].isin(choice.quadrants)] if choice.quadrants else frame


def columns(choice: Choice) -> list[dict]:
    """Column definitions of the grid."""
    _ = words(choice.lang)
    holds, moves_ = table.quoted(_("robust")), table.quoted(_("depends on assumptions"))
    quadrants = table.literal(need.quadrant_short_words(choice.lang))
    verdicts = table.literal(table.verdict_words(choice.lang))
    states = table.literal(
        {r.value: f"{response_text.SYMBOL[r]} {response_text.short_response(r, choice.lang)}" for r in Response}
    )
    is_commune = choice.mesh == Level.COMMUNE
    defined = [
        table.name_column(choice.lang),
        *table.departement_column(choice),
        {
            "field": "quadrant",
            "headerName": _("Need and responses"),
            "width": 214,
            "valueFormatter": {"function": f"verdictWord(params.value, {quadrants})"},
            "comparator": {"function": "byQuadrant"},
            "filter": "agTextColumnFilter",
            "filterParams": {"maxNumConditions": len(Quadrant)},
            "cellClass": {"function": "['verdict', 'verdict-' + params.value]"},
        },
        {
            "field": "robust",
            "cellDataType": False,
            "headerName": _("Robust"),
            "width": 172,
            "valueFormatter": {"function": f"robust(params.value, {holds}, {moves_})"},
            "headerTooltip": _("Robust: the same at %(minutes)s minutes, with other quarters and other access models")
            % {
                "minutes": text.enumerated([text.number(minutes, choice.lang) for minutes in FLIP_MINUTES], choice.lang)
            },
        },
        {
            "field": "verdict",
            "headerName": _("Need"),
            "width": 226,
            "valueFormatter": {"function": f"verdictWord(params.value, {verdicts})"},
            "comparator": {"function": "byVerdict"},
            "cellClass": {"function": "['verdict', 'verdict-' + params.value]"},
        },
    ]
    for family in Family:
        # The title is short, for a low row of titles; what it means in full is its tooltip.
        name, short = text.family(family, choice.lang), text.short_family(family, choice.lang)
        head = _("%(family)s: minutes") if is_commune else _("%(family)s: within reach")
        meaning = _("%(family)s: minutes to the nearest") if is_commune else _("%(family)s: residents within reach")
        defined.append(
            {
                "field": f"response_{family}",
                "headerName": short,
                "headerTooltip": name,
                "width": 112 if family is Family.PROFESSIONAL else 98,
                "valueFormatter": {"function": f"verdictWord(params.value, {states})"},
            }
        )
        written = table.minutes(f"here_{family}", choice.lang) if is_commune else "reached(params.value)"
        number = table.number_column(f"far_{family}", head % {"family": short}, written, 150)
        defined.append(number | {"headerTooltip": meaning % {"family": name}})
    few, to = table.quoted(_("fewer than %(count)s") % {"count": MIN_PEOPLE}), table.quoted(_("to"))
    written = f"people(params.data, {few}, {to}, {MIN_PEOPLE})"
    defined.append(table.number_column("people", _("People concerned (range)"), written, 190))
    defined.append(table.number_column("articulation", _("Families within reach, of 3"), "whole(params.value)", 150))
    defined.append({"field": "code", "headerName": _("Code"), "width": 104})
    defined.append(table.profile_column(choice))
    defined.append({"field": "reason", "headerName": _("Note"), "width": 300, "sortable": False})
    return table.shown(defined, USUAL, choice)


def filter_model(choice: Choice) -> dict:
    """AG Grid's filter that leaves the chosen quadrants."""
    return table.filter_on("quadrant", choice.quadrants)


def headline(facts: Facts, choice: Choice) -> list:
    """The question of the page, as its title."""
    _ = words(choice.lang)
    place = map_controls.inside(facts, choice)
    families = need.families_within(choice.families, choice.minutes, choice.lang)
    return [
        html.H1(_("Where is the need probable, and responses few?")),
        html.P(f"{place} · {text.levels(choice.mesh, choice.lang)} · {families}", className="place"),
    ]


def missing_lists(facts: Facts, choice: Choice) -> list:
    """Said when a chosen family is known nowhere here, with the way to look at the others, or not everywhere."""
    frame = facts.need(choice)
    blind = [f for f in choice.families if len(frame) and (frame[f"response_{f}"] == Response.UNKNOWN).all()]
    is_scarcity_unknown = (frame["quadrant"] == Quadrant.PRESENT) & (frame["is_scarcity_known"] == False)  # noqa: E712
    sentence = need.no_list_sentence(blind, choice.lang) or need.only_presence(
        int(is_scarcity_unknown.sum()), choice.mesh, choice.lang
    )
    if sentence is None:
        return []
    seen = tuple(family for family in choice.families if family not in blind)
    link = replace(choice, page=PATH, families=seen).href if blind and seen else None
    children = [html.Span(sentence)]
    children += [" ", dcc.Link(need.families_link(choice.lang), href=link)] if link else []
    return [html.P(children, className="need-unknown")]


def count_sentence(facts: Facts, choice: Choice) -> str:
    """How many territories the table holds."""
    if is_too_wide(choice):
        return text.which_region(choice.lang)
    return need.count_sentence(counts(facts, choice), choice.quadrants, choice.mesh, choice.lang)


def people_sentence(facts: Facts, choice: Choice) -> str:
    """Expected isolated people where responses are few."""
    frame = facts.need(choice)
    fragile = frame.loc[frame["quadrant"] == Quadrant.FEW, "code"]
    return need.people_sentence(facts.total(choice, choice.mesh, fragile), choice.mesh, choice.lang) or ""


def outlines(facts: Facts, choice: Choice, side: str) -> list:
    """Outlines of the mesh on one of the two maps."""
    if is_too_wide(choice):
        return []
    return [maps.need_outlines(*map_controls.drawn(facts, choice), side), *map_controls.around(facts, choice, side)]


def need_title(choice: Choice) -> str:
    """What the first map shows: the line that is asked about."""
    _ = words(choice.lang)
    return _("Need: more than %(line)s isolated?") % {"line": text.threshold(choice.threshold, choice.lang)}


def need_legend(facts: Facts, choice: Choice) -> list[html.Li]:
    """Classes of the need on the first map, with how many territories are in each."""
    verdicts = facts.need(choice)["verdict"].value_counts()
    keys = {v: components.swatch(v) for v in ORDER if verdicts.get(v.value)}
    return [_key(swatch, text.verdict(v, choice.lang), verdicts[v.value], choice) for v, swatch in keys.items()]


def answer_legend(facts: Facts, choice: Choice) -> list[html.Li]:
    """Classes of the second map, with how many territories are in each."""
    lang = choice.lang
    if choice.beside is SecondMap.CROSSED:
        crossed = counts(facts, choice)
        keys = [(f"swatch-{q}", need.QUADRANT_SYMBOL[q], need.quadrant(q, lang), crossed[q]) for q in Quadrant]
    else:
        answers = pd.Series(answer(facts.need(choice), choice)).value_counts()
        keys = [
            (f"swatch-answer-{one}", "", need.answers(one, lang), int(answers.get(one.value, 0))) for one in Together
        ]
    return [
        _key(html.Span(symbol, className=f"swatch {swatch}", **{"aria-hidden": "true"}), label, number, choice)
        for swatch, symbol, label, number in keys
        if number
    ]


def _key(swatch: html.Span, label: str, count_: int, choice: Choice) -> html.Li:
    return html.Li([swatch, f"{label} ({text.number(count_, choice.lang)})"])


def answer_title(choice: Choice) -> str:
    """What the second map shows."""
    _ = words(choice.lang)
    return _("Need crossed with responses") if choice.beside is SecondMap.CROSSED else _("Responses")


def file_href(choice: Choice, ending: str) -> str:
    """Address of the rows on screen, as CSV or, with their outlines, as GeoPackage."""
    return f"/export/besoin.{ending}" + replace(choice, page=PATH).query


def browser_words(choice: Choice) -> dict:
    """Words that the browser writes itself."""
    _ = words(choice.lang)
    lang = choice.lang
    return {
        "quadrants": need.quadrant_words(lang),
        "verdicts": table.verdict_words(lang),
        "answers": {r.value: need.answers(r, lang) for r in Together},
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "needMap": _("Map of the need: the table holds the same territories and classes"),
        "answerMap": _("Map of the responses: the table holds the same territories and classes"),
    }
