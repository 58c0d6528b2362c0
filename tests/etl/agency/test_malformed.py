"""Malformed files, every kind of agency file: what is said, the exit code, and that nothing is loaded."""

import io
import zipfile

import pytest

from etl import __main__ as cli
from etl.agency.importing import FOLDER
from geodata.agency import AGENCY_FILES, AgencyKind, template_csv, template_xlsx

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
    "two encodings": ("f.csv", two_encodings, "not UTF-8"),
    "column missing": ("f.csv", without_column, "manque"),
    "column renamed": ("f.csv", renamed, "la plus proche est"),
    "column twice": ("f.csv", twice, "colonnes données deux fois"),
    "truncated workbook": ("f.xlsx", lambda k: template_xlsx(k)[:2000], "corrupt, truncated"),
    "workbook of something else": ("f.xlsx", lambda k: template_xlsx(AgencyKind.SURVEY if k != "survey" else "teams"),
                                   "manque"),
    "zip": ("f.zip", zipped, "de type zip"),
    "truncated zip": ("f.zip", lambda k: zipped(k)[:60], "corrupt, truncated"),
    "web page": ("f.csv", lambda k: "<!DOCTYPE html><html><body>403</body></html>", "web page"),
    "empty": ("f.csv", lambda k: "", "is empty"),
    "no line": ("f.csv", lambda k: good(k).split("\r\n")[0] + "\r\n", "no line under the columns"),
    "binary": ("f.csv", lambda k: b"\x00\x01\x02" * 50, "binary file"),
    "ragged line": ("f.csv", ragged, "2 cells"),
    "million-character cell": ("f.csv", long_cell, "1,000,000 characters"),
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
                   "n'est pas un code commune"),
    "swapped coordinates": (["services", "teams"], lambda k: {"lon": "42,96", "lat": "1,60"}, "sont inversées"),
    "abroad": (["services", "teams"], lambda k: {"lon": "13,4", "lat": "52,5"}, "n'est pas sur le territoire"),
    "half a point": (["services", "teams"], lambda k: {"lon": "1,6", "lat": ""}, "une coordonnée sans l'autre"),
    "nowhere": (["services", "teams"], lambda k: {"code_insee": "", "lon": "", "lat": ""}, "ni commune ni point"),
    "no date": (["services", "teams", "territories"], lambda k: {"seen_on": "mai 2026"}, "n'est pas une date"),
    "tomorrow": (["services", "teams", "territories"], lambda k: {"seen_on": "2199"}, "de 1990 à aujourd'hui"),
    "no category": (["services", "corrections"], lambda k: {"category": "cafe_aidant"}, "peut-être cafe_aidants"),
    "other family": (["services"], lambda k: {"family": "professional"}, "est de la famille citizen"),
    "no number": (["services"], lambda k: {"capacity": "douze"}, "n'est pas un nombre"),
    "negative": (["services"], lambda k: {"capacity": "-3"}, "0 ou plus"),
    "too many hours": (["services"], lambda k: {"weekly_hours": "169"}, "168 ou moins"),
    "half a volunteer": (["teams"], lambda k: {"volunteers": "2,5"}, "nombre entier"),
    "other statement": (["corrections"], lambda k: {"statement": "fermé"}, "'retract' ou 'assert'"),
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


@pytest.fixture
def imported(tmp_path, capsys):
    """`python -m etl import` of a file with this content: exit code and everything that was said."""

    def call(kind: str, content: str | bytes, name: str = "f.csv", *more: str):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        data, db = tmp_path / "data", tmp_path / "none.gpkg"
        code = cli.main(["import", kind, str(path), "--data", str(data), "--db", str(db), *more])
        said = capsys.readouterr()
        kept = sorted(path.name for path in (data / FOLDER).glob("*")) if (data / FOLDER).is_dir() else []
        return code, said.out + said.err, kept

    return call


@pytest.mark.parametrize("kind", KINDS)
def test_every_template_is_accepted_as_it_is(imported, kind, tmp_path):
    for name, content in (("f.csv", template_csv(kind)), ("f.xlsx", template_xlsx(kind))):
        code, said, kept = imported(kind, content, name)
        assert code == 0, said
        assert "2 lignes acceptées, 0 refusée" in said
        if kind == AgencyKind.CORRECTIONS:
            assert kept == []
            assert (tmp_path / "workspace.sqlite").is_file()
        else:
            assert kept == [f"{kind}.csv"]


@pytest.mark.parametrize("defect", FILES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_cannot_be_trusted_is_refused_whole(imported, tmp_path, kind, defect):
    name, spoilt, words = FILES[defect]
    code, said, kept = imported(kind, spoilt(kind), name)
    assert code == BAD_INPUT, said
    assert words in said
    assert "rien n'a été chargé" in said
    assert kept == []
    assert not (tmp_path / "workspace.sqlite").exists()


@pytest.mark.parametrize(("kind", "defect"), [(k, d) for d, (kinds, *_rest) in WRONG.items() for k in kinds])
def test_a_wrong_line_is_told_and_nothing_is_loaded(imported, tmp_path, kind, defect):
    _kinds, cells, words = WRONG[defect]
    code, said, kept = imported(kind, edited(kind, **cells(kind)))
    assert code == BAD_INPUT
    assert words in said
    assert "1 ligne acceptée, 1 refusée" in said
    assert "rien n'a été chargé" in said
    assert kept == []
    assert not (tmp_path / "workspace.sqlite").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_ten_malformed_files_and_more_for_each_kind(kind):
    assert len(FILES) + sum(kind in kinds for kinds, *_rest in WRONG.values()) >= 25
