"""Page "Méthode et données": what the figures are, where they come from, and everything that was refused."""

import json
import re
from dataclasses import replace

import dash_ag_grid as dag
import pandas as pd
from dash import Dash, html

from dashboard import components, export, facts, ids, table, text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages import agence
from dashboard.pages.page import Page
from dashboard.state import Choice
from dashboard.text import findings, response
from geodata import schema, survey
from geodata.agency import AGENCY_FILES
from geodata.disclosure import MIN_PEOPLE, MIN_RESIDENTS
from geodata.service import Completeness, Family
from geodata.store import normalise
from geodata.territory import FRANCE

PATH = "/methode"


def layout(known: Facts, choice: Choice) -> list:
    """The whole page: plain text, then tables generated from the database and its declaration."""
    _ = words(choice.lang)
    sections = [
        ("definition", _("What is measured"), measured(known, choice)),
        ("estimation", _("What the estimate is, and is not"), estimate(choice)),
        ("classes", _("Decision classes"), classes(choice)),
        ("hypotheses", _("Definitions and assumptions"), hypotheses(known, choice)),
        ("enquete", _("Published rates that are used"), [*survey_rates(choice), *agence.local_rates(known, choice)]),
        ("sources", _("Sources"), sources(known, choice)),
        ("fichiers", _("Files that were read"), snapshots(known, choice)),
        ("rejets", _("Rows refused or repaired"), rejects(known, choice)),
        ("reponses", _("What counts as a response"), responses(known, choice)),
        ("completude", _("What is known of the services"), completeness(known, choice)),
        ("agence", _("Your agency's own files"), [*agency_files(choice), *agence.columns(known, choice)]),
        ("dictionnaire", _("Data dictionary"), dictionary(choice)),
        ("construction", _("How this database was built"), build(known, choice)),
        ("citer", _("How to cite"), cite(known, choice)),
        ("telecharger", _("Downloads"), downloads(known, choice)),
    ]
    return [
        html.Div(
            [
                html.Nav(
                    html.Ul([html.Li(html.A(title, href=f"#{anchor}")) for anchor, title, _content in sections]),
                    className="contents",
                    **{"aria-label": _("On this page")},
                ),
                html.Div(
                    [
                        html.H1(_("Method and data")),
                        *(
                            html.Section(
                                [html.H2(title, id=f"{anchor}-titre"), *content],
                                id=anchor,
                                **{"aria-labelledby": f"{anchor}-titre"},
                            )
                            for anchor, title, content in sections
                        ),
                    ],
                    className="prose",
                ),
            ],
            className="methode",
        )
    ]


# -- sections --------------------------------------------------------------------------------------------------------


def measured(known: Facts, choice: Choice) -> list:
    """Definition of isolation, the line, the national share."""
    _ = words(choice.lang)
    national = known.national(choice)
    paragraphs = [
        html.P(
            [
                html.Strong(text.definition(choice.definition, choice.lang) + ". "),
                text.definition_meaning(choice.definition, choice.lang),
            ]
        ),
        html.P(
            _(
                "The 10% line comes from the declaration of the mutualist group on the opinion of the Economic, Social "
                "and Environmental Council on social isolation (2017): when more than 10% of the population is "
                "isolated, solidarity has failed."
            )
        ),
    ]
    if national.share is not None:
        paragraphs.append(
            html.P(
                _("For the whole country the database holds %(share)s, %(interval)s (90%% interval).")
                % {
                    "share": text.percent(national.share, choice.lang),
                    "interval": text.interval(national.low, national.high, choice.lang),
                }
            )
        )
        paragraphs.append(html.P(text.saturation_sentence(national, choice.lang)))
    return paragraphs


