"""Files of the page: each figure as SVG and as rows, each table as rows, stamped with what they are."""

import pandas as pd
from flask import Flask, Response, request

from dashboard import export, figures
from dashboard.facts import Facts
from dashboard.figures import Figure
from dashboard.pages.territoire import answers, drawn, sections
from dashboard.pages.territoire.layout import PATH
from dashboard.spreadsheet import csv_bytes, slug
from dashboard.state import Choice, read
from geodata.errors import BadInput
from geodata.estimate import Kind
from geodata.profile import Profile

_FIGURES = ("comparaison", "pourquoi-ici", "facteurs-de-risque")
_TABLES = ("jumeaux", "hypotheses", "services", "parcours")


def register(server: Flask, known: Facts) -> None:
    """Add the route of the downloads."""

    @server.get("/export/territoire/<name>.<ending>")
    def territory_file(name: str, ending: str) -> Response:
        choice, _ = known.checked(read(PATH, request.query_string.decode())[0])
        if choice.selected is None:
            raise BadInput("the address names no territory: s=commune:31555 is expected.")
        profile = known.profile(choice, *choice.selected)
        file = _file_name(known, profile, name, ending)
        if ending == "svg" and name in _FIGURES:
            body = figures.svg(figure(known, profile, choice, name))
            return export.attachment(body.encode(), "image/svg+xml", file)
        if ending == "csv" and name in _FIGURES + _TABLES:
            rows = stamped(known, choice, profile, _rows(known, profile, choice, name))
            return export.attachment(csv_bytes(rows), "text/csv", file)
        raise BadInput(f"there is no file {name}.{ending} of a territory.")


def figure(known: Facts, profile: Profile, choice: Choice, name: str) -> Figure:
    """One figure by its name."""
    if name == "facteurs-de-risque":
        return drawn.risks(profile, choice.lang, sections.notes(known, choice, Kind.OBSERVED))
    draw = {"comparaison": drawn.comparison, "pourquoi-ici": drawn.reasons}[name]
    return draw(profile, choice.lang, sections.notes(known, choice))


def _rows(known: Facts, profile: Profile, choice: Choice, name: str) -> pd.DataFrame:
    if name in _FIGURES:
        return figure(known, profile, choice, name).rows
    if name in ("services", "parcours"):
        found = known.responses(choice, *choice.selected)
        if name == "services":
            return answers.service_rows(found, known.titles(choice.lang), choice.lang)
        return answers.pathway_rows(found, known.titles(choice.lang), choice.lang)
    return drawn.twins(profile) if name == "jumeaux" else drawn.assumptions(profile, choice.lang)


def stamped(known: Facts, choice: Choice, profile: Profile, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the territory they are about and the question that was asked."""
    about = {"territoire_decrit": profile.territory.name, "niveau": profile.territory.level.value}
    about |= {"code_decrit": profile.territory.code}
    return rows.assign(**about, **export.asked(known, choice, export.address(choice)))


def _file_name(known: Facts, profile: Profile, name: str, ending: str) -> str:
    words = ["reliance", profile.territory.name, profile.territory.code, name]
    return "_".join(slug(word) for word in words) + f"_{known.version[:8]}.{ending}"
