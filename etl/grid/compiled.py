"""The tasks, ready to run: loading this module compiles what they compile, for the processes that are copied of it.

`TRIAL` is the answer to a small question, shortened: a process that gives another would give other bytes.
"""

import hashlib

import numpy as np
import pandas as pd

from etl.grid.blocks import Piece, Reached
from geodata.methods.access import TRAVEL, gaussian


def _trial(points: int = 400) -> str:
    """Points on a spiral around one place, a tenth of them services, so that every operation of a task is met."""
    turn = np.arange(points) * 2.4
    lon, lat = 2 + 0.02 * np.sqrt(turn) * np.cos(turn), 47 + 0.02 * np.sqrt(turn) * np.sin(turn)
    frame = pd.DataFrame({"lon": lon, "lat": lat, "land": pd.Categorical(["land"] * points)})
    supply = frame.iloc[::10].reset_index(drop=True)
    answer = Reached(TRAVEL, 20, gaussian(10), threads=1)(Piece(frame, supply, 1 / (1 + np.arange(len(supply)))))
    return hashlib.sha256(b"".join(answer[name].tobytes() for name in sorted(answer))).hexdigest()[:12]


TRIAL = _trial()
