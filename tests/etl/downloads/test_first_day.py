"""Lists of services on the first day, from a mirror on this machine that answers, stalls, moves and lies."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from etl import __main__ as cli
from etl.downloads.catalogue import entry_of
from etl.downloads.first_day import LIMIT_S, LISTS, try_lists
from tests.conftest import PROJECT
from tests.etl import loopback
from tests.etl.loopback import Site, serving

STALL_S = 480.0


def path_of(name: str) -> str:
    """Where a mirror holds what an entry's address names."""
    return urlsplit(entry_of(name).address).path


@pytest.fixture
def mirror(monkeypatch):
    """France Services answers, FINESS stalls, the counts have moved, the directory lies."""
    files = {path_of("france_services"): ("id_fs,lib_fs\n" + "1,France Services de Foix\n" * 500).encode()}
    ways = {
        path_of("finess_equipment"): loopback.stalled(10, STALL_S),
        path_of("bpe_counts_2023"): loopback.status(404),
        path_of("annuaire_administration"): loopback.web_page("application/json"),
    }
    site = Site(files | dict.fromkeys(ways, b"x" * 100))
    monkeypatch.setattr(
        loopback, "file_as_it_is", lambda request, usual=loopback.file_as_it_is: ways.get(
            request.path.partition("?")[0], usual
        )(request)
    )  # fmt: skip
    with serving(site) as served:
        monkeypatch.setenv("RELIANCE_MIRROR", served.address)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("PYTHONPATH", str(PROJECT))
        yield served


def test_what_answers_is_taken_and_the_rest_is_named_without_waiting(mirror, tmp_path):
    said: list[str] = []
    taken = try_lists(tmp_path, say=said.append, limit_s=STALL_S / 2)
    assert taken == {name: name == "france_services" for name in LISTS}, said
    assert list(tmp_path.rglob(entry_of("france_services").file))
    told = "\n".join(said)
    # The one that stalls gives up by itself, long before it would answer.
    assert "finess_equipment: not taken, http://127" in told and "within" not in told
    assert "france_services: taken" in told
    assert "bpe_counts_2023: not taken" in told and "404" in told
    assert "annuaire_administration: not taken" in told and "python -m etl fetch" in said[-1]
    for name in LISTS[1:]:
        assert not list(tmp_path.rglob(entry_of(name).file)), name


def test_at_the_limit_what_still_runs_is_stopped(mirror, tmp_path):
    said: list[str] = []
    taken = try_lists(tmp_path, say=said.append, lists=("finess_equipment",), limit_s=0.5)
    assert taken == {"finess_equipment": False} and "within 0.5 s" in said[0]


def test_offline_nothing_is_asked(mirror, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("OFFLINE", "1")
    assert cli.main(["fetch", "--first-day", "--data", str(tmp_path)]) == 0
    assert mirror.requests == [] and "OFFLINE" in capsys.readouterr().out


def test_two_minutes_at_most():
    assert LIMIT_S <= 120 and all(entry_of(name).address for name in LISTS)
    assert "fetch --first-day" in Path(PROJECT, "Makefile").read_text(encoding="utf-8")
