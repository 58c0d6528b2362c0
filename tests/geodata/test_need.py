"""Need against responses in the invented country, whose answers can be counted by hand (`tests.dashboard.synthetic`).

Town halls are all listed; the only association is in S1001 and the list is partial; nurses are listed in S1 alone, none
of them can be reached, and that is certain up to 32 minutes in S1001-S1003 and 18 in S1004-S1006.
"""

import dataclasses
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from geodata import schema
from geodata.errors import BadInput, UnknownScenario, UnknownTerritory
from geodata.need import need_table, responses
from geodata.pathway import Pathway
from geodata.question import Question
from geodata.response import Link, Quadrant, Response
from geodata.service import Family
from geodata.store import open_store
from geodata.territory import FRANCE, Level
from geodata.workspace import Correction, Statement
from tests.dashboard import synthetic

CITIZEN, INSTITUTIONAL, PROFESSIONAL = Family


@pytest.fixture(scope="module")
def invented(tmp_path_factory):
    return open_store(str(synthetic.write(tmp_path_factory.mktemp("gap") / "invented.gpkg")))


def table(store, level=Level.COMMUNE, within="R1", **options) -> pd.DataFrame:
    return need_table(store, level, within, **options).set_index("code")


def correction(code, category, statement=Statement.ASSERT, service=None, id_=1) -> Correction:
    return Correction(id_, code, category, service, statement, "Agence", "2026-03-02T10:00:00+00:00", "Vérifié.")


# ------------------------------------------------------------------------------------------------------------ communes


def test_a_family_is_known_by_what_its_lists_can_tell(invented):
    rows = table(invented, minutes=15)
    # The association is at 2, 10, 14, 9, 13, 19 minutes; a partial list does not say that S1006 has none nearer.
    assert rows["response_citizen"].tolist()[:6] == ["present"] * 5 + ["unknown"]
    # No nurse within 15 minutes: certain in S1, not told in S2.
    assert rows["response_professional"].tolist() == ["far"] * 6 + ["unknown"] * 3
    # Ranks 0/11, 1/11 and 2/11 are in the lowest quarter.
    assert rows["response_institutional"].tolist() == ["scarce"] * 3 + ["present"] * 6


def test_an_absence_is_certain_no_further_than_the_list(invented):
    found = table(invented, minutes=20)
    assert found["response_professional"].tolist()[:6] == ["far"] * 3 + ["unknown"] * 3


def test_minutes_mean_nothing_to_a_service_that_stands_somewhere_in_the_commune(invented):
    plain = table(invented)
    assert plain.filter(like="timed_").all(axis=None)
    # Corrected, a nurse is known by S2001 alone, at 0 minutes of it and some minutes of the others.
    rows = table(invented, corrections=(correction("S2001", "infirmier"),))
    assert rows.index[~rows["timed_professional"]].tolist() == ["S2001"]
    assert rows.at["S2001", "travel_min_professional"] == 0
    assert rows[["timed_citizen", "timed_institutional"]].all(axis=None)


def test_quadrants_of_three_families(invented):
    rows = table(invented, minutes=15)["quadrant"]
    # S1001 is above the line with two weak families of three; S1005 is below it; S1006 and S2002 are not published.
    assert rows["S1001"] == Quadrant.FEW
    assert rows["S1005"] == Quadrant.LESS_NEED
    assert rows[["S1006", "S2002"]].tolist() == [Quadrant.NOT_PUBLISHED] * 2


def test_each_family_alone(invented):
    # S1001: weak town halls, an association at 2 minutes, nurses surely out of reach.
    for family, quadrant in zip(Family, (Quadrant.PRESENT, Quadrant.FEW, Quadrant.FEW), strict=True):
        assert table(invented, families=(family,)).at["S1001", "quadrant"] == quadrant


def test_articulation_is_not_told_where_a_family_is_not_known(invented):
    found = table(invented, minutes=15)["articulation"]
    assert found.iloc[:5].tolist() == [2.0] * 5
    assert found.iloc[5:].isna().all()


