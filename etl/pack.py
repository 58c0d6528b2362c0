"""Official files as a package: what a maintainer holds, for networks that reach no producer.

`pack` writes a wheel (PyPA's format) that holds each official file of a data folder byte for byte (Parquet), with what
must travel with it: producer, licence, page, vintage, date, checksum, and the rows that a build refused. Once installed
(`pip install`, also without network), `installed_packs` finds it and `restore` puts the files back, so that a build
reads the same bytes and its database has the same hash. Files of an agency are never packed.
"""

import base64
import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib.metadata import entry_points
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from etl.rejects import with_words
from etl.snapshots import checksum
from geodata.errors import BadInput, ChecksumMismatch, OutputUnavailable, UsageError
from geodata.source import Snapshot, Tier
from geodata.store import Store

GROUP = "reliance.data"
"""Entry points by which an installed pack is found."""

FOLDER = "packs"
"""Folder of restored files, in the data folder."""

_BLOCK = 1 << 20
_MOMENT = (2020, 1, 1, 0, 0, 0)
"""Date of the members of a wheel: the same files make the same wheel."""

_LISTED = (
    "source",
    "title",
    "producer",
    "licence",
    "page",
    "vintage",
    "file",
    "size",
    "sha256",
    "accepted",
    "rejected",
)


