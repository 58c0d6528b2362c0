"""From squares as published to the cells of today's communes, whose residents add up to those of the commune.

A square belongs to the commune that its centre stands in; on a shore, where the centre stands in none, to the first
commune of today that its producer lists for it. Residents of squares come from tax files or another census: they say
how a commune's residents spread, and the census how many they are. So each commune's own residents are shared out among
its squares in proportion, as integers by largest remainder.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyproj
import shapely

from etl.population import largest_remainder
from etl.reading.files import WHOLE, about_file, read_files
from etl.reading.squares import PLACE
from etl.rejects import reject_frame
from etl.sources.grids import GRIDS
from geodata.sentences import sentence
from geodata.source import Snapshot, Source
from geodata.territory import Level

SUM_WITHIN = (0.5, 2.0)
"""Squares that count less or more of a commune's residents than this are not its own, or not all of them."""

COLUMNS = [*PLACE, "code_insee", "land", "lon", "lat", "residents", "is_imputed", "source"]


@dataclass(frozen=True, eq=False)
class Cells:
    """`frame`: a row a cell (`COLUMNS`, then counts as published, under our names), in order of commune, then of place.

    `lon`, `lat` are those of the centre; `residents` are integers that add up to those of the commune. Rows accepted by
    source, rejects, files read; vintages `stated` by sources that are not read here (`etl.grid.iris`).
    """

    frame: pd.DataFrame
    accepted: Mapping[Source, int]
    rejects: pd.DataFrame
    snapshots: Sequence[Snapshot]
    stated: Mapping[str, str] = field(default_factory=dict)

    @property
    def vintages(self) -> dict[str, str]:
        """The vintage of each grid, by source id; empty where no file states it."""
        vintages_by_source: dict[str, set[str]] = {}
        for snapshot in self.snapshots:
            vintages_by_source.setdefault(snapshot.source.id, set()).add(snapshot.vintage)
        read = {source: ", ".join(sorted(vintages - {""})) for source, vintages in vintages_by_source.items()}
        return {**read, **self.stated}


def read_cells(
    official: Mapping[str, Sequence[Snapshot]],
    territory: pd.DataFrame,
    residents: pd.Series,
    *,
    fills: bool = False,
) -> Cells:
    """The cells of every grid found in `official` (files by source id); `residents` are those of communes, by code.

    `fills`: where these are missing, a commune's residents are those that its squares count.
    """
    frames: list[pd.DataFrame] = []
    accepted, rejects, read = {}, [reject_frame("", [])], []
    for module in GRIDS:
        files = official.get(module.SOURCE.id, ())
        if not files:
            continue
        files_read, refused = read_files(module, files)
        rejects += [refused, *(file.rejects for file in files_read)]
        read += [file.snapshot for file in files_read]
        accepted[module.SOURCE] = sum(len(file.rows) for file in files_read)
        if not files_read:
            continue
        squares = pd.concat([file.rows for file in files_read], ignore_index=True)
        # Two editions of one grid hold the same squares: the first file's are kept.
        again = squares.duplicated(PLACE)
        if again.any():
            rejects.append(about_file(files_read[-1], sentence("squares_again", count=int(again.sum()))))
        held = set(pd.concat(frames)["code_insee"]) if frames else set()
        cells, lost = allot(squares[~again], territory, residents, module.SOURCE.id, held=held, fills=fills)
        frames.append(cells)
        rejects.append(lost)
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=COLUMNS)
    return Cells(frame, accepted, pd.concat(rejects, ignore_index=True), read)


