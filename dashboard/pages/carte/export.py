"""Files of the page: the rows on screen, as CSV or with their outlines, each saying what was asked."""

from pathlib import Path

import pandas as pd
from flask import Flask, Response

from dashboard import export, text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.carte import observed
from dashboard.pages.carte.ids import PATH
from dashboard.spreadsheet import csv_bytes, slug
from dashboard.state import Choice, Line
from geodata.classes import FILL
from geodata.estimate import INTERVAL, Verdict, probability_above
from geodata.question import DEFAULT_SCENARIO
from geodata.threshold import EXPORT_THRESHOLDS


def register(server: Flask, facts: Facts) -> None:
    """Add the routes of the downloads."""

    @server.get("/export/carte.csv")
    def carte_csv() -> Response:
        choice = export.requested(facts, PATH)
        rows = table(facts, choice, export.address(choice))
        body = csv_bytes(rows, export.percents(rows.columns) | observed.percents(facts, choice))
        return export.attachment(body, "text/csv", file_name(facts, choice, "csv"))

    @server.get("/export/carte.xlsx")
    def carte_xlsx() -> Response:
        choice = export.requested(facts, PATH)
        address = export.address(choice)
        body = export.workbook(
            facts,
            choice,
            table(facts, choice, address),
            same(facts, choice, address),
            title="Reliance",
            sources_=observed.sources(facts, choice) if choice.indicator else export.sources(facts, choice),
            more=observed.percents(facts, choice),
        )
        return export.attachment(body, export.XLSX, file_name(facts, choice, "xlsx"))

    @server.get("/export/carte.gpkg")
    def carte_gpkg() -> Response:
        choice = export.requested(facts, PATH)
        address = export.address(choice)
        return export.geopackage_answer(
            lambda path: geopackage(facts, choice, address, path), file_name(facts, choice, "gpkg")
        )


def table(facts: Facts, choice: Choice, address: str) -> pd.DataFrame:
    """The rows on screen, unrounded, with the question that was asked and the build that answered."""
    if choice.indicator:
        return observed.file(facts, choice, address)
    lang = choice.lang
    rows = facts.filtered_rows(choice)
    law = facts.store.estimates(choice.mesh, choice.within, choice.question).set_index("code").loc[rows["code"]]
    return pd.DataFrame(
        {
            "niveau": text.level(choice.mesh, lang),
            "code": rows["code"],
            "nom": rows["name"],
            "departement": rows["departement"],
            "classe": [text.verdict(Verdict(v), lang) for v in rows["verdict"]],
            # A share never goes without its interval.
            "part_attendue": rows["share"].where(rows["low"].notna()),
            "borne_basse": rows["low"],
            "borne_haute": rows["high"],
            "niveau_intervalle": INTERVAL,
            "probabilite_seuil": rows["p_above"],
            "probabilite_moyenne_nationale": rows["p_above_national"],
            **{
                f"probabilite_{line * 100:.0f}_pourcent": probability_above(law["logit_mean"], law["logit_sd"], line)
                for line in EXPORT_THRESHOLDS
            },
            "robuste": rows["robust"].map({True: "oui", False: "non"}).to_numpy(),
            "habitants": rows["residents"],
            "personnes_isolees": rows["people"],
            "personnes_isolees_basse": rows["people_low"],
            "personnes_isolees_haute": rows["people_high"],
            "minutes_mairie": rows["minutes"].where(rows["here"].isna()),
            "motif_non_publication": [text.reason(r, lang) if isinstance(r, str) else "" for r in rows["reason"]],
            **same(facts, choice, address),
        }
    )


def same(facts: Facts, choice: Choice, address: str) -> dict[str, object]:
    """What is the same on every row: the question, the build that answered, the day."""
    if choice.indicator:
        return observed.question_columns(facts, choice, address)
    return {"comparaison": line(choice)} | export.question_columns(facts, choice, address)


def line(choice: Choice) -> str:
    """What the class is decided against."""
    _ = words(choice.lang)
    return _("The national share") if choice.line is Line.NATIONAL else text.threshold(choice.threshold, choice.lang)


def geopackage(facts: Facts, choice: Choice, address: str, path: Path) -> None:
    """The rows of `table` with their outlines, written at `path`."""
    colours = {text.verdict(verdict, choice.lang): colour for verdict, colour in FILL.items()}
    if choice.indicator:
        colours = dict(zip(observed.bands(facts, choice).values(), observed.colours(facts, choice), strict=True))
    columns = same(facts, choice, address)
    rows = table(facts, choice, address).drop(columns=list(columns))
    sources = observed.sources(facts, choice) if choice.indicator else export.sources(facts, choice)
    export.write_geopackage(facts, choice, rows, export.about(columns, sources, choice.lang), path, colours)


def file_name(facts: Facts, choice: Choice, extension: str) -> str:
    """A name that says what the file contains: reliance_occitanie_communes_seuil-10_0e8b383c.csv."""
    lang = choice.lang
    if choice.indicator:
        line_ = observed.title(facts, choice)
    elif choice.line is Line.THRESHOLD:
        line_ = f"seuil-{round(choice.threshold * 100, 1):g}".replace(".", ",")
    else:
        line_ = "moyenne-nationale"
    parts = ["reliance", facts.inside(choice) or "france", text.levels(choice.mesh, lang), line_]
    if choice.scenario != DEFAULT_SCENARIO:
        parts.append(text.scenario(choice.scenario, lang))
    parts += [text.verdict(verdict, lang) for verdict in choice.verdicts]
    return "_".join(slug(part) for part in parts) + f"_{facts.version[:8]}.{extension}"
