"""Insee's squares of 200 m (Filosofi): residents by age, households, one-person and poor ones.

Layouts, GeoPackage or csv: `idcar_200m, i_est_200, lcog_geo, ind, men, men_1ind, men_pauv, ind_65_79, ind_80p ...`
(2019; the 2017 edition has capitals), `IdINSPIRE, I_est_cr, Depcom, Ind, Men ...` (2015). One file for
mainland France (EPSG:3035), one for La Réunion (2975), one for Martinique (5490). Counts are those of tax households,
with decimals; `i_est_200` is 1 where Insee replaced some by an approximation, to keep tax secrecy.

Insee asks that squares are not read alone: they carry residents and travel here, never isolation.
"""

import pandas as pd

from etl.reading.files import WHOLE
from etl.reading.squares import squares_of, without_residents
from etl.reading.tables import Layout, Layouts, date_of_name
from etl.rejects import reject_frame
from geodata.sentences import sentence
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="insee_squares",
    title="Données carroyées à 200 m (Filosofi)",
    producer="Insee",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.insee.fr/fr/statistiques/7655515",
    tier=Tier.OFFICIAL,
    description="Où vivent les habitants d'une commune, par carreau de 200 m : ils pondèrent les temps de trajet.",
)

SIDE_M = 200
CRS = (3035, 2975, 5490)
"""Mainland, La Réunion, Martinique."""

COUNTS = {
    "ind": "residents",
    "men": "households",
    "men_1ind": "living_alone",
    "men_pauv": "poor_households",
    "ind_65_79": "aged_65_79",
    "ind_80p": "aged_80_plus",
}
_FLAGS = ("i_est_200", "i_est_cr")
_COMMUNES = ("lcog_geo", "depcom")
_WANTED = {*COUNTS, *_FLAGS, *_COMMUNES}

LAYOUTS = Layouts(
    Layout(("idcar_200m", "ind", "men"), wanted=_WANTED.__contains__),
    Layout(("idinspire", "ind", "men"), wanted=_WANTED.__contains__),
)
recognises = LAYOUTS.recognises
read = LAYOUTS.read


def vintage(raw: pd.DataFrame) -> str:
    """The year of the edition, as its file is named; empty when it is not."""
    return date_of_name(raw.attrs.get("file", ""))[:4]


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Squares: `PLACE`, `residents` and the other counts (floats, as published), `is_imputed`, `communes` (codes that
    Insee lists, one after the other); and the rejects."""
    key = "idcar_200m" if "idcar_200m" in raw else "idinspire"
    squares, rejects = squares_of(raw, SOURCE.id, key, COUNTS, side_m=SIDE_M, crs=CRS)
    flag = next((name for name in _FLAGS if name in raw), None)
    listed = next((name for name in _COMMUNES if name in raw), None)
    file = str(raw.attrs.get("file", ""))
    cells = squares.assign(
        is_imputed=False if flag is None else raw.loc[squares.index, flag].str.fullmatch(r"1(\.0)?"),
        communes="" if listed is None else raw.loc[squares.index, listed],
    )
    cells, rejects = without_residents(cells, rejects, SOURCE.id, file)
    if imputed := int(cells["is_imputed"].sum()):
        note = sentence("squares_imputed", count=imputed, all=len(cells))
        rejects = pd.concat([rejects, reject_frame(SOURCE.id, [(WHOLE, file, note)])], ignore_index=True)
    return cells.reset_index(drop=True), rejects
