"""The page of one territory, through HTTP: what it says is the profile's, what it gives away is the same."""

import csv
import io
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from dashboard import figures, text
from dashboard.figures import Mark
from dashboard.ids import HELD
from dashboard.pages.territoire import answers, callbacks, ids, profile_figures
from dashboard.pages.territoire.comparison import side_by_side
from dashboard.state import Choice, Line, read
from dashboard.text import observed as observed_text
from dashboard.text import profile as profile_text
from dashboard.text import response as response_text
from dashboard.text import territory as territory_text
from dashboard.text.territory import value
from geodata.estimate import Kind
from geodata.indicator import Side
from geodata.observed import observed
from geodata.pathway import Pathway
from geodata.territory import FRANCE, Level
from tests.dashboard.test_besoin import texts as of_components
from tests.dashboard.test_callbacks import call, show, texts, unfolded

EPCI = (Level.EPCI, "S11")


def page(app, client, query: str) -> str:
    """What the page says, and what its folded sections say once they are opened."""
    drawn_ = show(app, client, "/territoire", query)["shell"]["children"]
    held = held_parts(drawn_)
    address = next(iter({one["of"] for one in held}), "/territoire")
    names = [one["part"] for one in held]
    return " ".join([texts(drawn_), *map(texts, unfolded(app, client, address, names, names).values())])


def held_parts(component) -> list[dict]:
    """Identifiers of what the folded sections of a page hold, in its order."""
    if isinstance(component, list):
        return [found for one in component for found in held_parts(one)]
    if not isinstance(component, dict):
        return []
    props = component.get("props", {})
    own = props.get("id")
    return [own] if isinstance(own, dict) and own.get("type") == HELD else held_parts(props.get("children"))


def test_every_section_says_what_the_profile_says(app, client, facts):
    profile = facts.profile(Choice(), *EPCI)
    written = page(app, client, "?s=epci:S11")
    assert text.verdict_sentence(profile.estimate, "fr", facts.national(Choice()).share) in written
    assert text.threshold_sentence(profile.estimate, "fr") in written
    assert profile_text.contrast_sentence(profile.contrast("twins"), "fr") in written
    assert profile_text.why_here_sentence(profile, "fr") in written
    assert profile_text.risk_sentence(profile, "fr") in written
    assert profile_text.flip_sentence(profile, "fr") in written
    assert profile_text.health_sentence(profile, "fr") in written
    assert territory_text.rank_sentence(profile, "fr") in written
    record = facts.responses(Choice(), *EPCI)
    assert response_text.articulation(record.articulation, "fr") in written
    assert all(response_text.inside(family, "fr") in written for family in record.families)
    assert all(response_text.pathway_sentence(chain, "fr") in written for chain in record.pathways)
    assert all(twin.name in written for twin in profile.twins)
    assert all(refusal in written for refusal in territory_text.refusals("fr"))


def test_a_small_place_is_told_about_one_line_at_a_time(app, client, facts):
    small = (Level.COMMUNE, "S2001")
    estimate, national = facts.profile(Choice(), *small).estimate, facts.national(Choice()).share
    counted = text.counted_sentence(estimate, "fr", national)
    assert counted != text.counted_sentence(estimate, "fr")
    assert counted in texts(show(app, client, "/territoire", "?s=commune:S2001")["shell"]["children"])


def test_folded_sections_come_without_what_they_hold(app, client, facts):
    written = show(app, client, "/territoire", "?s=epci:S11")["shell"]["children"]
    profile = facts.profile(Choice(), *EPCI)
    assert "Pourquoi ici" in texts(written)
    assert profile_text.why_here_sentence(profile, "fr") not in texts(written)
    held = held_parts(written)
    assert [one["part"] for one in held if one["part"] in ("services", "jumeaux", "limites")] == [
        "services",
        "jumeaux",
        "limites",
    ]
    assert {one["of"] for one in held} == {"/territoire?s=epci:S11"}


def test_a_section_is_about_the_territory_whose_title_was_drawn(app, client, facts):
    """Whatever the address says by the time it is opened."""
    (held,) = unfolded(app, client, "/territoire?s=epci:S11", ["pourquoi-ici"], ["pourquoi-ici"]).values()
    assert profile_text.why_here_sentence(facts.profile(Choice(), *EPCI), "fr") in texts(held)


