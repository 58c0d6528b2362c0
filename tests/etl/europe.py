"""Four invented LAU of two countries in the official layouts of GISCO, GEOSTAT, OpenStreetMap and Overture.

In kilometres from a corner of the grid of Europe, `A` is the square from 0 to 4 both ways, `B` lies east of it and `C`
east of `B`; `D`, of another country, lies north of the three. Nothing is real: names say so.
"""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

WEST, SOUTH = 4_000_000, 2_900_000
"""Corner of the invented land, metres of EPSG:3035."""

A, B, C, D = "DE_00001", "DE_00002", "DE_00003", "FR_00004"
BOXES = {A: (0, 0, 4, 4), B: (4, 0, 8, 4), C: (8, 0, 12, 4), D: (0, 4, 12, 8)}
STATED = {A: 800, B: -9999, C: 10, D: 1_000}
"""Residents as GISCO has them: those of `B` are not known."""

CELLS = (
    # column, row, residents, under 15, 15 to 64, 65 and over
    (0, 0, 300, 60, 180, 60),  # A
    (3, 0, 100, 20, 60, 20),
    (5, 1, 50, 10, 30, 10),  # B
    (9, 0, 200, 40, 120, 40),  # C: twenty times what is stated of it
    (6, 6, 500, -9990, -9990, -9990),  # D: its ages are not published
    (1, 5, 0, 0, 0, 0),  # nobody
    (40, 40, 7, 1, 5, 1),  # in no LAU
)
REGIONS = {
    "DE": BOXES[A][:2] + BOXES[C][2:], "DE1": (0, 0, 12, 4), "DE11": (0, 0, 12, 4), "DE111": (0, 0, 8, 4),
    "DE112": (8, 0, 12, 4), "FR": BOXES[D], "FRF": BOXES[D], "FRF1": BOXES[D], "FRF11": BOXES[D],
}  # fmt: skip


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(WEST + 1e3 * west, SOUTH + 1e3 * south, WEST + 1e3 * east, SOUTH + 1e3 * north)


def centre(column: float, row: float) -> shapely.Point:
    """Centre of a square of 1 km."""
    return shapely.Point(WEST + 1e3 * (column + 0.5), SOUTH + 1e3 * (row + 0.5))


def lau() -> gpd.GeoDataFrame:
    rows = [
        {"GISCO_ID": code, "CNTR_CODE": code[:2], "LAU_ID": code[3:], "LAU_NAME": f"Commune inventée {code[-1]}",
         "POP_2021": STATED[code], "POP_DENS_2021": None, "AREA_KM2": None, "YEAR": 2021, "geometry": box(*at)}
        for code, at in BOXES.items()
    ]  # fmt: skip
    return gpd.GeoDataFrame(rows, crs=3035)


def nuts() -> gpd.GeoDataFrame:
    rows = [
        {"NUTS_ID": code, "LEVL_CODE": len(code) - 2, "CNTR_CODE": code[:2], "NAME_LATN": f"Region {code} (invented)",
         "NUTS_NAME": f"Région {code} (inventée)", "MOUNT_TYPE": 0, "geometry": box(*at)}
        for code, at in REGIONS.items()
    ]  # fmt: skip
    return gpd.GeoDataFrame(rows, crs=3035)


def grid() -> pd.DataFrame:
    rows = [
        {"GRD_ID": f"CRS3035RES1000mN{SOUTH + 1000 * row}E{WEST + 1000 * column}", "T": total, "M": total // 2,
         "F": total - total // 2, "Y_LT15": young, "Y_1564": adult, "Y_GE65": old, "EMP": 0, "POPULATED": min(total, 1)}
        for column, row, total, young, adult, old in CELLS
    ]  # fmt: skip
    return pd.DataFrame(rows)


def osm() -> gpd.GeoDataFrame:
    """A pharmacy in the first square of `A`, a surgery in the square of `D`, a hall, a bench, and a chapel at sea."""
    rows = [
        ("n1", "Pharmacie inventée", "pharmacy", None, centre(0, 0)),
        ("w2", "Cabinet inventé", None, "doctor", centre(6, 6).buffer(20)),
        ("n3", "Salle inventée", "community_centre", None, centre(5, 1)),
        ("n4", None, "bench", None, centre(5, 1)),
        ("n5", "Mairie inventée", "townhall", None, centre(60, 60)),
        ("n6", "Mairie inventée de D", "townhall", None, centre(6, 6)),
    ]
    names = ("@id", "name", "amenity", "healthcare", "geometry")
    return gpd.GeoDataFrame([dict(zip(names, row, strict=True)) for row in rows], crs=3035).to_crs(4326)


def overture() -> gpd.GeoDataFrame:
    """The same pharmacy, a library in `B`, another that is closed, and one that is hardly sure."""
    rows = [
        ("08f1", "Pharmacie inventée", "pharmacy", 0.95, "open", centre(0, 0)),
        ("08f2", "Bibliothèque inventée", "library", 0.9, "open", centre(5, 1)),
        ("08f3", "Bibliothèque fermée", "library", 0.9, "permanently_closed", centre(5, 1)),
        ("08f4", "Bibliothèque douteuse", "library", 0.3, "open", centre(5, 1)),
    ]
    return gpd.GeoDataFrame(
        [
            {"id": key, "names": {"primary": name}, "categories": {"primary": category, "alternate": None},
             "confidence": sure, "operating_status": state, "geometry": point}
            for key, name, category, sure, state, point in rows
        ],
        crs=3035,
    ).to_crs(4326)  # fmt: skip


def write(folder: Path) -> Path:
    """Every file, under the names that its producer gives it."""
    folder.mkdir(parents=True, exist_ok=True)
    lau().to_file(folder / "LAU_RG_01M_2021_3035.gpkg", layer="LAU_RG_01M_2021_3035")
    nuts().to_file(folder / "NUTS_RG_01M_2021_3035.geojson")
    grid().to_csv(folder / "ESTAT_Census_2021_V2.csv", index=False)
    osm().to_file(folder / "places-2026-05-01.geojson")
    overture().to_parquet(folder / "overture-places-2026-05-21.parquet")
    return folder