def estimate(choice: Choice) -> list:
    """What may be read in an estimate and what may not."""
    _ = words(choice.lang)
    return [
        html.P(
            _(
                "No survey is large enough to observe isolation commune by commune. The figures shown here "
                "are modelled: "
                "rates by age, activity, income and type of place, measured by a national survey, are applied to the "
                "population of each territory, then adjusted so that the whole adds up to the national share."
            )
        ),
        html.P(html.Strong(_("An estimated risk from the make-up of the population, not a count of isolated people."))),
        html.H3(_("What it allows")),
        html.Ul(
            [
                html.Li(_("to say with what probability a territory is above a line;")),
                html.Li(_("to give an order of magnitude of the people concerned, with its range;")),
                html.Li(_("to choose where to look more closely, with those who know the place.")),
            ]
        ),
        html.H3(_("What it does not allow, and what this tool refuses")),
        html.Ul(
            [
                html.Li(
                    _("ranking territories by their estimated share: the intervals overlap, the order would be chance;")
                ),
                html.Li(_("mixing two meshes in one table: their intervals do not have the same width;")),
                html.Li(_("reading a change between two years: a modelled estimate moves with its inputs;")),
                html.Li(_("evaluating an action: the estimate does not know what is done locally.")),
            ]
        ),
        html.H3(_("What makes the interval")),
        html.P(
            _(
                "Three errors are kept apart: one common to all territories (the national figure itself), one from the "
                "model (the rates by category), one particular to each territory. The first one does not "
                "count when two "
                "territories are compared, or a territory and the country: this is why both questions have an answer."
            )
        ),
        html.H3(_("Statistical secrecy")),
        html.P(
            _(
                "Nothing is published for fewer than %(residents)s residents aged 15 and over. A number of "
                "people under "
                "%(people)s is never printed. Numbers of people are rounded."
            )
            % {"residents": MIN_RESIDENTS, "people": MIN_PEOPLE}
        ),
    ]


def classes(choice: Choice) -> list:
    """The decision rule."""
    _ = words(choice.lang)
    rows = [
        [components.badge(verdict, choice.lang), text.verdict_rule(verdict, choice.lang)] for verdict in facts.ORDER
    ]
    return [
        html.P(
            _(
                "A territory is not coloured by its share but by what can be said of it. “Cannot be decided” is an "
                "honest and frequent answer: differences between territories are small."
            )
        ),
        components.table(_("Decision classes"), [_("Class"), _("Meaning")], rows),
    ]


def hypotheses(known: Facts, choice: Choice) -> list:
    """Every definition and scenario that this database holds."""
    _ = words(choice.lang)
    held = known.scenarios()
    rows = []
    for definition in survey.DEFINITIONS:
        names = [text.scenario(s.id, choice.lang) for s in held if s.definition == definition.id]
        if names:
            rows.append(
                [
                    [
                        html.Strong(text.definition(definition.id, choice.lang)),
                        html.Br(),
                        text.definition_meaning(definition.id, choice.lang),
                    ],
                    text.percent(definition.share, choice.lang),
                    definition.source,
                    html.Ul([html.Li(name) for name in names], className="plain"),
                ]
            )
    head = [_("Definition"), _("National share"), _("Survey"), _("Assumptions to compare")]
    return [
        html.P(
            _(
                "Definitions are never mixed in one table. Each set of assumptions changes one thing from the "
                "reference: a territory that keeps its class in all of them has a robust one."
            )
        ),
        components.table(_("What can be chosen on the map"), head, rows),
        html.P(
            _(
                "Services shared with neighbours are shared among all residents aged 15 and over. Sharing them among "
                "the expected isolated people only is one of the other models of access computed at each build: it "
                "widens the range that is shown and the test of robustness, and cannot be chosen on screen."
            )
        ),
    ]


