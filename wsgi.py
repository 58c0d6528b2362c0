"""The application for a server of several processes: `gunicorn`, with the settings of gunicorn.conf.py.

Settings come from the environment (`RELIANCE_DB`, `RELIANCE_WORKSPACE`).
"""

import os
import sys

from flask import Flask

from dashboard import logs
from dashboard.app import create_app
from dashboard.settings import Settings
from geodata.errors import GeodataError
from geodata.store import open_store
from geodata.workspace import open_workspace

WARM = ("/export/carte.csv", "/export/territoire/services.csv?s=france:FR")


def application() -> Flask:
    """Open everything once, before the workers are forked: they share what does not change."""
    try:
        settings = Settings.from_env(os.environ)
        logs.to_standard_error()
        store, workspace = open_store(settings.db), open_workspace(settings.workspace)
        app = create_app(store, workspace, settings)
    except (GeodataError, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(getattr(error, "exit_code", 2))
    # What each worker would read for itself is read here once, and shared.
    with app.server.test_client() as reader:
        for address in WARM:
            # A name that is always ours.
            reader.get(address, base_url="http://localhost")
    # A connection shared by two processes answers one with the rows of the other.
    os.register_at_fork(after_in_child=store.forget_connections)
    os.register_at_fork(after_in_child=workspace.forget_connections)
    return app.server
