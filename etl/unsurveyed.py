"""The recipe of a country where no survey of isolation is given: territories, residents by square, services, access.

Nothing in it knows a code, a level's name or a projection of its own: a `Country` and its places say them. The
estimate is refused, territory by territory, with its reason; everything that does not need it is told.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from etl import access, provenance
from etl.build import Announce, about_build
from etl.categories import categories
from etl.completeness import completeness
from etl.duplicates import leave_out_counts, merge
from etl.grid.cells import Cells
from etl.grid.reach import CellReach, by_residents
from etl.indicators.aggregation import aggregate, resolved_territories
from etl.indicators.figures import NOTHING_PUBLISHED, Figure
from etl.indicators.tables import declared
from etl.lands import with_lands
from etl.outlines import screen_layers
from etl.pathways import pathway_functions
from etl.publishing.publish import Tables, content_hash
from etl.reading.files import read_files, refuse_left_out
from etl.rejects import reject_frame
from etl.roads import by_road, read_roads, road_reach
from etl.services import commune_at, place
from etl.territories import density, draw_levels
from geodata import schema
from geodata.country import Country
from geodata.cumulation import cumulation_rows
from geodata.errors import BadInput
from geodata.estimate import Kind, Reason
from geodata.indicator import COVERED
from geodata.indicator_catalogue import BY_ID, CATALOGUE, POPULATION, REACHED
from geodata.methods.travel import BOUNDARY_MIN
from geodata.sentences import sentence
from geodata.source import Snapshot, Source
from geodata.survey import DEFINITIONS, reference_of
from geodata.territory import Level

_ABOVE = (Level.EPCI, Level.TVS, Level.DEPARTEMENT, Level.REGION)
STEPS = 7
"""Number of steps announced by `build`."""

ADULT_FROM = 15
"""Age from which a square of the census grid of Europe counts adults: that of the definitions of isolation too."""

ReadCells = Callable[[pd.DataFrame, pd.Series], Cells]
"""Cells of population, from the table of territories and the residents of the smallest ones."""


@dataclass(frozen=True, eq=False)
class Places:
    """What a country is made of.

    `smallest`: territories of the smallest level by code (name, zone, geom in WGS 84, residents, and the codes of what
    each lies in: epci, tvs, departement, region; a departement lies in one region and in one zone); `names` of these by
    level and code. `residents_source`, `residents_vintage`: those of the residents. Rows accepted by source, rejects,
    files read.
    """

    country: Country
    smallest: pd.DataFrame
    names: Mapping[Level, pd.Series]
    residents_source: str
    residents_vintage: str
    accepted: Mapping[Source, int]
    rejects: pd.DataFrame
    snapshots: Sequence[Snapshot]


@dataclass(frozen=True, eq=False)
class Listed:
    """Services of every list (`service_frame`); rows accepted by source, rejects, files read."""

    services: pd.DataFrame
    accepted: Mapping[Source, int]
    rejects: pd.DataFrame
    snapshots: Sequence[Snapshot]


def read_services(official: Mapping[str, Sequence[Snapshot]], modules: Sequence[Any]) -> Listed:
    """What the lists of `modules` found in `official` tell. Raises `BadInput` when no service can be read."""
    frames, accepted, rejects, read = [], {}, [reject_frame("", [])], []
    for module in modules:
        files_read, refused = read_files(module, official.get(module.SOURCE.id, ()))
        rejects += [refused, *(file.rejects for file in files_read)]
        read += [file.snapshot for file in files_read]
        frames += [file.rows for file in files_read]
        if files_read:
            accepted[module.SOURCE] = sum(len(file.rows) for file in files_read)
    listed = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    if listed.empty:
        # A file that was refused whole says why itself.
        refuse_left_out(pd.concat(rejects))
        titles = " ; ".join(module.SOURCE.title for module in modules)
        raise BadInput(sentence("source_needed", title=titles, page=modules[0].SOURCE.page))
    return Listed(listed, accepted, pd.concat(rejects, ignore_index=True), read)


# Sums of BLAS are cut by threads: on one, a machine of any number of cores gives the same last digits.
@threadpool_limits.wrap(limits=1, user_api="blas")
def build(
    places: Places,
    read_cells: ReadCells,
    listed: Listed,
    official: Mapping[str, Sequence[Snapshot]],
    *,
    as_of: date | None = None,
    announce: Announce = lambda step: None,
) -> Tables:
    """Every table of the database. Same files, code and day give the same tables.

    Residents of a smallest territory are those that its file states, else those that its squares count. `official` may
    hold extracts of roads too. `as_of`: the day that the ages of lists are counted to (default: today).
    """
    country = places.country
    announce("step_outlines")
    stated = places.smallest["residents"]
    drawn, _ = draw_levels(country, places.smallest, places.names)
    no_bridge = pd.DataFrame(columns=["code_insee", "code_across"])
    territory = with_lands(drawn.table, no_bridge)

    announce("step_screen")
    layers = screen_layers(drawn.light, country)

    announce("step_squares")
    cells = read_cells(territory, stated)
    counted = cells.frame.groupby("code_insee")["residents"].sum()
    residents = stated.astype(float).fillna(counted.reindex(stated.index).astype(float))
    territory = territory.assign(density=density(territory, residents))

    announce("step_services")
    services, lost = _located(listed.services, territory)
    parent = territory[territory["level"] == Level.COMMUNE].set_index("code")["departement"].to_dict()
    states = completeness(services, sorted({*parent.values()}), as_of=as_of or date.today(), place_of=parent.get)
    once, twice = leave_out_counts(services, states, parent.get)
    supply, far = place(merge(once), territory)
    category = categories().reindex(columns=[column.name for column in schema.category.columns])

    ages = _ages(cells)
    estimate = _refused(territory, _summed(ages["adults"] * residents, residents, territory))

    announce("step_access")
    roads = read_roads(official, territory)
    nearest = by_road(access.nearest_by_category(supply, territory, states), supply, territory, roads)
    adults = estimate[(estimate["level"] == Level.COMMUNE) & (estimate["scenario"] == "default")]
    demand = adults.set_index("code")[["residents"]].assign(people=np.nan)
    shared = access.by_family(nearest, supply, category, territory, demand)
    reached = by_residents(nearest, shared, supply, category, territory, cells, roads)

    announce("step_indicators")
    within = _reached(reached, residents, listed)
    values, definitions, refused = _indicators(places, cells, territory, residents, ages, within)

    rejects = pd.concat(
        [places.rejects, listed.rejects, cells.rejects, lost, twice, far, refused, roads.rejects]
    ).drop_duplicates()
    read = [*places.snapshots, *listed.snapshots, *cells.snapshots, *roads.snapshots]
    accepted = {**places.accepted, **listed.accepted, **cells.accepted, **roads.accepted}
    tables = {table.name: _empty(table) for table in schema.metadata.sorted_tables} | {
        "territory": territory,
        "service": supply,
        "category": category,
        "pathway_function": pathway_functions(),
        "completeness": states,
        "indicator": definitions,
        "indicator_value": values,
        "cumulation": cumulation_rows(definitions, values, territory, residents),
        "estimate": estimate,
        "access": reached.access,
        "family_access": reached.family_access,
        "cell_reach": reached.cell_reach,
        "square_group": reached.square_group,
        "road_reach": road_reach(territory, roads),
        "source": provenance.sources(accepted, rejects, read),
        "snapshot": provenance.snapshots(read),
        "reject": rejects.reset_index(drop=True).assign(id=lambda frame: np.arange(1, len(frame) + 1)),
        "screen_layer": layers,
    }
    announce("step_signature")
    return tables | {"build": about_build(country, content_hash(tables), read)}


def _empty(table: Any) -> pd.DataFrame:
    return pd.DataFrame({column.name: pd.Series(dtype=object) for column in table.columns})


def _located(services: pd.DataFrame, territory: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Services with the territory that their point lies in, and the rejects: those that lie in none."""
    code = commune_at(services, territory)
    rejects = [
        reject_frame(source, [(row.id, row.id, sentence("place_in_no_territory")) for row in rows.itertuples()])
        for source, rows in services[code.isna()].groupby("source", sort=True)
    ]
    kept = services.assign(code_insee=code)[code.notna()].reset_index(drop=True)
    return kept, pd.concat([reject_frame("", []), *rejects], ignore_index=True)


