"""Local administrative units of Europe (GISCO, `LAU_RG_01M_2021_3035`): communes and what stands for them elsewhere.

Layout, GeoPackage or GeoJSON: polygons with `GISCO_ID` (`FR_31555`: country, underscore, national code), `CNTR_CODE`,
`LAU_ID`, `LAU_NAME`, `POP_2021` (the year is that of the edition; -9999 or nothing where it is not known),
`POP_DENS_2021`, `AREA_KM2`, `YEAR`. Countries are in Eurostat's letters (EL for Greece).
"""

import re

import pandas as pd

from etl.reading.candidate import Candidate
from etl.reading.numbers import not_numbers, numbers
from etl.reading.observations import all_rejects, refuse_rows
from etl.reading.shapes import holds_shapes, is_area, read_shapes
from geodata.countries.europe import COUNTRY
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="gisco_lau",
    title="Unités administratives locales (LAU)",
    producer="Eurostat, GISCO",
    licence=Licence.GISCO,
    page="https://ec.europa.eu/eurostat/web/gisco/geodata/statistical-units/local-administrative-units",
    tier=Tier.OFFICIAL,
    description="Contours et population des communes d'Europe, et de ce qui en tient lieu.",
)

_CODE, _NAME, _COUNTRY = "gisco_id", "lau_name", "cntr_code"
_YEARS = range(2011, 2040)


def recognises(candidate: Candidate) -> bool:
    """Whether the file holds polygons named by GISCO's identifier of a LAU."""
    return holds_shapes(candidate, _CODE)


def read(snapshot: Snapshot) -> pd.DataFrame:
    """Text columns `gisco_id, lau_name, cntr_code, year` and `population` (that of the file's only column `POP_...` of
    a year; empty where it has none), and `geom` in WGS 84. Raises `BadInput`."""
    raw = read_shapes(snapshot, _CODE, _NAME, _COUNTRY, "year", *(f"pop_{year}" for year in _YEARS))
    counts = [f"pop_{year}" for year in _YEARS if (raw[f"pop_{year}"] != "").any()]
    raw["population"] = raw[counts[-1]] if counts else ""
    raw.attrs["counted"] = counts[-1].removeprefix("pop_") if counts else ""
    return raw.drop(columns=[f"pop_{year}" for year in _YEARS])


def vintage(raw: pd.DataFrame) -> str:
    """The year of the edition, as its rows or its counts state it; empty when neither does."""
    years = sorted(set(raw["year"]) - {""})
    return years[-1] if years else str(raw.attrs["counted"])


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """LAU by line: `code, name, country, geom` (polygons, WGS 84), `residents` (missing where the file has none); and
    the rejects."""
    mesh = COUNTRY.meshes[0]
    people = numbers(raw["population"])
    rows = pd.DataFrame(
        {
            "code": raw[_CODE].str.strip(),
            "name": raw[_NAME].str.strip().where(raw[_NAME].str.strip() != "", raw[_CODE]),
            "country": raw[_COUNTRY].str.strip(),
            "geom": raw["geom"],
            # A negative number, or none, is GISCO's sign for a count that no country gave.
            "residents": people.where(people >= 0),
        }
    )
    is_code = rows["code"].map(lambda code: bool(re.fullmatch(mesh.codes, code)))
    reasons = {
        mesh.expected: ~is_code,
        sentence("no_polygon"): ~is_area(raw["geom"]),
        sentence("identifier_again"): rows["code"].duplicated(),
    }
    kept, refused = refuse_rows(rows, SOURCE.id, rows["code"], reasons)
    return kept, all_rejects([refused, not_numbers(raw, SOURCE.id, _CODE, "population")])
