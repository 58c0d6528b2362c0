"""Official statistics found in the data folder, read and tidied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from etl.reading.files import about_file, read_files
from etl.rejects import reject_frame
from etl.sources import cog, cog_iris, cog_passage, cog_zones, density_grid
from etl.sources.registry import STATISTICS
from geodata.sentences import sentence
from geodata.source import Snapshot, Source

GEOGRAPHY = (cog.SOURCE.id,)
"""Lists of places: checked and counted, then left; the geography is that of the base packages."""


NOT_DRAWN_ON = sentence("changes_nothing_not_drawn_on")


@dataclass(frozen=True, eq=False)
class Statistics:
    """`observations` by source id (`etl.reading.observations`), rows accepted by source, rejects, files read; `units`
    and `density`, by commune: its urban unit and its class of Insee's grid, as far as a file tells; `iris_names` by
    IRIS; `passage`: the commune of today (`commune`) of each former `code` that leads to a single one."""

    observations: Mapping[str, pd.DataFrame]
    accepted: Mapping[Source, int]
    rejects: pd.DataFrame
    snapshots: Sequence[Snapshot]
    units: pd.Series
    density: pd.Series
    iris_names: pd.Series
    passage: pd.DataFrame

    def with_passages(self, parts: pd.DataFrame) -> pd.DataFrame:
        """What lies inside today's communes (code, commune), and the codes that only a passage table leads to one.

        A list of delegated communes has not those that were simply absorbed.
        """
        return pd.concat([parts, self.passage]).drop_duplicates("code", ignore_index=True)


def read_statistics(snapshots: Mapping[str, Sequence[Snapshot]]) -> Statistics:
    """Read every file; keep what is observed. A file that cannot be read is a reject.

    A list of places is read all the same: who put it there learns what is wrong in it.
    """
    observations, accepted, rejects, read = {}, {}, [reject_frame("", [])], []
    units, density, iris, passage = [], [], [], []
    for module in STATISTICS:
        files = snapshots.get(module.SOURCE.id, ())
        if not files:
            continue
        files_read, refused = read_files(module, files)
        accepted[module.SOURCE] = sum(len(file.rows) for file in files_read)
        rejects += [refused, *(file.rejects for file in files_read)]
        if module.SOURCE.id in GEOGRAPHY:
            rejects += [about_file(file, NOT_DRAWN_ON) for file in files_read]
        elif module is cog_zones:
            urban_units = [file.rows[file.rows["kind"] == "urban_unit"] for file in files_read]
            rejects += [
                about_file(f, NOT_DRAWN_ON) for f, rows in zip(files_read, urban_units, strict=True) if rows.empty
            ]
            units += urban_units
        elif module is cog_passage:
            passage += [file.rows for file in files_read]
        elif module is density_grid:
            density += [file.rows for file in files_read]
        elif module is cog_iris:
            iris += [file.rows for file in files_read]
        elif files_read:
            observations[module.SOURCE.id] = pd.concat([file.rows for file in files_read], ignore_index=True)
        read += [file.snapshot for file in files_read]
    return Statistics(
        observations, accepted, pd.concat(rejects, ignore_index=True), read,
        _by_commune(units, "commune", "zone"), _by_commune(density, "code", "density"),
        _by_commune(iris, "iris", "name"), _whole_passages(passage),
    )  # fmt: skip


def _whole_passages(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Former codes that lead whole to one commune; of what two tables tell otherwise, the first speaks."""
    if not tables:
        return pd.DataFrame(columns=["code", "commune"])
    pairs = pd.concat([rows[~rows["is_split"]] for rows in tables]).drop_duplicates("code_former")
    return pairs[["code_former", "code"]].set_axis(["code", "commune"], axis=1).reset_index(drop=True)


def _by_commune(tables: Sequence[pd.DataFrame], key: str, value: str) -> pd.Series:
    """The value of each commune, of the newest vintage where there are several (the first file, for the same one)."""
    if not tables:
        return pd.Series(dtype=object)
    rows = pd.concat(tables, ignore_index=True)
    if "vintage" in rows:
        rows = rows.sort_values("vintage", ascending=False, kind="stable")
    return rows.drop_duplicates(key).set_index(key)[value].astype(object)
