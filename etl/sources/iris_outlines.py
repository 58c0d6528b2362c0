"""Outlines of IRIS that an agency hands in (IGN and Insee, « Contours… IRIS »): GeoPackage or GeoJSON.

Layout: polygons with `code_iris` (nine characters) and, where it is there, `nom_iris`, in capitals or not, in any
coordinate system that the file names. Only the outline and the name are read: an IRIS that the base census has not adds
nothing.
"""

import pandas as pd

from etl.reading.candidate import Candidate
from etl.reading.observations import refuse_rows
from etl.reading.shapes import holds_shapes, is_area, read_shapes
from etl.reading.tables import IRIS
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="iris_outlines",
    title="Contours des IRIS",
    producer="IGN et Insee",
    licence=Licence.OPEN_LICENCE_2,
    page="https://data.geopf.fr/wfs/ows",
    tier=Tier.OFFICIAL,
    description="Contours des IRIS, pour les dessiner dans une ville.",
)

_CODE, _NAME = "code_iris", "nom_iris"


def recognises(candidate: Candidate) -> bool:
    """Whether the file holds polygons named by the code of an IRIS."""
    return holds_shapes(candidate, _CODE)


def read(snapshot: Snapshot) -> pd.DataFrame:
    """Text columns `code_iris` and `nom_iris` (empty where there is none), and `geom` in WGS 84. Raises `BadInput`."""
    return read_shapes(snapshot, _CODE, _NAME)


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """IRIS: `code, name` (None where the file gives none), `geom` (polygons, WGS 84); and the rejects."""
    rows = pd.DataFrame({"code": raw[_CODE], "name": raw[_NAME].where(raw[_NAME] != "", None), "geom": raw["geom"]})
    reasons = {
        sentence("column_not_of_kind", column=_CODE, kind=IRIS.sentence): ~IRIS.fits(raw[_CODE]),
        sentence("no_polygon"): ~is_area(raw["geom"]),
        sentence("iris_on_line_above"): raw[_CODE].duplicated(),
    }
    return refuse_rows(rows, SOURCE.id, raw[_CODE], reasons)
