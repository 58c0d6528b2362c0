"""Share of residents far from everyday services (Insee, 2021): by commune, département and région.

Residents more than 7 minutes by car from local services (« proximité »), 15 from intermediate ones, 30 from higher ones
(Observatoire des territoires, after Insee's census, BPE and METRIC). Layout: a workbook, sheet Data, `code_insee, nom,
scale` and one column an indicator whose title ends with its year. Codes of départements and régions are numbers there:
their zero is given back; those of communes are text.
"""

import re
from collections.abc import Sequence

import pandas as pd

from etl.reading.observations import (
    Measure,
    all_rejects,
    observe_long,
    percentage,
)
from etl.reading.tables import (
    COMMUNE,
    DEPARTEMENT,
    CodeKind,
    Layout,
    refuse,
    shortened_codes,
)
from etl.rejects import reject_frame
from geodata.sentences import Sentence, sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="far_from_services",
    title="Part de la population éloignée des équipements",
    producer="Insee (Observatoire des territoires)",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.insee.fr/fr/statistiques/4505239",
    tier=Tier.OFFICIAL,
    description="Habitants à plus de 7, 15 ou 30 minutes des équipements de proximité, intermédiaires, supérieurs.",
)

_TITLE = re.compile(r"Part de la population éloignée des équipements (intermédiaires|de proximité|supérieurs), (\d{4})")
_RANGES = {"de proximité": "local", "intermédiaires": "intermediate", "supérieurs": "higher"}
_REGION = CodeKind("kind_region", r"\d{2}", r"(?!)")
_SCALES = {"Commune": "commune", "Département": "departement", "Région": "region"}
_KINDS = {"commune": COMMUNE, "departement": DEPARTEMENT, "region": _REGION}

LAYOUT = Layout(
    ("code_insee", "scale"),
    is_mine=lambda columns: {"code_insee", "scale"} <= set(columns) and any(map(_measure, columns)),
    wanted=lambda column: _measure(column) is not None,
    header_problems=lambda columns: _header_problems(columns),
    sheets="Data",
)
recognises = LAYOUT.recognises


def read(snapshot: Snapshot) -> pd.DataFrame:
    """The table as text. Raises `BadInput` with every problem of the file."""
    raw = LAYOUT.read(snapshot)
    refuse(raw.attrs["file"], shortened_codes("code_insee", raw.loc[raw["scale"] == "Commune", "code_insee"], COMMUNE))
    return raw


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observations `share_far_from_{local, intermediate, higher}_services` by commune, département, région; rejects."""
    level = raw["scale"].map(_SCALES)
    code = raw["code_insee"].where(level == "commune", raw["code_insee"].str.zfill(2))
    rejects = [
        reject_frame(
            SOURCE.id,
            [
                (line, raw.at[line, "code_insee"], sentence("not_one_of", column="scale", allowed=", ".join(_SCALES)))
                for line in raw.index[level.isna()]
            ],
        )
    ]
    pieces = []
    for column in raw.columns:
        if measure := _measure(column):
            same = pd.Series([measure] * len(raw), index=raw.index)
            observations, refused = observe_long(raw.assign(code=code), SOURCE.id, "code", column, same, level, _KINDS)
            pieces.append(observations)
            rejects.append(refused)
    return pd.concat(pieces, ignore_index=True), all_rejects(rejects)


def _measure(column: str) -> Measure | None:
    match = _TITLE.fullmatch(column)
    return percentage(f"share_far_from_{_RANGES[match[1]]}_services", match[2]) if match else None


def _header_problems(columns: Sequence[str]) -> list[Sentence]:
    if any(map(_measure, columns)):
        return []
    title = "« Part de la population éloignée des équipements ..., 2021 »"
    return [sentence("no_column_like", where=sentence("at_row", row=1), columns=title)]
