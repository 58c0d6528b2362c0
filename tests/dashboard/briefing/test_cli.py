"""The command line: what it writes, and what it says when it cannot."""

import base64
import io
import json
import multiprocessing
import os
import re
import signal
from dataclasses import replace
from types import SimpleNamespace

import docx
import pytest
from PIL import Image
from python_calamine import CalamineWorkbook

from dashboard.app import create_app
from dashboard.briefing import __main__ as command
from dashboard.briefing import batch
from dashboard.briefing.__main__ import main
from dashboard.briefing.issuer import read_logo
from dashboard.briefing.render import to_pdf
from dashboard.briefing.rows import facts
from dashboard.i18n import words
from dashboard.settings import Settings
from geodata.errors import BadInput
from geodata.workspace import Correction, Remark, Statement, open_workspace
from tests.dashboard.briefing.reading import pages, pictures, sizes
from tests.dashboard.briefing.test_examples import example

DAY = "2026-11-25"
REMARK = Remark("commune", "S1001", "Un mot.", "Une équipe financée.", False, "déléguée", f"{DAY}T10:00:00+00:00", 1)


@pytest.fixture
def run(database, store, tmp_path, capsys, monkeypatch):
    """The command, on the invented country: what this process remembers of it stays between two commands."""
    opened = command.open_store

    def _run(*arguments: str, **environ: str):
        # Processes of their own open the database themselves.
        if "--all" not in arguments:
            monkeypatch.setattr(command, "open_store", lambda url: store if url == str(database) else opened(url))
        code = main(["--db", str(database), "--date", DAY, *arguments], environ)
        return code, capsys.readouterr()

    return _run


def test_one_territory(run, tmp_path):
    code, _ = run("--territory", "S11", "--out", str(tmp_path / "a.pdf"), RELIANCE_AGENCY="ARS inventée")
    assert code == 0
    printed = pages(tmp_path / "a.pdf")
    assert len(printed) == 2
    assert "ARS inventée" in printed[0]


def test_in_english(run, tmp_path):
    assert run("--territory", "S11", "--lang", "en", "--out", str(tmp_path / "a.pdf"))[0] == 0
    assert "What can be done" in pages(tmp_path / "a.pdf")[1]


