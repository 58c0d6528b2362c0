"""Files of the page: every territory of the perimeter with its list and why, as CSV or as a workbook with the rule."""

import io

import pandas as pd
from flask import Flask, Response

from dashboard import export, text, word_document
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.commencer import controls, view
from dashboard.spreadsheet import csv_bytes, slug
from dashboard.state import Choice
from dashboard.text import need, priority
from geodata.estimate import Kind
from geodata.priority import Tier


def register(server: Flask, facts: Facts) -> None:
    """Add the routes of the downloads."""

    @server.get("/export/commencer.csv")
    def start_csv() -> Response:
        choice, address = _choice(facts)
        table = rows(facts, choice, address)
        body = csv_bytes(table, export.percents(table.columns))
        return export.attachment(body, "text/csv", file_name(facts, choice, "csv"))

    @server.get("/export/commencer.xlsx")
    def start_xlsx() -> Response:
        choice, address = _choice(facts)
        body = export.workbook(
            facts,
            choice,
            rows(facts, choice, address),
            question_columns(facts, choice, address),
            title=priority.title(choice.lang),
            sources_=export.sources(facts, choice),
            sheets=[(priority.rule_title(choice.lang), rule(facts, choice))],
        )
        return export.attachment(body, export.XLSX, file_name(facts, choice, "xlsx"))

    @server.get("/export/commencer.docx")
    def start_docx() -> Response:
        choice, address = _choice(facts)
        return export.attachment(docx_bytes(facts, choice, address), export.DOCX, file_name(facts, choice, "docx"))


def docx_bytes(facts: Facts, choice: Choice, address: str) -> bytes:
    """The lists as a document that Word opens: the rule of each, its territories and why, the sources."""
    _ = words(choice.lang)
    lang = choice.lang
    figures = view.figure_words(facts, choice)
    out = word_document.document(priority.title(lang), lang)
    out.add_heading(f"{priority.title(lang)}{text.colon(lang)}{view.place(facts, choice)}", 0)
    assumptions = " · ".join(text.assumptions(choice.question, lang))
    out.add_paragraph(f"{text.capitalised(text.levels(choice.mesh, lang))} · {view.families(choice)} · {assumptions}")
    for tier, places in view.by_tier(facts, choice).items():
        out.add_heading(priority.tier(tier, lang), 1)
        out.add_paragraph(priority.tier_rule(tier, choice.threshold, lang))
        out.add_paragraph(priority.count_sentence(view.total(facts, choice, places), choice.mesh, lang))
        if places and tier != Tier.NONE:
            lines = [[text.short_name(place.name), view.why(place, choice, figures)] for place in places]
            word_document.table(out, [_("Name"), _("Why")], lines, widths=(1, 3))
    out.add_paragraph(view.order(facts, choice))
    out.add_heading(_("Sources"), 1)
    word_document.bullets(out, export.sources(facts, choice))
    out.add_paragraph(address)
    build = _("database %(version)s") % {"version": facts.version[:8]}
    word_document.footer(out, f"Reliance · {build}")
    buffer = io.BytesIO()
    out.save(buffer)
    return buffer.getvalue()


def rows(facts: Facts, choice: Choice, address: str) -> pd.DataFrame:
    """Every territory of the perimeter, list by list, in the order of the screen; those in no list come last."""
    lang = choice.lang
    places = [place for rows_ in view.by_tier(facts, choice).values() for place in rows_]
    yes_or_no = {True: "oui", False: "non", None: ""}
    frame = pd.DataFrame(
        {
            "liste": [priority.tier(place.tier, lang) for place in places],
            "niveau": [text.level(place.level, lang) for place in places],
            "code": [place.code for place in places],
            "nom": [place.name for place in places],
            "pourquoi": [priority.why(place, choice.threshold, lang) for place in places],
            "verdict": [text.verdict(place.verdict, lang) for place in places],
            "probabilite_au_dessus_du_seuil": [place.p_above for place in places],
            "robuste": [yes_or_no[place.robust] for place in places],
            "besoin_et_reponses": [need.quadrant(place.quadrant, lang) for place in places],
            "facteurs_qui_se_cumulent": [place.exposed for place in places],
            "facteurs_connus": [place.known for place in places],
            "habitants": [place.residents for place in places],
            "personnes_isolees": [place.people for place in places],
            "personnes_isolees_basse": [place.people_low for place in places],
            "personnes_isolees_haute": [place.people_high for place in places],
        }
    )
    if choice.indicator:
        figures = view.figures(facts, choice)
        kinds = figures["kind"].map(lambda one: text.kind(Kind(one), lang))
        frame["indicateur"] = view.figure_title(facts, choice)
        for name, column in (
            ("valeur", figures["told"]),
            ("periode", figures["vintage"]),
            ("nature_indicateur", kinds),
        ):
            frame[name] = frame["code"].map(column).fillna("")
    return frame.assign(**question_columns(facts, choice, address))


def question_columns(facts: Facts, choice: Choice, address: str) -> dict[str, object]:
    """What is the same on every row: where one looks, the question, the build that answered, the day."""
    return {"perimetre": view.place(facts, choice), **export.crossed_columns(facts, choice, address)}


def rule(facts: Facts, choice: Choice) -> pd.DataFrame:
    """Each list, its rule and how many territories it holds."""
    by_tier = view.by_tier(facts, choice)
    lang = choice.lang
    totals = [view.total(facts, choice, by_tier[tier]) for tier in Tier]
    return pd.DataFrame(
        {
            "liste": [priority.tier(tier, lang) for tier in Tier],
            "regle": [priority.tier_rule(tier, choice.threshold, lang) for tier in Tier],
            "territoires": [one.territories for one in totals],
            "personnes_isolees": [one.people for one in totals],
            "personnes_isolees_basse": [one.low for one in totals],
            "personnes_isolees_haute": [one.high for one in totals],
        }
    )


def file_name(facts: Facts, choice: Choice, extension: str) -> str:
    """A name that says what the file contains: reliance_commencer_occitanie_epci_0e8b383c.csv."""
    parts = ["reliance", "commencer", view.place(facts, choice), text.levels(choice.mesh, choice.lang)]
    return "_".join(slug(part) for part in parts) + f"_{facts.version[:8]}.{extension}"


def _choice(facts: Facts) -> tuple[Choice, str]:
    choice = controls.settled(facts, export.requested(facts, controls.PATH))
    return choice, export.address(choice)
