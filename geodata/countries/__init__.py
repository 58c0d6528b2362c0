"""The countries that the tool knows of: one module, one record, for each."""

from collections.abc import Mapping

from geodata.countries import france
from geodata.country import Country


def country_of(build: Mapping[str, str]) -> Country:
    """The country that a build (its parameters) is of; France's, of one that is older than the choice."""
    return Country.from_json(build["country"]) if "country" in build else france.COUNTRY
