"""What users write is never lost: versions, two writers, a process killed in the middle, older and newer schemas."""

import json
import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from geodata.errors import BadInput, BadText, QueueFull, StaleVersion, UnknownRecord, WorkspaceUnavailable
from geodata.workspace import JobState, Statement, export_json, import_json, jobs, open_workspace
from geodata.workspace.opening import MIGRATIONS

CONTENT = {"request": {"teams": 2}, "proposal": {}, "plan": {"sites": ["A"]}, "locked": [], "data_hash": "abc"}


def with_sites(*sites: str) -> dict:
    return CONTENT | {"plan": {"sites": list(sites)}}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "workspace.sqlite"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, path):
    """Address of an empty workspace: every test of what is written runs on both databases."""
    if request.param == "sqlite":
        yield str(path)
        return
    with request.getfixturevalue("postgresql").database() as address:
        yield address


@pytest.fixture
def workspace(url):
    return open_workspace(url)


def execute(workspace, *statements: str) -> None:
    """Change the database as another version of the product would."""
    with workspace.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_a_remark_is_a_draft_again_after_a_change_and_never_overwrites_another(workspace):
    first = workspace.remarks.write("commune", "09122", "Visites le jeudi.", "", who="chargée de mission", revision=0)
    assert (first.is_validated, first.revision) == (False, 1)
    valid = workspace.remarks.write("commune", "09122", first.text, "", who="référente", revision=1, is_validated=True)
    assert (valid.is_validated, valid.who, valid.revision) == (True, "référente", 2)
    with pytest.raises(StaleVersion, match="référente"):
        workspace.remarks.write("commune", "09122", "Autre texte.", "", who="chargée de mission", revision=1)
    assert workspace.remarks.get("commune", "09122") == valid
    changed = workspace.remarks.write("commune", "09122", "Autre texte.", "", who="chargée de mission", revision=2)
    assert not changed.is_validated
    # Read in a workspace that was since replaced by an older copy: there is nothing to overwrite, it is written.
    assert workspace.remarks.write("epci", "200067940", "", "Un bus.", who="référente", revision=4).exists == "Un bus."


def test_each_save_is_a_version_and_older_ones_stay_readable(workspace):
    plan = workspace.plans.create("Équipes 2028", CONTENT, who="chargée de mission")
    assert (plan.revision, plan.version, plan.is_decided) == (1, 0, False)
    workspace.plans.save(plan.id, revision=1, who="chargée de mission")
    workspace.plans.write(plan.id, with_sites("B"), revision=2, who="référent")
    workspace.plans.save(plan.id, revision=3, who="référent", name="Équipes 2029")
    first, second = workspace.plans.versions(plan.id)
    assert (first.version, first.content, first.name) == (1, CONTENT, "Équipes 2028")
    assert (second.version, second.content["plan"], second.saved_by) == (2, {"sites": ["B"]}, "référent")
    assert workspace.plans.version(plan.id, 1) == first
    assert workspace.plans.get(plan.id).name == "Équipes 2029"


def test_what_was_written_is_there_after_reopening(workspace, url):
    plan = workspace.plans.create("A", CONTENT, who="x")
    assert open_workspace(url).plans.list() == (plan,)


def test_a_plan_is_decided_with_its_justification_only(workspace):
    plan = workspace.plans.create("A", CONTENT, who="x")
    with pytest.raises(BadInput, match="justification"):
        workspace.plans.save(plan.id, revision=1, who="x", is_decided=True, justification="  ")
    assert workspace.plans.versions(plan.id) == ()
    saved = workspace.plans.save(plan.id, revision=1, who="x", is_decided=True, justification="bassin de vie")
    assert saved.is_decided and saved.justification == "bassin de vie"
    assert workspace.plans.get(plan.id).is_decided


def test_a_decided_plan_that_is_changed_is_a_draft_again_and_its_version_stays_decided(workspace):
    plan = workspace.plans.create("A", CONTENT, who="x")
    workspace.plans.save(plan.id, revision=1, who="x", is_decided=True, justification="oui")
    assert not workspace.plans.write(plan.id, CONTENT, revision=2, who="x").is_decided
    assert workspace.plans.version(plan.id, 1).is_decided


