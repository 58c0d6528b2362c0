"""Files made to fill a memory are refused in words, before they are opened."""

import bz2
import gzip
import io
import zipfile

import pytest
import xlsxwriter

from etl.reading import expansion
from etl.reading.candidate import peek
from etl.reading.opening import opened_workbook
from etl.sources import tiers_lieux
from geodata.errors import BadInput
from tests.etl.sources.files import open_document, written, zipped


def test_a_cell_in_the_last_corner_is_refused(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "code")
        sheet.write(1_048_575, 16_383, "x")
    corner = r"line 1,048,576 and right to column 16,384.*Delete the stray cells"
    with pytest.raises(BadInput, match=corner), opened_workbook(tmp_path / "x.xlsx"):
        pass
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.write(tmp_path / "x.xlsx", "inside/x.xlsx")
    with pytest.raises(BadInput, match="stray cells"), opened_workbook(tmp_path / "x.zip", "inside/x.xlsx"):
        pass


def test_a_usual_workbook_passes(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        book.add_worksheet("A").write(99, 25, 3)
    with opened_workbook(tmp_path / "x.xlsx") as book:
        assert book.sheet_names == ["A"]


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(expansion, "SMALL", 1_000_000)
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "0;" * 5_000_000)
    with pytest.raises(BadInput, match=r"its member a\.csv would unpack"):
        peek(path)


def test_a_cell_between_two_pieces_is_seen(monkeypatch):
    monkeypatch.setattr(expansion, "_PIECE", 7)
    assert expansion._extent(io.BytesIO(b'<row r="3"><c r="C3" s="1"/><c s="2" r="AA12"><v>1</v></c>')) == (12, 27)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_a_packed_text_that_never_ends_is_refused_while_it_is_read(tmp_path, monkeypatch, pack):
    """A gzip announces nothing that can be trusted: what comes out is counted, here in the lines under good columns."""
    monkeypatch.setattr(expansion, "SMALL", 1_000_000)
    text = "ID_UNIQUE;NOM;LATITUDE;LONGITUDE\n" + "1;A;46.2;5.2\n" * 2_000_000
    with pytest.raises(BadInput, match=r"x\.csv\.gz: its [\d,]+ bytes unpack to over .*made to fill a memory"):
        tiers_lieux.read(written(tiers_lieux, tmp_path, pack(text.encode()), "x.csv.gz"))


def test_an_open_document_that_repeats_a_cell_to_the_last_corner_is_refused(tmp_path):
    book = open_document({"A": [["code"], ["x"]]})
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    cell, row = b"<table:table-cell office", b"<table:table-row>"
    bomb = members["content.xml"].replace(cell, b'<table:table-cell table:number-columns-repeated="16384" office')
    bomb = bomb.replace(row, b'<table:table-row table:number-rows-repeated="524288">')
    path = tmp_path / "x.ods"
    path.write_bytes(zipped(members | {"content.xml": bomb}))
    corner = r"sheet A reaches down to line 1,048,576 and right to column 16,384.*Delete the stray cells"
    with pytest.raises(BadInput, match=corner):
        peek(path)
    # Empty cells are repeated to the last corner by every program: they hold nothing.
    empty = members["content.xml"].replace(b"</table:table>", b'<table:table-row table:number-rows-repeated="1048000">'
        b'<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>')  # fmt: skip
    path.write_bytes(zipped(members | {"content.xml": empty}))
    with opened_workbook(path) as workbook:
        assert workbook.get_sheet_by_name("A").to_python() == [["code"], ["x"]]


def test_an_open_document_that_unpacks_to_far_more_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(expansion, "SMALL", 100_000)
    path = tmp_path / "x.ods"
    path.write_bytes(open_document({"A": [["0" * 60]] * 40_000}))
    with pytest.raises(BadInput, match=r"its member content\.xml would unpack"):
        peek(path)
