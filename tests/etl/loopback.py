"""A server on this machine that answers as official sites do on their bad days. Nothing leaves the machine."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[["Request"], None]


@dataclass
class Site:
    """What the server holds (`files` by path), how it answers next (`script`, one answer a request), what was asked."""

    files: dict[str, bytes] = field(default_factory=dict)
    script: list[Answer] = field(default_factory=list)
    requests: list[dict[str, str]] = field(default_factory=list)
    address: str = ""


class Request(BaseHTTPRequestHandler):
    """One request: a scripted answer when there is one left, else the file, whole or from a byte on."""

    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        self.site.requests.append({name.lower(): value for name, value in self.headers.items()} | {"path": self.path})
        answer = self.site.script.pop(0) if self.site.script else file_as_it_is
        answer(self)
        self.close_connection = True

    def log_message(self, *arguments) -> None:
        """Say nothing on the test's screen."""

    @property
    def body(self) -> bytes:
        return self.site.files[self.path]

    def send(self, status: int, body: bytes = b"", length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def tag(body: bytes) -> str:
    return f'"{hashlib.md5(body).hexdigest()}"'


def file_as_it_is(request: Request) -> None:
    """The file, 304 when it is already there, the rest of it when a part is."""
    if request.path not in request.site.files:
        request.send(404, b"nothing here")
        return
    body, etag = request.body, tag(request.body)
    if request.headers.get("If-None-Match") == etag:
        request.send(304, ETag=etag)
    elif "Range" in request.headers and request.headers.get("If-Range") == etag:
        start = int(request.headers["Range"].removeprefix("bytes=").rstrip("-"))
        request.send(
            206, body[start:], ETag=etag, Content_Range=f"bytes {start}-{len(body) - 1}/{len(body)}"
        )  # fmt: skip
    else:
        request.send(200, body, ETag=etag)


def truncated(at: int) -> Answer:
    """The first bytes only, though the whole length is announced."""
    return lambda request: request.send(
        200, request.body[:at], length=len(request.body), ETag=tag(request.body)
    )  # fmt: skip


def without_tag(at: int) -> Answer:
    """The first bytes only, and nothing to recognise the version."""
    return lambda request: request.send(200, request.body[:at], length=len(request.body))


def weakly_tagged(at: int) -> Answer:
    """The first bytes only, under a tag that does not promise the same bytes."""
    return lambda request: request.send(200, request.body[:at], length=len(request.body), ETag="W/" + tag(request.body))


def stalled(at: int, seconds: float) -> Answer:
    """The first bytes, then nothing for a while."""

    def answer(request: Request) -> None:
        request.send(200, request.body[:at], length=len(request.body), ETag=tag(request.body))
        time.sleep(seconds)

    return answer


def status(code: int, **headers: str) -> Answer:
    """A status and nothing else."""
    return lambda request: request.send(code, b"not now", **headers)


def redirected(path: str) -> Answer:
    """The file is at another path."""
    return lambda request: request.send(302, Location=path)


def web_page(content_type: str) -> Answer:
    """A page of excuses, under one content type or another."""
    page = b"<!DOCTYPE html><html><body>Maintenance</body></html>"
    return lambda request: request.send(200, page, Content_Type=content_type)


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """Serve the site on a free port of the loopback interface."""
    handler = type("Handler", (Request,), {"site": site})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    site.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
