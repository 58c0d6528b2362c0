"""Living alone modelled from dwellings and ages: calibrated, never outside 0-1, near the census, only where told."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.modelled import fit, left_out, load
from etl.indicators import modelled
from etl.sources import reference
from geodata.errors import BadInput


def counts(**columns) -> pd.DataFrame:
    base = {
        "pop": [100, 200, 50], "pop_0_19": [20, 50, 5], "pop_20_64": [60, 110, 20], "pop_65p": [20, 40, 25],
        "logements": [60, 100, 60], "res_principales": [50, 80, 30], "res_secondaires": [5, 10, 25],
        "logements_vacants": [5, 10, 5], "appartements": [10, 40, 0],
    }  # fmt: skip
    return pd.DataFrame(base | columns, index=pd.Index(["32001", "32002", "97101"], name="code"))


NESTED = pd.Series(["32", "32", "971"], index=["32001", "32002", "97101"])


def test_communes_of_a_departement_meet_its_published_figure():
    table = reference.departements()
    figures = {f.indicator.id: f for f in modelled.modelled_figures(counts(), table, NESTED, "2022")}
    rows = figures["living_alone_share"].communes
    bands = {c.removeprefix("living_alone_share_"): table.at["32", c] for c in table if c.startswith("living_alone")}
    assert min(bands.values()) < rows["some"].sum() / rows["among"].sum() < max(bands.values())
    published = modelled.TARGETS[0].published(table, counts(), NESTED)["32"]
    assert rows["some"].sum() / rows["among"].sum() == pytest.approx(published, abs=1e-9)
    assert (rows["error"] > 0).all() and rows["error"].iloc[0] > rows["error"].iloc[1]


def test_where_no_departement_publishes_it_nothing_is_modelled():
    for figure in modelled.modelled_figures(counts(), reference.departements(), NESTED, "2022"):
        assert set(figure.communes.index) == {"32001", "32002"}


def test_a_commune_without_dwellings_or_people_is_unknown():
    empty = counts(pop=[0, 200, 50], pop_0_19=[0, 50, 5])
    for figure in modelled.modelled_figures(empty, reference.departements(), NESTED, "2022"):
        assert list(figure.communes.index) == ["32002"]


@given(
    st.lists(st.floats(-6, 6), min_size=1, max_size=8), st.floats(0.01, 0.9), st.integers(1, 1000),
)  # fmt: skip
def test_a_shift_keeps_the_order_and_gives_the_total(line, share, weight):
    among = np.arange(weight, weight + len(line)).astype(float)
    found = modelled.calibrate(np.array(line), among, share)
    assert np.average(found, weights=among) == pytest.approx(share, abs=1e-6)
    assert ((found > 0) & (found < 1)).all()
    order = np.argsort(line, kind="stable")
    assert (np.diff(found[order]) >= -1e-12).all()


def test_a_table_of_coefficients_that_lacks_a_term_is_named(tmp_path):
    table = pd.read_csv(reference.REFERENCE / modelled.FILE)
    table[table["term"] != "flats"].to_csv(tmp_path / modelled.FILE, index=False)
    with pytest.raises(BadInput, match="flats"):
        modelled.coefficients(tmp_path)


def test_the_census_is_met_by_coefficients_that_are_those_of_the_table(shared_data, real_snapshots):
    """Fitted again they are the table's; a département left out is met within two points, weighted."""
    folder = next(iter(real_snapshots.values())).path.parents[1]
    census, base, departement = load(shared_data / "census" / "rp2022", folder)
    target = modelled.TARGETS[0]
    truth, weight = target.observed(census)
    frame = modelled.features(base).assign(y=truth, w=weight, departement=departement).dropna()
    frame = frame[(frame["w"] >= 1) & frame["y"].between(0, 1)]
    fitted = fit(frame)
    told = modelled.coefficients()[target.indicator]
    assert {term: told[term] for term in fitted} == pytest.approx(fitted, rel=1e-6)
    some = frame[frame["departement"].isin(["31", "48", "75", "2A"])]
    others = frame[frame["departement"].isin(["32", "59", "69", "44", "33"])]
    out = left_out(pd.concat([some, others]))
    error = np.sqrt(np.average((out["predicted"] - out["y"]) ** 2, weights=out["w"]))
    assert 0.005 < error < 0.02