@pytest.mark.parametrize("address", ["/territoire", "/territoire?s=france:FR"])
def test_a_section_that_is_not_there_is_refused(app, client, address):
    assert unfolded(app, client, address, ["jumeaux"], ["jumeaux"]) == {}


def test_minutes_to_the_nearest_are_said_of_a_commune_only(app, client, facts):
    """Those of a wider territory are its best placed commune's, and would contradict a link that is missing."""
    record = facts.responses(Choice(), Level.COMMUNE, "S1002")
    nearest = [response_text.nearest(family.nearest, facts.source_titles(), "fr") for family in record.families]
    written = page(app, client, "?s=commune:S1002")
    assert all(sentence in written for sentence in nearest)
    assert "Le plus proche" not in page(app, client, "?s=epci:S11")


def test_the_country_is_compared_with_nothing(app, client):
    written = page(app, client, "?s=france:FR")
    assert "Sa part à côté de celle des autres" not in written and "jumeaux" not in written


@pytest.mark.parametrize("selected", ["commune:S1006", "commune:S2002", "departement:974", "region:R1", "france:FR"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_any_territory_has_a_page(app, client, facts, selected, lang):
    written = page(app, client, f"?s={selected}&lang={lang}&t=12.5")
    level, code = selected.split(":")
    choice = replace(Choice(lang=lang, threshold=0.125), line=Line.THRESHOLD, selected=(Level(level), code))
    assert text.verdict_sentence(facts.estimate(choice, Level(level), code), lang) in written


def test_nothing_is_published_under_fifty_residents(app, client):
    written = page(app, client, "?s=commune:S1006")
    assert "12,0" not in written and "Rien n’est publié" in written.replace("'", "’")


def test_other_assumptions_have_classes_and_no_share(app, client):
    written = page(app, client, "?s=epci:S11&sc=age_telephone")
    assert "Les écarts ne sont calculés que sous les hypothèses de référence" in written


def test_without_a_territory_the_page_asks_for_one(app, client):
    written = page(app, client, "")
    assert "Le profil d’un territoire" in written and "Outre-mer synthétique" in written


def test_an_unknown_territory_is_said(app, client):
    assert "s = commune:00000" in page(app, client, "?s=commune:00000")


@pytest.mark.parametrize(
    ("trigger", "value", "query"),
    [
        (ids.SEARCH, "commune:S1002", "?s=commune:S1002"),
        (ids.THRESHOLD, 12.5, "?t=12.5&s=epci:S11"),
        (ids.SCENARIO, "loneliness", "?d=loneliness&sc=loneliness&s=epci:S11"),
        (ids.THRESHOLD, "", "?s=epci:S11"),
        (ids.MINUTES, 30, "?s=epci:S11&min=30"),
        (None, None, "?s=epci:S11"),
    ],
)
def test_each_control_writes_the_address(trigger, value, query):
    assert callbacks.changed(replace(Choice(), selected=EPCI), trigger, value).query == query


def test_the_callback_answers_with_the_new_address(app, client):
    values = {"territoire-url.search": "?s=epci:S11", "url.pathname": "/territoire", "territoire-threshold.value": 15}
    values |= {"territoire-scenario.value": "default", "territoire-asked.data": "?s=epci:S11"}
    response_text = call(app, client, "territoire-url.search", values, "territoire-threshold.value")
    assert response_text["territoire-url"]["search"] == "?t=15&s=epci:S11"
    drawn_again = call(app, client, "territoire-body.children", {"territoire-asked.data": "?t=15&s=epci:S11"}, "x.y")
    assert "15\u202f%" in texts(drawn_again["territoire-head"]["children"])
    held = held_parts(drawn_again["territoire-body"]["children"])
    assert {one["of"] for one in held} == {"/territoire?t=15&s=epci:S11"}


# -- notes of the team


def write(app, client, **values) -> dict:
    """The form as the browser sends it."""
    given = {"territoire-write.n_clicks": 1, "territoire-asked.data": "?s=epci:S12"}
    given |= {f"territoire-{name}.value": value for name, value in values.items()}
    return call(app, client, "territoire-note.value", given, "territoire-write.n_clicks")


def test_a_note_is_read_by_whoever_opens_the_territory(app, client, workspace):
    assert "aucune note" in page(app, client, "?s=epci:S12")
    response_text = write(app, client, who="chargée de mission", note="Le café associatif <b>rouvre</b>")
    assert response_text["territoire-note"]["value"] == ""
    kept = workspace.notes.list("epci", "S12")[-1]
    assert (kept.who, kept.text) == ("chargée de mission", "Le café associatif <b>rouvre</b>")
    written = page(app, client, "?s=epci:S12")
    assert kept.text in written and f"{kept.who} · {text.moment(kept.when, 'fr')}" in written
    assert "jamais sur une personne" in written
    assert kept.text not in page(app, client, "?s=epci:S11")
    journal = workspace.audit.list("note", str(kept.id))
    assert [(entry.who, entry.action, entry.detail) for entry in journal] == [(kept.who, "add", "epci:S12")]


@pytest.mark.parametrize("values", [{"who": " ", "note": "text"}, {"who": "delegate", "note": ""}, {}])
def test_a_note_without_its_text_or_its_role_is_asked_for(app, client, workspace, values):
    before = workspace.notes.list("epci", "S12")
    assert "la fonction de qui" in texts(write(app, client, **values)["territoire-said"]["children"])
    assert workspace.notes.list("epci", "S12") == before


def test_a_note_that_is_withdrawn_is_read_by_nobody(app, client, workspace):
    note = workspace.notes.add("epci", "S12", "Le café ferme", who="chargée de mission")
    written = page(app, client, "?s=epci:S12")
    assert "Le café ferme" in written and "Retirer cette note" in written
    workspace.notes.withdraw(note.id, who="déléguée")
    assert "Le café ferme" not in page(app, client, "?s=epci:S12")


# -- figures and files -----------------------------------------------------------------------------------------------


def test_strips_hold_the_numbers_of_the_record(facts):
    profile = facts.profile(Choice(), *EPCI)
    figure = profile_figures.comparison(profile, "fr", ())
    own = figure.strips[0]
    top = 0.01 / next(at for at, label in figure.ticks if label == "5\u202f%") * 5
    marks = {mark.kind: mark for mark in own.marks}
    assert marks["point"].at * top == pytest.approx(profile.estimate.share)
    assert marks["range"].at * top == pytest.approx(profile.estimate.low)
    assert marks["range"].to * top == pytest.approx(profile.estimate.high)
    assert marks["threshold"].at * top == pytest.approx(0.10)
    assert all(0 <= mark.at <= 1 and (mark.to or 0) <= 1 for strip in figure.strips for mark in strip.marks)
    assert figure.rows["part"].iloc[0] == profile.estimate.share


def test_parts_go_left_and_right_of_zero(facts):
    figure = profile_figures.reasons(facts.profile(Choice(), *EPCI), "fr", ())
    ends = {strip.label: strip.marks[1].to for strip in figure.strips}
    assert ends["Âge"] > 0.5 > ends["Activité"]


@pytest.mark.parametrize("name", ["comparaison", "pourquoi-ici", "facteurs-de-risque"])
def test_a_figure_is_a_picture_that_says_what_it_is(client, facts, name):
    response_text = client.get(f"/export/territoire/{name}.svg?s=epci:S11&t=12.5")
    assert response_text.mimetype == "image/svg+xml"
    assert f"{name}_{facts.version[:8]}.svg" in response_text.headers["Content-Disposition"]
    root = ElementTree.fromstring(response_text.text)
    written = " ".join(root.itertext())
    assert "CC du Nord synthétique" in written and "Recensement synthétique" in written
    assert facts.version[:8] in written and "s=epci:S11" in written
    assert name == "facteurs-de-risque" or "12,5" in written


@pytest.mark.parametrize(
    "name", ["comparaison", "pourquoi-ici", "facteurs-de-risque", "jumeaux", "hypotheses", "services", "parcours"]
)
def test_rows_say_what_they_are(client, facts, name):
    response_text = client.get(f"/export/territoire/{name}.csv?s=epci:S11")
    rows = list(csv.DictReader(io.StringIO(response_text.data.decode("utf-8-sig")), delimiter=";"))
    assert rows
    for row in rows:
        assert (row["code_decrit"], row["definition"], row["seuil"]) == (
            "S11",
            "Isolement relationnel (cinq réseaux)",
            "10%",
        )
        assert row["empreinte_base"] == facts.version
        assert row["adresse"].endswith("/territoire?s=epci:S11")


@pytest.mark.parametrize("name", ["facteurs-de-risque", "pourquoi-ici", "chiffres"])
def test_a_file_says_words_not_codes_and_one_nature_a_row(client, facts, name):
    store = facts.store
    file = client.get(f"/export/territoire/{name}.csv?s=epci:S11").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file), delimiter=";"))
    natures = {"Donnée observée", "Donnée dérivée d’observations", "Estimation modélisée", ""}
    codes = {"derived", "observed", "modelled", "share", "person", "household", "departement", "commune"}
    codes |= {
        *store.sources()["id"],
        *map(str, Side),
        *(c.factor for c in facts.profile(Choice(), *EPCI).contributions),
    }
    assert rows and [heading for heading in rows[0] if "ature" in heading] == ["nature"]
    assert {row["nature"] for row in rows} <= natures
    assert not codes & {cell for row in rows for cell in row.values()}
    if name == "chiffres":
        kinds = {one.title: text.kind(Kind(one.kind), "fr") for one in observed(store, *EPCI)}
        assert {row["indicateur"]: row["nature"] for row in rows} == kinds


