"""NUTS regions of Europe (GISCO, `NUTS_RG_01M_2021_3035`): countries (level 0) and three levels of regions.

Layout, GeoPackage or GeoJSON: polygons with `NUTS_ID`, `LEVL_CODE` (0 to 3), `CNTR_CODE`, `NAME_LATN`, `NUTS_NAME`. A
code begins with that of the region that it lies in: `FRJ23` is in `FRJ2`, in `FRJ`, in `FR`.
"""

import re

import pandas as pd

from etl.reading.candidate import Candidate
from etl.reading.observations import refuse_rows
from etl.reading.shapes import holds_shapes, is_area, read_shapes
from etl.reading.tables import date_of_name
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="gisco_nuts",
    title="Régions NUTS",
    producer="Eurostat, GISCO",
    licence=Licence.GISCO,
    page="https://ec.europa.eu/eurostat/web/gisco/geodata/statistical-units/territorial-units-statistics",
    tier=Tier.OFFICIAL,
    description="Contours et noms des pays et des régions NUTS 1, 2 et 3.",
)

_CODE, _LEVEL, _NAME, _LATIN = "nuts_id", "levl_code", "nuts_name", "name_latn"
_IS_CODE = re.compile(r"[A-Z]{2}[0-9A-Z]{0,3}")


def recognises(candidate: Candidate) -> bool:
    """Whether the file holds polygons named by the code of a NUTS region."""
    return holds_shapes(candidate, _CODE)


def read(snapshot: Snapshot) -> pd.DataFrame:
    """Text columns `nuts_id, levl_code, nuts_name, name_latn`, and `geom` in WGS 84. Raises `BadInput`."""
    return read_shapes(snapshot, _CODE, _LEVEL, _NAME, _LATIN)


def vintage(raw: pd.DataFrame) -> str:
    """The year of the classification, as GISCO names its file (`NUTS_RG_01M_2021_3035`)."""
    name = str(raw.attrs.get("file", ""))
    match = re.search(r"_(20\d\d)_\d{4}", name)
    return match[1] if match else date_of_name(name)[:4]


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Regions by line: `code, level` (0 to 3), `name, geom` (polygons, WGS 84); and the rejects."""
    code, level = raw[_CODE].str.strip(), raw[_LEVEL].str.strip()
    is_code = code.map(lambda text: bool(_IS_CODE.fullmatch(text)))
    rows = pd.DataFrame(
        {
            "code": code,
            "level": code.str.len() - 2,
            "name": raw[_LATIN].where(raw[_LATIN] != "", raw[_NAME]).where(lambda name: name != "", code),
            "geom": raw["geom"],
        }
    )
    reasons = {
        sentence("not_a_nuts_code"): ~is_code | (level != rows["level"].astype(str)),
        sentence("no_polygon"): ~is_area(raw["geom"]),
        sentence("identifier_again"): code.duplicated(),
    }
    return refuse_rows(rows, SOURCE.id, code, reasons)
