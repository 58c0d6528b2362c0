"""The long layout of Insee since the 2023 census ("Melodi"): a row a figure, csv (in a zip) or Parquet.

Columns `GEO; GEO_OBJECT; <dimensions>; RP_MEASURE; TIME_PERIOD; OBS_STATUS; OBS_VALUE`, in any order; for Filosofi
`FILOSOFI_MEASURE; UNIT_MEASURE; UNIT_MULT; CONF_STATUS` stand in place of dimensions. A figure is known by the values
of all its dimensions: those that `FIGURES` does not name must be `_T` (total). Rows of other figures and of levels that
the product does not show (ZE2020, UU2020, CANTON ...) are not ours: they are counted, one reject a kind, not listed.

`OBS_STATUS = K` says that a merged commune is counted in another: missing, `merged`, never zero. Several years live in
the same file; the newest is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.reading.observations import (
    Measure,
    all_rejects,
    censor,
    observe_long,
)
from etl.reading.tables import (
    COMMUNE,
    DEPARTEMENT,
    EPCI,
    CodeKind,
    Layout,
    refuse,
    shortened_codes,
)
from etl.rejects import reject_frame
from etl.sources.filosofi import POVERTY_FLOOR
from geodata.sentences import Sentence, sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="insee_melodi",
    title="Recensement et Filosofi en format long (Melodi)",
    producer="Insee",
    licence=Licence.OPEN_LICENCE_2,
    page="https://catalogue-donnees.insee.fr/fr/catalogue/recherche",
    tier=Tier.OFFICIAL,
    description="Habitants et personnes vivant seules par âge, ménages, voiture, pauvreté : communes et au-dessus.",
)

REGION = CodeKind("kind_region", r"\d{2}", r"[1-9](\.0)?")
FRANCE = CodeKind("kind_part_of_country", r"F[REM]?", r"(?!)")
LEVELS: Mapping[str, tuple[str, CodeKind]] = {
    "COM": ("commune", COMMUNE),
    "ARM": ("arrondissement", COMMUNE),
    "EPCI": ("epci", EPCI),
    "DEP": ("departement", DEPARTEMENT),
    "REG": ("region", REGION),
    "FRANCE": ("france", FRANCE),
}
"""`GEO_OBJECT` and our level; FM is the mainland."""


@dataclass(frozen=True)
class Figure:
    """One of the figures we read: our name, its unit, and the value of each dimension that it names."""

    id: str
    unit: str
    where: Mapping[str, str]
    divisor: float = 1
    high: float = np.inf


_AGES = {
    "Y_LT15": "00_14", "Y15T24": "15_24", "Y25T39": "25_39", "Y40T54": "40_54", "Y55T64": "55_64", "Y65T79": "65_79",
    "Y_GE80": "80_plus",
}  # fmt: skip
_BY_AGE = {"POP": "population", "ONEPERS": "living_alone", "DWELLINGS_POPSIZE": "people_in_households"}
_HOUSEHOLD_TYPES = {
    "_T": "households",
    "11": "one_person_households",
    "110": "one_man_households",
    "111": "one_woman_households",
    "MF21": "single_parent_households",
}
_CARS = {"_T": "main_residences", "C0": "main_residences_without_car", "C_GE1": "main_residences_with_car"}
_ACTIVITY = {"1T2": "active_15_64", "1": "employed_15_64", "2": "unemployed_15_64"}
_INCOMES = {"MED_SL": "median_income", "D1_SL": "first_decile_income", "D9_SL": "ninth_decile_income"}

FIGURES = (
    Figure("population", "person", {"RP_MEASURE": "POP", "AGE": "_T", "SEX": "_T"}),
    *(
        Figure(f"{name}_{band}", "person", {"RP_MEASURE": measure, "AGE": age})
        for measure, name in _BY_AGE.items()
        for age, band in _AGES.items()
    ),
    *(Figure(name, "household", {"RP_MEASURE": "DWELLINGS", "TPH": type_}) for type_, name in _HOUSEHOLD_TYPES.items()),
    *(
        Figure(name, "household", {"RP_MEASURE": "DWELLINGS", "OCS": "DW_MAIN", "CARS": cars})
        for cars, name in _CARS.items()
    ),
    *(
        Figure(name, "person", {"RP_MEASURE": "POP", "AGE": "Y15T64", "EMPSTA_ENQ": status})
        for status, name in _ACTIVITY.items()
    ),
    *(Figure(name, "euro", {"FILOSOFI_MEASURE": measure}) for measure, name in _INCOMES.items()),
    Figure("poverty_rate", "share", {"FILOSOFI_MEASURE": "PR_MD60"}, divisor=100, high=100),
)

_MEASURES = {"RP_MEASURE", "FILOSOFI_MEASURE"}
_NOT_DIMENSIONS = {
    "GEO", "GEO_OBJECT", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE", "UNIT_MULT", "FREQ",
}  # fmt: skip


def read(snapshot: Snapshot) -> pd.DataFrame:
    """Every row as text. Raises `BadInput` with every problem of the file."""
    raw = LAYOUT.read(snapshot)
    problems = [
        problem
        for name, (_, kind) in LEVELS.items()
        for problem in shortened_codes("GEO", raw.loc[raw["GEO_OBJECT"] == name, "GEO"], kind)
    ]
    refuse(raw.attrs["file"], problems)
    return raw


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observations of the newest year by commune, arrondissement, EPCI, département, région and France; the rejects."""
    years = raw["TIME_PERIOD"].str[:4]
    newest = years.max()
    is_newest, is_shown = years == newest, raw["GEO_OBJECT"].isin(LEVELS)
    figures = _figure_numbers(raw)
    rejects = [
        _left_out(~is_newest, "rows_of_another_year", newest=newest),
        _left_out(is_newest & ~is_shown, "zonings_not_shown"),
        _left_out(is_newest & is_shown & (figures < 0), "figures_not_used"),
    ]
    ours = raw[is_newest & is_shown & (figures >= 0)]
    # A merged commune has no figure of its own; a confidential one is not told.
    value = ours["OBS_VALUE"].mask(ours["OBS_STATUS"] == "K", "K")
    if "CONF_STATUS" in ours:
        value = value.mask((ours["CONF_STATUS"] == "C") & (value == ""), "s")
    ours = ours.assign(OBS_VALUE=value)
    measures = [Measure(f.id, f.unit, newest, f.divisor, high=f.high) for f in FIGURES]
    measure = figures[ours.index].map(dict(enumerate(measures)))
    level = ours["GEO_OBJECT"].map({name: level for name, (level, _) in LEVELS.items()})
    kinds = dict(LEVELS.values())
    observations, refused = observe_long(ours, SOURCE.id, "GEO", "OBS_VALUE", measure, level, kinds)
    return censor(observations, ["poverty_rate"], POVERTY_FLOOR), all_rejects([*rejects, refused])


