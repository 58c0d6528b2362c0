"""Passage tables: from the code of a commune in the past to its code today (Insee).

Layouts: Insee's annual table (`CODGEO_2003 ... CODGEO_2025`, a row a commune of any year, sheet COM) and COGiter's
history (`DEPCOM_HIST; DEPCOM`: every code since 1943). A former commune that leads to several is split: both rows are
kept and marked, since a code alone cannot tell which one its people went to.
"""

import re
from collections.abc import Sequence

import pandas as pd

from etl.reading.observations import refuse_rows
from etl.reading.tables import COMMUNE, Layout, Layouts
from geodata.sentences import sentence
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="cog_passage",
    title="Tables de passage des codes de communes",
    producer="Insee",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.insee.fr/fr/information/7671867",
    tier=Tier.OFFICIAL,
    description="Code actuel de chaque ancien code de commune : fusions, scissions, changements de code.",
)

_YEAR = re.compile(r"CODGEO_(\d{4})")


def _is_annual(columns: Sequence[str]) -> bool:
    return sum(bool(_YEAR.fullmatch(column)) for column in columns) > 1


LAYOUTS = Layouts(
    Layout(("DEPCOM_HIST", "DEPCOM"), codes={"DEPCOM_HIST": COMMUNE, "DEPCOM": COMMUNE}),
    Layout((), is_mine=_is_annual, wanted=lambda column: _YEAR.fullmatch(column) is not None, sheets="COM"),
)
recognises = LAYOUTS.recognises
read = LAYOUTS.read


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pairs `code_former, code, is_split`, each once; and the lines refused for a code that is not a commune's."""
    pairs = _pairs(raw).drop_duplicates(["code_former", "code"]).set_index("line")
    fits = COMMUNE.fits(pairs["code_former"]) & COMMUNE.fits(pairs["code"])
    kept, rejects = refuse_rows(
        pairs, SOURCE.id, pairs["code_former"], {sentence("code_not_of_kind", kind=COMMUNE.sentence): ~fits}
    )
    kept = kept.sort_values(["code_former", "code"], ignore_index=True)
    return kept.assign(is_split=kept["code_former"].duplicated(keep=False)), rejects


def _pairs(raw: pd.DataFrame) -> pd.DataFrame:
    if "DEPCOM_HIST" in raw:
        return raw.reset_index().rename(columns={"DEPCOM_HIST": "code_former", "DEPCOM": "code"})
    years = sorted(column for column in raw.columns if _YEAR.fullmatch(column))
    today = raw[years[-1]]
    # A commune that did not exist in a year has an empty cell there.
    long = [
        pd.DataFrame({"line": raw.index, "code_former": raw[year].to_numpy(), "code": today.to_numpy()})
        for year in years
    ]
    pairs = pd.concat(long, ignore_index=True)
    return pairs[(pairs["code_former"] != "") & (pairs["code"] != "")]


def vintage(raw: pd.DataFrame) -> str:
    """The newest year that has a column; empty when the table has none."""
    return max((match[1] for column in raw.columns if (match := _YEAR.fullmatch(column))), default="")
