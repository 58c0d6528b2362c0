"""All waves of the survey in one model: `python -m benchmarks.waves` fits it and writes `geodata/wave_model.csv`.

The build and the product only read that table. Everything is seeded; the versions are written in the table's first
line. `--check > docs/waves.md` prints the checks instead: what is prior and what is data, surveys made again from the
posterior, and the prediction of each published rate by the other waves.

Model, in wave t, category k of factor f with weights w:
    logit national[t] = level[t] + January + telephone + curfew;  level is a random walk in time
    log ratio[k, t]   = mu[k] + telephone effect[k] + tau[f] z[k, t], less the log of its mean over w
    published rates   ~ normal(national x ratio, sampling covariance of the wave + rounding)
so that the categories of a factor add up to the country in every wave.
"""

import argparse
import csv
import io
import time
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.diagnostics import summary
from numpyro.infer import MCMC, NUTS, Predictive, init_to_median
from scipy.special import logit

from benchmarks.one_wave import PLACE
from etl.sources import reference
from geodata.joint import departement_tables
from geodata.methods.waves import DESIGN_EFFECT, rounding_variance, sampling_covariance
from geodata.model_cells import FINE
from geodata.question import DEFAULT_DEFINITION
from geodata.survey_rates import READINGS, fingerprint, rates, waves
from geodata.waves import TABLE

numpyro.enable_x64()

SEED = 20_261_128
CHAINS, WARMUP, SAMPLES = 4, 1000, 2500


AGES = ("15-24", "25-39", "40-59", "60-69", "70-74", "75+")
BANDS = {"70+": ("70-74", "75+"), "40-69": ("40-59", "60-69")}
"""Printed bands that are unions of ages."""
WORKERS = 0.1164
"""Workers among residents of 15 and over (census 2022, metropolitan France)."""
FRAGILE = 0.15
"""Judgement: residents in fragile health; the share that the survey counts is not printed."""
TELEPHONE_FACTORS = ("age", "place")
"""Factors of which a wave by telephone tells something."""
LEFT_OUT_VARIANCE = 1e3
"""Variance of a figure that is left out: it weighs nothing, and the model keeps its shape."""


@dataclass(frozen=True, eq=False)
class Data:
    """Published figures as arrays. `factor` (categories,) numbers each category's factor, `weight` is its share of the
    population; `operator` (figures, 1 + categories) says what each figure is a mean of (column 0: everybody)."""

    categories: tuple[tuple[str, str], ...]
    factor: np.ndarray
    weight: np.ndarray
    dates: tuple[str, ...]
    years: np.ndarray
    january: np.ndarray
    telephone: np.ndarray
    curfew: np.ndarray
    figures: tuple[tuple[str, str, str], ...]
    wave: np.ndarray
    members: np.ndarray
    observed: np.ndarray
    covariance: np.ndarray


def population() -> dict[str, dict[str, float]]:
    """Share of residents of 15 and over in each category, by factor."""
    cells = departement_tables(reference.departements(), reference.national()).tables.sum(axis=0)
    cells = cells / cells.sum()

    def share(**where):
        return float(cells[FINE.where(**where)].sum())

    unemployed, at_home = share(activity="unemployed"), share(activity="at_home")
    return {
        "age": {age: share(age=age) for age in AGES},
        "activity": {"unemployed": unemployed, "at_home": at_home, "other": 1 - unemployed - at_home},
        "income": {income: share(income=income) for income in ("low", "middle", "high")},
        "place": PLACE,
        "social": {"worker": WORKERS, "other": 1 - WORKERS},
        "health": {"fragile": FRAGILE, "other": 1 - FRAGILE},
    }


