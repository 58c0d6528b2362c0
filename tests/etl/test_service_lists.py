"""Of two editions of one list, the newest speaks: what is no longer on it is not in place any more."""

import pandas as pd

from etl.service_lists import newest, read_service_lists
from etl.sources import france_services
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
    assert rejects["reason"].tolist() == ["2 row(s) of the edition of 2021-04 left out: a newer or whole one is used"]
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