def _ages(cells: Cells) -> pd.DataFrame:
    """What the squares of each territory tell of ages, by code: `counted` residents whose age is told, `aged_65_plus`
    of them, and the share that is `adults`. Nothing where the grid tells no age."""
    bands = ["aged_0_14", "aged_15_64", "aged_65_plus"]
    if not set(bands) <= set(cells.frame):
        return pd.DataFrame({"counted": [], "aged_65_plus": [], "adults": []}, dtype=float)
    bands_by_code = cells.frame.dropna(subset=bands).groupby("code_insee")[bands].sum()
    counted = bands_by_code.sum(axis=1)
    return pd.DataFrame(
        {
            "counted": counted,
            "aged_65_plus": bands_by_code["aged_65_plus"],
            "adults": (1 - bands_by_code["aged_0_14"] / counted).where(counted > 0),
        }
    )


def _indicators(
    places: Places,
    cells: Cells,
    territory: pd.DataFrame,
    residents: pd.Series,
    ages: pd.DataFrame,
    within: Sequence[Figure],
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Rows of `indicator_value` and of `indicator`, and the rejects: residents, what squares tell of ages, and
    who is `within` reach of services."""
    counted = residents.dropna()
    counts = pd.DataFrame({"some": counted, "among": np.nan, "known": 1.0})
    nothing = {"published": NOTHING_PUBLISHED, "resolved_at": Level.COMMUNE.value}
    figures = [
        Figure(POPULATION, places.residents_source, places.residents_vintage, counts, kind=Kind.OBSERVED, **nothing)
    ]
    for source in cells.frame["source"].unique() if len(ages) else ():
        own = ages[ages.index.isin(cells.frame.loc[cells.frame["source"] == source, "code_insee"])]
        share = own["aged_65_plus"] / own["counted"]
        vintage = cells.vintages.get(source, "")
        people = counted.reindex(own.index)
        older = pd.DataFrame({"some": (share * people).round(), "among": people, "known": 1.0}).dropna()
        figures += [
            Figure(BY_ID["share_65_plus"], source, vintage, older[older["among"] > 0], kind=Kind.DERIVED, **nothing),
            Figure(
                BY_ID["population_65_plus"], source, vintage, older.assign(among=np.nan), kind=Kind.DERIVED, **nothing
            ),
        ]
    communes = territory[territory["level"] == Level.COMMUNE].set_index("code")
    # Where nobody told how many live there, a place counts in the coverage of what it lies in as a usual one does.
    weights = residents.fillna(counted.mean())
    above = weights.groupby(communes["departement"]).sum()
    values, rejects = aggregate([*figures, *within], territory, weights, above)
    silent = [(code, code, sentence("residents_not_told")) for code in residents.index[residents.isna()]]
    rejects = pd.concat([rejects, reject_frame(places.residents_source, silent)], ignore_index=True)
    whole = territory.loc[territory["level"] == Level.FRANCE, "code"].iloc[0]
    values = values.assign(code=values["code"].where(values["level"] != Level.FRANCE, whole))
    values = _with_filled(values, places, cells, communes)
    resolved = dict(resolved_territories(values))
    kept = [indicator for indicator in (*CATALOGUE, *REACHED.values()) if indicator.id in resolved]
    definitions = [
        {**declared(indicator), **resolved[indicator.id], "position": position}
        for position, indicator in enumerate(kept, start=1)
    ]
    return values, pd.DataFrame(definitions), rejects


def _reached(reached: CellReach, residents: pd.Series, listed: Listed) -> list[Figure]:
    """Residents within reach of each family: from their squares where there are, else all from the point of theirs."""
    inhabited = residents[residents > 0]
    dates = listed.services["seen_on"].dropna()
    source = ";".join(sorted(listed.services["source"].unique()))
    figures = []
    for (family, minutes), indicator in REACHED.items():
        own = reached.family_access[reached.family_access["family"] == family].set_index("code_insee")["travel_min"]
        share = (own <= minutes + BOUNDARY_MIN).astype(float)
        squares = reached.cell_reach[reached.cell_reach["family"] == family].set_index("code_insee")
        within = squares[f"within_{minutes}"].reindex(share.index).fillna(share)
        among = inhabited.reindex(within.index)
        counts = pd.DataFrame({"some": (within * among).round(), "among": among, "known": 1.0}).dropna()
        if len(counts):
            figures.append(
                Figure(
                    indicator, source, dates.max() if len(dates) else "", counts, NOTHING_PUBLISHED,
                    Level.COMMUNE.value, Kind.DERIVED,
                )
            )  # fmt: skip
    return figures


def _with_filled(values: pd.DataFrame, places: Places, cells: Cells, communes: pd.DataFrame) -> pd.DataFrame:
    """The values where residents that squares told, and no file stated, are said to be theirs, at every level."""
    is_counted = communes.index.isin(places.smallest.index[places.smallest["residents"].isna()])
    filled = communes[is_counted & communes.index.isin(cells.frame["code_insee"])]
    if filled.empty:
        return values
    source = ";".join(sorted(cells.frame.loc[cells.frame["code_insee"].isin(filled.index), "source"].unique()))
    own = [(Level.COMMUNE.value, code) for code in filled.index]
    above = [(level.value, code) for level in _ABOVE for code in filled[level.value].dropna().unique()]
    whole = values.loc[values["level"] == Level.FRANCE, "code"].unique()
    above += [(Level.FRANCE.value, code) for code in whole]
    at = pd.MultiIndex.from_frame(values[["level", "code"]])
    is_people = values["indicator"] == POPULATION.id
    is_own, is_above = (is_people & at.isin(places_) for places_ in (own, above))
    sources = values["source"].mask(is_own, source).mask(is_above, f"{source};{places.residents_source}")
    return values.assign(source=sources, kind=values["kind"].mask(is_own | is_above, Kind.DERIVED.value))


def _summed(people: pd.Series, residents: pd.Series, territory: pd.DataFrame) -> pd.Series:
    """People of every territory by (level, code); missing where they are not known of `COVERED` of the residents."""
    communes = territory[territory["level"] == Level.COMMUNE].set_index("code")
    people, weight = people.reindex(communes.index), residents.reindex(communes.index)
    parts = {(Level.COMMUNE.value, code): value for code, value in people.items()}
    whole = territory.loc[territory["level"] == Level.FRANCE, "code"].iloc[0]
    groups = {level: communes[level.value] for level in _ABOVE}
    groups[Level.FRANCE] = pd.Series(whole, index=communes.index)
    for level, group in groups.items():
        everybody = weight.groupby(group).sum()
        covered = weight.where(people.notna()).groupby(group).sum()
        sums = people.groupby(group).sum().where((covered >= COVERED * everybody) & (everybody > 0))
        parts |= {(level.value, code): value for code, value in sums.items()}
    return pd.Series(parts, dtype=float)


def _refused(territory: pd.DataFrame, adults: pd.Series) -> pd.DataFrame:
    """Rows of table `estimate`: no share anywhere, and why; with the adults where squares tell them."""
    frames = []
    keys = pd.MultiIndex.from_frame(territory[["level", "code"]])
    for definition in DEFINITIONS:
        residents = adults.reindex(keys).to_numpy() if definition.min_age == ADULT_FROM else np.nan
        frames.append(
            territory[["level", "code"]].assign(
                definition=definition.id,
                scenario=reference_of(definition.id).id,
                residents=residents,
                is_extrapolated=0,
                reason=Reason.NO_SURVEY.value,
            )
        )
    return pd.concat(frames, ignore_index=True).reindex(columns=[c.name for c in schema.estimate.columns])
