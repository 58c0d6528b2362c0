"""Risk factors by hand: which indicator speaks, when it is lent, and when it counts as above the twins."""

import pandas as pd
import pytest

from geodata.indicator import Side
from geodata.risk import risk_factors


def rows(*values) -> pd.DataFrame:
    """Indicator values: (id, value, level at which it was observed)."""
    frame = pd.DataFrame(values, columns=["id", "value", "resolved_at"])
    return frame.assign(title="t", title_en="t", unit="share", kind="observed", vintage="2022", source="s")


def factor(risk, own, twins=(), france=(), level="commune", count=2):
    found = risk_factors(level, rows(*own), rows(*twins), rows(*france), count=count)
    return next(f for f in found if f.risk == risk)


def test_above_is_above_the_plain_mean_of_the_twins():
    twins = [("poverty_rate", 0.10, "commune"), ("poverty_rate", 0.20, "commune")]
    found = factor(Side.INCOME, [("poverty_rate", 0.16, "commune")], twins)
    assert found.twins_value == pytest.approx(0.15) and found.is_above is True
    assert factor(Side.INCOME, [("poverty_rate", 0.15, "commune")], twins).is_above is False


def test_what_is_observed_here_speaks_before_what_is_lent():
    own = [("share_75_plus", 0.12, "departement"), ("share_65_plus", 0.30, "commune")]
    found = factor(Side.AGE, own)
    assert (found.indicator, found.observed_at, found.is_lent) == ("share_65_plus", "commune", False)
    assert factor(Side.AGE, own, level="departement").indicator == "share_75_plus"


def test_the_area_of_an_agency_is_lent_what_its_departement_knows():
    assert factor(Side.INCOME, [("poverty_rate", 0.2, "departement")], level="tvs").is_lent
    assert not factor(Side.AGE, [("share_65_plus", 0.3, "tvs")], level="tvs").is_lent


def test_a_lent_value_is_shown_beside_france_and_not_compared_with_twins():
    own, others = [("poverty_rate", 0.2, "departement")], [("poverty_rate", 0.1, "departement")] * 2
    found = factor(Side.INCOME, own, others, [("poverty_rate", 0.15, "departement")])
    assert found.is_lent and found.twins_value is None and found.is_above is None
    assert found.is_above_france is True


def test_too_few_twins_with_a_value_make_no_comparison():
    own, one = [("poverty_rate", 0.16, "commune")], [("poverty_rate", 0.1, "commune")]
    assert factor(Side.INCOME, own, one, count=2).is_above is True
    assert factor(Side.INCOME, own, one, count=3).is_above is None


def test_density_is_shown_and_never_counted():
    found = factor(Side.PLACE, [("density", 30.0, "commune")], [("density", 20.0, "commune")] * 2)
    assert found.value == 30 and found.twins_value == 20 and found.is_above is None


def test_the_unknown_is_unknown():
    found = factor(Side.ILLNESS, [("density", 30.0, "commune")])
    assert found.value is None and found.source is None and found.is_lent is False
