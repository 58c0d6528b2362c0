"""Parts of the page that follow the choice: a choice in, a component or a sentence out."""

from dataclasses import replace

from dash import html

from dashboard import components, export, facts, maps, pictures, table, text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.carte import ids, moves, observed
from dashboard.pages.carte.export import file_name
from dashboard.state import Choice, Line
from geodata.estimate import Kind, Verdict
from geodata.territory import FRANCE, Level


def outlines(known: Facts, choice: Choice) -> list:
    """Outlines of the mesh, and the names of the insets on national maps."""
    if facts.is_too_wide(choice):
        return []
    layer = maps.outlines(choice.mesh, choice.region, known.fingerprint(choice.mesh, choice.region))
    labels = maps.inset_labels(known.overseas()) if choice.region == FRANCE else []
    return [layer, *labels]


def services(known: Facts, choice: Choice) -> list:
    """Services of the chosen categories, clustered."""
    if not choice.categories:
        return []
    _ = words(choice.lang)
    said = {
        "cluster": _("%s services: click to see them apart"),
        "hours": _("open %s hours a week"),
        "unknown": _("opening hours not known"),
    }
    return [maps.services(known.version, choice.region, choice.categories, said)]


def headline(known: Facts, choice: Choice) -> list:
    """The question the map answers, as the title of the page."""
    _ = words(choice.lang)
    place = _("Whole country") if choice.region == FRANCE else known.names()[Level.REGION, choice.region]
    if choice.indicator:
        told = f"{observed.definition(known, choice)} · {place} · {text.levels(choice.mesh, choice.lang)}"
        return [html.H1(observed.title(known, choice)), html.P(told, className="place")]
    if choice.line == Line.NATIONAL:
        share = text.percent(known.national(choice).share, choice.lang)
        line = _("the national share (%(share)s)") % {"share": share}
    else:
        line = text.threshold(choice.threshold, choice.lang)
    asked = _("Where is %(subject)s above %(line)s?") % {
        "subject": text.subject(choice.definition, choice.lang),
        "line": line,
    }
    whom = _("residents aged %(age)s and over") % {"age": text.min_age(choice.definition)}
    return [html.H1(asked), html.P(f"{whom} · {place} · {text.levels(choice.mesh, choice.lang)}", className="place")]


def line_words(choice: Choice) -> str:
    """Head of the column of counts against the threshold."""
    return "> " + text.threshold(choice.threshold, choice.lang)


def saturation(known: Facts, choice: Choice) -> str:
    """Why the map fills up with one class, or not."""
    _ = words(choice.lang)
    if choice.line == Line.NATIONAL:
        return _("Differences between territories are small: “cannot be decided” is an honest and frequent answer.")
    return text.saturation_sentence(known.national(choice), choice.lang) or ""


def count_sentence(known: Facts, choice: Choice) -> str:
    """How many territories the table holds."""
    _ = words(choice.lang)
    if facts.is_too_wide(choice):
        return text.which_region(choice.lang)
    if choice.indicator:
        return observed.count_sentence(known, choice)
    found = known.counts(choice)[choice.line]
    total = sum(found.values())
    if not choice.verdicts:
        return _("%(count)s in alphabetical order. No ranking: the intervals overlap.") % {
            "count": text.count_of(choice.mesh, total, choice.lang)
        }
    shown = sum(found[verdict] for verdict in choice.verdicts)
    return _("%(shown)s shown out of %(total)s (filter on classes).") % {
        "shown": text.count_of(choice.mesh, shown, choice.lang),
        "total": text.number(total, choice.lang),
    }


def file_href(choice: Choice, ending: str) -> str:
    """Address of the rows on screen, as CSV or, with their outlines, as GeoPackage."""
    return f"/export/carte.{ending}" + replace(choice, page=moves.PATH).query


def flipped(known: Facts, choice: Choice) -> str:
    """How many territories change side with the assumptions."""
    if facts.is_too_wide(choice):
        return ""
    _ = words(choice.lang)
    robust = known.screen_rows(choice)["robust"]
    told = robust.notna().sum()
    if not told:
        return _("No other set of assumptions to compare with.")
    moved = int((robust == False).sum())  # noqa: E712 - three values: True, False and not known
    return _("%(moved)s of %(told)s change side with the assumptions (line of %(line)s).") % {
        "moved": text.number(moved, choice.lang),
        "told": text.count_of(choice.mesh, int(told), choice.lang),
        "line": text.threshold(choice.threshold, choice.lang),
    }


def source_line(known: Facts, choice: Choice) -> html.Div:
    """What stands under the figures of the page."""
    if choice.indicator:
        return observed.source_line(known, choice)
    return components.source_line(
        text.kind(Kind.MODELLED, choice.lang),
        " · ".join(text.asked(choice.definition, choice.scenario, choice.lang)),
        export.sources(known, choice),
        known.version,
        choice.lang,
        replace(choice, page="/methode").href,
    )


def stamp(known: Facts, choice: Choice) -> dict:
    """What is written on the picture of the map."""
    _ = words(choice.lang)
    title, place = headline(known, choice)
    said = text.asked(choice.definition, choice.scenario, choice.lang)
    if choice.indicator:
        legend, kind = observed.picture_legend(known, choice), observed.kinds(known, choice)
    else:
        found = known.counts(choice)[choice.line]
        legend = pictures.legend(found, table.verdict_words(choice.lang), choice.lang)
        kind = " · ".join([text.kind(Kind.MODELLED, choice.lang), *said])
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
            _("Sources: %(sources)s") % {"sources": " ; ".join(export.sources(known, choice))},
            _("database %(version)s") % {"version": known.version[:8]} + " · " + choice.href,
        ],
        "printed": _("Picture made on %s"),
        "file": file_name(known, choice, "png"),
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


def rows(known: Facts, choice: Choice):
    """Rows of the table, in words."""
    if choice.indicator:
        return observed.rows(known, choice)
    return table.in_words(known.screen_rows(choice), choice.lang)


def columns(known: Facts, choice: Choice) -> list[dict]:
    """Columns of the table."""
    return observed.columns(known, choice) if choice.indicator else table.columns(choice)


def filter_model(choice: Choice) -> dict:
    """The filter of the table on classes of the estimate; none on an observed figure."""
    return {} if choice.indicator else table.filter_model(choice)


def count(found: dict, line: Line, verdict: Verdict, choice: Choice) -> str:
    """One count of the legend; a dash where the comparison was not computed or no territory is shown."""
    is_counted = line in found and not facts.is_too_wide(choice)
    return text.number(found[line][verdict], choice.lang) if is_counted else "–"


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
