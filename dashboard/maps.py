"""Map layers: outlines by address, services by address, labels of the insets. No Dash callback, no store."""

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

import dash_leaflet as dl
import pandas as pd

from dashboard.basemap import Basemap
from geodata.insets import HALF_HEIGHT, Inset, move
from geodata.territory import FRANCE, Level, Perimeter

CENTRE, ZOOM = [46.5, 0.8], 5

LINES = "lines"
"""Pane of the borders drawn over the territories."""

_BORDERS = {
    Level.COMMUNE: (Level.EPCI, Level.DEPARTEMENT),
    Level.EPCI: (Level.DEPARTEMENT,),
    Level.TVS: (Level.DEPARTEMENT,),
    Level.DEPARTEMENT: (Level.REGION,),
}
"""Wider levels whose borders stand over those of a mesh."""

_STROKE = {
    Level.EPCI: {"color": "#3d4854", "weight": 0.9, "opacity": 0.55},
    Level.DEPARTEMENT: {"color": "#16202b", "weight": 1.6, "opacity": 0.75},
    Level.REGION: {"color": "#16202b", "weight": 1.8, "opacity": 0.8},
}


def leaflet(identifier: str, layers: list, basemap: Basemap | None = None) -> dl.Map:
    """A map of the country with its layers, on a base map where the agency gives one; lines stand above what is
    painted."""
    return dl.Map(
        [
            *([] if basemap is None else _ground(basemap)),
            dl.ZoomControl(position="topright"),
            dl.ScaleControl(position="bottomleft", imperial=False),
            dl.Pane(name=LINES, style={"zIndex": 410, "pointerEvents": "none"}),
            *layers,
        ],
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
        className="map" if basemap is None else "map map-on-ground",
    )


def _ground(basemap: Basemap) -> list:
    """The tiles of a base map, and whose they are."""
    most = {} if basemap.most is None else {"maxNativeZoom": basemap.most}
    return [
        dl.TileLayer(url=basemap.url, attribution=basemap.attribution, **most),
        dl.AttributionControl(position="bottomright", prefix=""),
    ]


def outlines(level: Level, layer: str, url: str, names: str) -> dl.GeoJSON:
    """Outlines of a level, under a name of their own. Classes are painted by `map.js` from the rows of the table, never
    by this layer.

    dash-leaflet rebuilds every outline and zooms again when `hideout` changes, and loses a change that arrives while
    the outlines are being fetched: so a layer never changes. Another mesh is another layer, with another identifier.
    """
    return dl.GeoJSON(
        id=f"outlines-{layer}",
        url=url,
        format="geobuf",
        zoomToBounds=True,
        hideout={"layer": layer, "level": str(level), "names": names},
        style={"variable": "reliance.map.styleOutline"},
        onEachFeature={"variable": "reliance.map.onEachOutline"},
    )


def need_outlines(level: Level, layer: str, url: str, names: str, side: str) -> dl.GeoJSON:
    """Outlines on one of the two maps of need and responses (`side`: need or answer), painted and framed by
    `besoin.js`."""
    return dl.GeoJSON(
        id=f"besoin-{side}-{layer}",
        url=url,
        format="geobuf",
        hideout={"layer": layer, "level": str(level), "names": names, "side": side},
        style={"variable": "reliance.need.styleOutline"},
        onEachFeature={"variable": "reliance.need.onEachOutline"},
    )


def borders(side: str, mesh: Level, within: str, fingerprint: Callable[[Level, str], str | None]) -> list[dl.GeoJSON]:
    """Lines of the wider levels over a mesh, as far as the database has their layers; `side` tells one map from
    another."""
    drawn = [(level, fingerprint(level, within)) for level in _BORDERS[mesh]]
    finer = {"weight": 0.9} if within == FRANCE else {}
    return [
        dl.GeoJSON(
            id=f"borders-{side}-{level}-{within}-{result}",
            url=outlines_address(level, within, result),
            format="geobuf",
            interactive=False,
            pane=LINES,
            style=_STROKE[level] | finer | {"fill": False, "interactive": False, "pane": LINES},
        )
        for level, result in drawn
        if result is not None
    ]


