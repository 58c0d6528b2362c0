"""Copies of workspace and accounts: whole while others write, checked, put back; one before a change of the schema."""

import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.accounts.__main__ import main as accounts
from dashboard.accounts.register import Identity, open_register
from dashboard.accounts.roles import Role
from dashboard.backup import ACCOUNTS, backup, check, restore
from dashboard.workspace.__main__ import main
from geodata.errors import BadInput, UsageError
from geodata.workspace import open_workspace


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        yield str(tmp_path / "workspace.sqlite")
        return
    with request.getfixturevalue("postgresql").database() as address:
        yield address


def texts(url: str) -> list[str]:
    return [note.text for note in open_workspace(url).notes.list("commune", "01004")]


def test_a_copy_taken_while_the_file_is_read_and_written_holds_every_note(url, tmp_path):
    workspace = open_workspace(url)
    with workspace.engine.connect().execution_options(reads=True) as reader:
        reader.execute(sa.text("SELECT 1"))
        for number in range(20):
            workspace.notes.add("commune", "01004", f"note {number}", who="x")
        stop = threading.Event()

        def write() -> None:
            while not stop.is_set():
                workspace.notes.add("commune", "01005", "meanwhile", who="x")

        writer = threading.Thread(target=write)
        writer.start()
        try:
            made = backup(url, tmp_path / "copies")
        finally:
            stop.set()
            writer.join()
    workspace.notes.add("commune", "01004", "after", who="x")
    assert made.stat().st_mode & 0o077 == 0
    with pytest.raises(UsageError, match="--replace"):
        restore(url, made)
    before = restore(url, made, is_replacing=True)
    assert texts(url) == [f"note {number}" for number in range(20)]
    restore(url, before, is_replacing=True)
    assert texts(url)[-1] == "after"
    assert check(url)["note"] > 20


def test_what_is_no_copy_is_not_put_back(tmp_path):
    (tmp_path / "x.sqlite").write_bytes(b"nothing")
    with pytest.raises(BadInput, match="is no workspace file"):
        restore(str(tmp_path / "workspace.sqlite"), tmp_path / "x.sqlite")
    assert not (tmp_path / "workspace.sqlite").exists()


def test_a_copy_is_made_before_the_schema_changes(tmp_path):
    path = tmp_path / "workspace.sqlite"
    open_workspace(str(path)).notes.add("commune", "01004", "old", who="x")
    with sqlite3.connect(path) as connection:
        for name in ("kind", "client", "asked_on", "begun"):
            connection.execute(f"ALTER TABLE job DROP COLUMN {name}")
        connection.execute("ALTER TABLE correction DROP COLUMN quantity")
        connection.execute("DROP TABLE remark")
        connection.execute("UPDATE alembic_version SET version_num = '0003'")
    assert texts(str(path)) == ["old"]
    (copy,) = tmp_path.glob("workspace.sqlite.before-*")
    with sqlite3.connect(copy) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0003",)
        assert connection.execute("SELECT text FROM note").fetchone() == ("old",)


def test_the_command(tmp_path, capsys):
    path = str(tmp_path / "workspace.sqlite")
    assert main(["backup", "--workspace", path]) == 3
    open_workspace(path).notes.add("commune", "01004", "a note", who="x")
    assert main(["backup", "--workspace", path]) == 0
    (copy,) = (tmp_path / "backups").glob("*.sqlite")
    assert main(["restore", str(copy), "--workspace", path]) == 2
    assert main(["restore", str(copy), "--workspace", path, "--replace"]) == 0
    assert main(["check", "--workspace", path]) == 0
    assert "1 note" in capsys.readouterr().out


def test_accounts_come_back_without_the_sessions_of_that_day(url, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("RELIANCE_ACCOUNTS", url)
    who = open_register(url).arrive(Identity("issuer", "subject", "Une personne", "une@ars.example", "", ""))
    open_register(url).grant(who.id, "one", Role.PLANNER, by="test")
    secret = open_register(url).open_session(who.id)
    assert open_register(url).actor(secret)
    assert accounts(["backup", "--out", str(tmp_path / "copies")]) == 0
    open_register(url).remove(who.id, "one", by="test")
    (copy,) = (tmp_path / "copies").iterdir()
    assert accounts(["restore", str(copy)]) == 2
    assert accounts(["restore", str(copy), "--replace"]) == 0
    assert [person.role for person in open_register(url).members("one")] == [Role.PLANNER]
    assert open_register(url).actor(secret) is None
    assert open_register(url).events()[0].action == "sign_out"
    out = capsys.readouterr().out
    assert all(count in out for count in ("1 person", "1 member", "0 session"))
    with pytest.raises(BadInput, match="is no accounts file"):
        restore(str(tmp_path / "workspace.sqlite"), Path(__file__), ACCOUNTS)
