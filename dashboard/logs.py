"""The log: one JSON object a line, with the request it belongs to; bounded, and without what an address may hold."""

import json
import logging
import re
import secrets
import sys
import time
from datetime import UTC, datetime

from flask import Flask, Response, g, has_request_context, request

LONGEST = 4_000
"""Characters of a message or of a trace: what a browser sends must not fill a disk."""

_SECRET = re.compile(r"(?i)(postgres(?:ql)?://)[^\s@/]*@|((?:password|passwd|secret|token)=)[^\s&;,]+")
_IDENTIFIER = re.compile(r"[\w.-]{8,64}", re.ASCII)


class Line(logging.Formatter):
    """A record as one line of JSON: when, level, where, message, request, and the trace of a defect."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the message holds."""
        line = {
            "when": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": shortened(record.getMessage()),
            "request": getattr(record, "request", None) or identifier(),
            **getattr(record, "about", {}),
        }
        if record.exc_info:
            # The end of a trace says what happened.
            line["trace"] = shortened(self.formatException(record.exc_info), is_end_kept=True)
        return json.dumps({name: value for name, value in line.items() if value is not None}, ensure_ascii=False)


def shortened(text: str, *, is_end_kept: bool = False) -> str:
    """A text without passwords, at most `LONGEST` characters."""
    # Far more than is kept: a text of megabytes is not searched whole.
    text = text[-4 * LONGEST :] if is_end_kept else text[: 4 * LONGEST]
    text = _SECRET.sub(lambda match: f"{match[1] or match[2]}...", text)
    if len(text) <= LONGEST:
        return text
    return f"...{text[-LONGEST:]}" if is_end_kept else f"{text[:LONGEST]}..."


def to_standard_error() -> None:
    """Send every record of this process to standard error, one line each."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Line())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for noisy in ("alembic", "fontTools", "waitress.queue"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def identifier() -> str | None:
    """The number of the request that is being answered."""
    return g.get("request_id") if has_request_context() else None


def follow(server: Flask) -> None:
    """Give every request a number, the proxy's when it sends one, and write a line for every answer but pictures."""

    def number() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _IDENTIFIER.fullmatch(given) else secrets.token_hex(8)
        g.started = time.perf_counter()

    server.before_request_funcs.setdefault(None, []).insert(0, number)

    @server.after_request
    def written(answer: Response) -> Response:
        answer.headers["X-Request-ID"] = g.request_id
        about = {
            "method": request.method,
            # Never the query: it may hold what a reader typed.
            "path": request.path[:200],
            "status": answer.status_code,
            "ms": round((time.perf_counter() - g.started) * 1000),
        }
        logging.getLogger("reliance.access").info("answered", extra={"about": about})
        return answer
