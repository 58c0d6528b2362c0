"""What the pages show, asked of the store: frames and records, no component.

`Facts` remembers what changes only with the build, so that a database replaced under the running application is seen
at the next question.
"""

from dashboard.facts.facts import MOST_BESIDE, NO_NATIONAL, Facts
from dashboard.facts.order import COLUMNS, MOST_SIDES, ORDER, SIDES, is_too_wide

__all__ = [
    "COLUMNS",
    "MOST_BESIDE",
    "MOST_SIDES",
    "NO_NATIONAL",
    "ORDER",
    "SIDES",
    "Facts",
    "is_too_wide",
]
