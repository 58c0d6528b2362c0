"""What the maps of a briefing draw: a territory among others, and where it lies."""

from typing import TYPE_CHECKING

import pandas as pd

from dashboard.briefing import maps
from dashboard.briefing.maps import Locator
from dashboard.text.labels import proper_name
from geodata.memory import remembered
from geodata.territory import FRANCE, Level, Territory

if TYPE_CHECKING:
    from geodata.store import Store

LOCATOR = 260
"""Size of the small map, in tenths of a millimetre."""


def mesh_of(level: Level) -> Level:
    """What the map is made of: communes; EPCI for a région and départements for the country, else too small to see."""
    return {Level.REGION: Level.EPCI, Level.FRANCE: Level.DEPARTEMENT}.get(level, Level.COMMUNE)


def mapped(store: "Store", territory: Territory) -> tuple[str, pd.DataFrame]:
    """The name of what is drawn, and its parts: a commune is drawn among those of its EPCI."""
    level, code, name = territory.level, territory.code, territory.name
    if level is Level.COMMUNE and territory.epci:
        level, code = Level.EPCI, territory.epci
        name = store.territory(level, code).name
    return name, store.outlines(mesh_of(territory.level), level, code)


def drawn(outlines: pd.DataFrame, zone: str) -> pd.DataFrame:
    """What a map of one projection can show: the main `zone`, of the whole country."""
    zones = outlines["zone"].dropna()
    main = outlines[outlines["zone"] == zone] if zones.nunique() > 1 else outlines
    return main.assign(name=main["name"].map(proper_name))


def locator(store: "Store", territory: Territory) -> Locator | None:
    """Among the départements of its région; a région among the others; overseas, on its own island."""
    if territory.level is Level.FRANCE:
        return None
    here = store.outlines(territory.level, territory.level, territory.code)
    region = None if territory.level is Level.REGION else territory.region
    return maps.locator(_backdrop(store, store.version(), region), here)


@remembered
def _backdrop(store: "Store", version: str, region: str | None) -> maps.Backdrop | None:
    """Départements of a région, or the régions: drawn once for all briefings of a batch."""
    if region is None:
        around = store.outlines(Level.REGION, Level.FRANCE, FRANCE)
    else:
        around = store.outlines(Level.DEPARTEMENT, Level.REGION, region)
    return maps.backdrop(around, store.country().insets, width=LOCATOR, height=LOCATOR)
