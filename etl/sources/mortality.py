"""Age-standardised death rates by département, sex and cause (Inserm-CépiDc).

Layout: `annee, departement, sexe, cause, indicateur, valeur` (comma, decimal point), a row a figure, all years. Causes
are the 18 chapters of the European short list, or all of them; suicide is not told apart (chapter 17, « Causes externes
de morbidité et mortalité »). Rates are per 100,000 residents.
"""

import pandas as pd

from etl.reading.observations import REFUSED, read_numbers, refuse_rows
from etl.reading.tables import DEPARTEMENT, Layout
from geodata.sentences import sentence
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="mortality",
    title="Taux standardisés de mortalité par département, sexe et cause",
    producer="Inserm-CépiDc",
    licence=Licence.OPEN_LICENCE_2,
    page="https://opendata-cepidc.inserm.fr/",
    tier=Tier.OFFICIAL,
    description="Décès pour 100 000 habitants, à structure d'âge constante.",
)

COLUMNS = ["level", "code", "vintage", "sex", "chapter", "cause", "value", "unit", "state"]
UNIT = "deaths per 100,000 inhabitants"
INDICATOR = "Taux standardisé de mortalité par âge et sexe pour 100 000 habitants"

_SEXES = {"Hommes": "men", "Femmes": "women", "Tous sexes": "all"}
_ALL_CAUSES = "Toutes causes"

LAYOUT = Layout(("annee", "departement", "sexe", "cause", "indicateur", "valeur"), codes={"departement": DEPARTEMENT})
recognises = LAYOUT.recognises
read = LAYOUT.read


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rates (`COLUMNS`) by département, year, sex and cause (`chapter`: its number, or all); and the rejects."""
    value, state = read_numbers(raw["valeur"])
    chapter = raw["cause"].str.extract(r"^(\d+)\.", expand=False).where(raw["cause"] != _ALL_CAUSES, "all")
    rows = pd.DataFrame(
        {
            "level": "departement",
            "code": raw["departement"],
            "vintage": raw["annee"],
            "sex": raw["sexe"].map(_SEXES),
            "chapter": chapter,
            "cause": raw["cause"],
            "value": value,
            "unit": UNIT,
            "state": state,
        }
    )
    reasons = {
        sentence("column_not_of_kind", column="departement", kind=DEPARTEMENT.sentence): ~DEPARTEMENT.fits(
            raw["departement"]
        ),
        sentence("not_one_of", column="sexe", allowed=", ".join(_SEXES)): rows["sex"].isna(),
        sentence("not_a_cause", allowed="Toutes causes"): rows["chapter"].isna(),
        sentence("not_this_word", column="indicateur", allowed=INDICATOR): raw["indicateur"] != INDICATOR,
        sentence("not_a_number_from", column="valeur", low=0): (state == REFUSED) | (value < 0),
        sentence("death_rate_above"): rows.duplicated(["code", "vintage", "sex", "cause"]),
    }
    return refuse_rows(rows, SOURCE.id, raw["departement"], reasons)
