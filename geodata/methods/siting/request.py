"""What is asked of `geodata.methods.siting.mclp`."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd
from scipy import sparse

from geodata.plan import Aim


@dataclass(frozen=True, eq=False, kw_only=True)
class Floor:
    """What every group of areas (every département) must have at least.

    - `teams`: new teams at sites of the group. One floor of a request may ask for teams.
    - `own_share`: a team counts as its group's where at least this share of the people within its reach live there;
      where fewer sites than the teams need have so many, those that come nearest count. Forced sites always count.
    - `share`: of the people of the group, counting those whom existing sites reach.
    - `inside`: whether only sites of the group count for the share, or sites anywhere.
    - `accompanied`: whether the share is of people accompanied (by sites of the group) or within reach; left out, it is
      what the aim counts.
    - `by`: group of areas and sites, where it is not the one of the request; those it leaves out are in no group. A
      group without people asks for nothing.
    - `people`: those whom the share counts, by area, where they are not the demand: those aged 75 and over, say.
    - `name`: what to call it in a message.
    """

    teams: int = 0
    own_share: float = 0.0
    share: float = 0.0
    inside: bool = True
    accompanied: bool | None = None
    by: pd.Series | None = None
    people: pd.Series | None = None
    name: str = "floor"


@dataclass(frozen=True, eq=False, kw_only=True)
class SitingRequest:
    """What `mclp` is asked: at most `teams` new teams, and what they are for.

    - `demand`: people (>= 0) by area: expected isolated people, or residents.
    - `travel`: pairs with `origin` (area), `destination` (candidate site) and `minutes`, as
      `geodata.methods.travel.travel` makes them from points; a pair that is absent is out of reach, and every
      destination is a candidate. Or a sparse matrix (areas x areas, in the order of `demand`), when every area is a
      candidate: an entry that is not stored is out of reach, a stored zero is the same place.
    - `minutes`: within which a person is reached (inclusive).
    - `aim`: see `Aim`; left out, it is ACCOMPANIED with a capacity and REACHED without.
    - `capacity`: people that one team, new or existing, can accompany (> 0; none, or infinite, without limit). Each
      person is accompanied by one team, which may be any that reaches them; the people of one area may be shared.
    - `teams_at_site`: teams that one site may hold, those of `existing` and `forced` among them.
    - `existing`: candidates that are open already; whom they reach is not newly reached, and they take no team.
      `forced`: candidates that must be chosen; `excluded`: candidates that must not.
    - `by`: group (a département) of every area and of every candidate that may be chosen, for the table of the plan and
      for `floors`.
    - `floors`: one `Floor` or several, which hold together.
    - `cost` (> 0, of a team by candidate) and `budget`, together: what the chosen teams may cost in all.
    - `size` (> 0, residents say, by candidate) and `slack`: where a larger neighbour would lose little, it takes the
      place of a site; all together lose at most this share of what the plan is best at, and of the people reached.
    - `draws`: (areas x draws) demands, each of which could be the true one. Once the plan is found, each draw is solved
      by the better of two heuristics, greedy with exact one-swap and exact one-swap from the plan's sites, and
      `Site.share_of_draws` counts these answers. This takes time beyond `seconds`.
    - `seconds`: how long to look for the plan; checked between steps, so that the last answer may be a little late. A
      search that it cuts says `STOPPED_BY_CLOCK`; any other (`math.inf`) gives the same plan at each call.
    """

    demand: pd.Series
    travel: pd.DataFrame | sparse.sparray | sparse.spmatrix
    teams: int
    minutes: float
    aim: Aim | None = None
    capacity: float | None = None
    teams_at_site: int = 1
    existing: Collection = ()
    forced: Collection = ()
    excluded: Collection = ()
    by: pd.Series | None = None
    floors: Floor | Collection[Floor] = ()
    cost: pd.Series | None = None
    budget: float | None = None
    size: pd.Series | None = None
    slack: float = 0.0
    draws: pd.DataFrame | None = None
    seconds: float = 5.0
