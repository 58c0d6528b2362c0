"""Settings of gunicorn, read from this folder: what `make serve`, the container and the systemd unit all use."""

import os
import sys
import tempfile

from gunicorn.workers import gthread
from prometheus_client import multiprocess

from dashboard.queue import QueueProcess
from dashboard.settings import Settings
from geodata.errors import GeodataError

# Before anything counts: the measures of all processes are added up in this folder, which ends with the server.
_measures = tempfile.TemporaryDirectory(prefix="reliance-metrics-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = _measures.name

_given = Settings.from_env(os.environ)

# A connection that says nothing waits beside the threads, not in one of them.
gthread.DEFAULT_WORKER_DATA_TIMEOUT = 0.05

bind = f"{_given.host}:{_given.port}"
wsgi_app = "wsgi:application()"
preload_app = True
workers = int(os.environ.get("RELIANCE_WORKERS", "2"))
worker_class = "gthread"
threads = _given.threads
# Longer than the proxy keeps a connection open: it never sends a question on one that is being closed.
keepalive = 75
timeout = 120
graceful_timeout = 25
limit_request_line = 8190
limit_request_field_size = 16_384
max_requests = 20_000
max_requests_jitter = 2_000
# Our own lines say more: request, route, milliseconds.
accesslog = None
errorlog = "-"
control_socket_disable = True


def on_starting(server) -> None:
    """Refuse an address given on the command line that the settings would have refused."""
    for address in server.cfg.address:
        if isinstance(address, tuple):
            try:
                Settings.from_env({**os.environ, "RELIANCE_HOST": address[0]})
            except GeodataError as error:
                print(f"{type(error).__name__}: {error}", file=sys.stderr)
                sys.exit(error.exit_code)


_beside: list[QueueProcess] = []


def when_ready(server) -> None:
    """The process that computes ends with the server, however that ends."""
    _beside.append(QueueProcess())


def on_exit(server) -> None:
    """What it was computing waits again."""
    for one in _beside:
        one.end()


def child_exit(server, worker) -> None:
    """What a process that ended was doing is counted no longer."""
    multiprocess.mark_process_dead(worker.pid)
