"""Settings of the dashboard: one frozen value, made once in `app.py` and passed down."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from geodata.errors import UsageError
from geodata.postgresql import is_postgresql, shown
from geodata.workspace import beside

DEFAULT_DB = "var/isolation.gpkg"
BRIEFINGS = "briefings"


@dataclass(frozen=True)
class Settings:
    """Where the database and the workspace are, where to serve, and with how many threads.

    On briefings: `public` is the address that readers use, `agency`, `contact` (lines between `|`) and `logo` (a file)
    say who issues them, `briefings` is the folder of batches of them.
    """

    # An address may hold a password.
    db: str = field(default=DEFAULT_DB, repr=False)
    workspace: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = 8050
    threads: int = 8
    public: str = ""
    briefings: str = ""
    agency: str = ""
    contact: str = ""
    logo: str = ""

    @classmethod
    def from_env(cls, environ: Mapping[str, str], argv: Sequence[str] = ()) -> "Settings":
        """Settings from `RELIANCE_DB`, `_WORKSPACE`, `_HOST`, `_PORT`, `_THREADS`, then from the command line.

        Raises `UsageError` when a number is not one.
        """
        given = {
            name: environ[f"RELIANCE_{name.upper()}"] for name in _FIELDS if environ.get(f"RELIANCE_{name.upper()}")
        }
        settings = replace(
            cls(), **{name: _number(name, value) if name in _NUMBERS else value for name, value in given.items()}
        )
        parser = argparse.ArgumentParser(prog="python app.py", description="Serve the Reliance dashboard.")
        parser.add_argument(
            "--db", default=settings.db, help=f"path ending in .gpkg, or postgresql://... ({shown(settings.db)})"
        )
        parser.add_argument(
            "--workspace",
            default=settings.workspace,
            help="plans and corrections of users: path ending in .sqlite, or postgresql://... "
            "(default: workspace.sqlite beside the database)",
        )
        parser.add_argument("--host", default=settings.host, help="address to listen on (%(default)s)")
        parser.add_argument("--port", default=settings.port, type=int, help="port to listen on (%(default)s)")
        parser.add_argument(
            "--threads", default=settings.threads, type=int, help="requests answered at once (%(default)s)"
        )
        parser.add_argument(
            "--public", default=settings.public, help="address that readers use, printed on briefings (the one served)"
        )
        parser.add_argument(
            "--briefings",
            default=settings.briefings,
            help=f"folder of batches of briefings (default: {BRIEFINGS} beside the workspace)",
        )
        for name, help_ in _ISSUER.items():
            parser.add_argument(f"--{name}", default=getattr(settings, name), help=help_)
        given = cls(**vars(parser.parse_args(argv)))
        workspace = given.workspace or beside(given.db)
        # A server's workspace is no folder.
        folder = Path(DEFAULT_DB if is_postgresql(workspace) else workspace).parent
        return replace(
            given,
            workspace=workspace,
            public=given.public or given.address,
            briefings=given.briefings or str(folder / BRIEFINGS),
        )

    @property
    def address(self) -> str:
        """Address to open in a browser."""
        host = "127.0.0.1" if self.host in ("", "0.0.0.0", "::") else self.host
        return f"http://{host}:{self.port}/"


_ISSUER = {
    "agency": "name of the agency, printed on briefings",
    "contact": "whom to contact: lines between |, printed on briefings",
    "logo": "picture printed on briefings (SVG, PNG or JPEG)",
}
_FIELDS = ("db", "workspace", "host", "port", "threads", "public", "briefings", *_ISSUER)
_NUMBERS = ("port", "threads")


def _number(name: str, value: str) -> int:
    if not value.isdigit():
        raise UsageError(f"RELIANCE_{name.upper()} is « {value} »: a whole number is expected.")
    return int(value)
