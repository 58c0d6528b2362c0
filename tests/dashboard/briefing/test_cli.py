"""The command line: what it writes, and what it says when it cannot."""

import io
import json

import docx
import pypdf
import pytest
from python_calamine import CalamineWorkbook

from dashboard.briefing.__main__ import main


@pytest.fixture
def run(database, tmp_path, capsys):
    def _run(*arguments: str, **environ: str):
        code = main(["--db", str(database), "--date", "2026-11-25", *arguments], environ)
        return code, capsys.readouterr()

    return _run


def test_one_territory(run, tmp_path):
    code, _ = run("--territory", "S11", "--out", str(tmp_path / "a.pdf"), RELIANCE_AGENCY="ARS inventée")
    assert code == 0
    reader = pypdf.PdfReader(tmp_path / "a.pdf")
    assert len(reader.pages) == 2
    assert "ARS inventée" in reader.pages[0].extract_text()


def test_in_english(run, tmp_path):
    assert run("--territory", "S11", "--lang", "en", "--out", str(tmp_path / "a.pdf"))[0] == 0
    assert "What can be done" in pypdf.PdfReader(tmp_path / "a.pdf").pages[1].extract_text()


def test_the_annex_says_the_same_and_has_the_heads_of_its_tables(run, tmp_path):
    out = tmp_path / "a.docx"
    assert run("--territory", "S11", "--out", str(out))[0] == 0
    first = out.read_bytes()
    found = docx.Document(out)
    titles = [p.text for p in found.paragraphs if p.style.name.startswith("Heading")]
    assert titles[0] == "CC du Nord synthétique"
    assert "Ce que cette fiche ne dit pas" in titles
    assert found.core_properties.language == "fr-FR"
    assert all("tblHeader" in table.rows[0]._tr.xml for table in found.tables)
    assert run("--territory", "S11", "--out", str(out))[0] == 0
    assert out.read_bytes() == first


def test_figures_as_a_workbook_and_as_rows(run, tmp_path):
    assert run("--territory", "S11", "--out", str(tmp_path / "a.xlsx"))[0] == 0
    book = CalamineWorkbook.from_filelike(io.BytesIO((tmp_path / "a.xlsx").read_bytes()))
    assert book.sheet_names == ["Chiffres", "Services", "Parcours", "Classes de la carte"]
    classes = book.get_sheet_by_name("Classes de la carte").to_python()
    assert [row[2] for row in classes[1:]] == ["dépasse", "dépasse probablement", "on ne peut pas trancher"]
    assert run("--territory", "S11", "--out", str(tmp_path / "a.csv"))[0] == 0
    rows = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[0].startswith("figure;value;low;high;unit;nature;vintage;source")
    assert rows[2].split(";")[1:2] == ["0,155"]


def test_the_record(run, tmp_path):
    assert run("--territory", "S11", "--out", str(tmp_path / "a.json"))[0] == 0
    assert json.loads((tmp_path / "a.json").read_text())["profile"]["territory"]["code"] == "S11"


def test_an_unpublished_territory_has_a_briefing_that_says_why(run, tmp_path):
    assert run("--territory", "S1006", "--out", str(tmp_path / "a.pdf"))[0] == 0
    assert "Non publié" in pypdf.PdfReader(tmp_path / "a.pdf").pages[0].extract_text()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ["--territory", "S99", "--out", "{tmp}/a.pdf"],
            3,
            "UnknownTerritory: no commune, epci, departement, region has",
        ),
        (["--territory", "S11", "--level", "commune", "--out", "{tmp}/a.pdf"], 3, "no commune has the code"),
        (["--territory", "S11", "--out", "{tmp}/a.odt"], 2, "a name ending in .pdf, .docx"),
        (["--territory", "S11", "--out", "{tmp}/none/a.pdf"], 2, "there is no folder"),
        (["--territory", "S11", "--out", "{tmp}/a.pdf", "--threshold", "ten"], 2, "a line in percent is written 10"),
        (["--territory", "S11", "--out", "{tmp}/a.pdf", "--scenario", "moon"], 3, "UnknownScenario"),
        (["--territory", "S11", "--out", "{tmp}/a.pdf", "--logo", "{tmp}/none.png"], 3, "none.png cannot be read"),
        (
            ["--territory", "S11", "--out", "{tmp}/a.pdf", "--logo", "{tmp}/a.gif"],
            3,
            "not a picture that can be printed",
        ),
        (["--all", "epci", "--within", "R8", "--out", "{tmp}/b"], 3, "no region has the code"),
        (["--all", "epci", "--out", "{tmp}/occupied"], 3, "OutputUnavailable"),
    ],
)
def test_what_cannot_be_done_is_named_with_its_exit_code(run, tmp_path, arguments, code, said):
    (tmp_path / "occupied").write_text("a file where a folder is asked for")
    found, output = run(*[argument.format(tmp=tmp_path) for argument in arguments])
    assert found == code
    assert said in output.err
    assert not list(tmp_path.glob("*.pdf"))


def test_a_database_that_is_not_there(tmp_path, capsys):
    assert main(["--db", str(tmp_path / "no.gpkg"), "--territory", "S11", "--out", str(tmp_path / "a.pdf")], {}) == 3
    assert "python -m etl build" in capsys.readouterr().err


def test_a_logo_is_printed_with_its_name(run, tmp_path):
    logo = tmp_path / "logo.svg"
    logo.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>'
    )
    assert run("--territory", "S11", "--out", str(tmp_path / "a.pdf"), "--logo", str(logo))[0] == 0
    logo.write_bytes(b"x" * 200_000)
    code, output = run("--territory", "S11", "--out", str(tmp_path / "b.pdf"), "--logo", str(logo))
    assert (code, "make it smaller" in output.err) == (3, True)


def test_usage_is_told(capsys):
    with pytest.raises(SystemExit) as stopped:
        main([], {})
    assert stopped.value.code == 2
    with pytest.raises(SystemExit):
        main(["--help"], {})
    assert "python -m dashboard.briefing --db URL --all epci" in capsys.readouterr().out