@pytest.mark.parametrize("path", ["comparaison.svg", "rien.csv?s=epci:S11", "comparaison.exe?s=epci:S11"])
def test_a_file_that_does_not_exist_is_refused(client, path):
    assert client.get(f"/export/territoire/{path}").status_code == 400


def test_names_never_break_a_picture():
    figure = figures.Figure(
        "x",
        "<b>&",
        "«",
        (figures.Strip("<i>", "", "a & b", (Mark("part", 0.5, 0.2),)),),
        (),
        (("zero", "<"),),
        ("&",),
        None,
    )
    assert "<b>&" in "".join(ElementTree.fromstring(figures.svg(figure)).itertext())


def test_a_part_to_the_left_is_drawn_from_its_end():
    left = figures.svg(
        figures.Figure("x", "", "", (figures.Strip("", "", "", (Mark("part", 0.5, 0.2),)),), (), (), (), None)
    )
    assert f'x="{figures.BAR_LEFT + 0.2 * figures.BAR_WIDTH:.1f}"' in left


# -- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "french"),
    [
        ("2021", "2021"),
        ("1 January 2022", "1er janvier 2022"),
        ("2013-2018 (annual mean)", "2013-2018 (moyenne annuelle)"),
    ],
)
def test_vintages_in_french(written, french):
    assert territory_text.vintage(written, "fr") == french
    assert territory_text.vintage(written, "en") == written


