"""Files of the page: the rows on screen, as CSV or with their outlines, each saying what was asked."""

import pandas as pd
from flask import Flask, Response

from dashboard import export, pictures, table, text
from dashboard.facts import ORDER, Facts
from dashboard.i18n import words
from dashboard.pages.besoin import ids, view
from dashboard.palette import QUADRANT_FILL
from dashboard.spreadsheet import csv_bytes, slug
from dashboard.state import Choice, SecondMap
from dashboard.text import need, travel
from dashboard.text import response as response_text
from geodata.estimate import INTERVAL, Kind, Verdict
from geodata.response import Quadrant, Together
from geodata.response import Response as Answer
from geodata.service import Family
from geodata.territory import Level


def register(server: Flask, facts: Facts) -> None:
    """Add the routes of the downloads."""

    @server.get("/export/besoin.csv")
    def need_csv() -> Response:
        choice, address = _choice(facts)
        table = rows(facts, choice, address)
        body = csv_bytes(table, export.percents(table.columns))
        return export.attachment(body, "text/csv", file_name(facts, choice, "csv"))

    @server.get("/export/besoin.xlsx")
    def need_xlsx() -> Response:
        choice, address = _choice(facts)
        table, same = rows(facts, choice, address), export.crossed_about(facts, choice, address)
        body = export.workbook(facts, choice, table, same, title="Reliance", sources_=export.sources(facts, choice))
        return export.attachment(body, export.XLSX, file_name(facts, choice, "xlsx"))

    @server.get("/export/besoin.gpkg")
    def need_gpkg() -> Response:
        choice, address = _choice(facts)
        colours = {need.quadrant(quadrant, choice.lang): colour for quadrant, colour in QUADRANT_FILL.items()}
        same = export.crossed_about(facts, choice, address)
        about = export.about(same, export.sources(facts, choice), choice.lang)
        own = rows(facts, choice, address).drop(columns=list(same), errors="ignore")
        return export.geopackage_answer(
            lambda path: export.write_geopackage(facts, choice, own, about, path, colours),
            file_name(facts, choice, "gpkg"),
        )


def rows(facts: Facts, choice: Choice, address: str) -> pd.DataFrame:
    """The rows on screen, unrounded, with the question that was asked and the build that answered."""
    lang = choice.lang
    frame = view.filtered(facts, choice)
    families = {}
    for family in Family:
        name = slug(text.family(family, "fr")).replace("-", "_")
        families[f"reponse_{name}"] = [response_text.response(Answer(r), lang) for r in frame[f"response_{family}"]]
        if choice.mesh == Level.COMMUNE:
            families[f"minutes_{name}"] = frame[f"travel_min_{family}"].where(frame[f"timed_{family}"])
            families[f"service_{name}"] = frame[f"service_{family}"]
            families[f"part_de_communes_comparables_pas_mieux_dotees_{name}"] = frame[f"rank_{family}"]
        families[f"part_habitants_a_portee_{name}"] = frame[f"reached_{family}"]
        families[f"part_isoles_a_portee_{name}"] = frame[f"reached_people_{family}"]
        families[f"part_habitants_non_connue_{name}"] = frame[f"untold_{family}"]
    return pd.DataFrame(
        {
            "niveau": text.level(choice.mesh, lang),
            "code": frame["code"],
            "nom": frame["name"],
            "departement": facts.departements(frame, choice),
            "classe": [need.quadrant(Quadrant(q), lang) for q in frame["quadrant"]],
            "motif": _reasons(frame, choice),
            "robuste": frame["is_robust"].map({True: "oui", False: "non"}).to_numpy(),
            "rarete_connue": frame["is_scarcity_known"].map({True: "oui", False: "non"}).to_numpy(),
            "besoin": [text.verdict(Verdict(v), lang) for v in frame["verdict"]],
            # A share never goes without its interval.
            "part_attendue": frame["share"].where(frame["low"].notna()),
            "borne_basse": frame["low"],
            "borne_haute": frame["high"],
            "niveau_intervalle": INTERVAL,
            "habitants": frame["residents"],
            "personnes_isolees": frame["people"],
            "personnes_isolees_basse": frame["people_low"],
            "personnes_isolees_haute": frame["people_high"],
            "familles_a_portee_sur_3": frame["articulation"],
            **families,
            "motif_non_publication": [text.reason(r, lang) if isinstance(r, str) else "" for r in frame["reason"]],
            **export.crossed_columns(facts, choice, address),
        }
    )


def _reasons(frame: pd.DataFrame, choice: Choice) -> list[str]:
    """Why responses are few, where they are: what is too far, what is too few."""
    states = frame[[f"response_{family}" for family in choice.families]].itertuples(index=False, name=None)
    return [
        need.reasons(dict(zip(choice.families, row, strict=True)), choice.lang) if quadrant == Quadrant.FEW else ""
        for quadrant, row in zip(frame["quadrant"], states, strict=True)
    ]


def stamp(facts: Facts, choice: Choice) -> dict:
    """What is written on the picture of the two maps: the question, both legends, sources, build and address."""
    _ = words(choice.lang)
    lang = choice.lang
    title, place = view.headline(facts, choice)
    frame = facts.need(choice)
    verdicts = {v: int((frame["verdict"] == v).sum()) for v in ORDER}
    need_legend = pictures.legend(verdicts, table.verdict_words(lang), lang)
    if choice.beside is SecondMap.CROSSED:
        answer_legend = pictures.legend(view.counts(facts, choice), need.quadrant_words(lang), lang)
    else:
        classes = pd.Series(view.answer(frame, choice))
        answers = {r: int((classes == r).sum()) for r in Together}
        answer_legend = pictures.legend(answers, {r: need.answers(r, lang) for r in answers}, lang, prefix="answer-")
    line = _("line of %(threshold)s") % {"threshold": text.threshold(choice.threshold, lang)}
    assumptions = text.assumptions(choice.question, lang)
    notes = [
        " · ".join([text.kind(Kind.MODELLED, lang), *assumptions, line]),
        travel.short(" + ".join(facts.store.travel_methods()), lang),
        _("Hatched: not known. No data is never counted as no service."),
        _("An estimated risk from the make-up of the population, not a count of isolated people."),
        _("Sources: %(sources)s") % {"sources": " ; ".join(export.sources(facts, choice))},
        _("database %(version)s") % {"version": facts.version[:8]} + " · " + choice.href,
    ]
    return {
        "title": title.children,
        "place": place.children,
        "maps": [
            {"id": ids.NEED_MAP, "title": _("Need"), "legend": need_legend},
            {"id": ids.ANSWER_MAP, "title": view.answer_title(choice), "legend": answer_legend},
        ],
        "notes": notes,
        "printed": _("Picture made on %s"),
        "file": file_name(facts, choice, "png"),
    }


def file_name(facts: Facts, choice: Choice, extension: str) -> str:
    """A name that says what the file contains: reliance_besoin-reponses_occitanie_communes_20-min_0e8b383c.csv."""
    place = facts.inside(choice) or "france"
    lang = choice.lang
    parts = ["reliance", "besoin-reponses", place, text.levels(choice.mesh, lang), f"{choice.minutes:g}-min"]
    parts += [need.quadrant(quadrant, lang) for quadrant in choice.quadrants]
    return "_".join(slug(part) for part in parts) + f"_{facts.version[:8]}.{extension}"


def _choice(facts: Facts) -> tuple[Choice, str]:
    choice = export.requested(facts, ids.PATH)
    return choice, export.address(choice)
