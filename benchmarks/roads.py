"""Minutes by road, measured side by side: `python -m benchmarks.roads --osm DIR`, DIR holding `*.osm.pbf` extracts.

Each engine runs in a process of its own on the same extract and the same 500 places: seconds to a network ready to
answer, seconds for 500 x 500 trips, peak memory, minutes against those of the product. Then the product alone on a
network as large as a region's, made by repeating an extract side by side.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from etl.roads import Roads, road_reach
from etl.sources import osm_roads
from geodata.methods.roads import CAR, RoadGraph, Ways, graph_of, nearest_by_road, travel_by_road
from geodata.methods.travel import EARTH_RADIUS_KM, TRAVEL, great_circle_km
from geodata.source import Snapshot
from geodata.territory import Level

PLACES = 500
COPIES = 300
ENGINES = ("reliance", "pandana", "valhalla")
BANDS_KM = ((1, 5), (5, 10), (10, 20))


def main(arguments: list[str] | None = None) -> None:
    """Print what was measured, as Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.roads", description=__doc__)
    parser.add_argument("--osm", type=Path, required=True, help="folder of extracts")
    parser.add_argument("--names", nargs="+", default=["andorra", "monaco"], help="extracts to compare on")
    parser.add_argument("--engine", help="measure one engine here, on the first name (used by this program itself)")
    options = parser.parse_args(arguments)
    if options.engine:
        before = _peak()
        row = _MEASURES[options.engine](options.osm / f"{options.names[0]}.osm.pbf")
        print(json.dumps(row | {"extra": _peak() - before}))
        return
    print("| extract | engine | ready | 500 x 500 trips | extra memory |\n|---|---|---|---|---|")
    answers = {}
    for name in options.names:
        for engine in ENGINES:
            row = answers[name, engine] = _alone(options.osm, name, engine)
            print(f"| {name} | {engine} | {row['ready']:.2f} s | {row['trips']:.2f} s | {row['extra']:.0f} MB |")
    print(
        "\n| extract | km apart | detour | minutes / Valhalla's | crow-fly minutes / by road |\n|---|---|---|---|---|"
    )
    for name in options.names:
        _compare(options.osm / f"{name}.osm.pbf", name, np.array(answers[name, "valhalla"]["minutes"], float))
    _as_large_as_a_region(options.osm / f"{options.names[0]}.osm.pbf")
    _trips_of_a_region()


def _alone(folder: Path, name: str, engine: str) -> dict:
    command = [sys.executable, "-m", "benchmarks.roads", "--osm", str(folder), "--names", name, "--engine", engine]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    # pandana writes how far it is on the same line.
    return json.loads(done.stdout[done.stdout.index("{") :])


def _read(path: Path, profile=CAR) -> Ways:
    return osm_roads.read(Snapshot(osm_roads.SOURCE, path, "", 0), profile).ways


def _places(ways: Ways) -> pd.DataFrame:
    graph = graph_of(ways, "places")
    some = np.random.default_rng(1).choice(len(graph.lon), PLACES, replace=False)
    return pd.DataFrame({"lon": graph.lon[some], "lat": graph.lat[some]}, index=[f"p{i:03}" for i in range(PLACES)])


def _peak() -> float:
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1e3


def _square(trips: pd.DataFrame) -> np.ndarray:
    minutes = np.full((PLACES, PLACES), np.nan)
    minutes[trips["origin"].cat.codes, trips["destination"].cat.codes] = trips["minutes"]
    return minutes


def _reliance(path: Path) -> dict:
    places = _places(_read(path))
    before = time.perf_counter()
    graph = graph_of(_read(path), "reliance")
    ready = time.perf_counter() - before
    trips = travel_by_road(places, places, graph, limit_min=1e6)
    return {"ready": ready, "trips": time.perf_counter() - before - ready, "pairs": len(trips)}


