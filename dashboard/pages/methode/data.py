"""What was read: sources, files, refused rows, completeness, the dictionary."""

import dash_ag_grid as dag
import pandas as pd
from dash import dcc, html

from dashboard import components, table, text
from dashboard.facts import Facts
from dashboard.i18n import title_column, words
from dashboard.pages.methode import ids
from dashboard.pages.methode.shared import download_link, folded
from dashboard.state import Choice
from dashboard.text import response, sentences, travel
from geodata import schema
from geodata.names import normalise
from geodata.service import Completeness, Family


def sources(facts: Facts, choice: Choice) -> list:
    """Producer, licence, vintage, rows accepted and refused, page of each source."""
    _ = words(choice.lang)
    head = [_("Source"), _("Producer"), _("Vintage"), _("Licence"), _("Rows accepted"), _("Rows refused"), _("Page")]
    rows = [
        [
            html.Span([html.Strong(row.title), html.Br(), row.description], lang="fr"),
            html.Span(row.producer, lang="fr"),
            text.period(row.vintage, choice.lang),
            text.licence(row.licence, choice.lang),
            text.number(row.accepted, choice.lang),
            text.number(row.rejected, choice.lang),
            html.A(_host(row.page), href=row.page, rel="noreferrer"),
        ]
        for row in facts.store.sources().itertuples()
    ]
    return [components.table(_("Sources read by the build"), head, rows)]


def snapshots(facts: Facts, choice: Choice) -> list:
    """Checksums of the exact files."""
    _ = words(choice.lang)
    titles = facts.source_titles()
    rows = [
        [titles.get(row.source, row.source), row.file, text.number(row.size, choice.lang), html.Code(row.sha256)]
        for row in facts.store.snapshots().itertuples()
    ]
    return [
        html.P(_("The checksum identifies the exact bytes: anyone who holds the same file can check it is the same.")),
        folded(_("Files that were read"), [_("Source"), _("File"), _("Bytes"), "SHA-256"], rows, choice),
    ]


def rejects(facts: Facts, choice: Choice) -> list:
    """Nothing is dropped in silence: counts by source and reason, and every row."""
    _ = words(choice.lang)
    rejected = facts.store.rejects()
    if rejected.empty:
        return [html.P(_("No row was refused or repaired."))]
    titles = facts.source_titles()
    rows = [
        [
            titles.get(row.source, row.source),
            sentences.worded_in_general(row.reason, choice.lang),
            text.number(row.count, choice.lang),
        ]
        for row in counted(rejected).itertuples()
    ]
    files = [
        html.Li(
            html.A(
                f"{titles.get(source, source)} (CSV)",
                href=f"/export/rejets.csv?source={source}&lang={choice.lang}",
                download=True,
            )
        )
        for source in sorted(rejected["source"].unique())
    ]
    return [
        html.P(
            _(
                "%(count)s rows were refused or repaired. None is dropped in silence: each one is listed "
                "below with its reason."
            )
            % {"count": text.number(len(rejected), choice.lang)}
        ),
        folded(
            _("Rows refused or repaired, by source and reason"), [_("Source"), _("Reason"), _("Rows")], rows, choice
        ),
        html.Ul(files),
        html.H3(_("Every row")),
        dcc.Store(id=ids.LOOKED),
        html.Div(
            dag.AgGrid(
                id=ids.REJECTS,
                columnDefs=[
                    {"field": "source", "headerName": _("Source"), "width": 200, "tooltipField": "source"},
                    {"field": "row", "headerName": _("Row"), "width": 110},
                    {"field": "key", "headerName": _("Identifier"), "width": 130},
                    {
                        "field": "reason",
                        "headerName": _("Reason"),
                        "width": 470,
                        "tooltipField": "reason",
                    },
                ],
                defaultColDef=table.COLUMN,
                dashGridOptions={
                    **table.options(choice.lang),
                    "pagination": True,
                    "paginationPageSize": 20,
                    "paginationPageSizeSelector": False,
                },
                className="ag-theme-quartz",
                style={"height": "420px"},
            ),
        ),
    ]


