"""The same service of several sources is one row with all its origins; two services stay two."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from etl import duplicates
from etl.categories import categories
from etl.rejects import with_words
from geodata.service import Completeness

DEGREE_M = 111_195.0
HERE = (1.44, 43.6)


def service(id_: str, name="", category="pharmacie", north_m=0.0, **cells) -> dict:
    lon, lat = HERE
    return {
        "id": id_, "name": name, "category": category, "code_insee": "31555", "lon": lon,
        "lat": lat + north_m / DEGREE_M, "weekly_hours": np.nan, "capacity": np.nan, "quantity": np.nan,
        "seen_on": "2026", "source": id_.split("--")[0],
    } | cells  # fmt: skip


def merged(*rows: dict) -> pd.DataFrame:
    return duplicates.merge(pd.DataFrame(list(rows)))


def origins(*rows: dict) -> list[str]:
    return merged(*rows)["origins"].tolist()


def test_one_service_of_two_sources_keeps_both_origins_and_the_registers_words():
    kept = merged(
        service("bpe--31555-D307-1", "SELARL PHARMACIE DU CAPITOLE", weekly_hours=50.0),
        service("finess--310000001", "Pharmacie du Capitôle", north_m=60, code_insee=None, capacity=3.0),
    )
    assert kept["origins"].tolist() == ["finess--310000001;bpe--31555-D307-1"]
    one = kept.iloc[0]
    assert (one["id"], one["name"], one["source"]) == ("finess--310000001", "Pharmacie du Capitôle", "finess")
    assert (one["code_insee"], one["weekly_hours"], one["capacity"]) == ("31555", 50.0, 3.0)
    assert one["lat"] == pytest.approx(HERE[1] + 60 / DEGREE_M)


@pytest.mark.parametrize(
    "other",
    [
        {"north_m": 140},
        {"name": "PHARMACIE DES CARMES"},
        {"category": "maison_sante"},
        {"lon": np.nan, "lat": np.nan},
    ],
    ids=["too far", "another name", "another category", "no point"],
)
def test_two_services_stay_two(other):
    first = service("finess--310000001", "PHARMACIE DU CAPITOLE")
    second = service("bpe--31555-D307-1", **{"name": "PHARMACIE DU CAPITOLE", **other})
    assert len(origins(first, second)) == 2


def test_two_services_of_one_source_are_never_merged():
    assert len(origins(service("bpe--1", "CABINET"), service("bpe--2", "CABINET"))) == 2


def test_each_takes_its_nearest_partner_only():
    sources_of = origins(
        service("finess--310000001", "PHARMACIE NORD SUD"),
        service("bpe--far", "PHARMACIE NORD", north_m=80),
        service("bpe--near", "PHARMACIE SUD", north_m=20),
    )
    assert sources_of == ["bpe--far", "finess--310000001;bpe--near"]


def test_the_nearest_partner_is_so_by_less_than_a_metre():
    found = origins(
        service("bpe--1", "PHARMACIE NORD", north_m=20.4),
        service("bpe--2", "PHARMACIE NORD", north_m=-20.2),
        service("finess--310000001", "PHARMACIE NORD"),
    )
    assert found == ["bpe--1", "finess--310000001;bpe--2"]


def test_one_finess_number_is_one_service_whatever_the_distance():
    sources_of = origins(
        service("finess--310000001", "CENTRE DE JOUR", "accueil_jour_personnes_agees"),
        service("finess--310000001-accueil_jour_personnes_agees", "X", "accueil_jour_personnes_agees", north_m=9_000),
        service("finess_ans--310000001", "Y", "accueil_jour_personnes_agees", lon=np.nan, lat=np.nan),
        service("finess--310000001-hebergement_temporaire", "X", "hebergement_temporaire"),
    )
    assert sources_of == [
        "finess--310000001-hebergement_temporaire",
        "finess_ans--310000001;finess--310000001;finess--310000001-accueil_jour_personnes_agees",
    ]


def test_a_gap_is_filled_with_a_whole_point():
    kept = merged(
        service("finess_ans--310000001", "A", lon=np.nan, lat=np.nan), service("finess--310000001", "B", north_m=10)
    )
    assert kept[["lon", "lat"]].notna().all(axis=None)
    assert kept["name"].tolist() == ["A"]


def test_an_identifier_of_two_files_keeps_the_point_then_the_newest():
    old = service("france_services--1", "Ancienne", seen_on="2021-04")
    new = service("france_services--1", "Nouvelle", seen_on="2024-05-23")
    blind = service("france_services--1", "Sans point", seen_on="2026", lon=np.nan, lat=np.nan)
    assert merged(old, new, blind)["name"].tolist() == ["Nouvelle"]


def test_the_result_does_not_depend_on_the_order_of_rows():
    rows = [
        service("finess--310000001", "PHARMACIE A B"),
        service("bpe--1", "PHARMACIE A", north_m=30),
        service("bpe--2", "PHARMACIE B", north_m=30),
        service("data_inclusion--1", "PHARMACIE A", north_m=60),
        service("dila--9", "CCAS", "ccas"),
    ]
    expected = merged(*rows)
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(rows))
        pd.testing.assert_frame_equal(merged(*[rows[i] for i in order]), expected)


def test_each_category_is_searched_and_rows_are_counted_anew():
    kept = merged(
        service("bpe--1", "PHARMACIE DU CAPITOLE"),
        service("finess--310000001", "PHARMACIE DU CAPITOLE", north_m=10),
        service("bpe--2", "MSP DES CARMES", "maison_sante"),
        service("finess--310000002", "MSP DES CARMES", "maison_sante", north_m=10),
        service("dila--9", "CCAS", "ccas"),
    )
    assert kept["origins"].tolist() == ["dila--9", "finess--310000001;bpe--1", "finess--310000002;bpe--2"]
    assert kept.index.tolist() == [0, 1, 2]


def test_the_words_of_a_category_make_no_two_services_one():
    title = categories().set_index("id").at["ehpa", "title"]
    rose, lily = (
        service(f"{source}--1", f"{title} {name}", "ehpa") for source, name in (("bpe", "ROSE"), ("rna", "LYS"))
    )
    assert len(origins(rose, lily)) == 2


def test_a_category_without_a_title_is_merged_by_names_alone():
    rows = [service(f"{source}--1", "LE PHARE", "category_of_tomorrow") for source in ("bpe", "rna")]
    assert origins(*rows) == ["bpe--1;rna--1"]


@pytest.mark.parametrize("place", [HERE, (55.45, -21.1)], ids=["Toulouse", "Indian Ocean"])
def test_near_is_a_hundred_metres_east_and_west_too(place):
    lon, lat = place
    metre = 1 / (DEGREE_M * np.cos(np.radians(lat)))
    name = "PHARMACIE DU CAPITOLE"
    for metres, number in ((99.95, 1), (100.05, 2)):
        other = service("rna--1", name, lon=lon + metres * metre, lat=lat)
        assert len(origins(service("bpe--1", name, lon=lon, lat=lat), other)) == number


def test_a_row_without_a_date_gives_way_to_one_with_a_date():
    undated = service("france_services--1", "Sans date", seen_on=None)
    dated = service("france_services--1", "Datée", seen_on="2019")
    assert merged(undated, dated)["name"].tolist() == merged(dated, undated)["name"].tolist() == ["Datée"]


def test_a_source_that_is_not_in_the_list_speaks_last():
    name = "PHARMACIE DU CAPITOLE"
    assert origins(service("aaa--1", name), service("terribot--1", name)) == ["terribot--1;aaa--1"]


@pytest.mark.parametrize(
    ("one", "other", "similar"),
    [
        ("France services de Valserhône", "FRANCE SERVICES VALSERHONE", True),
        ("Pharmacie du Marché", "Pharmacie Centrale", False),
        ("Pharmacie", "Pharmacie Centrale", True),
        ("SELARL PHARMACIE ST-JEAN", "Pharmacie Saint Jean", True),
        ("", "Pharmacie Saint Jean", True),
        ("Pharmacie Jean Moulin", "Pharmacie Moulin Vert", False),  # a name in common is not a place
        ("Pharmacie Jean Moulin Vert", "Pharmacie Moulin Bleu Nord", False),
    ],
)
def test_similar_names(one, other, similar):
    assert duplicates.is_similar(one, other, "Pharmacie") == similar


# ------------------------------------------------------------------------------------------------- counted and listed


def count(id_: str, category="pharmacie", code="31555", quantity=2.0) -> dict:
    return service(id_, category=category, lon=np.nan, lat=np.nan, code_insee=code, quantity=quantity)


def completeness_rows(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["departement", "category", "source", "state"])


COMPLETE, PARTIAL = Completeness.COMPLETE.value, Completeness.PARTIAL.value


def test_a_count_gives_way_to_a_complete_list_of_the_same_département():
    services = pd.DataFrame(
        [
            service("finess--310000001", "PHARMACIE"),
            count("bpe--31555-pharmacie"),
            count("bpe--01053-pharmacie", code="01053"),
        ]
    )
    kept, rejects = duplicates.leave_out_counts(services, completeness_rows(("31", "pharmacie", "finess", COMPLETE)))
    assert kept["id"].tolist() == ["finess--310000001", "bpe--01053-pharmacie"]
    assert with_words(rejects)["reason"].tolist() == [
        "1 count(s) by commune left out: the services of its category are listed one by one in this département by a "
        "complete source"
    ]


def test_a_count_gives_way_to_the_list_of_the_complete_source_only():
    services = pd.DataFrame([service("data_inclusion--1", "PHARMACIE"), count("bpe--31555-pharmacie")])
    kept, rejects = duplicates.leave_out_counts(services, completeness_rows(("31", "pharmacie", "finess", COMPLETE)))
    assert len(kept) == 2 and rejects.empty


def test_a_count_does_not_give_way_to_a_partial_list():
    services = pd.DataFrame([service("data_inclusion--1", "CCAS", "ccas"), count("terribot--31555-ccas", "ccas")])
    kept, rejects = duplicates.leave_out_counts(services, completeness_rows(("31", "ccas", "data_inclusion", PARTIAL)))
    assert len(kept) == 2
    assert rejects.empty


def test_counts_left_out_are_rejects_of_their_category_and_rows_are_counted_anew():
    services = pd.DataFrame(
        [
            count("bpe--31555-pharmacie"),
            count("bpe--31555-ccas", "ccas"),
            service("finess--310000001", "PHARMACIE"),
            service("dila--9", "CCAS", "ccas"),
            service("rna--9", "SANS COMMUNE", "ccas", code_insee=None),
        ]
    )
    complete = completeness_rows(("31", "pharmacie", "finess", COMPLETE), ("31", "ccas", "dila", COMPLETE))
    kept, rejects = duplicates.leave_out_counts(services, complete)
    assert kept["id"].tolist() == ["finess--310000001", "dila--9", "rna--9"] and kept.index.tolist() == [0, 1, 2]
    assert kept.columns.tolist() == services.columns.tolist()
    assert rejects["key"].tolist() == ["ccas", "pharmacie"] and rejects["row"].tolist() == ["all", "all"]
    assert rejects.index.tolist() == [0, 1]


def test_a_complete_list_counts_in_its_own_category_only():
    services = pd.DataFrame([count("bpe--31555-ccas", "ccas"), service("finess--310000001", "PHARMACIE")])
    kept, _ = duplicates.leave_out_counts(services, completeness_rows(("31", "pharmacie", "finess", COMPLETE)))
    assert len(kept) == 2


def test_of_two_counts_of_a_commune_the_producers_own_stays():
    services = pd.DataFrame(
        [
            count("terribot--31555-bpe-D307"),
            count("bpe--31555-pharmacie"),
            count("terribot--31001-bpe-D307", code="31001"),
        ]
    )
    kept, rejects = duplicates.leave_out_counts(services, completeness_rows())
    assert kept["id"].tolist() == ["bpe--31555-pharmacie", "terribot--31001-bpe-D307"]
    assert rejects["source"].tolist() == ["terribot"]


def test_counts_of_several_kinds_of_one_source_all_stay():
    services = pd.DataFrame(
        [count("terribot--31555-injep-c_multi", "club_sport"), count("terribot--31555-injep-c_uni", "club_sport")]
    )
    kept, _ = duplicates.leave_out_counts(services, completeness_rows())
    assert len(kept) == 2


# ------------------------------------------------------------------------------------------- pairs labelled by a reader


def labelled() -> pd.DataFrame:
    """206 pairs of invented names: `same` where a reader takes two sources, some steps apart, to speak of one place."""
    return pd.read_csv(Path(__file__).with_name("service_pairs.csv"))


def test_names_of_one_place_are_told_from_those_of_two():
    pairs = labelled()
    titles = categories().set_index("id")["title"]
    assert len(pairs) == 206 and set(pairs["category"]) <= set(titles.index)
    same = pairs["same"] == "yes"
    merged_ = pairs.apply(lambda p: duplicates.is_similar(p["one"], p["other"], titles[p["category"]]), axis=1)
    precision, recall = (merged_ & same).sum() / merged_.sum(), (merged_ & same).sum() / same.sum()
    assert precision >= 0.98 and recall >= 0.93, (precision, recall)


def test_similarity_does_not_depend_on_the_order_of_the_names():
    for pair in labelled().itertuples():
        assert duplicates.is_similar(pair.one, pair.other) == duplicates.is_similar(pair.other, pair.one)
