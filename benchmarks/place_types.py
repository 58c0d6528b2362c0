"""Type of place from residents alone, fitted to the official table: `python -m benchmarks.place_types --db DB ZONES`.

The base packages do not say what is an urban unit. A multinomial logit on what they say (`etl.place_types.features`) is
fitted to the official membership, its error measured on départements left out, and its coefficients printed as the
constant that the build uses (`etl.place_types.COEFFICIENTS`).
"""

import argparse
import sqlite3
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import log_softmax

from etl.place_types import FEATURES, PLACES, class_of_unit, features, probabilities

SEED = 5


def main(arguments: list[str] | None = None) -> None:
    """Print coefficients, then what they get wrong as comments."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.place_types", description=__doc__)
    parser.add_argument("--db", type=Path, default=Path("var/isolation.gpkg"))
    parser.add_argument("zones", type=Path)
    options = parser.parse_args(arguments)
    communes = _communes(options.db)
    units = pd.read_csv(options.zones, sep=";", dtype=str).set_index("DEPCOM")["UU2020"].reindex(communes.index)
    is_known = communes["residents"].gt(0) & communes["lon"].notna() & units.notna()
    table = features(communes[is_known])
    place = class_of_unit(units[is_known])
    truth = pd.Categorical(place, categories=PLACES).codes
    people = communes.loc[is_known, "residents"].to_numpy(float)
    departements = communes.loc[is_known, "departement"].to_numpy()
    left_out = np.random.default_rng(SEED).choice(np.unique(departements), 30, replace=False)
    tested = np.isin(departements, left_out)
    trial = _fit(table[~tested], truth[~tested], people[~tested])
    predicted = probabilities(table[tested], trial)
    coefficients = _fit(table, truth, people)
    print("# Multinomial logit of the type of place, rural the reference: python -m benchmarks.place_types")
    for name, right in (("départements left out", predicted), ("all communes", probabilities(table, coefficients))):
        rows, weight = (truth[tested], people[tested]) if right is predicted else (truth, people)
        print(f"# {name}: {_agreement(right, rows, weight)}")
    print(coefficients.round(6).to_csv(lineterminator="\n"), end="")


def _communes(db: Path) -> pd.DataFrame:
    with sqlite3.connect(f"file:{db.resolve()}?mode=ro", uri=True) as connection:
        communes = pd.read_sql(
            "SELECT code, departement, area_km2, lon, lat FROM territory WHERE level = 'commune'", connection,
            index_col="code",
        )  # fmt: skip
        residents = pd.read_sql(
            "SELECT code, value FROM indicator_value WHERE level = 'commune' AND indicator = 'population'", connection,
            index_col="code",
        )["value"]  # fmt: skip
    return communes.assign(residents=residents)


def _fit(features_: pd.DataFrame, truth: np.ndarray, people: np.ndarray) -> pd.DataFrame:
    values = features_.to_numpy()
    middle, sd = values.mean(axis=0), values.std(axis=0)
    design = np.column_stack([np.ones(len(features_)), (values - middle) / sd])
    weight, size = people / people.sum(), design.shape[1]

    def loss(beta):
        log_p = log_softmax(np.column_stack([np.zeros(len(design)), design @ beta.reshape(2, size).T]), axis=1)
        slope = [-(weight * ((truth == k) - np.exp(log_p[:, k]))) @ design for k in (1, 2)]
        return -weight @ log_p[np.arange(len(truth)), truth], np.concatenate(slope)

    best = minimize(
        loss, np.zeros(2 * size), jac=True, method="L-BFGS-B", options={"maxiter": 5000, "ftol": 1e-14, "gtol": 1e-9}
    )
    slopes = best.x.reshape(2, size)[:, 1:] / sd
    constant = best.x.reshape(2, size)[:, 0] - slopes @ middle
    slopes_ = np.vstack([constant, slopes.T])
    return pd.DataFrame(slopes_, index=["constant", *FEATURES], columns=PLACES[1:]).rename_axis("feature")


def _agreement(p: np.ndarray, truth: np.ndarray, people: np.ndarray) -> str:
    weight = people / people.sum()
    same = weight @ (p.argmax(axis=1) == truth)
    given = weight @ p[np.arange(len(truth)), truth]
    shares = ", ".join(f"{weight @ p[:, k]:.1%} for {weight @ (truth == k):.1%}" for k in range(3))
    return f"likeliest class right for {same:.1%} of residents, mean probability of the right one {given:.1%}; {shares}"


if __name__ == "__main__":
    main()
