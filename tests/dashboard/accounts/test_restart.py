"""PostgreSQL is killed and started again while planners write: nobody is signed out, nothing confirmed is lost."""

import threading
import time
from collections import Counter
from dataclasses import replace

import pytest

from dashboard.accounts.roles import Role
from tests.dashboard.accounts.conftest import Server, with_oidc
from tests.dashboard.accounts.test_permissions import body_of, of_name, post
from tests.postgresql.server import programs, running

WRITERS = 4


def test_a_restart_of_the_database_loses_no_session_and_nothing_that_was_confirmed(provider, database, tmp_path):
    if programs() is None:
        pytest.skip("no PostgreSQL with PostGIS on this machine: sudo apt-get install postgresql-15-postgis-3")
    # A killed server keeps what it confirmed only where it waits for the disk, as it does unless told otherwise.
    with running(programs(), {"fsync": "on", "synchronous_commit": "on"}) as postgresql, postgresql.database() as url:
        settings = with_oidc(provider, database, tmp_path)
        server = Server(replace(settings, workspace=url, accounts=replace(settings.accounts, url=url)))
        browsers = [server.member(Role.PLANNER) for _ in range(WRITERS)]
        key, about = of_name(server.hosted.apps["agence"].callback_map, "write")
        answers: list[tuple[str, int, bool]] = []
        stop = threading.Event()

        def write(number: int) -> None:
            count = 0
            while not stop.is_set():
                count += 1
                text = f"note {count} de {number}"
                fields = {"territoire-write": 1, "territoire-asked": "?s=epci:S11", "territoire-note": text,
                          "territoire-who": "x"}  # fmt: skip
                body = body_of(key, about)
                for item in (*body["inputs"], *body["state"]):
                    item["value"] = fields.get(item["id"])
                answer = post(browsers[number], body)
                # The field is emptied once its note is kept; a sentence says otherwise.
                is_kept = answer.status_code == 200 and "territoire-note" in answer.json["response"]
                answers.append((text, answer.status_code, is_kept))

        def written() -> int:
            return sum(is_kept for *_, is_kept in answers)

        def until_written(more: int) -> None:
            wanted, last = written() + more, time.monotonic() + 30
            while written() < wanted:
                assert time.monotonic() < last, Counter(status for _, status, _ in answers)
                time.sleep(0.01)

        writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
        for one in writers:
            one.start()
        try:
            for _ in range(2):
                until_written(20)
                postgresql.restart()
            until_written(20)
        finally:
            stop.set()
            for one in writers:
                one.join()
        kept = Counter(note.text for note in server.hosted.workspaces["agence"].notes.list("epci", "S11"))
        confirmed = {text for text, _, is_kept in answers if is_kept}
        assert confirmed <= set(kept) and set(kept.values()) == {1}
        # Who could not be answered was told to try again, and nobody was taken for a stranger.
        assert {status for _, status, _ in answers} <= {200, 503}
