"""The administration: a file is reported line by line; what was built waits, is compared, published and taken back.

The journal says who. Commands are run for real, out of the queue.
"""

import io
import re
import shutil
import sqlite3
from html import unescape
from pathlib import Path

import pytest

from dashboard.app import create_app
from dashboard.computations import database_steps
from dashboard.facts import Facts
from dashboard.queue import drain
from dashboard.settings import Settings
from etl import build as recipe
from etl import unsurveyed
from etl.__main__ import main
from etl.publishing.publish import publish
from geodata.sentence_templates import SENTENCES
from geodata.sentences import sentence
from geodata.store import open_store
from geodata.translations import words
from geodata.workspace import open_workspace
from tests.conftest import DATE

SERVICES = (
    "id;name;category;code_insee;lon;lat;capacity;seen_on;source\n"
    "a1;Café des aidants;cafe_aidants;{code};;;12;2026-05-12;ARS\n"
    "a2;Une adresse;cafe_aidants;99999;;;;2026;ARS\n"
)


class Room:
    """A server without accounts on this machine, and its administrator."""

    def __init__(self, folder, database, store=None):
        (folder / "data").mkdir()
        shutil.copy(database, folder / "isolation.gpkg")
        settings = Settings(db=str(folder / "isolation.gpkg"), workspace=str(folder / "workspace.sqlite"))
        self.settings = Settings(**vars(settings) | {"data": str(folder / "data"), "briefings": str(folder / "b")})
        self.workspace = open_workspace(self.settings.workspace)
        self.store = store or open_store(self.settings.db)
        self.browser = create_app(self.store, self.workspace, self.settings).server.test_client()

    def get(self, path: str = "") -> str:
        answer = self.browser.get(f"/administration{path}")
        assert answer.status_code == 200, answer.text
        return unescape(answer.text).replace("\u00a0", " ")

    def post(self, path: str, **form):
        return self.browser.post(f"/administration/{path}", data=form, headers={"Sec-Fetch-Site": "same-origin"})

    def compute(self) -> None:
        drain(Facts(self.store, self.workspace), self.settings)

    def done(self, answer) -> str:
        """The report of a step, once it was computed."""
        assert answer.status_code == 303, answer.text
        self.compute()
        return self.get(answer.headers["Location"].removeprefix("/administration"))


@pytest.fixture(scope="module")
def published(synthetic_db):
    """The database that no test of this file replaces."""
    return open_store(str(synthetic_db))


@pytest.fixture
def room(tmp_path, synthetic_db, published):
    return Room(tmp_path, synthetic_db, published)


@pytest.fixture
def replaced(tmp_path, synthetic_db):
    """A room whose database is replaced, or could be."""
    return Room(tmp_path, synthetic_db)


def given(text: str, name: str = "liste.csv", **form):
    return {"file": (io.BytesIO(text.encode()), name), **form}


def test_a_file_with_a_refused_line_is_reported_line_by_line_and_not_kept(room):
    code = room.store.territories("commune")["code"].iloc[0]
    page = room.done(room.post("files", kind="services", **given(SERVICES.format(code=code))))
    assert "refusé ou échoué" in page and "Lignes acceptées : 1 ; lignes refusées : 1" in page
    assert re.search(r"<td class=\"number\">3</td><td>refusée</td><td>a2</td>", page), page
    assert "« 99999 » est hors des 101 départements" in page
    english = room.get(f"/steps/{room.workspace.jobs.list(kinds=[database_steps.KIND])[0].id}?lang=en")
    assert "<td>refused line</td><td>a2</td><td>code_insee: « 99999 » is outside the 101 départements" in english
    assert not (Path(room.settings.data) / "agency").exists()
    page = room.done(room.post("files", kind="services", partial="1", **given(SERVICES.format(code=code))))
    assert "terminé" in page and "gardé dans" in page
    # What was refused may be about a person: the file itself is gone.
    assert not list(Path(room.settings.data).rglob("liste.csv"))


def test_a_file_that_nobody_reads_is_refused_with_the_reason(room):
    page = room.done(room.post("files", kind="official", **given("a;b\n1;2\n", "n'importe quoi.csv")))
    assert "refusé ou échoué" in page and "Rien n’a été modifié" in page


@pytest.mark.parametrize("name", ["../../etc/x.csv", "..\\x.csv", ".hidden", "a/b/c.csv", "\u202egpj.exe", "x" * 300])
def test_a_name_of_a_file_leads_nowhere(room, name, tmp_path):
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    room.post("files", kind="official", **given("x", name))
    new = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert all(room.settings.data in str(path) or "workspace" in path.name for path in new)


def test_corrections_are_signed_by_who_imports_them(room):
    code = room.store.territories("commune")["code"].iloc[0]
    text = (
        f"code_insee;category;statement;who;said_on;why\n{code};mairie;retract;Directrice générale;2026-05-12;Fermé\n"
    )
    page = room.done(room.post("files", kind="corrections", **given(text)))
    assert "terminé" in page, page
    written = room.workspace.corrections.list()[0]
    assert written.who == "administrateur de ce poste" and written.why == "Fermé (selon Directrice générale)"


