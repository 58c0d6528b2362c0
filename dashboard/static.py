"""Scripts and styles: kept by browsers as long as their address stands, and pressed as hard as Brotli can."""

from concurrent.futures import ThreadPoolExecutor

import brotli
from flask import Flask, Response, request

from dashboard.api import FOREVER

_FOLDERS = ("/assets/", "/_dash-component-suites/")
_MIMETYPES = ("text/javascript", "application/javascript", "text/css")
_LEAST = 500
"""Bytes under which pressing gains nothing."""
QUALITY = 11
"""How hard Brotli tries: as hard as it can."""


def press(server: Flask) -> None:
    """Send each file pressed from its second reader on: one takes up to 1.5 s of processor, a fifth less to send.

    The first reader gets what flask-compress makes of it in a moment. An address that changes with the file (Dash puts
    its version or its date there) is kept for a year.
    """
    pressed: dict[tuple[str, int], bytes | None] = {}
    # One at a time, and only once a process serves: threads do not survive a fork.
    beside = ThreadPoolExecutor(1, "press")

    @server.after_request
    def send(answer: Response) -> Response:
        is_file = request.path.startswith(_FOLDERS) and answer.status_code == 200
        if not is_file or answer.mimetype not in _MIMETYPES:
            return answer
        if "m" in request.args:
            answer.headers["Cache-Control"] = FOREVER
        if "br" not in request.accept_encodings or request.method != "GET":
            return answer
        answer.direct_passthrough = False
        body = answer.get_data()
        key = (request.path, len(body))
        if key not in pressed and len(body) >= _LEAST:
            pressed[key] = None
            beside.submit(lambda: pressed.update({key: brotli.compress(body, quality=QUALITY)}))
        if (small := pressed.get(key)) is not None:
            answer.set_data(small)
            answer.headers["Content-Encoding"] = "br"
            answer.headers.add("Vary", "Accept-Encoding")
        return answer
