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
from dashboard.state import Choice
from dashboard.text import findings
from geodata.estimate import INTERVAL, THRESHOLDS, Kind, Verdict
from geodata.store import DEFAULT_SCENARIO, probability_above
from geodata.survey import definition_of
from geodata.territory import FRANCE, Level


def table(facts: Facts, choice: Choice, address: str) -> pd.DataFrame:
    """The rows on screen, unrounded, with the question that was asked and the build that answered."""
    lang = choice.lang
    rows = facts.filtered_rows(choice)
    question = {"definition": choice.definition, "scenario": choice.scenario, "threshold": choice.threshold}
    law = facts.store.estimates(choice.mesh, choice.region, **question).set_index("code").loc[rows["code"]]
    return pd.DataFrame(
        {
            "niveau": choice.mesh.value,
            "code": rows["code"],
            "nom": rows["name"],
            "classe": [text.verdict(Verdict(v), lang) for v in rows["verdict"]],
            # A share never goes without its interval.
            "part_estimee": rows["share"].where(rows["low"].notna()),
            "borne_basse": rows["low"],
            "borne_haute": rows["high"],
            "niveau_intervalle": INTERVAL,
            "probabilite_seuil": rows["p_above"],
            "probabilite_moyenne_nationale": rows["p_above_national"],
            **{
                f"probabilite_{line * 100:.0f}_pourcent": probability_above(law["logit_mean"], law["logit_sd"], line)
                for line in THRESHOLDS
            },
            "robuste": rows["robust"].map({True: "oui", False: "non"}).to_numpy(),
            "habitants": rows["residents"],
            "personnes_isolees": rows["people"],
            "personnes_isolees_bas": rows["people_low"],
            "personnes_isolees_haut": rows["people_high"],
            "minutes_mairie": rows["minutes"],
            "motif_non_publication": [text.reason(r, lang) if isinstance(r, str) else "" for r in rows["reason"]],
            "comparaison": choice.line.value,
            **asked(facts, choice, address),
        }
    )


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


def geopackage(facts: Facts, choice: Choice, address: str, path: Path) -> None:
    """The rows of `table` with their outlines, written at `path`."""
    write_geopackage(facts, choice, table(facts, choice, address), asked(facts, choice, address), path)


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


def file_name(facts: Facts, choice: Choice, extension: str) -> str:
    """A name that says what the file contains: reliance_occitanie_communes_seuil-10_0e8b383c.csv."""
    place = "france" if choice.region == FRANCE else facts.names().get(("region", choice.region), choice.region)
    line = (
        f"seuil-{round(choice.threshold * 100, 1):g}".replace(".", ",")
        if choice.line == "threshold"
        else "moyenne-nationale"
    )
    words = ["reliance", place, choice.mesh.value, line]
    if choice.scenario != DEFAULT_SCENARIO:
        words.append(choice.scenario)
    if choice.verdicts:
        words.append("-".join(choice.verdicts))
    return "_".join(slug(word) for word in words) + f"_{facts.version[:8]}.{extension}"


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
