"""Census files of Insee in their classic wide layout: a row a commune (`CODGEO`) or an IRIS (`IRIS`), `;`, UTF-8.

One reader for four themes, recognised by their columns: couples - familles - ménages, évolution et structure de la
population, logement, activité; commune files, IRIS files, the complete file (`dossier_complet`), csv or workbook (sheet
COM or IRIS). The vintage is the prefix of the columns (`P22_`: principal exploitation of 2022, `C22_`:
complementary one); a file that also carries older vintages is read for its newest.

Two sets of age bands live side by side: `1524, 2554, 5579, 80P` in IRIS files, `1519, 2024, 2539, 4054, 5564, 6579,
80P` in commune files. Only 80 and over is common to both. Figures are weights: not whole numbers.
Paris, Lyon and Marseille stand by arrondissement, and in some files also as communes.
"""

import re
from collections.abc import Sequence

import pandas as pd

from etl.reading.observations import (
    PUBLISHED,
    Measure,
    all_rejects,
    count,
    observe,
    places,
)
from etl.reading.tables import COMMUNE, IRIS, Layout
from geodata.sentences import Sentence, sentence
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="insee_rp",
    title="Recensement de la population : bases communales et infracommunales",
    producer="Insee",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.insee.fr/fr/statistiques/8582452",
    tier=Tier.OFFICIAL,
    description="Habitants et personnes vivant seules par âge, ménages, familles, activité, voiture.",
)

_NAMES = {
    "C_MEN": ("households", "household"),
    "C_MENPSEUL": ("one_person_households", "household"),
    "C_MENHSEUL": ("one_man_households", "household"),
    "C_MENFSEUL": ("one_woman_households", "household"),
    "C_MENFAMMONO": ("single_parent_households", "household"),
    "C_FAM": ("families", "family"),
    "C_FAMMONO": ("single_parent_families", "family"),
    "P_RP": ("main_residences", "household"),
    "P_RP_VOIT1P": ("main_residences_with_car", "household"),
    "P_PMEN": ("people_in_households", "person"),
    "P_PHORMEN": ("people_outside_households", "person"),
    "C_POP15P": ("told_15_plus", "person"),
    "C_POP15P_CS6": ("workers_15_plus", "person"),
    "C_POP15P_STAT_GSEC16_26": ("workers_15_plus", "person"),
}
"""Households are counted by both exploitations, which differ; the complementary one alone tells families and social
categories: workers, in employment or not, by the classification in use until 2021 (`CS6`), then by that of 2022."""

_ACTIVITIES = {
    "ACT": "active", "ACTOCC": "employed", "CHOM": "unemployed", "INACT": "inactive", "ETUD": "students",
    "RETR": "retired", "AINACT": "other_inactive",
}  # fmt: skip
_PEOPLE = {"": "population", "_PSEUL": "living_alone", "_COUPLE": "in_couple"}
_RECONSTRUCTED = r"P\d\d_POP1554_PSEUL"
"""A column that Insee does not publish: the file that has it is the one of `rp_reconstructed`."""


def measure_of(column: str) -> Measure | None:
    """What a census column counts; None for a column that this reader does not know."""
    match = re.fullmatch(r"([PC])(\d\d)_(\w+)", column)
    if not match:
        return None
    exploitation, vintage, variable = match[1], f"20{match[2]}", match[3]
    if named := _NAMES.get(f"{exploitation}_{variable}"):
        return count(named[0], vintage, named[1])
    if exploitation == "C":
        return None
    if people := re.fullmatch(r"POP(MEN)?(\d{4}|\d\dP)?(_PSEUL|_COUPLE)?", variable):
        name = "people_in_households" if people[1] else _PEOPLE[people[3] or ""]
        return count(name + _band(people[2]), vintage)
    if (activity := re.fullmatch(r"([A-Z]+)(\d{4})", variable)) and activity[1] in _ACTIVITIES:
        return count(_ACTIVITIES[activity[1]] + _band(activity[2]), vintage)
    return None


def tidy(raw: pd.DataFrame, source: str = SOURCE.id, state: str = PUBLISHED) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observations of the newest vintage, by `iris`, or by `commune` and `arrondissement`; and the rejects."""
    key, kind, level = ("IRIS", IRIS, "iris") if "IRIS" in raw else ("CODGEO", COMMUNE, None)
    where, rejects = places(raw[key], source, kind, level)
    observations, refused = observe(raw, source, where, _newest(raw.columns), state)
    return observations, all_rejects([rejects, refused])


def is_known(column: str) -> bool:
    """Whether the reader knows what this census column counts."""
    return measure_of(column) is not None


def _band(age: str | None) -> str:
    """`1524` is `_15_24`, `80P` is `_80_plus`."""
    if not age:
        return ""
    return f"_{age[:2]}_plus" if age.endswith("P") else f"_{age[:2]}_{age[2:]}"


def _measures(columns: Sequence[str]) -> dict[str, Measure]:
    return {column: measure for column in columns if (measure := measure_of(column))}


def _newest(columns: Sequence[str]) -> dict[str, Measure]:
    measures = _measures(columns)
    newest = max(measure.vintage for measure in measures.values())
    return {column: measure for column, measure in measures.items() if measure.vintage == newest}


def _is_census(columns: Sequence[str]) -> bool:
    is_ours = not any(re.fullmatch(_RECONSTRUCTED, column) for column in columns)
    return is_ours and bool({"CODGEO", "IRIS"} & set(columns)) and bool(_measures(columns))


def _header_problems(columns: Sequence[str]) -> list[Sentence]:
    """A key, figures, and every figure at the newest vintage: an older one alone is a mixture of two files."""
    problems, first = [], sentence("at_line", line=1)
    if not {"CODGEO", "IRIS"} & set(columns):
        problems.append(sentence("no_column_like", where=first, columns="CODGEO / IRIS"))
    measures = _measures(columns)
    if not measures:
        return [*problems, sentence("no_figure_column", where=first, columns="P22_POP, P22_POP80P_PSEUL, C22_MEN")]
    newest = _newest(columns)
    complete = {measure.id for measure in newest.values()}
    vintage = next(iter(newest.values())).vintage
    return problems + [
        sentence("vintages_mixed", column=column, vintage=measure.vintage, newest=vintage)
        for column, measure in measures.items()
        if measure.id not in complete
    ]


LAYOUT = Layout(
    required=(),
    codes={"CODGEO": COMMUNE, "IRIS": IRIS},
    is_mine=_is_census,
    wanted=lambda column: column in ("CODGEO", "IRIS") or is_known(column),
    header_problems=_header_problems,
    sheets="COM|IRIS",
)
recognises = LAYOUT.recognises
read = LAYOUT.read
