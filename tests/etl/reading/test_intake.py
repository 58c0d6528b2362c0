"""Files are recognised by what they hold, not by their names; notes are left alone; strangers get a reason."""

import bz2
import gzip
import io
import tarfile
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.reading.candidate import Candidate, peek
from etl.reading.intake import intake, refuse_spoilt
from etl.reading.opening import open_bytes
from etl.sources import bpe, tiers_lieux
from geodata.errors import BadInput


def written(tmp_path: Path, data: bytes | str, name: str = "file.bin") -> Path:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def zipped(members: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def reader(id_: str, *columns: str):
    return SimpleNamespace(SOURCE=SimpleNamespace(id=id_), recognises=lambda candidate: candidate.has(*columns))


@pytest.mark.parametrize(
    ("data", "delimiter", "encoding"),
    [
        ("CODGEO;LIBGEO\n01001;Évian\n", ";", "utf-8"),
        ("CODGEO,LIBGEO\n01001,Évian\n", ",", "utf-8"),
        ("CODGEO\tLIBGEO\n01001\tÉvian\n", "\t", "utf-8"),
        ("\ufeffCODGEO;LIBGEO\r\n01001;Évian\r\n", ";", "utf-8-sig"),
        ('"CODGEO";"LIBGEO"\r01001;Évian\r', ";", "utf-8"),
        ("CODGEO;LIBGEO\n01001;Évian\n".encode("cp1252"), ";", "cp1252"),
        (b"CODGEO;LIBGEO\n01001;\x81\xc9vian-l\xe8s-pr\xe9s\n", ";", "latin-1"),
        ("CODGEO;LIBGEO\n01001;Évian-lès-prés\n".encode("cp850"), ";", "cp850"),
        ("CODGEO;LIBGEO\n01001;Évian-lès-prés\n".encode("mac_roman"), ";", "mac_roman"),
        ("sep=;\r\nCODGEO;LIBGEO\r\n01001;Évian\r\n", ";", "utf-8"),
    ],
)
def test_a_text_is_described_by_its_first_line(tmp_path, data, delimiter, encoding):
    candidate = peek(written(tmp_path, data))
    assert (candidate.kind, candidate.delimiter, candidate.encoding) == ("text", delimiter, encoding)
    assert candidate.columns == ("CODGEO", "LIBGEO")
    assert candidate.first_row[0] == "01001"


def test_two_title_lines_of_statistiques_locales_are_skipped(tmp_path):
    text = (
        "\ufeffInsee - Statistiques locales; \nRéférentiel géographique : France par commune; \nCode;Libellé\n01001;A\n"
    )
    candidate = peek(written(tmp_path, text))
    assert candidate.header_line == 3
    assert candidate.columns == ("Code", "Libellé")


def test_a_character_cut_by_the_end_of_the_head_is_not_another_encoding(tmp_path):
    text = "a;b\n" + "é" * 40_000
    assert peek(written(tmp_path, text + "\n")).encoding == "utf-8"
    assert peek(written(tmp_path, "x" + text + "\n")).encoding == "utf-8"


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ('{"gcc": [{"a": 1}], "gco": [], "meta": {"b": "c"}, "pmej": [', ("gcc", "gco", "meta", "pmej")),
        ('[{"id": "1", "nom": "dit \\"x\\": {", "geo": {"lon": 1}}, {"other": 2}]', ("id", "nom", "geo")),
        ("[]", ()),
    ],
)
def test_top_level_keys_of_json_even_when_it_is_cut(tmp_path, text, keys):
    candidate = peek(written(tmp_path, text))
    assert candidate.kind == "json"
    assert candidate.keys == keys


def test_parquet_is_known_by_its_bytes(tmp_path):
    path = tmp_path / "anything.csv"
    pq.write_table(pa.table({"IRIS": ["010010000"]}), path)
    assert peek(path) == Candidate(path, "parquet", ".csv", columns=("IRIS",))


