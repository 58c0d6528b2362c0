"""Territories for exchange: GeoParquet 1.1 with a box for each row, beside the GeoPackage.

A reader that wants one place reads the groups of rows whose boxes meet it: rows lie along a Hilbert curve. What is too
small to be published is left empty here as on screen.
"""

from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata.errors import BadInput, CheckFailed
from geodata.estimate import Kind
from geodata.question import DEFAULT_QUESTION, Question
from geodata.store import Store
from geodata.survey import definition_of
from geodata.territory import FRANCE, Level

VERSION = "1.1.0"
ROWS = 2_000
"""Rows of a group: a département of communes is one or two."""

_NUMBERS = ["residents", "share", "low", "high", "p_above", "p_above_national", "people", "people_low", "people_high"]
_WORDS = ["level", "code", "name", "departement", "region", "epci", "density"]


def frame(store: Store, level: Level, question: Question = DEFAULT_QUESTION) -> gpd.GeoDataFrame:
    """Territories of a level that have an outline (WGS 84): names and nesting, residents of the definition's
    population, share with its 90 % interval and probabilities, rounded people; kind, definition, threshold, source of
    the survey, vintage of the geography and hash of the build.

    Raises `BadInput` when none has an outline.
    """
    with store.one_build():
        rows = store.estimates(level, FRANCE, question)
        outlines = store.outlines(level, Level.FRANCE, FRANCE).set_index("code")["geom"]
        build = store.build()
    geometry = rows["code"].map(outlines)
    if not geometry.notna().any():
        raise BadInput(f"no territory of level {level.value} has an outline in this database: nothing to write.")
    columns = pd.concat([rows[_WORDS], rows[_NUMBERS].astype(float), rows[["verdict", "reason"]]], axis=1)
    columns = columns.assign(
        is_extrapolated=rows["is_extrapolated"].astype(bool),
        kind=Kind.MODELLED.value,
        definition=question.definition,
        scenario=question.scenario,
        threshold=question.threshold,
        source=definition_of(question.definition).source,
        geography=build.get("cog_vintage"),
        content_hash=build.get("content_hash"),
    )
    drawn = gpd.GeoDataFrame(columns, geometry=geometry, crs=4326)[geometry.notna().to_numpy()]
    return drawn.iloc[drawn.hilbert_distance().argsort(kind="stable")].reset_index(drop=True)


def write(store: Store, level: Level, path: Path) -> int:
    """Write the territories of a level at `path`, whole or not at all; how many. Raises `BadInput`, `CheckFailed`."""
    rows = frame(store, level)
    beside = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        rows.to_parquet(beside, write_covering_bbox=True, schema_version=VERSION, row_group_size=ROWS)
        beside.replace(path)
    except OSError as error:
        raise CheckFailed(f"{path} could not be written: {error.strerror}. Give another folder with --out.") from error
    finally:
        if beside.is_file():
            beside.unlink()
    return len(rows)
