"""Insee, Base permanente des équipements (BPE): counts by commune and points, in the layouts of every edition.

- counts, Melodi: `GEO;GEO_OBJECT;...;FACILITY_TYPE;BPE_MEASURE;TIME_PERIOD;OBS_VALUE`; the rows of communes (COM) are
  read, those of larger territories and of arrondissements are totals of the same facilities;
- counts, classic: `REG;DEP;DEPCOM;DCIRIS;AN;TYPEQU;NB_EQUIP`, summed over IRIS; and the wide tables by domain
  (`CODGEO`, `NB_D201` ...), in the workbooks `equip-serv-*-com` (sheet COM) or as CSV;
- points: `DEPCOM;TYPEQU;LAMBERT_X;LAMBERT_Y`, and from 2023 `LONGITUDE;LATITUDE;EPSG;QUALITE_XY;QUALITE_GEOLOC` (CSV of
  about 3 million rows and 95 columns, or Parquet). `_Z` and `_U` mean that nothing is stated.

A point that Insee placed at random in its commune (QUALITE_GEOLOC 33) is not used: the service stays in its commune.
Health professionals (domain D2: general practitioners, nurses ...) are persons, often at home: they are never points
nor named, only counted by commune. Names of firms that ask not to be diffused are left out too.

Series breaks: pharmacies D301 (SIRENE) until about 2018, D307 (FINESS) after; nurses D232 (ADELI) until 2022, D244 in
2023, D281 from 2024, when every professional of D2 changes code (D201 -> D265 ...); D404 and D405 end before 2021;
D5 is enlarged in 2023 (D503 to D506). Insee advises against comparing two editions.
"""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from etl import categories
from etl.reading import coordinates
from etl.reading.documents import refuse_lost_zeros
from etl.reading.numbers import not_numbers, numbers
from etl.reading.service_frame import accept
from etl.reading.tables import COMMUNE, Layout, Layouts
from etl.rejects import reject_frame
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="bpe",
    title="Base permanente des équipements (BPE)",
    producer="Insee",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.insee.fr/fr/statistiques/8217527",
    tier=Tier.OFFICIAL,
    description="Équipements et services comptés par commune (page 8217527) ou localisés (page 8217525).",
)

_WIDE = r"NB_[A-G]\d{3}"
_POINTS_MORE = {
    *("AN", "REF_YEAR", "LONGITUDE", "LATITUDE", "EPSG", "QUALITE_GEOLOC", "NOMRS", "STATUT_DIFFUSION", "CAPACITE"),
}


def _is_wide(columns: Sequence[str]) -> bool:
    return "CODGEO" in columns and any(re.fullmatch(_WIDE, column) for column in columns)


LAYOUTS = Layouts(
    Layout(("DEPCOM", "TYPEQU", "LAMBERT_X", "LAMBERT_Y"), codes={"DEPCOM": COMMUNE}, wanted=_POINTS_MORE.__contains__),
    # GEO also holds départements and regions, whose codes are shorter: its form is checked row by row.
    Layout(
        ("GEO", "GEO_OBJECT", "FACILITY_TYPE", "BPE_MEASURE", "TIME_PERIOD", "OBS_VALUE"), wanted=lambda column: False
    ),
    Layout(("DEPCOM", "AN", "TYPEQU", "NB_EQUIP"), codes={"DEPCOM": COMMUNE}, wanted=lambda column: False),
    Layout(
        ("CODGEO",),
        codes={"CODGEO": COMMUNE},
        is_mine=_is_wide,
        wanted=lambda column: re.fullmatch(_WIDE, column) is not None,
        sheets="COM",
    ),
)

RANDOM_IN_COMMUNE = "33"
"""QUALITE_GEOLOC of a street unknown: « position aléatoire dans la commune »."""

_NUMBERS = ("LAMBERT_X", "LAMBERT_Y", "LONGITUDE", "LATITUDE", "EPSG", "CAPACITE")
_NOT_STATED = {"_Z": "", "_U": ""}


recognises = LAYOUTS.recognises