def test_a_zip_shows_its_members(tmp_path):
    data = zipped({"data.csv": "CODGEO;P22_POP\n", "meta_data.csv": "COD_VAR;LIB_VAR\n", "lisezmoi.pdf": b"%PDF"})
    candidate = peek(written(tmp_path, data))
    assert candidate.kind == "zip"
    assert candidate.members == ("data.csv", "meta_data.csv", "lisezmoi.pdf")
    assert [(part.member, part.columns) for part in candidate.inside] == [
        ("data.csv", ("CODGEO", "P22_POP")),
        ("meta_data.csv", ("COD_VAR", "LIB_VAR")),
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        ("\n<!DOCTYPE html><html>404</html>", "web page"),
        ("a;b\n".encode("utf-16"), "UTF-16"),
        (b"\x00\x01\x02", "binary file"),
        (zipped({"data.csv": "a;b\n" * 50_000})[:-30], "truncated"),
        (b"PAR1 and no more", "Parquet"),
        (b"\xd0\xcf\x11\xe0 and no more", "workbook"),
        ("a" * 1_000_000, "no line of columns in the first 64 KB"),
    ],
)
def test_what_cannot_be_a_table_is_refused_with_its_name(tmp_path, data, words):
    with pytest.raises(BadInput, match=words) as refused:
        peek(written(tmp_path, data, "some_file.csv"))
    assert "some_file.csv" in str(refused.value)


def test_files_go_to_their_reader_whatever_their_name(tmp_path):
    written(tmp_path, "CODGEO;P22_POP\n01001;859\n", "deep/liste.txt")
    written(tmp_path, zipped({"x.csv": "CODGEO;P21_POP\n"}), "y.zip")
    written(tmp_path, "CODGEO;MED21\n", "P22_POP.csv")
    written(tmp_path, "a note", "deep/liste.txt.note.md")
    written(tmp_path, "who;knows\n", "stranger.csv")
    written(tmp_path, "CODGEO;P22_POP\n01001;859\n", "zz_copy.csv")
    written(tmp_path, "<html>", "page.csv")
    modules = [
        reader("census", "CODGEO", "P22_POP"),
        reader("old", "P21_POP"),
        reader("income", "MED21"),
        reader("x", "y"),
    ]
    found, strangers = intake(tmp_path, modules)
    assert {id_: [s.path.name for s in snapshots] for id_, snapshots in found.items()} == {
        "census": ["liste.txt"],
        "old": ["y.zip"],
        "income": ["P22_POP.csv"],
        "x": [],
    }
    assert found["census"][0].size == 25
    assert found["census"][0].vintage == "", "the day a file was copied is not what it tells of"
    reasons = {stranger.path.name: stranger.reason for stranger in strangers}
    assert reasons["stranger.csv"] == "columns of no known source: who, knows"
    assert reasons["zz_copy.csv"] == "the same bytes as liste.txt: read once"
    assert "web page" in reasons["page.csv"]
    assert len(reasons) == 3


def test_a_folder_behind_a_link_is_read_once_and_a_link_to_nothing_is_told(tmp_path):
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    (elsewhere / "deep").mkdir(parents=True)
    data.mkdir()
    (elsewhere / "deep" / "far.csv").write_text("CODGEO;MED\n31555;1\n")
    (elsewhere / "back").symlink_to(data)
    (data / "linked").symlink_to(elsewhere)
    (data / "again").symlink_to(elsewhere / "deep")
    (data / "gone.csv").symlink_to(tmp_path / "nowhere.csv")
    (data / "note.md").symlink_to(tmp_path / "nowhere.md")
    snapshots, unread = intake(data, [reader("income", "MED")])
    assert [snapshot.path.name for snapshot in snapshots["income"]] == ["far.csv"]
    assert [(file.path.name, file.is_spoilt) for file in unread] == [("gone.csv", True)]
    assert "nowhere.csv, where there is nothing" in unread[0].reason


def test_a_file_that_two_readers_claim_is_given_to_none(tmp_path):
    written(tmp_path, "CODGEO;P22_POP\n", "a.csv")
    snapshots, strangers = intake(tmp_path, [reader("one", "CODGEO"), reader("two", "P22_POP")])
    assert snapshots == {"one": [], "two": []}
    assert strangers[0].reason == "claimed by several readers: one, two"


