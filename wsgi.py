"""The application for a server of several processes: `gunicorn`, with the settings of gunicorn.conf.py.

Settings come from the environment (`RELIANCE_DB`, `RELIANCE_WORKSPACE`).
"""

import gc
import os
import sys
from collections.abc import Callable

from dashboard import logs
from dashboard.hosting import hosted
from dashboard.settings import Settings
from geodata.errors import GeodataError


def application() -> Callable:
    """Open everything once, before the workers are forked: they share what does not change."""
    try:
        settings = Settings.from_env(os.environ)
        logs.to_standard_error()
        server = hosted(settings)
    except (GeodataError, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(getattr(error, "exit_code", 2))
    server.warm()
    # What is there stays there: a collection in a worker would write in every page of it, and make it the worker's own.
    gc.collect()
    gc.freeze()
    # A connection shared by two processes answers one with the rows of the other.
    os.register_at_fork(after_in_child=server.begin)
    return server.application
