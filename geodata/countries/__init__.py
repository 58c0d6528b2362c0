"""The countries that the tool knows of: one module, one record, for each."""

from collections.abc import Mapping

from geodata.countries import europe, france
from geodata.country import Country

RECORDS = {"france": france.COUNTRY, "europe": europe.COUNTRY}
"""What the command that builds calls each record."""


def country_of(build: Mapping[str, str]) -> Country:
    """The country that a build (its parameters) is of; France's, of one that is older than the choice."""
    return Country.from_json(build["country"]) if "country" in build else france.COUNTRY


def is_french(build: Mapping[str, str]) -> bool:
    """Whether a build (its parameters) was made by the recipe of France: the code of a whole does not tell, which one
    country of Europe bears too."""
    return country_of(build).recipe == france.COUNTRY.recipe


def record_of(build: Mapping[str, str]) -> str | None:
    """Which of `RECORDS` a build (its parameters) was made from; None where it was from another one. One country of
    Europe has the zones of Europe, and a name of its own."""
    zones = country_of(build).projections
    return next((name for name, record in RECORDS.items() if record.projections == zones), None)


def is_same_record(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two builds (their parameters) are of one record: all that is known before files tell which country of
    Europe they are of."""
    return record_of(one) == record_of(other)


def is_same_country(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two builds (their parameters) are of one record and one code: France by communes and France by LAU are
    not, nor are two countries of Europe."""
    return is_same_record(one, other) and country_of(one).code == country_of(other).code
