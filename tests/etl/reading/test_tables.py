"""One table out of a file: lines keep their number, text stays as published, a missing column is told with another."""

from dataclasses import replace
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.reading.candidate import peek
from etl.reading.tables import (
    COMMUNE,
    EPCI,
    IRIS,
    Layout,
    Layouts,
)
from geodata.errors import BadInput
from tests.etl.sources.files import snapshot_of, workbook, written, zipped

MODULE = SimpleNamespace(SOURCE=SimpleNamespace(title="Une liste", page="https://www.insee.fr/"))
LAYOUT = Layout(("CODGEO", "LIBGEO"), codes={"CODGEO": COMMUNE}, sheets=r"COM|APL \d{4}")


def read(tmp_path, content, name="liste.csv", layout=LAYOUT):
    return layout.read(written(MODULE, tmp_path, content, name))


def test_lines_keep_their_number_through_blank_ones(tmp_path):
    frame = read(tmp_path, "CODGEO;LIBGEO;NB\n01001;Évian;1,50\n\n;;\n01002;B;\n\n")
    assert frame.index.tolist() == [2, 5]
    assert frame.loc[2].tolist() == ["01001", "Évian", "1,50"]
    assert frame.loc[5].tolist() == ["01002", "B", ""]


def test_padding_columns_of_a_spreadsheet_are_left_out(tmp_path):
    assert list(read(tmp_path, "CODGEO;LIBGEO;;\n01001;A;;\n").columns) == ["CODGEO", "LIBGEO"]


def test_an_old_encoding_that_only_shows_far_in_the_file_is_read(tmp_path):
    rows = "".join(f"{code:05d};Ville\n" for code in range(10_000, 20_000))
    frame = read(tmp_path, f"CODGEO;LIBGEO\n{rows}01001;Évian\n".encode("cp1252"))
    assert frame["LIBGEO"].iloc[-1] == "Évian"
    assert (
        read(tmp_path, f"CODGEO;LIBGEO\n{rows}01001;\x81Évian-lès-prés\n".encode("latin-1"))["LIBGEO"].iloc[-1]
        == "\x81Évian-lès-prés"
    )


def test_titles_and_file_are_kept_beside_the_table(tmp_path):
    frame = read(tmp_path, "Insee - Statistiques locales; \nRéférentiel : commune; \nCODGEO;LIBGEO\n01001;A\n")
    assert frame.attrs["titles"] == ("Insee - Statistiques locales", "Référentiel : commune")
    assert frame.attrs["file"] == "liste.csv"
    assert frame.index.tolist() == [4]


def test_the_newest_sheet_is_read_where_its_columns_stand(tmp_path):
    rows = [["Titre"], [], ["", "CODGEO", "LIBGEO", "APL"], ["", "01001", "Évian", 2.5], ["", "01002", "B", 3]]
    old = [["CODGEO", "LIBGEO"], ["01001", "old"]]
    frame = read(tmp_path, workbook({"APL 2023": old, "APL 2024": rows, "Notes": [["z"]]}), "liste.xlsx")
    assert frame.to_dict("index") == {
        4: {"CODGEO": "01001", "LIBGEO": "Évian", "APL": "2.5"},
        5: {"CODGEO": "01002", "LIBGEO": "B", "APL": "3"},
    }
    assert frame.attrs["sheet"] == "APL 2024"


def test_a_sheet_without_its_columns_says_which_are_missing(tmp_path):
    with pytest.raises(BadInput, match=r"liste.xlsx, sheet COM cannot be used:\n- row 2: column « LIBGEO » is missing"):
        read(tmp_path, workbook({"COM": [["Titre"], ["CODGEO", "NOM"], ["01001", "A"]]}), "liste.xlsx")


def test_parquet_is_read_as_text_with_empty_for_missing(tmp_path):
    path = tmp_path / "liste.parquet"
    pq.write_table(pa.table({"CODGEO": ["01001", "01002"], "LIBGEO": ["A", None], "NB": [1.5, None]}), path)
    assert LAYOUT.read(snapshot_of(MODULE, path)).to_numpy().tolist() == [["01001", "A", "1.5"], ["01002", "", ""]]


def test_every_problem_is_told_at_once_with_the_nearest_column(tmp_path):
    with pytest.raises(BadInput) as refused:
        read(tmp_path, "CODGEO_2025;LIB_GEO;NB;NB\n01001;A;1;1\n")
    message = str(refused.value)
    assert "columns given twice: NB" in message
    assert "column « CODGEO » is missing (the nearest is « CODGEO_2025 »)" in message
    assert "column « LIBGEO » is missing (the nearest is « LIB_GEO »)" in message
    assert "the columns found are: CODGEO_2025, LIB_GEO, NB, NB" in message


def test_ragged_lines_are_counted_and_the_first_ones_shown(tmp_path):
    with pytest.raises(BadInput) as refused:
        read(tmp_path, "CODGEO;LIBGEO\n" + "01001;A;B\n" * 7)
    message = str(refused.value)
    assert "line 2: 3 cells, 2 allowed: '01001;A;B'" in message
    assert "... and 4 more lines like these" in message


