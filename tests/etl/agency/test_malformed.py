"""Malformed files, every kind of agency file: what is said, the exit code, and that nothing is loaded."""

import csv
import io
import zipfile

import geopandas
import pyogrio
import pytest
import shapely

from etl import __main__ as cli
from etl.agency.importing import FOLDER
from geodata.agency import AGENCY_FILES, AgencyKind, template_csv, template_xlsx
from tests.etl.sources.files import WORKBOOKS, InError, workbook

BAD_INPUT = 3
KINDS = list(AgencyKind)


def good(kind: AgencyKind) -> str:
    """The template: a file that is accepted."""
    return template_csv(kind).removeprefix("\ufeff")


def edited(kind: AgencyKind, **cells: str) -> str:
    """The template with other cells in its first row."""
    header, first, *rest = good(kind).split("\r\n")
    values = first.split(";")
    for name, text in cells.items():
        values[header.split(";").index(name)] = text
    return "\r\n".join([header, ";".join(values), *rest])


def renamed(kind: AgencyKind) -> str:
    column = AGENCY_FILES[kind].required[-1]
    return good(kind).replace(column, column[:-1] + "_x", 1)


def without_column(kind: AgencyKind) -> str:
    lines = [line.split(";") for line in good(kind).strip().split("\r\n")]
    position = lines[0].index(AGENCY_FILES[kind].required[0])
    return "\n".join(";".join(cells[:position] + cells[position + 1 :]) for cells in lines)


def twice(kind: AgencyKind) -> str:
    lines = [line.split(";") for line in good(kind).strip().split("\r\n")]
    return "\n".join(";".join([*cells, cells[0]]) for cells in lines)


def two_encodings(kind: AgencyKind) -> bytes:
    """UTF-8 for longer than the head that is looked at, then an older encoding."""
    header, first, *_rest = good(kind).split("\r\n")
    body = f"{header}\r\n" + f"{first.replace(';', 'é;', 1)}\r\n" * 1500
    return body.encode() + first.replace(";", "é;", 1).encode("latin-1")


def ragged(kind: AgencyKind) -> str:
    return good(kind).strip() + "\r\nun;deux\r\n"


def long_cell(kind: AgencyKind) -> str:
    return edited(kind, **{AGENCY_FILES[kind].required[-1]: "x" * 1_000_000})


def with_column(kind: AgencyKind, name: str) -> str:
    header, *rows = good(kind).strip().split("\r\n")
    return "\n".join([f"{header};{name}", *(f"{row};x" for row in rows)])


def zipped(kind: AgencyKind) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("liste.csv", good(kind))
    return out.getvalue()


FILES = {
    "wrong delimiter": ("f.csv", lambda k: good(k).replace(";", "/"), "Colonnes attendues, séparées par ;"),
    "UTF-16": ("f.csv", lambda k: good(k).encode("utf-16"), "UTF-16"),
    "two encodings": ("f.csv", two_encodings, "pas en UTF-8"),
    "column missing": ("f.csv", without_column, "manque"),
    "column renamed": ("f.csv", renamed, "la plus proche est"),
    "column twice": ("f.csv", twice, "colonnes données deux fois"),
    "truncated workbook": ("f.xlsx", lambda k: template_xlsx(k)[:2000], "corrompu, tronqué"),
    "workbook of something else": ("f.xlsx", lambda k: template_xlsx(AgencyKind.SURVEY if k != "survey" else "teams"),
                                   "manque"),
    "zip": ("f.zip", zipped, "de type zip"),
    "truncated zip": ("f.zip", lambda k: zipped(k)[:60], "corrompu, tronqué"),
    "web page": ("f.csv", lambda k: "<!DOCTYPE html><html><body>403</body></html>", "page web"),
    "empty": ("f.csv", lambda k: "", "est vide"),
    "no line": ("f.csv", lambda k: good(k).split("\r\n")[0] + "\r\n", "aucune ligne sous les colonnes"),
    "binary": ("f.csv", lambda k: b"\x00\x01\x02" * 50, "fichier binaire"),
    "ragged line": ("f.csv", ragged, "2 cellules"),
    "million-character cell": ("f.csv", long_cell, "1\u202f000\u202f000 caractères"),
    "broken GeoPackage": ("f.gpkg", lambda k: b"SQLite format 3\0" + b"x" * 500, "ne peut pas être ouvert"),
    "a person's name": ("f.csv", lambda k: with_column(k, "Prénom"), "RGPD"),
    "a register": ("f.csv", lambda k: with_column(k, "Date de naissance;Personne à prévenir").replace(";x", ";x;x"),
                   "L. 121-6-1"),
    "a register by its name": ("registre canicule 2026.csv", good, "L. 121-6-1"),
}  # fmt: skip

