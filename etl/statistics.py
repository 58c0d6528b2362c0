"""Official statistics found in the data folder, read and tidied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from etl import health
from etl.factors import CENSUS, INCOME
from etl.rejects import reject_frame
from etl.sources import drees_minima
from etl.sources.official import STATISTICS
from geodata.source import Snapshot, Source

USED = (*CENSUS, *INCOME, drees_minima.SOURCE.id, *health.SOURCES)
"""Sources that the estimate, the risk factors and the reading of health draw on. The others are checked and counted."""


@dataclass(frozen=True, eq=False)
class Statistics:
    """`observations` by source id (`etl.reading.observations`), rows accepted by source, rejects, files read."""

    observations: Mapping[str, pd.DataFrame]
    accepted: Mapping[Source, int]
    rejects: pd.DataFrame
    snapshots: Sequence[Snapshot]


def read_statistics(found: Mapping[str, Sequence[Snapshot]]) -> Statistics:
    """Read every file; keep what the sources in `USED` observe. Raises `BadInput` naming the first that cannot be read.

    A file that no calculation draws on is read all the same: who put it there learns what is wrong in it.
    """
    observations, accepted, rejects, read = {}, {}, [reject_frame("", [])], []
    for module in STATISTICS:
        files = found.get(module.SOURCE.id, ())
        if not files:
            continue
        tidied = [module.tidy(module.read(file)) for file in files]
        accepted[module.SOURCE] = sum(len(rows) for rows, _ in tidied)
        if module.SOURCE.id in USED:
            observations[module.SOURCE.id] = pd.concat([rows for rows, _ in tidied], ignore_index=True)
        rejects += [refused for _, refused in tidied]
        read += files
    return Statistics(observations, accepted, pd.concat(rejects, ignore_index=True), read)
