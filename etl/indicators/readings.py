"""Which figures of which source each indicator is read from, the preferred one first.

Adding an indicator is one entry in `geodata.indicator_catalogue` and one line here. Between two sources of one
indicator, vintage and place the first line speaks.
"""

from collections.abc import Iterable
from typing import Any

from etl.indicators.figures import Reading
from geodata.estimate import Kind
from geodata.indicator import CENSUS_SOURCES
from geodata.indicator_catalogue import BY_ID, ILLNESSES

BASE, REFERENCE, ASSOCIATIONS, HEALTH, DEATHS = "iris_2021", "reference", "terribot", "cnam", "mortality"

Columns = str | Iterable[str]
"""One column of a table, or several that are added up."""


def _read(indicator: str, source: str, some: Columns, among: Columns = (), **how: Any) -> Reading:
    counted, concerned = ((names,) if isinstance(names, str) else tuple(names) for names in (some, among))
    return Reading(BY_ID[indicator], source, counted, concerned, **how)


def _rate(indicator: str, source: str, value: str, among: Columns = (), **how: Any) -> Reading:
    return _read(indicator, source, value, among, is_rate=True, **how)


def _census(indicator: str, some: Columns, among: Columns, **how: Any) -> tuple[Reading, ...]:
    return tuple(_read(indicator, source, some, among, **how) for source in CENSUS_SOURCES)


_FIFTEEN = (
    ("population_15_19", "population_20_24", "population_25_39", "population_40_54", "population_55_64",
     "population_65_79", "population_80_plus"),
    ("population_15_24", "population_25_39", "population_40_54", "population_55_64", "population_65_79",
     "population_80_plus"),
)  # fmt: skip
"""Ages of the commune base and of the long format, from 15 up: the IRIS base has the sum."""


