"""The threshold, or line, that shares are compared with: the usual one, those that may be asked, those tried."""

THRESHOLD = 0.10
"""The line of the Mutualité group's declaration on the CESE's opinion (2017): more than 10 % isolated."""

EXPORT_THRESHOLDS = (0.05, 0.08, 0.10, 0.12, 0.15)
"""Thresholds precomputed in exports; any other is answered from `logit_mean` and `logit_sd`."""

FLIP_THRESHOLDS = (0.05, 0.10, 0.15)
"""Lines at which the flip test of an estimate asks again."""

MIN_PERCENT, MAX_PERCENT = 1.0, 50.0
TENTHS = tuple(range(round(10 * MIN_PERCENT), round(10 * MAX_PERCENT) + 1))
"""Thresholds that a reader may ask for, in tenths of a percent."""
