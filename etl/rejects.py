"""Refused rows, in the shape of table `reject`."""

from collections.abc import Callable, Iterable

import pandas as pd

from geodata.sentences import Sentence, read_sentence

COLUMNS = ["source", "row", "key", "reason", "details"]


def reject_frame(source: str, rows: Iterable[tuple[object, object, Sentence]]) -> pd.DataFrame:
    """Frame of `(row, key, why)` triples for one source: `reason` is the code of the sentence, `details` its values."""
    return pd.DataFrame(
        [(source, str(row), str(key), why.code, why.details) for row, key, why in rows], columns=COLUMNS
    )


def with_words(rejects: pd.DataFrame, translated: Callable[[str], str] = str) -> pd.DataFrame:
    """The rejects with their `reason` in words (by default English), in place of its code and `details`."""
    texts = [read_sentence(*why).text(translated) for why in zip(rejects["reason"], rejects["details"], strict=True)]
    return rejects.assign(reason=pd.Series(texts, index=rejects.index, dtype=str)).drop(columns="details")
