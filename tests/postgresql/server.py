"""A PostgreSQL server of the tests' own: on a free port, in a temporary folder, run by somebody who is not root."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import psycopg

USER = "postgres"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    # Nothing here outlives the tests.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


@dataclass(frozen=True)
class Server:
    """Where it listens, the password of its only role, and how it is killed and started again."""

    port: int
    password: str
    restart: Callable[[], None]

    def url(self, database: str, user: str = USER, password: str | None = None) -> str:
        return f"postgresql://{user}:{password or self.password}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """Address of a new database with PostGIS in it, removed afterwards with whoever is still connected."""
        name = f"d{secrets.token_hex(4)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        yield self.url(name)
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def programs() -> Path | None:
    """Folder of the programs of the newest PostgreSQL installed by Debian with PostGIS; None when there is none."""
    controls = Path("/usr/share/postgresql").glob("*/extension/postgis.control")
    versions = sorted(int(path.parts[-3]) for path in controls)
    return Path(f"/usr/lib/postgresql/{versions[-1]}/bin") if versions else None


@contextmanager
def running(bin_: Path, more: Mapping[str, str] = MappingProxyType({})) -> Iterator[Server]:
    """A server whose databases have PostGIS, with `more` settings, ended and removed afterwards."""
    folder, password = Path(tempfile.mkdtemp(prefix="reliance-postgresql-")), secrets.token_hex(8)
    # The server refuses to be root.
    someone = {"user": USER} if os.geteuid() == 0 else {}
    try:
        (folder / "password").write_text(password)
        if someone:
            for path in (folder, folder / "password"):
                shutil.chown(path, USER)
        subprocess.run(
            [bin_ / "initdb", "-D", folder / "data", "-U", USER, "--pwfile", folder / "password", "-A", "scram-sha-256",
             "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
            check=True, cwd=folder, stdout=subprocess.DEVNULL, **someone,
        )  # fmt: skip
        port, started = _free_port(), []
        settings = [part for name, value in {**_SETTINGS, **more}.items() for part in ("-c", f"{name}={value}")]
        command = [bin_ / "postgres", "-D", folder / "data", "-p", str(port), *settings]

        def start() -> None:
            started.append(subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL, **someone))

        def stop(how: signal.Signals) -> None:
            started[-1].send_signal(how)
            started[-1].wait()

        def restart() -> None:
            # At once, with whoever is connected cut off in the middle.
            stop(signal.SIGQUIT)
            start()

        start()
        try:
            server = Server(port, password, restart)
            _prepare(server)
            yield server
        finally:
            stop(signal.SIGINT)
    finally:
        shutil.rmtree(folder)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _prepare(server: Server) -> None:
    """Wait for the first answer; every database made from now on has PostGIS."""
    deadline = time.monotonic() + 30
    while True:
        try:
            with psycopg.connect(server.url("template1"), autocommit=True) as connection:
                connection.execute("CREATE EXTENSION postgis")
                return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
