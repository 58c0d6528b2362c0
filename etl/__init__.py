"""Other people's files, turned into our tables."""

import geodata  # noqa: F401 - what it sets comes before all that is imported here
