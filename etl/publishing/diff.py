"""What a new database says that an old one did not: rows of every table, moved codes, vintages, verdicts.

Tables are read two by two, one build each, and compared by key: a row is new, missing, or changed in some columns. Two
numbers are the same when they differ by less than `RELATIVE` of themselves. Outlines and points are compared by their
bytes; the layers drawn for the screen by their fingerprint.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa

from geodata import schema
from geodata.errors import DatabaseUnavailable
from geodata.need import need_table
from geodata.postgresql import shown
from geodata.question import DEFAULT_QUESTION
from geodata.sentences import sentence
from geodata.spreadsheet import csv_text
from geodata.store import Store, open_store
from geodata.territory import Level

RELATIVE = 1e-9
"""Numbers nearer than this, as a part of themselves, are the same but for rounding."""

_SHOWN = 10
_CELLS = 3
_KEYS = {"reject": ["source", "row", "key", "reason", "details"]}
"""Keys of the tables whose own is a row number."""


@dataclass(frozen=True, eq=False)
class TableChange:
    """What changed in one table: numbers of rows, rows changed by column, and the rows themselves.

    `rows` has `change` (new, missing, changed), `key`, `columns` (`;` between), `before` and `after` (three cells).
    """

    table: str
    new: int
    missing: int
    changed: int
    columns: dict[str, int]
    rows: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Difference:
    """Everything that changed.

    `parameters` and `sources`: key, before, after (missing: was not, or is not there). `moved`: communes of one
    database that the other does not have, with the commune that holds their place. `verdicts`, and `gaps` from the EPCI
    up: territories whose class of share, and of need crossed with responses, changed under the default question.
    """

    tables: tuple[TableChange, ...]
    parameters: pd.DataFrame
    sources: pd.DataFrame
    moved: pd.DataFrame
    verdicts: pd.DataFrame
    gaps: pd.DataFrame
    compared: dict[Level, int]


def compare(new_url: str, old_url: str, *, with_rows: bool = False) -> Difference:
    """Compare two published databases; `with_rows` also lists the rows, which takes longer.

    Raises `DatabaseUnavailable` when one is not there, or of another version.
    """
    new, old = open_store(new_url), open_store(old_url)
    try:
        with new.one_build(), old.one_build():
            return _compare(new, old, with_rows)
    except sa.exc.DatabaseError as error:
        raise DatabaseUnavailable(
            sentence("not_compared", new=shown(new_url), old=shown(old_url), error=str(error.orig)[:200])
        ) from error


def _compare(new: Store, old: Store, with_rows: bool) -> Difference:
    tables, moved = [], pd.DataFrame(columns=_MOVED)
    for table in schema.metadata.sorted_tables:
        if table is schema.build:
            continue
        after, before = new.table(table, without=("body",)), old.table(table, without=("body",))
        if table is schema.territory:
            moved = moved_codes(after, before)
        now, then = (_comparable(frame, row_numbers(table)) for frame in (after, before))
        tables.append(table_change(table.name, now, then, key_of(table), with_rows))
    estimates = {level: [store.estimates(level) for store in (new, old)] for level in Level}
    wider = [level for level in Level if level != Level.COMMUNE]
    needs: dict[Level, list[pd.DataFrame]] = {
        level: [need_table(store, level) for store in (new, old)] for level in wider
    }
    return Difference(
        tuple(tables),
        _pairs(pd.Series(new.build(), dtype=object), pd.Series(old.build(), dtype=object)),
        _pairs(*(store.sources().set_index("id")["vintage"].fillna("undated") for store in (new, old))),
        moved,
        _changed(estimates, "verdict"),
        _changed(needs, "quadrant"),
        {level: int(after["code"].isin(before["code"]).sum()) for level, (after, before) in estimates.items()},
    )


def key_of(table: sa.Table) -> list[str]:
    """Columns that say which row is which: a natural key before a row number."""
    unique = [[column.name for column in c.columns] for c in table.constraints if isinstance(c, sa.UniqueConstraint)]
    return _KEYS.get(table.name) or (unique or [[column.name for column in table.primary_key.columns]])[0]


def row_numbers(table: sa.Table) -> list[str]:
    """Columns that only number the rows: the same row may have another number in another build."""
    return [c.name for c in table.primary_key.columns if c.name not in key_of(table)]


def table_change(
    name: str, new: pd.DataFrame, old: pd.DataFrame, key: Sequence[str], with_rows: bool = True
) -> TableChange:
    """Compare two frames of one table. Rows that repeat a key are told apart by their order."""
    key = list(key)
    left, right = (
        frame[key].astype(str).assign(nth=frame.groupby(key, dropna=False).cumcount(), at=np.arange(len(frame)))
        for frame in (old, new)
    )
    both = left.merge(right, on=[*key, "nth"], how="outer", suffixes=("_old", "_new"), sort=True)
    is_new, is_missing = both["at_old"].isna(), both["at_new"].isna()
    common = both[~is_new & ~is_missing]
    before = old.take(common["at_old"].astype(int)).reset_index(drop=True)
    after = new.take(common["at_new"].astype(int)).reset_index(drop=True)
    others = [column for column in new.columns if column in old.columns and column not in key]
    differs = pd.DataFrame({column: _differ(before[column], after[column]) for column in others}, index=before.index)
    changed = differs.any(axis=1) if others else pd.Series(False, index=before.index)
    rows = [pd.DataFrame(columns=_ROWS)]
    if with_rows and len(both):
        keys = both[key[0]].str.cat([both[name] for name in key[1:]], sep=" ")
        rows += [_rows("new", keys[is_new]), _rows("missing", keys[is_missing])]
        changed_keys = keys[common.index][changed.to_numpy()]
        rows.append(_changed_rows(changed_keys, differs[changed], before[changed], after[changed]))
    return TableChange(
        name,
        int(is_new.sum()),
        int(is_missing.sum()),
        int(changed.sum()),
        {column: int(count) for column, count in differs.sum().items() if count},
        pd.concat(rows, ignore_index=True),
    )


_ROWS = ["change", "key", "columns", "before", "after"]


def _rows(change: str, keys: Sequence[str], columns: str = "", before: object = "", after: object = "") -> pd.DataFrame:
    cells = {"change": change, "key": np.asarray(keys, dtype=object), "columns": columns}
    return pd.DataFrame(cells | {"before": before, "after": after}, dtype=object)


def _differ(before: pd.Series, after: pd.Series) -> np.ndarray:
    """Where two columns differ; missing and missing are the same."""
    one_missing = before.isna().to_numpy() ^ after.isna().to_numpy()
    both_there = before.notna().to_numpy() & after.notna().to_numpy()
    if pd.api.types.is_numeric_dtype(before) and pd.api.types.is_numeric_dtype(after):
        a, b = before.to_numpy(float), after.to_numpy(float)
        with np.errstate(invalid="ignore"):
            unlike = np.abs(a - b) > RELATIVE * np.maximum(np.abs(a), np.abs(b))
    else:
        unlike = before.to_numpy(object) != after.to_numpy(object)
    return one_missing | (both_there & unlike)


def _changed_rows(keys: pd.Series, differs: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Changed rows in words: rows that change in the same columns are told together."""
    bits = np.left_shift(np.int64(1), np.arange(len(differs.columns)))
    which = differs.to_numpy(bool) @ bits
    frames = [pd.DataFrame(columns=_ROWS)]
    for pattern in np.unique(which):
        members, columns = np.flatnonzero(which == pattern), list(differs.columns[(pattern & bits) > 0])
        cells = (_shown(frame.iloc[members], columns) for frame in (before, after))
        frames.append(_rows("changed", keys.to_numpy(object)[members], ";".join(columns), *cells))
    return pd.concat(frames, ignore_index=True)