def _figure_numbers(raw: pd.DataFrame) -> pd.Series:
    """Position in `FIGURES` of the figure of each row, -1 for a figure that is not ours."""
    dimensions = [column for column in raw.columns if column not in _NOT_DIMENSIONS]
    combinations = raw[dimensions].drop_duplicates()
    numbers = [_figure_number(dict(zip(dimensions, values, strict=True))) for values in combinations.to_numpy()]
    keyed = combinations.assign(number=numbers)
    return raw[dimensions].merge(keyed, on=dimensions, how="left")["number"].set_axis(raw.index)


def _figure_number(values: Mapping[str, str]) -> int:
    for number, figure in enumerate(FIGURES):
        named = all(values.get(dimension) == value for dimension, value in figure.where.items())
        if named and all(value == "_T" for dimension, value in values.items() if dimension not in figure.where):
            return number
    return -1


def _left_out(which: pd.Series, code: str, /, **values: str) -> pd.DataFrame:
    rows = [("", "", sentence(code, count=int(which.sum()), **values))] if which.any() else []
    return reject_frame(SOURCE.id, rows)


def _is_mine(columns: Sequence[str]) -> bool:
    return set(LAYOUT.required) <= set(columns) and bool(_MEASURES & set(columns))


def _header_problems(columns: Sequence[str]) -> list[Sentence]:
    if _MEASURES & set(columns):
        return []
    return [sentence("no_column_like", where=sentence("at_line", line=1), columns=" / ".join(sorted(_MEASURES)))]


LAYOUT = Layout(
    required=("GEO", "GEO_OBJECT", "TIME_PERIOD", "OBS_STATUS", "OBS_VALUE"),
    is_mine=_is_mine,
    header_problems=_header_problems,
)
recognises = LAYOUT.recognises
