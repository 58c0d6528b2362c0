"""What communes can reach, family by family, and what a territory gets of it. The agency's corrections are in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geodata.corrections import Changes, changes
from geodata.errors import BadInput
from geodata.memory import remembered
from geodata.methods import need
from geodata.methods.travel import BOUNDARY_MIN
from geodata.minutes import FLIP_MINUTES, MOST_MINUTES, SHARE_MINUTES
from geodata.question import Question
from geodata.response import (
    FromSquares,
    Quadrant,
    Response,
    is_timed,
)
from geodata.service import Family
from geodata.store import Store
from geodata.territory import Level
from geodata.workspace import Correction

FLIP_QUARTERS = (0.20, 0.25, 0.30)
"""What the flip test asks again with, beside `FLIP_MINUTES`; ranks go over the variants of the access model."""

FAMILIES = tuple(Family)

RESPONSES = (Response.FAR.value, Response.SCARCE.value, Response.PRESENT.value)
"""States whose shares of residents are added up above the commune; the rest is not known."""


@dataclass(frozen=True, eq=False)
class Reach:
    """What each commune of the country can reach. Arrays are (families, communes), NaN or None where nothing is known;
    `timed` says whether the minutes of `travel` mean something (`geodata.response.is_timed`).

    `communes`: name, epci, tvs, departement, region, residents and people, by code.
    """

    communes: pd.DataFrame
    service: np.ndarray
    travel: np.ndarray
    timed: np.ndarray
    complete: np.ndarray
    score: np.ndarray
    peers: np.ndarray
    rank: np.ndarray
    rank_low: np.ndarray
    rank_high: np.ndarray
    squares: "Squares | None" = None

    def of(self, rows: np.ndarray) -> "Reach":
        """Only some communes."""
        arrays = {
            name: getattr(self, name)[:, rows]
            for name in ("service", "travel", "timed", "complete", "score", "peers", "rank", "rank_low", "rank_high")
        }
        return Reach(self.communes.iloc[rows], **arrays, squares=self.squares and self.squares.of(rows))


@dataclass(frozen=True, eq=False)
class Squares:
    """What residents reach from their squares. `share`: of residents within each whole minute from 0, (families,
    communes, minutes), NaN for a commune without squares; `rows`: table `cell_reach` by family and commune."""

    share: np.ndarray
    rows: pd.DataFrame

    def of(self, rows: np.ndarray) -> "Squares | None":
        """Only some communes; None where none of them has squares."""
        share = self.share[:, rows]
        return None if np.isnan(share[..., 0]).all() else Squares(share, self.rows)

    def without(self, family: int, communes: np.ndarray) -> "Squares":
        """Some communes of a family taken out: what they reach has changed."""
        share = self.share.copy()
        share[family, communes] = np.nan
        return Squares(share, self.rows)


def reach_of(store: Store, version: str, question: Question, corrections: tuple[Correction, ...]) -> Reach:
    """What communes reach, corrected; those of the whole country, whose law the question decides."""
    if corrections:
        return _corrected(store, version, question, corrections)
    listed, communes = _listed(store, version), _communes(store, version, question)
    if not communes.index.equals(listed.communes.index):
        listed = listed.of(listed.communes.index.get_indexer(communes.index))
    return replace(listed, communes=communes)


@remembered
def _corrected(store: Store, version: str, question: Question, corrections: tuple[Correction, ...]) -> Reach:
    return _with(reach_of(store, version, question, ()), store, changes_of(store, version, corrections))


@remembered
def _communes(store: Store, version: str, question: Question) -> pd.DataFrame:
    return store.demand(question=question)[["name", "epci", "tvs", "departement", "region", "residents", "people"]]


@remembered
def _listed(store: Store, version: str) -> Reach:
    """What every commune reaches, whatever the question: nothing is said of the communes but their codes."""
    codes = pd.Index(store.territories(Level.COMMUNE)["code"])
    rows = store.family_access()
    rows["timed"] = is_timed(rows["travel_min"], rows["position"])
    at = pd.Index(FAMILIES).get_indexer(rows["family"]), codes.get_indexer(rows["code_insee"])

    def numbers(column: str, missing: float = np.nan) -> np.ndarray:
        values = np.full((len(FAMILIES), len(codes)), missing)
        values[at] = rows[column]
        return values

    def texts(column: str) -> np.ndarray:
        values = np.full((len(FAMILIES), len(codes)), None, dtype=object)
        # One text for all its cells: most services are the nearest of many communes.
        which, labels = pd.factorize(rows[column])
        values[at] = np.array([*labels, None], dtype=object)[which]
        return values

    return Reach(
        communes=pd.DataFrame(index=codes),
        service=texts("service"),
        travel=numbers("travel_min"),
        timed=numbers("timed", 1.0) == 1.0,
        complete=numbers("complete_min", 0.0),
        score=numbers("score"),
        peers=texts("peers"),
        rank=numbers("rank"),
        rank_low=numbers("rank_low"),
        rank_high=numbers("rank_high"),
        squares=_squares(store.cell_reach(), codes),
    )


def _squares(rows: pd.DataFrame, communes: pd.Index) -> Squares | None:
    if rows.empty:
        return None
    share = np.full((len(FAMILIES), len(communes), int(MOST_MINUTES) + 1), np.nan, dtype=np.float32)
    at = pd.Index(FAMILIES).get_indexer(rows["family"]), communes.get_indexer(rows["code_insee"])
    for family, commune, reached, residents in zip(*at, rows["reached"], rows["residents"], strict=True):
        counts = np.array(reached.split(";"), dtype=float)
        share[family, commune, : len(counts)] = counts / residents
        share[family, commune, len(counts) :] = counts[-1] / residents
    return Squares(share, rows.set_index(["family", "code_insee"]).drop(columns="reached"))


@remembered
def changes_of(store: Store, version: str, corrections: tuple[Correction, ...]) -> Changes:
    """What the corrections change in the lists of services."""
    return changes(store, corrections)


def _is_nearer(minutes: float, name: str | None, than: float, other: str | None) -> bool:
    """Whether a service stands before another: nearer or, as near, first by identifier."""
    if np.isnan(minutes):
        return False
    return np.isnan(than) or minutes < than or (minutes == than and str(name) < str(other))


def _with(reach: Reach, store: Store, changed: Changes) -> Reach:
    """What communes reach once the services listed are corrected."""
    codes = reach.communes.index
    categories = store.categories().set_index("id")
    # Without a family here, a category that does not count moves nothing.
    family = categories.loc[categories["counts"], "family"]
    service, travel, timed = reach.service.copy(), reach.travel.copy(), reach.timed.copy()
    # What a commune lost may be replaced by any category of the family; what it gained is only compared.
    lost = codes[np.isin(service.astype(str), list(changed.gone)).any(axis=0)]
    again = changed.over(store.access_of(lost))
    gained = changed.access[~changed.access["code_insee"].isin(lost)]
    squares = reach.squares
    for rows, is_again in ((again[again["code_insee"].isin(lost)], True), (gained, False)):
        closest = rows.assign(family=rows["category"].map(family)).dropna(subset="family")
        closest = closest.sort_values(["travel_min", "service"], kind="stable")
        for row in closest.drop_duplicates(["code_insee", "family"]).itertuples():
            at = FAMILIES.index(Family(row.family)), codes.get_loc(row.code_insee)
            # What squares reach is not worked out again: the commune's own minutes stand for it.
            squares = squares and squares.without(at[0], np.array([at[1]]))
            if is_again or _is_nearer(row.travel_min, row.service, travel[at], service[at]):
                service[at], travel[at] = row.service, row.travel_min
                timed[at] = is_timed(row.travel_min, row.position)
    arrays = {name: getattr(reach, name).copy() for name in ("score", "rank", "rank_low", "rank_high")}
    for name, moves in changed.scores.groupby(changed.scores["category"].map(family)):
        i = FAMILIES.index(Family(name))
        moved = moves.groupby("code_insee")["score"].sum()
        at = codes.get_indexer(moved.index)
        at, moved = at[~np.isnan(reach.score[i, at])], moved[~np.isnan(reach.score[i, at])]
        arrays["score"][i, at] += moved.to_numpy()
        for peers in set(reach.peers[i, at]):
            among = np.flatnonzero(reach.peers[i] == peers)
            among = among[np.argsort(reach.score[i, among], kind="stable")]
            own = at[reach.peers[i, at] == peers]
            # Read on the comparable communes as they are: a few corrections move hardly any of them.
            new = np.interp(arrays["score"][i, own], reach.score[i, among], reach.rank[i, among])
            shift = new - reach.rank[i, own]
            for rank in ("rank", "rank_low", "rank_high"):
                arrays[rank][i, own] = np.clip(arrays[rank][i, own] + shift, 0, 1)
    return replace(reach, service=service, travel=travel, timed=timed, squares=squares, **arrays)


@dataclass(frozen=True, eq=False)
class Grouped:
    """The communes of some territories of a level: what they reach, and the position of the territory of each."""

    level: Level
    count: int
    reach: Reach
    groups: np.ndarray

    def within(self, minutes: float) -> np.ndarray:
        """1 within reach, 0 out of it, NaN not known, (families, communes)."""
        return need.within_reach(self.reach.travel, self.reach.complete, minutes=minutes)

    def responses(self, minutes: float, *, quarter: float = need.QUARTER, rank: np.ndarray | None = None) -> np.ndarray:
        """`Response` codes, (families, territories); `rank` stands for that of the access model shown."""
        own = need.family_response(self.within(minutes), self.reach.rank if rank is None else rank, quarter=quarter)
        if self.level == Level.COMMUNE:
            return self.spread(own, Response.UNKNOWN.value)
        far, scarce, present = self.states(own)
        return need.response_above(far, scarce, present)

    def states(self, own: np.ndarray) -> np.ndarray:
        """Shares of residents in each of `RESPONSES`, (states, families, territories)."""
        return self._shares(own, "residents", RESPONSES)

    def robust(self, quadrant: pd.Series, verdict: np.ndarray, minutes: float, chosen: list[int]) -> np.ndarray:
        """Whether the quadrant stays the same; None where need or response leave nothing to compare.

        Responses only get weaker as a rank falls or the quarter widens, so both ends tell for what lies between.
        """
        same = np.ones(self.count, bool)
        ends = ((max(FLIP_QUARTERS), self.reach.rank_low), (min(FLIP_QUARTERS), self.reach.rank_high))
        for time in sorted({*FLIP_MINUTES, float(minutes)}):
            for quarter, rank in ends:
                other = self.responses(time, quarter=quarter, rank=rank)
                same &= need.quadrant(verdict, need.few(other[chosen])) == quadrant.to_numpy()
        is_compared = quadrant.isin([Quadrant.FEW.value, Quadrant.PRESENT.value]).to_numpy()
        return np.where(is_compared, same, np.array(None))

    def ranked(self) -> np.ndarray:
        """Whether most residents live in a commune whose score is compared, (families, territories)."""
        return self._shares(~np.isnan(self.reach.rank), "residents", (True,))[0] >= need.HALF

    def people(self, minutes: float, who: str) -> np.ndarray:
        """Share of `residents` or `people` out of reach and within reach, (2, families, territories).

        Inside a commune, people expected to be isolated are taken to live where its residents do.
        """
        within = self.within(minutes)
        no, yes = (within == 0).astype(float), (within == 1).astype(float)
        if self.reach.squares is not None:
            share = self.reach.squares.share[:, :, int(minutes)]
            is_absence_certain = self.reach.complete > minutes + BOUNDARY_MIN
            yes = np.where(np.isnan(share), yes, share)
            no = np.where(np.isnan(share), no, np.where(is_absence_certain, 1 - share, 0.0))
        weights = self.reach.communes[who]
        return np.stack(
            [[need.mean_share(row, weights, self.groups, self.count) for row in part] for part in (no, yes)]
        )

    def squares(self, family: int) -> FromSquares | None:
        """What residents of one territory reach from their squares; None where no commune of it has any."""
        if self.reach.squares is None:
            return None
        share = self.reach.squares.share[family]
        has = ~np.isnan(share[:, 0])
        # A commune whose residents are not known weighs nothing, as in `people`.
        residents = self.reach.communes["residents"].fillna(0).to_numpy(float)
        if not (residents * has).sum() > 0:
            return None
        rows = self.reach.squares.rows.loc[FAMILIES[family]].loc[self.reach.communes.index[has]]
        is_square = rows["side_m"] > 0
        mean = np.average(share[has], axis=0, weights=residents[has])
        half = int(np.argmax(mean >= need.HALF)) if mean[-1] >= need.HALF else None
        one = len(rows) == 1 and self.level == Level.COMMUNE
        exact = rows["median_min"].iloc[0] if one else half
        return FromSquares(
            shares=tuple((float(minutes), float(mean[minutes])) for minutes in SHARE_MINUTES),
            median_min=None if exact is None or np.isnan(exact) else float(exact),
            covered=float((residents * has).sum() / residents.sum()),
            squares=int(rows.loc[is_square, "cells"].sum()),
            side_m=int(rows["side_m"].max()),
            imputed=float(np.average(rows["imputed"], weights=residents[has])),
            producer=", ".join(sorted(set(rows["producer"]))),
            vintage=", ".join(sorted(set(rows["vintage"].dropna()))) or None,
            iris=int(rows.loc[~is_square, "cells"].sum()),
        )

    def reached(self, residents: np.ndarray) -> np.ndarray:
        """Whether most residents are within reach, from their shares out and within: 1, 0, NaN where not known."""
        no, yes = residents
        return np.select([yes >= need.HALF, no >= need.HALF], [1.0, 0.0], np.nan)

    def spread(self, values: np.ndarray, missing: object) -> np.ndarray:
        """Values of communes in the order of the territories, (families, communes)."""
        spread = np.full((len(values), self.count), missing, dtype=values.dtype if missing is not None else object)
        spread[:, self.groups] = values
        return spread

    def _shares(self, values: np.ndarray, who: str, codes: Sequence) -> np.ndarray:
        weights = self.reach.communes[who]
        return np.stack([need.shares(row, weights, self.groups, self.count, codes) for row in values], axis=1)


def grouped(reach: Reach, level: Level, codes: Sequence[str]) -> Grouped:
    """The communes of the territories `codes` of a level."""
    communes = reach.communes
    if level == Level.FRANCE:
        return Grouped(level, len(codes), reach, np.zeros(len(communes), int))
    own = communes.index if level == Level.COMMUNE else communes[level.value]
    groups = pd.Index(codes).get_indexer(own)
    rows = np.flatnonzero(groups >= 0)
    return Grouped(level, len(codes), reach.of(rows), groups[rows])


def check(minutes: float, families: Sequence[Family]) -> None:
    """Raises `BadInput` for minutes or families that cannot be asked."""
    if not 0 < minutes <= MOST_MINUTES:
        raise BadInput(f"minutes={minutes}: more than 0 and at most {MOST_MINUTES:g} minutes of travel.")
    if not families:
        raise BadInput(f"families: at least one of {', '.join(FAMILIES)} is expected.")
