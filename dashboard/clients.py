"""Who asks, as far as limits need to know it: the number of an account, or an address."""

import ipaddress

from flask import has_request_context, request

from dashboard.accounts.current_user import acting


def client() -> str:
    """Who asks, where people sign in; else the address, behind a proxy on this machine the one that the proxy says."""
    if not has_request_context():
        return ""
    actor = acting()
    if actor is not None and actor.name is not None:
        return actor.key
    address, forwarded = request.remote_addr or "", request.headers.get("X-Forwarded-For", "")
    return forwarded.rpartition(",")[2].strip()[:64] if forwarded and _is_loopback(address) else address


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
