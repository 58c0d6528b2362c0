"""FINESS as CSV: the register of health and social establishments, until the last extraction of May 2026.

- legacy, two files without header: line 1 `finess;etalab;111;2026-05-12`, then `structureet` (32 cells) and, in the
  geolocated file, `geolocalisation` (6 cells); UTF-8, latin-1 before 2026; cells may be quoted, quotes doubled;
- re-exposed with a header (Atlasanté and regional extracts): establishments, social and medico-social equipment
  (discipline, activity, client), authorised care activities.

Départements overseas are written 9A to 9F (and 9J): 9A123 is 97123. Coordinates are metres in the system that the fifth
part of `sourcecoordet` names (EPSG:2154, 5490, 2972, 2975, 4471). A point found in ADMIN-EXPRESS is the centre of the
commune: it is not used. Telephones are not read. Categories 462 (foster places, often a home) are never services here.

One establishment has several rows of equipment: they make one service a category, their capacities added. An equipment
of zero place is one whose capacity is not published.
"""

import csv
import io
from collections.abc import Iterator

import numpy as np
import pandas as pd

from etl import categories
from etl.reading import coordinates
from etl.reading.candidate import Candidate, peek
from etl.reading.documents import refuse_lost_zeros
from etl.reading.numbers import not_numbers, numbers
from etl.reading.opening import open_bytes
from etl.reading.service_frame import accept
from etl.reading.tables import (
    COMMUNE,
    LONGEST_CELL,
    Layout,
    Layouts,
    refuse,
)
from etl.rejects import reject_frame
from geodata.errors import BadInput
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="finess",
    title="Finess : extraction du fichier des établissements (CSV)",
    producer="DREES puis Agence du numérique en santé",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.data.gouv.fr/fr/datasets/finess-extraction-du-fichier-des-etablissements/",
    tier=Tier.OFFICIAL,
    description="Établissements sanitaires et médico-sociaux, équipements et activités. Figé au 12 mai 2026.",
)

STRUCTURE = (
    *(
        "nofinesset",
        "nofinessej",
        "rs",
        "rslongue",
        "complrs",
        "compldistrib",
        "numvoie",
        "typvoie",
        "voie",
        "compvoie",
    ),
    *("lieuditbp", "commune", "departement", "libdepartement", "ligneacheminement", "telephone", "telecopie"),
    *("categetab", "libcategetab", "categagretab", "libcategagretab", "siret", "codeape", "codemft", "libmft"),
    *("codesph", "libsph", "dateouv", "dateautor", "datemaj", "numuai"),
)
"""Cells of a `structureet` line after its first one."""

GEOLOCATION = ("nofinesset", "coordxet", "coordyet", "sourcecoordet", "datemaj")
"""Cells of a `geolocalisation` line after its first one."""

_KINDS = {"structureet": STRUCTURE, "geolocalisation": GEOLOCATION}

_READ = ("nofinesset", "rs", "rslongue", "commune", "departement", "categetab")

_NAMES = {
    "numero_finess_etablissement": "nofinesset",
    "raison_sociale": "rs",
    "raison_sociale_longue": "rslongue",
    "code_commune": "commune",
}
"""Columns of the re-exposed files, by the names of the legacy one."""

_MORE = {"rslongue", "raison_sociale_longue", "coordxet", "coordyet", "sourcecoordet", "longitude", "latitude"}
_PLACE = {"code_insee": COMMUNE}

LAYOUTS = Layouts(
    Layout(
        ("nofinesset", "libde_equipement", "libta_equipement", "client", "raison_sociale", "capinstot", "code_insee"),
        codes=_PLACE,
        wanted=_MORE.__contains__,
    ),
    Layout(
        ("numero_finess_etablissement", "activite", "forme", "raison_sociale", "code_insee"),
        codes=_PLACE,
        wanted=lambda column: column in _MORE | {"categetab"},
    ),
    Layout(
        ("numero_finess_etablissement", "raison_sociale", "code_commune", "departement", "categetab"),
        codes=_PLACE,
        is_mine=lambda columns: {"numero_finess_etablissement", "code_commune", "categetab", "dateouv"} <= set(columns),
        wanted=lambda column: column in _MORE | {"code_insee", "dateouv"},
    ),
    Layout(
        ("nofinesset", "rs", "commune", "departement", "categetab"),
        wanted=lambda column: column in _MORE | {"code_insee", "dateouv"},
    ),
)

