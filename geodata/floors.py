"""The floors of a request as `geodata.methods.siting` asks for them: by département, EPCI or area, for a public."""

import pandas as pd

from geodata.methods.siting import Floor
from geodata.request import FloorPublic, Request

OWN_SHARE = 0.5
"""A team counts as a département's own where at least half of the people within its reach live there: the floor is for
them. Where no site has so many, the one that comes nearest."""

QUARTER = 0.75
"""The most exposed communes are those of the upper quarter by the number of sides of life that add up."""


def floors(request: Request, communes: pd.DataFrame, sites: pd.DataFrame, people: pd.Series) -> tuple[Floor, ...]:
    """`communes` and `sites` of a case, `people` to reach by commune."""
    if not (request.floor_teams or request.floor_share):
        return ()
    by = pd.concat([communes[request.floor_by], sites[request.floor_by]])
    by = by[~by.index.duplicated()]
    name = f"floor by {request.floor_by}"
    # Two floors, since a group of whose public nobody is known still has its teams.
    teams = Floor(teams=request.floor_teams, own_share=OWN_SHARE, by=by, name=name)
    if not request.floor_share:
        return (teams,)
    share = Floor(
        share=request.floor_share,
        inside=not request.floor_anywhere,
        accompanied=False,
        by=by,
        people=public(request.floor_public, communes, people),
        name=name,
    )
    return (teams, share) if request.floor_teams else (share,)


def public(kind: FloorPublic, communes: pd.DataFrame, people: pd.Series) -> pd.Series | None:
    """Whom a share counts, by commune; None when it is those to reach."""
    if kind == FloorPublic.OLDEST:
        # Where ages are not known, nobody is counted: a share of the others is asked for.
        return communes["residents_75"].fillna(0.0)
    if kind == FloorPublic.EXPOSED:
        return people.where(communes["is_exposed"], 0.0)
    return None
