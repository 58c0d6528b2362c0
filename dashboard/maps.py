"""Map layers: outlines by address, services by address, labels of the insets. No Dash callback, no store."""

import math
from urllib.parse import urlencode

import dash_leaflet as dl
import pandas as pd

from geodata.insets import HALF_HEIGHT, INSETS, move
from geodata.territory import FRANCE, Level, Zone

CENTRE, ZOOM = [46.5, 0.8], 5


def leaflet(identifier: str, layers: list) -> dl.Map:
    """An empty map of the country with its layers: no tiles, no attribution, one canvas."""
    return dl.Map(
        [dl.ZoomControl(position="topright"), *layers],
        id=identifier,
        center=CENTRE,
        zoom=ZOOM,
        minZoom=4,
        maxZoom=14,
        zoomSnap=0.25,
        zoomDelta=0.5,
        preferCanvas=True,
        zoomControl=False,
        attributionControl=False,
        trackViewport=False,
        className="map",
    )


def outlines(level: Level, within: str, fingerprint: str) -> dl.GeoJSON:
    """Outlines of a level. Classes are painted by `map.js` from the rows of the table, never by this layer.

    dash-leaflet rebuilds every outline and zooms again when `hideout` changes, and loses a change that arrives while
    the outlines are being fetched: so a layer never changes. Another mesh is another layer, with another identifier.
    """
    url = f"/geo/{fingerprint}/{level}/{within}.pbf"
    return dl.GeoJSON(
        id=f"outlines-{fingerprint}",
        url=url,
        format="geobuf",
        zoomToBounds=True,
        hideout={"layer": fingerprint, "level": str(level)},
        style={"variable": "reliance.map.styleOutline"},
        onEachFeature={"variable": "reliance.map.onEachOutline"},
    )


def need_outlines(level: Level, within: str, fingerprint: str, side: str) -> dl.GeoJSON:
    """Outlines on one of the two maps of need and responses (`side`: need or answer), painted by `besoin.js`."""
    return dl.GeoJSON(
        id=f"besoin-{side}-{fingerprint}",
        url=f"/geo/{fingerprint}/{level}/{within}.pbf",
        format="geobuf",
        zoomToBounds=True,
        hideout={"layer": fingerprint, "level": str(level), "side": side},
        style={"variable": "reliance.need.styleOutline"},
        onEachFeature={"variable": "reliance.need.onEachOutline"},
    )


def plan_outlines(within: str, fingerprint: str) -> dl.GeoJSON:
    """Communes of a région, painted by `plan.js` from the states of a plan."""
    return dl.GeoJSON(
        id=f"plan-outlines-{fingerprint}",
        url=f"/geo/{fingerprint}/{Level.COMMUNE}/{within}.pbf",
        format="geobuf",
        zoomToBounds=True,
        hideout={"layer": fingerprint},
        style={"variable": "reliance.plan.styleOutline"},
        onEachFeature={"variable": "reliance.plan.onEachOutline"},
    )


def plan_teams(identifier: str, features: list[dict]) -> dl.GeoJSON:
    """Teams of a plan: features with name, kind (new, locked, other, before) and what a hover says."""
    return dl.GeoJSON(
        id=identifier,
        data={"type": "FeatureCollection", "features": features},
        pointToLayer={"variable": "reliance.plan.team"},
        onEachFeature={"variable": "reliance.plan.onEachTeam"},
    )


def services(version: str, within: str, categories: tuple[str, ...], words: dict[str, str]) -> dl.GeoJSON:
    """Clustered services of some categories. `words` are the sentences of a hover: cluster, hours, unknown hours."""
    url = f"/services/{version}/{within}.json?" + urlencode({"categories": ",".join(categories)})
    return dl.GeoJSON(
        id=f"services-{within}-{'-'.join(categories)}",
        url=url,
        format="geojson",
        cluster=True,
        spiderfyOnMaxZoom=True,
        zoomToBoundsOnClick=True,
        superClusterOptions={"radius": 70, "maxZoom": 13},
        hideout=words,
        pointToLayer={"variable": "reliance.map.service"},
        clusterToLayer={"variable": "reliance.map.cluster"},
        onEachFeature={"variable": "reliance.map.onEachService"},
    )


def inset_labels(names: dict[Zone, str]) -> list[dl.DivMarker]:
    """Name of each overseas zone above its frame on national maps."""
    return [
        dl.DivMarker(
            position=[inset.lat + HALF_HEIGHT, inset.lon],
            iconOptions={"html": f"<span>{names[inset.zone]}</span>", "className": "inset-label", "iconSize": [0, 0]},
            interactive=False,
            keyboard=False,
        )
        for inset in INSETS
        if inset.zone in names
    ]


def service_features(services: pd.DataFrame, communes: dict[str, str], within: str) -> dict:
    """GeoJSON of located services: name, family, category, weekly hours, commune. National maps draw insets."""
    located = services.dropna(subset=["lon", "lat"])
    located = _in_insets(located) if within == FRANCE else located
    features = [
        {
            "type": "Feature",
            "properties": {
                "id": row.id,
                "name": row.name,
                "category": row.title,
                "family": row.family,
                "hours": None if math.isnan(row.weekly_hours) else round(row.weekly_hours, 1),
                "commune": communes.get(row.code_insee, row.code_insee),
            },
            "geometry": {"type": "Point", "coordinates": [round(row.lon, 5), round(row.lat, 5)]},
        }
        for row in located.astype({"weekly_hours": float}).itertuples(index=False)
    ]
    return {"type": "FeatureCollection", "features": features}


def _in_insets(services: pd.DataFrame) -> pd.DataFrame:
    """The same services where a national map draws their zone."""
    moved = services.copy()
    for inset in INSETS:
        here = moved["departement"] == inset.zone
        moved.loc[here, "lon"], moved.loc[here, "lat"] = move(moved.loc[here, "lon"], moved.loc[here, "lat"], inset)
    return moved
