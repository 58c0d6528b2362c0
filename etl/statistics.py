"""Official statistics found in the data folder, read and tidied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from etl.reading.files import about_file, read_files
from etl.rejects import reject_frame
from etl.sources import cog, cog_iris, cog_passage, cog_zones, density_grid
from etl.sources.official import STATISTICS
from geodata.source import Snapshot, Source

GEOGRAPHY = tuple(module.SOURCE.id for module in (cog, cog_iris, cog_passage, cog_zones, density_grid))
"""Lists of places: checked and counted, then left; the geography is that of the base packages."""


NOT_DRAWN_ON = "the file is accepted and changes nothing: no calculation draws on this source yet"


@dataclass(frozen=True, eq=False)
class Statistics:
    """`observations` by source id (`etl.reading.observations`), rows accepted by source, rejects, files read."""

    observations: Mapping[str, pd.DataFrame]
    accepted: Mapping[Source, int]
    rejects: pd.DataFrame
    snapshots: Sequence[Snapshot]


def read_statistics(found: Mapping[str, Sequence[Snapshot]]) -> Statistics:
    """Read every file; keep what is observed. A file that cannot be read is a reject.

    A list of places is read all the same: who put it there learns what is wrong in it.
    """
    observations, accepted, rejects, read = {}, {}, [reject_frame("", [])], []
    for module in STATISTICS:
        files = found.get(module.SOURCE.id, ())
        if not files:
            continue
        found_here, refused = read_files(module, files)
        accepted[module.SOURCE] = sum(len(file.rows) for file in found_here)
        rejects += [refused, *(file.rejects for file in found_here)]
        if module.SOURCE.id in GEOGRAPHY:
            rejects += [about_file(file, NOT_DRAWN_ON) for file in found_here]
        elif found_here:
            observations[module.SOURCE.id] = pd.concat([file.rows for file in found_here], ignore_index=True)
        read += [file.snapshot for file in found_here]
    return Statistics(observations, accepted, pd.concat(rejects, ignore_index=True), read)
