"""Headers that every answer carries."""

from dash import Dash
from flask import Response


def secure(app: Dash) -> None:
    """Headers of every answer: scripts of this server only, no other host, no framing elsewhere."""
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {' '.join(chr(39) + h + chr(39) for h in _hashes(app))}",
            # dash-mantine-components and AG Grid write style elements.
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    )

    @app.server.after_request
    def headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        return response


def _hashes(app: Dash) -> list[str]:
    return [h.strip("'") for h in app.csp_hashes()]
