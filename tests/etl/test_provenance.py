"""Where figures come from: two editions of one name are two files."""

from pathlib import Path

from etl import provenance
from etl.sources import bpe, caf
from geodata.source import Snapshot


def snapshot(module, path: str) -> Snapshot:
    return Snapshot(module.SOURCE, Path(path), f"sha of {path}", 1)


def test_files_of_one_name_are_told_apart_by_their_folders():
    read = [
        snapshot(bpe, "/srv/data/2023/bpe/DS_BPE_data.csv"),
        snapshot(bpe, "/srv/data/2024/bpe/DS_BPE_data.csv"),
        snapshot(bpe, "/srv/data/2024/bpe/points.csv"),
        snapshot(caf, "/srv/data/2024/bpe/DS_BPE_data.csv"),
    ]
    assert provenance.snapshots(read)["file"].tolist() == [
        "2023/bpe/DS_BPE_data.csv",
        "2024/bpe/DS_BPE_data.csv",
        "points.csv",
        "DS_BPE_data.csv",
    ]
