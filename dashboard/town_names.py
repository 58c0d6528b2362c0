"""Names that maps write: chief towns of départements first, then the others by residents."""

import pandas as pd

from dashboard.facts import Facts
from geodata.territory import FRANCE, Level, Perimeter

_CHIEF_TOWNS = (
    "01053 02408 03190 04070 05061 06088 07186 08105 09122 10387 11069 12202 13055 14118 15014 16015 17300 18033 "
    "19272 21231 22278 23096 24322 25056 26362 27229 28085 29232 2A004 2B033 30189 31555 32013 33063 34172 35238 "
    "36044 37261 38185 39300 40192 41018 42218 43157 44109 45234 46042 47001 48095 49007 50502 51108 52121 53130 "
    "54395 55029 56260 57463 58194 59350 60057 61001 62041 63113 64445 65440 66136 67482 68066 69123 70550 71270 "
    "72181 73065 74010 75056 76540 77288 78646 79191 80021 81004 82121 83137 84007 85191 86194 87085 88160 89024 "
    "90010 91228 92050 93008 94028 95500 97105 97209 97302 97411 97611"
)
"""Commune that is the chief town of each département: Insee, Code officiel géographique of 1 January 2025."""

CHIEF_TOWNS = frozenset(_CHIEF_TOWNS.split())

MOST = 1500
"""Towns named on a map of the whole country; a région has all of its communes, which show as one comes closer."""


def names(facts: Facts, level: Level, within: str, beyond: Perimeter | None = None) -> list[list]:
    """[name, longitude, latitude, kind] of the places that a map of `level` names, the first to be written first:
    départements on a map of départements (kind 2), communes on the others (1 for a chief town, else 0). A national map
    names the mainland only: its insets have their own names. A map of a région names the communes of a perimeter that
    goes `beyond` it too."""
    drawn = Level.DEPARTEMENT if level == Level.DEPARTEMENT else Level.COMMUNE
    perimeters: list[str | Perimeter] = [within, *([beyond] if beyond else [])]
    places = pd.concat([facts.store.territories(drawn, one) for one in perimeters]).drop_duplicates("code")
    places = places[places["lon"].notna()]
    if within == FRANCE:
        places = places[places["zone"] == facts.store.country().main]
    estimates = pd.concat([facts.store.estimates(drawn, one) for one in perimeters]).drop_duplicates("code")
    residents = estimates.set_index("code")["residents"]
    kind = 2 if drawn == Level.DEPARTEMENT else places["code"].isin(CHIEF_TOWNS).astype(int)
    places = places.assign(kind=kind, residents=places["code"].map(residents).astype(float))
    places = places.sort_values(["kind", "residents", "code"], ascending=[False, False, True], na_position="last")
    return _written(places.head(MOST) if within == FRANCE else places)


def _written(places: pd.DataFrame) -> list[list]:
    columns = (places["name"], places["lon"].round(4), places["lat"].round(4), places["kind"])
    return [list(row) for row in zip(*columns, strict=True)]
