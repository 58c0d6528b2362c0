"""PostgreSQL: addresses that may be printed, connections, and the lock that makes a swap of tables all or nothing.

An address may hold a password, so it is never printed as given: messages show the server and the database.
"""

from typing import Any

import sqlalchemy as sa

from geodata.errors import BadInput

SCHEMA = "reliance"
"""Schema of the published tables; a build replaces it whole."""

SWAP_LOCK = "hashtext('reliance')"
"""Advisory lock held by every question (shared) and by the swap (alone).

A name is looked up table by table, so a question over two tables could otherwise meet one of each build.
"""

_PREFIX = "postgresql://"
_WAIT_SECONDS = 10


def is_postgresql(url: str) -> bool:
    """Does this address name a PostgreSQL server?"""
    return url.startswith(_PREFIX)


def shown(url: str) -> str:
    """The address as it may be printed: without user, password and options. A path stays as it is."""
    if not is_postgresql(url):
        scheme, is_server, _ = url.partition("://")
        return f"{scheme}://..." if is_server else url
    try:
        address = _parsed(url)
    except BadInput:
        return f"{_PREFIX}..."
    port = f":{address.port}" if address.port else ""
    return f"{_PREFIX}{address.host or ''}{port}/{address.database or ''}"


def connect(url: str, **options: Any) -> sa.Engine:
    """Engine over the server at `url`; `options` are those of SQLAlchemy. Raises `BadInput` for a malformed address."""
    # Here: an eighth of a second that a GeoPackage needs not. Before the first table: it listens to all of them.
    import geoalchemy2  # noqa: F401

    address = _parsed(url).set(drivername="postgresql+psycopg")
    # Plans prepared by the driver would outlive a swap, and a pooler between both would lose them.
    arguments = {"prepare_threshold": None, "connect_timeout": _WAIT_SECONDS}
    given = {name: value for name, value in arguments.items() if name not in address.query}
    engine = sa.create_engine(address, pool_pre_ping=True, connect_args=given, **options)
    sa.event.listen(engine, "connect", _find_postgis)
    return engine


def _find_postgis(connection: Any, record: object) -> None:
    """Look for PostGIS in the schema that its administrator put it in, after those that are searched anyway."""
    with connection.cursor() as cursor:
        cursor.execute(_SEARCH_POSTGIS)
    connection.commit()


_SEARCH_POSTGIS = """
    SELECT set_config('search_path', concat_ws(', ', nullif(current_setting('search_path'), ''), quote_ident(nspname)),
                      false)
    FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
    WHERE extname = 'postgis' AND nspname <> ALL (current_schemas(true))
"""


def reading_engine(url: str) -> sa.Engine:
    """Engine that reads the published tables at `url` and cannot write. A question sees one build from end to end."""
    engine = connect(url, execution_options={"postgresql_readonly": True, "schema_translate_map": {None: SCHEMA}})
    sa.event.listen(engine, "begin", _wait_for_swap)
    return engine


def _wait_for_swap(connection: sa.Connection) -> None:
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({SWAP_LOCK})")


def reason(error: Exception) -> str:
    """What the server or its driver answered, on one line. It may name a host and a role, never a password."""
    return " ".join(str(getattr(error, "orig", error)).split())


def _parsed(url: str) -> sa.URL:
    try:
        address = sa.make_url(url)
    except (ValueError, sa.exc.ArgumentError):
        address = None
    # "@" in a host is the end of a password that was not encoded: nothing of it may be repeated.
    if address is None or "@" in (address.host or ""):
        raise BadInput(
            "the PostgreSQL address cannot be read: postgresql://user:password@host:port/database is expected, with "
            "the signs @ : / ? # % of a password percent-encoded (it can also stay out: PGPASSWORD or ~/.pgpass)."
        ) from None
    return address