def test_what_holds_whatever_the_minutes_and_the_quarter_is_robust(invented):
    rows = table(invented, families=(INSTITUTIONAL,))
    # Ranks 0/11 +- 0.03 are in the lowest fifth and more; nothing is compared where the need is not probable.
    assert rows.loc["S1001", ["quadrant", "is_robust"]].tolist() == [Quadrant.FEW, True]
    assert rows.loc[["S1005", "S1006"], "is_robust"].tolist() == [None, None]
    # S1003 has rank 2/11 +- 0.03: in the lowest 30 %, and not in the lowest 20 %.
    low = table(invented, families=(INSTITUTIONAL,), question=Question(threshold=0.05))
    assert low.loc["S1003", ["quadrant", "is_robust"]].tolist() == [Quadrant.FEW, False]


# -------------------------------------------------------------------------------------------------- larger territories


def test_people_within_reach_are_added_up(invented):
    rows = table(invented, Level.DEPARTEMENT, minutes=13)
    # S1 counts 38,330 residents; the association is within 13 minutes of S1001, S1002, S1004 and S1005.
    within = 21_000 + 4_200 + 1_500 + 2_600
    total = within + 9_000 + 30
    assert rows.at["S1", "reached_citizen"] == pytest.approx(within / total)
    assert rows.at["S1", "untold_citizen"] == pytest.approx(9_030 / total)
    people = 21_000 * 0.2 + 4_200 * 0.125 + 1_500 * 0.085 + 2_600 * 0.05
    assert rows.at["S1", "reached_people_citizen"] == pytest.approx(people / (people + 9_000 * 0.105 + 30 * 0.12))
    assert rows.at["S1", "response_citizen"] == Response.PRESENT
    assert rows.at["S2", "response_citizen"] == Response.UNKNOWN
    assert "travel_min_citizen" not in rows


@pytest.mark.parametrize("level", [Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT])
def test_nobody_reached_where_nothing_is_known_is_no_figure(invented, level):
    rows = table(invented, level)
    for family in Family:
        unheard = rows[f"untold_{family}"] == 1
        assert rows.loc[unheard, [f"reached_{family}", f"reached_people_{family}"]].isna().all(axis=None)
        assert rows.loc[rows[f"untold_{family}"] < 1, f"reached_{family}"].notna().all()
    assert (rows[[f"untold_{family}" for family in Family]] == 1).any(axis=None)


def test_levels_count_the_same_people(invented):
    epci, departement = (table(invented, level, minutes=13) for level in (Level.EPCI, Level.DEPARTEMENT))
    residents = {"S11": 34_200, "S12": 4_130}
    reached = sum(epci.at[code, "reached_citizen"] * n for code, n in residents.items())
    assert reached / 38_330 == pytest.approx(departement.at["S1", "reached_citizen"])


# -------------------------------------------------------------------------------------------------------- one territory


@pytest.mark.parametrize(
    ("level", "code"),
    [(Level.COMMUNE, "S1001"), (Level.EPCI, "S11"), (Level.DEPARTEMENT, "S1"), (Level.REGION, "R1"),
     (Level.FRANCE, FRANCE), (Level.COMMUNE, "S2002"), (Level.COMMUNE, "97401")],
)  # fmt: skip
@pytest.mark.parametrize("minutes", [10.0, 20.0, 30.0])
def test_a_record_says_what_the_table_says(invented, level, code, minutes):
    record = responses(invented, level, code, minutes=minutes)
    row = need_table(invented, level, minutes=minutes).set_index("code").loc[code]
    assert record.quadrant == row["quadrant"]
    assert record.is_robust == row["is_robust"]
    assert (record.articulation is None) == pd.isna(row["articulation"])
    for family in Family:
        found = record.family(family)
        assert found.response == row[f"response_{family}"]
        asked = {m: (residents, people) for m, residents, people in found.within}[minutes]
        if asked[0] is not None:
            assert asked == pytest.approx((row[f"reached_{family}"], row[f"reached_people_{family}"]))
    json.dumps(dataclasses.asdict(record))


