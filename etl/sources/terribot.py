"""Counts by commune that a public repository (jamesmica/terribot) derived from national files, as Parquet.

Four of its tables are services: associations by theme (RNA 2025), sports clubs (INJEP 2022), equipment (BPE 2024) and
communes with the budget of a CCAS (DGFiP). Not official files: real national data, aggregated by the author without
published checks, and the codes of communes have lost their leading zero (5178 is 05178), which is put back here. Rows
of EPCI, départements, régions and France are totals of the communes and are not read.

Use the producers' own files where they can be had; these are for a machine without them.
"""

import numpy as np
import pandas as pd

from etl.reading.candidate import Candidate
from etl.reading.numbers import numbers
from etl.reading.service_frame import accept
from etl.reading.tables import CodeKind, Layout, Layouts
from etl.rejects import reject_frame
from geodata.sentences import sentence
from geodata.source import Licence, Snapshot, Source, Tier

SOURCE = Source(
    id="terribot",
    title="Associations, clubs, équipements et CCAS comptés par commune (dépôt terribot, dérivé)",
    producer="jamesmica/terribot d'après RNA, INJEP, Insee et DGFiP",
    licence=Licence.OPEN_LICENCE_2,
    page="https://github.com/jamesmica/terribot",
    tier=Tier.OFFICIAL,
    description="Données nationales agrégées par un tiers : à remplacer par les fichiers des producteurs.",
)

_RNA = {
    "lois07": "007",
    "sociocul09": "009",
    "amic14": "014",
    "sante17": "017",
    "intervsoc19": "019",
    "carit20": "020",
    "sfamspage21": "021",
    "devloc30": "030",
}
_CLUBS = {name: name for name in ("c_uni_olymp", "c_uni_n_olymp", "c_multi", "c_handi", "c_adapt")}
_BPE = {
    "pharma": "D307",
    "biblio": "F307",
    "cine": "F303",
    "conservat": "F305",
    "expo_med": "F312",
    "spectacl": "F315",
    "resto": "A504",
    "heb_persagees": "D401",
    "soin_persagees": "D402",
    "aide_persagees": "D403",
}
_CCAS = {"siren_ccas": "siren_ccas"}

_TABLES = (("rna", _RNA), ("injep", _CLUBS), ("bpe", _BPE), ("balances_ccas", _CCAS))
"""Nomenclature, our code of each column. No table states its date."""

_PLACE = CodeKind("kind_commune_counted", r"(?:COM-)?(?:\d{4,5}|2[AB]\d{3})", r"(?!)")
"""Without its zero the code is as published: only a number with decimals, or in powers of ten, is spoilt."""

LAYOUTS = Layouts(*(Layout(("id", *codes), codes={"id": _PLACE}, wanted=lambda column: False) for _, codes in _TABLES))


def recognises(candidate: Candidate) -> bool:
    """Whether the Parquet file is one of the four tables."""
    return candidate.kind == "parquet" and LAYOUTS.recognises(candidate)


def read(snapshot: Snapshot) -> pd.DataFrame:
    """The table as published, as text; only the columns this reader uses. Raises `BadInput`."""
    return LAYOUTS.read(snapshot)


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts by commune in the shape of `service_frame`, and the rejects."""
    nomenclature, codes = next(table for table in _TABLES if set(table[1]) <= set(raw.columns))
    # Of the budgets, one row a commune and class of costs.
    place = raw["id"].str.removeprefix("COM-")
    is_commune = place.str.fullmatch(r"\d{4,5}|2[AB]\d{3}") & ~place.duplicated()
    left = int((~is_commune).sum())
    totals = reject_frame(SOURCE.id, [("all", "totals", sentence("larger_territories", count=left))])
    rows = raw[is_commune].assign(code_insee=place[is_commune].str.zfill(5)).drop(columns="id")
    counts = rows.melt("code_insee", list(codes), "column", "count", ignore_index=False)
    number = numbers(counts["count"].replace({"true": "1", "false": "0", "True": "1", "False": "0"}))
    is_wrong = (counts["count"].str.strip() != "") & ~((number >= 0) & (number % 1 == 0))
    wrong = reject_frame(
        SOURCE.id,
        [
            (
                line,
                f"{row['code_insee']} {row['column']}",
                sentence("not_a_count", text=row["count"][:40]),
            )
            for line, row in counts[is_wrong].iterrows()
        ],
    )
    # Only a commune without CCAS has an empty cell; the author writes 0 everywhere else.
    counts = counts.assign(quantity=number, code=counts["column"].map(codes), line=counts.index)
    present = counts[(number > 0) & ~is_wrong]
    summed = present.groupby(["code_insee", "code"], as_index=False).agg(
        quantity=("quantity", "sum"), line=("line", "first")
    )
    accepted, rejected = accept(
        summed.set_index("line").assign(
            key=summed["code_insee"].to_numpy() + "-" + nomenclature + "-" + summed["code"].to_numpy(),
            name="",
            lon=np.nan,
            lat=np.nan,
            seen_on="",
        ),
        SOURCE,
        nomenclature,
    )
    return accepted, pd.concat([totals, wrong, rejected], ignore_index=True)