def survey_rates(choice: Choice) -> list:
    """The survey table of the first definition: ratio to the national rate, what is behind it, what is a judgement."""
    _ = words(choice.lang)
    rows = [
        [
            text.factor(rate.factor, choice.lang),
            text.category(rate.category, choice.lang),
            _("solved") if rate.ratio is None else text.number(rate.ratio, choice.lang, 2),
            ", ".join(
                f"{text.percent(p.rate, choice.lang, 0)} / {text.percent(p.national, choice.lang, 0)}"
                for p in rate.published
            ),
            text.figure_kind(rate.kind, choice.lang),
            text.number(rate.log_sd, choice.lang, 2),
        ]
        for rate in survey.FIVE_NETWORKS.rates
    ]
    head = [
        _("Factor"),
        _("Category"),
        _("Ratio to the national rate"),
        _("Published rate / national rate"),
        _("Kind"),
        _("Uncertainty (log)"),
    ]
    return [
        html.P(
            _(
                "Ratios come from the published editions of the survey “Les solitudes en France” (Fondation de France, "
                "Crédoc). They overlap (unemployed, poor and aged 40 to 59): they are calibrated together on the "
                "national population, never multiplied. “Solved” means that nothing is published and that the national "
                "share decides. The uncertainty of each ratio is our judgement."
            )
        ),
        components.table(_("Ratios to the national rate, by category"), head, rows),
    ]


def sources(known: Facts, choice: Choice) -> list:
    """Producer, licence, vintage, rows accepted and refused, page of each source."""
    _ = words(choice.lang)
    head = [_("Source"), _("Producer"), _("Vintage"), _("Licence"), _("Rows accepted"), _("Rows refused"), _("Page")]
    rows = [
        [
            html.Span([html.Strong(row.title), html.Br(), row.description], lang="fr"),
            html.Span(row.producer, lang="fr"),
            ", ".join(text.day(one, choice.lang) for one in row.vintage.split(", ")),
            row.licence,
            text.number(row.accepted, choice.lang),
            text.number(row.rejected, choice.lang),
            html.A(_host(row.page), href=row.page, rel="noreferrer"),
        ]
        for row in known.store.sources().itertuples()
    ]
    return [components.table(_("Sources read by the build"), head, rows)]


def snapshots(known: Facts, choice: Choice) -> list:
    """Checksums of the exact files."""
    _ = words(choice.lang)
    titles = known.source_titles()
    rows = [
        [titles.get(row.source, row.source), row.file, text.number(row.size, choice.lang), html.Code(row.sha256)]
        for row in known.store.snapshots().itertuples()
    ]
    return [
        html.P(_("The checksum identifies the exact bytes: anyone who holds the same file can check it is the same.")),
        _folded(_("Files that were read"), [_("Source"), _("File"), _("Bytes"), "SHA-256"], rows, choice),
    ]


