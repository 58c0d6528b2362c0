"""Headers that every answer carries."""

from collections.abc import Iterable

from flask import Flask, Response


def secure(server: Flask, hashes: Iterable[str] = (), pictures: str = "") -> None:
    """Headers of every answer: scripts of this server only (and those of these `hashes`), no other host but one that
    may give `pictures`, no framing elsewhere."""
    policy = "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *(f"'{name.strip(chr(39))}'" for name in hashes)]),
            # dash-mantine-components and AG Grid write style elements.
            "style-src 'self' 'unsafe-inline'",
            " ".join(filter(None, ["img-src 'self' data: blob:", pictures])),
            "font-src 'self' data:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    )

    @server.after_request
    def headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        return response
