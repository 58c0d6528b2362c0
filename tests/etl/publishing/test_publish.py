"""The published file: a GeoPackage that a desktop GIS opens, replaced whole or not at all."""

import dataclasses
import hashlib
import os
import pickle
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from etl.publishing.publish import content_hash, publish, read_back
from etl.synthetic import WITHOUT_OUTLINE
from geodata import schema
from geodata.classes import WORDS
from geodata.errors import CheckFailed, DatabaseUnavailable, SchemaError, UsageError
from geodata.estimate import verdict_of
from geodata.store import open_store
from geodata.territory import FRANCE, Level
from geodata.translations import words
from tests.conftest import DATE, PROJECT

DRAWN = (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT, Level.REGION)
FEATURES = {"territory": "MultiPolygon", "part": "MultiPolygon", "service": "Point"}


@pytest.fixture
def copy(synthetic_db, tmp_path) -> Path:
    """A published file that the test may change."""
    return Path(shutil.copy(synthetic_db, tmp_path / "isolation.gpkg"))


def rows(path: Path, query: str, *arguments) -> list[tuple]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(query, arguments).fetchall()


def fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def hidden(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


# --------------------------------------------------------------------------------------------------- as QGIS opens it


def test_layers_are_the_feature_tables_those_of_a_gis_and_every_table_is_there(synthetic_db):
    layers = dict(pyogrio.list_layers(synthetic_db).tolist())
    drawn = {f"isolement_{level}": "MultiPolygon" for level in DRAWN}
    assert {name: kind for name, kind in layers.items() if kind} == FEATURES | drawn
    assert set(layers) == {table.name for table in schema.metadata.sorted_tables} | set(drawn) | {"layer_styles"}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("level", DRAWN)
def test_a_gis_shows_each_level_painted_by_the_classes_of_the_application(synthetic_db, store, level):
    layer = f"isolement_{level}"
    drawn = gpd.read_file(synthetic_db, layer=layer).set_index("code").sort_index()
    table = store.estimates(level, FRANCE).set_index("code").sort_index()
    word = {verdict: words("fr")(said) for verdict, said in WORDS.items()}
    national = verdict_of(table["p_above_national"].to_numpy(dtype=float))
    expected = pd.DataFrame({"classe": table["verdict"], "classe_nationale": national}, index=table.index)
    assert drawn["classe"].to_dict() == expected["classe"].map(word).to_dict()
    assert drawn["classe_nationale"].to_dict() == expected["classe_nationale"].map(word).to_dict()
    for mine, theirs in {"part": "share", "borne_basse": "low", "borne_haute": "high"}.items():
        pd.testing.assert_series_equal(drawn[mine], table[theirs].astype(float), check_names=False)
    query = "SELECT styleName, styleQML FROM layer_styles WHERE f_table_name = ? ORDER BY useAsDefault DESC"
    styles = dict(rows(synthetic_db, query, layer))
    assert list(styles) == ["Part nationale", "10 %"]
    for column, qml in zip(["classe_nationale", "classe"], styles.values(), strict=True):
        painted = ElementTree.fromstring(qml[qml.index("<qgis") :])
        assert next(painted.iter("renderer-v2")).get("attr") == column
        assert {one.get("value") for one in painted.iter("category")} == set(word.values())
        assert {one.get("field") for one in painted.iter("alias")} == set(drawn.columns) - {"geometry"} | {"code"}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("layer", FEATURES)
def test_a_feature_layer_reads_without_a_warning(synthetic_db, synthetic_tables, layer):
    info = pyogrio.read_info(synthetic_db, layer=layer)
    assert info["crs"] == "EPSG:4326"
    assert info["fid_column"] == "fid"
    assert info["geometry_name"] == "geom"
    frame = gpd.read_file(synthetic_db, layer=layer, engine="pyogrio")
    expected = synthetic_tables[layer]
    assert len(frame) == len(expected)
    assert tuple(info["total_bounds"]) == tuple(shapely.total_bounds(expected["geom"].dropna().to_numpy(dtype=object)))
    is_known = expected["geom"].notna().to_numpy()
    assert shapely.equals_identical(
        frame.geometry[is_known].to_numpy(), expected.loc[is_known, "geom"].to_numpy(dtype=object)
    ).all()


def test_a_table_without_geometry_reads_as_a_table(synthetic_db, synthetic_tables):
    estimates = pyogrio.read_dataframe(synthetic_db, layer="estimate")
    assert len(estimates) == len(synthetic_tables["estimate"])
    assert estimates["share"].dtype == "float64"


@pytest.mark.parametrize("layer", FEATURES)
def test_a_box_finds_the_same_with_and_without_the_index(synthetic_db, layer):
    box = (-1.45, 46.55, -1.3, 46.7)
    everything = gpd.read_file(synthetic_db, layer=layer, engine="pyogrio", fid_as_index=True)
    west, south, east, north = box
    bounds = everything.bounds
    inside = everything[
        (bounds["minx"] <= east) & (bounds["maxx"] >= west) & (bounds["miny"] <= north) & (bounds["maxy"] >= south)
    ]
    features = gpd.read_file(synthetic_db, layer=layer, engine="pyogrio", bbox=box, fid_as_index=True)
    # The index keeps 32-bit floats rounded outwards: it may look further, the answer may not.
    assert set(features.index) == set(inside[inside.intersects(shapely.box(*box))].index)
    assert 0 < len(features) < len(everything)


@pytest.mark.parametrize("layer", FEATURES)
def test_the_index_is_what_answers(copy, layer):
    """Empty the index: if boxes still found anything, the index would not be in use."""
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute(f"DELETE FROM rtree_{layer}_geom")
    assert len(pyogrio.read_dataframe(copy, layer=layer, bbox=(-1.45, 46.55, -1.3, 46.7))) == 0
    assert len(pyogrio.read_dataframe(copy, layer=layer)) > 0


@pytest.mark.parametrize("layer", FEATURES)
def test_the_index_holds_every_geometry_and_no_other(synthetic_db, layer):
    assert rows(synthetic_db, f"SELECT rtreecheck('rtree_{layer}_geom')") == [("ok",)]
    (missing,) = rows(
        synthetic_db,
        f"SELECT count(*) FROM {layer} WHERE (geom IS NOT NULL) != (fid IN (SELECT id FROM rtree_{layer}_geom))",
    )
    assert missing == (0,)


def test_an_outline_drawn_in_a_desktop_gis_enters_the_index(copy):
    """The triggers call functions that the editing GIS brings: GDAL here."""
    shape = shapely.box(10.0, 50.0, 10.1, 50.1)
    new = gpd.GeoDataFrame(
        {"level": ["commune"], "code": ["99999"], "name": ["Ajoutée"]},
        geometry=[shapely.MultiPolygon([shape])], crs=4326,
    ).rename_geometry("geom")  # fmt: skip
    pyogrio.write_dataframe(new, copy, layer="territory", append=True)
    features = pyogrio.read_dataframe(copy, layer="territory", bbox=(9.9, 49.9, 10.2, 50.2))
    assert features["code"].tolist() == ["99999"]


def test_triggers_are_those_of_the_standard(synthetic_db):
    found = {name for (name,) in rows(synthetic_db, "SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    kinds = ("insert", "update2", "update4", "update5", "update6", "update7", "delete")
    assert found == {f"rtree_{layer}_geom_{kind}" for layer in FEATURES for kind in kinds}


def test_the_files_own_tables_follow_the_standard(synthetic_db):
    assert rows(synthetic_db, "PRAGMA application_id") == [(int.from_bytes(b"GPKG"),)]
    assert rows(synthetic_db, "PRAGMA user_version") == [(10300,)]
    assert rows(synthetic_db, "PRAGMA integrity_check") == [("ok",)]
    assert rows(synthetic_db, "PRAGMA foreign_key_check") == []
    contents = {name: (kind, text, date, srs) for name, kind, text, date, srs in rows(
        synthetic_db, "SELECT table_name, data_type, description, last_change, srs_id FROM gpkg_contents"
    )}  # fmt: skip
    for table in schema.metadata.sorted_tables:
        is_feature = table.name in FEATURES
        assert contents.pop(table.name) == (
            "features" if is_feature else "attributes", table.comment, f"{DATE}T00:00:00.000Z",
            4326 if is_feature else None,
        )  # fmt: skip
    assert contents.pop("layer_styles") == ("attributes", "", f"{DATE}T00:00:00.000Z", None)
    assert contents == {f"isolement_{level}": ("features", "", f"{DATE}T00:00:00.000Z", 4326) for level in DRAWN}
    assert set(rows(synthetic_db, "SELECT * FROM gpkg_extensions")) == {
        (layer, "geom", "gpkg_rtree_index", "http://www.geopackage.org/spec120/#extension_rtree", "write-only")
        for layer in FEATURES
    }
    assert set(rows(synthetic_db, "SELECT * FROM gpkg_geometry_columns")) == {
        *((layer, "geom", kind.upper(), 4326, 0, 0) for layer, kind in FEATURES.items()),
        *((f"isolement_{level}", "geom", "MULTIPOLYGON", 4326, 0, 0) for level in DRAWN),
    }


def test_a_gis_reads_a_title_for_every_table(synthetic_db):
    titles = dict(rows(synthetic_db, "SELECT table_name, identifier FROM gpkg_contents"))
    assert titles["territory"] == "Territoires"
    # The standard asks for titles that differ.
    assert len(set(titles.values())) == len(titles)
    assert not set(titles) & set(titles.values())


def test_unknown_is_null_and_not_a_text(synthetic_db):
    ((lon, geom, kind),) = rows(
        synthetic_db, "SELECT lon, geom, typeof(density) FROM territory WHERE code = ?", WITHOUT_OUTLINE
    )
    assert (lon, geom, kind) == (None, None, "null")
    for column in schema.estimate.columns:
        ((found,),) = rows(synthetic_db, f"SELECT count(*) FROM estimate WHERE {column.name} IN ('nan', 'None', 'NaN')")
        assert found == 0


def test_the_database_itself_refuses_an_impossible_share(copy):
    with closing(sqlite3.connect(copy)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("UPDATE estimate SET share = 12")


def test_what_is_read_back_is_what_was_published(synthetic_db, synthetic_tables):
    back = read_back(str(synthetic_db))
    assert set(back) == set(synthetic_tables)
    for name, frame in back.items():
        assert len(frame) == len(synthetic_tables[name])
    shares = synthetic_tables["estimate"].set_index(["scenario", "definition", "level", "code"])["share"].sort_index()
    again = back["estimate"].set_index(["scenario", "definition", "level", "code"])["share"].sort_index()
    np.testing.assert_array_equal(again.to_numpy(), shares.to_numpy(dtype=float))
    with pytest.raises(DatabaseUnavailable, match="python -m etl build --db"):
        read_back(str(synthetic_db.with_name("other.gpkg")))


# -------------------------------------------------------------------------------------------------------- content hash


def test_a_second_publication_of_the_same_tables_has_the_same_bytes(synthetic_tables, synthetic_db, tmp_path):
    publish(synthetic_tables, str(tmp_path / "again.gpkg"), date=DATE)
    assert fingerprint(tmp_path / "again.gpkg") == fingerprint(synthetic_db)


def test_indexes_are_made_in_the_order_of_their_names(synthetic_db):
    # Each run of Python walks a set in its own order: two files made in one run would not show it.
    with closing(sqlite3.connect(synthetic_db)) as connection:
        made = connection.execute(
            "SELECT tbl_name, name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid"
        ).fetchall()
    declared = [
        (table.name, index.name)
        for table in schema.metadata.sorted_tables
        for index in sorted(table.indexes, key=lambda index: index.name)
        if not index.name.endswith("_geom")
    ]
    assert [pair for pair in made if pair in declared] == declared


def test_the_content_hash_is_in_the_file(synthetic_tables, store):
    assert store.build()["content_hash"] == content_hash(synthetic_tables)


def other(value):
    """Another value of the same type, as close as can be."""
    if isinstance(value, shapely.Geometry):
        return shapely.transform(value, lambda xy: np.nextafter(xy, np.inf))
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1])
    if isinstance(value, str):
        return value + " "
    if isinstance(value, (int, np.integer)):
        return value + 1
    return np.nextafter(float(value), np.inf)


@pytest.mark.parametrize("table", [t for t in schema.metadata.sorted_tables if t.name != "build"], ids=str)
def test_the_content_hash_sees_one_changed_cell_of_any_column(synthetic_tables, table):
    before = content_hash(synthetic_tables)
    frame = synthetic_tables[table.name]
    for column in table.columns:
        is_known = frame[column.name].notna() if column.name in frame else []
        if not any(is_known):
            continue
        row = frame.index[is_known][-1]
        changed = frame.astype({column.name: object})
        changed.at[row, column.name] = other(frame.at[row, column.name])
        assert content_hash(synthetic_tables | {table.name: changed}) != before, column
        if column.nullable:
            changed.at[row, column.name] = None
            assert content_hash(synthetic_tables | {table.name: changed}) != before, f"{column} emptied"


def test_the_content_hash_sees_a_row_less_and_two_rows_swapped(synthetic_tables):
    before, postcodes = content_hash(synthetic_tables), synthetic_tables["postcode"]
    assert content_hash(synthetic_tables | {"postcode": postcodes.iloc[:-1]}) != before
    assert content_hash(synthetic_tables | {"postcode": postcodes.iloc[::-1]}) != before


def test_the_content_hash_does_not_see_the_build_table(synthetic_tables):
    build = synthetic_tables["build"].assign(value="other")
    assert content_hash(synthetic_tables | {"build": build}) == content_hash(synthetic_tables)


# ------------------------------------------------------------------------------------------------- whole or not at all


def with_name(tables, name: str):
    """The same tables, where the France of the new build has another name: how a reader tells old from new."""
    territory = tables["territory"].assign(
        name=tables["territory"]["name"].where(tables["territory"]["code"] != "FR", name)
    )
    return tables | {"territory": territory}


def name_seen(path: Path) -> str:
    return open_store(str(path)).territory("france", "FR").name


def test_a_new_build_takes_the_place_of_the_old_one(copy, synthetic_tables):
    store = open_store(str(copy))
    assert store.territory("france", "FR").name == "France"
    publish(with_name(synthetic_tables, "Nouvelle"), str(copy), date=DATE)
    assert store.territory("france", "FR").name == "Nouvelle"
    assert name_seen(copy) == "Nouvelle"
    assert hidden(copy.parent) == []


def test_a_reader_in_the_middle_of_a_question_keeps_the_old_build(copy, synthetic_tables):
    with closing(sqlite3.connect(f"{copy.as_uri()}?mode=ro", uri=True)) as reader:
        question = reader.execute("SELECT name FROM territory ORDER BY code DESC")
        assert question.fetchone() == ("France",)
        publish(with_name(synthetic_tables, "Nouvelle"), str(copy), date=DATE)
        assert len(question.fetchall()) == len(synthetic_tables["territory"]) - 1
        assert reader.execute("SELECT name FROM territory WHERE code = 'FR'").fetchone() == ("France",)
    assert name_seen(copy) == "Nouvelle"


def test_no_reader_ever_fails_while_builds_are_published(copy, synthetic_tables):
    seen, failures, stop = set(), [], threading.Event()

    def read():
        store = open_store(str(copy))
        while not stop.is_set():
            try:
                seen.add(store.territory("france", "FR").name)
                assert len(store.estimates("commune")) == 60
            except Exception as error:  # whatever it is, no reader may see it
                failures.append(error)
                return

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(4):
        publish(with_name(synthetic_tables, f"Nouvelle {number}"), str(copy), date=DATE)
    stop.set()
    reader.join()
    assert failures == []
    assert seen


def test_a_schema_error_publishes_nothing(copy, synthetic_tables):
    before = fingerprint(copy)
    estimate = synthetic_tables["estimate"].assign(share=12.0, name="?")
    with pytest.raises(SchemaError) as refusal:
        publish(synthetic_tables | {"estimate": estimate}, str(copy), date=DATE)
    assert "table estimate: unexpected columns: name; share: " in str(refusal.value)
    assert fingerprint(copy) == before
    assert hidden(copy.parent) == []


def test_the_problems_of_every_table_are_listed_at_once(synthetic_tables, tmp_path):
    spoilt = synthetic_tables | {
        "estimate": synthetic_tables["estimate"].assign(share=12.0),
        "postcode": synthetic_tables["postcode"].assign(postcode=85000),
    }
    del spoilt["category"]
    with pytest.raises(SchemaError) as refusal:
        publish(spoilt, str(tmp_path / "isolation.gpkg"), date=DATE)
    for part in ("table estimate: share", "table postcode: postcode: text expected", "table category is missing"):
        assert part in str(refusal.value)


@pytest.mark.parametrize("url", ["isolation.sqlite", "isolation", "mysql://host/base", ""])
def test_an_address_of_another_kind_is_refused_with_what_is_allowed(synthetic_tables, url):
    with pytest.raises(UsageError, match=r"a path ending in \.gpkg is expected"):
        publish(synthetic_tables, url, date=DATE)


def test_a_folder_is_made_when_it_is_missing(synthetic_tables, tmp_path):
    publish(synthetic_tables, str(tmp_path / "a" / "b" / "isolation.gpkg"), date=DATE)
    assert name_seen(tmp_path / "a" / "b" / "isolation.gpkg") == "France"


def test_a_folder_with_accents_spaces_and_signs_is_a_folder_like_any_other(synthetic_tables, tmp_path):
    path = tmp_path / "Données d'été 100 % #1 ?" / "isolation.gpkg"
    publish(synthetic_tables, str(path), date=DATE)
    assert name_seen(path) == "France"
    assert len(read_back(str(path))["territory"]) == len(synthetic_tables["territory"])
    assert hidden(path.parent) == []


@pytest.mark.parametrize("place", ["file/isolation.gpkg", "file/deeper/isolation.gpkg", "taken.gpkg"])
def test_a_place_that_cannot_be_written_is_named(synthetic_tables, tmp_path, place):
    (tmp_path / "file").write_text("not a folder")
    (tmp_path / "taken.gpkg").mkdir()
    with pytest.raises(CheckFailed) as refusal:
        publish(synthetic_tables, str(tmp_path / place), date=DATE)
    assert str(tmp_path / place) in str(refusal.value)
    assert "The database that was there is untouched" in str(refusal.value)
    assert hidden(tmp_path) == []


# ---------------------------------------------------------------------------------- in another process, killed or full


@pytest.fixture(scope="module")
def pickled(synthetic_tables, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("tables") / "tables.pickle"
    path.write_bytes(pickle.dumps(with_name(synthetic_tables, "Nouvelle")))
    return path


PUBLISH = """
import pickle, sys, time
from etl.publishing import geopackage
from etl.publishing.publish import publish
tables = pickle.loads(open(sys.argv[1], "rb").read())
{before}
publish(tables, sys.argv[2], date="2025-01-01")
"""


def child(pickled: Path, target: Path, before: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", PUBLISH.format(before=before), str(pickled), str(target)],
        cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


MOMENTS = {
    "in the middle of the tables": "_index_geometry",
    "just before the swap": "_flush",
}


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_a_killed_build_leaves_the_old_database_to_the_byte(copy, pickled, synthetic_tables, moment):
    before = fingerprint(copy)
    killed = child(pickled, copy, f"geopackage.{moment} = lambda *_: (print('here', flush=True), time.sleep(600))")
    assert killed.stdout.readline() == "here\n"
    assert hidden(copy.parent) != []  # it was writing beside
    assert name_seen(copy) == "France"
    killed.send_signal(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    killed.stdout.close()
    killed.stderr.close()
    assert fingerprint(copy) == before
    assert name_seen(copy) == "France"
    (left, *_) = hidden(copy.parent)
    publish(with_name(synthetic_tables, "Suivante"), str(copy), date=DATE)
    assert name_seen(copy) == "Suivante"
    assert left in hidden(copy.parent)  # recent: another build may be writing it
    for name in hidden(copy.parent):
        os.utime(copy.with_name(name), (0, 0))
    publish(synthetic_tables, str(copy), date=DATE)
    assert hidden(copy.parent) == []  # a later build removes what the killed one left


def test_a_file_that_cannot_grow_leaves_the_old_database_and_names_the_disk(copy, pickled):
    """RLIMIT_FSIZE: what a quota does."""
    before = fingerprint(copy)
    limited = child(pickled, copy, "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))")
    _, stderr = limited.communicate()
    assert "CheckFailed" in stderr
    assert f"{copy} could not be written: " in stderr
    assert "disk" in stderr
    assert "The database that was there is untouched" in stderr
    assert fingerprint(copy) == before
    assert hidden(copy.parent) == []


@pytest.fixture
def tiny_disk(tmp_path, synthetic_db):
    """A disk that holds one database and a half."""
    disk = tmp_path / "disk"
    disk.mkdir()
    size = synthetic_db.stat().st_size * 3 // 2
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if done.returncode != 0:
        pytest.skip(f"a tiny disk cannot be mounted here: {done.stderr.decode().strip()}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="mounting a tiny disk needs root")
def test_a_full_disk_leaves_the_old_database_and_says_what_to_do(tiny_disk, synthetic_db, synthetic_tables):
    target = Path(shutil.copy(synthetic_db, tiny_disk / "isolation.gpkg"))
    before = fingerprint(target)
    with pytest.raises(CheckFailed) as refusal:
        publish(with_name(synthetic_tables, "Nouvelle"), str(target), date=DATE)
    assert "the disk is full, free some space" in str(refusal.value)
    assert refusal.value.exit_code == 5
    assert fingerprint(target) == before
    assert name_seen(target) == "France"
    assert hidden(tiny_disk) == []


def test_a_snapshot_is_never_edited(synthetic_snapshots, synthetic_tables):
    """The bytes that were read are still those that were announced."""
    for snapshot in synthetic_snapshots.values():
        assert hashlib.sha256(snapshot.path.read_bytes()).hexdigest() == snapshot.sha256
        assert dataclasses.is_dataclass(snapshot)
    assert set(synthetic_tables["snapshot"]["sha256"]) == {s.sha256 for s in synthetic_snapshots.values()}


def test_publishing_changes_no_frame(synthetic_tables, tmp_path):
    before = {name: frame.copy() for name, frame in synthetic_tables.items()}
    publish(synthetic_tables, str(tmp_path / "isolation.gpkg"), date=DATE)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(synthetic_tables[name], frame)
