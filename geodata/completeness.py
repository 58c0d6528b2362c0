"""What is known of each category where several sources tell, and over several départements."""

from collections.abc import Iterable

import pandas as pd

from geodata.service import Completeness

_FROM_THE_BEST = (Completeness.COMPLETE, Completeness.PARTIAL, Completeness.STALE, Completeness.ABSENT)


def best_states(completeness: pd.DataFrame) -> pd.DataFrame:
    """What is known of each category in each département, the best of its sources: (départements x categories).

    `completeness` has the columns of the table of that name; what no source tells about is missing.
    """
    order = {state.value: rank for rank, state in enumerate(_FROM_THE_BEST)}
    best = completeness.assign(order=completeness["state"].map(order)).sort_values("order", kind="stable")
    return best.drop_duplicates(["departement", "category"]).pivot(
        index="departement", columns="category", values="state"
    )


def over(states: Iterable[str]) -> Completeness:
    """What is known over several départements: what it is in all of them, else partial."""
    present = set(states)
    return Completeness(present.pop()) if len(present) == 1 else Completeness.PARTIAL
