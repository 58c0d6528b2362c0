"""The tasks, ready to run: loading this module compiles what they compile, for the processes that are copied of it."""

import numpy as np
import pandas as pd

from etl.grid.blocks import Piece, Reached
from geodata.methods.access import TRAVEL, gaussian

_POINT = pd.DataFrame({"lon": [0.0], "lat": [0.0], "land": pd.Categorical(["land"])})

Reached(TRAVEL, 20, gaussian(10), threads=1)(Piece(np.zeros(1, int), _POINT, _POINT, np.ones(1)))