def outlines_address(level: Level, within: str, fingerprint: str) -> str:
    """Where the outlines of a level are."""
    return f"/geo/{fingerprint}/{level}/{within}.pbf"


def outlines_beyond_address(version: str, region: str, beyond: Perimeter) -> str:
    """Where the communes of a région are, with those of a perimeter that lie outside it."""
    return f"/contours/{version}/{region}/{beyond.level}/{beyond.code}.pbf"


def names_address(version: str, mesh: Level, within: str, beyond: Perimeter | None = None) -> str:
    """Where the names that a map writes are; with those of a perimeter that goes `beyond` the région."""
    return f"/noms/{version}/{mesh}/{within}.json" + (f"?{_key(beyond)}" if beyond else "")


def _key(beyond: Perimeter) -> str:
    """A perimeter as the query of an address."""
    return urlencode({"z": f"{beyond.level}:{beyond.code}"}, safe=":")


def districts(features: list[dict]) -> dl.GeoJSON:
    """Outlines of the districts of a city over those of communes, each with its class and what a hover says; under a
    name of what they are, as `outlines` are."""
    name = hashlib.sha256(json.dumps([feature["properties"] for feature in features]).encode()).hexdigest()[:16]
    return dl.GeoJSON(
        id=f"districts-{name}",
        data={"type": "FeatureCollection", "features": features},
        style={"variable": "reliance.map.styleDistrict"},
        onEachFeature={"variable": "reliance.map.onEachDistrict"},
    )


def plan_outlines(within: str, fingerprint: str, names: str) -> dl.GeoJSON:
    """Communes of a région, painted by `plan.js` from the states of a plan."""
    return dl.GeoJSON(
        id=f"plan-outlines-{fingerprint}",
        url=outlines_address(Level.COMMUNE, within, fingerprint),
        format="geobuf",
        zoomToBounds=True,
        hideout={"layer": fingerprint, "names": names},
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


def services(
    version: str, within: str, categories: tuple[str, ...], words: dict[str, str], beyond: Perimeter | None = None
) -> dl.GeoJSON:
    """Clustered services of some categories, those of a perimeter `beyond` the région too. `words` are the sentences of
    a hover: cluster, hours, unknown hours."""
    url = f"/services/{version}/{within}.json?" + urlencode({"categories": ",".join(categories)})
    return dl.GeoJSON(
        id="-".join(["services", within, *categories, *([beyond.code] if beyond else [])]),
        url=url + (f"&{_key(beyond)}" if beyond else ""),
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


def inset_labels(insets: Sequence[Inset], names: dict[str, str]) -> list[dl.DivMarker]:
    """Name of each far zone above its frame on national maps."""
    return [
        dl.DivMarker(
            position=[inset.lat + HALF_HEIGHT, inset.lon],
            iconOptions={"html": f"<span>{names[inset.zone]}</span>", "className": "inset-label", "iconSize": [0, 0]},
            interactive=False,
            keyboard=False,
        )
        for inset in insets
        if inset.zone in names
    ]


def service_features(
    services: pd.DataFrame, communes: dict[str, str], within: str, insets: Sequence[Inset] = ()
) -> dict:
    """GeoJSON of located services: name, family, category, weekly hours, commune. A national map draws `insets`."""
    located = services.dropna(subset=["lon", "lat"])
    located = _in_insets(located, insets) if within == FRANCE else located
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


def _in_insets(services: pd.DataFrame, insets: Sequence[Inset]) -> pd.DataFrame:
    """The same services where a national map draws their zone."""
    moved = services.copy()
    for inset in insets:
        here = moved["departement"] == inset.zone
        moved.loc[here, "lon"], moved.loc[here, "lat"] = move(moved.loc[here, "lon"], moved.loc[here, "lat"], inset)
    return moved
