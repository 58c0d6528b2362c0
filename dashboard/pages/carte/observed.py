"""What the map shows of an observed figure in place of the estimate: its classes, its rows, its file."""

from dataclasses import replace
from itertools import pairwise

import pandas as pd
from dash import html

from dashboard import components, export, pictures, table, text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.state import Choice
from dashboard.text import observed as said
from dashboard.text.territory import value, vintage
from geodata.estimate import Kind


def options(known: Facts, lang: str) -> list[dict]:
    """The estimate, then every indicator of the catalogue."""
    return [{"value": "", "label": said.the_estimate(lang)}] + [
        {"value": row.id, "label": row.title if lang == "fr" else row.title_en}
        for row in known.indicators().itertuples()
    ]


def title(known: Facts, choice: Choice) -> str:
    """Name of the indicator."""
    row = _declared(known, choice)
    return row["title"] if choice.lang == "fr" else row["title_en"]


def definition(known: Facts, choice: Choice) -> str:
    """What it is."""
    row = _declared(known, choice)
    return row["definition"] if choice.lang == "fr" else row["definition_en"]


def bands(known: Facts, choice: Choice) -> dict[str, str]:
    """Words of each class, the highest first, then what is not known."""
    frame = known.observed(choice)
    limits, unit = frame.attrs["limits"], _declared(known, choice)["unit"]
    written = [value(limit, unit, choice.lang) for limit in limits]
    ends = list(pairwise(written)) or [(one, one) for one in written]
    found = {f"band-{i}": said.band(low, high, choice.lang) for i, (low, high) in enumerate(ends, start=1)}
    return dict(reversed(found.items())) | {"band-0": said.not_known(choice.lang)}


def counts(known: Facts, choice: Choice) -> dict[str, int]:
    """How many territories each class holds."""
    found = known.observed(choice)["band"].value_counts()
    return {name: int(found.get(int(name.removeprefix("band-")), 0)) for name in bands(known, choice)}


def legend(known: Facts, choice: Choice) -> list:
    """The classes with their counts, and how they are made; nothing for the estimate."""
    if not choice.indicator:
        return []
    counted = counts(known, choice)
    lines = [
        html.Div(
            [
                html.Span([html.Span(className=f"swatch swatch-{name}", **{"aria-hidden": "true"}), word]),
                html.Span(text.number(counted[name], choice.lang), className="count"),
            ],
            className="legend-row band-row",
        )
        for name, word in bands(known, choice).items()
    ]
    return [
        html.H2(title(known, choice)),
        *lines,
        html.P(said.how(choice.lang), className="saturation"),
    ]


def picture_legend(known: Facts, choice: Choice) -> list[dict]:
    """The same on a picture of the map."""
    return pictures.legend(counts(known, choice), bands(known, choice), choice.lang)


def rows(known: Facts, choice: Choice) -> pd.DataFrame:
    """Rows of the table; `verdict` is the class that the map paints, `told` the figure in words."""
    frame = known.observed(choice)
    unit = _declared(known, choice)["unit"]
    lang = choice.lang
    told = [value(None if pd.isna(one) else one, unit, lang) for one in frame["value"]]
    return pd.DataFrame(
        {
            "code": frame["code"],
            "name": frame["name"].map(text.index_name),
            "verdict": [f"band-{band}" for band in frame["band"]],
            "value": frame["value"],
            "told": told,
            "vintage": [vintage(one, lang) if isinstance(one, str) else None for one in frame["vintage"]],
            "kind": [text.kind(Kind(one), lang) if isinstance(one, str) else None for one in frame["kind"]],
            "residents": frame["residents"].round(),
            "note": _notes(frame, lang),
        }
    )