def _shown(frame: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """The first cells of each row, as text."""
    cells = [frame[column].map(_text) for column in columns[:_CELLS]]
    more = " ..." if len(columns) > _CELLS else ""
    return [" | ".join(row) + more for row in zip(*cells, strict=True)]


def _text(value: object) -> str:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _comparable(frame: pd.DataFrame, without: Sequence[str]) -> pd.DataFrame:
    """Without row numbers; a geometry is the hash of its bytes."""
    frame = frame.drop(columns=list(without))
    if "geom" not in frame:
        return frame
    geometry = frame["geom"].astype(object).where(frame["geom"].notna(), None).to_numpy(dtype=object)
    words = [None if body is None else hashlib.sha1(body).hexdigest()[:12] for body in shapely.to_wkb(geometry)]
    return frame.assign(geom=pd.Series(words, index=frame.index, dtype=object))


_MOVED = ["change", "code", "name", "other_code", "other_name"]


def moved_codes(new: pd.DataFrame, old: pd.DataFrame) -> pd.DataFrame:
    """Communes that only one of two tables `territory` has, and the commune of the other that holds their place.

    Columns: change (gone, appeared), code, name, other_code, other_name (missing: no outline there).
    """
    new, old = (frame[frame["level"] == Level.COMMUNE] for frame in (new, old))
    return pd.concat(
        [_held_by(old, new).assign(change="gone"), _held_by(new, old).assign(change="appeared")], ignore_index=True
    ).reindex(columns=_MOVED)


def _held_by(communes: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    alone = communes[~communes["code"].isin(others["code"])].reset_index(drop=True)
    drawn = others[others["geom"].notna()].reset_index(drop=True)
    if alone.empty or drawn.empty:
        return alone[["code", "name"]]
    points = shapely.points(alone["lon"].to_numpy(float), alone["lat"].to_numpy(float))
    tree = shapely.STRtree(drawn["geom"].to_numpy(dtype=object))
    rows, holders = tree.query(points, predicate="within")
    first = pd.Series(holders, index=rows).groupby(level=0).first()
    holder = drawn[["code", "name"]].add_prefix("other_").take(first).set_index(first.index)
    return alone[["code", "name"]].join(holder)


def _pairs(new: pd.Series, old: pd.Series) -> pd.DataFrame:
    """Keys whose value is not the same in both: key, before, after."""
    both = pd.DataFrame({"before": old, "after": new}).astype(object)
    both = both.where(both.notna(), None)
    return both[both["before"] != both["after"]].rename_axis("key").reset_index().sort_values("key", ignore_index=True)


def _changed(tables: Mapping[Level, Sequence[pd.DataFrame]], column: str) -> pd.DataFrame:
    """Territories whose class changed between the two tables of each level (new, old), the largest first.

    Columns: level, code, name, residents, share, share_before, after, before.
    """
    frames = []
    for level, (new, old) in tables.items():
        old = old.set_index("code")[["share", column]].rename(columns={"share": "share_before", column: "before"})
        both = new[["code", "name", "residents", "share", column]].rename(columns={column: "after"})
        both = both.join(old, on="code", how="inner").assign(level=level.value)
        changed = both[both["after"] != both["before"]]
        frames.append(changed.sort_values("residents", ascending=False, na_position="last", kind="stable"))
    return pd.concat(frames, ignore_index=True)


# ------------------------------------------------------------------------------------------------------------ in words


def in_words(difference: Difference) -> str:
    """The difference as it is printed."""
    question = DEFAULT_QUESTION
    needs: dict[Level, int] = {level: count for level, count in difference.compared.items() if level != Level.COMMUNE}
    decided = f"{question.definition}, {question.scenario}, threshold {question.threshold:.0%}"
    return "\n".join(
        [
            *_section("Build", [f"{row.key}: {_change(row)}" for row in difference.parameters.itertuples()]),
            *_section(
                "Sources whose vintage changed", [f"{r.key}: {_change(r)}" for r in difference.sources.itertuples()]
            ),
            *_section("Tables, in rows", [_table_words(change) for change in difference.tables if _is_changed(change)]),
            *_section("Communes that moved", _moved_words(difference.moved)),
            *_section(
                f"Verdicts that changed ({decided})", list(_class_words(difference.verdicts, difference.compared))
            ),
            *_section(f"Need and responses that changed ({decided})", list(_class_words(difference.gaps, needs))),
        ]
    )


def out_csv(difference: Difference) -> str:
    """Every row that changed, as a CSV: about, change, key, columns, before, after."""
    rows = [("about", "change", "key", "columns", "before", "after")]
    for about, frame in (("build", difference.parameters), ("source", difference.sources)):
        rows += [(about, "changed", row.key, "", _text(row.before), _text(row.after)) for row in frame.itertuples()]
    rows += [
        ("commune", row.change, row.code, "", row.name_, f"{_text(row.other_code)} {_text(row.other_name)}".strip())
        for row in difference.moved.rename(columns={"name": "name_"}).itertuples()
    ]
    for about, frame in (("verdict", difference.verdicts), ("gap", difference.gaps)):
        rows += [
            (about, "changed", f"{row.level} {row.code} {row.name}", "", row.before, row.after)
            for row in frame.itertuples(index=False)
        ]
    for change in difference.tables:
        cells = change.rows.astype(object).where(change.rows.notna(), "")
        rows += [(change.table, *row) for row in cells.itertuples(index=False, name=None)]
    return csv_text(rows)


def _section(title: str, lines: list[str]) -> list[str]:
    return [title, *(f"  {line}" for line in lines or ["nothing"]), ""]


def _change(row: Any) -> str:
    before = "was not there" if row.before is None else str(row.before)
    return f"{before} -> {'is gone' if row.after is None else row.after}"


def _is_changed(change: TableChange) -> bool:
    return bool(change.new or change.missing or change.changed)


def _table_words(change: TableChange) -> str:
    most = sorted(change.columns.items(), key=lambda item: (-item[1], item[0]))
    columns = ", ".join(f"{name} {count:,}" for name, count in most[:5]) + (" ..." if len(most) > 5 else "")
    counts = f"{change.table:16} {change.new:>9,} new {change.missing:>9,} missing {change.changed:>9,} changed"
    return f"{counts}  ({columns})" if columns else counts


def _moved_words(moved: pd.DataFrame) -> list[str]:
    lines = []
    for row in moved.itertuples(index=False):
        other = f"{row.other_code} {row.other_name}" if isinstance(row.other_code, str) else "no commune"
        holds = f"its place is now in {other}" if row.change == "gone" else f"its place was in {other}"
        lines.append(f"{row.code} {row.name} {'is gone' if row.change == 'gone' else 'appeared'}: {holds}")
    return _first(lines, len(lines))


def _class_words(changed: pd.DataFrame, compared: Mapping[Level, int]) -> Iterator[str]:
    for level, count in compared.items():
        its = changed[changed["level"] == level]
        yield f"{level}: {len(its):,} of {count:,}"
        moves = its.groupby(["before", "after"]).size().sort_values(ascending=False, kind="stable")
        yield from (f"  {before} -> {after}: {count:,}" for (before, after), count in moves.items())
        names = [
            f"  {row.name} ({row.code}): {row.before} -> {row.after}, share {_share(row.share_before)} -> "
            f"{_share(row.share)}"
            for row in its.head(_SHOWN).itertuples(index=False)
        ]
        yield from _first(names, len(its))


def _first(lines: list[str], total: int) -> list[str]:
    shown = lines[:_SHOWN]
    return (
        [*shown, f"  ... and {total - len(shown):,} more (--out FILE lists them all)"] if total > len(shown) else shown
    )


def _share(value: float) -> str:
    return "not published" if pd.isna(value) else f"{value:.2%}"
