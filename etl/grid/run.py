"""The command `python -m etl grid`: cells of a country with what they reach, by blocks, on one process or on many."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from etl.access import service_points
from etl.grid.blocks import Around, Reached, cut, pairs_near, pieces
from etl.grid.cells import allot, read_cells
from etl.grid.engine import Engine
from etl.grid.files import read_arrays, write_arrays, write_cells
from etl.grid.generated import SOURCE_ID, generated_squares
from etl.reading.files import WHOLE
from etl.reading.intake import intake
from etl.rejects import with_words
from etl.sources.grids import GRIDS
from geodata import schema
from geodata.access_model import PER
from geodata.errors import BadInput
from geodata.methods.access import ratio_of
from geodata.methods.access.decay import Decay
from geodata.methods.travel import TravelModel
from geodata.minutes import MOST_MINUTES
from geodata.store import Store
from geodata.territory import Level

BLOCKS = 64


@dataclass(frozen=True)
class Question:
    """The floating catchment that is asked of the cells."""

    model: TravelModel
    catchment: float
    decay: Decay


def access_of_cells(
    cells: pd.DataFrame,
    supply: pd.DataFrame,
    question: Question,
    work_out: Engine,
    *,
    folder: Path,
    blocks: int = BLOCKS,
    threads: int | None = None,
    announce: Callable[[int, int], None] = lambda done, all_: None,
) -> pd.DataFrame:
    """`minutes` to the nearest service (missing beyond an hour) and `access` (E2SFCA, for 10,000 residents) of cells.

    `cells`: lon, lat, land, residents; `supply`: lon, lat, land, supply, by id. Finished blocks are kept in `folder`
    under a name of what was asked, so that a run that was stopped goes on; the same bytes for any number of blocks, and
    whoever works them out. `threads` of each task. `announce` is told how many blocks are done, of how many.
    """
    place = folder / _name(cells, supply, question, blocks)
    demand = cells["residents"].to_numpy(float)
    near_km = float(question.model.radius_km(question.catchment)) * 1.01
    hour_km = max(float(question.model.radius_km(MOST_MINUTES)) * 1.01, near_km)
    settings = (question.model, question.catchment, question.decay, threads)
    here, there = _points(cells, supply)
    by_supply = cut(there, pairs_near(there, here, near_km), blocks)
    by_cells = cut(here, pairs_near(here, there, near_km), blocks)
    total = len(by_supply) + len(by_cells)
    done = 0

    def round_of(
        task: Around | Reached,
        name: str,
        points: pd.DataFrame,
        around: pd.DataFrame,
        amounts: np.ndarray,
        parts: Sequence[np.ndarray],
        km: float,
    ) -> dict[str, np.ndarray]:
        nonlocal done
        results: dict[str, np.ndarray] = {}
        makers = pieces(points, around, amounts, parts, km)
        waiting = []

        def keep(number: int, answer: dict[str, np.ndarray]) -> None:
            nonlocal done
            for column, values in answer.items():
                results.setdefault(column, np.full(len(points), np.nan))[parts[number]] = values
            done += 1
            announce(done, total)

        for number, rows in enumerate(parts):
            kept = read_arrays(place / f"{name}-{number:04}.parquet", len(rows))
            if kept is None:
                waiting.append((number, makers[number]))
            else:
                keep(number, kept)
        for number, answer in work_out(task, waiting):
            write_arrays(place / f"{name}-{number:04}.parquet", answer)
            keep(number, answer)
        return results

    first = round_of(Around(*settings), "around", there, here, demand, by_supply, near_km)
    ratio = ratio_of(supply["supply"].to_numpy(float), first["around"])
    second = round_of(Reached(*settings), "reached", here, there, ratio, by_cells, hour_km)
    return pd.DataFrame({"minutes": second["minutes"], "access": second["access"] * PER}, index=cells.index)


def _points(*frames: pd.DataFrame) -> list[pd.DataFrame]:
    """What a block is cut from, and no more: it is cut, sent and read some hundred times."""
    number, lands = pd.factorize(pd.concat([frame["land"] for frame in frames], ignore_index=True))
    ends = np.cumsum([len(frame) for frame in frames])
    dtype = pd.CategoricalDtype(lands)
    return [
        frame[["lon", "lat"]].reset_index(drop=True).assign(land=pd.Categorical.from_codes(own, dtype=dtype))
        for frame, own in zip(frames, np.split(number, ends[:-1]), strict=True)
    ]


def _name(cells: pd.DataFrame, supply: pd.DataFrame, question: Question, blocks: int) -> str:
    """A name of everything that a block depends on."""
    digest = hashlib.sha256(f"{question.model} {question.catchment} {question.decay.name} {blocks}".encode())
    for frame, columns in ((cells, ("lon", "lat", "residents")), (supply, ("lon", "lat", "supply"))):
        for column in columns:
            digest.update(np.ascontiguousarray(frame[column].to_numpy(float)).tobytes())
        code, lands = pd.factorize(frame["land"])
        digest.update(code.tobytes() + "\x1f".join(map(str, lands)).encode())
    return digest.hexdigest()[:16]


FILE = "cells.parquet"

_REASONS = 3
"""Different reasons that a message names."""


def cells_of(
    store: Store, data: Path, *, generate: int | None, seed: int, tell: Callable[[str], None] = print
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Cells of the communes of a database, and what is told of them: from the squares of `data`, or generated ones.

    `tell` hears of squares that are left out or imputed. Raises `BadInput` when there is none.
    """
    territory = store.table(schema.territory)
    values = store.table(schema.indicator_value)
    of_communes = (values["indicator"] == "population") & (values["level"] == Level.COMMUNE)
    residents = values[of_communes].drop_duplicates("code").set_index("code")["value"].astype(int)
    if generate is not None:
        squares = generated_squares(territory, residents, seed=seed, most=generate)
        cells, _ = allot(squares, territory, residents, SOURCE_ID)
        return cells, {"kind": "generated: for tests and measurements, never to be shown", "seed": str(seed)}
    files, unread = intake(data, GRIDS)
    damaged = [file.line.text() for file in unread if file.is_spoilt]
    cells_read = read_cells(files, territory, residents)
    if cells_read.frame.empty:
        names = ", ".join(module.SOURCE.title for module in GRIDS)
        reasons = [*damaged, *with_words(cells_read.rejects)["reason"].unique()]
        why = "".join(f"\n- {reason}" for reason in reasons[:_REASONS])
        raise BadInput(
            f"no square that can be used in {data}: put there a file of {names}, or ask for --generate.{why}"
        )
    for line in [*damaged, *_left_out(cells_read.rejects)]:
        tell(line)
    vintages = ", ".join(f"{source} {vintage or 'undated'}" for source, vintage in cells_read.vintages.items())
    return cells_read.frame, {"kind": "derived: residents of the census by square", "squares": vintages}


