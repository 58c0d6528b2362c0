"""Code officiel géographique: communes, municipal arrondissements, delegated and associated communes (Insee).

Layouts: the `v_commune` of Insee (`TYPECOM, COM, ..., LIBELLE, CAN, COMPARENT`, comma), and the same table in COGiter
(`DEPCOM`, `NOM_DEPCOM`, semicolon). A delegated commune may have the code of the commune it is part of: a place is a
code and a kind.
"""

import pandas as pd

from etl.reading.observations import refuse_rows
from etl.reading.tables import COMMUNE, Layout, Layouts
from geodata.sentences import sentence
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="cog",
    title="Code officiel géographique : communes",
    producer="Insee",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.insee.fr/fr/information/8740222",
    tier=Tier.OFFICIAL,
    description="Communes, arrondissements municipaux, communes déléguées et associées.",
)

_KINDS = {"COM": "commune", "ARM": "arrondissement", "COMD": "delegated", "COMA": "associated"}
_COGITER = {"DEPCOM": "COM", "NOM_DEPCOM": "LIBELLE"}

_OFFICIAL = ("TYPECOM", "COM", "REG", "DEP", "LIBELLE", "COMPARENT")
LAYOUTS = Layouts(
    Layout(_OFFICIAL, codes={"COM": COMMUNE}, wanted=lambda column: False),
    Layout(
        ("TYPECOM", "DEPCOM", "REG", "DEP", "NOM_DEPCOM", "COMPARENT"),
        codes={"DEPCOM": COMMUNE},
        wanted=lambda column: False,
    ),
)
recognises = LAYOUTS.recognises
read = LAYOUTS.read


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Places: `code, kind` (commune, arrondissement, delegated, associated), `name, departement, region, parent`.

    `parent` is the commune that the place is part of, missing for a commune; Insee leaves département and région of
    delegated and associated communes empty: they are missing here. A line of another kind, with a wrong code, given
    twice or without its parent is refused.
    """
    rows = raw.rename(columns=_COGITER)
    kind = rows["TYPECOM"].map(_KINDS)
    places = pd.DataFrame(
        {
            "code": rows["COM"],
            "kind": kind,
            "name": rows["LIBELLE"],
            "departement": rows["DEP"].replace("", None),
            "region": rows["REG"].replace("", None),
            "parent": rows["COMPARENT"].replace("", None),
        }
    )
    reasons = {
        sentence("not_one_of", column="TYPECOM", allowed=", ".join(_KINDS)): kind.isna(),
        sentence("column_not_of_kind", column="COM", kind=COMMUNE.sentence): ~COMMUNE.fits(rows["COM"]),
        sentence("comparent"): kind.notna() & (kind != "commune") & ~COMMUNE.fits(rows["COMPARENT"]),
        sentence("place_above"): places.duplicated(["code", "kind"]),
    }
    return refuse_rows(places, SOURCE.id, rows["COM"], reasons)