_OVERSEAS = {"9A": "97", "9B": "97", "9C": "97", "9D": "97", "9E": "97", "9F": "97", "9J": "98"}
_COMMUNE_CENTRE = "ADMIN-EXPRESS"
_EXAMPLES = 5


def recognises(candidate: Candidate) -> bool:
    """Whether the file is a legacy extraction or one of the re-exposed layouts."""
    return _is_legacy(candidate) or LAYOUTS.recognises(candidate)


def read(snapshot: Snapshot) -> pd.DataFrame:
    """The file as published, as text, without telephones; columns named as in the legacy file. Raises `BadInput`."""
    whole = peek(snapshot.path)
    legacy = next((part for part in (whole, *whole.inside) if _is_legacy(part)), None)
    if legacy:
        return _read_legacy(legacy)
    raw = LAYOUTS.read(snapshot).rename(columns=_NAMES)
    if {"longitude", "latitude"} <= set(raw.columns):
        coordinates.refuse_swapped(raw, "longitude", "latitude", snapshot.path.name)
    return raw


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Services in the shape of `service_frame`, and the rejects."""
    rows, centred = _placed(raw)
    if "libde_equipement" in raw:
        accepted, rejected = _tidy_equipment(rows)
    elif "activite" in raw:
        accepted, rejected = _tidy_activities(rows)
    else:
        accepted, rejected = _tidy_establishments(rows)
    return accepted, pd.concat(
        [
            centred,
            not_numbers(raw, SOURCE.id, "nofinesset", "longitude", "latitude", "coordxet", "coordyet", "capinstot"),
            rejected,
        ],
        ignore_index=True,
    )


def _is_legacy(candidate: Candidate) -> bool:
    return candidate.kind == "text" and candidate.columns[:2] == ("finess", "etalab")


def _read_legacy(part: Candidate) -> pd.DataFrame:
    name = f"{part.path.name} > {part.member}" if part.member else part.path.name
    with open_bytes(part.path, part.member) as file:
        content = file.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    structures, points, problems = {}, {}, []
    for line, cells in _lines(text, name):
        kind, *cells = cells
        allowed = _KINDS.get(kind)
        if allowed is None:
            problems.append(sentence("line_of_no_kind", line=line, kind=kind[:40], allowed=" / ".join(_KINDS)))
        elif len(cells) != len(allowed):
            count = {"found": len(cells) + 1, "expected": len(allowed) + 1}
            problems.append(sentence("line_of_kind_ragged", line=line, kind=kind, **count))
        elif long := next((c for c in zip(allowed, cells, strict=True) if len(c[1]) > LONGEST_CELL), None):
            about = {"column": long[0], "length": len(long[1]), "most": LONGEST_CELL}
            problems.append(sentence("cell_over_length", line=line, **about))
        elif kind == "structureet":
            structures[line] = cells
        else:
            points[line] = cells
    if not structures and not problems:
        problems.append(sentence("no_line_of_kind", kind="structureet"))
    if problems:
        more = [sentence("more_like_these", count=len(problems) - _EXAMPLES)] if len(problems) > _EXAMPLES else []
        refuse(name, problems[:_EXAMPLES] + more)
    frame = pd.DataFrame.from_dict(structures, orient="index", columns=STRUCTURE, dtype=str)[list(_READ)]
    located = pd.DataFrame.from_dict(points, orient="index", columns=GEOLOCATION, dtype=str)
    located = located.drop_duplicates("nofinesset", keep="last").set_index("nofinesset")
    refuse_lost_zeros(_code_insee(frame), name, sentence("at_columns", first="departement", second="commune"))
    for column in ("coordxet", "coordyet", "sourcecoordet"):
        values = located[column].to_dict()
        frame[column] = [values.get(number, "") for number in frame["nofinesset"]]
    return frame.rename_axis("line").assign(seen_on=part.columns[3] if len(part.columns) > 3 else "")


def _lines(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Cells of every line after the first, with its number."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    try:
        next(reader)
        for cells in reader:
            if cells:
                yield reader.line_num, cells
    except csv.Error as error:
        raise BadInput(sentence("quote_not_closed", file=name, line=reader.line_num, error=error)) from error


def _placed(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows with name, commune, point and date, and the note on points that are centres of communes."""
    lon, lat = _degrees(raw)
    is_centre = _column(raw, "sourcecoordet").str.contains(_COMMUNE_CENTRE, regex=False)
    long_name = _column(raw, "rslongue")
    rows = raw.assign(
        name=long_name.where(long_name != "", raw["rs"]),
        code_insee=raw["code_insee"] if "code_insee" in raw else _code_insee(raw),
        lon=lon.where(~is_centre),
        lat=lat.where(~is_centre),
        seen_on=_seen_on(raw),
    )
    count = int(is_centre.sum())
    note = sentence("centres_of_communes", count=count)
    return rows, reject_frame(SOURCE.id, [("all", "sourcecoordet", note)] if count else [])