def test_the_second_of_two_sessions_is_told_who_and_when(workspace, url):
    plan = workspace.plans.create("A", CONTENT, who="x")
    elsewhere = open_workspace(url)
    elsewhere.plans.write(plan.id, with_sites("B"), revision=plan.revision, who="référente")
    with pytest.raises(StaleVersion, match="référente") as error:
        workspace.plans.write(plan.id, with_sites("C"), revision=plan.revision, who="chargé")
    assert error.value.who == "référente" and error.value.when.startswith("20")
    assert workspace.plans.get(plan.id).content == with_sites("B")
    with pytest.raises(StaleVersion):
        workspace.plans.save(plan.id, revision=plan.revision, who="chargé")


def test_of_many_writers_at_once_each_is_kept_or_told(workspace, url):
    plan = workspace.plans.create("A", CONTENT, who="x")
    kept, told = [], []

    def write(number: int) -> None:
        mine = open_workspace(url)
        for _ in range(20):
            revision = mine.plans.get(plan.id).revision
            try:
                kept.append(mine.plans.write(plan.id, with_sites(str(number)), revision=revision, who="x").revision)
            except StaleVersion:
                told.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) + len(told) == 80
    assert sorted(kept) == list(range(2, 2 + len(kept)))
    assert workspace.plans.get(plan.id).revision == 1 + len(kept)


_WRITER = """
import sys
from geodata.workspace import open_workspace
workspace = open_workspace(sys.argv[1])
plan = workspace.plans.list()[0]
content, revision = plan.content | {"locked": ["x" * 200_000]}, plan.revision
print("ready", flush=True)
while True:
    plan = workspace.plans.write(plan.id, content, revision=plan.revision, who="writer")
"""


def test_a_process_killed_in_the_middle_of_a_write_loses_nothing_acknowledged(workspace, url):
    plan = workspace.plans.create("A", CONTENT, who="x")
    process = subprocess.Popen([sys.executable, "-c", _WRITER, url], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    while workspace.plans.get(plan.id).revision < 5:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    after = open_workspace(url).plans.get(plan.id)
    assert after.revision >= 5 and after.content["locked"] == ["x" * 200_000]
    if url.endswith(".sqlite"):
        with sqlite3.connect(url) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert workspace.plans.write(plan.id, CONTENT, revision=after.revision, who="x").revision == after.revision + 1


def test_a_workspace_of_the_first_version_is_brought_up_to_date(workspace, url):
    plan = workspace.plans.create("A", CONTENT, who="x")
    later = ("DROP TABLE objective", "DROP TABLE job", "DROP TABLE remark", "ALTER TABLE note DROP COLUMN withdrawn_on")
    later += ("ALTER TABLE correction DROP COLUMN quantity",)
    execute(workspace, *later, "UPDATE alembic_version SET version_num = '0001'")
    workspace = open_workspace(url)
    assert workspace.plans.get(plan.id) == plan
    assert workspace.objectives.list() == ()


def test_every_table_declared_is_made_by_the_migrations(workspace):
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from geodata.workspace.tables import Base

    with workspace.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_files_of_migrations_are_named_by_the_schema_they_lead_to():
    from alembic.script import ScriptDirectory

    steps = ScriptDirectory(str(MIGRATIONS))
    named = {Path(step.path).name.partition("_")[0]: step.revision for step in steps.walk_revisions()}
    assert all(name == revision for name, revision in named.items()) and max(named) == steps.get_current_head()


def test_a_workspace_of_a_newer_version_is_refused_in_words(workspace, url, path):
    execute(workspace, "UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(WorkspaceUnavailable, match="newer version"):
        open_workspace(url)
    assert (path.read_bytes() if path.exists() else None) == before


def test_another_application_in_the_same_server_database_is_left_alone(postgresql):
    with postgresql.database() as address:
        with psycopg.connect(address) as other:
            other.execute("CREATE TABLE alembic_version (version_num text)")
            other.execute("INSERT INTO alembic_version VALUES ('of another application')")
            other.execute("CREATE TABLE plan (id integer)")
        plan = open_workspace(address).plans.create("A", CONTENT, who="x")
        assert open_workspace(address).plans.list() == (plan,)
        with psycopg.connect(address) as other:
            assert other.execute("SELECT version_num FROM alembic_version").fetchone() == ("of another application",)
            assert other.execute("SELECT count(*) FROM plan").fetchone() == (0,)


def test_a_new_workspace_can_be_opened_by_several_processes_at_once(url):
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(open_workspace, [url] * 4))
    plan = opened[0].plans.create("A", CONTENT, who="x")
    assert all(workspace.plans.list() == (plan,) for workspace in opened)


def test_a_password_is_never_told(postgresql):
    secret = secrets.token_hex()
    with pytest.raises(WorkspaceUnavailable, match="cannot be opened") as error:
        open_workspace(postgresql.url("nowhere", password=secret))
    assert secret not in "".join(traceback.format_exception(error.value))


def test_a_file_that_is_not_a_database_is_left_as_it_is(path):
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(WorkspaceUnavailable, match="left as it is"):
        open_workspace(str(path))
    assert path.read_bytes() == b"not a database" * 1000


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    with pytest.raises(WorkspaceUnavailable, match="--workspace"):
        open_workspace(str(folder / "workspace.sqlite"))


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceUnavailable, match="--workspace"):
        open_workspace(str(tmp_path / "file" / "workspace.sqlite"))


