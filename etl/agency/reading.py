"""One table out of an agency's file (CSV, workbook, GeoPackage) as text; one that cannot be trusted is refused whole.

Refused: no table inside, columns missing, renamed or given twice, several layers that fit, lines with too many or too
few cells, two encodings, a cell of absurd length, columns or names that announce data about persons.
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import shapely

from etl.agency.personal import column_problems
from etl.reading.candidate import peek
from etl.reading.opening import as_text
from etl.reading.tables import LONGEST_CELL, Layout
from etl.snapshots import checksum
from geodata.agency import AgencyFile
from geodata.errors import BadInput
from geodata.sentences import Sentence, in_line, sentence
from geodata.source import Licence, Snapshot, Source, Tier

_SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True, eq=False)
class AgencyTable:
    """What was read: `cells`, text by line of the file and column of the template; the columns and sheets left."""

    path: Path
    cells: pd.DataFrame
    unread: tuple[str, ...]
    hidden: tuple[str, ...] = ()


def read_table(path: Path, file: AgencyFile) -> AgencyTable:
    """The table of `file`'s kind in `path`. Raises `BadInput` listing every problem of the file."""
    if not path.is_file():
        raise BadInput(sentence("no_such_file", file=path))
    with open(path, "rb") as opened:
        is_geopackage = opened.read(len(_SQLITE)) == _SQLITE
    try:
        return _from_geopackage(path, file) if is_geopackage else _from_table(path, file)
    except BadInput as error:
        problems = tuple(error.problems) if isinstance(error, _Problems) else (error.why,)
        raise BadInput(sentence("nothing_loaded", file=path.name, problems=problems)) from error


def _from_table(path: Path, file: AgencyFile) -> AgencyTable:
    whole = peek(path)
    if whole.kind not in ("text", "workbook"):
        raise BadInput(sentence("kind_not_read", kind=whole.kind))
    layout = Layout(file.required, wanted=file.names.__contains__, sheets=".*")
    tables = list(layout.tables(whole))
    fitting = [table for table in tables if set(file.required) <= set(table.columns)]
    if len(fitting) > 1:
        sheets = ", ".join(sorted(f"« {table.sheet} »" for table in fitting))
        raise BadInput(sentence("several_sheets", sheets=sheets))
    table = max(tables, key=lambda table_: len(set(file.required) & set(table_.columns)), default=None)
    columns, written, sheet = (table.columns, table.written, table.sheet) if table else ((), (), "")
    _refuse(_problems(columns, file), column_problems(_unread(columns, written, file), (path.stem, sheet)))
    source = Source("agence", path.name, "agence", Licence.AGENCY, str(path), Tier.AGENCY)
    frame = layout.read(Snapshot(source, path, checksum(path), path.stat().st_size))
    return AgencyTable(path, _trimmed(frame, file), _unread(columns, written, file), whole.hidden)


def _from_geopackage(path: Path, file: AgencyFile) -> AgencyTable:
    try:
        places = dict(pyogrio.list_layers(path))
        written = {name: tuple(pyogrio.read_info(path, layer=name)["fields"]) for name in places}
    except pyogrio.errors.DataSourceError as error:
        raise BadInput(sentence("geopackage_not_opened", error=error)) from error
    layout = Layout(file.required, wanted=file.names.__contains__)
    layers = {name: layout.named(columns) for name, columns in written.items()}
    if not layers:
        raise BadInput(sentence("no_layer"))
    layer = max(layers, key=lambda name: len(set(file.required) & set(layers[name])))
    fitting = [name for name, columns in layers.items() if set(file.required) <= set(columns)]
    if len(fitting) > 1:
        raise BadInput(sentence("several_layers", layers=", ".join(fitting)))
    has_points = isinstance(places[layer], str) and "lon" in file.names
    unread = _unread(layers[layer], written[layer], file)
    _refuse(
        _problems(layers[layer], file),
        column_problems(unread, (path.stem, layer)),
    )
    try:
        frame = pyogrio.read_dataframe(path, layer=layer, read_geometry=has_points)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.GeometryError) as error:
        raise BadInput(sentence("layer_not_read", layer=layer, error=error)) from error
    frame = frame.rename(columns=dict(zip(written[layer], layers[layer], strict=True)))
    if has_points:
        frame = _with_points(frame, layer)
    cells = pd.DataFrame({c: frame[c].map(_cell).astype(str) for c in frame.columns if c in file.names})
    cells = cells.set_axis(pd.RangeIndex(1, len(cells) + 1, name="line"))
    if cells.empty:
        raise BadInput(sentence("layer_empty", layer=layer))
    _refuse([
        sentence("cell_too_long", line=lengths.idxmax(), column=column, length=lengths.max(), most=LONGEST_CELL)
        for column, lengths in ((c, cells[c].str.len()) for c in cells)
        if lengths.max() > LONGEST_CELL
    ])  # fmt: skip
    return AgencyTable(path, _trimmed(cells, file), unread)


