"""One table out of an agency's file (CSV, workbook, GeoPackage) as text; one that cannot be trusted is refused whole.

Refused: no table inside, columns missing, renamed or given twice, several layers that fit, lines with too many or too
few cells, two encodings, a cell of absurd length, columns or names that announce data about persons.
"""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio

from etl.agency.personal import column_problems
from etl.reading.intake import Candidate, as_text, peek
from etl.reading.tables import LONGEST_CELL, Layout
from etl.snapshots import checksum
from geodata.agency import AgencyFile
from geodata.errors import BadInput
from geodata.source import Licence, Snapshot, Source, Tier

_SQLITE = b"SQLite format 3\0"
_HEADER_ROWS = 15


@dataclass(frozen=True, eq=False)
class AgencyTable:
    """What was read: `cells`, text by line of the file and column of the template; the columns that were left."""

    path: Path
    cells: pd.DataFrame
    unread: tuple[str, ...]


def read_table(path: Path, file: AgencyFile) -> AgencyTable:
    """The table of `file`'s kind in `path`. Raises `BadInput` listing every problem of the file, in French."""
    if not path.is_file():
        raise BadInput(f"{path} n'existe pas, ou n'est pas un fichier.")
    with open(path, "rb") as opened:
        is_geopackage = opened.read(len(_SQLITE)) == _SQLITE
    try:
        return _from_geopackage(path, file) if is_geopackage else _from_table(path, file)
    except BadInput as error:
        raise BadInput(f"{path.name} : rien n'a été chargé.\n{error}") from error


def _from_table(path: Path, file: AgencyFile) -> AgencyTable:
    whole = peek(path)
    if whole.kind not in ("text", "workbook"):
        raise BadInput(
            f"- le fichier est de type {whole.kind} ; un CSV, un classeur (xlsx, ods) ou un GeoPackage est lu"
        )
    headers = list(_headers(whole))
    sheet, columns = max(headers, key=lambda found: len(set(file.required) & set(found[1])), default=("", ()))
    _refuse(_problems(columns, file), column_problems(columns, (path.stem, sheet)))
    layout = Layout((), is_mine=lambda found: tuple(found) == columns, wanted=file.names.__contains__, sheets=".*")
    source = Source("agence", path.name, "agence", Licence.AGENCY, "", str(path), Tier.AGENCY)
    frame = layout.read(Snapshot(source, path, checksum(path), path.stat().st_size))
    return AgencyTable(path, _trimmed(frame, file), _unread(columns, file))


def _headers(whole: Candidate) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Sheet and cells of every line that may hold the columns."""
    if whole.kind == "text":
        yield "", whole.columns
    for sheet in whole.sheets:
        yield from ((sheet, tuple(row)) for row in whole.top(sheet, _HEADER_ROWS))


def _from_geopackage(path: Path, file: AgencyFile) -> AgencyTable:
    try:
        places = dict(pyogrio.list_layers(path))
        layers = {name: tuple(pyogrio.read_info(path, layer=name)["fields"]) for name in places}
    except pyogrio.errors.DataSourceError as error:
        raise BadInput(f"- le GeoPackage ne peut pas être ouvert : {error}") from error
    if not layers:
        raise BadInput("- le GeoPackage ne contient aucune couche")
    layer = max(layers, key=lambda name: len(set(file.required) & set(layers[name])))
    fitting = [name for name, columns in layers.items() if set(file.required) <= set(columns)]
    if len(fitting) > 1:
        raise BadInput(f"- plusieurs couches conviennent : {', '.join(fitting)} ; gardez-en une seule")
    has_points = isinstance(places[layer], str) and "lon" in file.names
    _refuse(_problems(layers[layer], file), column_problems(layers[layer], (path.stem, layer)))
    try:
        frame = pyogrio.read_dataframe(path, layer=layer, read_geometry=has_points)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.GeometryError) as error:
        raise BadInput(f"- la couche {layer} ne peut pas être lue : {error}") from error
    if has_points and not {"lon", "lat"} & set(layers[layer]):
        frame = _with_points(frame, layer)
    cells = pd.DataFrame({c: frame[c].map(_cell).astype(str) for c in frame.columns if c in file.names})
    cells = cells.set_axis(pd.RangeIndex(1, len(cells) + 1, name="line"))
    if cells.empty:
        raise BadInput(f"- la couche {layer} est vide")
    _refuse([
        f"- ligne {lengths.idxmax()}, colonne {column} : {lengths.max():,} caractères ; {LONGEST_CELL:,} au plus"
        for column, lengths in ((c, cells[c].str.len()) for c in cells)
        if lengths.max() > LONGEST_CELL
    ])  # fmt: skip
    return AgencyTable(path, _trimmed(cells, file), _unread(layers[layer], file))


def _with_points(frame, layer: str) -> pd.DataFrame:
    """Longitude and latitude of a layer of points, whatever its projection."""
    known = frame.geometry[frame.geometry.notna() & ~frame.geometry.is_empty]
    if set(known.geom_type) - {"Point"}:
        raise BadInput(f"- la couche {layer} contient des {known.geom_type.iloc[0]} ; des points sont attendus")
    if frame.crs is None:
        raise BadInput(f"- la couche {layer} n'a pas de système de coordonnées")
    points = frame.geometry.to_crs(4326)
    return pd.DataFrame(frame.drop(columns=frame.geometry.name)).assign(lon=points.x, lat=points.y)


def _cell(value: object) -> str:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return as_text(value.item() if isinstance(value, np.generic) else value)


def _problems(columns: Sequence[str], file: AgencyFile) -> list[str]:
    """What is wrong with the line of columns."""
    problems = []
    if twice := sorted({c for c in columns if c.strip() and list(columns).count(c) > 1}):
        problems.append(f"colonnes données deux fois : {', '.join(twice)}")
    for name in file.required:
        if name not in columns:
            near = difflib.get_close_matches(name, [c.strip().lower() for c in columns], n=1, cutoff=0.6)
            hint = f" (la plus proche est « {near[0][:40]} »)" if near else ""
            problems.append(f"la colonne « {name} » manque{hint}")
    if problems:
        found = ", ".join(c[:40] for c in columns[:12]) or "aucune"
        problems.append(
            f"colonnes trouvées : {found}. Colonnes attendues, séparées par ; , tabulation ou | : "
            f"{', '.join(file.names)}. Le modèle : python -m etl template {file.kind}"
        )
    return [f"- {problem}" for problem in problems]


def _refuse(problems: Sequence[str], personal: Sequence[str] = ()) -> None:
    # Data about persons come first: they are why the file should not be sent around to be mended.
    if every := [*(f"- {problem}" for problem in personal), *problems]:
        raise BadInput("\n".join(every))


def _trimmed(frame: pd.DataFrame, file: AgencyFile) -> pd.DataFrame:
    return pd.DataFrame({name: frame[name].str.strip() for name in file.names if name in frame})


def _unread(columns: Sequence[str], file: AgencyFile) -> tuple[str, ...]:
    return tuple(c for c in columns if c.strip() and c not in file.names)
