"""The answers of a build, shown."""

import geodata  # noqa: F401 - what it sets comes before all that is imported here