def test_the_map_opens_on_the_same_territory(facts, app, client):
    response_text = show(app, client, "/territoire", "?s=commune:S1002")
    assert "/?r=R1&m=commune&s=commune:S1002" in str(response_text)
    assert read("/", "?r=R1&m=commune&s=commune:S1002")[0].selected == (Level.COMMUNE, "S1002")
    assert facts.profile(Choice(), Level.FRANCE, FRANCE).twins == ()


def test_two_to_four_territories_stand_side_by_side(facts):
    choice = read("/territoire", "?s=commune:S1001&b=commune:S1002,epci:S11,commune:S1001,commune:S1003")[0]
    choice, notices = facts.checked(choice)
    # Of its own level, and not itself.
    assert choice.others == ((Level.COMMUNE, "S1002"), (Level.COMMUNE, "S1003")) and notices == ()
    (section,) = side_by_side(facts, choice)
    content = of_components(section)
    for place in (choice.selected, *choice.others):
        estimate = facts.estimate(choice, *place)
        assert text.short_name(estimate.name) in content
        assert text.people(estimate, "fr") in content
        for figure in facts.own_figures(*place):
            assert value(figure.value, figure.unit, "fr") in content
    assert side_by_side(facts, facts.checked(read("/territoire", "?s=commune:S1001")[0])[0]) == []


def test_a_pathway_is_for_its_own_public_or_nobody_is_counted(facts):
    choice = facts.checked(read("/territoire", "?s=commune:S1001")[0])[0]
    record = facts.responses(choice, Level.COMMUNE, "S1001")
    own = {figure.indicator: figure for figure in facts.own_figures(Level.COMMUNE, "S1001")}
    told = {chain.pathway: response_text.concerned(chain.concerned, "fr") for chain in record.pathways}
    assert observed_text.amount(own["share_75_plus"], "fr") in told[Pathway.OLDER_PEOPLE]
    # The isolated people never stand for those whom nobody counts.
    assert told[Pathway.CARERS].startswith("Combien de personnes sont concernées n’est pas dit ici")
    written = of_components(answers.pathways(record, facts.titles("fr"), choice))
    assert all(sentence in written for sentence in told.values())
