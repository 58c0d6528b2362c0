"""Files of the page: the rows on screen, as CSV or with their outlines, each saying what was asked."""

import tempfile
from pathlib import Path

import pandas as pd
from flask import Flask, Response, send_file

from dashboard import export, text
from dashboard.facts import Facts
from dashboard.pages.carte import observed
from dashboard.pages.carte.moves import PATH
from dashboard.spreadsheet import csv_bytes, slug
from dashboard.state import Choice
from geodata.estimate import INTERVAL, THRESHOLDS, Verdict, probability_above
from geodata.store import DEFAULT_SCENARIO
from geodata.territory import FRANCE


def register(server: Flask, known: Facts) -> None:
    """Add the routes of the downloads."""

    @server.get("/export/carte.csv")
    def carte_csv() -> Response:
        choice = export.requested(known, PATH)
        body = csv_bytes(table(known, choice, export.address(choice)))
        return export.attachment(body, "text/csv", file_name(known, choice, "csv"))

    @server.get("/export/carte.gpkg")
    def carte_gpkg() -> Response:
        choice = export.requested(known, PATH)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "carte.gpkg"
            geopackage(known, choice, export.address(choice), path)
            # The file stays readable by who has it open: it is sent in pieces after its name is gone.
            file = path.open("rb")
        name = file_name(known, choice, "gpkg")
        answer = send_file(file, "application/geopackage+sqlite3", as_attachment=True, download_name=name, max_age=0)
        answer.headers["Cache-Control"] = "no-store"
        return answer


def table(facts: Facts, choice: Choice, address: str) -> pd.DataFrame:
    """The rows on screen, unrounded, with the question that was asked and the build that answered."""
    if choice.indicator:
        return observed.file(facts, choice, address)
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
            **export.asked(facts, choice, address),
        }
    )


def geopackage(facts: Facts, choice: Choice, address: str, path: Path) -> None:
    """The rows of `table` with their outlines, written at `path`."""
    asked = observed.asked if choice.indicator else export.asked
    export.write_geopackage(facts, choice, table(facts, choice, address), asked(facts, choice, address), path)


def file_name(facts: Facts, choice: Choice, extension: str) -> str:
    """A name that says what the file contains: reliance_occitanie_communes_seuil-10_0e8b383c.csv."""
    place = "france" if choice.region == FRANCE else facts.names().get(("region", choice.region), choice.region)
    line = (
        f"seuil-{round(choice.threshold * 100, 1):g}".replace(".", ",")
        if choice.line == "threshold"
        else "moyenne-nationale"
    )
    line = choice.indicator or line
    words = ["reliance", place, choice.mesh.value, line]
    if choice.scenario != DEFAULT_SCENARIO:
        words.append(choice.scenario)
    if choice.verdicts:
        words.append("-".join(choice.verdicts))
    return "_".join(slug(word) for word in words) + f"_{facts.version[:8]}.{extension}"
