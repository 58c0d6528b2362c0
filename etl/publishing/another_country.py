"""A database of one country never takes the place of one of another by oversight."""

from collections.abc import Callable, Mapping

from geodata.countries import country_of, is_same_country
from geodata.errors import BadInput, DatabaseUnavailable, UsageError
from geodata.postgresql import shown
from geodata.sentences import sentence
from geodata.store import open_store

Build = Mapping[str, str]
"""The parameters of a build."""


def refuse_another_country(url: str, coming: Build, is_same: Callable[[Build, Build], bool] = is_same_country) -> None:
    """Raise `UsageError` where the database at `url` is of another country than the build `coming`, as `is_same` tells;
    nothing where there is none that anybody can read."""
    try:
        served = open_store(url).build()
    except (DatabaseUnavailable, BadInput):
        return
    if not is_same(served, coming):
        of = {"served": country_of(served).named, "coming": country_of(coming).named}
        raise UsageError(sentence("of_another_country", place=shown(url), **of))
