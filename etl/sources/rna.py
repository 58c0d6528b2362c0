"""Ministère de l'Intérieur, Répertoire national des associations (`rna_waldec`): associations counted by commune.

`;`, one row an association, one file a département, often all in one zip. The theme is the first three digits of
`objet_social1`; `position` A is active, D dissolved, S deleted. The register keeps associations that are asleep: the
counts are an upper bound. Only the theme, the commune of the seat and the state are read: neither names nor addresses
(the seat is often the home of an officer), and nothing is a point.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from etl import categories
from etl.reading.candidate import Candidate, peek
from etl.reading.documents import refuse_lost_zeros
from etl.reading.opening import open_bytes
from etl.reading.service_frame import accept
from etl.reading.tables import Layout, refuse_spoilt_identifiers
from etl.rejects import reject_frame
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="rna",
    title="Répertoire national des associations (RNA)",
    producer="Ministère de l'Intérieur",
    licence=Licence.OPEN_LICENCE_2,
    page="https://www.data.gouv.fr/fr/datasets/repertoire-national-des-associations/",
    tier=Tier.OFFICIAL,
    description="Associations par commune du siège et par objet social : un majorant, les dormantes y restent.",
)

ACTIVE = "A"

LAYOUT = Layout(
    ("id", "objet_social1", "adrs_codeinsee", "position", "maj_time"),
    wanted=lambda column: False,
)

recognises = LAYOUT.recognises


def read(snapshot: Snapshot) -> pd.DataFrame:
    """The columns this reader uses, as text, of the file or of every file in the zip. Raises `BadInput`."""
    members = [part for part in peek(snapshot.path).inside if LAYOUT.recognises(part)]
    raw = LAYOUT.read(snapshot) if len(members) < 2 else pd.concat(_each(members, snapshot))
    refuse_lost_zeros(raw["adrs_codeinsee"], snapshot.path.name, sentence("at_column", column="adrs_codeinsee"))
    return raw


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts by commune and theme in the shape of `service_frame`, and the rejects."""
    is_active = raw["position"] == ACTIVE
    gone = reject_frame(
        SOURCE.id,
        [
            ("all", f"position {state}", sentence("not_active", count=count))
            for state, count in raw.loc[~is_active, "position"].value_counts().sort_index().items()
        ],
    )
    again = raw[is_active].duplicated("id")
    if again.any():
        reason = sentence("association_again", count=int(again.sum()))
        gone = pd.concat([gone, reject_frame(SOURCE.id, [("all", "id", reason)])], ignore_index=True)
    refuse_spoilt_identifiers(raw["id"])
    rows = raw[is_active][~again]
    code = rows["objet_social1"].str.zfill(6).str[:3]
    unknown = categories.unknown_codes(code, "rna", SOURCE.id)
    rows = rows.assign(code=code, line=rows.index, date=rows["maj_time"].str[:10])
    rows = rows[categories.category_of(code, "rna").notna()]
    counted = rows.groupby(["adrs_codeinsee", "code"], as_index=False).agg(
        quantity=("id", "size"), line=("line", "first"), seen_on=("date", "max")
    )
    accepted, rejected = accept(
        counted.set_index("line")
        .rename(columns={"adrs_codeinsee": "code_insee"})
        .assign(key=lambda frame: frame["code_insee"] + "-" + frame["code"], name="", lon=np.nan, lat=np.nan),
        SOURCE,
        "rna",
    )
    return accepted, pd.concat([gone, unknown, rejected], ignore_index=True)


def _each(members: Sequence[Candidate], snapshot: Snapshot) -> Iterator[pd.DataFrame]:
    with tempfile.TemporaryDirectory() as folder:
        for part in members:
            path = Path(folder, Path(part.member).name)
            with open_bytes(part.path, part.member) as packed, open(path, "wb") as file:
                shutil.copyfileobj(packed, file)
            yield LAYOUT.read(replace(snapshot, path=path))
            path.unlink()
