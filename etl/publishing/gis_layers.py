"""What a desktop GIS shows first of a published GeoPackage: one coloured layer a level, for the usual question.

They are views (OGC 12-128r18, clause 2.1.5 allows them), so that no figure is kept twice. People are left to the files
of the application, which round them.
"""

import sqlite3
from collections.abc import Callable

from scipy.special import logit, ndtri

from geodata import layer_styles
from geodata.classes import FILL, WORDS
from geodata.disclosure import MIN_RESIDENTS
from geodata.estimate import SURE, SURELY_NOT, Verdict, cut_offs
from geodata.geometry import SRID
from geodata.question import DEFAULT_QUESTION
from geodata.territory import Level
from geodata.translations import words

TITLES = {
    Level.REGION: "Isolement attendu par région",
    Level.DEPARTEMENT: "Isolement attendu par département",
    Level.TVS: "Isolement attendu par territoire de l’agence",
    Level.EPCI: "Isolement attendu par EPCI",
    Level.COMMUNE: "Isolement attendu par commune",
}
"""Layers, by the level that each draws."""

HEADINGS = {
    "code": "Code",
    "nom": "Nom",
    "part": "Part attendue (de 0 à 1)",
    "borne_basse": "Borne basse (de 0 à 1)",
    "borne_haute": "Borne haute (de 0 à 1)",
    "classe_nationale": "Comparée à la part nationale",
    "classe": f"Comparée à {100 * DEFAULT_QUESTION.threshold:g} %",
}

STYLES = {"classe_nationale": "Part nationale", "classe": f"{100 * DEFAULT_QUESTION.threshold:g} %"}
"""Columns that a layer can be painted by, and what the menu of styles calls each; the first is shown, as on screen."""


def add(book: sqlite3.Connection, date: str) -> None:
    """Add the layers of the levels that the tables of `book` hold, and their colours. `date` (ISO 8601) is written."""
    layer_styles.declare(book)
    colours = {_word(verdict): colour for verdict, colour in FILL.items()}
    held = {level for (level,) in book.execute("SELECT DISTINCT level FROM territory")}
    for level, title in TITLES.items():
        if level not in held:
            continue
        name = f"isolement_{level}"
        book.execute(f"CREATE VIEW {name} AS {_query(level)}")
        book.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, min_x, min_y, "
            "max_x, max_y, srs_id) SELECT ?, 'features', ?, '', ?, min_x, min_y, max_x, max_y, srs_id "
            "FROM gpkg_contents WHERE table_name = 'territory'",
            (name, title, f"{date}T00:00:00.000Z"),
        )
        book.execute(
            "INSERT INTO gpkg_geometry_columns SELECT ?, 'geom', geometry_type_name, ?, 0, 0 "
            "FROM gpkg_geometry_columns WHERE table_name = 'territory'",
            (name, SRID),
        )
        for number, (column, style) in enumerate(STYLES.items()):
            layer_styles.paint(book, name, column, colours, HEADINGS, name=style, is_default=number == 0)


def _query(level: Level) -> str:
    """Territories of a level with the estimate of the usual question; those of which none may be published too.

    A number that is computed has no type in a view: GDAL 3.6 would take it for a text, so shares are as they are kept.
    """
    question = DEFAULT_QUESTION
    distance = f"(e.logit_mean - {float(logit(question.threshold))!r})"
    share = _case(distance, lambda p: f"{float(ndtri(p))!r} * e.logit_sd")
    national = _case("e.p_above_national", repr)
    return (
        "SELECT t.fid AS OGC_FID, t.geom AS geom, t.code AS code, t.name AS nom, e.share AS part, "
        "e.low AS borne_basse, e.high AS borne_haute, "
        f"{national} AS classe_nationale, {share} AS classe "
        "FROM territory t LEFT JOIN estimate e ON e.level = t.level AND e.code = t.code "
        f"AND e.definition = '{question.definition}' AND e.scenario = '{question.scenario}' "
        f"AND e.reason IS NULL AND e.residents >= {MIN_RESIDENTS} WHERE t.level = '{level}'"
    )


def _case(value: str, bound: Callable[[float], str]) -> str:
    """The word of the class (`geodata.estimate.verdict_of`): `value` tells as much as the probability that is asked,
    whose value of p is `bound(p)`."""
    likely, unlikely = cut_offs(DEFAULT_QUESTION.miss)
    rungs = [(f">= {bound(SURE)}", Verdict.ABOVE), (f">= {bound(likely)}", Verdict.LIKELY_ABOVE)]
    rungs += [(f"> {bound(unlikely)}", Verdict.UNDECIDED), (f"> {bound(SURELY_NOT)}", Verdict.LIKELY_BELOW)]
    whens = " ".join(f"WHEN {value} {is_reached} THEN '{_word(verdict)}'" for is_reached, verdict in rungs)
    not_published = f"WHEN {value} IS NULL THEN '{_word(Verdict.NOT_PUBLISHED)}'"
    return f"CASE {not_published} {whens} ELSE '{_word(Verdict.BELOW)}' END"


def _word(verdict: Verdict) -> str:
    return words("fr")(WORDS[verdict])
