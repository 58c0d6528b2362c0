"""Type of place of each commune, as the survey has it: outside an urban unit, in one under 100,000 residents, in a
larger one.

Official where a table of urban units is loaded. Elsewhere a probability of each, from what the base packages say: a
logit fitted to the official table (`benchmarks.place_types`, which also prints what it gets wrong). The estimate takes
the probabilities as parts of a commune, so that no answer jumps at a line of the product's own making.
"""

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.spatial import cKDTree
from scipy.special import softmax

from geodata.methods.travel import EARTH_RADIUS_KM
from geodata.territory import Level

PLACES = ("rural", "town", "city")

RADII_KM = (5, 10, 20)
FEATURES = ("density", "residents", *(f"residents_{radius}_km" for radius in RADII_KM))
"""Logarithms: residents per km2, residents, and residents around, who count less and less up to the radius."""

COEFFICIENTS = pd.DataFrame(
    {
        "town": (-18.607982, 1.333327, 1.51535, 1.247828, 0.63754, -1.398763),
        "city": (-62.607873, 1.324585, 1.9374, 0.806181, 1.837748, 1.255876),
    },
    index=["constant", *FEATURES],
)
"""Printed by `benchmarks.place_types`, `rural` the reference. On départements left out of the fit the likeliest type is
right for 87.7 % of residents, and the right one is given 82.4 % on average."""

CERTAIN = 0.01
"""A probability under this is taken for none."""


def places(communes: pd.DataFrame, units: pd.Series, former: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    """Part of each commune in each type of place, (communes x PLACES), missing where nothing tells; and whether it is
    official.

    `communes` has `residents, area_km2, lon, lat` by code; `units` is the urban unit by commune, as far as it is known;
    `former` the commune that one was part of at the census, whose type it has when it has no outline.
    """
    shares = pd.DataFrame(np.nan, index=communes.index, columns=PLACES)
    is_known = communes["residents"].gt(0) & communes[["area_km2", "lon", "lat"]].notna().all(axis=1)
    if is_known.any():
        p = probabilities(features(communes[is_known]))
        p[p < CERTAIN] = 0
        shares.loc[is_known] = p / p.sum(axis=1, keepdims=True)
    heirs = former[former.index.isin(communes.index[~is_known]) & former.isin(communes.index[is_known])]
    shares.loc[heirs.index] = shares.loc[heirs].to_numpy()
    official = class_of_unit(units.dropna().reindex(communes.index))
    is_official = official.notna()
    shares.loc[is_official] = (official[is_official].to_numpy()[:, None] == np.array(PLACES)).astype(float)
    return shares, is_official


def type_of_place(territory: pd.DataFrame, residents: pd.Series, units: pd.Series, former: pd.Series) -> pd.DataFrame:
    """`places` of the communes of table `territory`, with `place_is_official`."""
    communes = territory[territory["level"] == Level.COMMUNE].set_index("code")
    shares, is_official = places(communes.assign(residents=residents.reindex(communes.index)), units, former)
    return shares.assign(place_is_official=is_official)


def with_official_density(territory: pd.DataFrame, density: pd.Series) -> pd.DataFrame:
    """Table `territory` with the class of Insee's grid where a file tells it."""
    official = territory["code"].where(territory["level"] == Level.COMMUNE).map(density)
    return territory.assign(density=official.astype(object).where(official.notna(), territory["density"]))


def class_of_unit(units: pd.Series) -> pd.Series:
    """Type of place of an urban unit's code (Insee 2020): its third character is 0 outside a unit, else the size, from
    1 (under 5,000) to 5 (under 100,000), 6, 7 and 8 (Paris). Missing for what is no such code."""
    size = units.astype("string").str.extract(r"^[0-9][0-9A-F]([0-8])\d\d$", expand=False)
    named = size.map({"0": "rural", **dict.fromkeys("12345", "town"), **dict.fromkeys("678", "city")})
    return named.astype(object).where(named.notna(), None)


def features(communes: pd.DataFrame) -> pd.DataFrame:
    """What the type of place is told from, (communes x FEATURES). `communes` as in `places`, all known."""
    people = communes["residents"].to_numpy(float)
    lon, lat = np.deg2rad(communes["lon"].to_numpy(float)), np.deg2rad(communes["lat"].to_numpy(float))
    points = EARTH_RADIUS_KM * np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    around = _around(points, people)
    columns = [np.log(people / communes["area_km2"].to_numpy(float)), np.log(people), *np.log(around)]
    return pd.DataFrame(np.column_stack(columns), index=communes.index, columns=FEATURES)


def _around(points: np.ndarray, people: np.ndarray) -> list[np.ndarray]:
    pairs = cKDTree(points).query_pairs(max(RADII_KM), output_type="ndarray")
    apart = np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1)
    totals = []
    for radius in RADII_KM:
        near = apart < radius
        weight = (1 - (apart[near] / radius) ** 2) ** 2
        one, other = pairs[near].T
        both = coo_array((np.r_[weight, weight], (np.r_[one, other], np.r_[other, one])), shape=(len(people),) * 2)
        totals.append(people + both.tocsr() @ people)
    return totals


def probabilities(features: pd.DataFrame, coefficients: pd.DataFrame = COEFFICIENTS) -> np.ndarray:
    """Probability of each type, (communes, PLACES). `coefficients` by `constant` and feature, columns town and city."""
    slopes = coefficients.loc[list(FEATURES), list(PLACES[1:])].to_numpy(float)
    constant = coefficients.loc["constant", list(PLACES[1:])].to_numpy(float)
    return softmax(
        np.column_stack([np.zeros(len(features)), features[list(FEATURES)].to_numpy() @ slopes + constant]), axis=1
    )