WRONG = {
    "formula": (KINDS, lambda k: {_text_column(k): '=HYPERLINK("http://x")'}, "comme une formule"),
    "garbled": (KINDS, lambda k: {_text_column(k): "CrÃ©doc"}, "texte abîmé"),
    "missing value": (KINDS, lambda k: {_text_column(k): ""}, "valeur manquante"),
    "a person": (KINDS, lambda k: {_text_column(k): "Mme Martin"}, "désigne une personne"),
    "telephone": (KINDS, lambda k: {_text_column(k): "appeler le 05 61 22 33 44"}, "numéro de téléphone"),
    "e-mail": (KINDS, lambda k: {_text_column(k): "a.b@exemple.fr"}, "adresse électronique"),
    "lost zero": (["services", "teams", "territories", "corrections"], lambda k: {"code_insee": "1004"},
                  "a perdu son zéro de tête : 01004"),
    "no commune": (["services", "teams", "territories", "corrections"], lambda k: {"code_insee": "Foix"},
                   "n'est pas un code de commune"),
    "swapped coordinates": (["services", "teams"], lambda k: {"lon": "42,96", "lat": "1,60"}, "sont inversées"),
    "abroad": (["services", "teams"], lambda k: {"lon": "13,4", "lat": "52,5"}, "n'est pas sur le territoire"),
    "half a point": (["services", "teams"], lambda k: {"lon": "1,6", "lat": ""}, "une coordonnée sans l'autre"),
    "nowhere": (["services", "teams"], lambda k: {"code_insee": "", "lon": "", "lat": ""}, "ni code de commune ni"),
    "no date": (["services", "teams", "territories"], lambda k: {"seen_on": "printemps 2026"}, "n'est pas une date"),
    "tomorrow": (["services", "teams", "territories"], lambda k: {"seen_on": "2199"}, "de 1990 à aujourd'hui"),
    "no category": (["services", "corrections"], lambda k: {"category": "cafe_aidant"}, "peut-être cafe_aidants"),
    "other family": (["services"], lambda k: {"family": "professional"}, "est de la famille citizen"),
    "no number": (["services"], lambda k: {"capacity": "douze"}, "n'est pas un nombre"),
    "negative": (["services"], lambda k: {"capacity": "-3"}, "0 ou plus"),
    "too many hours": (["services"], lambda k: {"weekly_hours": "169"}, "168 ou moins"),
    "half a volunteer": (["teams"], lambda k: {"volunteers": "2,5"}, "nombre entier"),
    "other statement": (["corrections"], lambda k: {"statement": "fermé"}, "'retract', 'assert', 'count'"),
    "number of nothing": (["corrections"], lambda k: {"quantity": "3"}, "ne va qu'avec « count »"),
    "count without a number": (["corrections"], lambda k: {"statement": "count"}, "un nombre entier, 1 au moins"),
    "same identifier": (["services"], lambda k: {"id": "ARS76-0002"}, "est déjà à la ligne"),
    "same commune": (["territories"], lambda k: {"code_insee": "09130"}, "la commune est déjà à la ligne 2"),
    "two names": (["territories"], lambda k: {"name": "Autre"}, "alors que TVS-09-01 est « Autre » à la ligne 2"),
    "per cent": (["survey"], lambda k: {"rate": "13"}, "moins de 1"),
    "few respondents": (["survey"], lambda k: {"respondents": "12"}, "30 ou plus"),
    "other factor": (["survey"], lambda k: {"factor": "sexe"}, "valeur non admise"),
    "other category": (["survey"], lambda k: {"category": "vieux"}, "n'est pas une catégorie de age"),
    "other definition": (["survey"], lambda k: {"definition": "ennui"}, "valeur non admise"),
}  # fmt: skip


def _text_column(kind: str) -> str:
    return {"corrections": "why"}.get(kind, "source")


def plain(text: str) -> str:
    """A French text with the apostrophes and the spaces of a keyboard."""
    return text.replace("’", "'").replace("\u00a0", " ")


