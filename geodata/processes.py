"""What a process does as it begins: end with the one that began it, however that one ends; keep what it imported."""

import gc
import multiprocessing
import os
import threading
import time
from collections.abc import Mapping

_PARENT = "RELIANCE_CHILD_OF"


def keep_imports() -> None:
    """Look for garbage no more in what was imported: it stays as long as the process, which would look through all of
    it some three times as it ends (0.7 s of processor)."""
    gc.freeze()


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