def test_another_address_is_refused():
    with pytest.raises(BadInput, match=r"\.sqlite"):
        open_workspace("workspace.db")


def test_a_number_of_services_is_kept_and_belongs_to_its_statement_alone(workspace):
    signature = {"who": "chargée", "why": "compté sur place"}
    said = workspace.corrections.add("31555", "infirmier", Statement.COUNT, quantity=12, **signature)
    assert workspace.corrections.add("31555", "infirmier", Statement.COUNT, quantity=12, **signature).id == said.id
    other = workspace.corrections.add("31555", "infirmier", Statement.COUNT, quantity=11, **signature)
    assert [one.quantity for one in workspace.corrections.list("31555")] == [12, other.quantity]
    for wrong in ({"quantity": 0}, {"quantity": None}, {"quantity": 3, "service": "dila--1"}):
        with pytest.raises(BadInput, match="quantity"):
            workspace.corrections.add("31555", "infirmier", Statement.COUNT, **signature, **wrong)
    with pytest.raises(BadInput, match="quantity"):
        workspace.corrections.add("31555", "infirmier", Statement.ASSERT, quantity=3, **signature)


def test_corrections_are_kept_in_order_with_their_reason(workspace):
    retract, assert_ = Statement.RETRACT, Statement.ASSERT
    workspace.corrections.add("31555", "ccas", assert_, who="chargée", why="CCAS actif, vu le 3 mars")
    workspace.corrections.add("31555", "mairie", retract, service="dila--1", who="chargée", why="fermée")
    workspace.corrections.add("09001", "mairie", retract, service="dila--2", who="chargée", why="fermée")
    first, second = workspace.corrections.list("31555")
    assert (first.statement, first.service, first.why) == (assert_, None, "CCAS actif, vu le 3 mars")
    assert (second.statement, second.service) == (retract, "dila--1")
    assert len(workspace.corrections.list()) == 3
    with pytest.raises(BadInput, match="commune code"):
        workspace.corrections.add("3155", "ccas", assert_, who="x", why="y")
    with pytest.raises(BadInput, match="why"):
        workspace.corrections.add("31555", "ccas", assert_, who="x", why="")
    with pytest.raises(BadInput, match="retract, assert"):
        workspace.corrections.add("31555", "ccas", "deny", who="x", why="y")


def test_notes_belong_to_a_territory(workspace):
    note = workspace.notes.add("epci", "243100518", "voir la MSA", who="chargée")
    assert workspace.notes.list("epci", "243100518") == (note,)
    assert workspace.notes.list("epci", "200000000") == ()


def test_a_note_that_is_withdrawn_is_kept_and_not_shown(workspace):
    gone, kept = (workspace.notes.add("epci", "243100518", said, who="chargée") for said in ("faux", "juste"))
    for who in ("déléguée", "un autre"):
        workspace.notes.withdraw(gone.id, who=who)
    assert workspace.notes.list("epci", "243100518") == (kept,)
    journal = workspace.audit.list("note", str(gone.id))
    assert [(entry.who, entry.action) for entry in journal] == [("chargée", "add"), ("déléguée", "withdraw")]
    with workspace.engine.connect() as connection:
        written = connection.exec_driver_sql("SELECT text, withdrawn_on FROM note ORDER BY id").all()
    assert written == [("faux", journal[1].when), ("juste", None)]
    with pytest.raises(BadInput, match="who"):
        workspace.notes.withdraw(kept.id, who=" ")


def test_objectives_are_locked_like_plans(workspace):
    objective = workspace.objectives.create("60 % en 2028", {"target": 0.6}, who="x")
    changed = workspace.objectives.write(objective.id, {"target": 0.7}, revision=1, who="y")
    assert workspace.objectives.list() == (changed,) and changed.content == {"target": 0.7}
    with pytest.raises(StaleVersion, match="« y »"):
        workspace.objectives.write(objective.id, {"target": 0.8}, revision=1, who="z")


