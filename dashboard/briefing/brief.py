"""The facts of a briefing, asked of the store: the profile and the responses of a territory, the classes around it, its
maps. What is not known is None or an empty tuple, never zero.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dashboard.briefing import maps
from dashboard.briefing.content import (
    NEAREST,
    Briefing,
    CategoryTitle,
    FamilyLine,
    Observed,
    Sides,
    SourceLine,
)
from dashboard.briefing.gaps import gaps, in_need
from dashboard.briefing.issuer import Issuer
from dashboard.briefing.options import options
from dashboard.briefing.outlines import drawn, locator, mapped, mesh_of
from dashboard.state import Choice
from geodata.actors import Actor, actors
from geodata.countries import is_french
from geodata.cumulation import QUARTER, is_exposed
from geodata.disclosure import MIN_PEOPLE, is_disclosable
from geodata.district import District, district
from geodata.errors import NobodyHere, NoSheetHere
from geodata.estimate import Kind, Reason, Verdict, national_verdict
from geodata.indicator_catalogue import DENSITY
from geodata.memory import remembered
from geodata.need import responses
from geodata.profile import Profile, profile
from geodata.response import WEAK, FamilyResponse, Link, Response, Responses
from geodata.risk import RiskFactor
from geodata.steps import ALONE, CITY_FROM, circumstances, steps
from geodata.store.reader import of_one_build
from geodata.survey import definition_of
from geodata.territory import FRANCE, Level, Part, Territory
from geodata.workspace.records import Remark

if TYPE_CHECKING:
    from geodata.store import Store
    from geodata.workspace import Correction, Version

PAGE = "/territoire"
"""The page that shows the same territory on screen."""

MAP_WIDTH, MAP_HEIGHT = 920, 850
"""Size of the map, in tenths of a millimetre."""

POPULATION = "population"

PEOPLE = {
    "population_65_plus": "value",
    "living_alone_share_80_plus": "numerator",
    "living_alone_share": "numerator",
    "share_75_plus": "numerator",
    "unemployed_share_of_active": "numerator",
    "population_20_64": "value",
}
"""Figures of people that page 1 may print, the most telling first, and the column that counts them."""

MOST_FIGURES = 2

REGISTERED = ("asso_entraide", "asso_sante", "asso_interventions_sociales", "asso_caritative", "asso_familles_aines",
              "asso_socioculturelle")  # fmt: skip
"""Themes of the register of associations that help, care or gather: told apart, nobody knows which of them visit."""


@of_one_build
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
    remark: "Remark | None" = None,
) -> Briefing:
    """The facts of one territory under the definition, scenario, threshold and minutes of travel of `choice`.

    `code` may be that of a district of Paris, Lyon or Marseille: its own figures are then told, beside the isolation of
    its city. `printed_on` is an ISO date, `address` where readers find the dashboard; `plans` the last save of each,
    `corrections` what the agency says of the services listed, `remark` what it wrote for this sheet.
    Raises `UnknownTerritory`, `UnknownScenario`, and `NobodyHere` for a commune without a resident,
    `NoSheetHere` for another country than France.
    """
    country = store.country()
    if not is_french(store.build()):
        raise NoSheetHere(
            f"no sheet is printed of {country.title_en}: its steps, actors and texts are those of France."
        )
    inside = store.district_of(code) if level is Level.COMMUNE else None
    own = None if inside is None else district(store, code)
    code = code if inside is None else inside.commune
    record = profile(store, level, code, choice.question)
    territory, estimate = record.territory, record.estimate
    if estimate.reason == Reason.NO_RESIDENTS:
        raise NobodyHere(f"« {territory.name} » ({code}) has no resident: no briefing is printed on it.")
    answered = responses(store, level, code, choice.question, minutes=choice.minutes, corrections=corrections)
    estimated = store.estimates_of([(level, code)], choice.question).iloc[0]
    values = store.values(level, code).set_index("id")
    # The figures of people that page 1 prints in large are those of whom the sheet is named after.
    people = _figures(values, level)
    of_district = () if own is None else _figures(_values_of(store, own), Part.DISTRICT)
    build, services = store.build(), _services(store, territory)
    name, outlines = mapped(store, territory)
    rows = store.estimates_of([(mesh_of(level), c) for c in outlines["code"]], choice.question)
    titles, sources = store.categories(), _by_tier(store.sources())
    counted = services[services["category"].isin(titles.loc[titles["counts"], "id"])]
    inside = outlines["code"] if level is not Level.COMMUNE else pd.Series([code])
    sides = _sides(store, level, code)
    population = _observed(values, POPULATION, "value")
    conditions = _conditions(record, answered, sides, population, _observed(values, DENSITY.id, "value"))
    conditions += _quarters(store, store.version(), level).get(code, ())
    return Briefing(
        profile=record,
        national=store.estimate(Level.FRANCE, FRANCE, choice.question),
        against_national=national_verdict(estimate),
        parents=_parents(store, territory),
        district=own,
        population=population,
        counted=people if own is None else of_district,
        counted_of_city=() if own is None else people,
        people_70=None if pd.isna(estimated["people_70_plus"]) else int(estimated["people_70_plus"]),
        sides=sides,
        responses=answered,
        families=tuple(_family(line, counted, territory) for line in answered.families),
        associations=_associations(store, territory, answered),
        gaps=gaps(answered, in_need(store, territory, inside, choice, tuple(corrections))),
        places=0 if level is Level.COMMUNE else len(outlines),
        options=options(store, territory, plans),
        steps=steps(level, frozenset(conditions), _faint(record, population)),
        conditions=conditions,
        actors=_actors(store, territory),
        remark=remark,
        categories=tuple(CategoryTitle(c.id, c.title, c.title_en) for c in titles.itertuples()),
        around=mesh_of(level),
        mapped_in=name,
        map=maps.classes_map(
            drawn(outlines, store.country().main),
            dict(zip(rows["code"], map(Verdict, rows["verdict"]), strict=True)),
            rows.set_index("code")["residents"].astype(float).dropna().to_dict(),
            counted,
            here=code if level is Level.COMMUNE else None,
            width=MAP_WIDTH,
            height=MAP_HEIGHT,
        ),
        locator=locator(store, territory),
        survey=definition_of(choice.definition).source,
        sources=tuple(SourceLine(s.title, s.producer, s.vintage, s.id) for s in sources.itertuples()),
        licences=tuple(sorted(set(sources["licence"]))),
        content_hash=build.get("content_hash", ""),
        cog_vintage=build.get("cog_vintage", ""),
        built_on=build.get("built_on"),
        is_synthetic=build.get("is_synthetic") == "1",
        issuer=issuer,
        address=address.rstrip("/"),
        choice=link(choice, level, code, "" if own is None else own.code),
        printed_on=printed_on,
    )


def link(choice: Choice, level: Level, code: str, district: str = "") -> str:
    """Path and query of the page that shows the same territory under the same assumptions, in French."""
    address = Choice(page=PAGE, **asdict(choice.question), minutes=choice.minutes, selected=(level, code))
    return replace(address, district=district).href


def _observed(values: pd.DataFrame, indicator: str, column: str) -> Observed | None:
    if indicator not in values.index:
        return None
    row = values.loc[indicator]
    labels = (row["title"], row["title_en"], float(row[column]), row["vintage"], row["source"])
    return Observed(indicator, *labels, Kind(row["kind"]), float(row["coverage"]))


def _values_of(store: "Store", own: District) -> pd.DataFrame:
    return store.values(Part.DISTRICT, own.code).set_index("id")


def _figures(values: pd.DataFrame, level: Level | Part) -> tuple[Observed, ...]:
    """Figures in people of the territory itself that may be printed beside its residents, and beside one another."""
    figures: list[Observed] = []
    left = values["value"].get(POPULATION, np.nan)
    for indicator, column in PEOPLE.items():
        figure = _observed(values, indicator, column)
        if figure is None:
            continue
        row = values.loc[indicator]
        is_own = _rank(level) >= _rank(row["resolved_at"])
        is_age_group = column == "value"
        total = left if is_age_group else row["denominator"]
        if (
            row["kind"] != Kind.MODELLED
            and is_own
            and is_disclosable(figure.value, total)
            and len(figures) < MOST_FIGURES
        ):
            figures.append(figure)
            left -= figure.value if is_age_group else 0
    return tuple(figures)


def _rank(resolved_at: str) -> int:
    """The place of a level among all; a district or an IRIS lies below every one."""
    return next((rank for rank, level in enumerate(Level) if level == resolved_at), -1)


def _sides(store: "Store", level: Level, code: str) -> Sides:
    rows = _cumulated(store, store.version(), level)
    if code not in rows.index:
        return Sides(None, 0, (), ())
    row = rows.loc[code]
    exposed = None if pd.isna(row["exposed"]) else int(row["exposed"])
    return Sides(exposed, int(row["known"]), tuple(row["sides"]), tuple(row["known_sides"]))


@remembered
def _cumulated(store: "Store", version: str, level: Level) -> pd.DataFrame:
    """What adds up on a level, by code: asked once for all briefings of a batch."""
    return store.cumulation(level).set_index("code")


def _associations(store: "Store", territory: Territory, answered: Responses) -> int | None:
    """Registered associations that help, care or gather; None where no list tells of them."""
    listed = store.service_counts(territory.level, territory.code)
    registered = [category for category in REGISTERED if category in listed.index]
    return int(listed[registered].sum()) if registered else None


def _conditions(
    record: Profile, answered: Responses, sides: Sides, population: Observed | None, density: Observed | None
) -> tuple[str, ...]:
    """What is true of the territory and calls for a step or a question, in words that `geodata.steps` knows."""
    weak = [f"weak:{family.family}" for family in answered.families if family.response in WEAK]
    missing = [f"missing:{one.function.id}" for p in answered.pathways for one in p.of_state(Link.MISSING)]
    present = [f"present:{family.family}" for family in answered.families if family.response is Response.PRESENT]
    present += [f"present:{one.function.id}" for p in answered.pathways for one in p.of_state(Link.PRESENT)]
    exposed = [f"side:{side}" for side in sides.sides]
    compared = [(factor.risk, is_above(factor)) for factor in record.risk_factors]
    # A side among the most exposed is never said to be low, even where its twins are more exposed still.
    beside = [
        f"{'above' if above else 'below'}:{risk}"
        for risk, above in compared
        if above or (above is False and risk not in sides.sides)
    ]
    figures = (None if figure is None else figure.value for figure in (population, density))
    placed = circumstances(record.territory.level, *figures)
    if record.territory.level is Level.COMMUNE and not record.territory.epci:
        placed += (ALONE,)
    return tuple(dict.fromkeys([*weak, *missing, *present, *exposed, *beside, *placed]))


MOST = {
    "flat_share": "flats",
    "second_home_share": "second_homes",
    "vacant_dwelling_share": "vacant",
    "share_under_20": "young",
}
"""Indicators of homes, and of who lives in them, that say how a place differs from its like where little else is known
of it: each with its name in `geodata.steps`."""

BANDS = (2_000, CITY_FROM, 100_000)
"""Residents at which communes of a density class are no longer of one size: a suburb is no measure of Marseille."""


@remembered
def _quarters(store: "Store", version: str, level: Level) -> dict[str, tuple[str, ...]]:
    """By code, what of `MOST` a territory has more of than three in four of its level, density class and size."""
    peers, catalogue = _cumulated(store, version, level)["peers"], set(store.indicators()["id"])
    above = [other for other in Level if _rank(other) > _rank(level)]
    conditions: dict[str, tuple[str, ...]] = {}
    for indicator in filter(catalogue.__contains__, MOST):
        rows = store.indicator_values(level, indicator=indicator)
        rows = rows[rows["value"].notna() & ~rows["resolved_at"].isin(above)]
        rows = rows.assign(level=level, indicator=indicator, weight=rows["value"], peers=rows["code"].map(peers))
        rows = rows[rows["peers"].notna()]
        if level is Level.COMMUNE:
            rows = rows[rows["residents"].notna()]
            size = np.searchsorted(BANDS, rows["residents"], side="right")
            rows["peers"] = rows["peers"].astype(str) + pd.Series(size, rows.index).astype(str)
        for code in rows.loc[is_exposed(rows, QUARTER, "peers") == 1.0, "code"]:
            conditions[code] = (*conditions.get(code, ()), f"most:{MOST[indicator]}")
    return conditions


def _faint(record: Profile, population: Observed | None) -> frozenset[str]:
    """Conditions on what is much the same as in comparable territories."""
    residents = None if population is None else population.value
    alike = [factor.risk for factor in record.risk_factors if is_alike(factor, residents)]
    return frozenset(f"{kind}:{risk}" for kind in ("above", "below") for risk in alike)


def is_above(factor: RiskFactor) -> bool | None:
    """Against the twins where they have a value, else against the country; never for what a département lends."""
    if factor.is_lent:
        return None
    return factor.is_above_france if factor.is_above is None else factor.is_above


ALIKE = 0.1
"""Two figures within a tenth of each other are told as much the same."""


def base_of(factor: RiskFactor) -> float | None:
    """What `is_above` compares with: the twins' value, else the country's."""
    return factor.france_value if factor.is_above is None else factor.twins_value


def is_alike(factor: RiskFactor, residents: float | None) -> bool:
    """Whether the difference says nothing to a reader: under a tenth, or fewer people than may be printed."""
    base = base_of(factor)
    if factor.value is None or base is None:
        return False
    difference = abs(factor.value - base)
    is_few = factor.unit == "share" and residents is not None and difference * residents < MIN_PEOPLE
    return is_few or difference < ALIKE * abs(base)


def _actors(store: "Store", territory: Territory) -> tuple[Actor, ...]:
    if territory.level is Level.FRANCE:
        return ()
    departement = territory.code if territory.level is Level.DEPARTEMENT else territory.departement
    region = territory.code if territory.level is Level.REGION else territory.region
    if territory.level is Level.REGION:
        inside = store.territories(Level.DEPARTEMENT, territory.code)["code"]
        departement = inside.item() if len(inside) == 1 else None
    departement_name, region_name = (
        None if code is None else store.territory(level, code).name
        for level, code in ((Level.DEPARTEMENT, departement), (Level.REGION, region))
    )
    epci = territory.code if territory.level is Level.EPCI else territory.epci
    return actors(departement, departement_name, region_name, epci)


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
    """Services to draw: those around a commune, those that stand in a wider territory, none for a wider one."""
    if territory.level in (Level.REGION, Level.FRANCE):
        return store.services_in(Level.COMMUNE, "")
    if territory.level is Level.COMMUNE and territory.epci:
        return store.services_in(Level.EPCI, territory.epci)
    return store.services_in(territory.level, territory.code)


def _family(line: FamilyResponse, services: pd.DataFrame, territory: Territory) -> FamilyLine:
    here = services[services["family"] == line.family]
    if territory.level is Level.COMMUNE:
        here = here[here["code_insee"] == territory.code]
    seen = here["seen_on"].dropna()
    nearest = line.nearest if territory.level in NEAREST else None
    inside = None
    if nearest is not None:
        inside = nearest.code_insee == territory.code or nearest.id in set(here["id"])
    return FamilyLine(line, None if seen.empty else str(seen.max()), nearest.category if nearest else None, inside)