def read(snapshot: Snapshot) -> pd.DataFrame:
    """The file as published, as text; only the columns this reader uses, and no name of a person. Raises `BadInput`."""
    raw = LAYOUTS.read(snapshot)
    if "NOMRS" in raw:
        raw["NOMRS"] = raw["NOMRS"].mask(_is_person(raw["TYPEQU"]), "")
    if {"LONGITUDE", "LATITUDE"} <= set(raw.columns):
        coordinates.refuse_swapped(raw, "LONGITUDE", "LATITUDE", snapshot.path.name)
    if "GEO" in raw:
        refuse_lost_zeros(
            raw.loc[raw["GEO_OBJECT"] == "COM", "GEO"], snapshot.path.name, sentence("at_column", column="GEO")
        )
    return raw.assign(AN=_year(str(raw.attrs["titles"]))) if "CODGEO" in raw else raw


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Services in the shape of `service_frame`, and the rejects. Of several years in one file the newest is read."""
    rows, older = _newest_year(raw.rename(columns={"REF_YEAR": "AN", "TIME_PERIOD": "AN"}))
    if "LAMBERT_X" in rows:
        accepted, refused = _tidy_points(rows)
    elif "GEO" in rows:
        accepted, refused = _tidy_melodi(rows)
    elif "NB_EQUIP" in rows:
        accepted, refused = _tidy_counts(
            rows.rename(columns={"DEPCOM": "code_insee", "TYPEQU": "code", "NB_EQUIP": "count"})
        )
    else:
        accepted, refused = _tidy_wide(rows)
    return accepted, pd.concat([older, refused], ignore_index=True)


def _newest_year(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of the newest year (`AN`): the same places of two years would be counted twice."""
    if "AN" not in raw:
        return raw, reject_frame(SOURCE.id, [])
    newest = raw["AN"].max()
    years = raw.loc[raw["AN"] != newest, "AN"].value_counts().sort_index()
    lines = [
        (
            "all",
            year,
            sentence("older_year", count=count, year=year, newest=newest)
            if year
            else sentence("undated_rows", count=count, newest=newest),
        )
        for year, count in years.items()
    ]
    return raw[raw["AN"] == newest], reject_frame(SOURCE.id, lines)


def _is_person(typequ: pd.Series) -> pd.Series:
    return typequ.str.startswith("D2")


def _year(titles: str) -> str:
    """The year in the titles of a workbook by domain; empty when nothing states it."""
    match = re.search(r"\bBPE (20\d\d)\b", titles)
    return match[1] if match else ""


