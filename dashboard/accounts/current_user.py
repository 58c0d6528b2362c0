"""Who asks, in a callback or a route, and what they may do there."""

from flask import g, has_request_context, request

from dashboard.accounts.roles import Action, Actor, allowed
from dashboard.state import read
from geodata.errors import NotAllowed


def acting() -> Actor | None:
    """Who asks, in a callback or a route."""
    return g.get("actor") if has_request_context() else None


def signed_in() -> str | None:
    """The name of who asks, a person with an account; None where nobody signs in."""
    actor = acting()
    return actor.name if actor else None


def is_signed_in() -> bool:
    """Whether who asks is a person with an account."""
    return signed_in() is not None


def may_administer() -> bool:
    """Whether who asks administers the space that is asked."""
    return allowed(acting(), Action.ADMINISTER, g.space)


def may_write() -> bool:
    """Whether who asks may change what is kept; everybody where nobody signs in."""
    return not is_signed_in() or allowed(acting(), Action.WRITE, g.space)


def way_out() -> str:
    """Address that signs out; empty where another server does it."""
    return f"{g.admission.root}accounts/signout" if g.admission.provider is not None else ""


def may_end(owner: str) -> bool:
    """Whether who asks may end what `owner` (a name or a key) wrote or asked for: their own, or all as administrator;
    everybody where nobody signs in."""
    actor = acting()
    return not is_signed_in() or (actor is not None and owner in (actor.name, actor.key)) or may_administer()


def check_own(owner: str) -> None:
    """Raise `NotAllowed` unless who asks may end what is `owner`'s."""
    if not may_end(owner):
        raise NotAllowed("only who wrote or asked for this, or an administrator, may end it.")


def language() -> str:
    """The language of the page that is asked for."""
    return read("/", request.query_string.decode(errors="replace"))[0].lang
