"""What the pages ask of the store."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from dashboard import map_controls, table
from dashboard.components import notices as notice_alerts
from dashboard.facts import NO_NATIONAL, Facts
from dashboard.pages.besoin import view as besoin
from dashboard.pages.commencer import controls as commencer
from dashboard.state import Choice, Line, Notice, read
from geodata.countries.france import Zone
from geodata.estimate import Verdict
from geodata.request import Request
from geodata.store import open_store
from geodata.territory import FRANCE, Level
from tests.dashboard import synthetic

COMMUNES = Choice(region="R1", mesh=Level.COMMUNE, line=Line.THRESHOLD)


def test_rows_are_in_alphabetical_order_whatever_accents(facts):
    names = list(facts.rows(COMMUNES)["name"])
    assert names == [
        "Basse-Fictive", "+Formule", "L'Haÿ-Fictif", "Œuvre-sur-Fixture", "Petit-Nombre",
        "Saint-Étienne-la-Synthétique", "Sainte-Épreuve", "Sans-Recensement", "Trois-Foyers",
    ]  # fmt: skip


def test_every_class_is_there(facts):
    assert set(facts.rows(COMMUNES)["verdict"]) == set(Verdict)


def test_the_national_line_changes_the_class(facts):
    national, _ = read("/", "?r=R1&m=commune&q=national")
    by_name = facts.rows(national).set_index("name")["verdict"]
    assert by_name["Saint-Étienne-la-Synthétique"] == Verdict.ABOVE
    assert by_name["Sainte-Épreuve"] == Verdict.UNDECIDED
    assert by_name["Trois-Foyers"] == Verdict.NOT_PUBLISHED


def test_counts_are_those_of_the_rows(facts):
    counts = facts.counts(COMMUNES)
    assert counts[Line.THRESHOLD] == {
        Verdict.ABOVE: 1,
        Verdict.LIKELY_ABOVE: 3,
        Verdict.UNDECIDED: 1,
        Verdict.LIKELY_BELOW: 1,
        Verdict.BELOW: 1,
        Verdict.NOT_PUBLISHED: 2,
    }
    assert sum(counts[Line.NATIONAL].values()) == 9


def test_communes_of_the_country_are_not_drawn_but_can_be_downloaded(facts):
    wide = Choice(region=FRANCE, mesh=Level.COMMUNE)
    assert facts.screen_rows(wide).empty
    assert len(facts.rows(wide)) == len(synthetic.COMMUNES)


def test_assumptions_without_comparison_are_asked_about_the_threshold_only(facts):
    choice, _ = read("/", "?d=loneliness&sc=loneliness&q=national")
    checked, notices = facts.checked(choice)
    assert checked.line == Line.THRESHOLD and notices == (NO_NATIONAL,)
    assert Line.NATIONAL not in facts.counts(checked)


def test_unknown_assumptions_fall_back(facts):
    checked, notices = facts.checked(read("/", "?sc=moon")[0])
    assert checked == Choice() and [n.field for n in notices] == ["sc"]


def test_an_unknown_definition_is_not_taken_for_an_unknown_scenario(facts):
    checked, notices = facts.checked(read("/", "?d=nope")[0])
    assert checked == Choice() and [(n.field, n.value) for n in notices] == [("d", "nope")]


def test_minutes_are_given_to_communes_only(facts):
    assert facts.rows(COMMUNES)["minutes"].notna().all()
    assert facts.rows(Choice(region="R1"))["minutes"].isna().all()


def test_what_the_database_does_not_hold_is_replaced_and_reported(facts):
    choice, _ = read("/", "?r=99&c=mairie,nimbus&s=commune:00000")
    checked, notices = facts.checked(choice)
    assert checked == Choice(categories=("mairie",))
    assert notices == (Notice("r", "99"), Notice("c", "nimbus"), Notice("s", "commune:00000"))


def test_where_a_territory_lies(facts):
    assert facts.place("commune", "S1", "R1") == "Département synthétique, Territoire synthétique"
    assert facts.place("departement", None, "R1") == "Territoire synthétique"
    assert facts.place("region", None, "R1") == ""
    assert facts.overseas() == {Zone.LA_REUNION: "Île synthétique"}


def test_a_new_build_is_seen(tmp_path, database):
    path = tmp_path / "served.gpkg"
    shutil.copy(database, path)
    facts = Facts(open_store(str(path)))
    before = facts.version, facts.fingerprint(Level.EPCI, "R1"), len(facts.names())
    synthetic.write(tmp_path / "next.gpkg", content_hash="another").replace(path)
    assert facts.version == "another" != before[0]
    assert (facts.fingerprint(Level.EPCI, "R1"), len(facts.names())) == before[1:]


def test_rows_for_the_grid_leave_missing_values_out(facts):
    records = {r["name"]: r for r in table.records(table.in_words(facts.rows(COMMUNES), "fr"))}
    hidden = records["Trois-Foyers"]
    assert "share" not in hidden and hidden["reason"] == "Moins de 50 habitants de 15 ans et plus"
    small = records["Petit-Nombre"]
    assert small["share"] == pytest.approx(0.13) and "people" not in small and "reason" not in small


def test_the_table_never_offers_a_ranking(facts):
    columns = {c["field"]: c for c in table.columns(COMMUNES)}
    assert all("sort" not in column for column in columns.values())
    assert "minutes" in columns and "minutes" not in {c["field"] for c in table.columns(Choice())}


ROOM = 1008
"""Pixels of a table on a screen 1400 wide, measured in a browser."""


def test_columns_shown_at_first_fit_a_screen_and_answer_the_line_asked():
    for line, chances in ((Line.NATIONAL, "p_above_national"), (Line.THRESHOLD, "p_above")):
        first = [c for c in table.columns(Choice(line=line)) if not c["hide"]]
        assert {"share", "low", "people", chances} < {c["field"] for c in first}
        assert len({"p_above", "p_above_national"} & {c["field"] for c in first}) == 1
        # The link to the profile comes last: it is on the card too.
        assert sum(c["width"] for c in first if c["field"] != "profile") <= ROOM
    need_ = [c for c in besoin.columns(Choice(page="/besoin")) if not c["hide"]]
    assert sum(c["width"] for c in need_) <= ROOM


def test_the_filter_of_the_grid():
    assert table.filter_model(Choice()) == {}
    one = table.filter_model(Choice(verdicts=(Verdict.ABOVE,)))
    assert one == {"verdict": {"filterType": "text", "type": "equals", "filter": "above"}}
    two = table.filter_model(Choice(verdicts=(Verdict.ABOVE, Verdict.BELOW)))
    assert two["verdict"]["operator"] == "OR" and len(two["verdict"]["conditions"]) == 2


def test_places_kept_for_a_plan_are_not_those_of_another_floor(facts):
    """A floor keeps main towns among the candidates, and counts a public; how much it asks changes no place."""
    asked = Request("R1", says_none_known=True, least_residents=1_000_000)
    teams = replace(asked, floor_teams=1)
    assert facts.case(asked) is not facts.case(teams)
    assert facts.case(teams) is facts.case(replace(teams, floor_teams=3, teams=20))
    share = replace(asked, floor_share=0.2)
    assert facts.case(share) is facts.case(replace(share, floor_share=0.9))
    assert facts.case(share) is not facts.case(teams)


@pytest.mark.parametrize(
    ("perimeter", "mesh"), [("epci:S11", "departement"), ("epci:S11", "epci"), ("departement:S1", "commune")]
)
def test_a_mesh_of_which_nothing_lies_in_the_perimeter_is_replaced_and_reported(facts, client, perimeter, mesh):
    query = f"?r=R1&m={mesh}&z={perimeter}"
    choice, notices = facts.checked(read("/", query)[0])
    is_held = (perimeter, mesh) != ("epci:S11", "departement")
    assert [(n.field, n.value) for n in notices] == ([] if is_held else [("m", mesh)])
    assert ["La maille des territoires d’ici" in one.children for one in notice_alerts(notices, "fr")] == [True] * len(
        notices
    )
    assert len(facts.rows(choice)) > 0
    assert client.get(f"/export/carte.csv{query}").status_code == (200 if is_held else 400)


def test_a_departement_without_an_epci_of_its_own_is_shown_by_commune(tmp_path, database):
    """Around a capital one EPCI is filed under one département and holds the communes of several."""
    path = tmp_path / "capital.gpkg"
    shutil.copy(database, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE territory SET departement = 'S1' WHERE level = 'epci'")
    facts = Facts(open_store(str(path)))
    choice, notices = facts.checked(read("/", "?r=R1&z=departement:S2")[0])
    assert (choice.mesh, [n.field for n in notices]) == (Level.COMMUNE, ["m"])
    # What stands in place of the mesh is accepted in its turn, so a file of it can be asked for.
    assert facts.checked(choice) == (choice, ())
    moved = map_controls.changed(facts, Choice(region="R1"), map_controls.Move.PERIMETER, "departement:S2")
    assert facts.checked(moved) == (moved, ())
    searched = commencer.changed(facts, Choice(page=commencer.PATH), commencer.ids.SEARCH, "departement:S2")
    assert searched.mesh == Level.COMMUNE and facts.checked(searched) == (searched, ())
    assert commencer.meshes(facts, searched) == (Level.COMMUNE,)
