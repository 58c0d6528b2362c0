"""The application under a path of another server: https://host/reliance/ instead of https://host/.

Pages and routes know their own paths only. The prefix is put in front of every address that leaves for a browser, and
taken off every path that comes back, here and nowhere else; a proxy may strip it or keep it.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from dash import Dash
from flask import Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

_ADDRESSES = frozenset({"href", "src", "url", "pathname", "data-source"})
_OUT = frozenset({"/_dash-update-component", "/_dash-layout"})


def mount(app: Dash, prefix: str) -> None:
    """Serve `app` under `prefix`, which begins and ends with /. Nothing changes under / itself."""
    if prefix in ("", "/"):
        return
    server, root = app.server, prefix.rstrip("/")
    server.wsgi_app = _Mounted(server.wsgi_app, root)

    @server.before_request
    def arrive() -> None:
        if request.method == "POST" and request.path in _OUT:
            # Parsed once a request: what is changed here is what callbacks read.
            _strip(request.get_json(silent=True), root)

    @server.after_request
    def leave(answer: Response) -> Response:
        if request.path in _OUT and answer.is_json and answer.status_code == 200:
            answer.set_data(json.dumps(_prefixed(answer.get_json(), root), ensure_ascii=False, separators=(",", ":")))
        return answer

    @server.get("/_root")
    def root_of_prefix() -> BaseResponse:
        return redirect(prefix)


class _Mounted:
    """WSGI: the path below the prefix, and the prefix as the name of the script, whatever the proxy leaves."""

    def __init__(self, inside: Callable, root: str):
        self._inside, self._root = inside, root

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == self._root:
            path = f"{self._root}/_root"
        if path.startswith(f"{self._root}/"):
            path = path.removeprefix(self._root)
        environ["PATH_INFO"], environ["SCRIPT_NAME"] = path, self._root
        return self._inside(environ, start_response)


def _prefixed(value: Any, root: str) -> Any:
    if isinstance(value, list):
        return [_prefixed(one, root) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: root + one
        if name in _ADDRESSES and isinstance(one, str) and one.startswith("/") and not one.startswith("//")
        else _prefixed(one, root)
        for name, one in value.items()
    }


def _strip(body: Any, root: str) -> None:
    for part in ("inputs", "state"):
        for item in body.get(part, []) if isinstance(body, dict) else []:
            if isinstance(item, dict) and item.get("property") == "pathname" and isinstance(item.get("value"), str):
                path = item["value"]
                item["value"] = (path.removeprefix(root) or "/") if f"{path}/".startswith(f"{root}/") else path