def allot(
    squares: pd.DataFrame,
    territory: pd.DataFrame,
    residents: pd.Series,
    source: str,
    *,
    held: Set[str] = frozenset(),
    fills: bool = False,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cells (`Cells.frame`) of squares (`PLACE`, residents, is_imputed, communes, other counts), and the rejects.

    Communes of `held` have cells already: squares there are left out, and told. `fills` as in `read_cells`.
    """
    communes = territory[territory["level"] == Level.COMMUNE].set_index("code").sort_index()
    located = with_centres(squares)
    located["code_insee"] = _commune_of(located, communes)
    rejects = []
    at_sea = located["code_insee"].isna()
    if at_sea.any():
        lost = round(located.loc[at_sea, "residents"].sum())
        rejects.append((WHOLE, source, sentence("squares_at_sea", count=int(at_sea.sum()), residents=lost)))
    finer = located["code_insee"].isin(held)
    if finer.any():
        rejects.append((WHOLE, source, sentence("squares_finer", count=int(finer.sum()))))
    located = located[~at_sea & ~finer]
    counted = located.groupby("code_insee")["residents"].sum()
    own = residents.reindex(counted.index)
    own = own.fillna(counted.round()) if fills else own
    ratio = counted / own
    is_sound = ratio.between(*SUM_WITHIN) & (own > 0)
    # A commune that the census does not count has nobody to share out.
    census = own.fillna(0).astype("int64")
    rejects += [
        (code, code, sentence("squares_disagree", squares=round(counted[code]), census=int(census[code])))
        for code in counted.index[~is_sound]
    ]
    kept = located[located["code_insee"].isin(counted.index[is_sound])]
    kept = kept.sort_values(["code_insee", "crs", "y", "x"], kind="stable", ignore_index=True)
    shared = [
        largest_remainder(int(own[code]), weights / weights.sum())
        for code, weights in _groups(kept["code_insee"].to_numpy(object), kept["residents"].to_numpy(float))
    ]
    kept = kept.assign(
        residents=np.concatenate(shared) if shared else np.zeros(0, "int64"),
        land=kept["code_insee"].map(communes["land"]),
        source=source,
    ).drop(columns="communes")
    others = [column for column in kept.columns if column not in COLUMNS]
    return kept[[*COLUMNS, *others]], reject_frame(source, rejects)


def with_centres(squares: pd.DataFrame) -> pd.DataFrame:
    """The squares with `lon` and `lat` of their centre (WGS 84, degrees)."""
    lon, lat = np.full(len(squares), np.nan), np.full(len(squares), np.nan)
    for crs in sorted(squares["crs"].unique()):
        rows = np.flatnonzero(squares["crs"] == crs)
        side = squares["side_m"].to_numpy()[rows]
        to_degrees = pyproj.Transformer.from_crs(int(crs), 4326, always_xy=True)
        east, north = ((squares[axis].to_numpy()[rows] + 0.5) * side for axis in ("x", "y"))
        lon[rows], lat[rows] = to_degrees.transform(east, north)
    return squares.assign(lon=lon, lat=lat)


def _commune_of(squares: pd.DataFrame, communes: pd.DataFrame) -> np.ndarray:
    """The commune of each square, None where it has none."""
    drawn = communes[communes["geom"].notna()]
    tree = shapely.STRtree(shapely.points(squares["lon"].to_numpy(), squares["lat"].to_numpy()))
    which, point = tree.query(drawn["geom"].to_numpy(dtype=object), predicate="intersects")
    code = np.full(len(squares), None, dtype=object)
    # On a limit that two share, the smallest code: communes are in order, the last one written is the first.
    code[point[::-1]] = drawn.index.to_numpy(object)[which[::-1]]
    lost = np.flatnonzero(pd.isna(code))
    for row in lost:
        listed = squares["communes"].iat[row]
        parts = (listed[start : start + 5] for start in range(0, len(listed), 5))
        code[row] = next((part for part in parts if part in communes.index), None)
    return code


def _groups(codes: np.ndarray, values: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Each code and its values, of sorted codes."""
    first = np.flatnonzero(np.append(True, codes[1:] != codes[:-1])) if len(codes) else np.zeros(0, int)
    yield from zip(codes[first], np.split(values, first[1:]), strict=True) if len(codes) else ()
