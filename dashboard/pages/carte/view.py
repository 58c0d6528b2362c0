"""Parts of the page that follow the choice: a choice in, a component or a sentence out."""

from dataclasses import replace

import numpy as np
import pandas as pd
from dash import html

from dashboard import export, map_controls, maps, pictures, provenance, table, text
from dashboard.facts import Facts, is_too_wide
from dashboard.i18n import words
from dashboard.pages.carte import ids, observed
from dashboard.pages.carte.export import file_name
from dashboard.state import Choice, Line
from geodata.estimate import Kind, Verdict


def outlines(facts: Facts, choice: Choice) -> list:
    """Outlines of the mesh, and the names of the insets on national maps."""
    if is_too_wide(choice):
        return []
    return [maps.outlines(*map_controls.drawn(facts, choice)), *map_controls.around(facts, choice, "carte")]


def services(facts: Facts, choice: Choice) -> list:
    """Services of the chosen categories, clustered."""
    if not choice.categories:
        return []
    _ = words(choice.lang)
    labels = {
        "cluster": _("%s services: click to see them apart"),
        "hours": _("open %s hours a week"),
        "unknown": _("opening hours not known"),
    }
    return [maps.services(facts.version, choice.region, choice.categories, labels, facts.beyond(choice))]


def headline(facts: Facts, choice: Choice) -> list:
    """The question the map answers, as the title of the page."""
    _ = words(choice.lang)
    place = map_controls.inside(facts, choice)
    if choice.indicator:
        subtitle = f"{observed.definition(facts, choice)} · {place} · {text.levels(choice.mesh, choice.lang)}"
        return [html.H1(observed.title(facts, choice), id=ids.TITLE), html.P(subtitle, className="place")]
    question = _question(choice, comparison_line(facts, choice))
    whom = _("residents aged %(age)s and over") % {"age": text.min_age(choice.definition)}
    return [
        html.H1(question, id=ids.TITLE),
        html.P(f"{whom} · {place} · {text.levels(choice.mesh, choice.lang)}", className="place"),
    ]


def _question(choice: Choice, line: str) -> str:
    _ = words(choice.lang)
    subject = text.subject(choice.definition, choice.lang)
    return _("Where is %(subject)s above %(line)s?") % {"subject": subject, "line": line}


def moved(facts: Facts, choice: Choice) -> dict:
    """What the browser says while the line moves (`line.js`): the line, and sentences with %s where it or a count is
    written. In tenths of a percent; None where no line can be moved."""
    bands = observed.moved_bands(facts, choice) if choice.indicator else None
    own = observed.line_value(facts, choice) if bands else None
    percent = own if choice.indicator else 100 * choice.threshold
    total = 0 if choice.indicator else sum(facts.counts(choice)[choice.line].values())
    return {
        "line": None if percent is None or is_too_wide(choice) else round(10 * percent),
        "head": "> %s",
        "asked": _question(choice, "%s"),
        "national": _question(choice, comparison_line(facts, choice)) if choice.line == Line.NATIONAL else None,
        "shown": {form: _shown(choice, some, "%s", total) for form, some in (("one", 1), ("other", 2))},
        "bands": bands,
    }


def comparison_line(facts: Facts, choice: Choice) -> str:
    """What the shares are compared with, with its figure."""
    if choice.line == Line.THRESHOLD:
        return text.threshold(choice.threshold, choice.lang)
    return text.national_line(facts.national(choice).share, choice.lang)


def line_words(choice: Choice) -> str:
    """Head of the column of counts against the threshold."""
    return "> " + text.threshold(choice.threshold, choice.lang)


def count_sentence(facts: Facts, choice: Choice) -> str:
    """How many territories the table holds."""
    _ = words(choice.lang)
    if is_too_wide(choice):
        return text.which_region(choice.lang)
    if choice.indicator:
        return observed.count_sentence(facts, choice)
    counts = facts.counts(choice)[choice.line]
    total = sum(counts.values())
    if not choice.verdicts:
        return _("%(count)s in alphabetical order. No ranking: the intervals overlap.") % {
            "count": text.count_of(choice.mesh, total, choice.lang)
        }
    shown = sum(counts[verdict] for verdict in choice.verdicts)
    return _shown(choice, shown, text.number(shown, choice.lang), total)


def _shown(choice: Choice, shown: int, written: str, total: int) -> str:
    """How many rows a filter leaves; `written` is their number, or what stands for it."""
    _ = words(choice.lang)
    return _("%(shown)s shown out of %(total)s (filter on classes).") % {
        "shown": text.count_of(choice.mesh, shown, choice.lang, written),
        "total": text.number(total, choice.lang),
    }


def file_href(choice: Choice, ending: str) -> str:
    """Address of the rows on screen, as CSV or, with their outlines, as GeoPackage."""
    return f"/export/carte.{ending}" + replace(choice, page=ids.PATH).query


