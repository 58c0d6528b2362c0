"""The census grid of Europe, squares of 1 km (GEOSTAT 2021, Eurostat): residents by sex and three ages.

Layout, GeoPackage, Parquet or csv: `GRD_ID, T, M, F, Y_LT15, Y_1564, Y_GE65, EMP, NAT, EU_OTH, OTH, SAME, CHG_IN,
CHG_OUT, LAND_SURFACE, POPULATED, CNTR_ID`, EPSG:3035. A negative count stands for one that is not published. Squares
where nobody lives are in the file (some 2.6 of 4.4 million). Nothing in it tells who lives alone, is out of work or
poor: it carries residents and travel, and feeds no estimate of isolation.
"""

import pandas as pd

from etl.reading.files import WHOLE
from etl.reading.numbers import numbers
from etl.reading.squares import squares_of, without_residents
from etl.reading.tables import Layout
from etl.rejects import reject_frame
from geodata.sentences import sentence
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="geostat_grid",
    title="Grille du recensement européen à 1 km (GEOSTAT)",
    producer="Eurostat",
    licence=Licence.CC_BY_4,
    page="https://ec.europa.eu/eurostat/web/gisco/geodata/population-distribution/geostat",
    tier=Tier.OFFICIAL,
    description="Où vivent les habitants, par carreau de 1 km, d'après les recensements de 2021.",
)

SIDE_M = 1000
CRS = (3035,)

COUNTS = {"T": "residents", "M": "men", "F": "women", "Y_LT15": "aged_0_14", "Y_1564": "aged_15_64",
          "Y_GE65": "aged_65_plus"}  # fmt: skip

LAYOUT = Layout(("GRD_ID", "T", "Y_GE65"), wanted=COUNTS.__contains__)
recognises = LAYOUT.recognises
read = LAYOUT.read


def vintage(raw: pd.DataFrame) -> str:
    """The census that this layout is of."""
    return "2021"


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Populated squares: `PLACE`, `residents` and the other counts (floats), `is_imputed` (never), `communes` (none);
    and the rejects."""
    file = str(raw.attrs.get("file", ""))
    is_hidden = numbers(raw["T"]) < 0
    squares, rejects = squares_of(raw[~is_hidden], SOURCE.id, "GRD_ID", COUNTS, side_m=SIDE_M, crs=CRS)
    others = squares.columns.difference(["crs", "side_m", "x", "y", "residents"])
    squares[others] = squares[others].where(squares[others] >= 0)
    squares, rejects = without_residents(squares, rejects, SOURCE.id, file)
    if is_hidden.any():
        note = sentence("squares_unpublished", count=int(is_hidden.sum()))
        rejects = pd.concat([rejects, reject_frame(SOURCE.id, [(WHOLE, file, note)])], ignore_index=True)
    return squares.assign(is_imputed=False, communes="").reset_index(drop=True), rejects
