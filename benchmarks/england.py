"""England as a witness: `python -m benchmarks.england FOLDER`.

Its Community Life Survey was boosted so that lower-tier districts have direct estimates of loneliness. National rates
spread over local composition, by this product's own functions, are set beside those answers: all factors, then density
alone. It measures what the method can know where an answer exists, and proves nothing of the level of France.

FOLDER holds four files (UTF-8, comma, decimal point), made by hand from published tables; nothing is downloaded:

- `districts.csv`: code, name, rate, low, high: direct estimate of each district and its 95 % interval, fractions
  (DCMS, Community Life Survey 2023/24, loneliness often or always, lower-tier local authorities);
- `rates.csv`: factor, category, rate, respondents: national rates of the same survey, one row `national,all` among
  them; respondents may be empty (no sampling error is then known of that rate);
- `composition.csv`: code, factor, category, residents of 16 and over (ONS, Census 2021: age, living alone, economic
  activity, tenure or deprivation; `density` by rural-urban classification); every factor of a district adds up to the
  same residents;
- `joint.csv`, if there is one: a national cross, one column by factor and `residents` (Census 2021 custom table).
  Without it factors are crossed as independently as their margins allow.

A factor needs a row in `composition.csv`; the categories of `rates.csv` are among its own. Without the files it says so
and ends well.
"""

import argparse
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, eye_array
from scipy.special import ndtri

from geodata.errors import BadInput
from geodata.methods.residuals import nested_residuals
from geodata.methods.smallarea import (
    CountMargin,
    Moments,
    RateModel,
    analytic,
    interval,
    joint_scale,
    poststratify,
    principal,
    spree,
    stencil,
)
from geodata.methods.waves import DESIGN_EFFECT
from geodata.model_cells import CellSpace, cell_space
from geodata.survey import DEFAULT

COLUMNS = {
    "districts.csv": ["code", "name", "rate", "low", "high"],
    "rates.csv": ["factor", "category", "rate", "respondents"],
    "composition.csv": ["code", "factor", "category", "residents"],
}
UNKNOWN_LOG_SD = 0.15
"""SD of the logarithm of a rate whose respondents are not printed (judgement)."""


@dataclass(frozen=True, eq=False)
class Witness:
    """Direct estimates by district, national rates, residents by district and category, and a national cross."""

    districts: pd.DataFrame
    rates: pd.DataFrame
    composition: pd.DataFrame
    joint: pd.DataFrame | None


