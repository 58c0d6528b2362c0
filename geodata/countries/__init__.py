"""The countries that the tool knows of: one module, one record, for each."""

from collections.abc import Mapping

from geodata.countries import france
from geodata.country import Country


def country_of(build: Mapping[str, str]) -> Country:
    """The country that a build (its parameters) is of; France's, of one that is older than the choice."""
    return Country.from_json(build["country"]) if "country" in build else france.COUNTRY


def is_french(build: Mapping[str, str]) -> bool:
    """Whether a build (its parameters) was made by the recipe of France: the code of a whole does not tell, which one
    country of Europe bears too."""
    return country_of(build).recipe == france.COUNTRY.recipe