def test_a_commune_names_the_services_that_were_counted(invented):
    record = responses(invented, Level.COMMUNE, "S1002")
    nearest = record.family(CITIZEN).nearest
    assert (nearest.id, nearest.code_insee, nearest.source, nearest.seen_on, nearest.travel_min) == (
        "synthetic--association-S1001", "S1001", "synthetic_services", "2025-01-01", 10.0,
    )  # fmt: skip
    assert record.family(CITIZEN).inside is None  # none is listed, and the list is partial
    assert record.family(PROFESSIONAL).inside == 1
    assert record.family(INSTITUTIONAL).inside == 1
    assert record.family(CITIZEN).partial == ("association",)
    assert record.family(PROFESSIONAL).complete == ("infirmier",)
    assert responses(invented, Level.COMMUNE, "S2001").family(PROFESSIONAL).unknown == ("infirmier",)


def states(store, level, code, pathway, **options):
    found = next(p for p in responses(store, level, code, **options).pathways if p.pathway is pathway)
    return {one.function.id: one.state for one in found.functions}


def test_a_pathway_tells_functions_present_missing_and_unknown(invented):
    older = states(invented, Level.COMMUNE, "S1001", Pathway.OLDER_PEOPLE)
    # No nurse within 20 minutes, by a complete list; an association, which also lets one meet people, is two away.
    assert older == {"spot": Link.PRESENT, "nurse": Link.MISSING, "meet": Link.PRESENT}
    assert states(invented, Level.COMMUNE, "S2001", Pathway.OLDER_PEOPLE)["meet"] is Link.UNKNOWN
    # 34,200 residents of 38,330 have no nurse for sure.
    assert states(invented, Level.DEPARTEMENT, "S1", Pathway.CANCER)["nurse"] is Link.MISSING
    assert states(invented, Level.COMMUNE, "S1001", Pathway.CARERS) == {}


def test_a_function_tells_whether_any_list_of_the_database_could_tell_of_it(invented):
    cancer = next(p for p in responses(invented, Level.COMMUNE, "S2001").pathways if p.pathway is Pathway.CANCER)
    assert {one.function.id: one.is_listed for one in cancer.functions} == {"nurse": True, "treat": False}
    assert [one.state for one in cancer.functions] == [Link.UNKNOWN, Link.UNKNOWN]


def test_the_nearest_of_a_function_is_that_of_any_of_its_categories(invented):
    older = next(p for p in responses(invented, Level.COMMUNE, "S1001").pathways if p.pathway is Pathway.OLDER_PEOPLE)
    assert older.functions[2].nearest.category == "association"
    assert older.functions[1].nearest is None


def test_no_parameter_is_silent(invented):
    shown = table(invented)
    assert not shown.equals(table(invented, minutes=9))
    assert not shown.equals(table(invented, question=Question(threshold=0.15)))
    assert not shown.equals(table(invented, question=Question("loneliness", "loneliness")))
    assert not shown.equals(table(invented, question=Question(scenario="age_telephone")))
    assert not shown.equals(table(invented, families=(CITIZEN,)))
    assert not shown.equals(table(invented, corrections=(correction("S2001", "infirmier"),)))


def test_what_cannot_be_asked_is_said(invented):
    with pytest.raises(BadInput, match="minutes=0"):
        table(invented, minutes=0)
    with pytest.raises(BadInput, match="minutes=120"):
        responses(invented, Level.COMMUNE, "S1001", minutes=120)
    with pytest.raises(BadInput, match="at least one of"):
        table(invented, families=())
    with pytest.raises(UnknownScenario):
        table(invented, question=Question(scenario="moon"))
    with pytest.raises(UnknownTerritory):
        responses(invented, Level.COMMUNE, "S9999")


# ------------------------------------------------------------------------------------------------- what does not count


@pytest.fixture(scope="module")
def with_cinema(tmp_path_factory):
    path = synthetic.write(tmp_path_factory.mktemp("gap") / "cinema.gpkg")
    synthetic.add_cinema(path)
    return open_store(str(path))


