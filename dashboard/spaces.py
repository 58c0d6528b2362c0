"""Spaces: one server, several agencies. A space is a published database, a workspace and their folders, never rows of a
shared one: what is asked in a space can only reach what is its own.

One space is made of the settings themselves. Several are listed in a file (`RELIANCE_SPACES`), one table each:

    [occitanie]
    title = "ARS Occitanie"
    db = "/srv/reliance/occitanie/isolation.gpkg"
    workspace = "/srv/reliance/occitanie/workspace.sqlite"
    data = "/srv/reliance/occitanie/data"
    siret = ["13000846800018"]
    agency = "Agence régionale de santé Occitanie"     # and contact, logo, briefings

Each is served under its own name, /occitanie/ below the prefix of the server.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from dashboard.settings import BRIEFINGS, Settings
from geodata.errors import UsageError
from geodata.postgresql import is_postgresql
from geodata.workspace import workspace_path

SINGLE = "agence"
"""Name of the space of a server that has one only."""

_TEXTS = ("title", "db", "workspace", "data", "briefings", "agency", "contact", "logo")
_RESERVED = frozenset({"accounts", "assets", "healthz", "readyz", "metrics", "administration", "export", "static"})


@dataclass(frozen=True)
class Space:
    """A space: its name in addresses and in the table of roles, its title, the organisations whose staff it is meant
    for (SIRET; empty: not said), and the settings of its application."""

    name: str
    title: str
    settings: Settings
    sirets: tuple[str, ...] = ()


def spaces_of(settings: Settings) -> tuple[Space, ...]:
    """The spaces of a server. Raises `UsageError` with every problem of the file."""
    if not settings.spaces:
        return (Space(SINGLE, settings.agency or "Reliance", settings, settings.sirets),)
    try:
        listed = tomllib.loads(Path(settings.spaces).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"the list of spaces {settings.spaces} cannot be read: {error}") from error
    problems = [problem for name, given in listed.items() for problem in _problems(name, given)]
    problems += [] if listed else ["it lists no space"]
    if not problems:
        spaces = tuple(_space(settings, name, given) for name, given in listed.items())
        problems = list(_shared(spaces))
    if problems:
        raise UsageError(f"the list of spaces {settings.spaces}: {'; '.join(problems)}.")
    return spaces


def _problems(name: str, given: object) -> list[str]:
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", name) or name in _RESERVED:
        return [f"« {name} » is no name for a space: small letters, digits and hyphens, a letter first"]
    if not isinstance(given, dict) or not isinstance(given.get("db"), str):
        return [f"[{name}] lacks db, the address of its database"]
    problems = [f"[{name}] {key} is no text" for key in _TEXTS if not isinstance(given.get(key, ""), str)]
    sirets = given.get("siret", [])
    if not isinstance(sirets, list) or not all(isinstance(s, str) and re.fullmatch(r"\d{14}", s) for s in sirets):
        problems.append(f"[{name}] siret is no list of numbers of 14 digits in quotes")
    return problems + [f"[{name}] knows no « {key} »" for key in given if key not in (*_TEXTS, "siret")]


def _space(settings: Settings, name: str, given: dict) -> Space:
    workspace = given.get("workspace") or _named(workspace_path(given["db"]), name, given["db"])
    folder = Path(f"var/{name}" if is_postgresql(workspace) else workspace).parent
    own = replace(
        settings,
        db=given["db"],
        workspace=workspace,
        data=given.get("data") or str(folder / "data"),
        briefings=given.get("briefings") or str(folder / f"{BRIEFINGS}-{name}"),
        agency=given.get("agency") or given.get("title") or "",
        contact=given.get("contact", ""),
        logo=given.get("logo", ""),
        prefix=f"{settings.prefix}{name}/",
        public=f"{settings.public.rstrip('/')}/{name}/",
    )
    return Space(name, given.get("title") or name, own, tuple(given.get("siret", ())))


def _named(path: str, name: str, db: str) -> str:
    """The default workspace of a database; of a server, one file a space."""
    return str(Path(path).with_name(f"workspace-{name}.sqlite")) if is_postgresql(db) else path


def _shared(spaces: tuple[Space, ...]) -> Iterator[str]:
    for what in ("db", "workspace", "data", "briefings"):
        owners: dict[str, str] = {}
        for space in spaces:
            value = getattr(space.settings, what)
            place = value if is_postgresql(value) else str(Path(value).resolve())
            if place in owners:
                yield f"[{owners[place]}] and [{space.name}] have the same {what}: what one writes the other would read"
            owners[place] = space.name
