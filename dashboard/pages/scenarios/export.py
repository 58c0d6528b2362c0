"""A plan as a file: sites as CSV, GeoPackage layers, JSON for another workspace, and an annex to a report (Word)."""

import io
import tempfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
from flask import Flask, Response, request

from dashboard.export import attachment
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.scenarios import annex, view, work
from dashboard.pages.scenarios.work import Shown
from dashboard.spreadsheet import csv_bytes, slug
from dashboard.state import plan_of, read
from dashboard.text import plan as said
from geodata.errors import BadInput, UnknownRecord
from geodata.planning import states
from geodata.workspace import export_json

_TYPES = {
    "csv": "text/csv",
    "gpkg": "application/geopackage+sqlite3",
    "json": "application/json",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def register(server: Flask, known: Facts) -> None:
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
        shown = work.opened(known, plan)
        if shown.plan is None:
            raise BadInput("this plan has no answer yet.")
        lang = read("/", request.query_string.decode())[0].lang
        body = {"csv": _csv, "gpkg": _geopackage, "json": _json, "docx": _docx}[ending](known, shown, lang)
        file = f"reliance_plan_{slug(shown.name)}_v{shown.version}_{shown.data_hash[:8]}.{ending}"
        return attachment(body, _TYPES[ending], file)


def sites(known: Facts, shown: Shown, lang: str) -> pd.DataFrame:
    """One row a site, with what was asked and the build that answered."""
    _ = words(lang)
    asked = shown.request
    rows = [
        {
            "rang": site.rank,
            "site": shown.names[site.id]["name"],
            "code_insee": shown.names[site.id]["code_insee"],
            "commune": shown.names[site.id]["commune"],
            "departement": shown.names[site.id]["departement"],
            "lon": shown.names[site.id]["lon"],
            "lat": shown.names[site.id]["lat"],
            "nouvellement_a_portee": said.people(site.reached, lang),
            "a_portee_en_tout": said.people(site.within, lang),
            "part_des_situations": site.share_of_draws,
            "verrouille": _("yes") if site.id in shown.locked else _("no"),
            "cout": site.cost,
            "plan": shown.name,
            "version": shown.version,
            "equipes": asked.teams,
            "minutes": asked.minutes,
            "public": said.aim(asked.aim, lang),
            "equipes_en_place": said.in_place(asked, known.titles(lang), lang),
            "nature": said.kind(asked, lang),
            "ecart_prouve_de_la_proposition": shown.proposal.gap,
            "empreinte_base": shown.data_hash,
        }
        for site in shown.plan.sites
    ]
    return pd.DataFrame(rows)


def _csv(known: Facts, shown: Shown, lang: str) -> bytes:
    return csv_bytes(sites(known, shown, lang))


def _geopackage(known: Facts, shown: Shown, lang: str) -> bytes:
    frame = sites(known, shown, lang)
    points = gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=4326)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.gpkg"
        points.to_file(path, layer="sites", driver="GPKG")
        if shown.data_hash == known.version:
            case = known.case(shown.request)
            state = states(case, shown.plan).map(view.state_words(False, lang))
            at = case.communes.loc[state.index]
            layer = {"code_insee": state.index, "commune": at["name"].to_numpy(), "etat": state.to_numpy()}
            communes = gpd.GeoDataFrame(layer, geometry=gpd.points_from_xy(at["lon"], at["lat"]), crs=4326)
            communes.to_file(path, layer="communes", driver="GPKG")
        return path.read_bytes()


def _json(known: Facts, shown: Shown, lang: str) -> bytes:
    return export_json(known.workspace, shown.id).encode()


def _docx(known: Facts, shown: Shown, lang: str) -> bytes:
    out = io.BytesIO()
    annex.document(known, shown, lang).save(out)
    return out.getvalue()
