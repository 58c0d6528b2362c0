"""The one shape of tidy statistics: a figure, of a place, of a year, with its unit and the state it was published in.

Readers declare which published column is which `Measure`; `observe` reads the figures. A figure that is not published
is a missing value with its reason in `state`, never zero; a figure that cannot be read or is impossible is missing,
`refused`, and has its row in the rejects.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.reading.numbers import numbers
from etl.reading.tables import COMMUNE, CodeKind, refuse_spoilt_identifiers
from etl.rejects import reject_frame
from geodata.sentences import Sentence, sentence

COLUMNS = ["level", "code", "measure", "vintage", "value", "unit", "state"]

PUBLISHED = "published"
RECONSTRUCTED = "reconstructed"
CENSORED = "censored"
"""The figure printed is a limit that the true one does not pass: at most `value`."""
SECRET = "secret"
NOT_AVAILABLE = "not_available"
UNDEFINED = "undefined"
"""A ratio whose denominator is zero."""
MERGED = "merged"
"""The commune is part of another one: its people are counted there."""
REFUSED = "refused"

MARKS = {
    "": NOT_AVAILABLE,
    "s": SECRET,
    "S": SECRET,
    "nd": NOT_AVAILABLE,
    "ND": NOT_AVAILABLE,
    "ns": NOT_AVAILABLE,
    "NS": NOT_AVAILABLE,
    "so": UNDEFINED,
    "K": MERGED,
    "N/A - secret statistique": SECRET,
    "N/A - division par 0": UNDEFINED,
    "N/A - résultat non disponible": NOT_AVAILABLE,
}
"""What producers write in place of a figure."""

PARIS_LYON_MARSEILLE = {
    **{f"751{number:02d}": "75056" for number in range(1, 21)},
    **{f"6938{number}": "69123" for number in range(1, 10)},
    **{f"132{number:02d}": "13055" for number in range(1, 17)},
}
"""The 45 municipal arrondissements and their commune."""


@dataclass(frozen=True)
class Measure:
    """One figure: our name for it, its unit once divided by `divisor`, its year, the values allowed as published."""

    id: str
    unit: str
    vintage: str
    divisor: float = 1
    low: float = 0
    high: float = math.inf


def count(id_: str, vintage: str, unit: str = "person") -> Measure:
    """A number of persons, households ...: not negative, not always whole (census weights)."""
    return Measure(id_, unit, vintage)


def percentage(id_: str, vintage: str) -> Measure:
    """A share published in percent, kept as a fraction."""
    return Measure(id_, "share", vintage, divisor=100, high=100)


def commune_levels(codes: pd.Series) -> pd.Series:
    """`commune`, or `arrondissement` for those of Paris, Lyon and Marseille."""
    return pd.Series(np.where(codes.isin(PARIS_LYON_MARSEILLE), "arrondissement", "commune"), index=codes.index)


def places(
    codes: pd.Series, source: str, kind: CodeKind = COMMUNE, level: pd.Series | str | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Which lines speak of which place: frame `level, code` indexed by line, and the rejects.

    A line is refused when its code has not the form of `kind`, or when a line above has the same place. Without
    `level`, the codes are communes' and arrondissements'. Raises `BadInput` when a spreadsheet made numbers of them.
    """
    refuse_spoilt_identifiers(codes)
    levels = commune_levels(codes) if level is None else level
    is_of_kind = kind.fits(codes)
    rows = pd.DataFrame({"level": levels, "code": codes})[is_of_kind]
    again = rows.duplicated(["level", "code"])
    rejects = reject_frame(
        source,
        [
            (line, text, sentence("not_of_kind", code=text[:40], kind=kind.sentence))
            for line, text in codes[~is_of_kind].items()
        ]
        + [(line, code, sentence("already_above", code=code)) for line, code in rows.loc[again, "code"].items()],
    )
    return rows[~again], rejects


