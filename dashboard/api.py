"""What the browser fetches by address: outlines, services, files that belong to the database as a whole."""

import json

import brotli
import pandas as pd
from flask import Flask, Response, request
from geobuf.geobuf_pb2 import Data

from dashboard import errors, export, maps, town_names
from dashboard.facts import Facts
from dashboard.spreadsheet import csv_bytes, slug
from dashboard.state import MESHES, PERIMETERS, read
from geodata import schema
from geodata.agency import AgencyKind, template_csv, template_xlsx
from geodata.errors import BadInput, UnknownTerritory
from geodata.memory import remembered
from geodata.territory import FRANCE, Level, Perimeter

GEOBUF = "application/x-protobuf"
FOREVER = "public, max-age=31536000, immutable"

QUALITY = 4
"""Brotli quality of services, compressed once a build and choice: 1.1 MB in 20 ms to 115 KB for a région."""


def register(server: Flask, facts: Facts) -> None:
    """Add the routes."""

    @server.get("/geo/<fingerprint>/<level>/<within>.pbf")
    def outlines(fingerprint: str, level: str, within: str) -> Response:
        if level not in tuple(Level):
            raise UnknownTerritory(f"there is no level « {level} »: one of {', '.join(Level)} is expected.")
        return _compressed(facts.store.screen_layer(Level(level), within, fingerprint), GEOBUF)

    @server.get("/contours/<version>/<region>/<level>/<code>.pbf")
    def outlines_beyond(version: str, region: str, level: str, code: str) -> Response:
        is_known = level in PERIMETERS and (Level.REGION, region) in facts.names()
        if not is_known or not facts.exists(Level(level), code):
            raise UnknownTerritory(f"there is no perimeter of level « {level} » with the code « {code} ».")
        return of_build(facts, _outlines(facts, facts.version, region, Perimeter(Level(level), code)), GEOBUF, version)

    @server.get("/noms/<version>/<level>/<within>.json")
    def place_names(version: str, level: str, within: str) -> Response:
        if level not in MESHES or (within != FRANCE and (Level.REGION, within) not in facts.names()):
            raise UnknownTerritory(f"there is no map of level « {level} » in « {within} ».")
        return of_build(
            facts, _names(facts, facts.version, Level(level), within, _perimeter(facts)), "application/json", version
        )

    @server.get("/services/<version>/<within>.json")
    def services(version: str, within: str) -> Response:
        wanted = tuple(sorted(filter(None, request.args.get("categories", "").split(","))))
        unknown = set(wanted) - set(facts.categories()["id"])
        if unknown:
            raise BadInput(f"unknown categories of services: {', '.join(sorted(unknown))}")
        if within != FRANCE and ("region", within) not in facts.names():
            raise UnknownTerritory(f"no région has the code « {within} ».")
        return of_build(
            facts, _services(facts, facts.version, within, wanted, _perimeter(facts)), "application/geo+json", version
        )

    @server.get("/export/sources.csv")
    def sources() -> Response:
        choice = facts.checked(read("/", request.query_string.decode())[0])[0]
        body = csv_bytes(export.source_rows(facts, choice))
        return export.attachment(body, "text/csv", f"reliance_sources_{facts.version[:8]}.csv")

    @server.get("/export/rejets.csv")
    def rejects() -> Response:
        choice, _ = read("/methode", request.query_string.decode())
        source = request.args.get("source")
        name = f"reliance_rejets_{slug(source or 'toutes-sources')}_{facts.version[:8]}.csv"
        return export.attachment(csv_bytes(export.rejects(facts, source, choice.lang)), "text/csv", name)

    @server.get("/export/modele/<kind>.<ending>")
    def template(kind: str, ending: str) -> Response:
        if kind not in tuple(AgencyKind) or ending not in ("csv", "xlsx"):
            raise BadInput(f"there is no template {kind}.{ending}: one of {', '.join(AgencyKind)} as csv or xlsx.")
        is_csv, kind_ = ending == "csv", AgencyKind(kind)
        body = template_csv(kind_).encode() if is_csv else template_xlsx(kind_)
        return export.attachment(body, "text/csv" if is_csv else export.XLSX, f"reliance_modele_{kind}.{ending}")

    @server.get("/export/dictionnaire.csv")
    def dictionary() -> Response:
        return export.attachment(
            csv_bytes(export.dictionary(schema.metadata, read("/", request.query_string.decode())[0].lang)),
            "text/csv",
            f"reliance_dictionnaire_{facts.version[:8]}.csv",
        )

    @server.errorhandler(errors.NAMED[0])
    @server.errorhandler(errors.NAMED[1])
    def named(error: Exception) -> Response:
        choice, _ = read("/", request.query_string.decode())
        return Response(errors.sentence(error, choice.lang), errors.status(error), mimetype="text/plain")


def of_build(facts: Facts, body: bytes, mimetype: str, version: str) -> Response:
    """What an address names by the build: a body that is already Brotli, kept for ever."""
    answer = _compressed(body, mimetype)
    if version != facts.version:
        # A page opened before a new build: answer with what is true now, and let nobody keep it under the old name.
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _compressed(body: bytes, mimetype: str) -> Response:
    """A body that is already Brotli: sent as it is, or opened for the browsers that do not read it (plain http)."""
    accepts = "br" in request.accept_encodings
    response = Response(body if accepts else brotli.decompress(body), mimetype=mimetype)
    if accepts:
        response.headers["Content-Encoding"] = "br"
    response.headers["Cache-Control"] = FOREVER
    response.vary.add("Accept-Encoding")
    return response


@remembered
def _names(facts: Facts, version: str, level: Level, within: str, beyond: Perimeter | None) -> bytes:
    return _json(town_names.names(facts, level, within, beyond))


def _perimeter(facts: Facts) -> Perimeter | None:
    """The perimeter that goes beyond the région of an address; None where none is asked for."""
    choice = facts.checked(read("/", request.query_string.decode())[0])[0]
    return choice.within if choice.perimeter else None


@remembered
def _outlines(facts: Facts, version: str, region: str, within: Perimeter) -> bytes:
    """Communes of a région and those of a perimeter that lie outside it, as Geobuf. Messages are merged, and no point
    of them is read."""
    outside = facts.outside(region, within)
    both = Data.FromString(_layer(facts, region))
    for other, places in outside.groupby("region"):
        layer = Data.FromString(_layer(facts, other))
        at, codes = list(layer.keys).index("code"), set(places["code"])
        features = [one for one in layer.feature_collection.features if one.values[at].string_value in codes]
        both.feature_collection.features.extend(features)
    return brotli.compress(both.SerializeToString(), quality=QUALITY)


def _layer(facts: Facts, region: str) -> bytes:
    fingerprint = facts.fingerprint(Level.COMMUNE, region) or ""
    return brotli.decompress(facts.store.screen_layer(Level.COMMUNE, region, fingerprint))


@remembered
def _services(facts: Facts, version: str, within: str, categories: tuple[str, ...], beyond: Perimeter | None) -> bytes:
    perimeters: list[str | Perimeter] = [within, *([beyond] if beyond else [])]
    frame = pd.concat([facts.store.services(one, categories) for one in perimeters]).drop_duplicates("id")
    communes = pd.concat([facts.store.territories(Level.COMMUNE, one) for one in perimeters])
    names = dict(zip(communes["code"], communes["name"], strict=True))
    return _json(maps.service_features(frame, names, within, facts.store.country().insets))


def _json(value: object) -> bytes:
    return brotli.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), quality=QUALITY)
