"""What is asked of the estimate, and the defaults of a question: definition, assumptions, line."""

from dataclasses import dataclass, replace

from geodata.threshold import THRESHOLD

DEFAULT_DEFINITION = "five_networks"
"""Isolation from all five networks; the others are in `geodata.survey`."""

DEFAULT_SCENARIO = "default"
"""The reference assumptions; the others are in `geodata.survey`."""


@dataclass(frozen=True)
class Question:
    """Identifiers of a definition and of a scenario of `geodata.survey`, a threshold, a share between 0 and 1, and how
    many times a false alarm a territory missed costs (`geodata.estimate.cut_offs`)."""

    definition: str = DEFAULT_DEFINITION
    scenario: str = DEFAULT_SCENARIO
    threshold: float = THRESHOLD
    miss: float = 1.0

    @property
    def law(self) -> "Question":
        """The same question at the usual line: what the law of the shares depends on, whatever the line."""
        return replace(self, threshold=THRESHOLD)


DEFAULT_QUESTION = Question()