def test_a_file_of_another_kind_is_told_with_the_page_of_the_right_one(tmp_path):
    with pytest.raises(BadInput, match=r"it is a json \(id\)\. Take the file again from https://www.insee.fr/"):
        read(tmp_path, '{"id": 1}', "liste.json")


def test_several_layouts_are_tried_in_turn_and_the_nearest_one_complains(tmp_path):
    other = Layout(("CODE_IRIS", "LIB_IRIS", "DEPCOM"), codes={"CODE_IRIS": IRIS})
    both = Layouts(LAYOUT, other)
    text = "CODE_IRIS;LIB_IRIS;DEPCOM\n010010000;A;01001\n"
    assert both.recognises(peek(written(MODULE, tmp_path, text).path))
    assert read(tmp_path, text, layout=both)["CODE_IRIS"].tolist() == ["010010000"]
    with pytest.raises(BadInput, match="column « LIB_IRIS » is missing"):
        read(tmp_path, text.replace("LIB_IRIS", "NOM"), layout=both)


@pytest.mark.parametrize(
    ("kind", "good", "short"),
    [(COMMUNE, "01004", "1004"), (COMMUNE, "2A004", "1004.0"), (IRIS, "010040101", "10040101")],
)
def test_codes_without_their_zero_refuse_the_file(tmp_path, kind, good, short):
    layout = Layout(("CODE",), codes={"CODE": kind})
    assert read(tmp_path, f"CODE;N\n{good};1\n", layout=layout)["CODE"].tolist() == [good]
    with pytest.raises(BadInput, match=f"column CODE: 1 codes have lost their leading zero \\(line 3 « {short} »\\)"):
        read(tmp_path, f"CODE;N\n{good};1\n{short};2\n", layout=layout)


def test_a_number_of_nine_digits_never_lost_a_zero(tmp_path):
    layout = Layout(("EPCI",), codes={"EPCI": EPCI})
    assert len(read(tmp_path, "EPCI;N\n20000017;1\n", layout=layout)) == 1


@pytest.mark.parametrize("written_as", ["CodGeo;Lib Geo", "codgeo;LIBGÉO", "CODGEO ;LIB_GEO"])
def test_columns_are_known_by_their_plain_name(tmp_path, written_as):
    layout = Layout(("CODGEO", "LIB_GEO"))
    frame = read(tmp_path, f"{written_as.replace('LIBGÉO', 'LIB-GÉO')}\n01001;A\n", layout=layout)
    assert list(frame.columns) == ["CODGEO", "LIB_GEO"]


def test_the_columns_may_stand_under_titles(tmp_path):
    frame = read(tmp_path, "Communes de France, au 1er janvier\n;;\nCODGEO;LIBGEO;NB\n01001;A;1\n;;\n")
    assert frame.index.tolist() == [4]
    assert frame.attrs["titles"][0].startswith("Communes de France")


ROWS = [["CODGEO", "LIBGEO", "NB"], ["01001", "A", "1"]]
OTHER = [["CODGEO", "LIBGEO", "NB"], ["01002", "B", "2"]]
ON_SHEETS = Layout(("CODGEO", "LIBGEO", "NB"), sheets=".*")


def test_of_sheets_that_differ_by_their_year_the_newest_is_read(tmp_path):
    frame = read(tmp_path, workbook({"APL 2023": ROWS, "APL 2024": OTHER}), "liste.xlsx", ON_SHEETS)
    assert frame["CODGEO"].tolist() == ["01002"]


def test_several_sheets_that_fit_are_named_and_refused(tmp_path):
    with pytest.raises(BadInput, match="several sheets fit: Ain, Allier"):
        read(tmp_path, workbook({"Ain": ROWS, "Allier": OTHER}), "liste.xlsx", ON_SHEETS)


def test_a_hidden_sheet_is_never_read(tmp_path):
    frame = read(tmp_path, workbook({"Ain": ROWS, "Allier": OTHER}, hidden=["Allier"]), "liste.xlsx", ON_SHEETS)
    assert frame["CODGEO"].tolist() == ["01001"]
    with pytest.raises(BadInput, match="holds no table"):
        read(tmp_path, workbook({"Ain": ROWS, "Notes": [["x"]]}, hidden=["Ain"]), "liste.xlsx",
             replace(ON_SHEETS, sheets="Ain"))  # fmt: skip


def test_members_of_a_zip_that_fit_too_are_named(tmp_path):
    text = "CODGEO;LIBGEO;NB\n01001;A;1\n"
    assert read(tmp_path, zipped({"a.csv": text, "b.csv": text}), name="liste.zip").attrs["not_read"] == ("b.csv",)


def test_of_two_layouts_that_fit_the_one_that_explains_most_columns_reads_the_file(tmp_path):
    few, most = Layout(("ID", "A"), wanted=lambda column: False), Layout(("ID", "B", "C"), wanted=lambda column: False)
    frame = Layouts(few, most).read(written(MODULE, tmp_path, "ID;A;B;C\n1;2;3;4\n"))
    assert list(frame.columns) == ["ID", "B", "C"]
