"""A process that ends with the one that began it, however that one ends."""

import multiprocessing
import os
import threading
import time
from collections.abc import Mapping

_PARENT = "RELIANCE_CHILD_OF"


def end_with_parent() -> None:
    """End this process once the one of ours that began it has gone: nobody would read what it computes.

    Its parent is that of `multiprocessing`, or the one of `environ_of_child`; without either it stays.
    """
    began = multiprocessing.parent_process()
    # Not who the parent is now: it may have gone already.
    parent = began.pid if began is not None else int(os.environ.get(_PARENT) or 0)
    if not parent:
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def environ_of_child(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program that this process begins and that calls `end_with_parent`."""
    return {**environ, _PARENT: str(os.getpid())}
