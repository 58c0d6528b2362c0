"""Files of the page: the rows on screen, as CSV or with their outlines, each saying what was asked."""

import tempfile
from pathlib import Path

import pandas as pd
from flask import Flask, Response, send_file

from dashboard import export, facts, pictures, table, text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.besoin import ids, moves, view
from dashboard.spreadsheet import csv_bytes, slug
from dashboard.state import Beside, Choice
from dashboard.text import need, travel
from dashboard.text import response as said
from geodata.estimate import INTERVAL, Kind, Verdict
from geodata.response import Quadrant, Together
from geodata.response import Response as Answer
from geodata.service import Family
from geodata.territory import FRANCE, Level


def register(server: Flask, known: Facts) -> None:
    """Add the routes of the downloads."""

    @server.get("/export/besoin.csv")
    def need_csv() -> Response:
        choice, address = _asked(known)
        return export.attachment(csv_bytes(rows(known, choice, address)), "text/csv", file_name(known, choice, "csv"))

    @server.get("/export/besoin.gpkg")
    def need_gpkg() -> Response:
        choice, address = _asked(known)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "besoin.gpkg"
            export.write_geopackage(known, choice, rows(known, choice, address), asked(known, choice, address), path)
            # The file stays readable by who has it open: it is sent in pieces after its name is gone.
            file = path.open("rb")
        name = file_name(known, choice, "gpkg")
        answer = send_file(file, "application/geopackage+sqlite3", as_attachment=True, download_name=name, max_age=0)
        answer.headers["Cache-Control"] = "no-store"
        return answer


def rows(known: Facts, choice: Choice, address: str) -> pd.DataFrame:
    """The rows on screen, unrounded, with the question that was asked and the build that answered."""
    lang = choice.lang
    frame = view.filtered(known, choice)
    families = {}
    for family in Family:
        name = slug(text.family(family, "fr")).replace("-", "_")
        families[f"reponse_{name}"] = [said.response(Answer(r), lang) for r in frame[f"response_{family}"]]
        if choice.mesh == Level.COMMUNE:
            families[f"minutes_{name}"] = frame[f"travel_min_{family}"]
            families[f"service_{name}"] = frame[f"service_{family}"]
            families[f"part_de_communes_comparables_pas_mieux_dotees_{name}"] = frame[f"rank_{family}"]
        families[f"part_habitants_a_portee_{name}"] = frame[f"reached_{family}"]
        families[f"part_isoles_a_portee_{name}"] = frame[f"reached_people_{family}"]
        families[f"part_habitants_non_connue_{name}"] = frame[f"untold_{family}"]
    return pd.DataFrame(
        {
            "niveau": choice.mesh.value,
            "code": frame["code"],
            "nom": frame["name"],
            "classe": [need.quadrant(Quadrant(q), lang) for q in frame["quadrant"]],
            "motif": _reasons(frame, choice),
            "robuste": frame["is_robust"].map({True: "oui", False: "non"}).to_numpy(),
            "rarete_connue": frame["is_scarcity_known"].map({True: "oui", False: "non"}).to_numpy(),
            "besoin": [text.verdict(Verdict(v), lang) for v in frame["verdict"]],
            # A share never goes without its interval.
            "part_estimee": frame["share"].where(frame["low"].notna()),
            "borne_basse": frame["low"],
            "borne_haute": frame["high"],
            "niveau_intervalle": INTERVAL,
            "habitants": frame["residents"],
            "personnes_isolees": frame["people"],
            "familles_a_portee_sur_3": frame["articulation"],
            **families,
            "motif_non_publication": [text.reason(r, lang) if isinstance(r, str) else "" for r in frame["reason"]],
            **asked(known, choice, address),
        }
    )


def _reasons(frame: pd.DataFrame, choice: Choice) -> list[str]:
    """Why responses are few, where they are: what is too far, what is too few."""
    states = frame[[f"response_{family}" for family in choice.families]].itertuples(index=False, name=None)
    return [
        need.reasons(dict(zip(choice.families, row, strict=True)), choice.lang) if quadrant == Quadrant.FEW else ""
        for quadrant, row in zip(frame["quadrant"], states, strict=True)
    ]


def asked(known: Facts, choice: Choice, address: str) -> dict[str, object]:
    """The question, the build that answered and the day: the same on every row of a file."""
    return {
        "minutes_demandees": choice.minutes,
        "familles_demandees": "; ".join(text.family(family, choice.lang) for family in choice.families),
        "temps_de_trajet": "; ".join(known.store.travel_methods()),
        "modele_d_acces": known.store.build().get("access_model", ""),
        "corrections_prises_en_compte": len(known.corrections()),
        **export.asked(known, choice, address),
    }


def stamp(known: Facts, choice: Choice) -> dict:
    """What is written on the picture of the two maps: the question, both legends, sources, build and address."""
    _ = words(choice.lang)
    lang = choice.lang
    title, place = view.headline(known, choice)
    frame = known.gap(choice)
    verdicts = {v: int((frame["verdict"] == v).sum()) for v in facts.ORDER}
    need_legend = pictures.legend(verdicts, table.verdict_words(lang), lang)
    if choice.beside is Beside.CROSSED:
        answer_legend = pictures.legend(view.counts(known, choice), need.quadrant_words(lang), lang)
    else:
        told = pd.Series(view.answer(frame, choice))
        answers = {r: int((told == r).sum()) for r in Together}
        answer_legend = pictures.legend(answers, {r: need.answers(r, lang) for r in answers}, lang, prefix="answer-")
    line = _("line of %(threshold)s") % {"threshold": text.threshold(choice.threshold, lang)}
    asked_ = text.asked(choice.definition, choice.scenario, lang)
    notes = [
        " · ".join([text.kind(Kind.MODELLED, lang), *asked_, line]),
        travel.short(" + ".join(known.store.travel_methods()), lang),
        _("Hatched: not known. No data is never counted as no service."),
        _("An estimated risk from the make-up of the population, not a count of isolated people."),
        _("Sources: %(sources)s") % {"sources": " ; ".join(export.sources(known, choice))},
        _("database %(version)s") % {"version": known.version[:8]} + " · " + choice.href,
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
        "file": file_name(known, choice, "png"),
    }


def file_name(known: Facts, choice: Choice, extension: str) -> str:
    """A name that says what the file contains: reliance_besoin-reponses_occitanie_communes_20-min_0e8b383c.csv."""
    place = "france" if choice.region == FRANCE else known.names().get((Level.REGION, choice.region), choice.region)
    parts = ["reliance", "besoin-reponses", place, choice.mesh.value, f"{choice.minutes:g}-min", *choice.quadrants]
    return "_".join(slug(part) for part in parts) + f"_{known.version[:8]}.{extension}"


def _asked(known: Facts) -> tuple[Choice, str]:
    choice = export.requested(known, moves.PATH)
    return choice, export.address(choice)
