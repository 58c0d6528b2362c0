"""What the browser fetches by address: outlines, services, files that belong to the database as a whole."""

import json
from functools import lru_cache

import brotli
from flask import Flask, Response, request

from dashboard import edge, export, maps
from dashboard.facts import Facts
from dashboard.spreadsheet import csv_bytes, slug
from dashboard.state import read
from geodata import schema
from geodata.agency import AgencyKind, template_csv, template_xlsx
from geodata.errors import BadInput, UnknownTerritory
from geodata.territory import FRANCE, Level

GEOBUF = "application/x-protobuf"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FOREVER = "public, max-age=31536000, immutable"

_QUALITY = 4
"""Brotli quality of services, compressed once a build and choice: 1.1 MB in 20 ms to 115 KB for a région."""


def register(server: Flask, facts: Facts) -> None:
    """Add the routes."""
    features = lru_cache(maxsize=64)(lambda version, within, categories: _services(facts, within, categories))

    @server.get("/geo/<fingerprint>/<level>/<within>.pbf")
    def outlines(fingerprint: str, level: str, within: str) -> Response:
        if level not in tuple(Level):
            raise UnknownTerritory(f"there is no level « {level} »: one of {', '.join(Level)} is expected.")
        return _compressed(facts.store.screen_layer(Level(level), within, fingerprint), GEOBUF)

    @server.get("/services/<version>/<within>.json")
    def services(version: str, within: str) -> Response:
        asked = tuple(sorted(filter(None, request.args.get("categories", "").split(","))))
        unknown = set(asked) - set(facts.categories()["id"])
        if unknown:
            raise BadInput(f"unknown categories of services: {', '.join(sorted(unknown))}")
        if within != FRANCE and ("region", within) not in facts.names():
            raise UnknownTerritory(f"no région has the code « {within} ».")
        current = facts.version
        answer = _compressed(features(current, within, asked), "application/geo+json")
        if version != current:
            # A page opened before a new build: answer with what is true now, and let nobody keep it under the old name.
            answer.headers["Cache-Control"] = "no-store"
        return answer

    @server.get("/export/rejets.csv")
    def rejects() -> Response:
        choice, _ = read("/methode", request.query_string.decode())
        source = request.args.get("source")
        name = f"reliance_rejets_{slug(source or 'toutes-sources')}_{facts.version[:8]}.csv"
        return export.attachment(csv_bytes(export.rejects(facts, source, choice.lang)), "text/csv", name)

    @server.get("/export/modele/<kind>.<ending>")
    def template(kind: str, ending: str) -> Response:
        made = {"csv": (template_csv, "text/csv"), "xlsx": (template_xlsx, _XLSX)}
        if kind not in tuple(AgencyKind) or ending not in made:
            raise BadInput(f"there is no template {kind}.{ending}: one of {', '.join(AgencyKind)} as csv or xlsx.")
        make, mimetype = made[ending]
        body = make(AgencyKind(kind))
        body = body.encode() if isinstance(body, str) else body
        return export.attachment(body, mimetype, f"reliance_modele_{kind}.{ending}")

    @server.get("/export/dictionnaire.csv")
    def dictionary() -> Response:
        return export.attachment(
            csv_bytes(export.dictionary(schema.metadata, read("/", request.query_string.decode())[0].lang)),
            "text/csv",
            f"reliance_dictionnaire_{facts.version[:8]}.csv",
        )

    @server.errorhandler(edge.NAMED[0])
    @server.errorhandler(edge.NAMED[1])
    def named(error: Exception) -> Response:
        choice, _ = read("/", request.query_string.decode())
        return Response(edge.sentence(error, choice.lang), edge.status(error), mimetype="text/plain")


def _compressed(body: bytes, mimetype: str) -> Response:
    """A body that is already Brotli: sent as it is, or opened for the browsers that do not read it (plain http)."""
    accepts = "br" in request.accept_encodings
    response = Response(body if accepts else brotli.decompress(body), mimetype=mimetype)
    if accepts:
        response.headers["Content-Encoding"] = "br"
    response.headers["Cache-Control"] = _FOREVER
    response.vary.add("Accept-Encoding")
    return response


def _services(facts: Facts, within: str, categories: tuple[str, ...]) -> bytes:
    frame = facts.store.services(within, categories)
    communes = facts.store.territories(Level.COMMUNE, within)
    names = dict(zip(communes["code"], communes["name"], strict=True))
    features = maps.service_features(frame, names, within)
    return brotli.compress(json.dumps(features, ensure_ascii=False, separators=(",", ":")).encode(), quality=_QUALITY)
