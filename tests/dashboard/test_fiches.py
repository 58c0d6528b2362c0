"""The page of briefings: files of one territory by address, and a batch beside the reader."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.app import create_app
from dashboard.briefing import batch
from dashboard.computations import sheet_batch
from dashboard.pages.fiches import layout
from dashboard.queue import drain
from dashboard.settings import Settings
from dashboard.state import Choice
from geodata.errors import BadInput, UnknownRecord
from geodata.territory import Level
from geodata.workspace import Job, JobState
from tests.dashboard.briefing.reading import pages


@pytest.fixture(scope="module")
def settings(database, tmp_path_factory) -> Settings:
    folder = tmp_path_factory.mktemp("briefings")
    return Settings(db=str(database), public="https://reliance.example", briefings=str(folder), agency="ARS inventée")


@pytest.fixture(scope="module")
def server(store, workspace, settings):
    return create_app(store, workspace, settings).server


def test_the_pdf_answers_the_query_of_the_page(server):
    answer = server.test_client().get("/export/briefing.pdf?s=epci:S11&t=12&lang=en")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert 'filename="reliance_epci_S11_' in answer.headers["Content-Disposition"]
    front, back = pages(answer.data)
    assert "line of 12%" in front
    assert "ARS inventée" in front
    assert "What can be done" in back


def test_the_minutes_of_the_address_reach_the_files_and_the_batch(server, facts, settings, tmp_path):
    answer = server.test_client().get("/export/briefing.json?s=epci:S11&min=30").json
    assert (answer["responses"]["minutes"], answer["choice"]) == (30, "/territoire?s=epci:S11&min=30")
    assert sheet_batch.order(facts, settings, Choice(minutes=30), Level.EPCI, "R1", tmp_path).choice.minutes == 30


@pytest.mark.parametrize("ending", ["docx", "xlsx", "csv", "json"])
def test_the_other_files(server, ending):
    answer = server.test_client().get(f"/export/briefing.{ending}?s=commune:S1002")
    assert answer.status_code == 200
    assert answer.data


@pytest.mark.parametrize("query", ["", "?s=epci:S99"])
def test_an_address_without_a_territory_is_refused_in_words(server, query):
    answer = server.test_client().get(f"/export/briefing.pdf{query}")
    assert answer.status_code == 400
    assert answer.mimetype == "text/plain"


def test_another_ending_is_refused(server):
    assert server.test_client().get("/export/briefing.odt?s=epci:S11").status_code == 400


def test_the_page_links_to_every_file_of_the_selected_territory(facts):
    shown = str(layout.layout(facts, Choice(selected=(Level.EPCI, "S11"))))
    assert all(f"/export/briefing.{ending}?s=epci:S11" in shown for ending in ("pdf", "docx", "xlsx", "csv", "json"))
    assert "Cherchez une commune" in str(layout.layout(facts, Choice()))


def finished(facts, settings, job) -> Job:
    drain(facts, settings)
    return facts.workspace.jobs.get(job.id)


def test_a_batch_runs_beside_the_reader_and_gives_an_archive(facts, settings, server, monkeypatch):
    # The process of the queue goes on afterwards, and would keep the memory.
    monkeypatch.setattr(batch, "_print_here", None)
    job = sheet_batch.start(facts, settings, Choice(), Level.EPCI, "R1")
    assert "Son tour vient ensuite" in str(layout.status(job, "fr"))
    assert "2 calculs avant celui-ci" in str(layout.status(job, "fr", before=2))
    assert "progress" in str(layout.status(replace(job, state=JobState.RUNNING), "fr")).lower()
    done = finished(facts, settings, job)
    assert (done.state, done.answer["count"], done.answer["failed"]) == (JobState.DONE, 3, 0)
    assert f"/export/briefings/{job.id}.zip" in str(layout.status(done, "fr"))
    answer = server.test_client().get(f"/export/briefings/{job.id}.zip")
    assert len(zipfile.ZipFile(io.BytesIO(answer.data)).namelist()) == 4
    # Only the archive is kept.
    assert [path.suffix for path in (Path(settings.briefings) / job.id).iterdir()] == [".zip"]


def test_a_batch_that_is_stopped_keeps_nothing(facts, settings):
    job = sheet_batch.start(facts, settings, Choice(), Level.COMMUNE, "R1")
    facts.workspace.jobs.cancel(job.id)
    assert finished(facts, settings, job).state is JobState.CANCELLED
    with pytest.raises(UnknownRecord, match="has no archive"):
        sheet_batch.archive(facts, settings, job.id)
    assert not (Path(settings.briefings) / job.id).exists()


def test_a_batch_that_cannot_be_written_says_why(facts, settings, tmp_path):
    (tmp_path / "file").write_text("")
    there = Settings(db=settings.db, briefings=str(tmp_path / "file"))
    done = finished(facts, there, sheet_batch.start(facts, there, Choice(), Level.EPCI, "R1"))
    assert done.state is JobState.FAILED
    assert "cannot be written" in done.message
    assert "s’est arrêté avant la fin" in str(layout.status(done, "fr"))


def test_an_empty_region_is_refused(facts, settings, tmp_path):
    with pytest.raises(BadInput, match="there is no epci"):
        sheet_batch.order(facts, settings, Choice(), Level.EPCI, "R8", tmp_path)