def _alone(ages: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(age.replace("population", "living_alone") for age in ages)


_OF_CENSUS = (
    *_census("share_75_plus", "population_75_plus", "population"),
    *_census("share_80_plus", "population_80_plus", "population"),
    *_census("living_alone_share", "living_alone_15_plus", "population_15_plus"),
    *(
        _read("living_alone_share", source, _alone(ages), ages)
        for source, ages in zip(CENSUS_SOURCES, _FIFTEEN, strict=False)
    ),
    *_census("living_alone_share_80_plus", "living_alone_80_plus", "population_80_plus"),
    *_census("living_alone_share_55_79", "living_alone_55_79", "population_55_79"),
    *(
        reading
        for band in ("65_79", "55_64", "40_54", "25_39", "20_24", "15_19")
        for reading in _census(f"living_alone_share_{band}", f"living_alone_{band}", f"population_{band}")
    ),
    *_census("one_person_household_share", "one_person_households", "households"),
    *_census("single_parent_share", "single_parent_households", "households"),
    *_census("single_parent_family_share", "single_parent_families", "families"),
    *_census("unemployed_share_of_active", "unemployed_15_64", "active_15_64"),
    *_census("worker_share", "workers_15_plus", "told_15_plus"),
    *_census("household_without_car_share", "main_residences_with_car", "main_residences", is_complement=True),
    *_census("employment_rate_15_64", "employed_15_64", "population_15_64"),
)  # fmt: skip

_OF_BASE = (
    _read("population", BASE, "pop"),
    _read("population_0_19", BASE, "pop_0_19"),
    _read("population_20_64", BASE, "pop_20_64"),
    _read("population_65_plus", BASE, "pop_65p"),
    _read("households", BASE, "res_principales"),
    _read("share_65_plus", BASE, "pop_65p", "pop"),
    _read("share_under_20", BASE, "pop_0_19", "pop"),
    _read("persons_per_household", BASE, "pop", "res_principales"),
    _read("second_home_share", BASE, "res_secondaires", "logements"),
    _read("vacant_dwelling_share", BASE, "logements_vacants", "logements"),
    _read("flat_share", BASE, "appartements", "logements"),
    _read("density", BASE, "pop", "area_km2"),
)

_OF_DEPARTEMENTS = (
    _read("share_75_plus", REFERENCE, "residents_75_plus", "residents", kind=Kind.DERIVED),
    _read("share_80_plus", REFERENCE, "residents_80_plus", "residents", kind=Kind.DERIVED),
    _read("share_women_75_plus", REFERENCE, "women_75_plus", "residents", kind=Kind.DERIVED),
    _read("living_alone_share", REFERENCE, "living_alone_15_plus", "residents_15_plus_told", is_published=False,
          kind=Kind.DERIVED),
    *(
        _rate(f"living_alone_share_{band}", REFERENCE, f"living_alone_share_{band}", f"residents_{band}",
              kind=Kind.DERIVED)
        for band in ("15_19", "20_24", "25_39", "40_54", "55_64", "65_79", "80_plus")
    ),
    _rate("poverty_rate", REFERENCE, "poverty_rate", "residents"),
    _rate("unemployment_rate", REFERENCE, "unemployment_rate", "residents_15_64", kind=Kind.MODELLED),
    _rate("unemployment_rate_15_24", REFERENCE, "unemployment_rate_15_24", "residents_15_24", kind=Kind.MODELLED),
    _rate("unemployment_rate_25_49", REFERENCE, "unemployment_rate_25_49", "residents_25_49", kind=Kind.MODELLED),
    _rate("unemployment_rate_50_plus", REFERENCE, "unemployment_rate_50_plus", "residents_50_64", kind=Kind.MODELLED),
    _rate("employment_rate_15_64", REFERENCE, "employment_rate_15_64", "residents_15_64", kind=Kind.DERIVED),
    _rate("retired_share_15_plus", REFERENCE, "retired_share_15_plus", "residents_15_plus", kind=Kind.DERIVED),
    _rate("single_parent_share", REFERENCE, "single_parent_share", kind=Kind.DERIVED),
    _rate("single_parent_family_share", REFERENCE, "single_parent_family_share"),
    _rate("standardised_mortality_rate", DEATHS, "standardised_mortality", "residents", kind=Kind.DERIVED),
    _rate("standardised_mortality_rate", REFERENCE, "standardised_mortality_rate", "residents", kind=Kind.DERIVED),
    _rate("crude_mortality_rate", REFERENCE, "crude_mortality_rate", "residents"),
    _read("disability_allowance_share", "drees_minima", "aah_recipients", "residents_20_64", kind=Kind.DERIVED),
    _read("minimum_income_share", "drees_minima", "minimum_income_recipients", "residents", kind=Kind.DERIVED),
    _read("income_support_share", "drees_minima", "rsa_recipients", "residents_20_64", kind=Kind.DERIVED),
    _read("old_age_minimum_share", "drees_minima", "aspa_recipients", "residents_65_plus", kind=Kind.DERIVED),
    _read("home_help_allowance_share", "drees_social_aid", "apa_home_recipients", "residents_75_plus",
          kind=Kind.DERIVED),
    _read("disability_compensation_share", "drees_social_aid", "pch_recipients", "residents", kind=Kind.DERIVED),
)  # fmt: skip

_OF_INCOME = (
    *(
        reading
        for source in ("filosofi", "insee_melodi")
        for reading in (
            _rate("poverty_rate", source, "poverty_rate", "people_in_tax_households"),
            _rate("poverty_rate", source, "poverty_rate", "residents"),
            _read("median_income", source, "median_income"),
            _read("first_decile_income", source, "first_decile_income"),
            _read("ninth_decile_income", source, "ninth_decile_income"),
        )
    ),
    _read("median_income", "statloc", "median_income"),
    _rate("poverty_rate_reference_75_plus", "filosofi", "poverty_rate_reference_75_plus", "residents_65_plus"),
    _rate("poverty_rate_tenants", "filosofi", "poverty_rate_tenants", "tax_households"),
    _rate("taxed_household_share", "filosofi", "share_taxed_households", "tax_households"),
    _rate("deprivation_index", "f_edi", "deprivation_index", "residents"),
    _read("caf_covered_share", "caf", "caf_people_covered", "residents"),
    _read("caf_alone_share", "caf", "caf_recipients_alone_without_child", "caf_recipients"),
    _read("caf_single_parent_share", "caf", "caf_recipients_single_parent", "caf_recipients"),
    _read("caf_disability_share", "caf", "caf_recipients_disability_allowance", "caf_recipients"),
    _read("caf_income_support_share", "caf", "caf_recipients_income_support", "caf_recipients"),
)

_OF_PLACE = (
    *(
        _rate(f"far_from_{range_}_services_share", "far_from_services", f"share_far_from_{range_}_services",
              "residents")
        for range_ in ("local", "intermediate", "higher")
    ),
    _rate("urgent_care_minutes", "drees_urgent_care", "urgent_care_min", "residents"),
    _rate("urgent_care_or_doctor_minutes", "drees_urgent_care", "urgent_care_or_doctor_min", "residents"),
    _rate("urgent_care_distance_km", "urgent_distance", "urgent_care_distance_km", "residents"),
    *(
        _rate(f"apl_{who}", "drees_apl", f"apl_{who}", "residents")
        for who in ("general_practitioners", "general_practitioners_under_65", "nurses", "physiotherapists", "midwives",
                    "dentists")
    ),
    _rate("mobile_4g_share", "drees_apl", "mobile_4g_share", "residents"),
    _rate("household_without_car_share", "statloc", "share_households_with_car", "main_residences_2021",
          is_complement=True),
    _read("associations_per_1000", ASSOCIATIONS, "associations", "residents"),
    *(
        _rate(name, "ifn", name, "population")
        for name in ("digital_fragility", "digital_fragility_access", "digital_fragility_skills")
    ),
)  # fmt: skip

_OF_HEALTH = tuple(
    reading
    for illness in ILLNESSES
    for reading in (
        _read(illness.treated.id, HEALTH, f"patients_{illness.id}", f"people_{illness.id}"),
        _rate(illness.standardised.id, HEALTH, f"standardised_{illness.id}", f"people_{illness.id}",
              kind=Kind.DERIVED),
    )
)  # fmt: skip

READINGS: tuple[Reading, ...] = (*_OF_CENSUS, *_OF_BASE, *_OF_INCOME, *_OF_DEPARTEMENTS, *_OF_PLACE, *_OF_HEALTH)