def pack(snapshots: Mapping[str, Sequence[Snapshot]], data: Path, store: Store, out: Path, *, name: str) -> Path:
    """Write the wheel of `snapshots` (by source, files under `data`) into the folder `out`; returns its path.

    `store` is the database that was built from them: it tells what was refused. Raises `BadInput` when a file is not
    one that it read, `UsageError` for a name that is none, `OutputUnavailable`.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", name):
        raise UsageError(f"« {name} » is no name for a pack: small letters, digits and _ are expected.")
    files = [one for several in snapshots.values() for one in several if one.source.tier is not Tier.AGENCY]
    if not files:
        raise BadInput(f"{data} holds no official file: nothing is packed.")
    build = store.build()
    rows = _listed(files, store)
    module, today = f"reliance_data_{name}", date.fromisoformat(build.get("built_on") or date.today().isoformat())
    version = f"{today:%Y.%-m.%-d}"
    about = {"name": name, "content_hash": build.get("content_hash", ""), "built_on": today.isoformat()}
    path = out / f"{module}-{version}-py3-none-any.whl"
    part = path.with_name(f".{path.name}.part")
    try:
        out.mkdir(parents=True, exist_ok=True)
        with _Wheel(part, f"{module}-{version}.dist-info") as wheel:
            wheel.add(f"{module}/__init__.py", f'"""Official files for Reliance: {name}, {today}."""\n'.encode())
            for number, one in enumerate(files):
                member = f"files/{number:03}.parquet"
                rows[number] |= {"parquet": member, "path": one.path.relative_to(data).as_posix()}
                wheel.add(f"{module}/{member}", _parquet(one.path, rows[number]))
            wheel.add(f"{module}/pack.json", json.dumps(about | {"files": rows}, ensure_ascii=False, indent=1).encode())
            wheel.add(f"{module}/refused.csv", _refused(store, {one.source.id for one in files}))
            wheel.close_with(_metadata(module, version, rows), f"[{GROUP}]\n{name} = {module}\n")
        part.replace(path)
    except OSError as error:
        raise OutputUnavailable(f"{path} cannot be written ({error.strerror}).") from error
    finally:
        part.unlink(missing_ok=True)
    return path


def installed_packs() -> dict[str, Path]:
    """Folders of the packs that are installed, by name."""
    packs = {}
    for point in entry_points(group=GROUP):
        if point.dist:
            packs[point.name] = Path(str(point.dist.locate_file(point.value)))
    return dict(sorted(packs.items()))


def restore(folder: Path, data: Path) -> list[Path]:
    """Put the files of the pack in `folder` back under `data`; those that are there already are not written again.

    Raises `ChecksumMismatch` when the bytes are not those that were packed, `OutputUnavailable`.
    """
    about = json.loads((folder / "pack.json").read_text(encoding="utf-8"))
    target, restored = data / FOLDER / about["name"], []
    for row in about["files"]:
        path = (target / row["path"]).resolve()
        if not path.is_relative_to(target.resolve()):
            raise BadInput(f"{folder}: the pack names a file outside of its own folder ({row['path']}).")
        if not (path.is_file() and checksum(path) == row["sha256"]):
            _write(path, folder / row["parquet"], row["sha256"])
        restored.append(path)
    return restored


def _write(path: Path, parquet: Path, sha256: str) -> None:
    part, digest = path.with_name(f".{path.name}.part"), hashlib.sha256()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "wb") as out:
            for batch in pq.ParquetFile(parquet).iter_batches(batch_size=16, columns=["bytes"]):
                for block in batch.column(0).to_pylist():
                    digest.update(block)
                    out.write(block)
        if digest.hexdigest() != sha256:
            raise ChecksumMismatch(f"{parquet} does not hold the bytes that were packed: install the pack again.")
        part.replace(path)
    except OSError as error:
        if isinstance(error, ChecksumMismatch):
            raise
        raise OutputUnavailable(f"{path} cannot be written ({error.strerror}).") from error
    finally:
        part.unlink(missing_ok=True)


def _listed(files: Iterable[Snapshot], store: Store) -> list[dict]:
    sources = store.sources().set_index("id")
    read = {(row.source, row.file): row.sha256 for row in store.snapshots().itertuples()}
    rows = []
    for one in files:
        if read.get((one.source.id, one.path.name)) != one.sha256:
            raise BadInput(
                f"{one.path} is not a file that this database was built from: build it again from this folder first."
            )
        about = sources.loc[one.source.id]
        vintage = "" if pd.isna(about["vintage"]) else str(about["vintage"])
        line = (one.source.id, about["title"], about["producer"], about["licence"], about["page"], vintage)
        counts = (int(about["accepted"]), int(about["rejected"]))
        rows.append(dict(zip(_LISTED, (*line, one.path.name, one.size, one.sha256, *counts), strict=True)))
    return rows


def _parquet(path: Path, row: dict) -> bytes:
    """The bytes of a file in blocks, compressed, with what must travel with them in the metadata of the table."""
    about = {key: str(value) for key, value in row.items()}
    shape = pa.schema([pa.field("block", pa.int32()), pa.field("bytes", pa.binary())], metadata=about)
    out = io.BytesIO()
    with open(path, "rb") as file, pq.ParquetWriter(out, shape, compression="zstd", compression_level=9) as writer:
        for number, block in enumerate(iter(lambda: file.read(_BLOCK), b"")):
            writer.write_table(pa.table([pa.array([number], pa.int32()), pa.array([block], pa.binary())], schema=shape))
    return out.getvalue()


def _refused(store: Store, sources: set[str]) -> bytes:
    rejects = store.rejects()
    rejects = with_words(rejects[rejects["source"].isin(sources)])[["source", "row", "key", "reason"]]
    return rejects.to_csv(index=False).encode()


def _metadata(module: str, version: str, rows: list[dict]) -> str:
    lines = ["Metadata-Version: 2.1", f"Name: {module.replace('_', '-')}", f"Version: {version}"]
    lines += ["Summary: Official files for Reliance, with their producers and licences"]
    lines += [f"License: {', '.join(sorted({row['licence'] for row in rows}))}", ""]
    lines += [
        f"- {r['title']} ({r['producer']}, {r['vintage'] or 'undated'}, {r['licence']}): {r['page']}" for r in rows
    ]
    return "\n".join(lines) + "\n"


class _Wheel:
    """A wheel that is being written: members, then its own record of them."""

    def __init__(self, path: Path, info: str):
        self._archive, self._info = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED), info
        self._record: list[tuple[str, str, int]] = []

    def __enter__(self) -> "_Wheel":
        return self

    def __exit__(self, *_error: object) -> None:
        self._archive.close()

    def add(self, name: str, body: bytes) -> None:
        """Add a member. What is compressed already is stored."""
        entry = zipfile.ZipInfo(name, _MOMENT)
        entry.external_attr = 0o644 << 16
        entry.compress_type = zipfile.ZIP_STORED if name.endswith(".parquet") else zipfile.ZIP_DEFLATED
        self._archive.writestr(entry, body)
        digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
        self._record.append((name, f"sha256={digest}", len(body)))

    def close_with(self, metadata: str, points: str) -> None:
        """Add what makes it a wheel."""
        self.add(f"{self._info}/METADATA", metadata.encode())
        lines = ("Wheel-Version: 1.0", "Generator: reliance", "Root-Is-Purelib: true", "Tag: py3-none-any")
        self.add(f"{self._info}/WHEEL", "\n".join((*lines, "")).encode())
        self.add(f"{self._info}/entry_points.txt", points.encode())
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([*self._record, (f"{self._info}/RECORD", "", "")])
        self.add(f"{self._info}/RECORD", text.getvalue().encode())
