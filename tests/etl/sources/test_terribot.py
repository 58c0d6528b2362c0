"""Derived counts: leading zeros put back, totals of larger territories left out."""

from pathlib import Path

import pandas as pd
import pytest

from etl.reading.candidate import peek
from etl.sources import terribot
from geodata.errors import BadInput
from tests.etl.sources.files import real, snapshot_of, tidied

CLUBS = ["c_uni_olymp", "c_uni_n_olymp", "c_multi", "c_handi", "c_adapt"]


def parquet(tmp_path: Path, rows: list[dict]) -> bytes:
    path = tmp_path / "made.parquet"
    pd.DataFrame(rows).to_parquet(path)
    return path.read_bytes()


def clubs(id_: str, *counts: float) -> dict:
    return {"id": id_, "comp1": None} | dict(zip(CLUBS, counts, strict=True))


def test_counts_by_commune_with_their_zeros_put_back(tmp_path):
    rows = [
        clubs("5178", 2, 1, 0, 1, float("nan")),
        clubs("2A004", 0, 0, 0, 0, 0),
        clubs("D5", 9, 9, 9, 9, 9),
        clubs("200000172", 9, 9, 9, 9, 9),
        clubs("FR", 9, 9, 9, 9, 9),
    ]
    accepted, rejected = tidied(terribot, tmp_path, parquet(tmp_path, rows), "club.parquet")
    summed = accepted.groupby(["code_insee", "category"])["quantity"].sum()
    assert summed.to_dict() == {("05178", "club_sport"): 3, ("05178", "club_sport_handicap"): 1}
    assert accepted["seen_on"].isna().all(), "the table states no date"
    assert rejected["reason"].tolist() == ["3 row(s) of larger territories, or further rows of a commune: not read"]


def test_a_ccas_is_there_or_not(tmp_path):
    rows = [{"id": "COM-1053", "siren_ccas": True}, {"id": "COM-1004", "siren_ccas": False}, {"id": "COM-D1"}]
    accepted, _ = tidied(terribot, tmp_path, parquet(tmp_path, rows), "ccas.parquet")
    assert accepted[["code_insee", "category"]].to_numpy().tolist() == [["01053", "ccas"]]
    assert accepted["seen_on"].isna().all()


def test_what_is_no_count_is_rejected_and_told(tmp_path):
    rows = [clubs("1004", 1, 0, 0, 0, 0), clubs("1005", 0, 0, 0, 0, 0) | {"c_multi": -3}]
    accepted, rejected = tidied(terribot, tmp_path, parquet(tmp_path, rows), "club.parquet")
    assert accepted["code_insee"].tolist() == ["01004"]
    allowed = "a whole number, not negative, is allowed"
    assert rejected["reason"].tolist()[1:] == [f"« -3 » is not a count: {allowed}"]
    written_out = [row | {"c_handi": "beaucoup"} for row in rows[:1]]
    _, rejected = tidied(terribot, tmp_path, parquet(tmp_path, written_out), "club.parquet")
    assert rejected[["key", "reason"]].to_numpy().tolist()[1:] == [
        ["01004 c_handi", f"« beaucoup » is not a count: {allowed}"]
    ]


def test_a_cut_or_foreign_file_is_refused(tmp_path):
    path = tmp_path / "x.parquet"
    path.write_bytes(parquet(tmp_path, [clubs("5178", 1, 1, 1, 1, 1)])[:-30])
    with pytest.raises(BadInput, match=r"x\.parquet"):
        terribot.read(snapshot_of(terribot, path))
    path.write_bytes(parquet(tmp_path, [{"id": "5178", "c_handi": 1.0}]))
    assert not terribot.recognises(peek(path))
    with pytest.raises(BadInput, match=r"x\.parquet cannot be used"):
        terribot.read(snapshot_of(terribot, path))


@pytest.mark.parametrize(
    ("file", "totals"),
    [
        ("rna", {"asso_entraide": 132_028, "asso_familles_aines": 21_251, "asso_caritative": 67_189}),
        ("club", {"club_sport": 63_608 + 37_193 + 47_533, "club_sport_handicap": 1_469 + 1_579}),
        ("bpe", {"pharmacie": 20_719, "bibliotheque": 15_834, "hebergement_personnes_agees": 10_197}),
        ("ccas", {"ccas": 13_867}),
    ],
)
def test_real_counts_of_communes_add_up_to_the_row_of_france(shared_data, file, totals):
    path = shared_data / "services" / "terribot" / f"{file}.parquet"
    _, accepted, _ = real(terribot, path)
    assert accepted.groupby("category")["quantity"].sum()[list(totals)].to_dict() == totals
    assert accepted["code_insee"].str.len().eq(5).all()
