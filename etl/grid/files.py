"""Cells as plain Parquet: two integers and counts, no geometry, sorted by tile, a row group a tile.

A tile is 256 x 256 squares of one grid. What the cells are (kind, grid, vintage) is in the metadata of the file.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.errors import BadInput, OutputUnavailable

TILE = 256
"""Squares on the side of a tile."""


def by_tile(cells: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """The cells sorted by tile then place, and the row at which each tile starts."""
    tile_x, tile_y = cells["x"].to_numpy() // TILE, cells["y"].to_numpy() // TILE
    order = np.lexsort((cells["x"], cells["y"], tile_x, tile_y, cells["side_m"], cells["crs"]))
    names = np.column_stack([cells["crs"], cells["side_m"], tile_y, tile_x])[order]
    starts = np.flatnonzero(np.append(True, (names[1:] != names[:-1]).any(axis=1))) if len(names) else np.zeros(0, int)
    return cells.iloc[order].reset_index(drop=True), starts


def write_cells(cells: pd.DataFrame, path: Path, metadata: Mapping[str, str]) -> None:
    """Write cells at `path`, whole or not at all, `metadata` in the file's own. Raises `OutputUnavailable`."""
    ordered, starts = by_tile(cells)
    table = pa.Table.from_pandas(ordered, preserve_index=False)
    table = table.replace_schema_metadata({key.encode(): text.encode() for key, text in metadata.items()})
    ends = [*starts[1:], len(ordered)]
    with _whole(path) as beside, pq.ParquetWriter(beside, table.schema, compression="zstd") as writer:
        for start, end in zip(starts, ends, strict=True):
            writer.write_table(table.slice(start, end - start), row_group_size=max(end - start, 1))


def read_cells_file(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    """Cells of a file that `write_cells` wrote, and what it tells. Raises `BadInput` when it cannot be read."""
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise BadInput(f"{path} cannot be read as Parquet ({error}): delete it and run the command again.") from error
    metadata = {key.decode(): text.decode() for key, text in (table.schema.metadata or {}).items()}
    return table.to_pandas(), metadata


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Keep what a finished block gave. Raises `OutputUnavailable`."""
    with _whole(path) as beside:
        # Sums hardly repeat: a dictionary and compression would cost seconds of a run and spare few bytes.
        pq.write_table(pa.table(dict(arrays)), beside, use_dictionary=False, compression="none")


def read_arrays(path: Path, rows: int) -> dict[str, np.ndarray] | None:
    """What a finished block gave; None where it was not finished, or its file is cut."""
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError):
        return None
    return {name: table[name].to_numpy() for name in table.column_names} if table.num_rows == rows else None


@contextlib.contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A place beside `path`, moved there once written."""
    beside = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield beside
        os.replace(beside, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise OutputUnavailable(
            f"{path} cannot be written ({error}): make room or choose another --out. Finished blocks are kept."
        ) from error
