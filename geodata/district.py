"""A district (arrondissement municipal) of Paris, Lyon or Marseille: what was counted of it and what stands in it.

Isolation is estimated for the whole city and told nowhere of a district.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geodata.disclosure import is_disclosable
from geodata.indicator_catalogue import POPULATION
from geodata.observed import Observed, of_district
from geodata.service import Completeness
from geodata.territory import Level, Part

if TYPE_CHECKING:
    # Sentences are made from these records and know no database.
    from geodata.store import Store


@dataclass(frozen=True)
class Standing:
    """Services of one category that counts: how many are located `inside`, the `nearest` from a point of the district,
    with its minutes; None where nothing is known or reached. One that is known by the city alone has no minutes: nobody
    can say in which district it stands. `is_complete`: the list is whole there."""

    category: str
    family: str
    inside: int
    nearest: str | None
    travel_min: float | None
    is_complete: bool


@dataclass(frozen=True)
class District:
    """What is known of one district. `residents` and `vintage` are of the census; `unplaced` services of the city are
    known by the city alone: nobody can say whether they stand here."""

    code: str
    name: str
    city: str
    city_code: str
    residents: int | None
    aged: int | None
    vintage: str | None
    source: str | None
    figures: tuple[Observed, ...]
    services: tuple[Standing, ...]
    unplaced: int


def district(store: "Store", code: str) -> District:
    """Everything known of one district. Raises `UnknownTerritory`."""
    inside = store.part(Part.DISTRICT, code)
    values = store.values(Part.DISTRICT, code).set_index("id")
    population = values.loc[POPULATION.id] if POPULATION.id in values.index else None
    listed, unplaced = store.services_of_district(code)
    return District(
        code=code,
        name=inside.name or code,
        city=store.territory(Level.COMMUNE, inside.commune).name,
        city_code=inside.commune,
        residents=None if population is None else int(population["value"]),
        aged=_people(values, "population_65_plus"),
        vintage=None if population is None else population["vintage"],
        source=None if population is None else population["source"],
        figures=of_district(store, code),
        services=_standing(store, code, inside.commune, listed),
        unplaced=unplaced,
    )


def _people(values: pd.DataFrame, indicator: str) -> int | None:
    count = values["value"].get(indicator)
    total = values["value"].get(POPULATION.id, np.nan)
    return int(count) if count is not None and is_disclosable(count, total) else None


def _standing(store: "Store", code: str, city: str, listed: pd.DataFrame) -> tuple[Standing, ...]:
    """A line for each category that counts and of which something is known here, in the order of the categories."""
    there = listed["quantity"].fillna(1).groupby(listed["category"]).sum()
    reached = store.access_from(code).set_index("category").to_dict("index")
    categories = store.categories()
    lines = []
    for category in categories[categories["counts"]].itertuples():
        count = int(there.get(category.id, 0))
        way = reached.get(category.id)
        if way is None:
            if count:
                lines.append(Standing(category.id, category.family, count, None, None, False))
            continue
        minutes = None if pd.isna(way["travel_min"]) else float(way["travel_min"])
        name = None if minutes is None else way["service_name"]
        if way["commune"] == city and way["position"] != "point":
            minutes = None
        is_complete = way["state"] == Completeness.COMPLETE
        lines.append(Standing(category.id, category.family, count, name, minutes, is_complete))
    return tuple(lines)
