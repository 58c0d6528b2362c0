"""Of two editions of one list, the newest speaks: what is no longer on it is not in place any more."""

import pandas as pd
import pytest

from etl.rejects import with_words
from etl.service_lists import newest, read_service_lists
from etl.sources import bpe, france_services
from geodata.source import Snapshot


def rows(edition: int, seen_on: str | None, *services: tuple[str, str], source="france_services") -> pd.DataFrame:
    """`services` are (category, commune); identifiers follow from the edition."""
    return pd.DataFrame(
        [
            {"id": f"{source}--{edition}-{n}", "category": category, "code_insee": commune, "seen_on": seen_on,
             "source": source, "nomenclature": source, "edition": edition}
            for n, (category, commune) in enumerate(services)
        ]
    )  # fmt: skip


def kept(*editions: pd.DataFrame) -> list[str]:
    return newest(pd.concat(editions, ignore_index=True))[0]["id"].tolist()


def test_a_service_that_the_newer_list_no_longer_has_is_left_out_and_said():
    old = rows(0, "2021-04", ("france_services", "31555"), ("france_services", "31001"))
    new = rows(1, "2024-05", ("france_services", "31555"))
    services, rejects = newest(pd.concat([old, new], ignore_index=True))
    assert services["id"].tolist() == ["france_services--1-0"]
    assert with_words(rejects)["reason"].tolist() == [
        "2 row(s) of the edition of 2021-04 left out: a newer or whole one is used"
    ]
    assert rejects["key"].tolist() == ["france_services"]


def test_a_newer_list_without_the_category_in_a_département_says_that_there_is_none_left():
    bus = rows(0, "2021-04", ("france_services_itinerant", "48095"))
    new = rows(1, "2024-05", ("france_services", "48095"), ("france_services_itinerant", "31555"))
    assert kept(bus, new) == ["france_services--1-0", "france_services--1-1"]


def test_a_newer_list_of_another_category_or_another_place_replaces_nothing():
    old = rows(0, "2021-04", ("france_services", "31555"), ("france_services", "48095"))
    assert len(kept(old, rows(1, "2024-05", ("france_services_itinerant", "31555")))) == 3
    assert len(kept(old, rows(1, "2024-05", ("france_services", "31555")))) == 2


def test_a_file_without_date_stands_beside_the_others():
    assert len(kept(rows(0, None, ("france_services", "31555")), rows(1, "2024", ("france_services", "31555")))) == 2


def test_an_excerpt_of_a_register_takes_the_place_of_no_whole_list_and_is_left_out_beside_one():
    whole = rows(0, "2026-04", *100 * [("pharmacie", "31555")], source="finess")
    excerpt = rows(1, "2026-05", ("pharmacie", "31555"), ("pharmacie", "01004"), source="finess")
    found = kept(whole, excerpt)
    assert len(found) == 101
    assert found[-1] == "finess--1-1"  # of the Ain nothing else is known


def test_both_editions_of_the_real_list_give_the_services_of_the_newest(shared_data, tmp_path):
    folder = shared_data / "services" / "france_services"
    files = [
        Snapshot(france_services.SOURCE, folder / name, "", 0)
        for name in ("france_services_2021-04.geojson", "liste-fs-20240801.csv")
    ]
    lists = read_service_lists({"france_services": files})
    # 2,845 records, of which 2 in Saint-Martin, outside the 101 départements.
    assert lists.accepted[france_services.SOURCE] == len(lists.services) == 2843


CITY, INSIDE = "75056;1151\n01001;1\n", "75101;20\n75102;1131\n13201;4\n"


@pytest.mark.parametrize("files", [[CITY + INSIDE], [CITY, INSIDE], [INSIDE, CITY]], ids=["one", "two", "turned"])
@pytest.mark.parametrize("year", ["_2021", ""])
def test_a_city_is_not_counted_again_by_its_arrondissements(tmp_path, files, year):
    """Paris has 1,151 pharmacies, not 2,302, in one file or two; a city given by arrondissement only keeps them."""
    snapshots = []
    for number, rows_ in enumerate(files):
        path = tmp_path / f"bpe_{number}{year}.csv"
        path.write_text(f"CODGEO;NB_D307\n{rows_}")
        snapshots.append(Snapshot(bpe.SOURCE, path, "", 0))
    lists = read_service_lists({bpe.SOURCE.id: snapshots})
    found = dict(zip(lists.services["code_insee"], lists.services["quantity"], strict=True))
    assert found == {"01001": 1, "13201": 4, "75056": 1151}
    assert "2 row(s) of arrondissements of 75056 left out: the city is counted too" in set(
        with_words(lists.rejects)["reason"]
    )