@pytest.fixture
def imported(tmp_path, capsys):
    """`python -m etl import` of a file with this content: exit code and everything that was said."""

    def call(kind: str, content: str | bytes, name: str = "f.csv", *more: str):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        data, db = tmp_path / "data", tmp_path / "none.gpkg"
        # An empty folder of base packages: those of this machine are not to be read.
        (data / "base").mkdir(parents=True, exist_ok=True)
        code = cli.main(["import", kind, str(path), "--data", str(data), "--db", str(db), *more])
        output = capsys.readouterr()
        kept = sorted(path.name for path in (data / FOLDER).glob("*")) if (data / FOLDER).is_dir() else []
        return code, plain(output.out + output.err), kept

    return call


@pytest.mark.parametrize("kind", KINDS)
def test_every_template_is_accepted_as_it_is(imported, kind, tmp_path):
    for name, content in (("f.csv", template_csv(kind)), ("f.xlsx", template_xlsx(kind))):
        code, output, kept = imported(kind, content, name)
        assert code == 0, output
        assert "lignes acceptées : 2 ; refusées : 0" in output
        if kind == AgencyKind.CORRECTIONS:
            assert kept == []
            assert (tmp_path / "workspace.sqlite").is_file()
        else:
            assert kept == [f"{kind}.csv"]