def data(without: str = "") -> Data:
    """Every wave of the definition and its rates by category; those of the wave `without` count for nothing."""
    people, national = population(), waves(DEFAULT_DEFINITION)
    categories = tuple((f, c) for f, shares in people.items() for c in shares)
    weight = np.array([people[f][c] for f, c in categories])
    dates = tuple(w.date for w in national)
    figures = [r for r in rates(DEFAULT_DEFINITION) if r.factor in people and r.wave in dates]
    figures = [r for r in figures if _parts(r.factor, r.category) <= set(people[r.factor])]
    rows = [(w.date, "national", "all", w.rate, "published") for w in national]
    rows += [(r.wave, r.factor, r.category, r.rate, r.reading) for r in figures]
    members = np.array([_members(f, c, categories) for _, f, c, _, _ in rows])
    wave = np.array([dates.index(row[0]) for row in rows])
    observed = np.array([row[3] for row in rows])
    covariance = np.diag(rounding_variance([READINGS[row[4]] for row in rows]))
    share = np.where([row[1] == "national" for row in rows], 1.0, members @ weight)
    for number, own in enumerate(national):
        inside = np.flatnonzero(wave == number)
        overlaps = np.array(
            [[_overlap(rows[i], rows[j], members, weight, share, i, j) for j in inside] for i in inside]
        )
        block = sampling_covariance(observed[inside], share[inside], overlaps, own.respondents)
        covariance[np.ix_(inside, inside)] += block
        if own.date == without:
            covariance[inside, inside] += LEFT_OUT_VARIANCE
    return Data(
        categories=categories,
        factor=np.unique([f for f, _ in categories], return_inverse=True)[1],
        weight=weight,
        dates=dates,
        years=np.array([_year(date) for date in dates]),
        january=np.array([{"01": 1.0, "07": 0.0}.get(date[5:], 0.5) for date in dates]),
        telephone=np.array([float(w.mode == "telephone") for w in national]),
        curfew=np.array([float(w.note == "curfew") for w in national]),
        figures=tuple(row[:3] for row in rows),
        wave=wave,
        members=members,
        observed=observed,
        covariance=covariance,
    )


def _parts(factor: str, category: str) -> set[str]:
    return set(BANDS.get(category, (category,)) if factor == "age" else (category,))


def _members(factor, category, categories) -> list[bool]:
    parts = _parts(factor, category)
    return [f == factor and c in parts for f, c in categories]


def _overlap(one, other, members, weight, share, i, j) -> float:
    """Share of the population in both: exact within a factor, as if independent across factors."""
    if "national" in (one[1], other[1]) or one[1] != other[1]:
        return share[i] * share[j]
    return float((members[i] & members[j]) @ weight)


def _year(date: str) -> float:
    """Middle of the month, or of the year when the month is not known."""
    return int(date[:4]) + ((int(date[5:7]) - 0.5) / 12 if date[5:] else 0.5)


def _add_up(log_ratio, d: Data):
    """Log-ratios (..., categories) less the log of their mean over each factor."""
    belongs = jnp.array(d.factor[:, None] == np.arange(d.factor.max() + 1), dtype=float)
    return log_ratio - jnp.log((jnp.exp(log_ratio) * d.weight) @ belongs) @ belongs.T


def model(d: Data):
    """The model of the module's docstring; priors are those that docs/decisions tells."""
    count, times = len(d.categories), len(d.dates)
    walk = numpyro.sample("walk", dist.HalfNormal(0.10))
    first = numpyro.sample("first", dist.Normal(logit(0.11), 0.5))
    steps = numpyro.sample("steps", dist.Normal(0, 1).expand([times - 1]))
    level = first + jnp.concatenate([jnp.zeros(1), jnp.cumsum(walk * jnp.sqrt(jnp.diff(d.years)) * steps)])
    numpyro.deterministic("level", level)
    january = numpyro.sample("january", dist.Normal(0, 0.10))
    telephone = numpyro.sample("telephone", dist.Normal(0, 0.20))
    curfew = numpyro.sample("curfew", dist.Normal(0, 1.0))
    national = jax.nn.sigmoid(level + january * (d.january - 0.5) + telephone * d.telephone + curfew * d.curfew)
    mu = numpyro.sample("mu", dist.Normal(0, 0.5).expand([count]))
    mode = numpyro.sample("mode", dist.HalfNormal(0.5))
    by_telephone = numpyro.deterministic(
        "by_telephone", mode * numpyro.sample("own_telephone", dist.Normal(0, 1).expand([count]))
    )
    typical = numpyro.sample("typical_tau", dist.Normal(np.log(0.15), 0.7))
    tau = numpyro.deterministic(
        "tau", jnp.exp(typical + 0.6 * numpyro.sample("own_tau", dist.Normal(0, 1).expand([int(d.factor.max()) + 1])))
    )
    z = numpyro.sample("z", dist.Normal(0, 1).expand([times, count]))
    log_ratio = numpyro.deterministic(
        "log_ratio", _add_up(mu + d.telephone[:, None] * by_telephone + tau[d.factor] * z, d)
    )
    expected = numpyro.deterministic("expected", _expected(national, log_ratio, d))
    numpyro.sample("y", dist.MultivariateNormal(expected, jnp.array(d.covariance)), obs=jnp.array(d.observed))


