"""A tiny base map: grey tiles of the whole world at zoom 0, of the mainland at zoom 4."""

import struct
import zlib
from pathlib import Path

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import write

TILES = [(0, 0, 0), *((4, x, y) for x in (7, 8) for y in (5, 6))]
ATTRIBUTION = "© <a href='https://example.org'>Carte inventée</a>"


def picture(side: int = 256) -> bytes:
    """A grey PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\x90" * side) * side)
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def archive(path: Path, *, kind: TileType = TileType.PNG, attribution: str = ATTRIBUTION) -> Path:
    """The archive, written at `path`."""
    with write(str(path)) as out:
        for z, x, y in sorted(TILES, key=lambda tile: zxy_to_tileid(*tile)):
            out.write_tile(zxy_to_tileid(z, x, y), picture())
        world = {"min_lon_e7": -1_800_000_000, "min_lat_e7": -850_000_000, "max_lon_e7": 1_800_000_000}
        world |= {"max_lat_e7": 850_000_000, "center_zoom": 0, "center_lon_e7": 0, "center_lat_e7": 0}
        header = {"tile_type": kind, "tile_compression": Compression.NONE, "min_zoom": 0, "max_zoom": 4}
        out.finalize(header | world, {"attribution": attribution} if attribution else {})
    return path