def sources_href(choice: Choice) -> str:
    """Address of the sources of the files."""
    return (
        "/export/sources.csv" + Choice(definition=choice.definition, scenario=choice.scenario, lang=choice.lang).query
    )


def flipped(facts: Facts, choice: Choice) -> str:
    """How many territories change side with the assumptions."""
    if is_too_wide(choice):
        return ""
    _ = words(choice.lang)
    rows = facts.screen_rows(choice)
    if rows["robust"].isna().all():
        return _("No other set of assumptions to compare with.")
    published = (rows["verdict"] != Verdict.NOT_PUBLISHED).sum()
    moved = int((rows["robust"] == False).sum())  # noqa: E712 - three values: True, False and not known
    return _("%(moved)s of %(told)s change side with the assumptions (compared with %(line)s).") % {
        "moved": text.number(moved, choice.lang),
        "told": text.count_of(choice.mesh, int(published), choice.lang),
        "line": comparison_line(facts, choice),
    }


def source_line(facts: Facts, choice: Choice) -> html.Div:
    """What stands under the figures of the page."""
    if choice.indicator:
        return observed.source_line(facts, choice)
    return provenance.modelled_line(facts, choice)


def stamp(facts: Facts, choice: Choice) -> dict:
    """What is written on the picture of the map."""
    _ = words(choice.lang)
    title, place = headline(facts, choice)
    assumptions = text.assumptions(choice.question, choice.lang)
    if choice.indicator:
        legend, kind = observed.picture_legend(facts, choice), observed.kinds(facts, choice)
    else:
        counts = facts.counts(choice)[choice.line]
        legend = pictures.legend(counts, table.verdict_words(choice.lang), choice.lang)
        kind = " · ".join([text.kind(Kind.MODELLED, choice.lang), *assumptions])
    return {
        "title": title.children,
        "place": place.children,
        "maps": [
            {
                "id": ids.MAP,
                "title": "",
                "legend": legend,
            }
        ],
        "notes": [
            kind,
            *(
                []
                if choice.indicator
                else [_("An estimated risk from the make-up of the population, not a count of isolated people.")]
            ),
            _("Sources: %(sources)s") % {"sources": " ; ".join(export.sources(facts, choice))},
            _("database %(version)s") % {"version": facts.version[:8]} + " · " + choice.href,
        ],
        "printed": _("Picture made on %s"),
        "file": file_name(facts, choice, "png"),
    }


def browser_words(lang: str) -> dict:
    """Words that the browser writes itself."""
    _ = words(lang)
    return {
        "verdicts": table.verdict_words(lang),
        "robust": _("robust"),
        "changes": _("changes side"),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "map": _("Map: the table holds the same territories and classes"),
    }


def rows(facts: Facts, choice: Choice) -> pd.DataFrame:
    """Rows of the table, in words."""
    if choice.indicator:
        return observed.rows(facts, choice)
    frame = facts.screen_rows(choice)
    return table.in_words(frame, choice.lang).assign(turns=frame["code"].map(facts.turns(choice)))


_PAINTED = ("code", "verdict", "turns", "value", "low", "high", "robust", "reason", "told", "count")


def answer(facts: Facts, choice: Choice) -> dict:
    """What the map paints and says of each territory under the pointer: a third of what the table shows."""
    frame = rows(facts, choice)
    frame = frame[[name for name in _PAINTED if name in frame]]
    # An interval is written in tenths of a percent: more decimals would be half of what is sent.
    ends = {name: np.floor(frame[name].astype(float) * 1000 + 0.5) / 1000 for name in ("low", "high") if name in frame}
    return {"rows": table.records(frame.assign(**ends))}


def columns(facts: Facts, choice: Choice) -> list[dict]:
    """Columns of the table."""
    return observed.columns(facts, choice) if choice.indicator else table.columns(choice)


def filter_model(choice: Choice) -> dict:
    """The filter of the table on classes of the estimate; none on an observed figure."""
    return {} if choice.indicator else table.filter_model(choice)


def count(counts: dict, line: Line, verdict: Verdict, choice: Choice) -> str:
    """One count of the legend; a dash where the comparison was not computed or no territory is shown."""
    is_counted = line in counts and not is_too_wide(choice)
    return text.number(counts[line][verdict], choice.lang) if is_counted else "–"


def count_id(line: Line, verdict: Verdict) -> str:
    """Identifier of one count of the legend."""
    return f"carte-count-{line}-{verdict}"


def legend_class(choice: Choice) -> str:
    """The column of counts that the map shows is in bold."""
    return f"area-legend panel counts-{choice.line}"


def placeholder(choice: Choice) -> str:
    """What the list of services says when it is empty."""
    _ = words(choice.lang)
    return "" if choice.categories else _("None shown")
