"""What the database is, how to cite it, what to take away."""

import json
from dataclasses import asdict, replace

from dash import html
from dash.development.base_component import Component

from dashboard import components, export, text
from dashboard.facts import Facts
from dashboard.i18n import title_of, words
from dashboard.pages.methode.shared import folded
from dashboard.state import Choice
from geodata.agency import AGENCY_FILES
from geodata.territory import FRANCE


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
        for title in [title_of(file, choice.lang)]
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


def build(facts: Facts, choice: Choice) -> list:
    """Parameters of the build."""
    _ = words(choice.lang)
    rows = [[html.Code(key), html.Span(_value(value), lang="en")] for key, value in facts.store.build().items()]
    return [
        html.P(
            _("The same files, the same code and the same seed give the same database: the content hash is the proof.")
        ),
        folded(_("Parameters of the build"), [_("Parameter"), _("Value")], rows, choice),
    ]


def cite(facts: Facts, choice: Choice) -> list:
    """A reference ready to be copied."""
    _ = words(choice.lang)
    parameters = facts.store.build()
    reference = _(
        "Reliance, estimates of social isolation (%(definition)s), geography of %(cog)s, database "
        "%(version)s. Sources: %(sources)s."
    ) % {
        "definition": text.definition(choice.definition, choice.lang),
        "cog": text.day(parameters.get("cog_vintage", "?"), choice.lang),
        "version": facts.version[:16],
        "sources": "; ".join(export.sources(facts, choice)),
    }
    return [html.Blockquote(reference, className="citation")]


def downloads(facts: Facts, choice: Choice) -> list:
    """The table of each mesh, for the whole country."""
    _ = words(choice.lang)
    national = Choice(region=FRANCE, lang=choice.lang, **asdict(choice.question))
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
        for level in facts.meshes(FRANCE)
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


def _value(value: str) -> Component:
    """A long JSON value on several lines."""
    if value.startswith("{"):
        return html.Ul([html.Li(f"{key} : {part}") for key, part in json.loads(value).items()], className="plain")
    return html.Code(value)
