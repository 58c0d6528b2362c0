"""The same floating catchment by other tools: PySAL `access` from a table of pairs, DuckDB and Dask by a join.

None is asked of the product: `pip install access duckdb`, beside, and `requirements-scale.txt`. Each has the
southernmost squares, and the services up to there; what it answers is set beside ours.
"""

import math
import time

import numpy as np
import pandas as pd

from etl.grid.run import Question
from geodata.methods.access import e2sfca
from geodata.methods.travel import EARTH_RADIUS_KM, great_circle_km, travel

SQUARES = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000)
"""Squares asked of a peer, from few to many, until one takes longer than `ENOUGH_S` or has no more memory."""

ENOUGH_S = 60.0

_SQL = """
with d as (select *, floor(lat / {side})::int r, floor(lon / {wide})::int c from demand),
s as (select *, floor(lat / {side})::int r, floor(lon / {wide})::int c from supply),
near as (
  select d.id i, s.id j, d.demand demand, s.supply supply,
    2 * {earth} * asin(sqrt(pow(sin(radians(d.lat - s.lat) / 2), 2)
      + cos(radians(d.lat)) * cos(radians(s.lat)) * pow(sin(radians(d.lon - s.lon) / 2), 2))) km
  from d, (values (-1), (0), (1)) a(dr), (values (-1), (0), (1)) b(dc), s
  where s.r = d.r + dr and s.c = d.c + dc and s.land = d.land),
pairs as (
  select i, j, demand, supply,
    exp(-0.5 * pow(greatest({slope} * pow(km, {exponent}) + {intercept}, 0) / {sigma}, 2)) w
  from near where km <= {radius}),
ratio as (select j, any_value(supply) / sum(w * demand) r from pairs group by j),
reached as (select i, sum(w * r) access from pairs join ratio using (j) group by i)
select coalesce(access, 0) as access from demand left join reached on id = i order by id
"""


def compare(cells: pd.DataFrame, supply: pd.DataFrame, question: Question) -> None:
    """Print a row for each peer and number of squares, ours beside."""
    print("\n| | squares | services | ours, s | it, s | largest relative difference |\n|---|---|---|---|---|---|")
    order = np.argsort(cells["lat"].to_numpy(), kind="stable")
    for name, answer in (("PySAL access", _pysal), ("DuckDB", _duckdb), ("Dask", _dask)):
        for squares in SQUARES:
            part = cells.iloc[order[:squares]].reset_index(drop=True)
            part = part.assign(demand=part["residents"].astype(float))
            own = supply[supply["lat"] <= part["lat"].max()]
            start = time.perf_counter()
            ours = e2sfca(part, own, question.model, catchment=question.catchment, decay=question.decay, within="land")
            middle = time.perf_counter()
            try:
                theirs = answer(part, own, question)
            except (ImportError, MemoryError) as error:
                print(f"| {name} | {len(part):,} | {len(own):,} | | {type(error).__name__}: {error} | |", flush=True)
                break
            took = time.perf_counter() - middle
            apart = np.nanmax(np.abs(theirs - ours) / np.maximum(ours, 1e-12))
            print(
                f"| {name} | {len(part):,} | {len(own):,} | {middle - start:.2f} | {took:.1f} | {apart:.1e} |",
                flush=True,
            )
            if took > ENOUGH_S or squares >= len(cells):
                break


def _pysal(cells: pd.DataFrame, supply: pd.DataFrame, question: Question) -> np.ndarray:
    from access.fca import two_stage_fca

    pairs = travel(cells, supply, model=question.model, limit_min=question.catchment, within="land")
    scores = two_stage_fca(
        cells.rename_axis("geoid"), supply.rename_axis("geoid"),
        pairs.rename(columns={"destination": "dest", "minutes": "cost"}), question.catchment,
        demand_index=True, supply_index=True, demand_name="demand", supply_name="supply",
        weight_fn=lambda minutes: math.exp(-0.5 * (minutes / (question.catchment / 2)) ** 2),
    )  # fmt: skip
    return scores.reindex(cells.index).fillna(0).to_numpy(float)


def _duckdb(cells: pd.DataFrame, supply: pd.DataFrame, question: Question) -> np.ndarray:
    import duckdb

    radius = float(question.model.radius_km(question.catchment))
    side = radius / 111.0
    sql = _SQL.format(
        side=side, wide=side / np.cos(np.radians(cells["lat"].abs().max() + side)), earth=EARTH_RADIUS_KM,
        radius=radius, slope=question.model.slope, exponent=question.model.exponent,
        intercept=question.model.intercept_min, sigma=question.catchment / 2,
    )  # fmt: skip
    with duckdb.connect() as db:
        db.register("demand", cells.assign(id=np.arange(len(cells))))
        db.register("supply", supply.assign(id=np.arange(len(supply))))
        return db.sql(sql).fetchnumpy()["access"].astype(float)


def _dask(cells: pd.DataFrame, supply: pd.DataFrame, question: Question) -> np.ndarray:
    """Joins of tables cut by squares as wide as the catchment: each demand in the nine around it."""
    import dask.dataframe as dd

    radius = float(question.model.radius_km(question.catchment))
    side = radius / 111.0
    wide = side / np.cos(np.radians(cells["lat"].abs().max() + side))

    def squared(frame: pd.DataFrame) -> pd.DataFrame:
        rows, columns = np.floor(frame["lat"] / side).astype(int), np.floor(frame["lon"] / wide).astype(int)
        return frame.reset_index(drop=True).assign(id=np.arange(len(frame)), r=rows.array, c=columns.array)

    own = squared(cells)[["id", "lon", "lat", "land", "demand", "r", "c"]]
    steps = [(r, c) for r in (-1, 0, 1) for c in (-1, 0, 1)]
    around = pd.concat([own.assign(r=own["r"] + r, c=own["c"] + c) for r, c in steps], ignore_index=True)
    there = squared(supply)[["id", "lon", "lat", "land", "supply", "r", "c"]]

    def weighed(pairs: pd.DataFrame) -> pd.DataFrame:
        km = great_circle_km(pairs["lon_x"], pairs["lat_x"], pairs["lon_y"], pairs["lat_y"])
        return pairs[["id_x", "id_y", "demand", "supply"]].assign(weight=question.decay(question.model.minutes(km)))[
            km <= radius
        ]

    left, right = (dd.from_pandas(frame, npartitions=32) for frame in (around, there))
    near = left.merge(right, on=["r", "c", "land"]).map_partitions(weighed).persist()
    demand = near.assign(d=near["weight"] * near["demand"]).groupby("id_y")["d"].sum().compute()
    ratio = (there.set_index("id")["supply"] / demand).rename("ratio").rename_axis("id_y").reset_index()
    reached = near.merge(ratio, on="id_y")
    access = reached.assign(a=reached["weight"] * reached["ratio"]).groupby("id_x")["a"].sum().compute()
    return access.reindex(own["id"]).fillna(0).to_numpy(float)
