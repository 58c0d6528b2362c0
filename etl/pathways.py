"""Functions of the care pathways and the categories of service that serve each: `pathways.csv` is the place to edit.

One row a function, in the order a person meets them: 6 to 12 a pathway. `categories` are those whose complete lists,
empty within reach, prove that the function is missing; `also` serve it where they are present, and prove nothing where
they are not. `justification` and `source` say why the function is there and who says so.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

import pandas as pd

from etl.categories import entries
from etl.reading.edited import read_edited, split
from geodata.pathway import Pathway

PATHWAYS_CSV = files("etl") / "pathways.csv"

COLUMNS = (
    *("pathway", "position", "function", "title", "title_en"),
    *("categories", "also", "justification", "source"),
)

KEYS = f"{', '.join(Pathway)} (named in geodata/pathway.py)"
FEWEST, MOST = 6, 12
"""Functions of a pathway."""

FILES: Mapping[str, str] = {
    "bpe": "base permanente des équipements (Insee)",
    "finess": "Finess (Agence du numérique en santé)",
    "finess_equipment": "Finess, équipements sociaux et médico-sociaux",
    "finess_activity": "Finess, activités de soins",
    "france_services": "liste des France Services (ANCT)",
    "dila": "annuaire de l’administration (Dila)",
    "data_inclusion": "data·inclusion",
    "rna": "répertoire national des associations",
    "agence": "fichier d’équipes ou de services de l’agence",
}
"""Files that tell of a category, by nomenclature, as a planner would ask for them."""


def pathway_functions(path: Traversable = PATHWAYS_CSV) -> pd.DataFrame:
    """Table `pathway_function`: the columns of `pathways.csv`, and `files`, those that tell of the main categories.

    Raises `BadInput` listing every cell that is not allowed.
    """
    table = read_edited(path, COLUMNS, _problems)
    codes = {entry.id: [nomenclature for nomenclature, _code in entry.codes] for entry in entries()}
    return pd.DataFrame(
        [
            {
                **row,
                "position": int(row["position"]),
                "categories": ";".join(split(row["categories"])),
                "also": ";".join(split(row["also"])),
                "files": " ; ".join(_files(split(row["categories"]), codes)),
            }
            for row in table
        ]
    )


def _files(categories: list[str], codes: Mapping[str, list[str]]) -> list[str]:
    named = [FILES[n] for category in categories for n in codes[category] or ["agence"] if n in FILES]
    return list(dict.fromkeys(named))


def _problems(table: Sequence[Mapping[str, str]]) -> list[str]:
    category_ids = {entry.id for entry in entries() if entry.family}
    problems = []
    for line, row in enumerate(table, start=2):
        if row["pathway"] not in list(Pathway):
            problems.append(f"line {line}, column pathway: {row['pathway']!r}; allowed: {KEYS}")
        if not row["position"].isdigit():
            problems.append(f"line {line}, column position: {row['position']!r}; a whole number is expected")
        problems += [
            f"line {line}, column {name}: empty"
            for name in ("function", "title", "title_en", "categories", "justification", "source")
            if not row[name].strip()
        ]
        problems += [
            f"line {line}, column {name}: {category!r} is in no row of categories.csv"
            for name in ("categories", "also")
            for category in split(row[name])
            if category not in category_ids
        ]
    for name in ("position", "function"):
        seen = Counter((row["pathway"], row[name]) for row in table)
        problems += [
            f"pathway {pathway}: {name} {value} stands {n} times" for (pathway, value), n in seen.items() if n > 1
        ]
    counts = Counter(row["pathway"] for row in table)
    problems += [
        f"pathway {pathway}: {counts[pathway]} functions; {FEWEST} to {MOST} are expected"
        for pathway in Pathway
        if not FEWEST <= counts[pathway] <= MOST
    ]
    return problems