def observe(
    raw: pd.DataFrame, source: str, where: pd.DataFrame, measures: Mapping[str, Measure], state: str = PUBLISHED
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Long observations (`COLUMNS`) of the lines of `where` (`level, code`), and the rejects of single figures.

    `measures` maps columns of `raw` to what they are; `state` is that of a figure that is there.
    """
    pieces, rejects = [], []
    for column, measure in measures.items():
        text = raw.loc[where.index, column]
        values, states = read_numbers(text)
        wrong = (values < measure.low) | (values > measure.high)
        limits = {"low": f"{measure.low:g}"} | ({"high": f"{measure.high:g}"} if math.isfinite(measure.high) else {})
        allowed = sentence("number_from_to" if "high" in limits else "number_from", **limits)
        rejects += [
            (
                line,
                where.at[line, "code"],
                sentence("figure_refused", column=column, text=text[line][:40], allowed=allowed),
            )
            for line in text.index[wrong | (states == REFUSED)]
        ]
        states = states.mask(wrong, REFUSED)
        pieces.append(
            where.assign(
                measure=measure.id,
                vintage=measure.vintage,
                value=(values / measure.divisor).where(states == PUBLISHED),
                unit=measure.unit,
                state=states.replace(PUBLISHED, state),
            )
        )
    observations = pd.concat(pieces, ignore_index=True)[COLUMNS] if pieces else pd.DataFrame(columns=COLUMNS)
    return observations, reject_frame(source, rejects)


def observe_long(
    raw: pd.DataFrame,
    source: str,
    code: str,
    value: str,
    measure: pd.Series,
    level: pd.Series,
    kinds: Mapping[str, CodeKind],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Long observations of a table that is already long: a row a figure.

    `code` and `value` are columns of `raw`; `measure` and `level` say of each of its rows what it measures and of what
    kind of place, whose codes look as in `kinds`. A place given twice for the same measure is refused the second time.
    """
    pieces, rejects = [], []
    for (what, where), rows in raw.groupby([measure, level], sort=False, observed=True):
        lines, refused = places(rows[code], source, kinds[where], where)
        observations, wrong = observe(rows, source, lines, {value: what})
        pieces.append(observations)
        rejects += [refused, wrong]
    if not pieces:
        return pd.DataFrame(columns=COLUMNS), reject_frame(source, [])
    return pd.concat(pieces, ignore_index=True), all_rejects(rejects)


def read_numbers(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Numbers (float64, NaN where there is none) and the state of each: published, a known mark's, or refused."""
    parsed = numbers(text)
    state = pd.Series(PUBLISHED, text.index, dtype=object)
    other = parsed.isna()
    # What is not a number is a known mark or refused: its state says which.
    state[other] = text[other].str.strip().map(MARKS).astype(object).fillna(REFUSED)
    return parsed, state


def refuse_rows(
    rows: pd.DataFrame, source: str, keys: pd.Series, reasons: Mapping[Sentence, pd.Series]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows that no reason refuses, numbered from 0, and the rejects: a line may have several.

    `keys` names each row; `reasons` says, for each reason, which rows it refuses. All are indexed by line.
    """
    refuse_spoilt_identifiers(keys)
    refused = pd.concat(list(reasons.values()), axis=1).any(axis=1)
    lines = [
        (line, keys[line], reason) for reason, which in reasons.items() for line in rows.index[which.to_numpy(bool)]
    ]
    return rows[~refused].reset_index(drop=True), all_rejects([reject_frame(source, lines)])


def all_rejects(rejects: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The rejects of a file, in order of line."""
    rows = pd.concat(rejects, ignore_index=True)
    # A reject of the whole file has words for a row and comes last.
    order = pd.to_numeric(rows["row"], errors="coerce").sort_values(kind="stable").index
    return rows.loc[order].reset_index(drop=True)


def censor(observations: pd.DataFrame, measures: Iterable[str], limit: float) -> pd.DataFrame:
    """Mark as `censored` the figures of `measures` printed at the `limit` under which the producer prints nothing."""
    at_limit = observations["measure"].isin(list(measures)) & (observations["value"] == limit)
    return observations.assign(state=observations["state"].mask(at_limit, CENSORED))


def wide(observations: pd.DataFrame, level: str) -> pd.DataFrame:
    """Values of one level, a row a code and a column a measure; NaN where there is none.

    Raises ValueError when a figure is there twice: choose a vintage first.
    """
    rows = observations[observations["level"] == level]
    return rows.pivot(index="code", columns="measure", values="value").rename_axis(columns=None)