def link_of(record, category):
    return next(link for link in record.links if link.category == category)


def test_a_cinema_is_no_citizen_response_and_stays_in_sight(invented, with_cinema):
    pd.testing.assert_frame_equal(table(invented), table(with_cinema))
    record = responses(with_cinema, Level.COMMUNE, "S2001")
    citizen = record.family(CITIZEN)
    # The only association is 31 minutes away and its list is partial: not known, whatever the list of cinemas is worth.
    assert (citizen.response, citizen.inside) == (Response.UNKNOWN, None)
    assert (citizen.nearest.category, citizen.nearest.travel_min) == ("association", 31.0)
    assert (citizen.complete, citizen.partial, citizen.unknown) == ((), ("association",), ())
    assert link_of(record, "cinema").nearest.name == "Ciné Fictif"


@pytest.mark.parametrize("statement", [Statement.ASSERT, Statement.RETRACT])
def test_a_correction_on_what_does_not_count_moves_its_link_only(with_cinema, statement):
    corrections = (correction("S2001", "cinema", statement),)
    plain, after = table(with_cinema), table(with_cinema, corrections=corrections)
    pd.testing.assert_frame_equal(plain, after)
    record = responses(with_cinema, Level.COMMUNE, "S2001", corrections=corrections)
    assert record.family(CITIZEN) == responses(with_cinema, Level.COMMUNE, "S2001").family(CITIZEN)
    # The only cinema gone, and the list complete for 30 minutes: missing.
    assert link_of(record, "cinema").state == (Link.PRESENT if statement is Statement.ASSERT else Link.MISSING)


# --------------------------------------------------------------------------------------------------- a source removed


def test_a_departement_whose_source_is_removed_becomes_unknown_and_never_a_gap(tmp_path):
    """The lists of S1 are taken away: what was weak is unknown, what was missing is unknown, nothing becomes weak."""
    path = synthetic.write(tmp_path / "whole.gpkg")
    before = {level: table(open_store(str(path)), level) for level in (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT)}
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        for name in ("access", "family_access"):
            connection.execute(sa.delete(schema.metadata.tables[name]))
        connection.execute(sa.delete(schema.completeness))
        connection.execute(sa.update(schema.build).where(schema.build.c.key == "content_hash").values(value="without"))
    store = open_store(str(path))
    for level, rows in before.items():
        after = table(store, level)
        for family in Family:
            assert set(after[f"response_{family}"]) == {Response.UNKNOWN}
        assert (rows["quadrant"] == Quadrant.FEW).any() or level != Level.COMMUNE
        assert not (after["quadrant"] == Quadrant.FEW).any()
        assert after["articulation"].isna().all()
    record = responses(store, Level.COMMUNE, "S1001")
    assert {one.state for p in record.pathways for one in p.functions} == {Link.UNKNOWN}


# --------------------------------------------------------------------------------------------------------- corrections


def test_a_service_that_the_agency_asserts_is_counted(invented):
    before = responses(invented, Level.COMMUNE, "S1001")
    after = responses(invented, Level.COMMUNE, "S1001", corrections=(correction("S1001", "infirmier"),))
    assert before.family(PROFESSIONAL).response == Response.FAR
    assert after.family(PROFESSIONAL).response == Response.PRESENT
    assert after.family(PROFESSIONAL).nearest.source == "correction"
    assert after.family(PROFESSIONAL).nearest.seen_on == "2026-03-02"
    assert after.family(PROFESSIONAL).inside == 1
    assert after.corrections == ("1",)
    assert before.corrections == ()


def test_a_service_that_the_agency_retracts_is_not_counted(invented):
    retracted = correction("S1001", "association", Statement.RETRACT, "synthetic--association-S1001")
    for one in (retracted, replace(retracted, service=None)):
        after = responses(invented, Level.COMMUNE, "S1002", corrections=(one,))
        assert after.family(CITIZEN).response == Response.UNKNOWN  # the list is partial: there may be another one
        assert after.family(CITIZEN).nearest is None
    assert responses(invented, Level.COMMUNE, "S1001", corrections=(retracted,)).family(CITIZEN).inside is None


