"""A new build under a running server: read in the background first, while the old one answers."""

import logging
import threading
from collections.abc import Callable, Iterable

from geodata.store import Store

_PERIOD_S = 1.0


class OneBuild:
    """WSGI: a request is answered by one build, even while the server passes to another."""

    def __init__(self, inside: Callable, store: Store):
        self._inside, self._store = inside, store

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        with self._store.pinned():
            return self._inside(environ, start_response)


def keep_up(store: Store, warm: Callable[[], None], threads: int) -> None:
    """Hold the build that is served, and from now on pass to each new one once `warm` has read it. Ends with the
    process."""
    # Each thread may answer, the renewal may read, and one to spare.
    store.hold(threads + 2)
    threading.Thread(target=_watch, args=(store, warm), name="renewal", daemon=True).start()


def _watch(store: Store, warm: Callable[[], None]) -> None:
    failed = None
    pause = threading.Event()
    while not pause.wait(_PERIOD_S):
        try:
            if store.renew(warm):
                logging.getLogger(__name__).info("another build is served: %s", store.version()[:8])
            failed = None
        except Exception as error:
            # Nobody above would hear of it. Told once: the old build answers, and what is put there next is tried.
            if str(error) != failed:
                failed = str(error)
                logging.getLogger(__name__).exception("the new database cannot be served, the old one is")
