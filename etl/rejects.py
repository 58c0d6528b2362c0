"""Refused rows, in the shape of table `reject`."""

import pandas as pd

COLUMNS = ["source", "row", "key", "reason"]


def reject_frame(source: str, rows) -> pd.DataFrame:
    """Frame of `(row, key, reason)` triples for one source."""
    return pd.DataFrame([(source, str(row), str(key), reason) for row, key, reason in rows], columns=COLUMNS)
