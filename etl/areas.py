"""Areas of an agency as one more level between the EPCI and the département: which commune belongs to which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from etl.reading.files import read_files
from etl.rejects import reject_frame
from etl.sources import agency_territories
from geodata.sentences import sentence
from geodata.source import Snapshot, Source


@dataclass(frozen=True, eq=False)
class Areas:
    """`members`: index commune; `code` and `name` of its area. Rows accepted by source, rejects, files read."""

    members: pd.DataFrame
    accepted: Mapping[Source, int]
    rejects: pd.DataFrame
    snapshots: Sequence[Snapshot]


def read_areas(snapshots: Mapping[str, Sequence[Snapshot]], communes: pd.Index) -> Areas:
    """Read the areas of every file found. A code that is no commune today, or already in an area, is a reject."""
    source = agency_territories.SOURCE
    files = snapshots.get(source.id, ())
    members = pd.DataFrame(columns=["code", "name", "code_insee"])
    rejects = [reject_frame(source.id, [])]
    read, unread = read_files(agency_territories, files)
    rejects.append(unread)
    for file in read:
        rows, refused = file.rows, file.rejects
        is_commune = rows["code_insee"].isin(communes)
        is_taken = rows["code_insee"].isin(members["code_insee"])
        lost = [
            (row.Index, row.code_insee, sentence("area_not_a_commune", area=row.code, code=row.code_insee))
            for row in rows[~is_commune].itertuples()
        ]
        taken = [
            (row.Index, row.code_insee, sentence("area_again", area=row.code, code=row.code_insee))
            for row in rows[is_commune & is_taken].itertuples()
        ]
        rejects += [refused, reject_frame(source.id, [*lost, *taken])]
        members = pd.concat([members, rows[is_commune & ~is_taken]], ignore_index=True)
    return Areas(
        members.set_index("code_insee"),
        {source: len(members)} if files else {},
        pd.concat(rejects, ignore_index=True),
        [file.snapshot for file in read],
    )
