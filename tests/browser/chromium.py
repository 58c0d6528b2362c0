"""Where Debian puts its Chromium, for the walks here and for what `benchmarks` measures in a browser."""

from pathlib import Path

PATHS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
"""Without a window of its own, which takes a third less processor to walk, or the whole of it."""

MISSING = f"no Chromium at {PATHS[0]}: sudo apt-get install chromium-headless-shell"


def installed() -> Path | None:
    """The first of `PATHS` that is there."""
    return next((path for path in PATHS if path.exists()), None)
