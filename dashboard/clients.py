"""Who asks, as far as limits need to know it: an address, never kept as a person."""

import ipaddress

from flask import has_request_context, request


def client() -> str:
    """The address of who asks; behind a proxy on this machine, the one that the proxy says."""
    if not has_request_context():
        return ""
    asked, told = request.remote_addr or "", request.headers.get("X-Forwarded-For", "")
    return told.rpartition(",")[2].strip()[:64] if told and _is_loopback(asked) else asked


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