def test_a_job_is_seen_by_every_process_and_stays_cancelled(workspace, url):
    workspace.jobs.ask("plan", {"teams": 3})
    job = workspace.jobs.take("plan")
    elsewhere = open_workspace(url)
    workspace.jobs.tell(job.id, progress=0.5, answer={"reached": 10})
    seen = elsewhere.jobs.get(job.id)
    assert (seen.state, seen.progress, seen.answer) == (JobState.RUNNING, 0.5, {"reached": 10})
    elsewhere.jobs.cancel(job.id)
    assert workspace.jobs.tell(job.id, progress=1.0, state=JobState.DONE).state == JobState.CANCELLED


def test_the_journal_says_who_did_what(workspace):
    plan = workspace.plans.create("A", CONTENT, who="x")
    workspace.plans.save(plan.id, revision=1, who="y", is_decided=True, justification="z")
    workspace.notes.add("commune", "31555", "n", who="x")
    said = [(line.who, line.action, line.noun) for line in workspace.audit.list()]
    assert said == [("x", "create", "plan"), ("y", "decide", "plan"), ("x", "add", "note")]
    assert len(workspace.audit.list("plan")) == 2
    assert workspace.audit.list("plan", "other") == ()


def test_what_does_not_exist_is_said(workspace):
    plan = workspace.plans.create("A", CONTENT, who="x")
    for ask in (
        lambda: workspace.plans.get("none"),
        lambda: workspace.plans.version(plan.id, 7),
        lambda: workspace.plans.write("none", CONTENT, revision=1, who="x"),
        lambda: workspace.jobs.get("none"),
        lambda: workspace.objectives.get("none"),
        lambda: workspace.notes.withdraw(7, who="x"),
    ):
        with pytest.raises(UnknownRecord):
            ask()


def test_a_role_and_a_whole_content_are_asked_for(workspace):
    with pytest.raises(BadInput, match="who"):
        workspace.plans.create("A", CONTENT, who=" ")
    with pytest.raises(BadInput, match="data_hash"):
        workspace.plans.create("A", {"request": {}, "proposal": {}, "plan": {}, "locked": []}, who="x")


def test_a_plan_travels_with_its_versions(workspace, tmp_path):
    plan = workspace.plans.create("A", CONTENT, who="x")
    workspace.plans.save(plan.id, revision=1, who="y", is_decided=True, justification="oui")
    workspace.plans.write(plan.id, with_sites("B"), revision=2, who="z")
    other = open_workspace(str(tmp_path / "other.sqlite"))
    copy = import_json(other, export_json(workspace, plan.id), who="w")
    assert copy.content == with_sites("B")
    (version,) = other.plans.versions(copy.id)
    assert (version.content, version.saved_by, version.justification) == (CONTENT, "w", "oui")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: "{", "not JSON"),
        (lambda d: "[]", "reliance-plan-1"),
        (lambda d: json.dumps(d | {"name": ""}), "name"),
        (lambda d: json.dumps(d | {"content": {}}), "content.request is missing"),
        (lambda d: json.dumps(d | {"versions": [{"name": "A"}]}), r"versions\[1\].saved_by"),
    ],
)
def test_a_file_that_cannot_be_imported_names_what_is_wrong_and_writes_nothing(workspace, change, message):
    plan = workspace.plans.create("A", CONTENT, who="x")
    document = json.loads(export_json(workspace, plan.id))
    with pytest.raises(BadInput, match=message):
        import_json(workspace, change(document), who="x")
    assert len(workspace.plans.list()) == 1


def test_a_text_is_bounded_and_holds_what_a_document_can_hold(workspace):
    assert workspace.plans.create("Plan\x00 \x1fA", CONTENT, who="x").name == "Plan A"
    with pytest.raises(BadText, match="name is longer than 120 characters"):
        workspace.plans.create("a" * 121, CONTENT, who="x")
    with pytest.raises(BadText, match="text is longer than 4,000"):
        workspace.notes.add("commune", "01004", "a" * 4001, who="x")
    assert workspace.plans.list()[0].name == "Plan A"


