"""A base map that an agency drops in: an archive of pictures (PMTiles), or the address of tiles of its own network.

Nothing is drawn without one, and no picture or printed map has it. An archive is read here and answered under this
server's own address, so that a browser asks no other host.
"""

import gzip
import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response
from markupsafe import escape
from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import Compression, MagicNumberNotFound, SpecVersionUnsupported, TileType

from geodata.errors import BadInput

OWN = "/fond/{z}/{x}/{y}"
"""Where the tiles of an archive are."""

_MIMETYPES = {TileType.PNG: "image/png", TileType.JPEG: "image/jpeg", TileType.WEBP: "image/webp"}
_MIMETYPES[TileType.AVIF] = "image/avif"
_DAMAGED = (EOFError, OSError, ValueError, IndexError, KeyError, struct.error, zlib.error)
_A_DAY = "private, max-age=86400"


@dataclass(frozen=True)
class Basemap:
    """Tiles for browsers: `url` as Leaflet writes it, `attribution` in plain words, `most` the finest zoom there is
    (None: not said), `host` that of another server ("" for this one), `tile` gives the picture at (z, x, y) or None."""

    url: str
    attribution: str
    most: int | None = None
    host: str = ""
    mimetype: str = ""
    tile: Callable[[int, int, int], bytes | None] | None = field(default=None, compare=False)


def opened(given: str, attribution: str) -> Basemap | None:
    """The base map of the settings: the path of an archive, an address with {z}, {x} and {y}, or "" for none.

    Raises `BadInput` when it cannot be drawn, or when nobody says whose map it is.
    """
    if not given:
        return None
    basemap = _of_address(given) if "://" in given else _of_archive(Path(given))
    credit = _plain(attribution) or basemap.attribution
    if not credit:
        raise BadInput(
            f"the base map {given} does not say whose it is: give its attribution in RELIANCE_BASEMAP_ATTRIBUTION "
            "(« © IGN, Plan IGN, 2026 », « © les contributeurs d’OpenStreetMap »), which maps show."
        )
    return Basemap(basemap.url, str(escape(credit)), basemap.most, basemap.host, basemap.mimetype, basemap.tile)


def register(server: Flask, basemap: Basemap | None) -> None:
    """Add the route of the tiles of an archive; 404 where there is none."""

    @server.get("/fond/<int:z>/<int:x>/<int:y>")
    def tile(z: int, x: int, y: int) -> Response:
        if basemap is None or basemap.tile is None:
            return Response(status=404)
        body = basemap.tile(z, x, y)
        # Outside what the archive draws there is nothing to see, and nothing wrong.
        answer = Response(body, mimetype=basemap.mimetype) if body else Response(status=204)
        answer.headers["Cache-Control"] = _A_DAY
        return answer


def _of_address(given: str) -> Basemap:
    parts = urlsplit(given)
    is_whole = all(given.count(f"{{{axis}}}") == 1 for axis in "zxy") and not re.search(r"{(?![zxy]})", given)
    # The host stands in a header: nothing but a name and a port may.
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[\w.-]+(:\d+)?", parts.netloc, re.ASCII):
        raise BadInput(f"the base map « {given} » is no address: https://host/.../{{z}}/{{x}}/{{y}}.png is expected.")
    if not is_whole:
        raise BadInput(f"the base map « {given} » must have {{z}}, {{x}} and {{y}} once each, nothing else in braces.")
    return Basemap(given, "", host=f"{parts.scheme}://{parts.netloc}")


def _of_archive(path: Path) -> Basemap:
    try:
        # Kept open as long as the server answers.
        with path.open("rb") as file:
            source = MmapSource(file)
        reader = Reader(source)
        header, metadata = reader.header(), reader.metadata()
        reader.get(header["min_zoom"], 0, 0)
    except MagicNumberNotFound as error:
        raise BadInput(f"the base map {path} is no PMTiles archive.") from error
    except SpecVersionUnsupported as error:
        raise BadInput(f"the base map {path} is of another version of PMTiles than 3.") from error
    except _DAMAGED as error:
        raise BadInput(f"the base map {path} cannot be read ({error}): it is missing, cut or damaged.") from error
    end = header["tile_data_offset"] + header["tile_data_length"]
    if end > path.stat().st_size:
        raise BadInput(f"the base map {path} is cut: {path.stat().st_size:,} bytes of {end:,}.")
    if header["tile_type"] not in _MIMETYPES:
        raise BadInput(
            f"the base map {path} holds vector tiles, or an unknown kind: only pictures (PNG, JPEG, WebP, AVIF) are "
            "drawn. Render it to raster tiles (mbtiles or a folder, then « pmtiles convert »)."
        )
    is_pressed = header["tile_compression"] == Compression.GZIP
    if not is_pressed and header["tile_compression"] not in (Compression.NONE, Compression.UNKNOWN):
        raise BadInput(f"the base map {path} has tiles in a compression that is not read: none or gzip is expected.")

    def tile(z: int, x: int, y: int) -> bytes | None:
        if z > header["max_zoom"] or max(x, y) >= 1 << z:
            return None
        body = reader.get(z, x, y)
        return gzip.decompress(body) if body and is_pressed else body

    attribution = _plain(str(metadata.get("attribution", "")))
    return Basemap(OWN, attribution, header["max_zoom"], mimetype=_MIMETYPES[header["tile_type"]], tile=tile)


def _plain(text: str) -> str:
    """An attribution without its links: it is written in every page, and an archive may come from anywhere."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())
