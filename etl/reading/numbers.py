"""Numbers as producers write them: two decimal signs, spaces that group thousands, and what is no number at all."""

import numpy as np
import pandas as pd

from etl.rejects import reject_frame
from geodata.sentences import sentence

_GROUPED = r"-?\d{1,3}([ \u00a0\u202f]\d{3})+([.,]\d+)?"


def numbers(text: pd.Series) -> pd.Series:
    """Floats of a text column; NaN where it is empty or not a number.

    The decimal sign is a comma or a point; spaces (also unbreakable ones) may group thousands.
    """
    parsed = _floats(text)
    written = parsed.isna() & text.notna()
    if written.any():
        parsed[written] = _floats(_plain(text[written]))
    return parsed.where(np.isfinite(parsed))


def _floats(text: pd.Series) -> pd.Series:
    # What is not a number is NaN: the caller tells it apart from an empty cell.
    return pd.to_numeric(text, errors="coerce").astype("float64")


def _plain(text: pd.Series) -> pd.Series:
    """The text with a decimal point and no space between thousands."""
    clean = text.str.strip()
    grouped = clean.str.fullmatch(_GROUPED)
    return clean.where(~grouped, clean.str.replace(r"[ \u00a0\u202f]", "", regex=True)).str.replace(",", ".")


def not_numbers(rows: pd.DataFrame, source: str, key: str, *columns: str) -> pd.DataFrame:
    """A reject for each cell of `columns` (those that are there) that is neither empty nor a number.

    `rows` are as published, as text; `key` is the column that names a row. The row itself may be kept.
    """
    problems = [
        (line, rows.at[line, key], sentence("not_a_number_kept", column=column, text=text[:40]))
        for column in columns
        if column in rows
        for line, text in rows.loc[(rows[column].str.strip() != "") & numbers(rows[column]).isna(), column].items()
    ]
    return reject_frame(source, problems)
