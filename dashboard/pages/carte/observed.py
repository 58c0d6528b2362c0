"""What the map shows of an observed figure in place of the estimate: its classes, its rows, its file."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
from dash import html

from dashboard import export, pictures, provenance, table, text
from dashboard.facts import MOST_SIDES, SIDES, Facts
from dashboard.i18n import column_of, words
from dashboard.palette import BAND
from dashboard.state import Choice
from dashboard.text import observed as observed_text
from dashboard.text.territory import unit, value, vintage
from geodata.bands import BANDS, Cut
from geodata.estimate import Kind

USUAL = ("departement", "verdict", "value", "vintage", "kind", "profile")
"""Columns shown until a reader chooses others."""

_OF_ESTIMATE = ("seuil", "definition", "scenario", "cout_d_un_manque", "nature")


_PEOPLE = ("person", "household")


def options(facts: Facts, lang: str) -> list[dict]:
    """The estimate, then every indicator of the catalogue."""
    first = [("", observed_text.the_estimate(lang)), (SIDES, observed_text.sides_title(lang))]
    return [{"value": one, "label": label} for one, label in first] + [
        {"value": row["id"], "label": observed_text.title(row, lang)} for row in facts.indicators().to_dict("records")
    ]


def title(facts: Facts, choice: Choice) -> str:
    """Name of the indicator."""
    return observed_text.title(_declared(facts, choice), choice.lang)


def definition(facts: Facts, choice: Choice) -> str:
    """What it is."""
    return _declared(facts, choice)[column_of("definition", choice.lang)]


def bands(facts: Facts, choice: Choice) -> dict[str, str]:
    """Words of each class, the highest first, then what is not known."""
    frame = facts.observed(choice)
    if choice.indicator == SIDES:
        labels = {f"band-{i + 1}": observed_text.side_band(i, MOST_SIDES, choice.lang) for i in range(MOST_SIDES + 1)}
        return dict(reversed(labels.items())) | {"band-0": observed_text.no_data(choice.lang)}
    limits, unit = frame.attrs["limits"], _declared(facts, choice)["unit"]
    if unit in _PEOPLE and len(limits):
        whole = observed_text.band(
            value(limits[0], unit, choice.lang), value(limits[-1], unit, choice.lang), choice.lang
        )
        return {"band-1": whole, "band-0": observed_text.no_data(choice.lang)}
    if (line := facts.own_line(choice)) is not None:
        words_of_line = observed_text.line_bands(value(line, unit, choice.lang), choice.lang)
        return {"band-5": words_of_line[1], "band-1": words_of_line[0], "band-0": observed_text.no_data(choice.lang)}
    written = [value(limit, unit, choice.lang) for limit in limits]
    ends = list(pairwise(written)) or [(one, one) for one in written]
    labels = {f"band-{i}": observed_text.band(low, high, choice.lang) for i, (low, high) in enumerate(ends, start=1)}
    return dict(reversed(labels.items())) | {"band-0": observed_text.no_data(choice.lang)}


def counts(facts: Facts, choice: Choice) -> dict[str, int]:
    """How many territories each class holds."""
    sizes = pd.Series(classes(facts, choice)).value_counts()
    return {name: int(sizes.get(name, 0)) for name in bands(facts, choice)}


def classes(facts: Facts, choice: Choice) -> list[str]:
    """The class that the map paints on each row. A number of people is a circle, never a shade: one fill for all."""
    return painted(facts, choice, facts.observed(choice)["band"].to_numpy())


def painted(facts: Facts, choice: Choice, band: np.ndarray) -> list[str]:
    """The same of other bands."""
    most = 1 if _declared(facts, choice)["unit"] in _PEOPLE else BANDS
    return [f"band-{min(int(one), most)}" for one in band]


def legend(facts: Facts, choice: Choice) -> list:
    """The classes with their counts, and how they are made; nothing for the estimate."""
    if not choice.indicator:
        return []
    counted = counts(facts, choice)
    lines = [
        html.Div(
            [
                html.Span(
                    [
                        html.Span(className=f"swatch swatch-{name}", **{"aria-hidden": "true"}),
                        html.Span(word, id=f"carte-word-{name}"),
                    ]
                ),
                html.Span(text.number(counted[name], choice.lang), id=f"carte-count-{name}", className="count"),
            ],
            className="legend-row band-row",
        )
        for name, word in bands(facts, choice).items()
    ]
    return [
        html.H2(title(facts, choice)),
        *lines,
        html.P(observed_text.how(choice.cut, choice.indicator == SIDES, choice.lang), className="saturation"),
        *([html.P(observed_text.circles(choice.lang), className="saturation")] if has_circles(facts, choice) else []),
    ]


def line_value(facts: Facts, choice: Choice) -> float | None:
    """The line of the indicator in percent: the reader's, else the country's; None where it is no share."""
    line = facts.own_line(replace(choice, cut=Cut.LINE)) if is_share(facts, choice) else None
    return None if line is None else round(100 * line, 1)


def moved_bands(facts: Facts, choice: Choice) -> dict[str, dict[str, str]] | None:
    """Words of the two sides of a line: as it stands, and where it moves; None where no line cuts the classes."""
    if choice.cut is not Cut.LINE or not is_share(facts, choice):
        return None
    labels, (under, over) = bands(facts, choice), observed_text.line_bands("%s", choice.lang)
    return {name: {"said": labels[name], "moved": moved} for name, moved in (("band-1", under), ("band-5", over))}


def is_share(facts: Facts, choice: Choice) -> bool:
    """Whether the map shows a share, which a line may cut."""
    return bool(choice.indicator) and _declared(facts, choice)["unit"] == "share"


def has_circles(facts: Facts, choice: Choice) -> bool:
    """Whether people are drawn as circles: those a share counts when asked for, a number of people always."""
    unit = _declared(facts, choice)["unit"]
    return unit in _PEOPLE or (choice.has_circles and unit == "share")


def picture_legend(facts: Facts, choice: Choice) -> list[dict]:
    """The same on a picture of the map."""
    return pictures.legend(counts(facts, choice), bands(facts, choice), choice.lang)


def rows(facts: Facts, choice: Choice) -> pd.DataFrame:
    """Rows of the table; `verdict` is the class that the map paints, `told` the figure in words."""
    frame = facts.observed(choice)
    unit = _declared(facts, choice)["unit"]
    lang = choice.lang
    if choice.indicator == SIDES:
        figures_in_words = [
            observed_text.sides(*pair, lang) for pair in zip(frame["value"], frame["denominator"], strict=True)
        ]
    else:
        figures_in_words = [value(None if pd.isna(one) else one, unit, lang) for one in frame["value"]]
    is_count = unit in _PEOPLE
    circles = frame["value" if is_count else "numerator"] if has_circles(facts, choice) else None
    return pd.DataFrame(
        {
            **({} if circles is None else {"count": circles.astype(float).round()}),
            "code": frame["code"],
            "name": frame["name"].map(text.short_name),
            "departement": facts.departements(frame, choice),
            "verdict": classes(facts, choice),
            "value": frame["value"],
            "told": figures_in_words,
            "vintage": _worded(frame["vintage"], lambda one: vintage(one, lang)),
            "kind": _worded(frame["kind"], lambda one: text.kind(Kind(one), lang)),
            "residents": frame["residents"].round(),
            "note": _notes(frame, lang),
        }
    )


def columns(facts: Facts, choice: Choice) -> list[dict]:
    """Columns of the table: an observed figure may be sorted."""
    _ = words(choice.lang)
    defined = [
        table.name_column(choice.lang),
        *table.departement_column(choice),
        {
            "field": "verdict",
            "headerName": _("Class"),
            "width": 250,
            "valueGetter": {"function": "verdictNow(params)"},
            "valueFormatter": {"function": f"verdictWord(params.value, {table.literal(bands(facts, choice))})"},
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
    return table.shown(defined, USUAL, choice)


def count_sentence(facts: Facts, choice: Choice) -> str:
    """How many territories the table holds, and of how many the figure is known."""
    frame = facts.observed(choice)
    return observed_text.count_sentence(choice.mesh, len(frame), int((frame["band"] > 0).sum()), choice.lang)


def kinds(facts: Facts, choice: Choice) -> str:
    """How the figures came to be, and their vintages; that none is known where it is so."""
    figures = facts.observed(choice).dropna(subset="value")
    if figures.empty:
        return observed_text.no_data(choice.lang)
    kind = [text.kind(Kind(one), choice.lang) for one in sorted(figures["kind"].unique())]
    periods = [vintage(one, choice.lang) for one in sorted(figures["vintage"].unique())]
    return " · ".join([*kind, ", ".join(periods)])


def source_line(facts: Facts, choice: Choice) -> html.Div:
    """Kind, indicator, sources of its figures and build."""
    return provenance.source_line(facts, choice, kinds(facts, choice), title(facts, choice), sources(facts, choice))


def file(facts: Facts, choice: Choice, address: str) -> pd.DataFrame:
    """The rows on screen, unrounded, each with its vintage, kind, source and what is covered."""
    frame = facts.observed(choice)
    lang = choice.lang
    labels = bands(facts, choice)
    return pd.DataFrame(
        {
            "niveau": text.level(choice.mesh, lang),
            "code": frame["code"],
            "nom": frame["name"],
            "departement": facts.departements(frame, choice),
            "indicateur": title(facts, choice),
            "unite": unit(_declared(facts, choice)["unit"], lang),
            "classe": [labels[name] for name in classes(facts, choice)],
            "valeur": frame["value"],
            "numerateur": frame["numerator"],
            "denominateur": frame["denominator"],
            "part_couverte": frame["coverage"],
            "erreur_type": frame["error"],
            "millesime": frame["vintage"],
            "nature": [text.kind(Kind(k), lang) if isinstance(k, str) else "" for k in frame["kind"]],
            "source_de_la_valeur": frame["source"],
            "habitants": frame["residents"],
            "remarque": _notes(frame, lang),
            **question_columns(facts, choice, address),
        }
    )


def colours(facts: Facts, choice: Choice) -> list[str]:
    """The colour of each of `bands`, in their order."""
    return [BAND[int(name.removeprefix("band-"))] for name in bands(facts, choice)]


def question_columns(facts: Facts, choice: Choice, address: str) -> dict[str, object]:
    """The build that answered and the day: the assumptions of the estimate play no part."""
    same = export.question_columns(facts, choice, address)
    return {name: one for name, one in same.items() if name not in _OF_ESTIMATE}


def percents(facts: Facts, choice: Choice) -> set[str]:
    """Columns of the file that hold shares where the indicator is one."""
    is_share = bool(choice.indicator) and _declared(facts, choice)["unit"] == "share"
    return {"valeur", "erreur_type"} if is_share else set()


def _declared(facts: Facts, choice: Choice) -> dict:
    if choice.indicator == SIDES:
        return observed_text.sides_declared()
    return facts.declared(choice.indicator)


def sources(facts: Facts, choice: Choice) -> list[str]:
    """Title and vintage of each source that a figure comes from."""
    named = {one for cell in facts.observed(choice)["source"].dropna().unique() for one in cell.split(";")}
    read = facts.store.sources()
    return [
        f"{row.title} ({row.producer}), {text.period(row.vintage, choice.lang)}"
        for row in read[read["id"].isin(named)].itertuples()
    ]


def _notes(frame: pd.DataFrame, lang: str) -> list[str | None]:
    alike = list(zip(frame["value"].isna(), frame["reason"].astype(object), frame["is_thin"], strict=True))
    # Thousands of territories share a handful of notes.
    notes = {
        one: observed_text.note(
            float("nan") if one[0] else 0.0, one[1] if isinstance(one[1], str) else None, one[2], lang
        )
        for one in set(alike)
    }
    return [notes[one] for one in alike]


def _worded(column: pd.Series, word: Callable[[str], str]) -> list[str | None]:
    """Each text of a column in words, the few that there are told once."""
    words_by_value = {one: word(one) for one in column.unique() if isinstance(one, str)}
    return [words_by_value.get(one) if isinstance(one, str) else None for one in column]
