"""A plan on paper: two pages that say every rule, a picture, a workbook, and the command that prints it."""

import base64
import io
import json
import re
from dataclasses import replace

import docx
import pandas as pd
import pytest

from dashboard import word_document
from dashboard.app import create_app
from dashboard.briefing import __main__ as command
from dashboard.briefing import plan_paper
from dashboard.briefing.issuer import Issuer, Logo
from dashboard.briefing.plan import shortened
from dashboard.briefing.plan_curve import curves
from dashboard.briefing.plan_figures import figures
from dashboard.briefing.plan_print import to_pdf
from dashboard.computations import plan_search
from dashboard.facts import Facts
from dashboard.queue import drain
from dashboard.settings import Settings
from dashboard.text import plan as plan_text
from dashboard.text import plan_rules
from geodata.disclosure import round_people
from geodata.plan import FloorKept
from geodata.request import FloorBy, Request, SiteCost
from geodata.territory import Level
from geodata.workspace import open_workspace
from tests.dashboard.briefing.reading import pages
from tests.dashboard.briefing.test_pdf_ua import is_valid

WIDE = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="10"><rect width="400" height="10"/></svg>'
REQUEST = Request(
    "R1", teams=3, minutes=12, says_none_known=True, candidates="communes", team="citizen", capacity=16.0,
    floor_share=0.02, floor_by=FloorBy.EPCI, floor_anywhere=True, forced=("S1004",), excluded=("S1006",), cost=10.0,
    costs=(SiteCost("S1003", 25.0),), budget=90.0,
)  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return str(tmp_path_factory.mktemp("paper") / "workspace.sqlite")


@pytest.fixture(scope="module")
def desk(store, written):
    return Facts(store, open_workspace(written))


@pytest.fixture(scope="module")
def shown(desk):
    plan = plan_search.start(desk, REQUEST, name="Trois équipes", who="chargée de mission")
    drain(desk, Settings())
    return plan_search.opened(desk, (plan.id, 0))


def words_of(pdf: bytes) -> str:
    return plain(" ".join(pages(pdf)))


def plain(text: str) -> str:
    """Without blanks: where a line ends is not compared."""
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_two_pages_say_the_result_the_sites_and_every_rule(desk, shown, lang):
    pdf = plan_paper.pdf(desk.store, shown, lang, issuer=Issuer(), printed_on="2026-11-29")
    assert len(pages(pdf)) == 2
    text = words_of(pdf)
    assert plain(plan_text.headline(shown.plan, REQUEST, lang)) in text
    assert plain(plan_rules.accompanied(shown.plan, REQUEST, lang)) in text
    titles = desk.titles(lang)
    for term, value in [*plan_rules.rules(shown, titles, lang), *figures(shown, lang)]:
        assert plain(term) in text and plain(value) in text
    for site in shown.plan.sites:
        assert plain(shown.names[site.id]["name"]) in text
        assert plain(plan_rules.site(site, shown.reason(site.id), shown.trade_offs, lang)) in text


def test_what_has_a_floor_is_named(desk, shown):
    """The floor of `REQUEST` is by EPCI: its code says nothing to a reader."""
    kept = replace(shown.plan, floors=(FloorKept("epci", "S11", 0, 1, 0.1, 0.2),))
    written = plan_paper.sheet(desk.store, replace(shown, kept=kept), "fr", issuer=Issuer()).paragraphs
    name = desk.store.territory(Level.EPCI, "S11").name
    assert any(line.endswith(f"({name}).") for line in written)


def test_the_foot_names_the_draft_without_a_version_and_counts_pages(desk, shown):
    pdf = plan_paper.pdf(desk.store, shown, "fr", issuer=Issuer(), printed_on="2026-11-29")
    front, back = map(plain, pages(pdf))
    assert f"Plan{shown.id}·" in front and f"Plan{shown.id}·" in back
    assert "page1sur2" in front and "page2sur2" in back


