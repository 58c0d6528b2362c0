"""Where figures come from, as rows of tables `source` and `snapshot`."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from geodata.source import Snapshot, Source

_FIELDS = ("id", "title", "producer", "licence", "vintage", "page", "tier", "description")


def sources(
    accepted: Mapping[Source, int],
    rejects: pd.DataFrame,
    read: Iterable[Snapshot],
    unused: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> pd.DataFrame:
    """One row a source, with the rows it gave, those refused or repaired, and the measures that nothing uses.

    Its vintage is that of the files `read`, missing when none of them states one.
    """
    refused = rejects["source"].value_counts()
    vintages: dict[Source, set[str]] = {}
    for snapshot in read:
        vintages.setdefault(snapshot.source, set()).add(snapshot.vintage)
    return pd.DataFrame(
        [
            {name: str(getattr(source, name)) for name in _FIELDS}
            | {"vintage": source.vintage or ", ".join(sorted(vintages.get(source, set()) - {""})) or None}
            | {"accepted": rows, "rejected": int(refused.get(source.id, 0))}
            | {"unused": ";".join(unused.get(source.id, ())) or None}
            for source, rows in accepted.items()
        ]
    )


def snapshots(read: Iterable[Snapshot]) -> pd.DataFrame:
    """One row a file that was read, with its checksum.

    Producers give two editions one name: such files are told apart by the folders above them.
    """
    files = list(read)
    return pd.DataFrame(
        [{"source": s.source.id, "file": _name(s, files), "sha256": s.sha256, "size": s.size} for s in files]
    )


def _name(snapshot: Snapshot, files: Iterable[Snapshot]) -> str:
    """The shortest end of the path that no other file of the source has."""
    parts = snapshot.path.parts
    others = [file.path.parts for file in files if file.source == snapshot.source and file.path != snapshot.path]
    length = next((n for n in range(1, len(parts)) if all(o[-n:] != parts[-n:] for o in others)), len(parts))
    return "/".join(parts[-length:])