def _pandana(path: Path) -> dict:
    import pandana

    places = _places(_read(path))
    before = time.perf_counter()
    graph = graph_of(_read(path), "pandana")
    network = pandana.Network(
        *map(pd.Series, (graph.lon, graph.lat, graph.start, graph.end)),
        pd.DataFrame({"minutes": graph.minutes}),
        twoway=False,
    )
    ready = time.perf_counter() - before
    nodes = network.get_node_ids(places["lon"], places["lat"]).to_numpy()
    network.shortest_path_lengths(np.repeat(nodes, PLACES), np.tile(nodes, PLACES))
    return {"ready": ready, "trips": time.perf_counter() - before - ready}


def _valhalla(path: Path) -> dict:
    import valhalla
    from valhalla.config import get_config

    places = _places(_read(path))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "tiles").mkdir()
        config = get_config(tile_extract="", tile_dir=f"{folder}/tiles")
        config["mjolnir"]["tile_extract"] = f"{folder}/none.tar"
        config["service_limits"]["auto"] |= {"max_matrix_location_pairs": PLACES**2, "max_matrix_distance": 1e7}
        written = Path(folder) / "config.json"
        written.write_text(json.dumps(config))
        builder = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
        before = time.perf_counter()
        # It leaves a list of doubtful ways where it stands.
        subprocess.run([builder, "-c", written, "-j", "1", path.resolve()], check=True, capture_output=True, cwd=folder)
        actor = valhalla.Actor(str(written))
        ready = time.perf_counter() - before
        spots = places.to_dict("records")
        answer = actor.matrix({"sources": spots, "targets": spots, "costing": "auto"})["sources_to_targets"]
        trips = time.perf_counter() - before - ready
    rows = answer["durations"] if isinstance(answer, dict) else [[trip["time"] for trip in row] for row in answer]
    minutes = [[None if seconds is None else seconds / 60 for seconds in row] for row in rows]
    return {"ready": ready, "trips": trips, "minutes": minutes}


_MEASURES = {"reliance": _reliance, "pandana": _pandana, "valhalla": _valhalla}


def _compare(path: Path, name: str, valhalla: np.ndarray) -> None:
    ways = _read(path)
    places = _places(ways)
    driven = _square(travel_by_road(places, places, graph_of(ways, name), limit_min=1e6))
    # The shortest way at 60 km/h takes as many minutes as it has kilometres.
    length = _square(
        travel_by_road(places, places, graph_of(replace(ways, kmh=np.full(len(ways.kmh), 60.0)), name), limit_min=1e6)
    )
    lon, lat = places["lon"].to_numpy(), places["lat"].to_numpy()
    km = great_circle_km(lon[:, None], lat[:, None], lon, lat)
    for low, high in BANDS_KM:
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = [length / km, driven / valhalla, TRAVEL.minutes(km) / driven]
        among = (km >= low) & (km < high) & np.isfinite(np.stack(ratios)).all(axis=0)
        if among.sum() > 100:
            quantiles = [np.quantile(ratio[among], [0.1, 0.5, 0.9]) for ratio in ratios]
            cells = " | ".join(f"{median:.2f} ({p10:.2f}-{p90:.2f})" for p10, median, p90 in quantiles)
            print(f"| {name} | {low}-{high} | {cells} |")


def _repeated(ways: Ways, copies: int) -> Ways:
    """The extract so many times from west to east, each copy joined to the next by a road at 90 km/h."""
    width = np.nanmax(ways.lon) - np.nanmin(ways.lon) + 0.01
    step = int(ways.node.max()) + 1
    east, west = np.nanargmax(ways.lon), np.nanargmin(ways.lon)
    shift = np.arange(copies)
    arrays = {
        "node": (ways.node + shift[:, None] * step).ravel(),
        "lon": (ways.lon + shift[:, None] * width).ravel(),
        "lat": np.tile(ways.lat, copies),
        "first": (ways.first + shift[:, None] * len(ways.node)).ravel(),
        "kmh": np.tile(ways.kmh, copies),
        "direction": np.tile(ways.direction, copies),
    }
    ends = np.stack([east + shift[:-1] * len(ways.node), west + shift[1:] * len(ways.node)], axis=1).ravel()
    bridges = {name: arrays[name][ends] for name in ("node", "lon", "lat")}
    bridges |= {"first": len(arrays["node"]) + 2 * shift[:-1], "kmh": np.full(copies - 1, 90.0)}
    bridges |= {"direction": np.zeros(copies - 1, dtype=np.int8)}
    return Ways(**{name: np.concatenate([arrays[name], bridges[name]]) for name in arrays})


