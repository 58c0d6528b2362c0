"""Filosofi (Insee, DGFiP, Cnaf, CCMSA): income and poverty by commune, EPCI, département, région and IRIS.

Layouts: the communal base `cc_filosofi` (`MED21, TP6021, ...`), the structure and distribution files `FILO_DISP`
(`NBPERS19, Q219, ...`: no poverty rate in them), the IRIS bases of disposable income (`DISP_MED19, DISP_TP6019`) and of
declared income (`DEC_...`: before benefits and taxes, so never mixed with the others: names start with `declared_`).
`;`, decimal comma, `s` (secret), `nd`. The vintage is the end of the column names.

Traps. The commune files list Paris, Lyon and Marseille twice, as communes and by arrondissement: levels tell them
apart. A poverty rate under 5 % is printed 5: it is marked `censored` (at most 5 %). Rates are rounded to a percent in
the communal base. Small communes are secret, or not in the file at all.
"""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from etl.reading.observations import (
    Measure,
    all_rejects,
    censor,
    commune_levels,
    observe,
    places,
)
from etl.reading.tables import (
    COMMUNE,
    IRIS,
    CodeKind,
    Layout,
)
from geodata.names import without_accents
from geodata.sentences import Sentence, sentence
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="filosofi",
    title="Revenus et pauvreté des ménages : dispositif Filosofi",
    producer="Insee, DGFiP, Cnaf, CCMSA",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.insee.fr/fr/statistiques/7756729",
    tier=Tier.OFFICIAL,
    description="Taux de pauvreté (60 % de la médiane), revenu disponible médian, déciles ; secret et censure à 5 %.",
)

POVERTY_FLOOR = 0.05
"""Poverty rates under it are printed at it."""

_SHARE = ("share", 100.0, 100.0)
_EURO = ("euro", 1.0, np.inf)
_NAMES = {
    "NBMENFISC": ("tax_households", ("household", 1.0, np.inf)),
    "NBMEN": ("tax_households", ("household", 1.0, np.inf)),
    "NBPERSMENFISC": ("people_in_tax_households", ("person", 1.0, np.inf)),
    "NBPERS": ("people_in_tax_households", ("person", 1.0, np.inf)),
    "MED": ("median_income", _EURO),
    "Q2": ("median_income", _EURO),
    "D1": ("first_decile_income", _EURO),
    "D9": ("ninth_decile_income", _EURO),
    "PIMP": ("share_taxed_households", _SHARE),
    "TP60": ("poverty_rate", _SHARE),
    "TP60AGE1": ("poverty_rate_reference_under_30", _SHARE),
    "TP60AGE2": ("poverty_rate_reference_30_39", _SHARE),
    "TP60AGE3": ("poverty_rate_reference_40_49", _SHARE),
    "TP60AGE4": ("poverty_rate_reference_50_59", _SHARE),
    "TP60AGE5": ("poverty_rate_reference_60_74", _SHARE),
    "TP60AGE6": ("poverty_rate_reference_75_plus", _SHARE),
    "TP60TOL1": ("poverty_rate_owners", _SHARE),
    "TP60TOL2": ("poverty_rate_tenants", _SHARE),
}
_PATTERN = re.compile(rf"(DISP_|DEC_)?({'|'.join(_NAMES)})(\d\d)")
_CODE = CodeKind("kind_place", r"\d{5}|2[AB]\d{3}|\d{9}|\d{2}|2[AB]|97\d|1", r"[1-9]\d{3}|[2-9]")
_REGIONS = {
    "01": "guadeloupe", "02": "martinique", "03": "guyane", "04": "la reunion", "06": "mayotte",
    "11": "ile-de-france", "24": "centre-val de loire", "27": "bourgogne-franche-comte", "28": "normandie",
    "32": "hauts-de-france", "44": "grand est", "52": "pays de la loire", "53": "bretagne",
    "75": "nouvelle-aquitaine", "76": "occitanie", "84": "auvergne-rhone-alpes",
    "93": "provence-alpes-cote d'azur", "94": "corse",
}  # fmt: skip
"""A code of two characters is a région's when its label is; 75 is also Paris, 94 the Val-de-Marne."""


def measure_of(column: str) -> Measure | None:
    """What a Filosofi column measures; None for a column that this reader does not use."""
    match = _PATTERN.fullmatch(column)
    if not match:
        return None
    name, (unit, divisor, high) = _NAMES[match[2]]
    prefix = "declared_" if match[1] == "DEC_" else ""
    return Measure(prefix + name, unit, f"20{match[3]}", divisor, high=high)


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observations by commune, arrondissement, EPCI, département, région, metropole or IRIS; and the rejects."""
    is_iris = "IRIS" in raw
    codes = raw["IRIS" if is_iris else "CODGEO"]
    level = "iris" if is_iris else _levels(raw)
    where, rejects = places(codes, SOURCE.id, IRIS if is_iris else _CODE, level)
    measures = {column: measure for column in raw.columns if (measure := measure_of(column))}
    observations, refused = observe(raw, SOURCE.id, where, measures)
    rates = {measure.id for measure in measures.values() if measure.id.startswith("poverty_rate")}
    return censor(observations, rates, POVERTY_FLOOR), all_rejects([rejects, refused])


def _levels(raw: pd.DataFrame) -> pd.Series:
    codes = raw["CODGEO"]
    labels = raw["LIBGEO"].map(_plain) if "LIBGEO" in raw else pd.Series("", index=raw.index)
    levels = commune_levels(codes).mask(codes.str.len() == 9, "epci").mask(codes.str.len() <= 3, "departement")
    return levels.mask(codes.map(_REGIONS) == labels, "region").mask(codes == "1", "metropole")


def _plain(label: str) -> str:
    """`Île-de-France` -> `ile-de-france`."""
    return without_accents(label).lower().strip()


def _is_mine(columns: Sequence[str]) -> bool:
    # A census file has a CODGEO and no column of these.
    return bool({"CODGEO", "IRIS"} & set(columns)) and any(measure_of(column) for column in columns)


def _header_problems(columns: Sequence[str]) -> list[Sentence]:
    problems = []
    if not {"CODGEO", "IRIS"} & set(columns):
        problems.append(sentence("no_column_like", where=sentence("at_line", line=1), columns="CODGEO / IRIS"))
    vintages = sorted({measure.vintage for column in columns if (measure := measure_of(column))})
    if not vintages:
        some = "MED21, TP6021, DISP_MED21"
        problems.append(sentence("no_figure_column", where=sentence("at_line", line=1), columns=some))
    if len(vintages) > 1:
        problems.append(sentence("several_vintages", vintages=", ".join(vintages)))
    return problems


LAYOUT = Layout(
    required=(),
    codes={"CODGEO": _CODE, "IRIS": IRIS, "COM": COMMUNE},
    is_mine=_is_mine,
    wanted=lambda column: column in ("CODGEO", "IRIS", "COM", "LIBGEO") or measure_of(column) is not None,
    header_problems=_header_problems,
    sheets="COM|IRIS",
)
recognises = LAYOUT.recognises
read = LAYOUT.read