def test_nobody_is_told_accompanied_where_no_capacity_was_given(desk, shown):
    given, missing = (
        plan_paper.sheet(desk.store, replace(shown, kept=kept), "fr", issuer=Issuer())
        for kept in (shown.plan, replace(shown.plan, accompanied=None))
    )
    assert "Accompagnées" in given.sites_head and "Accompagnées" not in missing.sites_head


@pytest.mark.parametrize("logo", [None, Logo("svg", base64.b64encode(WIDE).decode())], ids=["plain", "logo"])
def test_a_plan_passes_the_machine_rules_of_pdf_ua(desk, shown, logo):
    signed = Issuer("Agence inventée", logo=logo)
    assert is_valid(plan_paper.pdf(desk.store, shown, "fr", issuer=signed, printed_on="2026-11-25"))


def test_the_same_plan_gives_the_same_bytes(desk, shown):
    once, again = (plan_paper.pdf(desk.store, shown, "fr", issuer=Issuer(), printed_on="2026-11-29") for _ in range(2))
    assert once == again


def test_a_plan_of_many_sites_keeps_two_pages_and_says_what_is_left_to_the_files(desk, shown):
    sheet = plan_paper.sheet(desk.store, shown, "fr", issuer=Issuer(), printed_on="2026-11-29")
    long = replace(sheet, sites=sheet.sites[:1] * 60)
    pdf = to_pdf(long)
    assert len(pages(pdf)) == 2
    left = int(re.search(r"(\d+)autreslieux", words_of(pdf))[1])
    assert 20 <= left < 60
    assert plain(shortened(long, 60 - left).more) in words_of(pdf)


def test_the_picture_is_as_wide_as_a_slide(desk, shown):
    png = plan_paper.png(desk.store, shown, "fr", issuer=Issuer())
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = (int.from_bytes(png[at : at + 4]) for at in (16, 20))
    assert (width, height) == (1920, 1080)


def test_the_workbook_holds_sites_rules_and_the_curve(desk, shown):
    body = plan_paper.xlsx(desk.store, shown, "fr")
    book = pd.read_excel(io.BytesIO(body), sheet_name=None, engine="calamine")
    curves = ["Équipes et personnes", "Minutes et personnes"]
    assert list(book) == ["Lieux", "Par département", "Règles", "Chiffres", *curves]
    assert len(book["Lieux"]) == len(shown.plan.sites)
    reached = [float(round_people(site.reached)) for site in shown.plan.sites]
    assert book["Lieux"]["nouvellement_a_portee"].tolist() == reached
    assert {"Minimum", "Capacité", "Lieux imposés", "Budget (€)"} <= set(book["Règles"]["Paramètre"])


def test_the_command_prints_a_plan_and_says_what_is_wrong(desk, shown, database, written, tmp_path, capsys):
    out = tmp_path / "plan.pdf"
    arguments = ["--db", str(database), "--workspace", written, "--plan", shown.id, "--date", "2026-11-29"]
    assert command.main([*arguments, "--out", str(out)]) == 0
    assert out.read_bytes() == plan_paper.pdf(desk.store, shown, "fr", issuer=Issuer(), printed_on="2026-11-29")
    assert command.main([*arguments, "--out", str(tmp_path / "plan.odt")]) == 2
    assert "a name ending in .pdf, .docx, .png, .xlsx, .csv is expected" in capsys.readouterr().err
    assert command.main([*arguments[:5], "nobody", "--out", str(out)]) != 0


def test_the_command_writes_for_word_what_the_page_gives(desk, shown, database, written, tmp_path, capsys):
    out = tmp_path / "plan.docx"
    arguments = ["--db", str(database), "--workspace", written, "--plan", shown.id, "--agency", "Agence inventée"]
    assert command.main([*arguments, "--out", str(out)]) == 0
    app = create_app(desk.store, desk.workspace, Settings(db=str(database), agency="Agence inventée"))
    assert out.read_bytes() == app.server.test_client().get(f"/export/plan/{shown.id}.docx").data
    for ending in ("xlsx", "csv"):
        file = tmp_path / f"plan.{ending}"
        assert command.main([*arguments, "--out", str(file)]) == 0
        assert file.read_bytes() == app.server.test_client().get(f"/export/plan/{shown.id}.{ending}").data
    document = docx.Document(out)
    assert document.core_properties.author == "Agence inventée"
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert {"Règles", "Chiffres", "Lieux", "Par département", "Justification", "À savoir"} <= set(headings)