def refused_rows(facts: Facts, choice: Choice) -> list[dict]:
    """Every refused row with its reason in words: source, row, key, reason."""
    rejected = facts.store.rejects()
    why = [sentences.worded(*of, choice.lang) for of in zip(rejected["reason"], rejected["details"], strict=True)]
    shown = rejected.assign(source=rejected["source"].replace(facts.source_titles()), reason=why)
    return shown[["source", "row", "key", "reason"]].to_dict("records")


def counted(rejected: pd.DataFrame) -> pd.DataFrame:
    """Rejects by source and reason, whatever the values of each. Columns: source, reason (a code), count."""
    counts = rejected.groupby(["source", "reason"], sort=False).size().reset_index(name="count")
    return counts.sort_values(["source", "count"], ascending=[True, False])


def responses(facts: Facts, choice: Choice) -> list:
    """Which categories of each family count as its response to isolation, and which are only shown."""
    _ = words(choice.lang)
    title = title_column(choice.lang)
    held = facts.categories()

    def listed(family: Family, counts: bool) -> str:
        return " ; ".join(held.loc[(held["family"] == family) & (held["counts"] == counts), title])

    rows = [[text.family(one, choice.lang), listed(one, True), listed(one, False)] for one in Family]
    return [
        html.P(response.counting(choice.lang)),
        html.P(
            _(
                "Minutes and shared supply of a family, and so the crossing with the need, are those of the categories "
                "that count. This is a judgement, written in one table of the code and open to discussion."
            )
        ),
        components.table(
            _("Categories of each family"), [_("Family"), _("Count as a response"), _("Shown without counting")], rows
        ),
    ]


def journeys(facts: Facts, choice: Choice) -> list:
    """The models of travel of this database, with their errors."""
    return [html.P(travel.details(" + ".join(facts.store.travel_methods()), choice.lang))]


def completeness(facts: Facts, choice: Choice) -> list:
    """No data is never no service."""
    _ = words(choice.lang)
    state_words = {
        Completeness.COMPLETE: _("complete"),
        Completeness.PARTIAL: _("partial"),
        Completeness.ABSENT: _("no data"),
        Completeness.STALE: _("out of date"),
    }
    states = facts.store.completeness_rules()
    states = states.assign(
        category=states["category"].replace(facts.titles(choice.lang)),
        source=states["source"].replace(facts.source_titles()),
    )
    groups = states.groupby(["category", "source", "state", "rule", "details"]).size().reset_index(name="count")
    counted_states = groups.sort_values(["category", "source"], key=lambda words: words.map(normalise), kind="stable")
    rows = [
        [
            row.category,
            row.source,
            state_words.get(row.state, row.state),
            text.number(row.count, choice.lang),
            sentences.worded(row.rule, row.details, choice.lang),
        ]
        for row in counted_states.itertuples()
    ]
    return [
        html.P(
            _(
                "The absence of data is never read as the absence of a service. State of each category, by "
                "number of départements:"
            )
        ),
        folded(
            _("Completeness of each category of services"),
            [_("Category"), _("Source"), _("State"), _("Départements"), _("Rule")],
            rows,
            choice,
        ),
    ]


def dictionary(choice: Choice) -> list:
    """Every column of the database, from its declaration."""
    _ = words(choice.lang)
    blocks = [
        html.P(
            [
                _("Generated from the declaration of the tables; names are those of the columns. "),
                download_link(f"/export/dictionnaire.csv{Choice(lang=choice.lang).query}", choice),
            ]
        )
    ]
    for declared in schema.metadata.sorted_tables:
        rows = [
            [
                html.Code(column.name),
                type(column.type).__name__,
                column.info.get("unit") or "",
                _meaning(column.comment or "", choice.lang),
            ]
            for column in declared.columns
        ]
        blocks.append(
            html.Details(
                [
                    html.Summary([html.Code(declared.name), " ", _meaning(declared.comment or "", choice.lang)]),
                    components.table(declared.name, [_("Column"), _("Type"), _("Unit"), _("Meaning")], rows),
                ]
            )
        )
    return blocks


def _meaning(comment: str, lang: str) -> html.Span:
    """What a table or a column holds; what has no French yet is marked as English."""
    _ = words(lang)
    sentence = _(comment)
    return html.Span(sentence, lang="en" if sentence == comment else lang)


def _host(address: str) -> str:
    return address.split("//")[-1].split("/")[0]
