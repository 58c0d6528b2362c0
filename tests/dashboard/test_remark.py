"""What an agency writes on a sheet, through the form's own callbacks: draft, validated, two writers, hostile text."""

import io
import json
import zipfile

import pytest

from dashboard.app import create_app
from dashboard.pages.fiches import ids
from dashboard.settings import Settings
from geodata.workspace import open_workspace
from tests.dashboard.briefing.reading import pages
from tests.dashboard.test_callbacks import call

PLACE = "?s=commune:S1002"
WHERE = ("commune", "S1002")


@pytest.fixture
def own(tmp_path):
    """A workspace where nothing is written yet."""
    return open_workspace(str(tmp_path / "workspace.sqlite"))


@pytest.fixture
def app(store, own, database):
    return create_app(store, own, Settings(db=str(database)))


@pytest.fixture
def keep(app):
    """Press a button of the form: what changes on the page."""

    def press(button: str, text="", exists="", who="chargée de mission", revision=0, query=PLACE) -> dict:
        values = {
            f"{button}.n_clicks": 1, f"{ids.TEXT}.value": text, f"{ids.EXISTS}.value": exists, f"{ids.WHO}.value": who,
            f"{ids.REVISION}.data": revision, f"{ids.LOCATION}.search": query,
        }  # fmt: skip
        return call(app, app.server.test_client(), f"{ids.REMARK_MESSAGE}.children@", values, f"{button}.n_clicks")

    return press


@pytest.fixture
def sheet(app):
    """Text of the two pages."""

    def read() -> str:
        answer = app.server.test_client().get(f"/export/briefing.pdf{PLACE}")
        assert answer.status_code == 200
        printed = pages(answer.data)
        assert len(printed) == 2
        return " ".join(" ".join(printed).split())

    return read


def shown(answer: dict, id_: str) -> str:
    """What a callback puts in a component, as text; "" where it leaves it as it is."""
    given = next((v for k, v in answer.items() if k.split("@")[0] == id_), {})
    return json.dumps(given, ensure_ascii=False)


def test_a_draft_then_validated_then_changed_is_a_draft_again(keep, own, sheet):
    answer = keep(ids.DRAFT, "Un bus relie le bourg au marché.", "Visites : 12 000 €.")
    assert "Gardé comme brouillon" in shown(answer, ids.REMARK_MESSAGE)
    assert "Brouillon de chargée de mission" in shown(answer, ids.REMARK)
    printed = sheet()
    assert "Un bus relie le bourg au marché." in printed and "12 000 €" in printed and "Brouillon" in printed
    answer = keep(ids.VALIDATE, "Un bus relie le bourg au marché.", who="déléguée départementale", revision=1)
    assert "Validé par déléguée départementale" in shown(answer, ids.REMARK)
    printed = sheet()
    assert "Validé par déléguée départementale" in printed and "Brouillon" not in printed and "12 000" not in printed
    keep(ids.DRAFT, "Deux bus.", revision=2)
    assert (own.remarks.get(*WHERE).is_validated, own.remarks.get(*WHERE).revision) == (False, 3)
    assert sorted(line.action for line in own.audit.list("remark")) == ["validate", "write", "write"]


def test_of_two_writers_the_second_loses_nothing_and_is_told(keep, own):
    keep(ids.DRAFT, "La première.")
    answer = keep(ids.VALIDATE, "La seconde, qui avait ouvert la fiche vide.")
    assert "Quelqu’un a écrit sur cette fiche" in shown(answer, ids.REMARK_MESSAGE)
    # Its text stays in the form: nothing is put in its place.
    assert shown(answer, ids.REMARK) == "{}"
    assert (own.remarks.get(*WHERE).text, own.remarks.get(*WHERE).is_validated) == ("La première.", False)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "{{ 7 * 7 }} {% raw %} #set text(red) $x^2$ @label",
        "guillemets \" ' « » \\ et & esperluette",
        "\u202eقلب النص\u202c et 👵🏽",
        "mot" * 200,
    ],
)
def test_hostile_text_is_only_text(keep, own, sheet, hostile):
    answer = keep(ids.VALIDATE, hostile)
    assert "Validé" in shown(answer, ids.REMARK_MESSAGE)
    printed = sheet()
    for word in ("<script>alert(1)</script>", "{{ 7 * 7 }}", "$x^2$", "esperluette"):
        if word in hostile:
            assert word in printed


def test_the_word_file_holds_it_as_text(keep, app):
    keep(ids.VALIDATE, '=HYPERLINK("http://x.invalid") <w:p/> & fin')
    answer = app.server.test_client().get(f"/export/briefing.docx{PLACE}")
    document = zipfile.ZipFile(io.BytesIO(answer.data)).read("word/document.xml").decode()
    assert '=HYPERLINK("http://x.invalid") &lt;w:p/&gt; &amp; fin' in document


@pytest.mark.parametrize(
    ("text", "exists", "who"),
    [("Bonjour.", "", ""), ("Bonjour.", "", "   "), ("a" * 601, "", "déléguée"), ("", "a" * 401, "déléguée")],
)
def test_what_cannot_be_kept_is_said_and_changes_nothing(keep, own, text, exists, who):
    said = keep(ids.DRAFT, text, exists, who)
    assert "600 caractères" in shown(said, ids.REMARK_MESSAGE) and shown(said, ids.REMARK) == "{}"
    assert own.remarks.get(*WHERE) is None


def test_without_a_territory_nothing_is_written(keep, own):
    assert keep(ids.DRAFT, "Nulle part.", query="") == {}
    assert own.remarks.list() == ()