def test_a_workbook_shows_its_sheets_even_inside_a_zip(tmp_path, shared_data):
    book = shared_data / "services" / "acces" / "eloignement_equipements_2021.xlsx"
    (inside,) = peek(written(tmp_path, zipped({"folder/book.xlsx": book.read_bytes()}))).inside
    for candidate in (peek(book), inside):
        assert (candidate.kind, candidate.sheets) == ("workbook", ("Data", "Indic6", "Indic7", "Indic8"))
        assert candidate.top("Data", 2)[1][:3] == ["01001", "L'Abergement-Clémenciat", "Commune"]


def test_bytes_that_were_damaged_on_the_way_are_refused_or_still_a_table(tmp_path):
    good = zipped({"data.csv": "CODGEO;LIBGEO\n01001;Évian\n" * 20, "page.csv": "a;b\n"})
    rng = np.random.default_rng(7)
    outcomes = set()
    for _ in range(300):
        damaged = bytearray(good)
        for place in rng.integers(len(good), size=rng.integers(1, 6)):
            damaged[place] = rng.integers(256)
        try:
            outcomes.add(peek(written(tmp_path, bytes(damaged))).kind)
        except BadInput:
            outcomes.add("refused")
    assert {"zip", "refused"} <= outcomes


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("liste.csv.gz", gzip.compress),
        ("liste.csv.bz2", bz2.compress),
        ("liste.tar.bz2", lambda body: bz2.compress(tarred({"lisez.pdf": b"%PDF", "dossier/liste.csv": body}))),
    ],
)
def test_packed_texts_are_seen_as_what_they_hold(tmp_path, name, pack):
    path = written(tmp_path, pack("CODGEO;LIBGEO\n01001;Évian\n".encode()), name)
    candidate = peek(path)
    assert (candidate.kind, candidate.columns, candidate.first_row) == (
        "text",
        ("CODGEO", "LIBGEO"),
        ("01001", "Évian"),
    )
    with open_bytes(path) as file:
        assert file.read().decode().endswith("Évian\n")
    with pytest.raises(BadInput, match="corrupt, truncated"):
        peek(written(tmp_path, path.read_bytes()[:-20], f"cut {name}"))


def test_a_member_of_a_tar_that_cannot_be_read_does_not_hide_its_neighbour(tmp_path):
    table = b"DEPCOM;TYPEQU;LAMBERT_X;LAMBERT_Y\n01053;D307;1;2\n"
    before = {"._points.csv": b"\0\5\x16\7Mac OS X", "notes.txt": b"\0\1\2" * 40, "vide.txt": b""}
    path = written(tmp_path, gzip.compress(tarred(before | {"points.csv": table})), "points.tar.gz")
    with open_bytes(path) as file:
        assert file.read() == table
    snapshots, unread = intake(tmp_path, [bpe])
    assert [snapshot.path.name for snapshot in snapshots["bpe"]] == ["points.tar.gz"]
    assert [(file.reason.split(" > ")[1].split(" ")[0], file.is_spoilt) for file in unread] == [
        (name, False) for name in before
    ]
    with pytest.raises(BadInput, match="holds no text"):
        peek(written(tmp_path, gzip.compress(tarred(before)), "alone.tar.gz"))


def tarred(members: dict[str, bytes]) -> bytes:
    """A tar with these members, in order."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, body in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
    return buffer.getvalue()


def test_a_table_without_one_of_its_columns_is_spoilt_and_a_stranger_is_not(tmp_path):
    written(tmp_path, "DEPCOM;TYPEQU;LAMBERT_X;LAMBERT_Z\n01053;D307;1;2\n", "points.csv")
    written(tmp_path, "nom;latitude;longitude\nA;46;5\n", "stranger.csv")
    snapshots, unread = intake(tmp_path, [bpe, tiers_lieux])
    assert snapshots == {"bpe": [], "tiers_lieux": []}
    assert {file.path.name: file.is_spoilt for file in unread} == {"points.csv": True, "stranger.csv": False}
    with pytest.raises(BadInput, match=r"(?s)points\.csv: it is nearly a file of .*« LAMBERT_Y » is missing"):
        refuse_spoilt(unread)
