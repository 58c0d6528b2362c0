"""What is known of the types of place in one wave of the survey, given all of them.

The model of all waves (`benchmarks.waves`) fits everything together by sampling; its part on types of place is nearly
linear and normal, and is worked out here in closed form, the standard deviations between waves and modes taken at their
posterior means (`docs/waves.md`). `law_of_places()` of a wave to come is that of `geodata/wave_model.csv`, to 0.03.
"""

import numpy as np

from geodata.methods.waves import conditional_law, rounding_variance, sampling_covariance
from geodata.question import DEFAULT_DEFINITION
from geodata.survey_rates import READINGS, Rate, Wave, rates, waves

PLACE = {"rural": 0.208, "town": 0.322, "city": 0.470}
"""Residents of 15 and over outside an urban unit, in one under 100,000, and over (urban units 2020)."""

RATIO, BETWEEN_MODES, BETWEEN_WAVES = 0.5, 0.52, 0.06
"""Log-SD of a ratio before any figure, between modes and between waves."""


def law_of_places(date: str = "") -> tuple[np.ndarray, np.ndarray]:
    """Mean (3,) and covariance (3, 3) of the log-ratios of `PLACE` in the wave of this date, else in one to come.

    Raises ValueError where the wave has no rate by type of place.
    """
    printed_of = {wave: printed for wave in waves(DEFAULT_DEFINITION) if (printed := _printed(wave.date))}
    dates = [wave.date for wave in printed_of]
    if date and date not in dates:
        raise ValueError(f"no rate by type of place in the wave of {date}: {', '.join(dates)}")
    # Unknown: the ratios, what the telephone adds, then each wave's own departures, a wave to come last.
    sd = np.repeat([RATIO, BETWEEN_MODES, *[BETWEEN_WAVES] * (len(printed_of) + 1)], len(PLACE))
    mean, covariance = np.zeros(len(sd)), np.diag(sd**2)
    for number, (wave, printed) in enumerate(printed_of.items()):
        rows = _in_wave(number, wave.mode == "telephone", len(printed_of))[
            [list(PLACE).index(r.category) for r in printed]
        ]
        error = np.linalg.inv(np.linalg.cholesky(_errors(wave, printed)))
        values = np.log([rate.rate / wave.rate for rate in printed])
        mean, covariance = conditional_law(mean, covariance, error @ rows, error @ values, 1.0)
    by_telephone = bool(date) and {wave.date: wave.mode for wave in printed_of}[date] == "telephone"
    own = _in_wave(dates.index(date) if date else len(printed_of), by_telephone, len(printed_of))
    return own @ mean, own @ covariance @ own.T


def _printed(date: str) -> list[Rate]:
    return [rate for rate in rates(DEFAULT_DEFINITION) if rate.wave == date and rate.category in PLACE]


def _in_wave(number: int, by_telephone: bool, count: int) -> np.ndarray:
    """The log-ratios of a wave as a mean of the unknowns, (3, unknowns): they add up to the country, to first order."""
    parts = [1.0, float(by_telephone), *(float(number == own) for own in range(count + 1))]
    return np.kron(parts, np.eye(len(PLACE)) - np.array(list(PLACE.values())))


def _errors(wave: Wave, printed: list[Rate]) -> np.ndarray:
    """Covariance of the logarithms of printed ratios: sampling, the country's share in it, and rounding."""
    share = np.array([1.0, *(PLACE[rate.category] for rate in printed)])
    rate = np.array([wave.rate, *(own.rate for own in printed)])
    overlaps = np.outer(share, share)
    overlaps[1:, 1:] = np.diag(share[1:])
    covariance = sampling_covariance(rate, share, np.where(np.eye(len(share)), share, overlaps), wave.respondents or 0)
    covariance += np.diag(rounding_variance([READINGS["published"], *(READINGS[own.reading] for own in printed)]))
    moves = np.hstack([-np.ones((len(printed), 1)), np.eye(len(printed))]) / rate
    return moves @ covariance @ moves.T
