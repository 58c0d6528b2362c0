"""The estimate, measured: `python -m benchmarks.smallarea --db FILE.gpkg`.

Seconds of each part, the analytic law against many draws (as it is and at larger variances), its speed against plain
draws, and the time a moved threshold takes. Residents come from a built database, or are generated without `--db`.
Prints Markdown. Linux only (peaks are read from the kernel).
"""

import argparse
import re
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import ndtr

from etl.contrasts import contrast, parents
from etl.country import Country, prepare
from etl.estimate import bound_frame, estimate, rank_frame
from etl.place_types import PLACES, places
from etl.share_laws import Law, expected_cases, laws, model_of, residuals_of, weights_in
from etl.sources import reference
from etl.twins import twin_frame, why_here
from geodata.estimate import probability_above
from geodata.methods import smallarea
from geodata.methods.residuals import Residuals
from geodata.methods.smallarea import analytic, rates_at
from geodata.model_cells import SURVEY
from geodata.profile import profile
from geodata.store import open_store
from geodata.survey import DEFAULT, SCENARIOS, Scenario, rate_model
from geodata.territory import Level

SEED = 20171
THRESHOLDS = (0.05, 0.08, 0.10, 0.12, 0.15)
REFERENCE_DRAWS = 65_536


def load(db: Path | None) -> pd.DataFrame:
    """Communes with their nesting, type of place and residents by age."""
    if db is None:
        print("No --db: communes are generated, figures are not those of France.", file=sys.stderr)
        return generated()
    with sqlite3.connect(f"file:{db.resolve()}?mode=ro", uri=True) as connection:
        communes = pd.read_sql(
            "SELECT code AS code_insee, departement, region, epci, area_km2, lon, lat, density "
            "FROM territory WHERE level = 'commune'",
            connection,
            index_col="code_insee",
        )
        counts = pd.read_sql(
            "SELECT code, indicator, value FROM indicator_value WHERE level = 'commune' AND indicator IN "
            "('population', 'population_0_19', 'population_20_64', 'population_65_plus', 'households')",
            connection,
        ).pivot(index="code", columns="indicator", values="value")
    nobody = pd.Series(dtype=object)
    types, _ = places(communes.assign(residents=counts["population"]), nobody, nobody)
    ages = counts.drop(columns="population").rename(columns=lambda name: name.replace("population", "pop"))
    return communes.join(types).join(ages)


def generated(communes: int = 34_875) -> pd.DataFrame:
    """Communes of no country, in the départements of this one."""
    rng = np.random.default_rng(SEED)
    departements = reference.departements()
    code = np.sort(rng.choice(departements.index[:96], communes))
    residents, old = rng.lognormal(6.2, 1.3, communes), rng.uniform(0.1, 0.4, communes)
    order = np.argsort(residents)
    kind = np.empty(communes, dtype=int)
    # As in the country: the smallest communes hold 21 % of residents, the next 32 %.
    kind[order] = np.digitize(np.cumsum(residents[order]) / residents.sum(), (0.21, 0.53))
    here = pd.DataFrame(rng.uniform((42, -4), (51, 8), (len(departements), 2)), departements.index, ["lat", "lon"])
    return pd.DataFrame(
        {
            "departement": code,
            "region": departements["region"].reindex(code).to_numpy(),
            "epci": [f"{d}-{i // 28}" for i, d in enumerate(code)],
            **{place: (kind == number).astype(float) for number, place in enumerate(PLACES)},
            **{name: here.loc[code, name].to_numpy() for name in here},
            "pop_0_19": np.round(0.23 * residents),
            "pop_20_64": np.round((0.77 - old) * residents),
            "pop_65_plus": np.round(old * residents) + 1,
        },
        index=pd.Index([f"{i:05d}" for i in range(communes)], name="code_insee"),
    )


def timed(function: Callable, *arguments, **options):
    """Best of three runs: (seconds, processor seconds of that run, result)."""
    runs = []
    for _ in range(3):
        wall, cpu = time.perf_counter(), time.process_time()
        result = function(*arguments, **options)
        runs.append((time.perf_counter() - wall, time.process_time() - cpu, result))
    return min(runs, key=lambda run: run[0])


def _whole(communes: pd.DataFrame, queue) -> None:
    wall = time.perf_counter()
    estimate(communes, reference.departements(), reference.national(), seed=SEED)
    queue.put((time.perf_counter() - wall, time.process_time(), peak_gb()))


