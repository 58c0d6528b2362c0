"""A build with squares in the data folder: what it changes, and that a card then says one thing."""

from functools import partial

import pandas as pd
import pytest

from etl import build as recipe
from etl import provenance
from etl.grid.cells import read_cells
from etl.grid.generated import generated_squares
from etl.grid.reach import by_residents
from etl.publishing.checks import run_checks
from etl.publishing.publish import publish
from etl.reading.intake import intake
from etl.roads import Roads
from etl.sources.grids import GRIDS
from geodata.need import responses
from geodata.response import Response
from geodata.service import Family
from geodata.store import open_store
from geodata.survey import SCENARIOS
from geodata.territory import Level
from tests.conftest import DATE
from tests.etl.grid.squares import insee


@pytest.fixture(scope="module")
def official(tmp_path_factory, synthetic_tables):
    """A file of squares around the communes of the artificial region, in Insee's layout."""
    folder = tmp_path_factory.mktemp("squares")
    squares = generated_squares(synthetic_tables["territory"], people(synthetic_tables), seed=1, most=900)
    insee(squares).to_csv(folder / "carreaux_200m_2019.csv", index=False)
    snapshots, unread = intake(folder, GRIDS)
    assert not unread
    return snapshots


@pytest.fixture(scope="module")
def built(synthetic_snapshots, official):
    brief = partial(recipe.estimate, flips=SCENARIOS[:1], draws=16)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recipe, "estimate", brief)
        return recipe.build(synthetic_snapshots, official)


@pytest.fixture(scope="module")
def tables(synthetic_tables, official):
    """The tables of the artificial region with squares, its town halls standing for a family."""
    territory, access = synthetic_tables["territory"], synthetic_tables["access"]
    halls = access[access["category"] == "mairie"][["code_insee", "service", "travel_min", "complete_min"]]
    none = dict.fromkeys(("score", "peers", "rank", "rank_low", "rank_high"))
    family = halls.assign(family="institutional", **none)
    cells = read_cells(official, territory, people(synthetic_tables))
    roads = Roads(None, pd.Index([], dtype=object), {}, cells.rejects, ())
    category = synthetic_tables["category"].assign(counts=lambda frame: (frame["id"] == "mairie").astype(int))
    found = by_residents(access, family, synthetic_tables["service"], category, territory, cells, roads)
    told = provenance.sources(cells.accepted, cells.rejects, cells.snapshots)
    return synthetic_tables | {
        "access": found.access,
        "family_access": found.family_access,
        "cell_reach": found.cell_reach,
        "square_group": found.square_group,
        "category": category,
        "source": pd.concat([synthetic_tables["source"], told], ignore_index=True),
    }


def people(tables) -> pd.Series:
    """Residents of communes, by code."""
    values = tables["indicator_value"]
    return values[(values["indicator"] == "population") & (values["level"] == "commune")].set_index("code")["value"]


@pytest.fixture(scope="module")
def store(tables, tmp_path_factory):
    path = tmp_path_factory.mktemp("published") / "squares.gpkg"
    publish(tables, str(path), date=DATE)
    return open_store(str(path))


def test_squares_change_travel_and_nothing_else(built, synthetic_tables):
    same = ("territory", "service", "completeness", "indicator_value", "screen_layer", "family_access", "cell_reach")
    assert all(built[name].equals(synthetic_tables[name]) for name in same)  # one kind of service is no family
    assert run_checks(built) == []
    before, after = (t["access"].set_index(["code_insee", "category"]) for t in (synthetic_tables, built))
    assert (before.index == after.index).all()
    assert (before["travel_min"] != after["travel_min"]).mean() > 0.5
    assert built["source"].set_index("id").at["insee_squares", "vintage"] == "2019"
    assert synthetic_tables["cell_reach"].empty


def test_shares_grow_with_minutes_and_count_everybody(tables):
    rows = tables["cell_reach"]
    shares = rows[["within_5", "within_10", "within_15", "within_20"]]
    assert (shares.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    last = rows["reached"].str.split(";").str[-1].astype(int)
    assert (last <= rows["residents"]).all()
    assert rows["vintage"].eq("2019").all()


@pytest.mark.parametrize("minutes", [2.0, 5.0, 20.0])
def test_a_commune_is_too_far_where_most_of_its_residents_are(store, tables, minutes):
    seen = set()
    for code in sorted(set(tables["cell_reach"]["code_insee"]))[:12]:
        line = responses(store, Level.COMMUNE, code, minutes=minutes).family(Family.INSTITUTIONAL)
        share = {m: r for m, r, _ in line.within}[minutes]
        seen.add(line.response is Response.FAR)
        assert (line.response is Response.FAR) == (share < 0.5)
        assert line.far_share == pytest.approx(1 - share)
        assert line.squares.covered == 1
        assert all(people is None for _, _, people in line.within)
    assert minutes != 2.0 or seen == {True, False}


def test_a_larger_territory_adds_up_its_communes(store, tables):
    communes = store.demand()
    epci = communes["epci"].dropna().iloc[0]
    line = responses(store, Level.EPCI, epci).family(Family.INSTITUTIONAL)
    own = communes[communes["epci"] == epci]
    parts = [(responses(store, Level.COMMUNE, c).family(Family.INSTITUTIONAL), n) for c, n in own["residents"].items()]
    within = {m: r for m, r, _ in line.within}
    for minutes in (15.0, 20.0, 30.0):
        shares = [({m: r for m, r, _ in part.within}[minutes] or 0, n) for part, n in parts if n > 0]
        assert within[minutes] == pytest.approx(sum(s * n for s, n in shares) / sum(n for _, n in shares), abs=1e-6)
    assert 0 < line.squares.covered <= 1
