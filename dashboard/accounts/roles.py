"""What an actor may do in a space: one question, `allowed`, and no by default."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is in a space. Each one may do what the one before it may."""

    READER = "reader"
    PLANNER = "planner"
    ADMINISTRATOR = "administrator"


class Action(StrEnum):
    """What a request does."""

    OPEN = "open"
    """Nothing that is anybody's: signing in, the pictures and scripts of the page, whether the server is alive."""

    READ = "read"
    WRITE = "write"
    """Notes, corrections, plans, and computations, which take the machine from others."""

    ADMINISTER = "administer"


MAY: dict[Role, frozenset[Action]] = {
    Role.READER: frozenset({Action.READ}),
    Role.PLANNER: frozenset({Action.READ, Action.WRITE}),
    Role.ADMINISTRATOR: frozenset({Action.READ, Action.WRITE, Action.ADMINISTER}),
}


@dataclass(frozen=True)
class Actor:
    """Who asks. `key` names it in limits and journals; `name` signs what it writes (None: nobody signs in here, the
    role that is typed does); `roles` by space."""

    key: str
    name: str | None
    roles: Mapping[str, Role]


def allowed(actor: Actor | None, action: Action, space: str) -> bool:
    """Whether `actor` (None: nobody) may do this in `space`."""
    if action is Action.OPEN:
        return True
    role = actor.roles.get(space) if actor is not None else None
    return role is not None and action in MAY[role]