def _degrees(raw: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    if {"longitude", "latitude"} <= set(raw.columns):
        return numbers(raw["longitude"]), numbers(raw["latitude"])
    if not {"coordxet", "coordyet", "sourcecoordet"} <= set(raw.columns):
        missing = pd.Series(np.nan, index=raw.index)
        return missing, missing
    stated = numbers(raw["sourcecoordet"].str.extract(r"EPSG:(\d+)", expand=False).fillna(""))
    x, y = numbers(raw["coordxet"]), numbers(raw["coordyet"])
    return coordinates.to_wgs84(x, y, stated)


def _code_insee(raw: pd.DataFrame) -> pd.Series:
    """Département and the three digits of the commune; overseas, 97 and the three digits (9A and 123: 97123)."""
    departement = raw["departement"].replace(_OVERSEAS)
    return (departement + raw["commune"].str.zfill(3)).where(raw["commune"] != "", "")


def _seen_on(raw: pd.DataFrame) -> pd.Series | str:
    """Date of the extraction; for a re-exposed file without one, the latest opening it knows, else nothing."""
    if "seen_on" in raw:
        return raw["seen_on"]
    opened_on = _column(raw, "dateouv")
    return opened_on[opened_on.str.fullmatch(r"\d{4}-\d\d-\d\d")].max() if (opened_on != "").any() else ""


def _tidy_equipment(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    code = rows["libde_equipement"] + "|" + rows["libta_equipement"] + "|" + rows["client"]
    places = numbers(rows["capinstot"])
    return _one_a_category(rows.assign(code=code, capacity=places.where(places > 0)), "finess_equipment")


def _tidy_activities(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """An activity a row; an establishment without any, in the extracts that list it too, by its own category."""
    code = rows["activite"] + "|" + rows["forme"]
    alone = (rows["activite"] == "") & (_column(rows, "categetab") != "")
    both = [_one_a_category(rows[~alone].assign(code=code[~alone], capacity=np.nan), "finess_activity")]
    if alone.any():
        both.append(_tidy_establishments(rows[alone]))
    accepted, rejected = (pd.concat(frames, ignore_index=True) for frames in zip(*both, strict=True))
    return accepted, rejected


def _tidy_establishments(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return accept(rows.assign(code=rows["categetab"], key=rows["nofinesset"]), SOURCE, "finess")


def _one_a_category(rows: pd.DataFrame, nomenclature: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One service an establishment and category, capacities added."""
    unknown = categories.unknown_codes(rows["code"], nomenclature, SOURCE.id)
    rows = rows.assign(category=categories.category_of(rows["code"], nomenclature))
    rows = rows[rows["category"].notna()]
    by_service = rows.groupby(["nofinesset", "category"], sort=False)
    capacity = by_service["capacity"].transform(lambda places: places.sum(min_count=1))
    services = rows.assign(key=rows["nofinesset"] + "-" + rows["category"], capacity=capacity)
    accepted, rejected = accept(services[~services["key"].duplicated()], SOURCE, nomenclature)
    return accepted, pd.concat([unknown, rejected], ignore_index=True)


def _column(raw: pd.DataFrame, name: str) -> pd.Series:
    return raw[name] if name in raw else pd.Series("", index=raw.index, dtype=str)
