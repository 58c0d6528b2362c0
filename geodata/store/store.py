"""The parts of the store as one."""

from geodata.store.build import BuildReader
from geodata.store.estimates import EstimateReader
from geodata.store.parts import PartReader


class Store(BuildReader, EstimateReader, PartReader):
    """Answers questions about the published database. Every share comes with its interval, kind and reason."""
