"""Where figures come from, as rows of tables `source` and `snapshot`."""

from collections.abc import Iterable, Mapping

import pandas as pd

from geodata.source import Snapshot, Source

_FIELDS = ("id", "title", "producer", "licence", "vintage", "page", "tier", "description")


def sources(accepted: Mapping[Source, int], rejects: pd.DataFrame) -> pd.DataFrame:
    """One row a source, with the rows it gave and those that were refused or repaired."""
    refused = rejects["source"].value_counts()
    return pd.DataFrame(
        [
            {name: str(getattr(source, name)) for name in _FIELDS}
            | {"accepted": rows, "rejected": int(refused.get(source.id, 0))}
            for source, rows in accepted.items()
        ]
    )


def snapshots(read: Iterable[Snapshot]) -> pd.DataFrame:
    """One row a file that was read, with its checksum."""
    return pd.DataFrame(
        [{"source": s.source.id, "file": s.path.name, "sha256": s.sha256, "size": s.size} for s in read]
    )