def _expected(national, log_ratio, d: Data):
    share = d.members @ d.weight
    ratio = (jnp.exp(log_ratio[d.wave]) * (d.members * d.weight)).sum(axis=1) / jnp.where(share > 0, share, 1)
    return national[d.wave] * jnp.where(share > 0, ratio, 1.0)


def fit(d: Data, *, chains: int = CHAINS, warmup: int = WARMUP, samples: int = SAMPLES, quiet: bool = True) -> MCMC:
    """Draws of the posterior by NUTS, chain after chain."""
    kernel = NUTS(model, target_accept_prob=0.95, init_strategy=init_to_median)
    mcmc = MCMC(
        kernel, num_warmup=warmup, num_samples=samples, num_chains=chains, chain_method="sequential",
        progress_bar=not quiet,
    )  # fmt: skip
    mcmc.run(jax.random.PRNGKey(SEED), d)
    return mcmc


# ------------------------------------------------------------------------------------------- what the product reads


def quantities(draws: dict[str, np.ndarray], d: Data, *, seed: int = SEED) -> dict[str, np.ndarray]:
    """Draws of what the estimate uses: the national figure on the logit scale, each log-ratio in a wave to come.

    A wave to come has deviations of its own: whoever asks for the share of a year asks for them too.
    """
    own = np.random.default_rng(seed).standard_normal((len(draws["mu"]), len(d.categories)))
    deviation = np.asarray(draws["tau"])[:, d.factor] * own
    online = np.asarray(_add_up(draws["mu"] + deviation, d))
    telephone = np.asarray(_add_up(draws["mu"] + draws["by_telephone"] + deviation, d))
    national = np.asarray(draws["level"])[:, -1]
    columns = {
        "national": national,
        "national july": national - np.asarray(draws["january"]) / 2,
        "national telephone": national + np.asarray(draws["telephone"]),
    }
    columns |= {f"{f} {c}": online[:, i] for i, (f, c) in enumerate(d.categories)}
    return columns | {
        f"{f} {c} telephone": telephone[:, i] for i, (f, c) in enumerate(d.categories) if f in TELEPHONE_FACTORS
    }


def table(mcmc: MCMC, d: Data) -> str:
    """The posterior as a CSV: mean, SD before any data, and covariance of every quantity."""
    columns = quantities(mcmc.get_samples(), d)
    values = np.array(list(columns.values()))
    before = Predictive(model, num_samples=4000)(jax.random.PRNGKey(SEED), d)
    prior = np.array([v.std() for v in quantities(before, d).values()])
    out = io.StringIO()
    versions = f"numpyro {numpyro.__version__}, jax {jax.__version__}"
    out.write(
        f"# python -m benchmarks.waves; {versions}; seed {SEED}; {values.shape[1]} draws; rates {fingerprint()}\n"
    )
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["quantity", "mean", "prior_sd", *columns])
    for name, mean, sd, row in zip(columns, values.mean(axis=1), prior, np.cov(values), strict=True):
        writer.writerow([name, f"{mean:.5f}", f"{sd:.3f}", *(f"{value:.7f}" for value in row)])
    return out.getvalue()


# --------------------------------------------------------------------------------------------------------- checks


def check(mcmc: MCMC, d: Data, seconds: float) -> None:
    """Print docs/waves.md."""
    draws = mcmc.get_samples()
    diagnostics = summary(mcmc.get_samples(group_by_chain=True))
    sites = ("mu", "tau", "mode", "walk", "telephone", "january", "curfew", "by_telephone")
    worst = max(float(np.max(diagnostics[s]["r_hat"])) for s in sites)
    fewest = min(float(np.min(diagnostics[s]["n_eff"])) for s in sites)
    divergences = int(mcmc.get_extra_fields()["diverging"].sum())
    print(_HEAD.format(seconds=seconds, draws=len(draws["walk"]), worst=worst, fewest=fewest, divergences=divergences))
    _parameters(draws, d)
    _replicated(draws, d)
    _left_out(d)


