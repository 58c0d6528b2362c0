"""Access by blocks gives the bytes of the whole, whoever works the blocks out and whatever ends on the way."""

import os
import signal
import sys

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from etl.grid.blocks import cut, pairs_near
from etl.grid.compiled import TRIAL
from etl.grid.engine import _tell_dashboard, begin_to_load, engine, refuse_others
from etl.grid.files import TILE, read_cells_file, write_cells
from etl.grid.run import Question, access_of_cells
from geodata.access_model import PER
from geodata.errors import BadInput, OutputUnavailable, UsageError
from geodata.methods.access import TRAVEL, e2sfca, gaussian, nearest
from geodata.version import VERSION

QUESTION = Question(TRAVEL, 20, gaussian(10))


def country(cells: int = 4_000, services: int = 300, seed: int = 5) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cells around towns on two lands, some at the same place; services too, some where nobody is."""
    rng = np.random.default_rng(seed)
    towns = rng.uniform((0, 44), (3, 47), (40, 2))

    def around(count: int) -> pd.DataFrame:
        at = towns[rng.integers(len(towns), size=count)] + rng.normal(0, 0.05, (count, 2))
        at[::50] = towns[0]
        land = np.where(rng.uniform(size=count) < 0.1, "island", "mainland")
        return pd.DataFrame({"lon": at[:, 0], "lat": at[:, 1], "land": land})

    people = around(cells).assign(residents=rng.integers(0, 60, cells))
    supply = around(services).assign(supply=rng.uniform(0.2, 3, services))
    far = pd.DataFrame({"lon": [10.0], "lat": [50.0], "land": ["mainland"], "supply": [1.0]})
    supply = pd.concat([supply, far], ignore_index=True)
    return people, supply.set_axis(pd.Index([f"s{n:04}" for n in range(len(supply))], name="service"))


@pytest.fixture(scope="module")
def places():
    return country()


@pytest.fixture(scope="module")
def whole(places):
    cells, supply = places
    demand = cells.assign(demand=cells["residents"].astype(float))
    score = e2sfca(demand, supply, TRAVEL, catchment=20, decay=gaussian(10), within="land") * PER
    minutes = nearest(cells, supply, model=TRAVEL, within="land")["travel_min"]
    return pd.DataFrame({"minutes": minutes.where(minutes <= 60), "access": score})


def by_blocks(places, folder, blocks: int, scheduler: str = "none", **options) -> pd.DataFrame:
    with engine(scheduler, 2) as work_out:
        return access_of_cells(*places, QUESTION, work_out, folder=folder, blocks=blocks, **options)


def same_bytes(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return all(one[name].to_numpy(float).tobytes() == other[name].to_numpy(float).tobytes() for name in one)


@pytest.mark.parametrize("blocks", [1, 2, 7, 40])
def test_any_number_of_blocks_gives_the_bytes_of_the_whole(places, whole, tmp_path, blocks):
    assert whole["access"].gt(0).mean() > 0.9
    assert same_bytes(by_blocks(places, tmp_path, blocks), whole)


def test_any_order_of_blocks_gives_the_same_bytes(places, whole, tmp_path):
    def backwards(task, parts):
        for number, make in reversed(list(parts)):
            yield number, task(make())

    assert same_bytes(access_of_cells(*places, QUESTION, backwards, folder=tmp_path, blocks=9), whole)


def test_blocks_hold_every_row_once_and_about_as_many_pairs(places):
    cells, supply = places
    cost = pairs_near(cells, supply, 16)
    blocks = cut(cells, cost, 16)
    assert len(blocks) == 16
    assert np.array_equal(np.sort(np.concatenate(blocks)), np.arange(len(cells)))
    shares = np.array([cost[rows].sum() for rows in blocks]) / cost.sum()
    assert shares.max() < 2.5 / 16
    assert len(cut(cells.head(3), np.ones(3), 16)) == 3
    one_place = cells.head(1).iloc[np.zeros(5, int)]
    assert [rows.tolist() for rows in cut(one_place, np.ones(5), 16)] == [[0, 1, 2, 3, 4]]
    assert cut(cells.head(0), np.zeros(0), 4) == []


def test_a_run_that_was_stopped_goes_on_and_a_cut_block_is_worked_out_again(places, whole, tmp_path):
    requests = []

    def stops(task, parts):
        for number, make in list(parts)[:3]:
            requests.append(number)
            yield number, task(make())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        access_of_cells(*places, QUESTION, stops, folder=tmp_path, blocks=8)
    kept = sorted(tmp_path.rglob("*.parquet"))
    assert len(kept) == 3
    kept[0].write_bytes(kept[0].read_bytes()[:-20])
    again = []

    def counts(task, parts):
        for number, make in parts:
            again.append(number)
            yield number, task(make())

    assert same_bytes(access_of_cells(*places, QUESTION, counts, folder=tmp_path, blocks=8), whole)
    assert len(again) == 16 - 2


def test_another_question_does_not_take_finished_blocks(places, tmp_path):
    by_blocks(places, tmp_path, 4)
    cells, supply = places
    more = cells.assign(residents=cells["residents"] + 1)
    assert not same_bytes(by_blocks((more, supply), tmp_path, 4), by_blocks(places, tmp_path, 4))


def test_a_full_disk_is_told(places, tmp_path):
    (tmp_path / "blocks").write_text("a file where a folder is wanted")
    with pytest.raises(OutputUnavailable, match="Finished blocks are kept"):
        by_blocks(places, tmp_path / "blocks", 2)


# ------------------------------------------------------------------------------------------------------ the cluster


def test_a_scheduler_of_no_known_form_is_refused():
    with pytest.raises(UsageError, match="none, local, or an address"), engine("dask"):
        pass


def test_without_dask_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"requirements-scale\.txt"), engine("local"):
        pass


def test_a_scheduler_out_of_reach_is_told(monkeypatch):
    pytest.importorskip("distributed", reason="Dask is not installed: pip install -r requirements-scale.txt")
    monkeypatch.setattr("etl.grid.engine.CONNECT_S", 1)
    with (
        pytest.raises(BadInput, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"),
        engine("tcp://127.0.0.1:9"),
    ):
        pass


def test_what_workers_are_copied_of_begins_to_load_before_they_are_asked_for(monkeypatch):
    pytest.importorskip("distributed", reason="Dask is not installed: pip install -r requirements-scale.txt")
    begun = []
    monkeypatch.setattr("multiprocessing.forkserver.ensure_running", lambda: begun.append(True))
    for scheduler in ("none", "tcp://scheduler:8786"):
        begin_to_load(scheduler)
    assert not begun
    begin_to_load("local")
    assert begun


def test_workers_give_the_same_bytes_even_when_one_is_killed(places, whole, tmp_path):
    distributed = pytest.importorskip(
        "distributed", reason="Dask is not installed: pip install -r requirements-scale.txt"
    )
    killed = []

    def kill(done: int, all_: int) -> None:
        if done == 3 and not killed:
            client = distributed.get_client()
            # Nothing in a task asks for that module: only a copy of the process that loaded it has it.
            assert all(client.run(lambda: "etl.grid.compiled" in sys.modules).values())
            pids = client.run(os.getpid)
            killed.append(next(iter(pids.values())))
            os.kill(killed[0], signal.SIGKILL)

    assert same_bytes(by_blocks(places, tmp_path, 12, "local", threads=1, announce=kill), whole)
    assert killed


@pytest.fixture
def cluster():
    """A scheduler at an address, with one worker of this process."""
    distributed = pytest.importorskip(
        "distributed", reason="Dask is not installed: pip install -r requirements-scale.txt"
    )
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, protocol="tcp://", dashboard_address=None
    ) as cluster:
        yield cluster


def test_a_cluster_by_its_address_gives_the_same_bytes(places, whole, tmp_path, cluster):
    assert same_bytes(by_blocks(places, tmp_path, 3, cluster.scheduler_address, threads=1), whole)


def test_when_no_worker_is_left_the_run_ends_and_goes_on_later(places, whole, tmp_path, cluster, monkeypatch):
    monkeypatch.setattr("etl.grid.engine.LOST_S", 1)

    def leave(done: int, all_: int) -> None:
        if done == 2:
            cluster.scale(0)

    with pytest.raises(BadInput, match=r"no worker is left at tcp://.*\n?.*finished blocks are kept"):
        by_blocks(places, tmp_path, 6, cluster.scheduler_address, threads=1, announce=leave)
    assert len(list(tmp_path.rglob("*.parquet"))) >= 2
    with pytest.raises(BadInput, match="has no worker: dask worker tcp"), engine(cluster.scheduler_address):
        pass
    assert same_bytes(by_blocks(places, tmp_path, 6), whole)


def test_a_scheduler_lost_on_the_way_is_told(cluster):
    from distributed.comm import CommClosedError

    with (
        pytest.raises(BadInput, match=r"was lost on the way .*finished blocks are kept"),
        engine(cluster.scheduler_address),
    ):
        raise CommClosedError("Connection reset by peer")


@pytest.mark.parametrize(
    ("numpy_there", "counted", "message"),
    [
        ("1.26.0", None, r"- tcp://worker:1: numpy 1\.26\.0, \S+ here\n"),
        (None, None, r"- tcp://worker:1: numpy is absent, \S+ here\n"),
        (np.__version__, ("0.0.9", TRIAL), "- tcp://worker:1 has another release of the code"),
        (np.__version__, (VERSION, "another"), "or its processor counts otherwise"),
        (np.__version__, ModuleNotFoundError("No module named 'etl'"), "cannot run a task .*No module named 'etl'"),
        (np.__version__, (VERSION, TRIAL), None),
    ],
)
def test_workers_that_could_give_other_bytes_are_named(numpy_there, counted, message):
    versions = pytest.importorskip(
        "distributed.versions", reason="Dask is not installed: pip install -r requirements-scale.txt"
    )

    class Client:
        def get_versions(self, packages):
            here = versions.get_versions(packages)
            there = {"packages": here["packages"] | {"numpy": numpy_there}}
            return {"client": here, "workers": {"tcp://worker:1": there}}

        def run(self, task, on_error):
            return {"tcp://worker:1": counted}

    if message is None:
        refuse_others(Client(), "tcp://scheduler:1")
    else:
        with pytest.raises(BadInput, match=message):
            refuse_others(Client(), "tcp://scheduler:1")


# ------------------------------------------------------------------------------------------------------ the file


def test_cells_are_integers_sorted_by_tile_a_row_group_each(tmp_path):
    frame = pd.DataFrame(
        {"crs": 3035, "side_m": 200, "x": [TILE, 0, TILE + 1, 3], "y": [5, 7, 0, 7], "residents": [1, 2, 3, 4]}
    )
    write_cells(frame, tmp_path / "cells.parquet", {"kind": "generated"})
    file = pq.ParquetFile(tmp_path / "cells.parquet")
    assert file.num_row_groups == 2
    read, told = read_cells_file(tmp_path / "cells.parquet")
    assert read[["x", "y", "residents"]].to_numpy().tolist() == [
        [0, 7, 2], [3, 7, 4], [TILE + 1, 0, 3], [TILE, 5, 1]
    ]  # fmt: skip
    assert told == {"kind": "generated"}
    (tmp_path / "cells.parquet").write_bytes(b"PAR1 cut")
    with pytest.raises(BadInput, match="delete it and run the command again"):
        read_cells_file(tmp_path / "cells.parquet")


@pytest.mark.parametrize("services", [{}, {"dashboard": 8787}], ids=["without Bokeh", "with Bokeh"])
def test_the_address_of_the_dashboard_of_dask_is_told_where_it_has_one(services):
    class Client:
        dashboard_link = "http://127.0.0.1:8787/status"

        def scheduler_info(self):
            return {"services": services}

    told = []
    _tell_dashboard(Client(), told.append)
    assert told == ([Client.dashboard_link] if services else [])
