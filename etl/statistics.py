"""Official statistics found in the data folder, read and tidied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from etl.reading.files import about_file, read_files
from etl.rejects import reject_frame
from etl.sources import cog, cog_iris, cog_passage, cog_zones, density_grid
from etl.sources.official import STATISTICS
from geodata.source import Snapshot, Source

GEOGRAPHY = tuple(module.SOURCE.id for module in (cog, cog_iris, cog_passage))
"""Lists of places: checked and counted, then left; the geography is that of the base packages."""


NOT_DRAWN_ON = "the file is accepted and changes nothing: no calculation draws on this source yet"


@dataclass(frozen=True, eq=False)
class Statistics:
    """`observations` by source id (`etl.reading.observations`), rows accepted by source, rejects, files read; `units`
    and `density`, by commune: its urban unit and its class of Insee's grid, as far as a file tells."""

    observations: Mapping[str, pd.DataFrame]
    accepted: Mapping[Source, int]
    rejects: pd.DataFrame
    snapshots: Sequence[Snapshot]
    units: pd.Series
    density: pd.Series


def read_statistics(found: Mapping[str, Sequence[Snapshot]]) -> Statistics:
    """Read every file; keep what is observed. A file that cannot be read is a reject.

    A list of places is read all the same: who put it there learns what is wrong in it.
    """
    observations, accepted, rejects, read = {}, {}, [reject_frame("", [])], []
    units, density = [], []
    for module in STATISTICS:
        files = found.get(module.SOURCE.id, ())
        if not files:
            continue
        found_here, refused = read_files(module, files)
        accepted[module.SOURCE] = sum(len(file.rows) for file in found_here)
        rejects += [refused, *(file.rejects for file in found_here)]
        if module.SOURCE.id in GEOGRAPHY:
            rejects += [about_file(file, NOT_DRAWN_ON) for file in found_here]
        elif module is cog_zones:
            told = [file.rows[file.rows["kind"] == "urban_unit"] for file in found_here]
            rejects += [about_file(f, NOT_DRAWN_ON) for f, rows in zip(found_here, told, strict=True) if rows.empty]
            units += told
        elif module is density_grid:
            density += [file.rows for file in found_here]
        elif found_here:
            observations[module.SOURCE.id] = pd.concat([file.rows for file in found_here], ignore_index=True)
        read += [file.snapshot for file in found_here]
    return Statistics(
        observations, accepted, pd.concat(rejects, ignore_index=True), read,
        _by_commune(units, "commune", "zone"), _by_commune(density, "code", "density"),
    )  # fmt: skip


def _by_commune(tables: Sequence[pd.DataFrame], key: str, value: str) -> pd.Series:
    """The value of each commune, of the newest vintage where there are several (the first file, for the same one)."""
    if not tables:
        return pd.Series(dtype=object)
    rows = pd.concat(tables, ignore_index=True)
    if "vintage" in rows:
        rows = rows.sort_values("vintage", ascending=False, kind="stable")
    return rows.drop_duplicates(key).set_index(key)[value].astype(object)
