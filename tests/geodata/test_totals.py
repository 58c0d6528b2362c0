"""People of several territories together: the sum of what is expected, and a range taken inside the draws."""

import numpy as np
import pandas as pd
import pytest

from geodata.disclosure import round_people
from geodata.territory import Level
from geodata.totals import total


class _Invented:
    """A store of two equal EPCI of two communes each, whose errors are as asked: 1,000 people expected a commune."""

    def __init__(self, common: float, local: float, people=(1000.0, 1000.0, 1000.0, 1000.0)):
        self.communes = pd.DataFrame(
            {"epci": ["A", "A", "B", "B"], "departement": "1", "region": "1", "density": "5", "people": people,
             "logit_mean": -2.0, "var_common": common, "var_model": 0.0, "var_local": local},
            index=pd.Index(["1", "2", "3", "4"], name="code"),
        )  # fmt: skip

    def version(self):
        return "invented"

    def demand(self, question):
        return self.communes


def spread(total) -> float:
    return (total.high - total.low) / total.people


def test_a_sum_is_that_of_its_territories():
    invented = _Invented(0.04, 0.0)
    asked = [["A"], ["A", "B"], []]
    assert [total(invented, Level.EPCI, codes).people for codes in asked] == [2000, 4000, None]
    assert [total(invented, Level.EPCI, codes).territories for codes in asked] == [1, 2, 0]
    assert total(invented, Level.COMMUNE, ["1", "2"]).people == 2000


def test_an_error_that_all_share_is_not_averaged_out():
    # A common SD of 0.2 in logits is 0.2 x 0.88 of the share: 1.645 of it each way, the same for one and for two.
    one, both = (total(_Invented(0.04, 0.0), Level.EPCI, codes) for codes in (["A"], ["A", "B"]))
    assert spread(both) == pytest.approx(2 * 1.645 * 0.2 * 0.88, rel=0.15)
    assert spread(both) == pytest.approx(spread(one), rel=0.1)


def test_errors_of_their_own_cancel_in_part():
    one, four = (total(_Invented(0.0, 1.0), Level.COMMUNE, codes) for codes in (["1"], ["1", "2", "3", "4"]))
    # Were they added end to end, the range of the sum would be as wide as that of each.
    assert spread(four) < 0.75 * spread(one)


def test_who_is_not_estimated_counts_nobody_and_small_counts_are_not_printed():
    invented = _Invented(0.04, 0.0, (5.0, np.nan, 1000.0, 1000.0))
    assert total(invented, Level.EPCI, ["A"]).people is None
    assert total(invented, Level.EPCI, ["A", "B"]).people == round_people(2005.0)


def test_without_the_parts_of_the_error_no_range_is_made_up():
    found = total(_Invented(np.nan, 0.0), Level.EPCI, ["A", "B"])
    assert (found.people, found.low, found.high) == (4000, None, None)
