"""Several agencies on one server: none reads or writes what is another's, by any address, callback or identifier."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.accounts import permissions
from dashboard.accounts.roles import Action, Role
from dashboard.settings import Settings
from dashboard.spaces import spaces_of
from geodata.errors import UsageError
from geodata.workspace import JobState
from tests.dashboard import synthetic
from tests.dashboard.accounts.conftest import PUBLIC, Server, with_oidc
from tests.dashboard.accounts.test_permissions import CALLBACK, body_of, of_name

SECRET = "Ce que seule l’agence B sait"


def listed(folder: Path, **more) -> str:
    lines = []
    for name in ("a", "b"):
        db = synthetic.write(folder / f"{name}.gpkg", content_hash=f"hash-of-{name}")
        lines += [f"[{name}]", f'title = "Agence {name}"', f'db = "{db}"', f'workspace = "{folder}/{name}/w.sqlite"']
        lines += [f'siret = ["1300084680001{"ab".index(name)}"]', *more.get(name, ())]
    path = folder / "spaces.toml"
    path.write_text("\n".join(lines))
    return str(path)


@pytest.fixture(scope="module")
def two(provider, tmp_path_factory):
    folder = tmp_path_factory.mktemp("two")
    server = Server(with_oidc(provider, "", folder, spaces=listed(folder)))
    b = server.hosted.workspaces["b"]
    b.notes.add("epci", "S11", SECRET, who="B")
    b.corrections.add("97401", "mairie", "retract", who="B", why=SECRET)
    content = {"request": {}, "proposal": None, "plan": None, "locked": [], "data_hash": ""}
    plan = b.plans.create(SECRET, content, who="B")
    job = b.jobs.ask("batch", {"level": "epci", "region": "R1"}, client="account:0")
    b.jobs.take("batch")
    batch = folder / "b" / "briefings-b" / job.id
    batch.mkdir(parents=True)
    (batch / "x.zip").write_text(SECRET)
    b.jobs.tell(job.id, progress=1.0, answer={"file": "x.zip", "count": 1, "failed": 0}, state=JobState.DONE)
    server.theirs = {"plan": plan.id, "job": job.id, "note": "1"}
    return server


@pytest.fixture(scope="module")
def planner_of_a(two):
    return two.member(Role.PLANNER, "a")


def ask(two, browser, path: str, **options):
    return browser.open(path, base_url=PUBLIC, **options)


def test_a_member_of_one_space_goes_to_it_and_to_no_other(two, planner_of_a):
    assert two.get(planner_of_a, "/").headers["Location"] == "/a/"
    assert two.get(planner_of_a, "/a/").status_code == 200
    refused = two.get(planner_of_a, "/b/")
    assert refused.status_code == 403 and "Agence b" in refused.text and "chargé de planification" in refused.text


def test_every_address_of_another_space_is_refused(two, planner_of_a):
    for rule in two.hosted.apps["b"].server.url_map.iter_rules():
        if permissions.of_route(rule.rule) is Action.OPEN:
            continue
        path = re.sub(r"<[^>]*>", "x", rule.rule)
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            answer = ask(two, planner_of_a, f"/b{path}", method=method, json={} if method == "POST" else None)
            assert answer.status_code in (400, 403), rule.rule
            assert SECRET not in answer.text


def test_every_callback_of_another_space_is_refused(two, planner_of_a):
    for key, about in two.hosted.apps["b"].callback_map.items():
        if "callback" in about:
            answer = ask(two, planner_of_a, f"/b{CALLBACK}", method="POST", json=body_of(key, about))
            assert answer.status_code == 403, key


ADDRESSES = st.sampled_from(
    ["/a/export/briefings/{job}.zip", "/a/export/plan/{plan}.json", "/a/export/plan/{plan}.csv", "/a//b/",
     "/a/scenarios?p={plan}", "/a/export/plan/plan.json?p={plan}", "/a/../b/export/briefings/{job}.zip",
     "/a/%2e%2e/b/export/carte.csv", "/a/export/briefings/..%2f..%2fb%2fbriefings-b%2f{job}%2fx.zip",
     "/A/export/besoin.csv", "/b%2fexport/besoin.csv", "/a/export/besoin.csv?r=R1",
     "/a/export/territoire/S11.csv?s=epci:S11"]
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(address=ADDRESSES, tail=st.sampled_from(["", ".1", "?lang=en", "/", "%00", "&p={plan}.1"]))
def test_no_identifier_of_another_space_opens_anything_in_ones_own(two, planner_of_a, address, tail):
    answer = ask(two, planner_of_a, (address + tail).format(**two.theirs))
    assert SECRET not in answer.text and "hash-of-b" not in answer.text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_callback_of_ones_own_space_reads_or_changes_another(two, planner_of_a, data):
    callbacks = two.hosted.apps["a"].callback_map
    key = data.draw(st.sampled_from([k for k, about in callbacks.items() if "callback" in about]))
    body = body_of(key, callbacks[key])
    values = [f"?p={two.theirs['plan']}", two.theirs["plan"], f"{two.theirs['plan']}.0", two.theirs["job"], "epci:S11",
              "?s=epci:S11", "/scenarios", 1, "x", None]  # fmt: skip
    for item in (*body["inputs"], *body["state"]):
        item["value"] = data.draw(st.sampled_from(values))
    before = _state(two)
    answer = ask(two, planner_of_a, f"/a{CALLBACK}", method="POST", json=body)
    assert SECRET not in answer.text
    assert _state(two) == before


def _state(two) -> tuple:
    b = two.hosted.workspaces["b"]
    return b.audit.list(), b.plans.list(), b.notes.list("epci", "S11"), b.jobs.list()


def test_what_is_written_in_a_space_stays_there(two, planner_of_a):
    key, about = of_name(two.hosted.apps["a"].callback_map, "write")
    body = body_of(key, about, "x")
    values = {"territoire-write": 1, "territoire-note": "De A", "territoire-asked": "?s=epci:S11"}
    for item in (*body["inputs"], *body["state"]):
        item["value"] = values.get(item["id"], "x")
    ask(two, planner_of_a, f"/a{CALLBACK}", method="POST", json=body)
    notes = {name: [n.text for n in w.notes.list("epci", "S11")] for name, w in two.hosted.workspaces.items()}
    assert notes["b"] == [SECRET]
    assert "De A" in notes["a"] and SECRET not in notes["a"]  # a drawn callback may have written others in space a


def test_files_bear_the_address_of_their_space(two, planner_of_a):
    text = ask(two, planner_of_a, "/a/export/carte.csv?r=R1").text
    assert f"{PUBLIC}/a/?r=R1" in text
    page = ask(two, planner_of_a, "/a/methode").text
    assert all(link.startswith("/a/") for link in re.findall(r'(?:src|href)="(/[^"]*)"', page))


def test_the_server_is_alive_while_one_space_is(two):
    assert ask(two, two.browser(), "/healthz").text == "a: ok\nb: ok\n"


@pytest.mark.parametrize(
    ("more", "message"),
    [({"b": ['color = "red"']}, "knows no « color »"), ({"b": ['data = "d"'], "a": ['data = "d"']}, "the same data"),
     ({"b": ["siret = [1]"]}, "14 digits")],
)  # fmt: skip
def test_a_list_of_spaces_says_what_is_wrong_with_it(tmp_path, more, message):
    path = Path(listed(tmp_path, **more))
    if "siret" in message or "digits" in message:
        path.write_text(path.read_text().replace('siret = ["13000846800011"]\n', ""))
    with pytest.raises(UsageError, match=message):
        spaces_of(Settings(spaces=str(path)))
