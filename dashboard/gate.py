"""What every request passes before it is answered: the one place that lets it in or refuses it.

A page of another site may send a request from a reader's browser. Each request that could change something therefore
says where it comes from: `Sec-Fetch-Site`, which no page can forge, else `Origin`, which must be this server. What is
no browser sends neither. A host name that is not ours is refused, so that no other name can be made to point here.
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from dashboard import logs
from dashboard.accounts.admission import Admission
from dashboard.i18n import words
from dashboard.settings import Settings
from dashboard.state import read
from geodata.workspace import SIGNED

MOST_BYTES = 8 * 1024 * 1024
"""Of a body: a plan with hundreds of versions is some 2 MB, any other question a few KB."""

UPLOADS = {"/administration/files": 512 * 1024 * 1024}
"""Of a file that an administrator gives: the largest official list is some 300 MB."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_HERE = frozenset({"same-origin", "none"})
_CALLBACKS = "/_dash-update-component"
_LONGEST_NAME = 2_000
_MOST_ITEMS = 400
_OUR_NAMES = ("localhost",)


def guard(
    server: Flask, settings: Settings, admission: Admission, space: str, callbacks: Mapping[str, Mapping]
) -> None:
    """Refuse what must not be answered, before anything reads it: what no page of ours asks, then what `admission` does
    not let this actor do in `space`."""
    server.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    names = _names(settings)

    def check() -> BaseResponse | None:
        _check(callbacks, names)
        return admission.check(space, callbacks)

    # First of all: what is refused here is parsed by nobody.
    server.before_request_funcs.setdefault(None, []).insert(0, check)

    @server.teardown_request
    def unsign(_error: BaseException | None) -> None:
        SIGNED.set(None)

    @server.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        """In words: these are read by a person, or by the log of a proxy."""
        return Response(_sentence(error), error.code, mimetype="text/plain")


def _check(callbacks: Mapping[str, Mapping], names: frozenset[str]) -> None:
    host = _name(request.host)
    if not (host in names or _is_address(host)):
        raise BadRequest("host")
    if request.method in _SAFE:
        return
    if not _is_from_here(names):
        raise Forbidden("another site")
    most = UPLOADS.get(request.path, MOST_BYTES)
    if request.content_length is not None and request.content_length > most:
        raise RequestEntityTooLarge
    request.max_content_length = most
    if request.path.endswith(_CALLBACKS):
        _check_callback(callbacks)


def _is_from_here(names: frozenset[str]) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in _HERE
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    origin_url = urlsplit(origin)
    # Behind a proxy the server is asked by another name than the reader's: that one is in the settings.
    return origin_url.netloc == request.host or (origin_url.hostname in names and origin_url.hostname not in _OUR_NAMES)


def _check_callback(callbacks: Mapping[str, Mapping]) -> None:
    """The body is a question of one of our callbacks: what is not would fail further in, and at length in the log."""
    body = request.get_json(silent=True)
    output = body.get("output") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(output, str) or len(output) > _LONGEST_NAME:
        raise BadRequest("callback")
    if output not in callbacks:
        raise BadRequest("callback")
    for part in ("inputs", "state"):
        given = body.get(part, [])
        if not isinstance(given, list) or len(given) > _MOST_ITEMS:
            raise BadRequest("callback")


def _names(settings: Settings) -> frozenset[str]:
    """Host names that this server answers to, besides addresses in digits, which no name can be made to be."""
    given = (urlsplit(settings.public).hostname or "", settings.host, *settings.hosts.split(","))
    return frozenset(name.strip().lower() for name in (*given, *_OUR_NAMES) if name.strip())


def _name(host: str) -> str:
    """A host without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _is_address(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return False


def _sentence(error: HTTPException) -> str:
    _ = words(read("/", request.query_string.decode(errors="replace"))[0].lang)
    if isinstance(error, RequestEntityTooLarge):
        most = UPLOADS.get(request.path, MOST_BYTES) // 2**20
        return _("This file or this request is too large: %(most)s MB at most.") % {"most": most}
    if isinstance(error, Forbidden):
        return _("This request comes from a page of another site: it was refused, nothing was changed.")
    if error.code == 404:
        return _("There is nothing at this address. Start again from the home page.")
    if error.code == 405:
        return _("This address cannot be asked in this way.")
    if error.description == "host":
        return _("This server does not answer to this name. Its administrator lists its names in RELIANCE_HOSTS.")
    if error.code == 500:
        return _("Something went wrong on the server; the message is in its log under the number %(id)s.") % {
            "id": logs.identifier()
        }
    return _("This request cannot be read.") if error.code == 400 else error.name