def rejects(known: Facts, choice: Choice) -> list:
    """Nothing is dropped in silence: counts by source and reason, and every row."""
    _ = words(choice.lang)
    every = known.store.rejects()
    every = every.assign(reason=[findings.translated(reason, choice.lang) for reason in every["reason"]])
    if every.empty:
        return [html.P(_("No row was refused or repaired."))]
    titles = known.source_titles()
    rows = [
        [titles.get(row.source, row.source), row.reason, text.number(row.count, choice.lang)]
        for row in counted(every).itertuples()
    ]
    files = [
        html.Li(
            html.A(
                f"{titles.get(source, source)} (CSV)",
                href=f"/export/rejets.csv?source={source}&lang={choice.lang}",
                download=True,
            )
        )
        for source in sorted(every["source"].unique())
    ]
    return [
        html.P(
            _(
                "%(count)s rows were refused or repaired. None is dropped in silence: each one is listed "
                "below with its reason."
            )
            % {"count": text.number(len(every), choice.lang)}
        ),
        _folded(
            _("Rows refused or repaired, by source and reason"), [_("Source"), _("Reason"), _("Rows")], rows, choice
        ),
        html.Ul(files),
        html.H3(_("Every row")),
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
                rowData=every.assign(source=every["source"].replace(titles))[
                    ["source", "row", "key", "reason"]
                ].to_dict("records"),
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


_VALUES = re.compile(r"«[^»]*»|\((?!s\))[^)]*\)|\b\d[\w.,:]*|^.*(?= ?: (?:published point|le point publié))")
"""What a reason says of one row only: quotations, names between brackets, numbers, names of places."""


def counted(every: pd.DataFrame) -> pd.DataFrame:
    """Rejects by source and reason, the names and numbers of each reason set aside. Columns: source, reason, count."""
    general = every["reason"].map(lambda reason: _VALUES.sub("…", reason))
    found = every.assign(reason=general).groupby(["source", "reason"], sort=False).size().reset_index(name="count")
    return found.sort_values(["source", "count"], ascending=[True, False])


def responses(known: Facts, choice: Choice) -> list:
    """Which categories of each family count as its response to isolation, and which are only shown."""
    _ = words(choice.lang)
    title = "title" if choice.lang == "fr" else "title_en"
    held = known.categories()

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


def completeness(known: Facts, choice: Choice) -> list:
    """No data is never no service."""
    _ = words(choice.lang)
    state_words = {
        Completeness.COMPLETE: _("complete"),
        Completeness.PARTIAL: _("partial"),
        Completeness.ABSENT: _("no data"),
        Completeness.STALE: _("out of date"),
    }
    found = known.store.completeness()
    found = found.assign(
        category=found["category"].replace(known.titles(choice.lang)),
        source=found["source"].replace(known.source_titles()),
    )
    groups = found.groupby(["category", "source", "state", "rule"]).size().reset_index(name="count")
    counted_states = groups.sort_values(["category", "source"], key=lambda words: words.map(normalise), kind="stable")
    rows = [
        [
            row.category,
            row.source,
            state_words.get(row.state, row.state),
            text.number(row.count, choice.lang),
            findings.translated(row.rule, choice.lang),
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
        _folded(
            _("Completeness of each category of services"),
            [_("Category"), _("Source"), _("State"), _("Départements"), _("Rule")],
            rows,
            choice,
        ),
    ]


def agency_files(choice: Choice) -> list:
    """Templates of what an agency may add: teams, services, corrections ..."""
    _ = words(choice.lang)
    rows = [
        [
            title,
            html.Span(file.note, lang="fr"),
            [
                html.Div(
                    html.A(
                        [ending.upper(), html.Span(f" – {title}", className="visually-hidden")],
                        href=f"/export/modele/{kind}.{ending}",
                        download=True,
                        className="file",
                    )
                )
                for ending in ("xlsx", "csv")
            ],
        ]
        for kind, file in AGENCY_FILES.items()
        for title in [file.title if choice.lang == "fr" else file.title_en]
    ]
    return [
        html.P(
            _(
                "An agency may add what it knows: each file is checked line by line and its report says what was "
                "refused and why. Fill in a template, then hand it to whoever runs the tool."
            )
        ),
        components.table(_("Templates"), [_("File"), _("What becomes of it"), _("Template")], rows),
        html.P([_("Command: "), html.Code("python -m etl import teams equipes.csv --data var/data")]),
    ]


def dictionary(choice: Choice) -> list:
    """Every column of the database, from its declaration."""
    _ = words(choice.lang)
    blocks = [
        html.P(
            [
                _("Generated from the declaration of the tables; names are those of the columns. "),
                _download(f"/export/dictionnaire.csv{Choice(lang=choice.lang).query}", choice),
            ]
        )
    ]
    for declared in schema.metadata.sorted_tables:
        rows = [
            [
                html.Code(column.name),
                type(column.type).__name__,
                column.info.get("unit") or "",
                _meaning(column.comment, choice.lang),
            ]
            for column in declared.columns
        ]
        blocks.append(
            html.Details(
                [
                    html.Summary([html.Code(declared.name), " ", _meaning(declared.comment, choice.lang)]),
                    components.table(declared.name, [_("Column"), _("Type"), _("Unit"), _("Meaning")], rows),
                ]
            )
        )
    return blocks


def build(known: Facts, choice: Choice) -> list:
    """Parameters of the build."""
    _ = words(choice.lang)
    rows = [[html.Code(key), html.Span(_value(value), lang="en")] for key, value in known.store.build().items()]
    return [
        html.P(
            _("The same files, the same code and the same seed give the same database: the content hash is the proof.")
        ),
        _folded(_("Parameters of the build"), [_("Parameter"), _("Value")], rows, choice),
    ]


def cite(known: Facts, choice: Choice) -> list:
    """A reference ready to be copied."""
    _ = words(choice.lang)
    parameters = known.store.build()
    reference = _(
        "Reliance, estimates of social isolation (%(definition)s), geography of %(cog)s, database "
        "%(version)s. Sources: %(sources)s."
    ) % {
        "definition": text.definition(choice.definition, choice.lang),
        "cog": text.day(parameters.get("cog_vintage", "?"), choice.lang),
        "version": known.version[:16],
        "sources": "; ".join(export.sources(known, choice.definition)),
    }
    return [html.Blockquote(reference, className="citation")]


def downloads(known: Facts, choice: Choice) -> list:
    """The table of each mesh, for the whole country."""
    _ = words(choice.lang)
    national = Choice(
        region=FRANCE,
        threshold=choice.threshold,
        definition=choice.definition,
        scenario=choice.scenario,
        lang=choice.lang,
    )
    rows = [
        [
            text.levels(level, choice.lang),
            *(
                html.A(
                    f"{kind} – {text.levels(level, choice.lang)}",
                    href=f"/export/carte.{ending}{replace(national, mesh=level).query}",
                    download=True,
                )
                for kind, ending in (("CSV", "csv"), ("GeoPackage", "gpkg"))
            ),
        ]
        for level in known.meshes(FRANCE)
    ]
    return [
        html.P(
            _(
                "UTF-8, semicolons, decimal commas: opens in a French spreadsheet. Open codes as text to keep "
                "their leading zeros."
            )
        ),
        html.P(
            _(
                "The GeoPackage holds the same rows with their outlines (WGS 84) and a table of what was asked: it "
                "opens in QGIS. Communes of the whole country take half a minute."
            )
        ),
        components.table(
            _("The whole country, with the settings of the address"),
            [_("Mesh"), _("Rows"), _("Rows and outlines")],
            rows,
        ),
    ]


# -- inside ----------------------------------------------------------------------------------------------------------


def _folded(caption: str, head: list[str], rows: list[list], choice: Choice) -> html.Details:
    """A long table behind its title, so that what follows it is not screens away."""
    _ = words(choice.lang)
    count = _.plural("%(count)s row", "%(count)s rows", len(rows)) % {"count": text.number(len(rows), choice.lang)}
    return html.Details([html.Summary(f"{caption} ({count})"), components.table(caption, head, rows)])


def _meaning(comment: str, lang: str) -> html.Span:
    """What a table or a column holds; what has no French yet is marked as English."""
    _ = words(lang)
    said = _(comment)
    return html.Span(said, lang="en" if said == comment else lang)


def _download(href: str, choice: Choice) -> html.A:
    _ = words(choice.lang)
    return html.A(_("Download (CSV)"), href=href, download=True)


def _value(value: str):
    """A long JSON value on several lines."""
    if value.startswith("{"):
        return html.Ul([html.Li(f"{key} : {part}") for key, part in json.loads(value).items()], className="plain")
    return html.Code(value)


def _host(address: str) -> str:
    return address.split("//")[-1].split("/")[0]


def register(app: Dash, known: Facts) -> None:
    """Nothing on this page changes after it is drawn."""


def title(lang: str) -> str:
    """Title in the navigation."""
    _ = words(lang)
    return _("Method and data")


PAGE = Page("methode", PATH, title, layout, register)