def _as_large_as_a_region(path: Path) -> None:
    ways = _repeated(_read(path), COPIES)
    before = time.perf_counter()
    graph = graph_of(ways, "region")
    print(f"\n{COPIES} copies side by side: {len(ways.node):,} points of roads, {len(graph.lon):,} nodes", end=", ")
    print(f"{len(graph.start):,} arcs, graph made in {time.perf_counter() - before:.1f} s")
    communes, services = _scattered(graph, 4_446, 2), _scattered(graph, 2_000, 3).rename_axis("service")
    before = time.perf_counter()
    nearest = nearest_by_road(communes, services, graph)
    print(
        f"- nearest of {len(services):,} services from {len(nearest):,} communes: {time.perf_counter() - before:.2f} s"
    )
    before = time.perf_counter()
    trips = travel_by_road(communes, services, graph, limit_min=30)
    print(f"- every trip of 30 minutes at most, {len(trips):,} pairs: {time.perf_counter() - before:.0f} s")
    print(f"- peak memory {_peak() / 1e3:.2f} GB")


def _trips_of_a_region() -> None:
    """Table `road_reach` of a région: a grid of streets 265 km wide, a fifth of them missing, one-way ones among them,
    an express road every 7.5 km."""
    rng, side, step_km = np.random.default_rng(1), 630, 0.42
    node = np.arange(side * side).reshape(side, side)
    ends = np.concatenate([np.stack([node[:, :-1], node[:, 1:]], -1).reshape(-1, 2),
                           np.stack([node[:-1], node[1:]], -1).reshape(-1, 2)])  # fmt: skip
    ends = ends[rng.random(len(ends)) < 0.8]
    along = np.where(np.diff(ends)[:, 0] == 1, ends[:, 0] // side, ends[:, 0] % side)
    kmh = np.where(along % 18 == 0, 85, rng.choice([25, 40, 55, 65, 65], len(ends)))
    degree = np.degrees(step_km / EARTH_RADIUS_KM)
    middle = side * side + np.arange(len(ends))  # a point in the middle of each street, as every 250 m of a real one
    lon, lat = (np.append(at, at[ends].mean(1)) for at in (node.ravel() % side * degree, node.ravel() // side * degree))
    halves = np.concatenate([np.stack([ends[:, 0], middle], 1), np.stack([middle, ends[:, 1]], 1)])
    minutes = np.tile(step_km / 2 * rng.uniform(1, 1.2, len(ends)) / kmh * 60, 2)
    back = np.tile(rng.random(len(ends)) > 0.05, 2)
    graph = RoadGraph("generated", lon, lat, *np.concatenate([halves, halves[back][:, ::-1]]).T,
                      np.append(minutes, minutes[back]))  # fmt: skip
    communes = _scattered(graph, 4_446, 2).rename_axis("code").reset_index()
    communes = communes.assign(level=Level.COMMUNE, land="metropole")
    before = time.perf_counter()
    rows = road_reach(communes, Roads(graph, pd.Index(communes["code"]), {}, pd.DataFrame(), ()))
    spent, pairs = time.perf_counter() - before, rows["reached_from"].str.count(";").sum() + len(rows)
    size = rows["reached_from"].str.len().sum() + rows["minutes"].str.len().sum()
    print(f"\nA generated network of a région ({len(graph.lon):,} nodes, {len(graph.start):,} arcs, one piece):")
    print(f"- trips of 60 minutes at most between 4,446 communes, {pairs:,} pairs: {spent:.0f} s, {size / 1e6:.1f} MB")


def _scattered(graph: RoadGraph, count: int, seed: int) -> pd.DataFrame:
    some = np.random.default_rng(seed).choice(len(graph.lon), count, replace=False)
    return pd.DataFrame({"lon": graph.lon[some], "lat": graph.lat[some]}, index=[f"p{i:05}" for i in range(count)])


if __name__ == "__main__":
    main()
