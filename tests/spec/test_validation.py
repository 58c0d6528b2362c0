"""Whether intervals hold what they say, on a country of few communes: in the model's own world and in wrong ones.

`benchmarks.validation` asks the same of the whole country (docs/validation.md).
"""

import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks import validation
from benchmarks.one_wave import PLACE, law_of_places
from benchmarks.smallarea import generated
from etl.country import prepare
from etl.share_laws import laws
from etl.sources import reference
from geodata.waves import posterior

PAGES = Path(__file__).parents[2] / "docs"

ROUNDING = 0.005
"""What 256 truths tell of a coverage."""

TOO_WIDE = {"communes depart alone"}
"""Where neighbours share nothing, intervals above the commune hold more than they say."""

PRINTED = {"type of place exactly as printed in 2014", "type of place exactly as printed in 2025"}
"""One printed rate taken as exact, its sampling error forgotten: 1.7 SD from what all waves tell."""


@pytest.fixture(scope="module")
def country():
    return prepare(generated(1_000), reference.departements(), reference.national())


@pytest.fixture(scope="module")
def covered(country):
    return validation.coverage(country)


@pytest.mark.parametrize("world", validation.WORLDS, ids=lambda world: world.name)
def test_ninety_per_cent_intervals_hold_nine_truths_in_ten(covered, world):
    low, high = 0.85, 0.95
    if world.extreme:
        low = 0.5
    if world.name in TOO_WIDE:
        high = 1.0
    if world.name in PRINTED:
        low = 0.75
    for level, share in covered[world.name].items():
        assert low - ROUNDING <= share <= high + ROUNDING, level


def test_probabilities_mean_what_they_say(country):
    """Among EPCI given some chances of passing a line, about as many pass it."""
    truth, law = validation.truth_in(country, validation.WORLDS[0])["epci"], laws(country)["epci"]
    for line in (0.10, 0.12):
        rows = validation.calibration(law, truth, line)
        assert sum(count for count, _ in rows) == len(law.share)
        for (low, high), (count, passed) in zip(validation._CHANCES, rows, strict=True):
            assert not count or low - 0.07 <= passed <= high + 0.07


def test_a_law_that_is_too_sure_would_be_seen(country):
    """The guard of the guard: half of the residuals' SD forgotten, and fewer truths are held."""
    truth, law = validation.truth_in(country, validation.WORLDS[0])["commune"], laws(country)["commune"]
    honest = validation.held(law.shares, law.log_variance, truth).mean()
    assert validation.held(law.shares, law.log_variance / 8, truth).mean() < honest - 0.05


def test_a_wave_to_come_in_closed_form_is_that_of_the_model_of_all_waves():
    whole = posterior().of([f"place {place}" for place in PLACE])
    mean, covariance = law_of_places()
    assert mean == pytest.approx(whole.mean, abs=0.03)
    assert np.sqrt(np.diag(covariance)) == pytest.approx(whole.sd, abs=0.03)


def test_a_wave_is_known_better_than_the_next_and_less_than_exactly():
    """Its own figures weigh: 2014 lies on the side that was printed then, 0.88 and 1.04 for 1.05 and 0.92 in all."""
    (mean, covariance), (to_come, wider) = law_of_places("2014"), law_of_places()
    assert np.log(0.88) < mean[0] < to_come[0] and to_come[2] < mean[2] < np.log(1.04)
    assert (np.diag(covariance) < np.diag(wider)).all() and (np.diag(covariance) > 0.04**2).all()
    assert mean @ list(PLACE.values()) == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match="no rate by type of place in the wave of 2013: 2010, 2014"):
        law_of_places("2013")


def test_the_page_of_the_waves_counts_its_own_rows():
    """Each published figure predicted by the other waves: what is said of all of them is what the rows hold."""
    page = (PAGES / "waves.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (\S+) \| [^|]+ \| ([\d.]+)% \| [\d.]+% \(([\d.]+)% to ([\d.]+)%\) \| [+-][\d.]+ \|$", page, re.M
    )
    inside = np.mean([float(low) <= float(rate) <= float(high) for _, rate, low, high in rows])
    told = re.search(r"(\d+)% of the (\d+) figures lie in the interval that the other waves give", page)
    assert len(rows) == int(told[2]) and abs(100 * inside - int(told[1])) <= 4  # printed rates are rounded
    assert 0.8 <= inside <= 1


def test_a_wave_left_out_is_predicted_by_the_others():
    """With the library that fits: the rural rate of 2025, the hardest, lies within three SDs of what others tell."""
    pytest.importorskip("numpyro", reason="benchmarks/requirements.txt is not installed: nothing is fitted here")
    from benchmarks import waves

    told = waves.data("2025-07")
    draws = waves.fit(told, chains=1, warmup=300, samples=300).get_samples()
    row = told.figures.index(("2025-07", "place", "rural"))
    expected = np.asarray(draws["expected"])[:, row]
    sd = np.hypot(expected.std(), np.sqrt(waves.data().covariance[row, row]))
    assert abs(told.observed[row] - expected.mean()) < 3 * sd
