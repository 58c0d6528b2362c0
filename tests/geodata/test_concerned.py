"""Whom a pathway is for: its own public, counted in the territory itself or expected at a published rate."""

import pandas as pd
import pytest

from geodata.need.concerned import people_concerned
from geodata.pathway import PREVALENCE, PUBLIC, TITLES, Pathway
from geodata.territory import Level


def test_every_pathway_has_titles_and_a_public_that_is_counted_or_expected():
    assert set(TITLES) == set(Pathway)
    assert set(PUBLIC) | set(PREVALENCE) == set(Pathway) and not set(PUBLIC) & set(PREVALENCE)


class InventedStore:
    """A store of which indicators are told at some levels."""

    def __init__(self, *rows):
        self.rows = rows

    def values(self, level, code):
        columns = ["id", "value", "numerator", "resolved_at", "kind", "vintage", "source", "title_en"]
        told = pd.DataFrame([(*row, "derived", "2022", "census", "In English") for row in self.rows], columns=columns)
        return told.assign(denominator=told["numerator"] / told["value"])

    def indicators(self):
        return pd.DataFrame({"id": [row[0] for row in self.rows], "numerator": "Habitants de 75 ans et plus"})

    def sources(self):
        return pd.DataFrame({"id": ["census"], "title": ["Recensement : communes"]})

    def version(self):
        return "1"


def test_residents_of_75_and_over_are_those_of_older_people():
    count = people_concerned(InventedStore(("share_75_plus", 0.1014, 3035.2, "commune")), Level.EPCI, "1")
    assert count.keys() == {Pathway.OLDER_PEOPLE}
    older = count[Pathway.OLDER_PEOPLE]
    assert (older.people, older.share, older.kind, older.vintage) == (3040, 0.1014, "derived", "2022")
    assert (older.title, older.source) == ("habitants de 75 ans et plus", "Recensement : communes")


def test_one_adult_in_six_is_a_carer_and_that_is_modelled():
    adults = ("population_20_64", 16128.0, 16128.0, "commune"), ("population_65_plus", 6000.0, 6000.0, "commune")
    count = people_concerned(InventedStore(*adults), Level.EPCI, "1")
    carers = count[Pathway.CARERS]
    # 22,128 / 6 = 3,688, to two figures.
    assert (carers.people, carers.share, carers.kind, carers.vintage) == (3700, None, "modelled", "2021")
    assert "Drees" in carers.source
    assert people_concerned(InventedStore(adults[0]), Level.EPCI, "1") == {}


@pytest.mark.parametrize(
    "row", [("share_75_plus", 0.1, 14.0, "commune"), ("share_75_plus", 0.1, 50_000.0, "departement"),
            ("share_75_plus", 0.8, 40.0, "commune"),
            ("share_75_plus", 0.1, float("nan"), "commune")]
)  # fmt: skip
def test_few_people_and_what_a_wider_territory_lends_are_no_public(row):
    assert people_concerned(InventedStore(row), Level.COMMUNE, "1") == {}
