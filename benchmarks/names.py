"""How well names of one place are told from those of two: `python -m benchmarks.names`.

The pairs are `tests/etl/service_pairs.csv`, labelled by a reader. The limit of likeness was chosen on them, so it is
also chosen on one half and asked of the other, twenty times.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from etl import duplicates
from etl.categories import categories

PAIRS = Path(__file__).parents[1] / "tests" / "etl" / "service_pairs.csv"
LIMITS = range(60, 101)
HALVES = 20


def main() -> None:
    """Print precision and recall of the rule, pair by pair where it is wrong, and those of a limit chosen apart."""
    pairs = pd.read_csv(PAIRS)
    same = (pairs["same"] == "yes").to_numpy()
    answers = {limit: merged(pairs, limit) for limit in LIMITS}
    merged_pairs = answers[duplicates.SIMILAR]
    precision, recall = rates(merged_pairs, same)
    print(f"{len(pairs)} pairs, {same.sum()} of one place: precision {precision:.3f}, recall {recall:.3f}\n")
    print("| Category | One | Other | Wrongly |\n|---|---|---|---|")
    for pair, is_merged in zip(
        pairs[merged_pairs != same].itertuples(), merged_pairs[merged_pairs != same], strict=True
    ):
        print(f"| {pair.category} | {pair.one} | {pair.other} | {'merged' if is_merged else 'left apart'} |")
    apart = np.array([chosen_apart(answers, same, seed) for seed in range(HALVES)])
    low, high = apart.min(axis=0), apart.max(axis=0)
    print(f"\nChosen on one half, asked of the other: precision {low[0]:.2f} to {high[0]:.2f}, ", end="")
    print(f"recall {low[1]:.2f} to {high[1]:.2f}")


def merged(pairs: pd.DataFrame, limit: float) -> np.ndarray:
    """Whether the rule takes each pair for one place, were this the limit of likeness."""
    titles = categories().set_index("id")["title"]
    kept, duplicates.SIMILAR = duplicates.SIMILAR, limit
    try:
        return np.array([duplicates.is_similar(p.one, p.other, titles[p.category]) for p in pairs.itertuples()])
    finally:
        duplicates.SIMILAR = kept


def rates(merged_pairs: np.ndarray, same: np.ndarray) -> tuple[float, float]:
    """Precision and recall of what was merged."""
    both = (merged_pairs & same).sum()
    return both / merged_pairs.sum(), both / same.sum()


def chosen_apart(answers: dict[int, np.ndarray], same: np.ndarray, seed: int) -> tuple[float, float]:
    """Precision and recall on one random half, at the limit that errs least on the other."""
    is_first = np.random.default_rng(seed).permutation(len(same)) < len(same) // 2
    limit = min(answers, key=lambda limit: (answers[limit] != same)[is_first].sum())
    return rates(answers[limit][~is_first], same[~is_first])


if __name__ == "__main__":
    main()
