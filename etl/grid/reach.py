"""Minutes of a commune as the distribution over its residents' cells, in place of those of one point of its surface.

Each group of cells (`etl.grid.groups`) goes to its own nearest service. The minutes of a commune are then those of its
median resident: the group at which half of the residents are as near or nearer, and the service that is nearest there.
So a commune is out of reach where most of its residents are, the rule that larger territories follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.access import service_points
from etl.grid.cells import Cells
from etl.grid.iris import NO_SIDE
from etl.roads import Roads
from geodata.methods.access import nearest
from geodata.methods.roads import nearest_by_road
from geodata.methods.travel import BOUNDARY_MIN, TRAVEL
from geodata.minutes import MOST_MINUTES, SHARE_MINUTES
from geodata.square_groups import FAMILIES, NO_DATA, Groups
from geodata.territory import Level

MINUTES = np.arange(int(MOST_MINUTES) + 1)
"""Whole minutes of the distribution: all that a reader can ask for."""

_PLACE = ["lon", "lat", "land"]


@dataclass(frozen=True, eq=False)
class CellReach:
    """Rows of tables `access` and `family_access` with the minutes of median residents, those of `cell_reach` and of
    `square_group`."""

    access: pd.DataFrame
    family_access: pd.DataFrame
    cell_reach: pd.DataFrame
    square_group: pd.DataFrame


def by_residents(
    access: pd.DataFrame,
    family_access: pd.DataFrame,
    services: pd.DataFrame,
    categories: pd.DataFrame,
    territory: pd.DataFrame,
    cells: Cells,
    roads: Roads,
) -> CellReach:
    """What each commune that has cells reaches. The others keep the minutes of their point, and have no `cell_reach`.

    A group goes by road where its commune's own point does, so that one commune has one method.
    """
    if cells.frame.empty:
        return CellReach(access, family_access, _rows([]), pd.DataFrame(columns=GROUP_COLUMNS))
    # Here, since the compiler takes a third of a second to import and few builds have squares.
    from etl.grid.groups import grouped, groups_of

    group = groups_of(cells.frame)
    frame = grouped(cells.frame, group)
    supply = service_points(services, territory[territory["level"] == Level.COMMUNE].set_index("code"))
    inside = supply[services.set_index("id")["code_insee"].reindex(supply.index).isin(roads.covered)]
    first = _firsts(frame["code_insee"].to_numpy(object))
    family_of = categories[categories["counts"] == 1].set_index("id")["family"]
    best: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    medians = []
    for category, rows in access.groupby("category", sort=True):
        own = rows[rows["code_insee"].isin(first.index)]
        if own.empty:
            continue
        is_driven = own["method"] != TRAVEL.name
        members = {False: supply, True: inside}
        minutes, service = np.full(len(frame), np.inf), np.full(len(frame), None, dtype=object)
        km = np.full(len(frame), np.nan)
        for driven in (False, True):
            codes = own.loc[is_driven == driven, "code_insee"]
            at = np.flatnonzero(frame["code_insee"].isin(codes).to_numpy())
            some = members[driven][members[driven]["category"] == category]
            if not len(at) or some.empty:
                continue
            origins = frame.iloc[at][_PLACE]
            answer = (
                nearest_by_road(origins, some[_PLACE], roads.graph, within="land")
                if driven and roads.graph
                else nearest(origins, some[_PLACE], model=TRAVEL, within="land")
            )
            minutes[at] = answer["travel_min"].fillna(np.inf).to_numpy()
            service[at], km[at] = answer["service"].to_numpy(object), answer["distance_km"].to_numpy()
        medians.append(_medians(own, frame, minutes, service, km))
        family = family_of.get(category)
        if family is not None:
            _keep_nearer(best, family, minutes, service)
    moved = _replaced(access, pd.concat(medians))
    packed = _packed(cells, group, frame, _minutes(best, family_access, frame))
    return CellReach(moved, *_families(family_access, best, frame, first, cells), packed)


def _families(
    family_access: pd.DataFrame,
    best: Mapping[str, tuple[np.ndarray, np.ndarray]],
    frame: pd.DataFrame,
    first: pd.Series,
    cells: Cells,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    pieces, rows = [], []
    weight = frame["residents"].to_numpy("int64")
    group = np.repeat(np.arange(len(first)), np.diff(np.append(first.to_numpy(), len(frame))))
    total = np.bincount(group, weight, len(first)).astype("int64")
    vintages = cells.vintages
    by_commune = pd.DataFrame(
        {
            "cells": np.bincount(group, frame["cells"], len(first)).astype("int64"),
            "residents": total,
            "imputed": np.bincount(group, frame["imputed"], len(first)) / np.maximum(total, 1),
            "side_m": frame["side_m"].to_numpy()[first.to_numpy()],
            "source": frame["source"].to_numpy(object)[first.to_numpy()],
        },
        index=first.index,
    )
    by_commune["vintage"] = by_commune["source"].map(vintages).replace("", None)
    for family, (minutes, service) in best.items():
        own = family_access[(family_access["family"] == family) & family_access["code_insee"].isin(first.index)]
        if own.empty:
            continue
        median = _medians(own, frame, minutes, service, np.full(len(frame), np.nan)).drop(columns="distance_km")
        pieces.append(median)
        at = first.index.get_indexer(own["code_insee"])
        # Residents reached within each whole minute, then those of the communes asked for.
        step = _whole(minutes)
        counted = np.bincount(group * (len(MINUTES) + 1) + step, weight, len(first) * (len(MINUTES) + 1))
        reached = counted.reshape(len(first), -1)[:, :-1].cumsum(axis=1).astype("int64")[at]
        of = by_commune.iloc[at]
        rows.append(
            pd.DataFrame(
                {
                    "code_insee": own["code_insee"].to_numpy(object),
                    "family": family,
                    "cells": of["cells"].to_numpy(),
                    "residents": of["residents"].to_numpy(),
                    **{f"within_{m}": reached[:, m] / of["residents"].to_numpy() for m in SHARE_MINUTES},
                    "median_min": median["travel_min"].to_numpy(),
                    "reached": [_compact(row) for row in reached],
                    "imputed": of["imputed"].to_numpy(),
                    "side_m": of["side_m"].to_numpy(),
                    "source": of["source"].to_numpy(object),
                    "vintage": of["vintage"].to_numpy(object),
                }
            )
        )
    moved = _replaced(family_access, pd.concat(pieces)) if pieces else family_access
    return moved, _rows(rows)


COLUMNS = ["code_insee", "family", "cells", "residents", *(f"within_{m}" for m in SHARE_MINUTES), "median_min",
           "reached", "imputed", "side_m", "source", "vintage"]  # fmt: skip


GROUP_COLUMNS = ["code_insee", "crs", "side_m", "west", "south", "squares", "groups", "packed", "source", "vintage"]


def _whole(minutes: np.ndarray) -> np.ndarray:
    """Whole minutes asked for from which each is within reach, `BEYOND` where none is."""
    return np.searchsorted(MINUTES + BOUNDARY_MIN, minutes, side="left")


def _minutes(
    best: Mapping[str, tuple[np.ndarray, np.ndarray]], family_access: pd.DataFrame, frame: pd.DataFrame
) -> np.ndarray:
    """Minutes of each group of `frame` to each family, as `Groups` has them."""
    minutes = np.full((len(FAMILIES), len(frame)), NO_DATA, np.uint8)
    for number, family in enumerate(FAMILIES):
        if family in best:
            communes = family_access.loc[family_access["family"] == family, "code_insee"]
            minutes[number] = np.where(frame["code_insee"].isin(communes), _whole(best[family][0]), NO_DATA)
    return minutes


def _packed(cells: Cells, group: np.ndarray, frame: pd.DataFrame, minutes: np.ndarray) -> pd.DataFrame:
    """Rows of table `square_group`: IRIS are no squares, and none is drawn."""
    squares, vintages, rows = cells.frame, cells.vintages, []
    x, y, crs, side, source = (squares[name].to_numpy() for name in ("x", "y", "crs", "side_m", "source"))
    residents = frame["residents"].to_numpy()
    starts = _firsts(squares["code_insee"].to_numpy(object))
    for code, start, end in zip(starts.index, starts, [*starts.iloc[1:], len(squares)], strict=True):
        if side[start] == NO_SIDE:
            continue
        own = slice(group[start:end].min(), group[start:end].max() + 1)
        west, south = x[start:end].min(), y[start:end].min()
        packed = Groups(x[start:end] - west, y[start:end] - south, group[start:end] - own.start, residents[own],
                        minutes[:, own])  # fmt: skip
        rows.append(
            (code, crs[start], side[start], west, south, end - start, own.stop - own.start, packed.packed(),
             source[start], vintages.get(source[start]) or None)
        )  # fmt: skip
    return pd.DataFrame(rows, columns=GROUP_COLUMNS)


def _rows(frames: list[pd.DataFrame]) -> pd.DataFrame:
    if not frames:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(frames, ignore_index=True).sort_values(["code_insee", "family"], kind="stable", ignore_index=True)


def _compact(reached: np.ndarray) -> str:
    """Residents reached by whole minute, up to the last minute that reaches one more."""
    last = int(np.searchsorted(reached, reached[-1]))
    return ";".join(map(str, reached[: last + 1]))


def _keep_nearer(
    best: dict[str, tuple[np.ndarray, np.ndarray]],
    family: str,
    minutes: np.ndarray,
    service: np.ndarray,
) -> None:
    """Let a category take the place of those before it where it is nearer; as near, the first category stays."""
    if family not in best:
        best[family] = np.full(len(minutes), np.inf), np.full(len(minutes), None, dtype=object)
    closest, at = best[family]
    is_nearer = minutes < closest
    closest[is_nearer], at[is_nearer] = minutes[is_nearer], service[is_nearer]


def _medians(
    rows: pd.DataFrame, frame: pd.DataFrame, minutes: np.ndarray, service: np.ndarray, km: np.ndarray
) -> pd.DataFrame:
    """`service`, `distance_km` and `travel_min` of the median resident of each commune of `rows`, on their index.

    Missing where half of the residents reach nothing.
    """
    codes = frame["code_insee"].to_numpy(object)
    at = np.flatnonzero(pd.Series(codes).isin(rows["code_insee"]).to_numpy())
    group = pd.Index(rows["code_insee"]).get_indexer(codes[at])
    # Of cells as near, the order of the frame: by place.
    order = np.lexsort((at, minutes[at], group))
    at, group = at[order], group[order]
    weight = frame["residents"].to_numpy("int64")[at]
    total = np.bincount(group, weight, len(rows))
    start = np.concatenate([[0], np.cumsum(np.bincount(group, minlength=len(rows)))])
    running = np.cumsum(weight)
    before = np.concatenate([[0], running])[start[:-1]]
    middle = np.searchsorted(running, before + np.ceil(total / 2), side="left")
    chosen = at[np.minimum(middle, start[1:] - 1)]
    is_reached = np.isfinite(minutes[chosen])
    return pd.DataFrame(
        {
            "service": np.where(is_reached, service[chosen], None),
            "distance_km": np.where(is_reached, km[chosen], np.nan),
            "travel_min": np.where(is_reached, minutes[chosen], np.nan),
        },
        index=rows.index,
    )


def _replaced(rows: pd.DataFrame, medians: pd.DataFrame) -> pd.DataFrame:
    """`rows` with the columns of `medians` in place of their own, where it has them."""
    is_new = rows.index.isin(medians.index)
    ordered = medians.reindex(rows.index)
    return rows.assign(**{name: rows[name].where(~is_new, ordered[name]) for name in medians.columns})


def _firsts(codes: np.ndarray) -> pd.Series:
    """Row of the first cell of each commune, by code; `codes` are sorted."""
    first = np.flatnonzero(np.append(True, codes[1:] != codes[:-1]))
    return pd.Series(first, index=codes[first])
