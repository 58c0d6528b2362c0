"""Whom each care pathway is for in a territory, in people of the territory itself."""

import numpy as np
import pandas as pd

from geodata.disclosure import is_disclosable, round_people, three_digits
from geodata.estimate import Kind
from geodata.memory import remembered
from geodata.pathway import PREVALENCE, PUBLIC, Concerned, Pathway
from geodata.store import Store
from geodata.territory import Level

_ORDER = list(Level)


def people_concerned(store: Store, level: Level, code: str) -> dict[Pathway, Concerned]:
    """The public of each pathway that has one here: none where nobody counts it, where a wider territory lends its
    figure, or where it is under the least that is printed. Raises `UnknownTerritory`."""
    values = store.values(level, code)
    wider = {one.value for one in _ORDER[_ORDER.index(level) + 1 :]}
    own = values[~values["resolved_at"].isin(wider) & values["numerator"].notna()].set_index("id")
    counted = {pathway: _counted(store, own, indicator) for pathway, indicator in PUBLIC.items()}
    expected = {pathway: _expected(own, pathway) for pathway in PREVALENCE}
    return {pathway: people for pathway, people in (counted | expected).items() if people is not None}


def _counted(store: Store, own: pd.DataFrame, indicator: str) -> Concerned | None:
    if indicator not in own.index:
        return None
    row = own.loc[indicator]
    if not is_disclosable(row["numerator"], row["denominator"]):
        return None
    named, sources = _titles(store, store.version())
    title = named[indicator]
    return Concerned(
        people=three_digits(float(row["numerator"])),
        share=float(row["value"]),
        title=title[:1].lower() + title[1:],
        title_en=row["title_en"],
        kind=Kind(row["kind"]).value,
        vintage=row["vintage"],
        source=sources.get(row["source"], row["source"]),
    )


def _expected(own: pd.DataFrame, pathway: Pathway) -> Concerned | None:
    rate = PREVALENCE[pathway]
    if not set(rate.of) <= set(own.index):
        return None
    people = float(round_people(rate.share * own.loc[list(rate.of), "numerator"].sum()))
    if np.isnan(people):
        return None
    return Concerned(int(people), None, rate.title, rate.title_en, Kind.MODELLED.value, rate.vintage, rate.source)


@remembered
def _titles(store: Store, version: str) -> tuple[dict[str, str], dict[str, str]]:
    """What the numerator of each indicator counts, and the title of each source."""
    indicators, sources = store.indicators(), store.sources()
    return (
        dict(zip(indicators["id"], indicators["numerator"], strict=True)),
        dict(zip(sources["id"], sources["title"], strict=True)),
    )
