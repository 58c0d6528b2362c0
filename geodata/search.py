"""Territories as a reader types them: names, codes, postcodes, former names, and with a slip of the finger."""

import re

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from geodata.names import normalise
from geodata.territory import Level, Part

COLUMNS = ["level", "code", "name", "departement", "region", "residents", "alias"]
"""Columns of an answer. `alias` is the name that answered where it is not the territory's own, else empty."""

EXACT, BEGINS, HOLDS = 100.0, 1.0, 0.01
"""How much more a territory counts, in residents, when the text is its name, begins it, or is among its words. A small
Évry comes after Évry-Courcouronnes; Toul comes before Toulouse."""

HERE = 1_000.0
"""The same for the région that is shown."""

SIMILAR = 80
"""Least similarity (0 to 100, `rapidfuzz.fuzz.ratio`) of a name to a text that no name holds."""

INITIALS = {
    "cc": "communaute de communes",
    "ca": "communaute d agglomeration",
    "cu": "communaute urbaine",
}
"""What a list writes short before the name of an EPCI, as names are compared."""

SHORTEST = 4
"""Shorter texts resemble too many names."""


def search_index(territories: pd.DataFrame, postcodes: pd.DataFrame, aliases: pd.DataFrame) -> pd.DataFrame:
    """Rows to look in, most populous first.

    `territories` (districts of cities among them): level, code, name, departement, region, residents; `postcodes`:
    code_insee, postcode; `aliases`: name, level, code of the territory that it names. One row more an alias.
    """
    codes = postcodes.groupby("code_insee")["postcode"].agg(lambda own: " " + " ".join(sorted(own)) + " ")
    has_postcode = territories["level"].isin([Level.COMMUNE, Part.DISTRICT])
    frame = territories.assign(
        postcodes=territories["code"].where(has_postcode).map(codes).astype(object).fillna(""), alias=""
    )
    names = {level: rows.set_index("code")["name"] for level, rows in frame.groupby("level")}
    own = [frame["departement"].map(names.get("departement", {})), frame["region"].map(names.get("region", {}))]
    frame["place"] = " " + own[0].fillna("").map(normalise) + " " + own[1].fillna("").map(normalise) + " "
    called = aliases.rename(columns={"name": "alias"})[["alias", "level", "code"]]
    also = called.merge(frame.drop(columns=["alias", "postcodes"]), on=["level", "code"]).assign(postcodes="")
    frame = pd.concat([frame, also], ignore_index=True)
    frame["words"] = " " + frame["alias"].where(frame["alias"] != "", frame["name"]).map(normalise) + " "
    return frame.sort_values("residents", ascending=False, na_position="last", kind="stable").reset_index(drop=True)


def search(index: pd.DataFrame, text: str, *, region: str | None = None, limit: int = 8) -> pd.DataFrame:
    """The `limit` best answers of an index to `text`, columns `COLUMNS`; those of `region` first.

    A code or a postcode answers exactly. Otherwise each word must begin a word of the name, or, after the first, of its
    département or région; failing that, the names most alike.
    """
    wanted = normalise(text)
    if not wanted:
        return index.head(0)[COLUMNS]
    exact = (index["alias"] == "") & (
        (index["code"].str.lower() == wanted) | index["postcodes"].str.contains(f" {wanted} ", regex=False)
    )
    if exact.any():
        # A postcode of a city is first that of one of its districts.
        matches = index[exact].sort_values("level", key=lambda level: level != Part.DISTRICT, kind="stable")
        return matches.head(limit)[COLUMNS]
    hits = _named(index, wanted)
    first, _, others = wanted.partition(" ")
    if hits.empty and others and first in INITIALS:
        hits = _named(index, f"{INITIALS[first]} {others}")
    if hits.empty and len(wanted) >= SHORTEST and not re.search(r"\d", wanted):
        hits = _alike(index, wanted)
    weight = hits["weight"] * hits["residents"].fillna(1.0).clip(lower=1.0)
    weight = weight * np.where(hits["region"] == region, HERE, 1.0)
    ordered = hits.assign(weight=weight).sort_values("weight", ascending=False, kind="stable")
    return ordered.drop_duplicates(["level", "code"]).head(limit)[COLUMNS]


def _named(index: pd.DataFrame, wanted: str) -> pd.DataFrame:
    first, *others = wanted.split()
    hit = index["words"].str.contains(f" {first}", regex=False)
    for word in others:
        begins = f" {word}"
        hit &= index["words"].str.contains(begins, regex=False) | index["place"].str.contains(begins, regex=False)
    hits = index[hit]
    states = [hits["words"] == f" {wanted} ", hits["words"].str.startswith(f" {wanted}")]
    return hits.assign(weight=np.select(states, [EXACT, BEGINS], HOLDS))


def _alike(index: pd.DataFrame, wanted: str) -> pd.DataFrame:
    """Ten times fewer residents for each five points of similarity lost."""
    names = index["words"].str.strip().to_list()
    hits = process.extract(wanted, names, scorer=fuzz.ratio, score_cutoff=SIMILAR, limit=50)
    rows, scores = [row for _, _, row in hits], np.array([score for _, score, _ in hits], float)
    return index.iloc[rows].assign(weight=10.0 ** ((scores - 100) / 5))
