"""Territories of Europe: LAU with their outlines and residents, each in the NUTS regions that its land lies in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from etl.reading.files import FileRead, about_file, read_files, refuse_left_out
from etl.rejects import reject_frame
from etl.service_lists import OLDER
from etl.services import SHORE_DEGREES
from etl.sources import geostat_grid, gisco_lau, gisco_nuts, osm_places, osm_roads, overture_places
from etl.unsurveyed import Places
from geodata.countries.europe import COUNTRY
from geodata.country import Country
from geodata.errors import BadInput
from geodata.sentences import sentence
from geodata.source import Snapshot
from geodata.territory import Level

SERVICES = (osm_places, overture_places)
READERS = (gisco_lau, gisco_nuts, geostat_grid, *SERVICES, osm_roads)
"""Readers of the files of Europe."""

_AREA = (-35.58, 24.6, 44.83, 84.73)
"""West, south, east, north of the land that EPSG:3035 is made for (EPSG, area of use)."""

_LENGTHS = {Level.EPCI: 5, Level.DEPARTEMENT: 4, Level.REGION: 3}
"""Characters of the code of each level of NUTS, the finest first."""


def read_places(official: Mapping[str, Sequence[Snapshot]]) -> Places:
    """Every LAU of the files in `official` (by source id). Raises `BadInput` without LAU, without NUTS regions of
    level 3, or where none of these holds a LAU."""
    files, rejects = {}, []
    for module in (gisco_lau, gisco_nuts):
        files_read, refused = read_files(module, official.get(module.SOURCE.id, ()))
        files[module] = files_read
        rejects += [refused, *(file.rejects for file in files_read)]
    lau, again = _newest(files[gisco_lau], gisco_lau.SOURCE.id)
    nuts, same = _newest(files[gisco_nuts], gisco_nuts.SOURCE.id)
    if lau.empty or nuts.empty or not (nuts["level"] == 3).any():
        # A file that was refused whole says why itself.
        refuse_left_out(pd.concat(rejects))
        missing = gisco_lau.SOURCE if lau.empty else gisco_nuts.SOURCE
        raise BadInput(sentence("source_needed", title=missing.title, page=missing.page))
    inside, lost = _nested(lau, nuts)
    if inside.empty:
        both = {
            key: ", ".join(file.snapshot.path.name for file in files[module])
            for key, module in (("lau", gisco_lau), ("nuts", gisco_nuts))
        }
        raise BadInput(sentence("no_lau_in_a_region", **both))
    names = {level: _names(inside[level.value], nuts) for level in _LENGTHS}
    names[Level.TVS] = pd.Series(name="name", dtype=object)
    return Places(
        country=replace(_country(sorted(inside["country"].unique()), nuts), edition=_vintages(pd.concat([lau, nuts]))),
        smallest=inside,
        names=names,
        residents_source=gisco_lau.SOURCE.id,
        residents_vintage=_vintages(lau),
        accepted={gisco_lau.SOURCE: len(lau), gisco_nuts.SOURCE: len(nuts)},
        rejects=pd.concat([reject_frame("", []), *rejects, again, same, lost], ignore_index=True),
        snapshots=[file.snapshot for files_read in files.values() for file in files_read],
    )


def _newest(files: Sequence[FileRead], source: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of all files by code with their `vintage`, and the rejects.

    Of each country the newest edition speaks alone: two editions cut one land twice. A file that states none is left
    beside the others, and a code that an earlier file has is refused.
    """
    if not files:
        return pd.DataFrame({"level": []}, index=pd.Index([], name="code")), reject_frame(source, [])
    editions = [file.rows.assign(edition=n, vintage=file.snapshot.vintage) for n, file in enumerate(files)]
    rows = pd.concat(editions, ignore_index=True)
    country = rows["code"].str[:2].rename("country_of_code")
    is_older = (rows["vintage"] != "") & (rows["vintage"] < rows["vintage"].groupby(country).transform("max"))
    left = rows[is_older].groupby([country, "vintage"], sort=True).size()
    lines = [
        ("all", code, sentence("older_edition", count=count, date=vintage)) for (code, vintage), count in left.items()
    ]
    kept = rows[~is_older]
    unused = set(rows["edition"]) - set(kept["edition"])
    again = kept["code"].duplicated()
    lines += [("all", code, sentence("identifier_again")) for code in kept.loc[again, "code"]]
    rejects = [reject_frame(source, lines), *(about_file(files[n], OLDER) for n in sorted(unused))]
    own = kept[~again].drop(columns="edition").set_index("code").sort_index()
    return own, pd.concat(rejects, ignore_index=True)


def _vintages(rows: pd.DataFrame) -> str:
    """The editions that rows are of."""
    return ", ".join(sorted({*rows["vintage"]} - {""}))


def _nested(lau: pd.DataFrame, nuts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """LAU with the regions that a point of their land lies in, and the rejects: those off the projection of the country
    (overseas), and those in no region.

    Outlines of LAU and of regions are not drawn from one line: where the point is in no region, it is in the nearest
    one of its country within `SHORE_DEGREES`.
    """
    points = shapely.point_on_surface(lau["geom"].to_numpy(dtype=object))
    west, south, east, north = _AREA
    lon, lat = shapely.get_x(points), shapely.get_y(points)
    is_on_map = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    third = nuts[nuts["level"] == 3]
    region = np.full(len(lau), None, dtype=object)
    for country, rows in lau.reset_index(drop=True).groupby("country", sort=True).groups.items():
        own = third[third.index.str[:2] == country]
        if own.empty:
            continue
        tree, at = shapely.STRtree(own["geom"].to_numpy(dtype=object)), rows.to_numpy()
        which, nearest = tree.query_nearest(points[at], max_distance=SHORE_DEGREES, all_matches=False)
        region[at[which]] = own.index.to_numpy(object)[nearest]
    is_in = pd.notna(region) & is_on_map
    off = sentence("off_projection", crs=f"EPSG:{COUNTRY.epsg(None)}")
    nowhere = sentence("lau_in_no_region")
    lines = [
        (code, code, nowhere if on_map else off)
        for code, on_map in zip(lau.index[~is_in], is_on_map[~is_in], strict=True)
    ]
    codes = pd.Series(region, index=lau.index, dtype=object)[is_in]
    parents = {level.value: codes.str[:length] for level, length in _LENGTHS.items()}
    return lau[is_in].assign(zone=COUNTRY.main, tvs=None, **parents), reject_frame(gisco_lau.SOURCE.id, lines)


def _names(codes: pd.Series, nuts: pd.DataFrame) -> pd.Series:
    """Name of each region of `codes`; its code where the file has not its level."""
    own = pd.Index(sorted(codes.unique()), name="code")
    return nuts["name"].reindex(own).fillna(own.to_series()).rename("name")


def _country(codes: Sequence[str], nuts: pd.DataFrame) -> Country:
    """Europe, or the only country of `codes`, under its own code and name."""
    if len(codes) != 1:
        return COUNTRY
    name = str(nuts["name"].get(codes[0], codes[0]))
    return replace(COUNTRY, code=codes[0], title=name, title_en=name)
