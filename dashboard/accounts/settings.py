"""How people are known here: settings of the accounts, from the environment only (some are secrets)."""

import ipaddress
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from geodata.errors import UsageError


class Auth(StrEnum):
    """Who says who comes."""

    LOCAL = "local"
    PROXY = "proxy"
    OIDC = "oidc"


_DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class AccountSettings:
    """`auth`, where the register is (`url`), then what `oidc` and `proxy` need.

    `acr` lists the levels of authentication that are accepted (empty: any). `proxy` is the address of the only machine
    whose header `header` is believed.

    `keep_days` is how old a line of the journal may grow; `keeps_itself` says that older ones are removed without
    anybody asking (`dashboard.retention`).
    """

    auth: Auth = Auth.LOCAL
    url: str = field(default="", repr=False)
    issuer: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    provider: str = ""
    acr: tuple[str, ...] = ()
    proxy: str = ""
    header: str = "X-Remote-User"
    keep_days: int = 365
    keeps_itself: bool = False

    @property
    def signs_in(self) -> bool:
        """Whether people are told apart."""
        return self.auth is not Auth.LOCAL

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "AccountSettings":
        """Settings from `RELIANCE_AUTH`, `RELIANCE_ACCOUNTS`, `RELIANCE_OIDC_*`, `RELIANCE_PROXY*`.

        Raises `UsageError` naming what is missing.
        """
        auth = environ.get("RELIANCE_AUTH", "") or Auth.LOCAL
        if auth not in tuple(Auth):
            raise UsageError(f"RELIANCE_AUTH is « {auth} »: one of {', '.join(Auth)} is expected.")
        months = _count(environ, "RELIANCE_JOURNAL_MONTHS", "months")
        days = _count(environ, "RELIANCE_JOURNAL_DAYS", "days")
        if months and days:
            raise UsageError("RELIANCE_JOURNAL_MONTHS and RELIANCE_JOURNAL_DAYS say the same thing: give one of them.")
        given = cls(
            auth=Auth(auth),
            url=environ.get("RELIANCE_ACCOUNTS", ""),
            issuer=environ.get("RELIANCE_OIDC_ISSUER", ""),
            client_id=environ.get("RELIANCE_OIDC_CLIENT_ID", ""),
            client_secret=_secret(environ),
            provider=environ.get("RELIANCE_OIDC_NAME", ""),
            acr=tuple(filter(None, map(str.strip, environ.get("RELIANCE_OIDC_ACR", "").split(",")))),
            proxy=environ.get("RELIANCE_PROXY", ""),
            header=environ.get("RELIANCE_PROXY_HEADER", "") or cls.header,
            keep_days=math.ceil(months * _DAYS_A_MONTH) or days or cls.keep_days,
            keeps_itself=bool(months),
        )
        if given.auth is Auth.OIDC:
            _check_oidc(given)
        if given.auth is Auth.PROXY:
            _check_proxy(given)
        return given


def _count(environ: Mapping[str, str], name: str, unit: str) -> int:
    """A number from 1, or 0 where nothing is said."""
    given = environ.get(name, "")
    if given and (not given.isdecimal() or not int(given)):
        raise UsageError(f"{name} is « {given} »: a number of {unit} is expected.")
    return int(given or 0)


def _check_oidc(given: AccountSettings) -> None:
    wanted = {
        "RELIANCE_OIDC_ISSUER": given.issuer,
        "RELIANCE_OIDC_CLIENT_ID": given.client_id,
        "RELIANCE_OIDC_CLIENT_SECRET (or _FILE)": given.client_secret,
    }
    if missing := [name for name, value in wanted.items() if not value]:
        raise UsageError(f"RELIANCE_AUTH=oidc also needs {', '.join(missing)}.")
    if not is_private_way(given.issuer):
        raise UsageError(
            f"RELIANCE_OIDC_ISSUER is « {given.issuer} »: an address that begins with https:// is expected."
        )


def _check_proxy(given: AccountSettings) -> None:
    try:
        ipaddress.ip_address(given.proxy)
    except ValueError:
        raise UsageError(
            f"RELIANCE_AUTH=proxy needs RELIANCE_PROXY, the address in digits of the one proxy whose header "
            f"{given.header} is believed (« {given.proxy} » is none): 127.0.0.1 for a proxy on this machine."
        ) from None


def is_private_way(address: str) -> bool:
    """Whether nobody on the way can read what is sent to an address: https, or this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"))


def _secret(environ: Mapping[str, str]) -> str:
    path = environ.get("RELIANCE_OIDC_CLIENT_SECRET_FILE", "")
    if not path:
        return environ.get("RELIANCE_OIDC_CLIENT_SECRET", "")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise UsageError(f"RELIANCE_OIDC_CLIENT_SECRET_FILE {path} cannot be read ({error.strerror}).") from error