def main(arguments: list[str] | None = None) -> None:
    """Print the comparison, or why there is none."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.england", description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(arguments).folder
    missing = [name for name in COLUMNS if not (folder / name).is_file()]
    if missing:
        print(f"England was not asked: {', '.join(missing)} not found in {folder} (`{parser.prog} --help`).\n")
        return
    witness = read(folder)
    print("### England, district by district\n")
    print("| Composition | districts | correlation | corrected for sampling | inside 90 % | mean error, points |")
    print("|---|---|---|---|---|---|")
    for title, factors in (("every factor", None), ("density alone", ("density",))):
        if factors is None or factors[0] in set(witness.composition["factor"]):
            print(f"| {title} | {_row(compare(witness, factors))} |")
    print()


def read(folder: Path) -> Witness:
    """The files of the folder. Raises `BadInput` listing everything that is wrong in them."""
    tables, problems = {}, []
    for name, columns in COLUMNS.items():
        tables[name] = pd.read_csv(folder / name, dtype={"code": str, "factor": str, "category": str})
        lost = [column for column in columns if column not in tables[name]]
        problems += [f"{name}: columns {', '.join(lost)} are missing"] if lost else []
    if not problems:
        districts, rates, parts = tables.values()
        counted = set(zip(parts["factor"], parts["category"], strict=True))
        rated = set(zip(rates["factor"], rates["category"], strict=True))
        problems += [f"rates.csv: {f}, {c} is in no row of composition.csv" for f, c in
                     sorted(rated - counted - {("national", "all")})]  # fmt: skip
        if ("national", "all") not in rated:
            problems.append("rates.csv: the row national,all is missing")
        for name, values in (("districts.csv", districts["rate"]), ("rates.csv", rates["rate"])):
            if not values.between(0, 1, inclusive="neither").all():
                problems.append(f"{name}: rates are fractions, 0.07 and not 7")
        totals = parts.groupby(["code", "factor"])["residents"].sum().unstack()
        uneven = totals.index[(totals.max(axis=1) - totals.min(axis=1)) > 0.01 * totals.max(axis=1)]
        if len(uneven) or totals.isna().any(axis=None):
            problems.append("composition.csv: the factors of a district do not add up to the same residents: "
                            f"{', '.join(uneven[:10]) or 'one is missing'}")  # fmt: skip
    if problems:
        raise BadInput("England cannot be compared:\n- " + "\n- ".join(problems))
    joint = folder / "joint.csv"
    return Witness(*tables.values(), pd.read_csv(joint, dtype=str) if joint.is_file() else None)


def compare(witness: Witness, factors: tuple[str, ...] | None = None) -> pd.DataFrame:
    """By district: `direct`, its sampling `direct_sd`, `share` of the model, `low` and `high` of its 90 % interval, and
    `z`, their difference over the SD of both. `factors`: those that are given to the model (default: all)."""
    parts = witness.composition
    parts = parts if factors is None else parts[parts["factor"].isin(factors)]
    space = cell_space({f: tuple(rows["category"].unique()) for f, rows in parts.groupby("factor", sort=False)})
    districts = witness.districts.set_index("code")
    codes = districts.index.intersection(parts["code"].unique())
    margins = {
        factor: parts[parts["factor"] == factor]
        .pivot_table(index="code", columns="category", values="residents", aggfunc="sum")
        .reindex(index=codes, columns=list(names))
        .fillna(0.0)  # a category without residents has no row
        .to_numpy(float)
        for factor, names in space.factors.items()
    }
    residents = next(iter(margins.values())).sum(axis=1)
    margins = {f: m * (residents / m.sum(axis=1))[:, None] for f, m in margins.items()}
    joint = spree(
        _start(witness.joint, space), [CountMargin(f, space.codes(f), m.sum(axis=0)[None]) for f, m in margins.items()]
    )[0]
    tables = spree(joint, [CountMargin(f, space.codes(f), m) for f, m in margins.items()])
    law = _law(poststratify(tables, stencil(principal(_model(witness.rates, space, joint)))), residents)
    low, high = interval(law.mean, law.sd)
    share = 1 / (1 + np.exp(-law.mean))
    own = districts.loc[codes]
    sampling = ((own["high"] - own["low"]) / (2 * ndtri(0.975))).to_numpy(float)
    z = (own["rate"].to_numpy(float) - share) / np.hypot(share * (1 - share) * law.sd, sampling)
    return pd.DataFrame(
        {"direct": own["rate"], "direct_sd": sampling, "share": share, "low": low, "high": high, "z": z}, index=codes
    )


def _start(joint: pd.DataFrame | None, space: CellSpace) -> np.ndarray:
    if joint is None:
        return np.ones(len(space))
    residents = joint.groupby(list(space.factors))["residents"].apply(lambda rows: rows.astype(float).sum())
    cells = pd.MultiIndex.from_tuples(space.labels()) if len(space.factors) > 1 else [c for (c,) in space.labels()]
    # A cell that the cross does not name holds nobody, but margins may ask for somebody there.
    return np.maximum(residents.reindex(cells).fillna(0).to_numpy(float), 1e-6)


def _model(rates: pd.DataFrame, space: CellSpace, joint: np.ndarray) -> RateModel:
    national = rates.set_index(["factor", "category"])["rate"][("national", "all")]
    printed = rates[rates["factor"].isin(space.factors)]
    # Errors of printed rates, over the rates; the national figure is held, since levels are not what is asked.
    spread = DESIGN_EFFECT * (1 - printed["rate"]) / (printed["rate"] * printed["respondents"].astype(float))
    variance = np.r_[1e-8, spread.fillna(UNKNOWN_LOG_SD**2)]
    pairs = [
        space.where(**{f: a, g: b})
        for f, g in combinations(space.factors, 2)
        for a in space.factors[f]
        for b in space.factors[g]
    ]
    effects = DEFAULT.interaction_log_sd * np.array([cells for cells in pairs if cells.any()], dtype=float)
    whole = printed.groupby("factor")["category"].nunique().eq(pd.Series({f: len(c) for f, c in space.factors.items()}))
    groups = [list(space.factors).index(f) if whole.get(f, False) else -1 for f in printed["factor"]]
    return RateModel(
        joint=joint,
        national=float(national),
        names=tuple(printed["factor"] + ": " + printed["category"]),
        cells=np.array([space.where(**{f: c}) for f, c in zip(printed["factor"], printed["category"], strict=True)]),
        ratios=(printed["rate"] / national).to_numpy(float),
        scale=joint_scale(np.diag(variance)),
        partition=np.array(groups),
        offset=np.zeros(len(space)),
        effects=effects.reshape(-1, len(space)) if len(pairs) else np.zeros((1, len(space))),
    )


def _law(shares: np.ndarray, residents: np.ndarray) -> Moments:
    """With departures as for France: a district has what an EPCI has in common, and its own by size."""
    local = nested_residuals([np.arange(len(residents))], residents, DEFAULT.residual_log_sd, DEFAULT.spatial_share)
    return analytic(shares, local.log_variance(csr_array(eye_array(len(residents)))))


def _row(compared: pd.DataFrame) -> str:
    plain = np.corrcoef(compared["direct"], compared["share"])[0, 1]
    # What sampling adds to the variance of direct estimates hides a part of any correlation.
    truth = compared["direct"].var() - (compared["direct_sd"] ** 2).mean()
    corrected = plain * np.sqrt(compared["direct"].var() / truth) if truth > 0 else np.nan
    inside = (compared["z"].abs() <= ndtri(0.95)).mean()
    error = 100 * (compared["direct"] - compared["share"]).abs().mean()
    corrected_words = f"{min(corrected, 1):.2f}" if np.isfinite(corrected) else "nothing but sampling"
    return f"{len(compared)} | {plain:.2f} | {corrected_words} | {inside:.0%} | {error:.1f}"


if __name__ == "__main__":
    main()