def _tidy_melodi(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    is_read = (raw["GEO_OBJECT"] == "COM") & (raw["BPE_MEASURE"] == "FACILITIES")
    left = (raw["GEO_OBJECT"] + " " + raw["BPE_MEASURE"])[~is_read].value_counts().sort_index()
    rejects = reject_frame(
        SOURCE.id,
        [("all", key, sentence("totals_of_same", count=count, key=key)) for key, count in left.items()],
    )
    counts = raw[is_read].rename(columns={"GEO": "code_insee", "FACILITY_TYPE": "code", "OBS_VALUE": "count"})
    accepted, refused = _tidy_counts(counts)
    return accepted, pd.concat([rejects, refused], ignore_index=True)


def _tidy_wide(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a commune: a second one would be counted twice."""
    again = raw["CODGEO"].duplicated()
    rejects = reject_frame(
        SOURCE.id,
        [(line, code, sentence("commune_counted_again", code=code)) for line, code in raw.loc[again, "CODGEO"].items()],
    )
    wide = [column for column in raw.columns if re.fullmatch(_WIDE, column)]
    long = raw[~again].melt(["CODGEO", "AN"], wide, "code", "count", ignore_index=False)
    long["code"] = long["code"].str.removeprefix("NB_")
    accepted, refused = _tidy_counts(long.rename(columns={"CODGEO": "code_insee"}))
    return accepted, pd.concat([rejects, refused], ignore_index=True)


def _tidy_counts(counts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a commune and category. `counts` has code_insee, code, count (text) and perhaps AN."""
    number = numbers(counts["count"])
    wrong = (counts["count"] != "") & (number.isna() | (number < 0) | (number % 1 != 0))
    rejects = reject_frame(
        SOURCE.id,
        [
            (line, f"{place} {code}", sentence("not_a_count", text=text[:40]))
            for line, place, code, text in counts.loc[wrong, ["code_insee", "code", "count"]].itertuples()
        ],
    )
    present = counts.assign(number=number)[~wrong & (number > 0)]
    accepted, refused = _by_commune(present)
    return accepted, pd.concat([rejects, refused], ignore_index=True)


def _by_commune(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Facilities that are only counted: `number` summed by commune and category."""
    unknown = categories.unknown_codes(rows["code"], "bpe", SOURCE.id)
    counted = rows.assign(category=categories.category_of(rows["code"], "bpe").to_numpy(), line=rows.index)
    counted = counted[counted["category"].notna()]
    summed = counted.groupby(["code_insee", "category"], sort=True, as_index=False).agg(
        line=("line", "first"), code=("code", "first"), quantity=("number", "sum"), seen_on=("AN", "max")
    )
    summed = summed.assign(
        key=summed["code_insee"] + "-" + summed["category"], name="", lon=np.nan, lat=np.nan
    ).set_index("line")
    accepted, refused = accept(summed, SOURCE, "bpe")
    return accepted, pd.concat([unknown, refused], ignore_index=True)


def _tidy_points(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = raw.rename(columns={"DEPCOM": "code_insee", "TYPEQU": "code"})
    if "AN" not in rows:
        rows = rows.assign(AN="")
    is_person = _is_person(rows["code"])
    counted, counted_rejects = _by_commune(rows[is_person].assign(number=1))
    is_kept = categories.category_of(rows["code"], "bpe").notna() & ~is_person
    unknown = categories.unknown_codes(rows.loc[~is_person, "code"], "bpe", SOURCE.id)
    rows = rows[is_kept]
    rank = rows.groupby(["code_insee", "code"]).cumcount() + 1
    lon, lat = _located(rows)
    is_random = _column(rows, "QUALITE_GEOLOC") == RANDOM_IN_COMMUNE
    is_named = _column(rows, "STATUT_DIFFUSION") != "P"
    capacity = numbers(_column(rows, "CAPACITE"))
    located, refused = accept(
        rows.assign(
            key=rows["code_insee"] + "-" + rows["code"] + "-" + rank.astype(str),
            name=_column(rows, "NOMRS").where(is_named, ""),
            lon=lon.where(~is_random),
            lat=lat.where(~is_random),
            capacity=capacity.where(capacity > 0),
            seen_on=rows["AN"],
        ),
        SOURCE,
        "bpe",
    )
    stated = rows.assign(**{column: _column(rows, column) for column in _NUMBERS})
    unread = not_numbers(stated, SOURCE.id, "code_insee", *_NUMBERS)
    count = int(is_random.sum())
    random = reject_frame(
        SOURCE.id,
        [("all", "QUALITE_GEOLOC 33", sentence("random_points", count=count))] if count else [],
    )
    accepted = pd.concat([counted, located], ignore_index=True)
    return accepted, pd.concat([counted_rejects, unknown, random, unread, refused], ignore_index=True)


def _located(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Degrees as published, else from the projected coordinates in the system stated, else in the département's."""
    x, y = numbers(rows["LAMBERT_X"]), numbers(rows["LAMBERT_Y"])
    stated = numbers(_column(rows, "EPSG"))
    lon, lat = coordinates.to_wgs84(x, y, stated.fillna(coordinates.epsg_of(rows["code_insee"])))
    published_lon = numbers(_column(rows, "LONGITUDE"))
    published_lat = numbers(_column(rows, "LATITUDE"))
    is_published = published_lon.notna() & published_lat.notna()
    return published_lon.where(is_published, lon), published_lat.where(is_published, lat)


def _column(rows: pd.DataFrame, name: str) -> pd.Series:
    """A column as text, empty where nothing is stated or when the edition does not have it."""
    return rows[name].replace(_NOT_STATED) if name in rows else pd.Series("", index=rows.index, dtype=str)
