"""The facts of a briefing, asked of the store: one frozen record that goes to JSON, and no sentence.

`brief` asks for the profile and the responses of a territory and for the classes around it, and draws its maps. What is
not known is None or an empty tuple, never zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dashboard.briefing import maps
from dashboard.briefing.issuer import Issuer
from dashboard.briefing.maps import Locator, Map
from dashboard.state import Choice
from dashboard.text.labels import proper_name
from geodata.disclosure import round_people
from geodata.errors import BadInput
from geodata.estimate import Estimate, Verdict, national_verdict
from geodata.need import gap_table, responses
from geodata.pathway import Function, Pathway
from geodata.plan import Plan
from geodata.profile import Profile, profile
from geodata.request import Request
from geodata.response import WEAK, FamilyResponse, Link, Quadrant, Response, Responses
from geodata.service import Family
from geodata.survey import definition_of
from geodata.territory import FRANCE, Level, Territory

if TYPE_CHECKING:
    from geodata.store import Store
    from geodata.workspace import Correction, Version

LEVELS = (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT, Level.REGION)
"""Levels that a briefing is about."""

PAGE = "/territoire"
"""The page that shows the same territory on screen."""

MAP_WIDTH, MAP_HEIGHT = 920, 850
LOCATOR = 260
"""Sizes of the drawings, in tenths of a millimetre."""

MOST_GAPS, MOST_OPTIONS = 5, 3

POPULATION, OLDER = "population", ("population_65_plus",)


@dataclass(frozen=True)
class Observed:
    """A figure that somebody counted."""

    indicator: str
    title: str
    title_en: str
    value: float
    vintage: str
    source: str


@dataclass(frozen=True)
class FamilyLine:
    """What page 2 says of a family beside its response. `residents_per_service` is rounded; `seen_on` is the last date
    at which a source saw one of those that stand in the territory."""

    response: FamilyResponse
    residents_per_service: int | None
    seen_on: str | None


@dataclass(frozen=True)
class Gap:
    """Something that complete sources show to be missing: a family, responses in a place where the need is likely, or
    functions of a pathway.

    `people`: expected isolated people concerned, rounded; None when not known or too few to be printed.
    """

    family: Family | None
    place: str | None
    pathway: Pathway | None
    functions: tuple[Function, ...]
    people: int | None


@dataclass(frozen=True)
class Option:
    """What a saved plan would do here: `teams` of its sites stand in the territory, at `places`, and newly bring
    `reached` people (rounded, None when too few to be printed) within `minutes` of a team."""

    plan: str
    version: int
    name: str
    is_decided: bool
    aim: str
    minutes: float
    teams: int
    places: tuple[str, ...]
    reached: int | None


@dataclass(frozen=True)
class SourceLine:
    """A source that the build read."""

    title: str
    producer: str
    vintage: str | None


@dataclass(frozen=True)
class CategoryTitle:
    """The name of a category in both languages."""

    id: str
    title: str
    title_en: str


@dataclass(frozen=True)
class Briefing:
    """Everything that two pages say of one territory. `parents` are the names of those that hold it, the nearest first;
    `around` is the level of the territories drawn on the map and `mapped_in` the name of the one they lie in; `choice`
    is the path and query of the page that shows the same view, after `address`.
    """

    profile: Profile
    national: Estimate
    against_national: Verdict
    parents: tuple[str, ...]
    population: Observed | None
    older: Observed | None
    people_70: int | None
    responses: Responses
    families: tuple[FamilyLine, ...]
    gaps: tuple[Gap, ...]
    options: tuple[Option, ...]
    categories: tuple[CategoryTitle, ...]
    around: Level
    mapped_in: str
    map: Map | None
    has_services_drawn: bool
    locator: Locator | None
    survey: str
    sources: tuple[SourceLine, ...]
    licences: tuple[str, ...]
    content_hash: str
    cog_vintage: str
    built_on: str | None
    is_synthetic: bool
    issuer: Issuer
    address: str
    choice: str
    printed_on: str

    @property
    def territory(self) -> Territory:
        """The territory that the briefing is about."""
        return self.profile.territory


def brief(
    store: "Store",
    level: Level,
    code: str,
    *,
    choice: Choice,
    printed_on: str,
    issuer: Issuer,
    address: str,
    plans: Sequence["Version"] = (),
    corrections: Sequence["Correction"] = (),
) -> Briefing:
    """The facts of one territory under the definition, scenario, threshold and minutes of travel of `choice`.

    `printed_on` is an ISO date, `address` where readers find the dashboard; `plans` the last save of each, and
    `corrections` what the agency says of the services listed.
    Raises `UnknownTerritory`, `UnknownScenario`, and `BadInput` for the country.
    """
    if level not in LEVELS:
        raise BadInput(f"a briefing is about one of {', '.join(LEVELS)}, not {level}.")
    asked = {"definition": choice.definition, "scenario": choice.scenario, "threshold": choice.threshold}
    found = profile(store, level, code, **asked)
    territory, estimate = found.territory, found.estimate
    within = asked | {"minutes": choice.minutes}
    answered = responses(store, level, code, **within, corrections=corrections)
    own = store.estimates_of([(level, code)], **asked).iloc[0]
    values = store.values(level, code).set_index("id")
    build, services = store.build(), _services(store, territory)
    mapped, outlines = _mapped(store, territory)
    rows = store.estimates_of([(_mesh(level), c) for c in outlines["code"]], **asked)
    titles, sources = store.categories(), _by_tier(store.sources())
    counted = services[services["category"].isin(titles.loc[titles["counts"], "id"])]
    return Briefing(
        profile=found,
        national=store.estimate(Level.FRANCE, FRANCE, **asked),
        against_national=national_verdict(estimate),
        parents=_parents(store, territory),
        population=_observed(values, POPULATION),
        older=next((o for o in (_observed(values, i) for i in OLDER) if o is not None), None),
        people_70=None if pd.isna(own["people_70_plus"]) else int(own["people_70_plus"]),
        responses=answered,
        families=tuple(_family(line, counted, values, territory) for line in answered.families),
        gaps=_gaps(answered, estimate, _in_need(store, territory, outlines["code"], within, tuple(corrections))),
        options=_options(territory, {code} if level is Level.COMMUNE else set(outlines["code"]), plans),
        categories=tuple(CategoryTitle(c.id, c.title, c.title_en) for c in titles.itertuples()),
        around=_mesh(level),
        mapped_in=mapped,
        map=maps.classes_map(
            outlines.assign(name=outlines["name"].map(proper_name)),
            dict(zip(rows["code"], map(Verdict, rows["verdict"]), strict=True)),
            rows.set_index("code")["residents"].astype(float).dropna().to_dict(),
            services,
            here=code if level is Level.COMMUNE else None,
            width=MAP_WIDTH,
            height=MAP_HEIGHT,
        ),
        has_services_drawn=bool(services[["lon", "lat"]].notna().all(axis=1).any()),
        locator=_locator(store, territory),
        survey=definition_of(choice.definition).source,
        sources=tuple(SourceLine(s.title, s.producer, s.vintage) for s in sources.itertuples()),
        licences=tuple(sorted(set(sources["licence"]))),
        content_hash=build.get("content_hash", ""),
        cog_vintage=build.get("cog_vintage", ""),
        built_on=build.get("built_on"),
        is_synthetic=build.get("is_synthetic") == "1",
        issuer=issuer,
        address=address.rstrip("/"),
        choice=link(choice, level, code),
        printed_on=printed_on,
    )


def link(choice: Choice, level: Level, code: str) -> str:
    """Path and query of the page that shows the same territory under the same assumptions, in French."""
    return Choice(
        page=PAGE,
        threshold=choice.threshold,
        definition=choice.definition,
        scenario=choice.scenario,
        minutes=choice.minutes,
        selected=(level, code),
    ).href


# -- what is known ---------------------------------------------------------------------------------------------------


def _observed(values: pd.DataFrame, indicator: str) -> Observed | None:
    if indicator not in values.index:
        return None
    row = values.loc[indicator]
    return Observed(indicator, row["title"], row["title_en"], float(row["value"]), row["vintage"], row["source"])


def _by_tier(sources: pd.DataFrame) -> pd.DataFrame:
    """Territories and census first: what every figure stands on."""
    tiers = ["base", "reference", "official", "agency", "synthetic"]
    return sources.sort_values("tier", key=lambda tier: tier.map(tiers.index), kind="stable")


def _parents(store: "Store", territory: Territory) -> tuple[str, ...]:
    order = list(Level)
    above = (
        (Level.EPCI, territory.epci),
        (Level.DEPARTEMENT, territory.departement),
        (Level.REGION, territory.region),
    )
    wider = [(at, code) for at, code in above if code and order.index(at) > order.index(territory.level)]
    return tuple(dict.fromkeys(store.territory(at, code).name for at, code in wider))


def _services(store: "Store", territory: Territory) -> pd.DataFrame:
    """Services to draw: those around a commune, those that stand in a wider territory, none for a whole région."""
    if territory.level is Level.REGION:
        return store.services_in(Level.COMMUNE, "")
    if territory.level is Level.COMMUNE and territory.epci:
        return store.services_in(Level.EPCI, territory.epci)
    return store.services_in(territory.level, territory.code)


def _family(line: FamilyResponse, services: pd.DataFrame, values: pd.DataFrame, territory: Territory) -> FamilyLine:
    here = services[services["family"] == line.family]
    if territory.level is Level.COMMUNE:
        here = here[here["code_insee"] == territory.code]
    seen = here["seen_on"].dropna()
    residents = values["value"].get(POPULATION)
    a_service = round_people(residents / line.inside) if residents and line.inside else np.nan
    return FamilyLine(
        line,
        None if np.isnan(a_service) else int(a_service),
        None if seen.empty else str(seen.max()),
    )


# -- gaps and options ------------------------------------------------------------------------------------------------


def _in_need(
    store: "Store", territory: Territory, codes: pd.Series, asked: dict, corrections: tuple["Correction", ...]
) -> list[Gap]:
    """Places inside where the need is likely and the responses few, those with the most people first."""
    if territory.level is Level.COMMUNE:
        return []
    table = _crossed(store, store.version(), _mesh(territory.level), territory.region, *asked.values(), corrections)
    found = table[table["code"].isin(codes)].sort_values("people", ascending=False, kind="stable", na_position="last")
    return [
        Gap(None, row.name, None, (), None if pd.isna(row.people) else int(row.people))
        for row in found.head(MOST_GAPS).itertuples(index=False)
    ]


@lru_cache(maxsize=32)
def _crossed(
    store: "Store",
    version: str,
    level: Level,
    region: str,
    definition: str,
    scenario: str,
    threshold: float,
    minutes: float,
    corrections: tuple["Correction", ...],
) -> pd.DataFrame:
    """Places of a région where the need is likely and the responses few: asked once for all briefings of a batch."""
    asked = {"definition": definition, "scenario": scenario, "threshold": threshold, "minutes": minutes}
    table = gap_table(store, level, region, **asked, corrections=corrections)
    return table.loc[table["quadrant"] == Quadrant.FEW, ["code", "name", "people"]]


def _gaps(answered: Responses, estimate: Estimate, places: Sequence[Gap]) -> tuple[Gap, ...]:
    """Families that are weak, then places, then functions that are missing: each kind is heard before the list is full.

    Nobody is counted beside a missing function: those it is for are not the people expected to be isolated.
    """
    families = [
        Gap(line.family, None, None, (), _concerned(line, answered.minutes, estimate))
        for line in answered.families
        if line.response in WEAK
    ]
    missing, named = [], set()
    for pathway in answered.pathways:
        # A function that two pathways lack is named once.
        functions = [r.function for r in pathway.of_state(Link.MISSING) if r.function.categories not in named]
        named.update(function.categories for function in functions)
        if functions:
            missing.append(Gap(None, None, pathway.pathway, tuple(functions), None))
    room = MOST_GAPS - len(families)
    near = list(places[: max(room - min(len(missing), 1), 0)])
    return tuple([*sorted(families, key=lambda gap: -(gap.people or 0)), *near, *missing][:MOST_GAPS])


def _concerned(line: FamilyResponse, minutes: float, estimate: Estimate) -> int | None:
    """Expected isolated people of a weak family: those farther than `minutes`, all of them where it is near but scarce.

    None where part of them is not known, or too few to be printed.
    """
    within = next((isolated for m, _, isolated in line.within if m == minutes), None)
    if line.response is Response.SCARCE:
        return estimate.people
    if within is None or line.unknown_share or estimate.share is None or estimate.residents is None:
        return None
    people = float(round_people(estimate.share * estimate.residents * (1 - within)))
    return None if np.isnan(people) else int(people)


def _options(territory: Territory, communes: set[str], plans: Sequence["Version"]) -> tuple[Option, ...]:
    """Plans with sites here: the decided ones first, then the last saved."""
    found = []
    for saved in sorted(plans, key=lambda v: (v.is_decided, v.saved_on), reverse=True):
        if saved.content["plan"] is None:
            continue
        plan, request = Plan.from_dict(saved.content["plan"]), Request.from_dict(saved.content["request"])
        names = saved.content.get("names", {})
        sites = [
            site
            for site in plan.sites
            if site.id in names and _stands_here(names[site.id], territory, communes, request.region)
        ]
        if sites:
            reached = float(round_people(sum(site.reached for site in sites)))
            found.append(
                Option(
                    saved.plan,
                    saved.version,
                    saved.name,
                    saved.is_decided,
                    request.aim,
                    request.minutes,
                    len(sites),
                    tuple(dict.fromkeys(names[site.id]["commune"] for site in sites)),
                    None if np.isnan(reached) else int(reached),
                )
            )
    return tuple(found[:MOST_OPTIONS])


def _stands_here(site: dict, territory: Territory, communes: set[str], region: str) -> bool:
    if territory.level is Level.REGION:
        return region == territory.code
    if territory.level is Level.DEPARTEMENT:
        return site["departement"] == territory.code
    return site["code_insee"] in communes


# -- maps ------------------------------------------------------------------------------------------------------------


def _mesh(level: Level) -> Level:
    """What the map is made of: communes, and EPCI for a région, whose communes would be too small to be seen."""
    return Level.EPCI if level is Level.REGION else Level.COMMUNE


def _mapped(store: "Store", territory: Territory) -> tuple[str, pd.DataFrame]:
    """The name of what is drawn, and its parts: a commune is drawn among those of its EPCI."""
    level, code, name = territory.level, territory.code, territory.name
    if level is Level.COMMUNE and territory.epci:
        level, code = Level.EPCI, territory.epci
        name = store.territory(level, code).name
    return name, store.outlines(_mesh(territory.level), level, code)


def _locator(store: "Store", territory: Territory) -> Locator | None:
    """Among the départements of its région; a région among the others; overseas, on its own island."""
    here = store.outlines(territory.level, territory.level, territory.code)
    region = None if territory.level is Level.REGION else territory.region
    return maps.locator(_backdrop(store, store.version(), region), here)


@lru_cache(maxsize=32)
def _backdrop(store: "Store", version: str, region: str | None) -> maps.Backdrop | None:
    """Départements of a région, or the régions: drawn once for all briefings of a batch."""
    if region is None:
        around = store.outlines(Level.REGION, Level.FRANCE, FRANCE)
    else:
        around = store.outlines(Level.DEPARTEMENT, Level.REGION, region)
    return maps.backdrop(around, width=LOCATOR, height=LOCATOR)