def peak_gb() -> float:
    """Most memory that this process has held; unlike `getrusage`, nothing of its parent's."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1e6


def parts(communes: pd.DataFrame, country: Country) -> None:
    """Seconds of each part of the recipe, and the whole in a process of its own."""
    departements, national = reference.departements(), reference.national()
    law_of_level = laws(country, draws=256, seed=SEED)
    twin = twin_frame(country)
    rows = [
        ("tables of every commune", prepare, (communes, departements, national), {}),
        ("law of every level, one scenario", laws, (country,), {}),
        ("the same with 256 draws", laws, (country,), {"draws": 256}),
        (
            "contrast of communes with France",
            contrast,
            (country, law_of_level, "commune", "france", residuals_of(country, DEFAULT)),
            {},
        ),
        ("ranks, every level", rank_frame, (country, law_of_level, DEFAULT), {}),
        ("twins, three levels", twin_frame, (country,), {}),
        ("bounds, every level", bound_frame, (country,), {}),
        ("reasons of every EPCI", why_here, (country, twin, "epci"), {}),
        ("reasons of one commune", why_here, (country, twin, "commune", [country.codes[0]]), {}),
    ]
    print("\n| Part | Seconds | Processor seconds |\n|---|---|---|")
    for name, function, arguments, options in rows:
        wall, cpu, _ = timed(function, *arguments, **options)
        print(f"| {name} | {wall:.2f} | {cpu:.2f} |")
    queue = get_context("spawn").Queue()
    process = get_context("spawn").Process(target=_whole, args=(communes, queue))
    process.start()
    seconds, cpu, memory = queue.get()
    process.join()
    print(f"| **whole estimate**, {len(SCENARIOS)} scenarios, peak {memory:.2f} GB | {seconds:.2f} | {cpu:.2f} |")


def accuracy(country: Country, scenario: Scenario, what: str, spread_by: float = 1.0) -> None:
    """Error of P(share > threshold) against many Sobol draws of the full model, residuals integrated exactly.

    A territory leans as the mean of its communes does, here and in the draws.
    """
    rng = np.random.default_rng(SEED)
    full = rate_model(scenario, country.joint)
    wider = np.r_[1.0, np.full(len(full.ratios), spread_by)][:, None]
    full = replace(full, scale=wider * full.scale)
    small = replace(model_of(country, scenario), scale=full.scale)
    rates = {
        "stencil": smallarea.stencil(small),
        "draws": smallarea.draws(small, 256, seed=SEED),
        "reference": smallarea.draws(full, REFERENCE_DRAWS, seed=99),
    }
    log_sd, residents = scenario.gradient_log_sd, np.add.reduce(country.tables, axis=1)
    leans = {name: log_sd * smallarea.normal_points(r.shape[1], SEED) for name, r in rates.items() if name != "stencil"}
    cases = expected_cases(country, country.tables, rates["stencil"][:, :1])[:, 0]
    for level in ("commune", "epci", "departement", "region"):
        group = country.groups[level]
        rows = np.arange(len(group.codes))
        if level == "commune":
            rows = np.sort(rng.choice(rows, min(1500, len(rows)), replace=False))
        tables = country.by_place(rows) if level == "commune" else country.table_of(level)[rows]
        position = (group.sum(country.position * residents[:, None]) / group.sum(residents)[:, None])[rows]
        tables = tables / tables.sum(axis=1, keepdims=True)
        shares = {name: (tables @ rates[name]) * np.exp(position @ lean) for name, lean in leans.items()}
        middle = tables @ rates["stencil"]
        half = rates["stencil"].shape[1] // 2 + 1
        ends = [middle[:, :1] * np.exp(sign * log_sd * position) for sign in (1, -1)]
        stencil = np.hstack([middle[:, :half], ends[0], middle[:, half:], ends[1]])
        variance = residuals_of(country, scenario).log_variance(weights_in(group, cases))[rows]
        truth = _probabilities(shares["reference"], variance)
        law = analytic(stencil, variance)
        p_above = np.array([probability_above(law.mean, law.sd, t) for t in THRESHOLDS])
        errors = np.abs(p_above - truth), np.abs(_probabilities(shares["draws"], variance) - truth)
        measured = " | ".join(f"{np.sqrt(np.mean(e**2)):.4f} | {e.max():.4f}" for e in errors)
        print(f"| {what} | {level} | {measured} |")


def contrasts(country: Country) -> None:
    """Error of P(share > national) against 4 sets of 1,024 draws, what is common taken out inside each."""
    local = residuals_of(country, DEFAULT)
    sets = [_higher(country, laws(country, draws=1024, seed=seed), local) for seed in range(4)]
    law_of_level = laws(country)
    print("\n| P(share > national) | RMS error | max |\n|---|---|---|")
    for level in ("commune", "epci", "departement", "region"):
        error = np.abs(
            contrast(country, law_of_level, level, "france", local)["p_above"]
            - np.mean([s[level] for s in sets], axis=0)
        )
        print(f"| {level} | {np.sqrt(np.mean(error**2)):.4f} | {error.max():.4f} |")


def _higher(country: Country, law_of_level: dict[str, Law], local: Residuals) -> dict[str, np.ndarray]:
    whole = law_of_level["france"]
    chances = {}
    for level in ("commune", "epci", "departement", "region"):
        law, parent = law_of_level[level], parents(country, level, "france")
        covariance = local.log_covariance(law.weights, whole.weights, parent)
        apart = np.sqrt(law.log_variance + whole.log_variance - 2 * covariance)
        ratio = np.log(law.drawn / whole.drawn) + ((whole.log_variance - law.log_variance) / 2)[:, None]
        chances[level] = ndtr(ratio / apart[:, None]).mean(axis=1)
    return chances


def _probabilities(shares: np.ndarray, log_variance: np.ndarray) -> np.ndarray:
    """P(share > t) by threshold: mean over draws of the exact probability given the rates."""
    # A log-normal residual of mean 1 on the share: share x e^u passes t when u passes log(t / share).
    sd = np.sqrt(log_variance)[:, None]
    log_share = np.log(shares) - sd**2 / 2
    return np.array([ndtr((log_share - np.log(t)) / sd).mean(axis=1) for t in THRESHOLDS])


def _naive(communes: pd.DataFrame, queue) -> None:
    """2,000 draws as one would write them: every commune by every draw in memory at once."""
    country = prepare(communes, reference.departements(), reference.national())
    model, before = model_of(country, DEFAULT), peak_gb()

    def draw(seed: int = SEED, count: int = 2000) -> np.ndarray:
        rng = np.random.default_rng(seed)
        rates = rates_at(model, rng.standard_normal((count, model.dimension))).reshape(len(SURVEY), len(PLACES), -1)
        shares = np.zeros((len(country.codes), count))
        for d, part in enumerate(country.place.T):
            shares += part[:, None] * (country.tables @ rates[:, d])
        shares = shares / country.tables.sum(axis=1)[:, None]
        shares = shares * np.exp(0.15 * rng.standard_normal(shares.shape) - 0.15**2 / 2)
        return (shares > 0.10).mean(axis=1)

    seconds, _, p = timed(draw)
    queue.put((seconds, peak_gb() - before, np.abs(p - draw(1)).max()))


def speed(communes: pd.DataFrame, country: Country) -> None:
    """The analytic law against naive draws, and a moved threshold."""
    model = model_of(country, DEFAULT)
    variance = np.full(len(country.codes), DEFAULT.residual_log_sd**2)

    def law():
        cases = expected_cases(country, country.tables, smallarea.stencil(model))
        return analytic(cases / country.tables.sum(axis=1)[:, None], variance)

    queue = get_context("spawn").Queue()
    process = get_context("spawn").Process(target=_naive, args=(communes, queue))
    process.start()
    naive, memory, apart = queue.get()
    process.join()
    whole, _, m = timed(law)
    moved, _, _ = timed(probability_above, m.mean, m.sd, 0.10)
    print("\n| All communes | Seconds | Times faster |\n|---|---|---|")
    print(f"| 2,000 naive draws, one threshold, {memory:.1f} GB | {naive:.2f} | 1 |")
    print(f"| analytic law from nothing, every threshold | {whole:.3f} | {naive / whole:.0f} |")
    print(f"| analytic law, any other threshold | {moved:.5f} | {naive / moved:,.0f} |")
    print(f"\nTwo seeds of 2,000 draws differ by up to {apart:.3f} in P.")


def questions(db: Path) -> None:
    """What a page asks of the database: the flip test of every commune, and one territory's profile."""
    store = open_store(str(db))
    start = time.perf_counter()
    store.flips(Level.COMMUNE)
    first = time.perf_counter() - start
    again, _, flips = timed(store.flips, Level.COMMUNE)
    one, _, _ = timed(profile, store, Level.COMMUNE, flips["code"].iloc[0])
    print("\n| Asked of the database | Seconds |\n|---|---|")
    print(f"| flip test of {len(flips):,} communes, first time | {first:.2f} |")
    print(f"| the same again | {again:.3f} |")
    print(f"| profile of a commune | {one:.3f} |")


def main(arguments: list[str] | None = None) -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.smallarea", description=__doc__)
    parser.add_argument("--db", type=Path, help="a built GeoPackage; without it communes are generated")
    db = parser.parse_args(arguments).db
    communes = load(db)
    country = prepare(communes, reference.departements(), reference.national())
    dimension = model_of(country, DEFAULT).dimension
    print(f"{len(country.codes):,} communes, {len(SURVEY)} cells, {dimension} unknown quantities.")
    parts(communes, country)
    print(f"\nError of P(share > 5, 8, 10, 12, 15 %) against {REFERENCE_DRAWS:,} Sobol draws of the full model:\n")
    print("| Setting | Level | Analytic RMS | max | 256 draws RMS | max |\n|---|---|---|---|---|---|")
    accuracy(country, DEFAULT, "reference assumptions")
    accuracy(
        country, replace(DEFAULT, residual_log_sd=0.20, interaction_log_sd=0.30), "residual 0.20, interactions 0.30"
    )
    accuracy(country, DEFAULT, "ratios' log-SD x 1.25", spread_by=1.25)
    contrasts(country)
    speed(communes, country)
    if db is not None:
        questions(db)


if __name__ == "__main__":
    main()
