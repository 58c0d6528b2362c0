"""Settings of the dashboard: one frozen value, made once in `app.py` and passed down."""

import argparse
import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dashboard.accounts.settings import AccountSettings, Auth, is_private_way
from geodata.errors import UsageError
from geodata.postgresql import is_postgresql, shown
from geodata.workspace import workspace_path

DEFAULT_DB = "var/isolation.gpkg"
BRIEFINGS = "briefings"
DATA = "data"
ACCOUNTS = "accounts.sqlite"


@dataclass(frozen=True)
class Settings:
    """Where the database and the workspace are, where to serve, and with how many threads.

    On briefings: `public` is the address that readers use, `agency`, `contact` (lines between `|`) and `logo` (a file)
    say who issues them, `briefings` is the folder of batches of them. `basemap` is drawn under the maps of the screen
    (`dashboard.basemap`), `basemap_attribution` says whose it is.

    On hosting: `prefix` is the path under which a proxy serves the application (that of `public` by default), `hosts`
    lists further names that readers may ask for (commas between), `open` says that any machine of the network may
    read and write without an account. `spaces` is the file that lists several agencies (`dashboard.spaces`), `data` the
    folder of source files of the only one, `sirets` its organisations, `accounts` how people are known.
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
    basemap: str = ""
    basemap_attribution: str = ""
    prefix: str = ""
    hosts: str = ""
    open: bool = False
    spaces: str = ""
    data: str = ""
    sirets: tuple[str, ...] = ()
    accounts: AccountSettings = field(default_factory=AccountSettings)

    @classmethod
    def from_env(cls, environ: Mapping[str, str], argv: Sequence[str] = ()) -> "Settings":
        """Settings from `RELIANCE_DB`, `_WORKSPACE`, `_HOST`, `_PORT`, `_THREADS`, then from the command line.

        Raises `UsageError` when a number is not one.
        """
        given = {
            name: environ[f"RELIANCE_{name.upper()}"] for name in _FIELDS if environ.get(f"RELIANCE_{name.upper()}")
        }
        accounts = AccountSettings.from_env(environ)
        values: dict[str, Any] = {name: _READ.get(name, str)(value) for name, value in given.items()}
        settings = replace(cls(), **values)
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
        for name, help_ in (_ISSUER | _GROUND | _HOSTING).items():
            parser.add_argument(f"--{name.replace('_', '-')}", default=getattr(settings, name), help=help_)
        parser.add_argument(
            "--open",
            action="store_true",
            default=settings.open,
            help="serve other machines although nobody signs in: whoever reaches the address reads and writes all",
        )
        chosen = replace(settings, **vars(parser.parse_args(argv)), accounts=accounts)
        _refuse_open(chosen)
        workspace = chosen.workspace or workspace_path(chosen.db)
        # A server's workspace is no folder.
        folder = Path(DEFAULT_DB if is_postgresql(workspace) else workspace).parent
        register = accounts.url or str(folder / ACCOUNTS)
        if accounts.auth is Auth.OIDC and not is_private_way(chosen.public or chosen.address):
            raise UsageError(
                f"RELIANCE_AUTH=oidc needs RELIANCE_PUBLIC, the https address that readers use (« {chosen.public} »): "
                "the provider sends them back there."
            )
        return replace(
            chosen,
            accounts=replace(accounts, url=register),
            data=chosen.data or str(folder / DATA),
            workspace=workspace,
            public=chosen.public or chosen.address,
            prefix=_path(chosen.prefix or urlsplit(chosen.public).path),
            briefings=chosen.briefings or str(folder / BRIEFINGS),
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
_GROUND = {
    "basemap": "base map under the maps: a PMTiles archive of pictures, or an address with {z}, {x} and {y}",
    "basemap_attribution": "whose map it is, shown on every map (default: what the archive says)",
}
_HOSTING = {
    "prefix": "path under which a proxy serves the application, as /reliance/ (default: the path of --public)",
    "hosts": "further names that this server answers to, commas between",
}
_FIELDS = (
    *("db", "workspace", "host", "port", "threads", "public", "briefings", "open", "spaces", "data", "sirets"),
    *_ISSUER,
    *_GROUND,
    *_HOSTING,
)
_READ: dict[str, Callable[[str], object]] = {
    "port": lambda text: _number("port", text),
    "threads": lambda text: _number("threads", text),
    "sirets": lambda text: tuple(filter(None, map(str.strip, text.split(",")))),
    "open": lambda text: _truth("open", text),
}


def _refuse_open(given: Settings) -> None:
    if given.open or given.accounts.signs_in or _is_loopback(given.host):
        return
    raise UsageError(
        f"--host {given.host} lets other machines in, and no account is configured: whoever reaches it reads and "
        "writes everything. Let people sign in (RELIANCE_AUTH=oidc or proxy, docs/operations.md), serve on 127.0.0.1, "
        "or add --open (RELIANCE_OPEN=1) when the network itself is trusted."
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _path(prefix: str) -> str:
    """A prefix with one / at each end."""
    inside = prefix.strip("/")
    if not re.fullmatch(r"[\w.~/-]*", inside, re.ASCII) or "//" in inside or ".." in inside:
        raise UsageError(f"the prefix « {prefix} » is not a path: letters, digits, - _ . ~ and / are expected.")
    return f"/{inside}/" if inside else "/"


def _truth(name: str, value: str) -> bool:
    if value.lower() in ("1", "yes", "true", "on"):
        return True
    if value.lower() in ("0", "no", "false", "off"):
        return False
    raise UsageError(f"RELIANCE_{name.upper()} is « {value} »: 1 or 0 is expected.")


def _number(name: str, value: str) -> int:
    if not value.isdigit():
        raise UsageError(f"RELIANCE_{name.upper()} is « {value} »: a whole number is expected.")
    return int(value)
