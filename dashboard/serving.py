"""Serve with threads in one process (waitress), and end as asked: what was begun is answered, nothing new is taken."""

import signal
import time
from collections.abc import Callable

import waitress
from waitress import wasyncore
from waitress.server import BaseWSGIServer, MultiSocketServer

GRACE_S = 25.0
"""Given to the answers that were begun when the process is asked to end."""

_SLOWEST_S = 20
"""A reader that sends nothing for so long is let go: slow connections must not fill the table of them."""

_CONNECTIONS = 1_000


def listening(server: Callable, *, host: str, port: int, threads: int) -> BaseWSGIServer | MultiSocketServer:
    """A server that listens already. Raises `OSError` when the address is taken."""
    return waitress.create_server(
        server,
        host=host,
        port=port,
        threads=threads,
        connection_limit=_CONNECTIONS,
        channel_timeout=_SLOWEST_S,
        cleanup_interval=5,
        max_request_header_size=65_536,
        # What a proxy adds tells that there is one (`dashboard.accounts.admission`, `dashboard.clients`).
        clear_untrusted_proxy_headers=False,
        ident="Reliance",
    )


def serve(listener: BaseWSGIServer | MultiSocketServer) -> None:
    """Answer until SIGTERM or SIGINT, then finish."""
    signals: list[int] = []
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, _frame: signals.append(number))
    sockets = getattr(listener, "map", None) or listener._map
    while not signals:
        wasyncore.loop(timeout=1, map=sockets, count=1, use_poll=True)
    for one in list(sockets.values()):
        if isinstance(one, BaseWSGIServer):
            # Nobody new: the listening socket alone is closed, the channels go on.
            wasyncore.dispatcher.close(one)
    until = time.monotonic() + GRACE_S
    while _is_busy(sockets) and time.monotonic() < until:
        wasyncore.loop(timeout=0.2, map=sockets, count=1, use_poll=True)
    listener.task_dispatcher.shutdown(timeout=1)


def _is_busy(sockets: dict) -> bool:
    return any(getattr(one, "requests", None) or getattr(one, "total_outbufs_len", 0) for one in sockets.values())
