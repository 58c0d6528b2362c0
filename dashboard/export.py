"""Files a reader takes away: CSV that a French spreadsheet opens, each row saying what it is and where from."""

from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from flask import Response, current_app, request

from dashboard import text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.spreadsheet import slug
from dashboard.state import Choice, read
from dashboard.text import findings
from geodata.errors import BadInput, UnknownScenario, UnknownTerritory
from geodata.estimate import Kind
from geodata.survey import definition_of
from geodata.territory import FRANCE, Level


def requested(facts: Facts, page: str) -> Choice:
    """The choice of the address of a file. A page replaces what it does not know and says so; a file would answer
    another question in silence, so it is refused: `UnknownTerritory`, `UnknownScenario` or `BadInput`."""
    choice, unread = read(page, request.query_string.decode())
    choice, unknown = facts.checked(choice)
    for notice in (*unread, *unknown):
        refused = {"r": UnknownTerritory, "s": UnknownTerritory, "sc": UnknownScenario}.get(notice.field, BadInput)
        raise refused(f"{notice.field}={notice.value} cannot be asked of this database.")
    return choice


def address(choice: Choice) -> str:
    """The address of what is on screen, as readers reach it: written in every file, so never a name that a stranger
    sent."""
    settings = current_app.config["SETTINGS"]
    return (settings.public or request.host_url).rstrip("/") + choice.href


def rejects(facts: Facts, source: str | None, lang: str) -> pd.DataFrame:
    """Rows refused or repaired, of one source or of all, with their reasons in the reader's language."""
    found = facts.store.rejects(source)
    return pd.DataFrame(
        {
            "numero": found["id"],
            "source": found["source"],
            "ligne": found["row"],
            "identifiant": found["key"],
            "motif": [findings.translated(reason, lang) for reason in found["reason"]],
        }
    )


def write_geopackage(facts: Facts, choice: Choice, rows: pd.DataFrame, asked_: dict[str, object], path: Path) -> None:
    """Rows of the mesh with their outlines (WGS 84), written at `path`; what was asked, the same on every row, is a
    second table."""
    same = list(asked_)
    of, code = (Level.FRANCE, FRANCE) if choice.region == FRANCE else (Level.REGION, choice.region)
    outlines = facts.store.outlines(choice.mesh, of, code).set_index("code")["geom"]
    drawn = gpd.GeoDataFrame(rows.drop(columns=same), geometry=rows["code"].map(outlines).to_numpy(), crs=4326)
    parameters = pd.DataFrame({"parametre": same, "valeur": [str(value) for value in asked_.values()]})
    pyogrio.write_dataframe(drawn, path, layer=slug(choice.mesh.value), driver="GPKG", promote_to_multi=True)
    pyogrio.write_dataframe(parameters, path, layer="parametres", driver="GPKG")


def asked(facts: Facts, choice: Choice, address: str) -> dict[str, object]:
    """The question, the build that answered and the day: the same on every row of a file."""
    build = facts.store.build()
    return {
        "seuil": choice.threshold,
        "definition": choice.definition,
        "scenario": choice.scenario,
        "nature": text.kind(Kind.MODELLED, choice.lang),
        "sources": "; ".join(sources(facts, choice)),
        "geographie": build.get("cog_vintage", ""),
        "empreinte_base": build.get("content_hash", ""),
        "extrait_le": date.today().isoformat(),
        "adresse": address,
    }


def attachment(body: bytes, mimetype: str, name: str) -> Response:
    """A file to be kept under a name that says what it holds."""
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def sources(facts: Facts, choice: Choice) -> list[str]:
    """The survey of the definition, then title and vintage of each source of the build."""
    read = [
        f"{row.title} ({row.producer}), {text.period(row.vintage, choice.lang)}"
        for row in facts.store.sources().itertuples()
    ]
    return [definition_of(choice.definition).source, *read]


def dictionary(metadata, lang: str) -> pd.DataFrame:
    """Every column of the database: table, name, type, unit, whether it may be empty, meaning."""
    _ = words(lang)
    rows = [
        {
            "table": table.name,
            "colonne": column.name,
            "type": type(column.type).__name__,
            "unite": column.info.get("unit") or "",
            "peut_etre_vide": "oui" if column.nullable else "non",
            "sens": _(column.comment),
        }
        for table in metadata.sorted_tables
        for column in table.columns
    ]
    return pd.DataFrame(rows)
