"""Files made to fill a memory are refused in words, before they are opened."""

import io
import zipfile

import pytest
import xlsxwriter

from etl.reading import expansion
from etl.reading.intake import opened_workbook, peek
from geodata.errors import BadInput


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
