"""IRIS reference (Insee): every IRIS of France with its kind and its commune, overseas départements included.

Layout: `CODE_IRIS; LIB_IRIS; TYP_IRIS; GRD_QUART; DEPCOM; LIBCOM; UU2020; REG; DEP`, csv or workbook (sheet
Emboitements_IRIS). A commune that is not divided is one IRIS, of type Z, whose code ends in 0000.
"""

import pandas as pd

from etl.reading.observations import refuse_rows
from etl.reading.tables import COMMUNE, IRIS, Layout
from geodata.sentences import sentence
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="cog_iris",
    title="Référence des IRIS",
    producer="Insee",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.insee.fr/fr/information/7708995",
    tier=Tier.OFFICIAL,
    description="IRIS, leur type et leur commune.",
)

_KINDS = {"H": "residential", "A": "business", "D": "other", "Z": "undivided"}

LAYOUT = Layout(
    ("CODE_IRIS", "LIB_IRIS", "TYP_IRIS", "DEPCOM"),
    codes={"CODE_IRIS": IRIS, "DEPCOM": COMMUNE},
    wanted=lambda column: False,
    sheets="Emboitements_IRIS",
)
recognises = LAYOUT.recognises
read = LAYOUT.read


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """IRIS: `iris, name, kind` (residential, business, other, undivided), `commune`; and the rejects."""
    kind = raw["TYP_IRIS"].map(_KINDS)
    iris = pd.DataFrame({"iris": raw["CODE_IRIS"], "name": raw["LIB_IRIS"], "kind": kind, "commune": raw["DEPCOM"]})
    reasons = {
        sentence("column_not_of_kind", column="CODE_IRIS", kind=IRIS.sentence): ~IRIS.fits(raw["CODE_IRIS"]),
        sentence("not_one_of", column="TYP_IRIS", allowed=", ".join(_KINDS)): kind.isna(),
        sentence("iris_of_another_commune"): raw["CODE_IRIS"].str[:5] != raw["DEPCOM"],
        sentence("iris_on_line_above"): raw["CODE_IRIS"].duplicated(),
    }
    return refuse_rows(iris, SOURCE.id, raw["CODE_IRIS"], reasons)
