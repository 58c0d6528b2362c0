"""Parts of the page that follow the choice: a choice in, rows, a component or a sentence out."""

from dataclasses import replace

import numpy as np
import pandas as pd
from dash import dcc, html

from dashboard import components, export, facts, maps, table, text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.besoin import moves
from dashboard.state import Beside, Choice
from dashboard.text import need, travel
from dashboard.text import response as said
from geodata.estimate import Kind
from geodata.methods.need import together
from geodata.response import Quadrant, Response, Together
from geodata.service import Family
from geodata.territory import FRANCE, Level

_SENT = ["code", "name", "quadrant", "verdict", "is_robust", "share", "low", "high", "people", "people_low"]
_SENT += ["people_high", "residents", "reason", "articulation"]


def rows(known: Facts, choice: Choice) -> pd.DataFrame:
    """Rows of the table: what the maps paint and the grid writes. `answer` is the families chosen taken together."""
    frame = known.gap(choice)
    far = "travel_min" if choice.mesh == Level.COMMUNE else "reached"
    columns = {f"response_{family}": frame[f"response_{family}"] for family in Family}
    columns |= {f"far_{family}": frame[f"{far}_{family}"].astype(float) for family in Family}
    sent = frame[_SENT].rename(columns={"is_robust": "robust"}).assign(**columns, answer=answer(frame, choice))
    return table.in_words(sent, choice.lang)


def answer(frame: pd.DataFrame, choice: Choice) -> np.ndarray:
    """Response of the families chosen, taken together."""
    return together(np.array([frame[f"response_{family}"].to_numpy(object) for family in choice.families]))


def counts(known: Facts, choice: Choice) -> dict[Quadrant, int]:
    """How many territories fall in each quadrant: the same on screen, in the files and in the sentences."""
    found = known.gap(choice)["quadrant"].value_counts()
    return {quadrant: int(found.get(quadrant.value, 0)) for quadrant in Quadrant}


def count(found: dict[Quadrant, int], quadrant: Quadrant, choice: Choice) -> str:
    """One count of the legend; a dash where no territory is shown."""
    return "–" if facts.is_too_wide(choice) else text.number(found[quadrant], choice.lang)


def filtered(known: Facts, choice: Choice) -> pd.DataFrame:
    """Rows left by the filter on quadrants."""
    frame = known.gap(choice)
    return frame[frame["quadrant"].isin(choice.quadrants)] if choice.quadrants else frame


def columns(choice: Choice) -> list[dict]:
    """Column definitions of the grid."""
    _ = words(choice.lang)
    holds, moves_ = table.quoted(_("robust")), table.quoted(_("depends on assumptions"))
    quadrants = table.literal(need.quadrant_words(choice.lang))
    verdicts = table.literal(table.verdict_words(choice.lang))
    states = table.literal({r.value: f"{said.SYMBOL[r]} {said.response(r, choice.lang)}" for r in Response})
    is_commune = choice.mesh == Level.COMMUNE
    defined = [
        table.name_column(choice.lang),
        {
            "field": "quadrant",
            "headerName": _("Need and responses"),
            "width": 300,
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
            "headerTooltip": _(
                "Robust: the same at 15, 20 and 30 minutes, with other quarters and other access models"
            ),
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
        name = text.family(family, choice.lang)
        # The title is short, for a low row of titles; what it means in full is its tooltip.
        head = _("%(family)s: minutes") if is_commune else _("%(family)s: within reach")
        meaning = _("%(family)s: minutes to the nearest") if is_commune else _("%(family)s: residents within reach")
        defined.append(
            {
                "field": f"response_{family}",
                "headerName": name,
                "width": 190,
                "valueFormatter": {"function": f"verdictWord(params.value, {states})"},
            }
        )
        written = "minutes(params.value)" if is_commune else "reached(params.value)"
        number = table.number_column(f"far_{family}", head % {"family": name}, written, 150)
        defined.append(number | {"headerTooltip": meaning % {"family": name}})
    defined.append(table.number_column("articulation", _("Families within reach, of 3"), "whole(params.value)", 150))
    defined.append({"field": "code", "headerName": _("Code"), "width": 104})
    defined.append(table.profile_column(choice))
    defined.append({"field": "reason", "headerName": _("Note"), "width": 300, "sortable": False})
    return defined


def filter_model(choice: Choice) -> dict:
    """AG Grid's filter that leaves the chosen quadrants."""
    return table.filter_on("quadrant", choice.quadrants)


def headline(known: Facts, choice: Choice) -> list:
    """The question of the page, as its title."""
    _ = words(choice.lang)
    place = _("Whole country") if choice.region == FRANCE else known.names()[Level.REGION, choice.region]
    asked = need.asked(choice.families, choice.minutes, choice.lang)
    return [
        html.H1(_("Where is the need probable, and responses few?")),
        html.P(f"{place} · {text.levels(choice.mesh, choice.lang)} · {asked}", className="place"),
    ]


def unknown(known: Facts, choice: Choice) -> list:
    """Said when a chosen family is known nowhere here, with the way to look at the others, or not everywhere."""
    frame = known.gap(choice)
    blind = [f for f in choice.families if len(frame) and (frame[f"response_{f}"] == Response.UNKNOWN).all()]
    scarcity_untold = (frame["quadrant"] == Quadrant.PRESENT) & (frame["is_scarcity_known"] == False)  # noqa: E712
    sentence = need.unknown_sentence(blind, choice.lang) or need.only_presence(
        int(scarcity_untold.sum()), choice.mesh, choice.lang
    )
    if sentence is None:
        return []
    seen = tuple(family for family in choice.families if family not in blind)
    link = replace(choice, page=moves.PATH, families=seen).href if blind and seen else None
    said_ = [html.Span(sentence)]
    said_ += [" ", dcc.Link(need.known_only(choice.lang), href=link)] if link else []
    return [html.P(said_, className="need-unknown")]


def count_sentence(known: Facts, choice: Choice) -> str:
    """How many territories the table holds."""
    if facts.is_too_wide(choice):
        return text.which_region(choice.lang)
    return need.count_sentence(counts(known, choice), choice.quadrants, choice.mesh, choice.lang)


def people_sentence(known: Facts, choice: Choice) -> str:
    """Expected isolated people where responses are few."""
    frame = known.gap(choice)
    fragile = frame[frame["quadrant"] == Quadrant.FEW]
    return need.people_sentence(len(fragile), fragile["people"].astype(float).sum(), choice.lang) or ""


def outlines(known: Facts, choice: Choice, side: str) -> list:
    """Outlines of the mesh on one of the two maps."""
    if facts.is_too_wide(choice):
        return []
    layer = maps.need_outlines(choice.mesh, choice.region, known.fingerprint(choice.mesh, choice.region), side)
    return [layer, *(maps.inset_labels(known.overseas()) if choice.region == FRANCE else [])]


def answer_title(choice: Choice) -> str:
    """What the second map shows."""
    _ = words(choice.lang)
    return _("Need crossed with responses") if choice.beside is Beside.CROSSED else _("Responses")


def file_href(choice: Choice, ending: str) -> str:
    """Address of the rows on screen, as CSV or, with their outlines, as GeoPackage."""
    return f"/export/besoin.{ending}" + replace(choice, page=moves.PATH).query


def source_line(known: Facts, choice: Choice) -> html.Div:
    """What stands under the figures of the page."""
    _ = words(choice.lang)
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