def _left_out(rejects: pd.DataFrame) -> Iterator[str]:
    """What is told of a whole file; then of lines and communes, each kind of reason with its number and its first."""
    is_whole = rejects["row"] == WHOLE
    for reject in with_words(rejects[is_whole]).itertuples():
        yield f"{reject.key}: {reject.reason}"
    for _, alike in rejects[~is_whole].groupby("reason", sort=False):
        first = next(with_words(alike.head(1)).itertuples())
        yield f"{len(alike):,} line(s) or commune(s) left out, the first {first.row} ({first.key}): {first.reason}"
    if not is_whole.all():
        yield "python -m etl build writes each of them in table reject."


def write_grid(
    store: Store,
    cells: pd.DataFrame,
    metadata: dict[str, str],
    question: Question,
    work_out: Engine,
    out: Path,
    *,
    blocks: int = BLOCKS,
    threads: int | None = None,
    announce: Callable[[str, int, int], None] = lambda family, done, all_: None,
) -> Path:
    """Write the cells with what they reach of each family, for the categories that count: `out`/cells.parquet.

    `threads` of each task: one where tasks run side by side.
    """
    territory = store.table(schema.territory)
    communes = territory[territory["level"] == Level.COMMUNE].set_index("code")
    supply = service_points(store.table(schema.service), communes).dropna(subset="land")
    categories = store.table(schema.category)
    columns: dict[str, pd.Series] = {}
    for family, ids in categories[categories["counts"] == 1].groupby("family", sort=True)["id"]:
        own = supply[supply["category"].isin(ids)]
        if own.empty:
            continue
        access = access_of_cells(
            cells, own, question, work_out, folder=out / "blocks", blocks=blocks, threads=threads,
            announce=partial(announce, family),
        )  # fmt: skip
        columns |= {f"{name}_{family}": access[name] for name in access}
    kept = cells[[name for name in cells if name not in ("lon", "lat", "land")]]
    settings = {"model": question.model.name, "catchment_min": f"{question.catchment:g}", "decay": question.decay.name}
    write_cells(kept.assign(**columns), out / FILE, metadata | settings)
    return out / FILE