# ------------------------------------------------------------------------------------------------------ follow-up


def test_teams_that_opened_stay_when_the_plan_is_asked_again_and_what_moved_is_said(desk, shown):
    made = plan_search.copy(desk, shown, lang="fr", who="x")
    now = plan_search.opened(desk, (made.id, 0))
    first = now.plan.sites[-1].id
    plan_search.edit(desk, now, revision=now.revision, who="x", opened=[first])
    now = plan_search.opened(desk, (made.id, 0))
    assert now.request.opened == (first,)
    plan_search.start_again(desk, now, revision=now.revision, who="x")
    drain(desk, Settings())
    again = plan_search.opened(desk, (made.id, 0))
    assert first in {site.id for site in again.plan.sites if site.is_forced}
    assert set(again.before["sites"]) == {site.id for site in shown.plan.sites}


def test_an_impossible_request_is_not_kept_among_plans(desk):
    plan = plan_search.start(
        desk, replace(REQUEST, floor_share=0.99, floor_anywhere=False, teams=1), name="Impossible", who="x"
    )
    drain(desk, Settings())
    assert not plan_search.opened(desk, (plan.id, 0)).is_answered
    assert plan.id not in {one.id for one in plan_search.listed(desk)}


def test_a_plan_written_before_aims_and_capacities_is_read_as_it_was(shown):
    old = json.loads(json.dumps(REQUEST.to_dict()))
    for key in ("public", "capacity", "team", "floor_by", "floor_public", "floor_anywhere", "opened", "teams_at_site"):
        del old[key]
    old["aim"] = "residents"
    read = Request.from_dict(old)
    assert (read.public, read.aim, read.floor_anywhere, read.capacity) == ("residents", "reached", True, None)


# --------------------------------------------------------------------------------------------------------- curves


def test_curves_say_what_a_team_or_minutes_more_bring(shown):
    """Of the points of the record: every number is written, the plan's own is full, and words say all of them."""
    by_teams, by_minutes = curves(shown.trade_offs, REQUEST, "fr")
    people = {point.teams: plan_text.people(point.reached, "fr") for point in shown.trade_offs.curve}
    assert plain(f"3 équipes : {people[3]}") in plain(by_teams.alt)
    assert by_teams.svg.count('fill="#111" stroke="#111"') == 1
    reached = [point.reached for point in shown.trade_offs.by_minutes]
    assert [point.minutes for point in shown.trade_offs.by_minutes] == [10, 12, 15, 20, 30, 45]
    assert reached == sorted(reached)
    # The plan's teams, without its floor, within its minutes: one point of both curves.
    assert reached[1] == pytest.approx(next(p.reached for p in shown.trade_offs.curve if p.teams == 3))
    assert "sans minimum" in by_minutes.title
    assert curves(None, REQUEST, "fr") == ()


def test_a_first_page_without_room_for_curves_leaves_them_to_the_workbook(desk, shown):
    sheet = plan_paper.sheet(desk.store, shown, "fr", issuer=Issuer(), printed_on="2026-11-29")
    by = sheet.by[:1] * 25
    pdf = to_pdf(replace(sheet, by=by))
    assert len(pages(pdf)) == 2
    assert plain(sheet.curves[0].title) in words_of(to_pdf(sheet))
    assert plain(sheet.curves[0].title) not in words_of(pdf)


def test_columns_of_a_word_table_are_as_wide_as_their_words_need():
    out = word_document.document("Essai", "fr")
    word_document.table(out, ["Département", "n"], [["Hautes-Pyrénées", "1"]])
    wide, narrow = (column.width for column in out.tables[0].columns)
    assert wide > 2 * narrow