def test_the_last_statement_holds(invented):
    retracted = correction("S1001", "association", Statement.RETRACT, "synthetic--association-S1001")
    taken_back = replace(retracted, id=2, statement=Statement.ASSERT)
    plain = responses(invented, Level.COMMUNE, "S1002")
    after = responses(invented, Level.COMMUNE, "S1002", corrections=(retracted, taken_back))
    assert after.family(CITIZEN).nearest.id == plain.family(CITIZEN).nearest.id
    assert after.family(CITIZEN).response == plain.family(CITIZEN).response


def test_a_correction_counts_in_the_territories_above(invented):
    corrections = tuple(correction(code, "infirmier", id_=i) for i, code in enumerate(("S1001", "S1002"), 1))
    after = table(invented, Level.DEPARTEMENT, corrections=corrections, minutes=3)
    assert after.at["S1", "reached_professional"] == pytest.approx(25_200 / 38_330)
    record = responses(invented, Level.DEPARTEMENT, "S1", corrections=corrections, minutes=3)
    assert states(invented, Level.DEPARTEMENT, "S1", Pathway.CANCER, corrections=corrections, minutes=3)["nurse"] is (
        Link.PRESENT
    )
    assert link_of(record, "infirmier").state == Link.PRESENT


def test_what_this_database_does_not_know_changes_nothing(invented):
    plain = table(invented)
    after = table(invented, corrections=(correction("75056", "infirmier"), correction("S1001", "cafe_aidants")))
    pd.testing.assert_frame_equal(plain, after)


def test_a_retracted_town_hall_lowers_the_score_of_those_who_shared_it(invented):
    """S1001 alone has 21,000 residents: losing a hall takes shared supply away around it, and nowhere else."""
    retracted = correction("S1001", "mairie", Statement.RETRACT, "synthetic--mairie-S1001")
    plain, after = (need_table(invented, Level.COMMUNE, corrections=c).set_index("code") for c in ((), (retracted,)))
    moved = plain["rank_institutional"] - after["rank_institutional"]
    assert (moved >= 0).all() and moved["S1002"] > 0
    assert np.allclose(moved[["97401", "97402"]], 0)


# ------------------------------------------------------------------------------------------------- a number of services


@pytest.fixture(scope="module")
def counting(tmp_path_factory):
    """The invented country, where the source of town halls only counts them: two in each commune."""
    path = synthetic.write(tmp_path_factory.mktemp("counting") / "invented.gpkg")
    with sa.create_engine(f"sqlite:///{path}").begin() as connection:
        connection.execute(sa.update(schema.service).where(schema.service.c.category == "mairie").values(quantity=2.0))
    return open_store(str(path))


def inside(store, *corrections) -> dict[Family, int]:
    return {f.family: f.inside for f in responses(store, Level.COMMUNE, "S1002", corrections=corrections).families}


def counted(quantity, id_=1) -> Correction:
    return replace(correction("S1002", "mairie", Statement.COUNT, id_=id_), quantity=quantity)


def test_a_number_that_is_corrected_is_counted_and_shared_in_proportion(counting):
    assert inside(counting)[INSTITUTIONAL] == 2
    assert inside(counting, counted(5))[INSTITUTIONAL] == 5
    told = ((), (counted(5),), (counted(2),))
    ranks = [table(counting, corrections=c).at["S1002", "rank_institutional"] for c in told]
    assert ranks[1] > ranks[0]
    # The number that the source gives changes nothing; nor does one that was said and then taken back.
    assert ranks[2] == pytest.approx(ranks[0])
    assert inside(counting, counted(5), counted(2, id_=2))[INSTITUTIONAL] == 2


def test_services_that_have_names_are_not_recounted(invented):
    pd.testing.assert_frame_equal(table(invented), table(invented, corrections=(counted(5),)))
