"""Files of the page: every territory of the perimeter with its list and why, as CSV or as a workbook with the rule."""

from datetime import datetime

import pandas as pd
from flask import Flask, Response

from dashboard import export, text
from dashboard.facts import Facts
from dashboard.pages.commencer import moves, view
from dashboard.spreadsheet import csv_bytes, slug, xlsx_bytes
from dashboard.state import Choice
from dashboard.text import need, priority
from geodata.priority import Tier

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def register(server: Flask, known: Facts) -> None:
    """Add the routes of the downloads."""

    @server.get("/export/commencer.csv")
    def start_csv() -> Response:
        choice, address = _asked(known)
        return export.attachment(csv_bytes(rows(known, choice, address)), "text/csv", file_name(known, choice, "csv"))

    @server.get("/export/commencer.xlsx")
    def start_xlsx() -> Response:
        choice, address = _asked(known)
        title = priority.title(choice.lang)
        sheets = [(title, rows(known, choice, address)), (priority.rule_title(choice.lang), rule(known, choice))]
        made_on = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
        body = xlsx_bytes(sheets, title=title, made_on=made_on)
        return export.attachment(body, XLSX, file_name(known, choice, "xlsx"))


def rows(known: Facts, choice: Choice, address: str) -> pd.DataFrame:
    """Every territory of the perimeter, list by list, by name inside a list; those in no list come last."""
    lang = choice.lang
    every = [found for rows_ in view.by_tier(known, choice).values() for found in rows_]
    told = {True: "oui", False: "non", None: ""}
    frame = pd.DataFrame(
        {
            "liste": [priority.tier(found.tier, lang) for found in every],
            "niveau": [found.level.value for found in every],
            "code": [found.code for found in every],
            "nom": [found.name for found in every],
            "pourquoi": [priority.why(found, choice.threshold, lang) for found in every],
            "verdict": [text.verdict(found.verdict, lang) for found in every],
            "probabilite_au_dessus_du_seuil": [found.p_above for found in every],
            "robuste": [told[found.robust] for found in every],
            "besoin_et_reponses": [need.quadrant(found.quadrant, lang) for found in every],
            "facteurs_qui_se_cumulent": [found.exposed for found in every],
            "facteurs_connus": [found.known for found in every],
            "habitants": [found.residents for found in every],
            "personnes_isolees": [found.people for found in every],
            "personnes_isolees_basse": [found.people_low for found in every],
            "personnes_isolees_haute": [found.people_high for found in every],
        }
    )
    return frame.assign(
        perimetre=view.place(known, choice),
        minutes_demandees=choice.minutes,
        familles_demandees="; ".join(text.family(family, lang) for family in choice.families),
        corrections_prises_en_compte=len(known.corrections()),
        **export.asked(known, choice, address),
    )


def rule(known: Facts, choice: Choice) -> pd.DataFrame:
    """Each list, its rule and how many territories it holds."""
    found = view.by_tier(known, choice)
    lang = choice.lang
    return pd.DataFrame(
        {
            "liste": [priority.tier(tier, lang) for tier in Tier],
            "regle": [priority.tier_rule(tier, choice.threshold, lang) for tier in Tier],
            "territoires": [len(found[tier]) for tier in Tier],
        }
    )


def file_name(known: Facts, choice: Choice, extension: str) -> str:
    """A name that says what the file contains: reliance_commencer_occitanie_epci_0e8b383c.csv."""
    parts = ["reliance", "commencer", view.place(known, choice), choice.mesh.value]
    return "_".join(slug(part) for part in parts) + f"_{known.version[:8]}.{extension}"


def _asked(known: Facts) -> tuple[Choice, str]:
    choice = moves.settled(known, export.requested(known, moves.PATH))
    return choice, export.address(choice)