def _parameters(draws, d: Data) -> None:
    print("| Quantity | before the data | after: mean (SD) | who tells it |\n|---|---|---|---|")
    before = Predictive(model, num_samples=4000)(jax.random.PRNGKey(SEED), d)
    names = {
        "walk": "random walk, logit a year",
        "january": "January less July",
        "telephone": "telephone less online",
        "mode": "SD of the ratios between modes",
    }
    rows = [(title, before[name], draws[name]) for name, title in names.items()]
    for number, factor in enumerate(np.unique([f for f, _ in d.categories])):
        rows.append((f"SD between waves, {factor}", before["tau"][:, number], draws["tau"][:, number]))
    one, other = quantities(before, d), quantities(draws, d)
    rows += [(name, one[name], other[name]) for name in other]
    for title, prior, after in rows:
        kept = float(np.var(after) / np.var(prior))
        teller = "data" if kept < 0.25 else "data and prior" if kept < 0.75 else "prior"
        print(
            f"| {title} | {np.mean(prior):.2f} ({np.std(prior):.2f}) | {np.mean(after):.2f} ({np.std(after):.2f}) "
            f"| {teller} |"
        )
    print()


def _replicated(draws, d: Data) -> None:
    """Surveys made again from the posterior: is what was published among them?"""
    rng = np.random.default_rng(SEED)
    expected = np.asarray(draws["expected"])
    again = expected + rng.multivariate_normal(np.zeros(len(d.observed)), d.covariance, len(expected))
    precision = np.linalg.inv(d.covariance)

    def misfit(values):
        return np.einsum("si,ij,sj->s", values - expected, precision, values - expected)

    p = float((misfit(again) >= misfit(d.observed)).mean())
    low, high = np.quantile(again, (0.05, 0.95), axis=0)
    inside = float(((d.observed >= low) & (d.observed <= high)).mean())
    print(
        f"**Surveys made again from the posterior.** {inside:.0%} of the {len(d.observed)} published figures lie in "
        f"their 90 % interval; chance of a misfit as large or larger: {p:.2f} (near 0 the model is refused, near 1 its "
        "errors are too wide).\n"
    )


def _left_out(d: Data) -> None:
    """Each wave predicted by the others, and each of its figures beside."""
    print("| Wave | Category | published | predicted by the other waves (90 %) | z |\n|---|---|---|---|---|")
    rng, scores = np.random.default_rng(SEED), []
    for number, date in enumerate(d.dates):
        draws = fit(data(date), chains=2, warmup=600, samples=1000).get_samples()
        rows = np.flatnonzero(d.wave == number)
        error = rng.multivariate_normal(np.zeros(len(rows)), d.covariance[np.ix_(rows, rows)], len(draws["walk"]))
        predicted = np.asarray(draws["expected"])[:, rows] + error
        for i, column in zip(rows, predicted.T, strict=True):
            low, high = np.quantile(column, (0.05, 0.95))
            z = (d.observed[i] - column.mean()) / column.std()
            scores.append((z, low <= d.observed[i] <= high))
            _, factor, category = d.figures[i]
            name = "national" if factor == "national" else f"{factor}: {category}"
            print(
                f"| {date} | {name} | {d.observed[i]:.1%} | {column.mean():.1%} ({low:.1%} to {high:.1%}) | {z:+.1f} |"
            )
    z, held = np.array(scores).T
    print(
        f"\n{held.mean():.0%} of the {len(z)} figures lie in the interval that the other waves give; mean z "
        f"{z.mean():+.2f}, SD {z.std():.2f} (1 if the errors are what they are said to be), largest "
        f"{np.abs(z).max():.1f}."
    )


_HEAD = """# The model of all waves

`python -m benchmarks.waves --check`. NUTS, {draws:,} draws in {seconds:.0f} s, one chain after the other;
largest R-hat {worst:.3f}, fewest effective draws {fewest:,.0f}, divergences {divergences}.

What the data tell and what is prior: where the variance left is under a quarter of that before the data, the data; over
three quarters, the prior.
"""


def main(arguments: list[str] | None = None) -> None:
    """Fit, then write the table or print the checks."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.waves", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="print the checks instead of writing geodata/wave_model.csv"
    )
    options = parser.parse_args(arguments)
    d, start = data(), time.perf_counter()
    mcmc = fit(d)
    seconds = time.perf_counter() - start
    if options.check:
        check(mcmc, d, seconds)
    else:
        TABLE.write_text(table(mcmc, d), encoding="utf-8")
        print(f"{TABLE.name}: {seconds:.0f} s, design effect {DESIGN_EFFECT}")


if __name__ == "__main__":
    main()
