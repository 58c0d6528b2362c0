"""Files of the page: each figure as SVG and as rows, each table as rows, stamped with what they are."""

import pandas as pd
from flask import Flask, Response, request

from dashboard import export, figures, text
from dashboard.api import of_build
from dashboard.facts import Facts
from dashboard.figures import Figure
from dashboard.pages.territoire import answers, first_screen, inside, profile_figures, sections, squares
from dashboard.pages.territoire.layout import PATH
from dashboard.spreadsheet import csv_bytes, slug
from dashboard.state import Choice, read
from geodata.errors import BadInput, UnknownTerritory
from geodata.estimate import Kind
from geodata.observed import OF_DISTRICT
from geodata.profile import Profile
from geodata.territory import Level

_FIGURES = ("comparaison", "pourquoi-ici", "facteurs-de-risque")
_INSIDE = ("arrondissement", "arrondissements", squares.FILE, "iris", "services-arrondissement")
_TABLES = ("chiffres", "jumeaux", "hypotheses", "services", "parcours")


_SOURCES = {"source", "source_de_la_valeur"}


def register(server: Flask, facts: Facts) -> None:
    """Add the routes of the downloads, and of what the browser colours."""

    @server.get("/carreaux/<version>/<level>/<code>.bin")
    def territory_squares(version: str, level: str, code: str) -> Response:
        if level not in squares.DRAWN or not facts.exists(Level(level), code):
            raise UnknownTerritory(f"there is no territory of level « {level} » with the code « {code} ».")
        body = squares.body(facts, Level(level), code)
        if body is None:
            raise BadInput(f"no square of population is known in « {code} ».")
        return of_build(facts, body, "application/octet-stream", version)

    @server.get("/export/territoire/<name>.<ending>")
    def territory_file(name: str, ending: str) -> Response:
        choice, _ = facts.checked(read(PATH, request.query_string.decode())[0])
        if choice.selected is None:
            raise BadInput("the address names no territory: s=commune:31555 is expected.")
        profile = facts.profile(choice, *choice.place)
        file = _file_name(facts, profile, name, ending)
        if (name, ending) == ("carte", "svg"):
            body = first_screen.drawing(facts, profile.territory, choice)
            if body is None:
                raise BadInput(f"« {profile.territory.name} » has no outline to draw.")
            return export.attachment(body.encode(), "image/svg+xml", file)
        if (name, ending) == ("dans-la-ville", "svg"):
            body = inside.drawing(facts, choice)
            if body is None:
                raise BadInput(f"nothing inside « {profile.territory.name} » has an outline to draw.")
            return export.attachment(body.encode(), "image/svg+xml", file)
        if ending == "csv" and name in _INSIDE:
            rows = stamped(facts, choice, profile, _inside(facts, choice, name))
            return export.attachment(csv_bytes(rows, export.percents(rows.columns)), "text/csv", file)
        if ending == "svg" and name in _FIGURES:
            body = figures.svg(figure(facts, profile, choice, name))
            return export.attachment(body.encode(), "image/svg+xml", file)
        if ending == "csv" and name in _FIGURES + _TABLES:
            table = _rows(facts, profile, choice, name)
            named = {one: table[one].replace(facts.source_titles()) for one in _SOURCES & set(table)}
            rows = stamped(facts, choice, profile, table.assign(**named))
            return export.attachment(csv_bytes(rows, export.percents(rows.columns)), "text/csv", file)
        raise BadInput(f"there is no file {name}.{ending} of a territory.")


def figure(facts: Facts, profile: Profile, choice: Choice, name: str) -> Figure:
    """One figure by its name."""
    if name == "facteurs-de-risque":
        return profile_figures.risks(profile, choice.lang, sections.notes(facts, choice, Kind.OBSERVED))
    draw = {"comparaison": profile_figures.comparison, "pourquoi-ici": profile_figures.reasons}[name]
    return draw(profile, choice.lang, sections.notes(facts, choice))


def _inside(facts: Facts, choice: Choice, name: str) -> pd.DataFrame:
    """Rows of a file about what lies inside a territory."""
    if name == squares.FILE:
        return squares.file_rows(facts, choice)
    if name in ("arrondissement", "services-arrondissement") and not choice.district:
        raise BadInput("the address names no district: ar=75115 is expected beside s=commune:75056.")
    if name == "arrondissement":
        return profile_figures.own_figures(facts.district(choice.district).figures, choice.lang, OF_DISTRICT)
    return inside.file_rows(facts, name, choice)


def _rows(facts: Facts, profile: Profile, choice: Choice, name: str) -> pd.DataFrame:
    if name in _FIGURES:
        return figure(facts, profile, choice, name).rows
    if name == "chiffres":
        return profile_figures.own_figures(facts.own_figures(*choice.place), choice.lang)
    if name in ("services", "parcours"):
        responses = facts.responses(choice, *choice.place)
        if name == "services":
            return answers.service_rows(responses, facts.titles(choice.lang), choice.lang)
        return answers.pathway_rows(responses, facts.titles(choice.lang), choice.lang)
    return profile_figures.twins(profile) if name == "jumeaux" else profile_figures.assumptions(profile, choice.lang)


def stamped(facts: Facts, choice: Choice, profile: Profile, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the territory they are about and the question that was asked."""
    about = {"territoire_decrit": profile.territory.name, "niveau": text.level(profile.territory.level, choice.lang)}
    about |= {"code_decrit": profile.territory.code}
    about |= {"arrondissement": choice.district} if choice.district else {}
    # What a row says of itself (its nature, its source) is not said over.
    question = export.question_columns(facts, choice, export.address(choice))
    return rows.assign(**about, **{name: value for name, value in question.items() if name not in rows})


def _file_name(facts: Facts, profile: Profile, name: str, ending: str) -> str:
    words = ["reliance", profile.territory.name, profile.territory.code, name]
    return "_".join(slug(word) for word in words) + f"_{facts.version[:8]}.{ending}"