def test_a_build_that_fails_says_why_and_changes_nothing(replaced):
    version = replaced.store.version()
    # Its own folder of base packages, empty: the machine's own would be built from.
    Path(replaced.settings.data, "base").mkdir()
    page = replaced.done(replaced.post("build"))
    assert "refusé ou échoué" in page
    reason = re.search(r'class="said wrong">(.*?)</p>', page, re.DOTALL)[1]
    assert "n’est pas là. Prenez-le par  python -m etl fetch" in reason and "SourceUnavailable" not in reason
    assert replaced.store.version() == version


def test_all_that_stops_a_step_is_told_without_the_name_of_its_error():
    said = [
        "étape 1/9 : lecture",
        "CheckFailed: rien n’a été publié :",
        "- une question",
        "- une autre",
        "",
    ]
    assert database_steps._reason(said) == "rien n’a été publié :\n- une question\n- une autre"
    assert database_steps._reason(["étape 1/9 : lecture", "Killed", ""]) == "Killed"


def test_what_was_built_is_compared_published_and_taken_back(replaced, synthetic_tables):
    tables = {name: frame.copy() for name, frame in synthetic_tables.items()}
    tables["build"].loc[tables["build"]["key"] == "content_hash", "value"] = "f" * 64
    tables["service"]["name"] = tables["service"]["name"] + " *"
    before, candidate = replaced.store.version(), database_steps.candidate(replaced.settings)
    assert "Aucune base n’attend" in replaced.get("/changes")
    assert replaced.post("publish").headers["Location"].endswith("said=not-built")
    publish(tables, str(candidate), date=DATE)
    assert "En attente de publication" in replaced.get()
    assert main(["diff", "--db", str(candidate), "--against", replaced.settings.db,
                 "--out", str(database_steps.changes(replaced.settings))]) == 0  # fmt: skip
    page = replaced.get("/changes")
    assert "Lignes de chaque table" in page and "Publier ce qui a été construit" in page
    page = replaced.done(replaced.post("publish"))
    assert "terminé" in page and "contient ce que contient" in page
    assert replaced.store.version() == "f" * 64
    assert "terminé" in replaced.done(replaced.post("back"))
    assert replaced.store.version() == before
    assert "terminé" in replaced.done(replaced.post("back"))
    assert replaced.store.version() == "f" * 64
    assert [line.action for line in replaced.workspace.audit.list()] == ["publish", "back", "back"]


def test_a_damaged_candidate_is_not_published(replaced):
    version = replaced.store.version()
    database_steps.candidate(replaced.settings).write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    assert "refusé ou échoué" in replaced.done(replaced.post("publish"))
    assert replaced.store.version() == version


def test_one_build_at_a_time(room):
    assert room.post("build").status_code == 303
    assert room.post("build").headers["Location"].endswith("said=not-alone")
    assert "est en cours" in room.get("?said=not-alone")


def test_a_step_is_stopped_in_the_queue(room):
    job = room.post("build").headers["Location"].rpartition("/")[2]
    assert "Construire" in room.get("/queue")
    room.post("queue/cancel", job=job)
    assert "arrêté" in room.get("/queue")


def test_the_journal_is_taken_out_and_old_lines_are_removed(room, tmp_path):
    room.workspace.notes.add("epci", "x", "Un mot", who="Chargée de mission")
    assert "Chargée de mission" in room.get("/journal")
    assert "Chargée de mission" in room.browser.get("/administration/journal.csv").data.decode("utf-8-sig")
    with sqlite3.connect(tmp_path / "workspace.sqlite") as base:
        base.execute("UPDATE audit SET done_on = '2020-01-01T00:00:00+00:00'")
    room.post("journal/forget")
    left = room.workspace.audit.list()
    assert [line.action for line in left] == ["forget"] and left[0].detail.startswith("1 line")


def test_what_is_typed_in_an_address_is_never_shown_as_it_is(room):
    assert "<script>" not in room.get("?said=<script>alert(1)</script>")


@pytest.mark.parametrize(("lang", "step"), [("fr", "étape 2/14\u00a0: lire le recensement"), ("en", "step 2/14: read")])
def test_the_steps_of_a_build_are_told_in_the_reader_s_language_and_move_the_bar(lang, step):
    line = sentence("step", number=2, total=14, step=sentence("step_census")).text(words(lang))
    assert line.startswith(step)
    assert database_steps._STEP.match(line).groups() == ("2", "14")


def test_every_step_of_a_build_has_its_sentence():
    def steps_of(path: str) -> list[str]:
        return re.findall(r'announce\("(\w+)"\)', Path(path).read_text(encoding="utf-8"))

    france, elsewhere, around = map(steps_of, ("etl/build.py", "etl/unsurveyed.py", "etl/__main__.py"))
    # What is read is announced around a build of another country, checks and publication around both.
    read = ["step_territories", "step_official"]
    assert [one for one in around if one not in read] == ["step_checks", "step_publication"]
    assert (len(france), len(elsewhere)) == (recipe.STEPS, unsurveyed.STEPS)
    assert {*france, *elsewhere, *around} <= set(SENTENCES)