def columns(known: Facts, choice: Choice) -> list[dict]:
    """Columns of the table: an observed figure may be sorted."""
    _ = words(choice.lang)
    return [
        table.name_column(choice.lang),
        {
            "field": "verdict",
            "headerName": _("Class"),
            "width": 250,
            "valueFormatter": {"function": f"verdictWord(params.value, {table.literal(bands(known, choice))})"},
            "cellClass": {"function": "['verdict', 'verdict-' + params.value]"},
        },
        table.number_column("value", _("Value"), "params.data.told", 150),
        {"field": "vintage", "headerName": _("Period"), "width": 130},
        {"field": "kind", "headerName": _("Kind"), "width": 220},
        table.number_column("residents", _("Residents"), "whole(params.value)", 120),
        {"field": "code", "headerName": _("Code"), "width": 104},
        table.profile_column(choice),
        {"field": "note", "headerName": _("Note"), "width": 420, "sortable": False},
    ]


def count_sentence(known: Facts, choice: Choice) -> str:
    """How many territories the table holds, and of how many the figure is known."""
    frame = known.observed(choice)
    return said.count_sentence(choice.mesh, len(frame), int((frame["band"] > 0).sum()), choice.lang)


def kinds(known: Facts, choice: Choice) -> str:
    """How the figures came to be, and their vintages; that none is known where it is so."""
    told = known.observed(choice).dropna(subset="value")
    if told.empty:
        return said.not_known(choice.lang)
    kind = [text.kind(Kind(one), choice.lang) for one in sorted(told["kind"].unique())]
    periods = [vintage(one, choice.lang) for one in sorted(told["vintage"].unique())]
    return " · ".join([*kind, ", ".join(periods)])


def source_line(known: Facts, choice: Choice) -> html.Div:
    """Kind, indicator, sources of its figures and build."""
    return components.source_line(
        kinds(known, choice),
        title(known, choice),
        _sources(known, choice),
        known.version,
        choice.lang,
        replace(choice, page="/methode").href,
    )


def file(known: Facts, choice: Choice, address: str) -> pd.DataFrame:
    """The rows on screen, unrounded, each with its vintage, kind, source and what is covered."""
    frame = known.observed(choice)
    lang = choice.lang
    classes = bands(known, choice)
    return pd.DataFrame(
        {
            "niveau": choice.mesh.value,
            "code": frame["code"],
            "nom": frame["name"],
            "indicateur": choice.indicator,
            "intitule": title(known, choice),
            "unite": _declared(known, choice)["unit"],
            "classe": [classes[f"band-{band}"] for band in frame["band"]],
            "valeur": frame["value"],
            "numerateur": frame["numerator"],
            "denominateur": frame["denominator"],
            "part_couverte": frame["coverage"],
            "erreur_type": frame["error"],
            "millesime": frame["vintage"],
            "nature_de_la_valeur": [text.kind(Kind(k), lang) if isinstance(k, str) else "" for k in frame["kind"]],
            "source_de_la_valeur": frame["source"],
            "habitants": frame["residents"],
            "remarque": _notes(frame, lang),
            **asked(known, choice, address),
        }
    )


def asked(known: Facts, choice: Choice, address: str) -> dict[str, object]:
    """The build that answered, the sources and the day: the assumptions of the estimate play no part."""
    same = export.asked(known, choice, address)
    same = {name: told for name, told in same.items() if name not in ("seuil", "definition", "scenario", "nature")}
    return same | {"sources": "; ".join(_sources(known, choice))}


def _declared(known: Facts, choice: Choice) -> dict:
    catalogue = known.indicators()
    return catalogue[catalogue["id"] == choice.indicator].iloc[0].to_dict()


def _sources(known: Facts, choice: Choice) -> list[str]:
    """Title and vintage of each source that a figure comes from."""
    named = {one for cell in known.observed(choice)["source"].dropna().unique() for one in cell.split(";")}
    read = known.store.sources()
    return [
        f"{row.title} ({row.producer}), {text.period(row.vintage, choice.lang)}"
        for row in read[read["id"].isin(named)].itertuples()
    ]


def _notes(frame: pd.DataFrame, lang: str) -> list[str | None]:
    return [
        said.note(row.value, row.reason if isinstance(row.reason, str) else None, bool(row.is_thin), lang)
        for row in frame.itertuples()
    ]
