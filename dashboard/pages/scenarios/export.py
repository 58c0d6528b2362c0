"""A plan as a file: sites as CSV, GeoPackage layers, JSON for another workspace, and an annex to a report (Word)."""

import tempfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
from flask import Flask, Response, current_app, request

from dashboard import geopackage
from dashboard.briefing import plan_paper
from dashboard.briefing.issuer import Issuer, issuer
from dashboard.briefing.plan_figures import counted
from dashboard.export import DOCX, XLSX, attachment
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.scenarios import work
from dashboard.pages.scenarios.plan_map import state_words
from dashboard.pages.scenarios.work import Shown
from dashboard.spreadsheet import csv_bytes, slug
from dashboard.state import plan_of, read
from dashboard.text import plan as plan_text
from dashboard.text import plan_rules, travel
from geodata.errors import BadInput, UnknownRecord
from geodata.planning import states
from geodata.workspace import export_json

_TYPES = {
    "csv": "text/csv",
    "gpkg": "application/geopackage+sqlite3",
    "json": "application/json",
    "pdf": "application/pdf",
    "png": "image/png",
    "xlsx": XLSX,
    "docx": DOCX,
}


def register(server: Flask, facts: Facts) -> None:
    """Add the route of the downloads."""

    @server.get("/export/plan/<name>")
    def plan_file(name: str) -> Response:
        identifier, _dot, ending = name.rpartition(".")
        try:
            plan = plan_of(identifier)
        except ValueError:
            plan = None
        if ending not in _TYPES or plan is None:
            raise UnknownRecord(f"there is no file {name}: a plan ends in {', '.join(_TYPES)}.")
        shown = work.opened(facts, plan)
        if not shown.is_answered:
            raise BadInput("this plan has no answer yet.")
        lang = read("/", request.query_string.decode())[0].lang
        if ending in plan_paper.ENDINGS:
            body = plan_paper.ENDINGS[ending](facts.store, shown, lang, issuer=_issuer())
        else:
            kinds = {"csv": _csv, "gpkg": _geopackage, "json": _json, "xlsx": _xlsx}
            body = kinds[ending](facts, shown, lang)
        file = f"reliance_plan_{slug(shown.name)}_v{shown.version}_{shown.data_hash[:8]}.{ending}"
        return attachment(body, _TYPES[ending], file)


def sites(facts: Facts, shown: Shown, lang: str) -> pd.DataFrame:
    """One row a site, with what was asked and the build that answered."""
    _ = words(lang)
    request = shown.request
    rows = [
        {
            "rang": site.rank,
            "site": shown.names[site.id]["name"],
            "code_insee": shown.names[site.id]["code_insee"],
            "commune": shown.names[site.id]["commune"],
            "departement": shown.names[site.id]["departement"],
            "lon": shown.names[site.id]["lon"],
            "lat": shown.names[site.id]["lat"],
            "nouvellement_a_portee": counted(site.reached),
            "nouvellement_a_portee_en_mots": plan_text.people(site.reached, lang),
            "a_portee_en_tout": counted(site.within),
            "equipes_sur_le_site": site.teams,
            "accompagnees": None if site.accompanied is None else float(round(site.accompanied)),
            "pourquoi": plan_rules.site(site, shown.reason(site.id), shown.trade_offs, lang),
            "minutes_connues": travel.kind(reason.travel, lang) if (reason := shown.reason(site.id)) else None,
            "modele_de_trajet": reason.travel if reason else None,
            "ouverte": _("yes") if site.id in request.opened else _("no"),
            "part_des_situations": site.share_of_draws,
            "verrouille": _("yes") if site.id in shown.locked else _("no"),
            "cout": site.cost,
            "plan": shown.name,
            "version": shown.version,
            "equipes": request.teams,
            "minutes": request.minutes,
            "public": plan_text.public(request.public, lang),
            "equipes_en_place": plan_text.in_place(request, facts.titles(lang), lang),
            "but": plan_rules.aim(request.aim, lang),
            "capacite": plan_rules.capacity(request, lang),
            "plancher": plan_rules.floor(request, lang),
            "sites_possibles": plan_rules.candidates(request, facts.titles(lang), lang),
            "nature": plan_text.kind(request, lang),
            "ecart_prouve_de_la_proposition": shown.proposal.gap,
            "empreinte_base": shown.data_hash,
        }
        for site in shown.plan.sites
    ]
    return pd.DataFrame(rows)


def _csv(facts: Facts, shown: Shown, lang: str) -> bytes:
    return csv_bytes(sites(facts, shown, lang))


def _geopackage(facts: Facts, shown: Shown, lang: str) -> bytes:
    frame = sites(facts, shown, lang)
    points = gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=4326)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.gpkg"
        geopackage.layer(path, "sites", points, "Sites")
        if shown.data_hash == facts.version:
            case = work.places(facts, shown.request, shown.sites)
            state = states(case, shown.plan).map(state_words(False, lang))
            at = case.communes.loc[state.index]
            layer = {"code_insee": state.index, "commune": at["name"].to_numpy(), "etat": state.to_numpy()}
            communes = gpd.GeoDataFrame(layer, geometry=gpd.points_from_xy(at["lon"], at["lat"]), crs=4326)
            geopackage.layer(path, "communes", communes, "Communes")
        return path.read_bytes()


def _issuer() -> Issuer:
    settings = current_app.config["SETTINGS"]
    return issuer(settings.agency, settings.contact, settings.logo)


def _xlsx(facts: Facts, shown: Shown, lang: str) -> bytes:
    return plan_paper.xlsx(facts.store, shown, lang, sites(facts, shown, lang))


def _json(facts: Facts, shown: Shown, lang: str) -> bytes:
    return export_json(facts.workspace, shown.id).encode()
