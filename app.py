"""Serve the dashboard: settings, database, workspace, application, server."""

import os
import sys

from dashboard import logs
from dashboard.hosting import hosted
from dashboard.queue import QueueProcess
from dashboard.serving import listening, serve
from dashboard.settings import Settings
from geodata.console import show_what_it_can
from geodata.errors import GeodataError
from geodata.processes import keep_imports

if __name__ == "__main__":
    keep_imports()
    show_what_it_can()
    try:
        settings = Settings.from_env(os.environ, sys.argv[1:])
        logs.to_standard_error()
        server = hosted(settings)
        server.keep_up()
        listener = listening(server.application, host=settings.host, port=settings.port, threads=settings.threads)
    except (GeodataError, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(getattr(error, "exit_code", 2))
    beside = QueueProcess(sys.argv[1:])
    print(f"Reliance: {settings.address}", flush=True)
    serve(listener)
    beside.end()
