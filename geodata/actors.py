"""Bodies that can act on a territory, by name: whose business it is, from the département and the région it lies in.

`actors.csv` says which pension fund (Carsat), farmers' fund (MSA) and council each département has, and the EPCI that
holds a council's powers `inside` a département (Lyon: CGCT, art. L. 3641-2). It is the project's own table of how these
networks divide France, not a producer's file: an agency corrects it where a fund has merged.
"""

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).with_suffix(".csv")


class Role(StrEnum):
    """What a body is to a territory."""

    ARS = "ars"
    COUNCIL = "council"
    DISABILITY = "disability"
    PENSION = "pension"
    FARMERS = "farmers"


@dataclass(frozen=True)
class Actor:
    """A body by its name. `where` is the département whose office it is; None for one of the whole région."""

    role: Role
    name: str
    where: str | None


COUNCIL = "Conseil départemental"
"""The council of a département that the table gives no other name."""


def actors(
    departement: str | None, departement_name: str | None, region_name: str | None, epci: str | None = None
) -> tuple[Actor, ...]:
    """The bodies of a territory that lies in this département, région and EPCI; None for one that holds several.

    A département that the table does not know has its agency, its council and its MDPH only. The agency of a région of
    one département has no office for it.
    """
    office = None if departement_name == region_name else departement_name
    members = [Actor(Role.ARS, f"ARS {region_name}", office)] if region_name else []
    if departement is None or departement_name is None:
        return tuple(members)
    row = _rows().get(epci or "") or _rows().get(departement, {})
    councils = [row.get("council") or COUNCIL]
    if epci is None:
        councils += [other["council"] for other in _rows().values() if other["inside"] == departement]
    members += [Actor(Role.COUNCIL, name, departement_name) for name in councils]
    members.append(Actor(Role.DISABILITY, "MDPH", departement_name))
    for role, column in ((Role.PENSION, "pension_fund"), (Role.FARMERS, "farmers_fund")):
        if row.get(column):
            members.append(Actor(role, row[column], None))
    return tuple(members)


@lru_cache(maxsize=1)
def _rows() -> dict[str, dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["territory"]: row for row in csv.DictReader(file)}
