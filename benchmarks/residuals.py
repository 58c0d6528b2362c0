"""How what composition does not tell is shared by neighbours: `python -m benchmarks.residuals CENSUS.csv [DB]`.

Isolation is observed nowhere, so the way departures nest is read on two things that the census counts: living alone
and single-parent families. Each is predicted from ages by commune; what is left is split into parts that the communes
of a région, of a département and of an EPCI have in common, and a part of their own by size (chance of counting taken
out). With a built database, which knows where communes lie, how far the whole country leans. Then the régions of the
CSA survey say how far a whole région departs. Prints Markdown.
"""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binom

from benchmarks.smallarea import load
from etl.country import prepare
from etl.sources import reference

LEVELS = ("reg", "dep", "epci")
SIZES = (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 10**7)
AGES = ["P22_POP1524", "P22_POP2554", "P22_POP5564", "P22_POP6579", "P22_POP80P"]
REGIONS = {"Grand Est": (0.01, 158), "Normandie": (0.08, 102), "Provence-Alpes-Côte d'Azur": (0.02, 168)}
"""Rate printed and respondents (derived) of the régions of the 2025 survey of people of 60 and over; country 4 %."""
COUNTRY, DESIGN_EFFECT, REGIONS_IN_ALL = 0.04, 1.5, 12


QUANTITIES = (
    ("living alone", "P22_POP15P_PSEUL", "P22_POP15P"),
    ("single-parent families", "C22_MENFAMMONO", "C22_MEN"),
)


def main(path: str, db: str | None = None) -> None:
    """Print the parts of each observed quantity, how it leans, then what the régions of the survey say."""
    communes = pd.read_csv(path, sep=";", dtype=dict.fromkeys(("CODGEO", *LEVELS), str))
    print("| What is left of | région | département | EPCI | own at 2,000-5,000 | shared | SD in all | power of size |")
    print("|---|---|---|---|---|---|---|---|")
    for title, yes, among in QUANTITIES:
        print(f"| {title} | {_parts(communes, yes, among)} |")
    print()
    if db is not None:
        country = prepare(load(Path(db)), reference.departements(), reference.national())
        position = pd.DataFrame(country.position, country.codes)
        for title, yes, among in QUANTITIES:
            rows, left, weight, _ = _left(communes[communes["CODGEO"].isin(country.codes)], yes, among)
            design = np.column_stack([np.ones(len(left)), position.loc[rows["CODGEO"]]])
            root = np.sqrt(weight)
            north, east = np.linalg.lstsq(design * root[:, None], left * root, rcond=None)[0][1:]
            print(
                f"- {title}: leans by {north:+.2f} to the north and {east:+.2f} to the east, from the middle to an end"
            )
    print(_regions())


def _left(communes: pd.DataFrame, yes: str, among: str):
    """Communes that count, what ages do not tell of each over what they do, its weight, and the variance of chance."""
    rows = communes[(communes[among] >= 500) & (communes[yes] > 0) & communes["epci"].notna()]
    weight = rows[among].to_numpy(float)
    share = rows[yes].to_numpy(float) / weight
    ages = rows[AGES].to_numpy(float) / rows["P22_POP15P"].to_numpy(float)[:, None]
    root = np.sqrt(weight)
    fit = np.linalg.lstsq(ages * root[:, None], share * root, rcond=None)[0]
    expected = np.clip(ages @ fit, 0.01, None)
    left = share / expected - 1
    left -= weight @ left / weight.sum()
    return rows, left, weight, (1 - share) / (share * weight)


def _parts(communes: pd.DataFrame, yes: str, among: str) -> str:
    rows, left, weight, chance = _left(communes, yes, among)
    shared = _shared([rows[level].to_numpy() for level in LEVELS], left, weight)
    own, size = [], []
    for low, high in pairwise(SIZES):
        inside = (weight >= low) & (weight < high)
        own.append(max(np.mean(left[inside] ** 2 - chance[inside]) - sum(shared), 1e-6))
        size.append(np.exp(np.log(weight[inside]).mean()))
    power = -np.polyfit(np.log(size[1:]), np.log(own[1:]), 1)[0]
    total = sum(shared) + own[2]
    return " | ".join(
        [
            *(f"{part / total:.0%}" for part in (*shared, own[2])),
            f"{sum(shared) / total:.0%}",
            f"{total**0.5:.2f}",
            f"{power:.2f}",
        ]
    )


def _shared(codes: list[np.ndarray], left: np.ndarray, weight: np.ndarray) -> list[float]:
    """Variance common to the communes of each level, from the products of pairs that are together there no lower."""
    sums = [(0.0, 0.0)]
    for code in (np.zeros(len(left)), *codes):
        number = np.unique(code, return_inverse=True)[1]
        products = np.bincount(number, weight * left) ** 2 - np.bincount(number, (weight * left) ** 2)
        pairs = np.bincount(number, weight) ** 2 - np.bincount(number, weight**2)
        sums.append((products.sum(), pairs.sum()))
    # EPCI are not nested in départements: those that straddle are few, and their pairs are counted where they are.
    together = [(a[0] - b[0]) / (a[1] - b[1]) for a, b in pairwise(sums[1:])] + [sums[-1][0] / sums[-1][1]]
    return [max(high - low, 0.0) for low, high in pairwise(together)]


def _regions() -> str:
    """Posterior of the SD between régions, its prior half-normal 0.15; printed régions are those that stand out."""
    sd = np.linspace(0.005, 1.0, 200)
    points = np.polynomial.hermite_e.hermegauss(41)
    nodes, mass = points[0], points[1] / points[1].sum()
    tested = []
    for size in (n for _, n in REGIONS.values()):
        rate = np.clip(COUNTRY * np.exp(sd[:, None] * nodes - sd[:, None] ** 2 / 2), 1e-6, 0.9)
        tested.append((rate, round(size / DESIGN_EFFECT)))
    likelihood = np.ones(len(sd))
    for (rate, size), (printed, _) in zip(tested, REGIONS.values(), strict=True):
        count = np.arange(size + 1)
        read = np.abs(count / size - printed) <= max(0.005, 0.5 / size)
        likelihood *= binom.pmf(count[read][:, None, None], size, rate).sum(axis=0) @ mass
    prior = np.exp(-((sd / 0.15) ** 2) / 2)
    lines = []
    for chance in (prior, prior * likelihood):
        cumulated = np.cumsum(chance) / chance.sum()
        lines.append([sd[np.searchsorted(cumulated, q)] for q in (0.05, 0.5, 0.95)])
    return "\n".join(
        f"- SD between régions, {name}: {middle:.2f} ({low:.2f} to {high:.2f})"
        for name, (low, middle, high) in zip(("prior", "given three printed régions"), lines, strict=True)
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
