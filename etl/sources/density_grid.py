"""Communal density grid (Insee): seven levels, and the three classes that they make.

Layout: a workbook whose table has `CODGEO`, `LIBGEO` and `DENS` (1 to 7), columns on row 5, or the same as csv. The
three classes of the product are Insee's own three-level grid: 1 is dense; 2, 3 and 4 are intermediate; 5, 6 and 7 are
rural (https://www.insee.fr/fr/information/6439600). No copy of the file could be had when this was written: the sheet
is known by its columns.
"""

import pandas as pd

from etl.reading.observations import refuse_rows
from etl.reading.tables import COMMUNE, Layout
from geodata.sentences import sentence
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="density_grid",
    title="Grille communale de densité à sept niveaux",
    producer="Insee",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.insee.fr/fr/information/6439600",
    tier=Tier.OFFICIAL,
    description="Commune dense, intermédiaire ou rurale d'après la population de ses carreaux d'un kilomètre.",
)

_CLASSES = {"1": "dense", "2": "intermediate", "3": "intermediate", "4": "intermediate", "5": "rural", "6": "rural",
            "7": "rural"}  # fmt: skip

LAYOUT = Layout(
    ("CODGEO", "DENS"),
    codes={"CODGEO": COMMUNE},
    wanted=lambda column: False,
    sheets=r"(?i).*dens.*|.*grille.*|.*maille.*|com.*|feuil1|sheet1|data",
)
recognises = LAYOUT.recognises
read = LAYOUT.read


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Classes: `code, density_level` (1-7, integer), `density` (dense, intermediate, rural); and the rejects."""
    level = raw["DENS"].where(raw["DENS"].isin(_CLASSES))
    grid = pd.DataFrame(
        {"code": raw["CODGEO"], "density_level": level.astype(float).astype("Int64"), "density": level.map(_CLASSES)}
    )
    reasons = {
        sentence("column_not_of_kind", column="CODGEO", kind=COMMUNE.sentence): ~COMMUNE.fits(raw["CODGEO"]),
        sentence("not_a_density"): level.isna(),
        sentence("commune_above"): raw["CODGEO"].duplicated(),
    }
    return refuse_rows(grid, SOURCE.id, raw["CODGEO"], reasons)