def test_computations_wait_in_the_order_in_which_they_were_asked(workspace):
    first, second, third = (workspace.jobs.ask("plan", {"number": number}) for number in (1, 2, 3))
    workspace.jobs.ask("batch", {})
    assert [workspace.jobs.before(job.id) for job in (first, second, third)] == [0, 1, 2]
    assert workspace.jobs.cancel(second.id).state == JobState.CANCELLED
    assert [workspace.jobs.take("plan").id for _ in range(2)] == [first.id, third.id]
    assert workspace.jobs.take("plan") is None
    workspace.jobs.give_back(third.id)
    assert workspace.jobs.take("plan").id == third.id


def test_a_computation_is_taken_by_one_process_only(url):
    desks = [open_workspace(url) for _ in range(4)]
    asked = {desks[0].jobs.ask("plan", {}).id for _ in range(20)}

    def all_of(desk) -> list[str]:
        return [job.id for job in iter(lambda: desk.jobs.take("plan"), None)]

    with ThreadPoolExecutor(4) as threads:
        taken = [job for found in threads.map(all_of, desks) for job in found]
    assert sorted(taken) == sorted(asked)


def test_a_worker_that_had_nothing_to_do_sees_what_another_process_asks_for(url):
    worker, server = open_workspace(url), open_workspace(url)
    for _ in range(3):
        assert worker.jobs.take("plan") is None
        assert worker.jobs.take("plan") is None
        job = server.jobs.ask("plan", {})
        assert worker.jobs.take("plan").id == job.id


def test_a_file_that_stays_as_it_was_is_opened_again_after_seconds_only(path, monkeypatch):
    worker, clock = open_workspace(str(path)), [100.0]
    opened = []
    sa.event.listen(worker.engine, "connect", lambda *_: opened.append(clock[0]))
    monkeypatch.setattr(jobs.time, "monotonic", lambda: clock[0])
    for clock[0] in (100.0, 100.25, 104.9, 105.0, 105.25):
        assert worker.jobs.take("plan") is None
    assert opened == [100.0, 105.0]


def test_a_computation_that_went_silent_waits_again_but_not_for_ever(workspace):
    job = workspace.jobs.ask("plan", {})
    for _ in range(3):
        assert workspace.jobs.take("plan").id == job.id
        assert workspace.jobs.take("plan") is None
        execute(workspace, "UPDATE job SET changed_on = '2020-01-01T00:00:00+00:00'")
    assert workspace.jobs.take("plan") is None
    assert workspace.jobs.get(job.id).state == JobState.FAILED


def test_the_queue_is_bounded_in_all_and_for_one_client(workspace, monkeypatch):
    monkeypatch.setattr(jobs, "MOST_WAITING", 3)
    monkeypatch.setattr(jobs, "MOST_OF_CLIENT", 2)
    for _ in range(2):
        workspace.jobs.ask("plan", {}, client="a")
    with pytest.raises(QueueFull, match="2 computations wait"):
        workspace.jobs.ask("plan", {}, client="a")
    workspace.jobs.ask("plan", {}, client="b")
    with pytest.raises(QueueFull, match="3 computations wait"):
        workspace.jobs.check_room("c")


def test_an_import_is_written_by_who_imports_it_whoever_the_file_names(workspace):
    plan = workspace.plans.create("A", CONTENT, who="x")
    document = json.loads(export_json(workspace, plan.id))
    saved = {"name": "A", "saved_by": "Directrice générale", "is_decided": True, "justification": "oui"}
    document["versions"] = [saved | {"content": CONTENT}] * 300
    copy = import_json(workspace, json.dumps(document), who="stagiaire")
    lines = workspace.audit.list("plan", copy.id)
    assert {(line.who, line.action) for line in lines} == {("stagiaire", "import")}
    assert "said to be saved by « Directrice générale »" in lines[-1].detail
    versions = workspace.plans.versions(copy.id)
    assert len(versions) == 300 and {one.saved_by for one in versions} == {"stagiaire"}
    assert workspace.plans.get(copy.id).is_decided


def test_an_import_is_bounded(workspace):
    plan = workspace.plans.create("A", CONTENT, who="x")
    document = json.loads(export_json(workspace, plan.id))
    saved = {"name": "A", "saved_by": "x", "is_decided": False, "justification": "", "content": CONTENT}
    for text, said in (
        (json.dumps(document | {"versions": [saved] * 501}), "501 versions"),
        (" " * 6_000_001, "longer than"),
        ("[" * 200_000, "nested|not JSON"),
    ):
        with pytest.raises(BadInput, match=said):
            import_json(workspace, text, who="x")
    assert len(workspace.plans.list()) == 1
