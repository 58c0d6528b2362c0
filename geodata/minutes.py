"""Minutes of travel, each number stated here once: what may be asked, what is told, and what a test tries again.

Texts, columns, forms and the build derive from these. The travel model is in `geodata/methods/travel.py`, the decay and
the catchment of the shared supply in `geodata/access_model.py`.
"""

DEFAULT_MINUTES = 20.0
"""Travel time beyond which a service is too far, when none is chosen."""

LEAST_MINUTES, MOST_MINUTES = 5.0, 60.0
"""Between which ends a reader may ask: further, the access tables of a partial list say nothing."""

SHARE_MINUTES = (5, 10, 15, 20)
"""Whole minutes whose shares of residents are told: columns of table `cell_reach`, the shown indicators of reach."""

REACH_MINUTES = (15.0, 30.0)
"""For which the share of people within reach of a family is always told, beside the minutes shown."""

FLIP_MINUTES = (15.0, 20.0, 30.0)
"""What the flip test of need crossed with responses asks again with, beside the minutes shown."""

CURVE_MINUTES = (10, 15, 20, 30, 45)
"""What the trade-offs of a plan are counted for, beside the minutes of its request."""

LEAST_PLAN_MINUTES, MOST_PLAN_MINUTES = 1, 120
"""Between which ends the form of a plan lets one ask."""

SHADOWS = ((10.0, 1.0), (20.0, 10.0))
"""Minutes, and times as many residents: a town this near one that is larger by more than that is left to the larger
one. A team for Nîmes goes to Nîmes, not to a village from which Lunel is within reach as well."""

ROAD_MINUTES = 60.0
"""Trips by road are known up to here; to a tenth of a minute."""

TENTH_MINUTES = 60.0
"""Where the worst served tenth is the aim, people farther than this from any site count as so far."""

MOST_COMPLETE_MINUTES = 120.0
"""The largest `complete_min`: no question goes further."""
