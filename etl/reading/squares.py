"""Squares of population: what their identifiers say, and the shape that every grid is brought to.

A square is its projection (EPSG code), its side in metres, and two integers: its south-west corner divided by the
side. `squares_of` reads the identifiers that Insee and Eurostat give them (`CRS3035RES200mN2029800E4252400`).
"""

import pandas as pd

from etl.reading.files import WHOLE
from etl.reading.numbers import not_numbers, numbers
from etl.rejects import reject_frame
from geodata.sentences import sentence

_ID = r"CRS(\d{4,5})RES(\d+)mN(\d+)E(\d+)"

PLACE = ["crs", "side_m", "x", "y"]
"""Integer columns that name a square."""


def squares_of(
    raw: pd.DataFrame, source: str, key: str, counts: dict[str, str], *, side_m: int, crs: tuple[int, ...]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Squares (`PLACE`, then the columns of `counts` as floats), indexed by line, and the rejects.

    `key` is the column of identifiers; `counts` maps columns of `raw` to ours, `residents` first. A square is refused
    whose identifier is not of this side and projection, whose corner is off the grid, that is already above, or whose
    residents are no number from 0. Another count that is no number is missing, and told.
    """
    part = raw[key].str.strip().str.extract(f"^{_ID}$")
    place = part.apply(pd.to_numeric).set_axis(["crs", "side_m", "north", "east"], axis=1)
    is_square = place["side_m"] == side_m
    is_ours = place["crs"].isin(crs)
    is_on_grid = (place["north"] % side_m == 0) & (place["east"] % side_m == 0)
    residents = numbers(raw[next(iter(counts))])
    is_counted = residents >= 0
    sound = is_square & is_ours & is_on_grid
    is_again = pd.Series(False, index=raw.index)
    is_again[sound] = place[sound].duplicated()
    allowed = ", ".join(f"EPSG:{code}" for code in crs)
    lines = []
    for line in raw.index[~(sound & is_counted & ~is_again)]:
        name = raw.at[line, key]
        if not is_square[line]:
            why = sentence("not_a_square", code=name[:40], side=side_m)
        elif not is_ours[line]:
            why = sentence("square_of_projection", crs=str(int(place.at[line, "crs"])), allowed=allowed)
        elif not is_on_grid[line]:
            why = sentence("square_off_grid")
        elif is_again[line]:
            why = sentence("square_above")
        else:
            why = sentence("square_without_count", text=raw.at[line, next(iter(counts))][:40])
        lines.append((line, name, why))
    kept = sound & is_counted & ~is_again
    place = place[kept].astype("int64")
    squares = pd.DataFrame(
        {
            "crs": place["crs"].astype("int32"),
            "side_m": place["side_m"].astype("int32"),
            "x": (place["east"] // side_m).astype("int32"),
            "y": (place["north"] // side_m).astype("int32"),
        }
    )
    read = {ours: numbers(raw.loc[kept, column]) for column, ours in counts.items() if column in raw}
    others = [column for column in list(counts)[1:] if column in raw]
    rejects = [reject_frame(source, lines), not_numbers(raw[kept], source, key, *others)]
    return squares.assign(**read), pd.concat(rejects, ignore_index=True)


def without_residents(
    squares: pd.DataFrame, rejects: pd.DataFrame, source: str, file: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The squares where somebody lives; how many others there were is one reject."""
    is_empty = squares["residents"] == 0
    if not is_empty.any():
        return squares, rejects
    note = reject_frame(source, [(WHOLE, file, sentence("squares_empty", count=int(is_empty.sum())))])
    return squares[~is_empty], pd.concat([rejects, note], ignore_index=True)
