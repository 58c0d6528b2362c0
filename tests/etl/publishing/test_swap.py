"""A database that was built beside takes the place of the published one, and what was there comes back."""

from dataclasses import replace

import pandas as pd
import pytest

from etl.publishing.publish import content_hash, publish, read_whole
from etl.publishing.swap import promote
from geodata.countries.europe import COUNTRY as EUROPE
from geodata.errors import CheckFailed, DatabaseUnavailable, UsageError
from geodata.store import open_store
from geodata.translations import words
from tests.conftest import DATE


@pytest.fixture(scope="module")
def other(synthetic_tables, tmp_path_factory):
    """A candidate that is not what is published: every service has another name."""
    tables = {name: frame.copy() for name, frame in synthetic_tables.items()}
    tables["service"]["name"] = tables["service"]["name"] + " *"
    tables["build"].loc[tables["build"]["key"] == "content_hash", "value"] = content_hash(tables)
    path = tmp_path_factory.mktemp("other") / "isolation.candidate.gpkg"
    publish(tables, str(path), date=DATE)
    return path


@pytest.fixture(params=["geopackage", "postgis"])
def published(request, synthetic_tables, tmp_path):
    """Address of a published database of its own."""
    if request.param == "geopackage":
        url = str(tmp_path / "isolation.gpkg")
        publish(synthetic_tables, url, date=DATE)
        yield url
        return
    with request.getfixturevalue("postgresql").database() as url:
        publish(synthetic_tables, url, date=DATE)
        yield url


def test_what_is_published_goes_and_comes_back_whole(published, other, tmp_path):
    before, after = open_store(published).version(), open_store(str(other)).version()
    keep = tmp_path / "isolation.previous.gpkg"
    promote(other, published, keep)
    assert content_hash(read_whole(published)) == after
    assert content_hash(read_whole(str(keep))) == before
    promote(keep, published, keep)
    assert content_hash(read_whole(published)) == before
    assert content_hash(read_whole(str(keep))) == after
    # Nothing is left beside.
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_what_cannot_be_published_changes_nothing(published, tmp_path):
    before = open_store(published).version()
    spoilt = tmp_path / "spoilt.gpkg"
    spoilt.write_bytes(b"SQLite format 3\0" + b"x" * 4096)
    for candidate, error in ((spoilt, DatabaseUnavailable), (tmp_path / "none.gpkg", DatabaseUnavailable)):
        with pytest.raises(error):
            promote(candidate, published, tmp_path / "keep.gpkg")
    with pytest.raises(UsageError):
        promote(tmp_path / "x.csv", published)
    assert open_store(published).version() == before
    assert not (tmp_path / "keep.gpkg").exists()


def of(country, synthetic_tables, path):
    """The artificial database, said to be of `country`."""
    tables = {name: frame.copy() for name, frame in synthetic_tables.items()}
    told, build = pd.DataFrame({"key": ["country"], "value": [country.to_json()]}), tables["build"]
    tables["build"] = pd.concat([build[build["key"] != "country"], told], ignore_index=True)
    publish(tables, str(path), date=DATE)
    return path


def test_a_database_of_another_country_is_replaced_only_when_asked(synthetic_tables, published, tmp_path):
    candidate = of(EUROPE, synthetic_tables, tmp_path / "other.gpkg")
    before = open_store(published).version()
    with pytest.raises(UsageError, match=r"of France · commune, .* unit \(LAU\): .*--replace-country") as refused:
        promote(candidate, published, tmp_path / "keep.gpkg")
    assert "un autre (Europe · unité administrative locale (LAU))" in refused.value.worded(words("fr"))
    assert open_store(published).version() == before and not (tmp_path / "keep.gpkg").exists()
    promote(candidate, published, replace_country=True)
    assert open_store(published).country().code == "EU"


def test_one_country_of_europe_is_not_another(synthetic_tables, tmp_path):
    served = of(replace(EUROPE, code="FR", title="France"), synthetic_tables, tmp_path / "served.gpkg")
    germany = of(replace(EUROPE, code="DE", title="Deutschland"), synthetic_tables, tmp_path / "de.gpkg")
    with pytest.raises(UsageError, match="what would replace it of Europe"):
        promote(germany, str(served))
    assert open_store(str(served)).country().code == "FR"
    again = of(replace(EUROPE, code="FR", title="France", edition="2024"), synthetic_tables, tmp_path / "again.gpkg")
    promote(again, str(served))
    assert open_store(str(served)).country().edition == "2024"


def test_a_candidate_that_fails_a_question_is_refused_with_it_in_both_languages(synthetic_tables, tmp_path):
    tables = {name: frame.copy() for name, frame in synthetic_tables.items()}
    tables["service"].loc[tables["service"].index[0], "category"] = "inconnue"
    candidate = tmp_path / "candidate.gpkg"
    publish(tables, str(candidate), date=DATE)
    with pytest.raises(CheckFailed, match="does not answer as it should:\n- is every service") as refused:
        promote(candidate, str(tmp_path / "isolation.gpkg"))
    french = refused.value.worded(words("fr"))
    assert "ne répond pas comme il se doit" in french and french.endswith("inconnue")
    assert not (tmp_path / "isolation.gpkg").exists()
