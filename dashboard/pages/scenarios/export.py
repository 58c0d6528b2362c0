"""A plan as a file: sites as CSV, GeoPackage layers, JSON for another workspace, and an annex to a report (Word)."""

import tempfile
from pathlib import Path

import geopandas as gpd
from flask import Flask, Response, current_app, request

from dashboard import geopackage
from dashboard.briefing import plan_paper
from dashboard.briefing.issuer import Issuer, issuer
from dashboard.computations import plan_search
from dashboard.computations.plan_search import Shown
from dashboard.export import DOCX, XLSX, attachment
from dashboard.facts import Facts
from dashboard.pages.scenarios.plan_map import state_words
from dashboard.spreadsheet import slug
from dashboard.state import plan_of, read
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
        shown = plan_search.opened(facts, plan)
        if not shown.is_answered:
            raise BadInput("this plan has no answer yet.")
        lang = read("/", request.query_string.decode())[0].lang
        if ending in plan_paper.ENDINGS:
            body = plan_paper.ENDINGS[ending](facts.store, shown, lang, issuer=_issuer())
        else:
            kinds = {"gpkg": _geopackage, "json": _json}
            body = kinds[ending](facts, shown, lang)
        file = f"reliance_plan_{slug(shown.name)}_v{shown.version}_{shown.data_hash[:8]}.{ending}"
        return attachment(body, _TYPES[ending], file)


def _geopackage(facts: Facts, shown: Shown, lang: str) -> bytes:
    frame = plan_paper.sites(facts.store, shown, lang)
    points = gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=4326)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.gpkg"
        geopackage.layer(path, "sites", points, "Sites")
        if shown.data_hash == facts.version:
            case = plan_search.places(facts, shown.request, shown.sites)
            state = states(case, shown.plan).map(state_words(False, lang))
            at = case.communes.loc[state.index]
            layer = {"code_insee": state.index, "commune": at["name"].to_numpy(), "etat": state.to_numpy()}
            communes = gpd.GeoDataFrame(layer, geometry=gpd.points_from_xy(at["lon"], at["lat"]), crs=4326)
            geopackage.layer(path, "communes", communes, "Communes")
        return path.read_bytes()


def _issuer() -> Issuer:
    settings = current_app.config["SETTINGS"]
    return issuer(settings.agency, settings.contact, settings.logo)


def _json(facts: Facts, shown: Shown, lang: str) -> bytes:
    return export_json(facts.workspace, shown.id).encode()