def _with_points(frame: Any, layer: str) -> pd.DataFrame:
    """Longitude and latitude of a layer of points, whatever its projection, where its columns lon and lat are empty.

    Several points in one (MultiPoint, what QGIS writes by default) are read when there is only one in each.
    """
    empty = pd.Series("", index=frame.index)
    stated = {axis: frame[axis].map(_cell) if axis in frame else empty for axis in ("lon", "lat")}
    wanted = (stated["lon"] == "") & (stated["lat"] == "") & frame.geometry.notna() & ~frame.geometry.is_empty
    shapes = frame.geometry[wanted]
    if others := sorted(set(shapes.geom_type) - {"Point", "MultiPoint"}):
        raise BadInput(sentence("layer_of_shapes", layer=layer, shapes=others[0]))
    many = shapes[shapely.get_num_geometries(shapes.to_numpy()) > 1]
    if len(many):
        raise BadInput(sentence("layer_of_several_points", layer=layer, line=frame.index.get_loc(many.index[0]) + 1))
    if len(shapes) and frame.crs is None:
        raise BadInput(sentence("layer_without_coordinates", layer=layer))
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name)).assign(**stated)
    if len(shapes):
        points = shapes.to_crs(4326).to_numpy()
        single = [shapely.get_geometry(point, 0) for point in points]
        table.loc[wanted, "lon"] = [repr(float(shapely.get_x(point))) for point in single]
        table.loc[wanted, "lat"] = [repr(float(shapely.get_y(point))) for point in single]
    return table


def _cell(value: object) -> str:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return as_text(value.item() if isinstance(value, np.generic) else value)


def _problems(columns: Sequence[str], file: AgencyFile) -> list[Sentence]:
    """What is wrong with the line of columns."""
    problems = []
    if twice := sorted({c for c in columns if c.strip() and list(columns).count(c) > 1}):
        problems.append(sentence("columns_twice", columns=", ".join(twice)))
    for name in file.required:
        if name not in columns:
            near = difflib.get_close_matches(name, [c.strip().lower() for c in columns], n=1, cutoff=0.6)
            problems.append(
                sentence("column_missing_near", column=name, near=near[0][:40])
                if near
                else sentence("column_missing", column=name)
            )
    if problems:
        shown = ", ".join(c[:40] for c in columns[:12])
        present = sentence("columns_present", columns=shown) if shown else sentence("no_column")
        problems.append(
            sentence("columns_wanted", present=present, columns=", ".join(file.names), kind=file.kind.value)
        )
    return problems


class _Problems(BadInput):
    """Several problems of one file."""

    def __init__(self, problems: Sequence[Sentence]) -> None:
        super().__init__(in_line(problems))
        self.problems = problems


def _refuse(problems: Sequence[Sentence], personal: Sequence[Sentence] = ()) -> None:
    # Data about persons come first: they are why the file should not be sent around to be mended.
    if problems or personal:
        raise _Problems([*personal, *problems])


def _trimmed(frame: pd.DataFrame, file: AgencyFile) -> pd.DataFrame:
    return pd.DataFrame({name: frame[name].str.strip() for name in file.names if name in frame})


def _unread(columns: Sequence[str], written: Sequence[str], file: AgencyFile) -> tuple[str, ...]:
    """Columns that are none of the template, as the file writes them."""
    pairs = zip(columns, written, strict=True)
    return tuple(name for column, name in pairs if name.strip() and column not in file.names)