@pytest.mark.parametrize("defect", FILES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_cannot_be_trusted_is_refused_whole(imported, tmp_path, kind, defect):
    name, spoilt, words = FILES[defect]
    code, output, kept = imported(kind, spoilt(kind), name)
    assert code == BAD_INPUT, output
    assert words in output
    assert "rien n'a été chargé" in output
    assert kept == []
    assert not (tmp_path / "workspace.sqlite").exists()


@pytest.mark.parametrize(("kind", "defect"), [(k, d) for d, (kinds, *_rest) in WRONG.items() for k in kinds])
def test_a_wrong_line_is_told_and_nothing_is_loaded(imported, tmp_path, kind, defect):
    _kinds, cells, words = WRONG[defect]
    code, output, kept = imported(kind, edited(kind, **cells(kind)))
    assert code == BAD_INPUT
    assert words in output
    assert "lignes acceptées : 1 ; refusées : 1" in output
    assert "rien n'a été chargé" in output
    assert kept == []
    assert not (tmp_path / "workspace.sqlite").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_ten_malformed_files_and_more_for_each_kind(kind):
    assert len(FILES) + sum(kind in kinds for kinds, *_rest in WRONG.values()) >= 25


SPOILT = {
    "CP850": ("f.csv", lambda k: accented(k).encode("cp850")),
    "MacRoman": ("f.csv", lambda k: accented(k).encode("mac_roman")),
    "a line sep=": ("f.csv", lambda k: "sep=;\r\n" + good(k)),
    "titles above": ("f.csv", lambda k: f"Recensement, mai 2026\r\n{';' * 5}\r\n\r\n" + good(k)),
    "two titles with a comma": ("f.csv", lambda k: "Recensement, mai 2026\r\nSource : ARS, 2026\r\n" + good(k)),
    "three commas in a title": ("f.csv", lambda k: "Lieux, Foix, Pamiers, Lavelanet\r\nmai 2026\r\n" + good(k)),
    "titles above tabulations": ("f.csv", lambda k: "Recensement\r\nmai, 2026\r\n" + good(k).replace(";", "\t")),
    "columns in capitals": ("f.csv", lambda k: recased(k, str.upper)),
    "columns with spaces": ("f.csv", lambda k: recased(k, lambda column: column.replace("_", " ").title())),
    "a hidden sheet": ("f.xlsx", lambda k: book(k, {"Feuil1": 1, "2023": 1}, hidden={"2023"})),
    "titles on the sheet": ("f.xlsx", lambda k: book(k, {"Feuil1": 3})),
}  # fmt: skip
"""What a spreadsheet or a Mac makes of a good file, and is read all the same."""


def accented(kind: str) -> str:
    """The template with words that have accents, all of them in the old encodings."""
    return edited(kind, **{_text_column(kind): "Élèves de Sévérac, été"}).replace("œ", "oe").replace("\u2019", "'")


def recased(kind: str, change) -> str:
    header, rest = good(kind).split("\r\n", 1)
    return ";".join(map(change, header.split(";"))) + "\r\n" + rest


def book(kind: str, sheets: dict[str, int], hidden=()) -> bytes:
    """A workbook with the template on each sheet, its columns on the row that is told."""
    rows = list(csv.reader(good(kind).splitlines(), delimiter=";"))
    return workbook({name: [["Titre"]] * (row - 1) + rows for name, row in sheets.items()}, hidden)


@pytest.mark.parametrize("spoilt", SPOILT)
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_spreadsheet_makes_of_a_good_file_is_read(imported, kind, spoilt):
    name, content = SPOILT[spoilt]
    code, output, _ = imported(kind, content(kind), name)
    assert code == 0, output
    assert "lignes acceptées : 2 ; refusées : 0" in output
    assert ("2023" in output) == (spoilt == "a hidden sheet"), "a sheet that is not read is told"


@pytest.mark.parametrize("kind", KINDS)
def test_accents_of_an_old_encoding_are_kept(imported, tmp_path, kind):
    if kind == AgencyKind.CORRECTIONS:
        pytest.skip("corrections go to the workspace")
    for encoding in ("cp850", "mac_roman"):
        imported(kind, accented(kind).encode(encoding))
        assert "Élèves de Sévérac, été" in (tmp_path / "data" / FOLDER / f"{kind}.csv").read_text()


@pytest.mark.parametrize("kind", KINDS)
def test_two_sheets_that_fit_are_named_and_refused(imported, kind):
    code, said, kept = imported(kind, book(kind, {"Lieux": 1, "Lieux 2023": 1}), "f.xlsx")
    assert (code, kept) == (BAD_INPUT, [])
    assert "« Lieux »" in said and "« Lieux 2023 »" in said


@pytest.mark.parametrize("ending", WORKBOOKS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_cell_in_error_is_refused_and_no_empty_cell(imported, kind, ending):
    rows = list(csv.reader(good(kind).splitlines(), delimiter=";"))
    for column in range(len(rows[0])):
        spoilt = [list(row) for row in rows]
        spoilt[1][column] = InError("#DIV/0!")
        code, output, kept = imported(kind, WORKBOOKS[ending]({"Feuil1": spoilt}), f"f.{ending}")
        assert (code, kept) == (BAD_INPUT, []), output
        assert f"{rows[0][column]} : « #DIV/0! », une formule en erreur" in output


@pytest.mark.parametrize("wrong", ["n.c.", "43°36'N", "#N/A"])
def test_a_text_is_no_number(imported, wrong):
    code, said, _ = imported("services", edited(AgencyKind.SERVICES, lat=wrong))
    assert code == BAD_INPUT and wrong in said


@pytest.mark.parametrize(("column", "spoilt"), [("id", "1.00E+05"), ("id", "2,63101E+13"), ("code_insee", "31555.0")])
def test_an_identifier_that_a_spreadsheet_made_a_number_of_is_told(imported, column, spoilt):
    code, said, _ = imported("services", edited(AgencyKind.SERVICES, **{column: spoilt}))
    assert code == BAD_INPUT
    assert spoilt in said and "a écrit comme un nombre" in said


@pytest.mark.parametrize(
    ("written", "kept"),
    [("12/05/2026", "2026-05-12"), ("1/5/2026", "2026-05-01"), ("2026-05-12 00:00:00", "2026-05-12"),
     ("46154", "2026-05-12"), ("2026-05-12T14:30", "2026-05-12"), ("mai-26", "2026-05"), ("févr-26", "2026-02"),
     ("12 mai 2026", "2026-05-12"), ("05/2026", "2026-05")],
)  # fmt: skip
def test_dates_that_a_french_spreadsheet_rewrote_are_read(imported, tmp_path, written, kept):
    code, said, _ = imported("services", edited(AgencyKind.SERVICES, seen_on=written))
    assert code == 0, said
    assert f";{kept};" in (tmp_path / "data" / FOLDER / "services.csv").read_text().splitlines()[1]


@pytest.mark.parametrize("written", ["12/05/26", "13/13/2026", "jui-26", "31/02/2026", "printemps 2026", "mai"])
def test_a_date_that_could_be_another_is_refused_with_its_cell(imported, written):
    code, said, _ = imported("services", edited(AgencyKind.SERVICES, seen_on=written))
    assert code == BAD_INPUT
    assert f"« {written} » n'est pas une date" in said


def test_a_name_that_looks_like_a_persons_is_accepted_once_confirmed_and_the_report_says_so(imported, tmp_path):
    spoilt = edited(AgencyKind.SERVICES, name="Monsieur Vincent, accueil de jour")
    code, output, _ = imported("services", spoilt)
    assert code == BAD_INPUT and "--not-a-person" in output
    code, output, _ = imported("services", spoilt, "f.csv", "--not-a-person", "2")
    assert code == 0 and "lignes 2 : nom d'un lieu" in output
    assert "2;acceptée;ARS76-0001;nom d’un lieu" in (tmp_path / "f.csv.rapport.csv").read_text()
    code, output, _ = imported(
        "services", edited(AgencyKind.SERVICES, name="a.b@exemple.fr"), "f.csv", "--not-a-person", "2"
    )
    assert code == BAD_INPUT, "an address of e-mail is never a place"


def test_codes_of_arrondissements_are_led_to_their_city_with_or_without_a_base(imported, tmp_path):
    code, output, _ = imported("services", edited(AgencyKind.SERVICES, code_insee="75101", lon="", lat=""))
    assert code == 0 and "75101 -> 75056" in output
    assert ";75056;" in (tmp_path / "data" / FOLDER / "services.csv").read_text()
    code, output, _ = imported("services", edited(AgencyKind.SERVICES, code_insee="2a004", lon="", lat=""))
    assert code == 0
    assert ";2A004;" in (tmp_path / "data" / FOLDER / "services.csv").read_text()


@pytest.mark.parametrize("elsewhere", ["97501", "97801", "97127", "98818", "99100"])
def test_communes_outside_the_101_departements_are_refused(imported, elsewhere):
    code, said, _ = imported("services", edited(AgencyKind.SERVICES, code_insee=elsewhere, lon="", lat=""))
    assert code == BAD_INPUT and "hors des 101 départements" in said


def test_a_point_in_another_part_of_france_is_refused_without_a_base(imported):
    code, said, _ = imported("services", edited(AgencyKind.SERVICES, lon="-61,0", lat="14,6"))
    assert code == BAD_INPUT and "n'est pas dans la même partie de la France" in said


def test_a_file_that_changes_nothing_says_so(imported):
    assert "rien ne change" not in imported("services", good(AgencyKind.SERVICES))[1]
    assert "rien ne change" in imported("services", good(AgencyKind.SERVICES))[1]


@pytest.mark.parametrize("geometry", ["Point", "MultiPoint"])
@pytest.mark.parametrize("columns", [(), ("lon", "lat")])
@pytest.mark.parametrize("cased", [str.lower, str.upper])
def test_the_points_of_a_layer_are_read(imported, tmp_path, geometry, columns, cased):
    """QGIS writes MultiPoint by default; a layer made from the template has empty columns lon and lat.

    Layer and columns in capitals are what an export from Oracle or a shapefile leaves.
    """
    point = shapely.Point(1.6053, 42.9639)
    rows = {name: [column.examples[0]] for column in AGENCY_FILES["services"].columns
            if (name := column.name) not in ("lon", "lat")}  # fmt: skip
    shape = point if geometry == "Point" else shapely.MultiPoint([point])
    cells = {cased(name): cell for name, cell in (rows | {name: [None] for name in columns}).items()}
    frame = geopandas.GeoDataFrame(cells, geometry=[shape], crs=4326)
    pyogrio.write_dataframe(frame, tmp_path / "g.gpkg", layer=cased("services"), geometry_type=geometry)
    code, output, _ = imported("services", (tmp_path / "g.gpkg").read_bytes(), "f.gpkg")
    assert code == 0, output
    assert ";1.6053;42.9639;" in (tmp_path / "data" / FOLDER / "services.csv").read_text()


def test_several_points_in_one_are_refused(imported, tmp_path):
    rows = {column.name: [column.examples[0]] for column in AGENCY_FILES["services"].columns
            if column.name not in ("lon", "lat")}  # fmt: skip
    many = shapely.MultiPoint([(1.6, 42.9), (1.7, 42.9)])
    pyogrio.write_dataframe(geopandas.GeoDataFrame(rows, geometry=[many], crs=4326), tmp_path / "g.gpkg")
    code, output, _ = imported("services", (tmp_path / "g.gpkg").read_bytes(), "f.gpkg")
    assert code == BAD_INPUT and "plusieurs points en un" in output