def test_the_annex_says_the_same_and_has_the_heads_of_its_tables(run, tmp_path):
    out = tmp_path / "a.docx"
    assert run("--territory", "S11", "--out", str(out))[0] == 0
    first = out.read_bytes()
    document = docx.Document(out)
    titles = [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert titles[0] == "CC du Nord synthétique"
    assert "Ce que cette fiche ne dit pas" in titles
    assert document.core_properties.language == "fr-FR"
    assert all("tblHeader" in table.rows[0]._tr.xml for table in document.tables)
    assert run("--territory", "S11", "--out", str(out))[0] == 0
    assert out.read_bytes() == first


def test_figures_as_a_workbook_and_as_rows(run, tmp_path):
    assert run("--territory", "S11", "--out", str(tmp_path / "a.xlsx"))[0] == 0
    book = CalamineWorkbook.from_filelike(io.BytesIO((tmp_path / "a.xlsx").read_bytes()))
    assert book.sheet_names == [
        "Lire ce fichier", "Chiffres", "Services", "Parcours", "Premiers pas", "Classes de la carte",
    ]  # fmt: skip
    reading = dict(row[:2] for row in book.get_sheet_by_name("Lire ce fichier").to_python())
    assert reading["Seuil"] == 0.1 and reading["Définition"] == "Isolement relationnel (cinq réseaux)"
    classes = book.get_sheet_by_name("Classes de la carte").to_python()
    assert [row[4] for row in classes[1:]] == ["dépasse", "dépasse probablement", "on ne peut pas trancher"]
    assert run("--territory", "S11", "--out", str(tmp_path / "a.csv"))[0] == 0
    rows = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[2].split(";")[3:4] == ["0,155"]


def test_a_figure_that_the_departement_lends_says_so():
    """What is known of a wider territory only is never written as the commune's own."""
    record = example("tiny_commune")
    lent = [factor for factor in record.profile.risk_factors if factor.is_lent]
    assert lent
    rows = facts(record, "fr").set_index("Chiffre")
    for factor in lent:
        assert rows.loc[factor.title, "Niveau observé"] == "département"
    assert rows.loc[words("fr")("Expected share"), "Niveau observé"] == "commune"
    assert set(rows["Unité"].dropna()) <= {"part", "personnes", "habitants par km²", "indice", "minutes", "ménages",
                                           "décès pour 100 000 habitants"}  # fmt: skip


_WHOSE = {"fr": ["Code du territoire", "Territoire"], "en": ["Code of the territory", "Territory"]}
_ABOUT = {
    "fr": ["Maille du territoire", "Définition", "Hypothèses", "Seuil", "Trajet demandé, minutes en voiture",
           "Imprimé le", "Empreinte de la base", "Adresse de la même vue"],
    "en": ["Level of the territory", "Definition", "Assumptions", "Threshold", "Travel asked for, minutes by car",
           "Printed on", "Hash of the database", "Address of the same view"],
}  # fmt: skip
_FIGURES = {
    "fr": ["Chiffre", "Valeur", "Borne basse (9 fois sur 10)", "Borne haute (9 fois sur 10)", "Unité", "Nature",
           "Niveau observé", "Millésime", "Source"],
    "en": ["Figure", "Value", "Low end (9 times in 10)", "High end (9 times in 10)", "Unit", "Kind",
           "Level it belongs to", "Vintage", "Source"],
}  # fmt: skip
_SERVICES = {
    "fr": ["Famille", "Réponse", "Sur place", "Le plus proche", "Minutes jusqu’au plus proche", "Source du plus proche",
           "Part des habitants à portée", "Part des personnes isolées attendues à portée",
           "Vu le", "Listes incomplètes", "Listes absentes"],
    "en": ["Family", "Response", "Number here", "Nearest", "Minutes to the nearest", "Source of the nearest",
           "Share of residents within reach", "Share of isolated people expected within reach",
           "Seen on", "Incomplete lists", "Missing lists"],
}  # fmt: skip
_PATHWAYS = {
    "fr": [
        "Parcours",
        "Personnes concernées",
        "Qui, nature du chiffre et source",
        "Fonction",
        "État de la fonction",
        "Type de service",
        "État",
        "Minutes jusqu’au plus proche",
    ],
    "en": [
        "Pathway",
        "People it is for",
        "Who they are, kind and source",
        "Function",
        "State of the function",
        "Kind of service",
        "State",
        "Minutes to the nearest",
    ],
}  # fmt: skip
_STEPS = {
    "fr": ["Premier pas", "Qui, et ce que cela demande", "Preuve", "Ce qu’on en sait", "Référence"],
    "en": ["First step", "Who, and what it takes", "Evidence", "What is known of it", "Reference"],
}
_CLASSES = {"fr": ["Code", "Nom", "Classe"], "en": ["Code", "Name", "Class"]}


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_headings_of_tables_are_in_the_language(run, tmp_path, lang):
    assert run("--territory", "S11", "--lang", lang, "--out", str(tmp_path / "a.xlsx"))[0] == 0
    book = CalamineWorkbook.from_filelike(io.BytesIO((tmp_path / "a.xlsx").read_bytes()))
    heads = [book.get_sheet_by_name(name).to_python()[0] for name in book.sheet_names[1:]]
    assert heads == [_WHOSE[lang] + head[lang] for head in (_FIGURES, _SERVICES, _PATHWAYS, _STEPS, _CLASSES)]
    assert run("--territory", "S11", "--lang", lang, "--out", str(tmp_path / "a.csv"))[0] == 0
    head = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert head.split(";") == heads[0] + _ABOUT[lang]


_CHANGES = {
    "lang": ["--lang", "en"],
    "date": ["--date", "2026-11-26"],
    "threshold": ["--threshold", "12"],
    "minutes": ["--minutes", "30"],
    "definition": ["--definition", "loneliness", "--scenario", "loneliness"],
    "scenario": ["--scenario", "age_telephone"],
    "address": ["--address", "https://reliance.example"],
    "agency": ["--agency", "ARS inventée"],
    "contact": ["--contact", "Prénom Nom|05 00 00 00 00"],
    "logo": ["--logo", "{tmp}/logo.svg"],
    "workspace": ["--workspace", "agency.sqlite"],
}
"""Every optional argument that says what to print, with another value."""

_OTHERS = {"help", "db", "territory", "level", "all", "within", "out", "workers", "kind", "merge", "plan"}
"""Which territories and documents, from where and to where, and how fast."""


@pytest.mark.parametrize("option", _CHANGES)
def test_every_option_changes_what_is_printed(run, tmp_path, monkeypatch, option):
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"></svg>')
    # Invented communes have codes that a real workspace refuses.
    closed = Correction(1, "S1001", "association", "synthetic--association-S1001", Statement.RETRACT, "x", DAY, "y")
    written = SimpleNamespace(
        plans=SimpleNamespace(last_saves=lambda: ()),
        corrections=SimpleNamespace(list=lambda: (closed,)),
        remarks=SimpleNamespace(list=lambda: (REMARK,)),
    )
    monkeypatch.setattr(command, "open_workspace", {"agency.sqlite": written}.get)
    # The text of the annex is quicker than two pages, and has all of them but the logo.
    out = tmp_path / ("a.pdf" if option == "logo" else "a.docx")
    assert run("--territory", "S1001", "--out", str(out))[0] == 0
    before = out.read_bytes()
    changed = [argument.format(tmp=tmp_path) for argument in _CHANGES[option]]
    assert run("--territory", "S1001", "--out", str(out), *changed)[0] == 0
    assert out.read_bytes() != before


def test_no_option_is_left_without_such_a_test():
    assert {action.dest for action in command._parser({})._actions} == {*_CHANGES, *_OTHERS}


def test_minutes_are_printed_where_services_are_and_in_the_link(run, tmp_path):
    assert run("--territory", "S11", "--minutes", "30", "--out", str(tmp_path / "a.pdf"))[0] == 0
    back = " ".join(pages(tmp_path / "a.pdf")[1].split())
    assert back.count("30 minutes") >= 2 and "20 minutes" not in back
    assert run("--territory", "S11", "--minutes", "30", "--out", str(tmp_path / "a.json"))[0] == 0
    record = json.loads((tmp_path / "a.json").read_text())
    assert (record["responses"]["minutes"], record["choice"]) == (30, "/territoire?s=epci:S11&min=30")


@pytest.fixture
def heeds_interrupts():
    """A shell in the background starts its commands deaf to Ctrl-C, and so would be what they start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeds_interrupts")
@pytest.mark.parametrize("most", [6, 12], ids=["two processes", "this process"])
def test_a_batch_that_is_interrupted_keeps_whole_files_only(run, tmp_path, monkeypatch, most):
    """What Ctrl-C does: the signal goes to the command and to each of its processes."""

    class Interrupted(command.tqdm):
        def update(self, n=1):
            super().update(n)
            if self.n:
                for process in multiprocessing.active_children():
                    os.kill(process.pid, signal.SIGINT)
                signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(command, "tqdm", Interrupted)
    monkeypatch.setattr(batch, "_EACH", most)
    code, output = run("--all", "commune", "--out", str(tmp_path), "--workers", "2")
    finished = list(tmp_path.iterdir())
    assert code == command.STOPPED == 130
    assert "the same command goes on" in output.err
    assert 1 <= len(finished) < 11
    assert {path.suffix for path in finished} == {".pdf"}
    assert {len(pages(path)) for path in finished} == {2}


def test_one_slide(run, tmp_path):
    assert run("--kind", "slide", "--territory", "S11", "--out", str(tmp_path / "a.pdf"))[0] == 0
    ((width, height),) = sizes((tmp_path / "a.pdf").read_bytes())
    assert round(width / height, 2) == round(16 / 9, 2)
    content = " ".join(pages(tmp_path / "a.pdf")[0].split())
    assert "CC du Nord synthétique" in content
    assert re.search(r"(dépasse|trancher|en dessous|non publié)[^()]* \(\d+\)", content), "no key of the map's classes"


def test_the_diagnosis_of_a_departement(run, tmp_path):
    assert run("--kind", "diagnostic60", "--territory", "S1", "--out", str(tmp_path / "a.pdf"))[0] == 0
    content = " ".join(pages(tmp_path / "a.pdf"))
    for part in ("60 ans et plus", "Ce qui répond", "Initiatives locales", "Objectifs", "L. 121-6-1", "2016-209"):
        assert part in content
    assert run("--kind", "diagnostic60", "--territory", "S1", "--out", str(tmp_path / "a.docx"))[0] == 0
    drawn = [shape.width for shape in docx.Document(tmp_path / "a.docx").inline_shapes]
    assert min(drawn) < docx.shared.Mm(20) < max(drawn), "no colours in the key of the map"
    for level in ((), ("--level", "epci")):
        code, output = run(
            "--kind", "diagnostic60", *level, "--territory", "S11", "--out", str(tmp_path / "b.pdf")
        )  # fmt: skip
        assert (code, "is about a département" in output.err) == (2, True)
    code, output = run("--kind", "slide", "--territory", "S11", "--out", str(tmp_path / "b.docx"))
    assert (code, "for --kind slide" in output.err) == (2, True)


@pytest.mark.parametrize("ending", ["pdf", "docx", "xlsx"])
def test_a_batch_in_one_file(run, tmp_path, ending):
    out = tmp_path / "b"
    assert run("--all", "epci", "--within", "R1", "--merge", ending, "--out", str(out), "--workers", "1")[0] == 0
    (path,) = out.iterdir()
    assert path.name == f"reliance_epci_R1_{DAY}.{ending}"
    if ending == "pdf":
        assert len(pages(path)) == 2 * 3
    elif ending == "docx":
        titles = [p.text for p in docx.Document(path).paragraphs if p.style.name == "Heading 1"]
        assert len(titles) == 2 * 3
    else:
        book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        assert {row[0] for row in book.get_sheet_by_name("Chiffres").to_python()[1:]} == {"S11", "S12", "S13"}


def test_an_address_of_this_machine_prints_no_code(run, tmp_path):
    _, output = run("--territory", "S11", "--out", str(tmp_path / "a.pdf"), "--address", "http://127.0.0.1:8050/")
    assert "opens on this machine only" in output.err
    assert "pas de code à scanner" in " ".join(pages(tmp_path / "a.pdf")[1].split())
    _, output = run("--territory", "S11", "--out", str(tmp_path / "a.pdf"), "--address", "https://reliance.example")
    assert "opens on this machine only" not in output.err


def test_the_agency_has_its_word_and_its_state(run, tmp_path, monkeypatch):
    for is_validated, mark in (
        (False, "Brouillon de déléguée, le 25 novembre 2026"),
        (True, "Validé par déléguée, le 25 novembre 2026"),
    ):
        remark = replace(REMARK, is_validated=is_validated)
        empty = SimpleNamespace(last_saves=lambda: (), list=lambda: ())
        remarks = SimpleNamespace(list=lambda remark=remark: (remark,))
        written = SimpleNamespace(plans=empty, corrections=empty, remarks=remarks)
        monkeypatch.setattr(command, "open_workspace", lambda url, written=written: written)
        assert run("--territory", "S1001", "--workspace", "w", "--out", str(tmp_path / "a.pdf"))[0] == 0
        front, back = (" ".join(page.split()) for page in pages(tmp_path / "a.pdf"))
        assert mark in front and "Un mot." in back and "Une équipe financée." in back
        assert run("--territory", "S1001", "--workspace", "w", "--out", str(tmp_path / "a.xlsx"))[0] == 0
        told = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_name("Lire ce fichier").to_python()
        assert {"Un mot.", "Une équipe financée.", mark} <= {value for _heading, value in told}
        assert run("--territory", "S11", "--workspace", "w", "--out", str(tmp_path / "a.pdf"))[0] == 0
        assert mark not in pages(tmp_path / "a.pdf")[0]


def test_word_is_a4_and_its_pictures_have_words(run, tmp_path):
    assert run("--territory", "S11", "--out", str(tmp_path / "a.docx"))[0] == 0
    document = docx.Document(tmp_path / "a.docx")
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert "PAGE" in section.footer._element.xml
    descriptions = [
        shape._inline.docPr.get("descr") for shape in document.inline_shapes if shape.width > docx.shared.Mm(20)
    ]
    assert len(descriptions) >= 2 and all(len(one) > 10 for one in descriptions)
    assert len(document.inline_shapes) > len(descriptions), "no legend beside the map"


@pytest.mark.parametrize(
    "name",
    ["", "🏘️ Village 👵🏽", "קריית ים", 'Saint-«Quote»-d\'"Or" <b>&amp;', "X" * 300, "Long " * 60, "a\u0000b\u202e"],
)
def test_no_name_stops_a_sheet(name):
    """Long, empty, emoji, right to left, with quotes: both pages are printed."""
    record = example("likely_above")
    named = replace(
        record,
        profile=replace(record.profile, territory=replace(record.territory, name=name)),
        parents=(name, name),
        issuer=replace(record.issuer, agency=name),
    )
    assert len(pages(to_pdf(named, "fr"))) == 2


def test_the_record(run, tmp_path):
    assert run("--territory", "S11", "--out", str(tmp_path / "a.json"))[0] == 0
    assert json.loads((tmp_path / "a.json").read_text())["profile"]["territory"]["code"] == "S11"


def test_an_unpublished_territory_has_a_briefing_that_says_why(run, tmp_path):
    assert run("--territory", "S1006", "--out", str(tmp_path / "a.pdf"))[0] == 0
    assert "Non publié" in pages(tmp_path / "a.pdf")[0]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ["--territory", "S99", "--out", "{tmp}/a.pdf"],
            3,
            "UnknownTerritory: no commune, epci, tvs, departement, region, france has",
        ),
        (["--territory", "S11", "--level", "commune", "--out", "{tmp}/a.pdf"], 3, "no commune has the code"),
        (["--territory", "S11", "--out", "{tmp}/a.odt"], 2, "a name ending in .pdf, .docx"),
        (["--territory", "S11", "--out", "{tmp}/none/a.pdf"], 2, "there is no folder"),
        (["--territory", "S11", "--out", "{tmp}/a.pdf", "--threshold", "ten"], 2, "a line in percent is written 10"),
        (["--territory", "S11", "--out", "{tmp}/a.pdf", "--minutes", "90"], 2, "minutes go from 5 to 60"),
        (["--territory", "S11", "--out", "{tmp}/a.pdf", "--scenario", "moon"], 3, "UnknownScenario"),
        (["--territory", "S11", "--out", "{tmp}/a.pdf", "--logo", "{tmp}/none.png"], 3, "none.png cannot be read"),
        (["--all", "epci", "--within", "R8", "--out", "{tmp}/b"], 3, "no region has the code"),
        (["--all", "epci", "--out", "{tmp}/occupied"], 3, "OutputUnavailable"),
    ],
)
def test_what_cannot_be_done_is_named_with_its_exit_code(run, tmp_path, arguments, code, message):
    (tmp_path / "occupied").write_text("a file where a folder is asked for")
    found, output = run(*[argument.format(tmp=tmp_path) for argument in arguments])
    assert found == code
    assert message in output.err
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


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
LINKED = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://a.example/a.png" width="5" height="5"/></svg>'


@pytest.mark.parametrize("size", [(2_000, 50), (50, 2_000), (300, 300)], ids=["wide", "tall", "square"])
@pytest.mark.parametrize("kind", ["briefing", "slide", "diagnostic60"])
def test_the_head_holds_with_a_logo_of_any_proportions(run, tmp_path, size, kind):
    logo, out = tmp_path / "logo.png", tmp_path / "a.pdf"
    Image.new("RGB", size, "navy").save(logo)
    code = "S1" if kind == "diagnostic60" else "S11"
    assert run("--kind", kind, "--territory", code, "--out", str(out), "--logo", str(logo))[0] == 0
    ratio = size[0] / size[1]
    (wide, high) = next((w, h) for w, h in pictures(out) if abs(w / h / ratio - 1) < 0.02)
    most = (255.2, 39.7) if kind == "slide" else (170.1, 25.6)  # 90 and 60 mm wide, 14 and 9 mm high, in points
    assert wide <= most[0] and high <= most[1] and (wide > 0.99 * most[0] or high > 0.99 * most[1])


def test_a_logo_is_known_by_what_it_holds(tmp_path):
    path = tmp_path / "logo.jpg"
    path.write_bytes(PNG)
    assert read_logo(path).format == "png"


@pytest.mark.parametrize(
    "body", [b'<svg xmlns="http://www.w3.org/2000/svg"><g></svg>', LINKED, PNG[:40], b"GIF89a", b"", b"\xff\xd8\xff"]
)
def test_a_logo_that_cannot_be_printed_is_named_at_once(run, tmp_path, body):
    logo = tmp_path / "logo.svg"
    logo.write_bytes(body)
    code, output = run("--territory", "S11", "--out", str(tmp_path / "a.pdf"), "--logo", str(logo))
    assert (code, "BadInput: the logo" in output.err, "logo.svg" in output.err) == (3, True, True), output
    assert not (tmp_path / "a.pdf").exists()


def test_a_logo_that_cannot_be_printed_stops_the_dashboard_at_its_start(tmp_path, store):
    logo = tmp_path / "logo.svg"
    logo.write_bytes(LINKED)
    with pytest.raises(BadInput, match=r"logo\.svg cannot be printed"):
        create_app(store, open_workspace(str(tmp_path / "w.sqlite")), Settings(logo=str(logo)))


def test_usage_is_told(capsys):
    with pytest.raises(SystemExit) as stopped:
        main([], {})
    assert stopped.value.code == 2
    with pytest.raises(SystemExit):
        main(["--help"], {})
    assert "python -m dashboard.briefing --db URL --all epci" in capsys.readouterr().out
