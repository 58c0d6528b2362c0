"""Where a team may go by default: towns, and not the village in the shadow of a larger one."""

from dataclasses import replace

import pandas as pd
import pytest

from geodata.candidates import candidates
from geodata.request import FloorBy, Request
from geodata.store import open_store
from tests.dashboard import synthetic

TOWNS = Request("R1", least_residents=2_000)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Trips are from straight lines: it has no road."""
    return open_store(str(synthetic.write(tmp_path_factory.mktemp("towns") / "invented.gpkg")))


def communes(**places: tuple[float, float, str]) -> pd.DataFrame:
    """Communes by (kilometres east, residents, EPCI)."""
    rows = {
        code: {"name": code, "lon": 2 + km / 77, "lat": 46.0, "residents": residents, "epci": epci}
        for code, (km, residents, epci) in places.items()
    }
    return pd.DataFrame(rows).T.infer_objects().assign(departement="D", tvs="T", land="metropole")


REGION = communes(
    city=(0, 120_000, "E1"),
    suburb=(6, 30_000, "E1"),  # 9 minutes from the city
    village=(14, 4_500, "E2"),  # 16 minutes from the city, and the main town of its EPCI
    near=(15, 13_000, "E3"),  # as near, and not ten times smaller
    far=(60, 2_500, "E4"),
    hamlet=(64, 900, "E4"),
    main=(90, 800, "E5"),
)


def kept(store, **changes) -> list[str]:
    return list(candidates(store, replace(TOWNS, **changes), REGION).index)


def test_towns_are_candidates_but_for_those_in_the_shadow_of_a_larger_one(store):
    assert kept(store) == ["city", "near", "far", "main"]


def test_each_group_of_a_floor_keeps_its_main_town(store):
    assert kept(store, floor_teams=1, floor_by=FloorBy.EPCI) == ["city", "village", "near", "far", "main"]
    assert kept(store, floor_share=0.1, floor_by=FloorBy.DEPARTEMENT) == ["city", "near", "far", "main"]


def test_a_place_that_is_imposed_is_always_a_candidate(store):
    assert kept(store, forced=("suburb",), opened=("hamlet",)) == ["city", "suburb", "near", "far", "hamlet", "main"]
