"""Residents of 15-19 in the base tier, fitted on the census: `python -m benchmarks.teenagers --census FOLDER --db DB`.

FOLDER holds a commune file of the census that cuts at 15. Prints the coefficients that the build uses
(`etl.teenagers.COEFFICIENTS`) and what adults are missed by, before and after, départements left out.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import logit

from benchmarks import modelled, smallarea
from etl.place_types import PLACES
from etl.sources import reference
from etl.teenagers import FEATURES, features, logit_shift, on_line
from geodata.joint import residents_by_age, residents_under_15

SEED, PARTS = 5, 10
CITIES = {"59350": "Lille", "31555": "Toulouse", "34172": "Montpellier", "33063": "Bordeaux", "35238": "Rennes",
          "86194": "Poitiers", "75056": "Paris"}  # fmt: skip
ALIKE, ANYWAY = 0.10, 30
"""Residents of the census that was fitted on differ by no more than a tenth, or thirty, from the base census."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print coefficients, then the errors on adults as Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.teenagers", description=__doc__)
    parser.add_argument("--census", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path("var/data"))
    parser.add_argument("--db", type=Path, default=Path("var/isolation.gpkg"))
    options = parser.parse_args(arguments)
    rows = _rows(smallarea.load(options.db), modelled.load(options.census, options.data)[0])
    print(fit(rows).round(5).to_csv(lineterminator="\n"))
    names = np.array(sorted(rows["departement"].unique()))
    groups = np.array_split(np.random.default_rng(SEED).permutation(names), PARTS)
    parts = [rows["departement"].isin(group) for group in groups]
    out = pd.concat([pd.Series(_predicted(rows[is_out], fit(rows[~is_out])), rows.index[is_out]) for is_out in parts])
    print("| Adults missed (-) or added | all, RMS | over 10,000 residents | " + " | ".join(CITIES.values()) + " |")
    print("|---" * (3 + len(CITIES)) + "|")
    for title, predicted in (
        ("département's proportion", rows["departement_share"]),
        ("model, départements left out", out),
    ):
        error = rows["pop_0_19"] * (predicted.reindex(rows.index) - rows["share"]) / rows["adults"]
        weight, large = rows["adults"], rows["people"] >= 10_000
        measured = [np.sqrt(np.average(error[of] ** 2, weights=weight[of])) for of in (weight > 0, large)]
        cells = [f"{m:.2%}" for m in measured] + [f"{error.get(code, np.nan):+.1%}" for code in CITIES]
        print(f"| {title} | " + " | ".join(cells) + " |")


def fit(rows: pd.DataFrame) -> pd.DataFrame:
    """Coefficients by type of place, least squares on the logit weighted by residents of 0-19."""
    people = rows["pop_0_19"].to_numpy(float)
    inward = (rows["share"].clip(0.02, 0.8) * people + 0.5) / (people + 1)
    design = features(rows).assign(constant=1.0)[["constant", *FEATURES]].to_numpy()
    wide = np.hstack([design * rows[[place]].to_numpy() for place in PLACES])
    root = np.sqrt(people)
    left = (logit(inward) - logit(rows["departement_share"])).to_numpy()
    coefficients = np.linalg.lstsq(wide * root[:, None], left * root, rcond=None)[0]
    table = coefficients.reshape(len(PLACES), -1).T
    return pd.DataFrame(table, index=["constant", *FEATURES], columns=list(PLACES)).rename_axis("feature")


def _predicted(rows: pd.DataFrame, coefficients: pd.DataFrame) -> np.ndarray:
    share = rows["departement_share"].to_numpy(float)
    return on_line(rows, share, logit_shift(rows, features(rows), coefficients))


def _rows(communes: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """Communes whose residents under 15 are told, on the base census's total."""
    departements = reference.departements()
    teens, children = residents_by_age(departements)[:, 0], residents_under_15(departements)
    proportion = pd.Series(teens / (teens + children), departements.index)
    rows = communes.join(observed[["population", "population_00_14"]], how="inner")
    rows["people"] = rows[["pop_0_19", "pop_20_64", "pop_65_plus"]].sum(axis=1)
    alike = (rows["population"] - rows["people"]).abs() < ALIKE * rows["people"] + ANYWAY
    rows = rows[alike & rows["pop_0_19"].gt(0) & rows["households"].gt(0) & rows[list(PLACES)].notna().all(axis=1)]
    under_15 = rows["population_00_14"] / rows["population"] * rows["people"]
    return rows.assign(
        departement_share=rows["departement"].map(proportion),
        share=1 - under_15 / rows["pop_0_19"],
        adults=rows["people"] - under_15,
    )


if __name__ == "__main__":
    main()
