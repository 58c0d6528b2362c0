"""The command that writes cells with what they reach."""

import re
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from etl import __main__ as cli
from etl.grid.files import read_cells_file
from etl.grid.run import cells_of
from geodata.store import open_store


def test_the_command_writes_every_resident_and_says_what_the_cells_are(
    synthetic_db, synthetic_tables, tmp_path, capsys
):
    arguments = ["grid", "--db", str(synthetic_db), "--out", str(tmp_path), "--generate", "400", "--blocks", "3"]
    assert cli.main(arguments) == 0
    assert "generated: for tests and measurements, never to be shown" in capsys.readouterr().out
    cells, told = read_cells_file(tmp_path / "cells.parquet")
    assert told["kind"].startswith("generated") and told["catchment_min"] == "20"
    values = synthetic_tables["indicator_value"]
    people = values[(values["indicator"] == "population") & (values["level"] == "commune")].set_index("code")["value"]
    summed = cells.groupby("code_insee")["residents"].sum()
    assert (summed == people[summed.index]).all()
    assert {"minutes_institutional", "access_institutional"} <= set(cells.columns)
    assert not {"lon", "lat", "geometry"} & set(cells.columns)
    before = (tmp_path / "cells.parquet").read_bytes()
    assert cli.main(arguments) == 0
    assert (tmp_path / "cells.parquet").read_bytes() == before
    assert np.isfinite(cells["access_institutional"]).all()


@pytest.mark.parametrize(("scheduler", "threads"), [("none", None), ("tcp://scheduler:8786", 1)])
def test_tasks_side_by_side_have_one_thread_each(synthetic_db, tmp_path, monkeypatch, scheduler, threads):
    requests = []

    @contextmanager
    def listens(*_, **__):
        def work_out(task, parts):
            requests.append(task.threads)
            return ((number, task(make())) for number, make in parts)

        yield work_out

    monkeypatch.setattr(cli, "engine", listens)
    base = ["grid", "--db", str(synthetic_db), "--out", str(tmp_path), "--generate", "400", "--blocks", "1"]
    assert cli.main([*base, "--scheduler", scheduler]) == 0
    assert set(requests) == {threads}


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        ([], 3, "no square that can be used"),
        (["--generate", "0"], 2, "--generate 0: a number from 1 is expected"),
        (["--generate", "9", "--scheduler", "dask"], 2, "none, local, or an address"),
    ],
)
def test_what_cannot_be_done_is_told(synthetic_db, tmp_path, capsys, more, code, message):
    (tmp_path / "data").mkdir()
    base = ["grid", "--db", str(synthetic_db), "--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")]
    assert cli.main([*base, *more]) == code
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("square", "why"),
    [
        ("CRS2154RES200mN2029800E4252400", "EPSG:2154 is not the projection of this grid"),
        ("CRS3035RES200mN0029800E0052400", "lie in no commune of today"),
    ],
)
def test_why_no_square_can_be_used_is_told(synthetic_db, tmp_path, capsys, square, why):
    (tmp_path / "carreaux.csv").write_text(f"idcar_200m,i_est_200,lcog_geo,ind,men\n{square},0,,13,5\n")
    arguments = ["grid", "--db", str(synthetic_db), "--data", str(tmp_path), "--out", str(tmp_path / "out")]
    assert cli.main(arguments) == 3
    assert why in capsys.readouterr().err


def test_a_damaged_file_is_named_whether_or_not_squares_are_left(synthetic_db, tmp_path, capsys):
    data = tmp_path / "data"
    data.mkdir()
    (data / "grid.parquet").write_bytes(b"PAR1 cut in two")
    arguments = [
        "grid",
        "--db",
        str(synthetic_db),
        "--data",
        str(data),
        "--out",
        str(tmp_path / "out"),
        "--blocks",
        "1",
    ]
    assert cli.main(arguments) == 3
    assert "grid.parquet cannot be read as Parquet" in capsys.readouterr().err
    lines = [f"CRS3035RES200mN{y * 200}E{x * 200},0,,{people:g},1" for x, y, people in generated(synthetic_db)]
    (data / "carreaux.csv").write_text("\n".join(["idcar_200m,i_est_200,lcog_geo,ind,men", *lines]))
    assert cli.main(arguments) == 0
    assert "grid.parquet cannot be read as Parquet" in capsys.readouterr().err


def test_what_is_left_out_is_told_on_the_way(synthetic_db, tmp_path, capsys):
    squares = generated(synthetic_db)
    lines = [
        f"CRS3035RES200mN{y * 200}E{x * 200},{int(i == 0)},,{people:g},1" for i, (x, y, people) in enumerate(squares)
    ]
    lines += ["CRS3035RES200mN0029800E0052400,0,,13,5", "CRS2154RES200mN0029800E0052400,0,,13,5", lines[0]]
    (tmp_path / "carreaux.csv").write_text("\n".join(["idcar_200m,i_est_200,lcog_geo,ind,men", *lines]))
    asked = [
        "grid",
        "--db",
        str(synthetic_db),
        "--data",
        str(tmp_path),
        "--out",
        str(tmp_path / "out"),
        "--blocks",
        "1",
    ]
    assert cli.main(asked) == 0
    output = capsys.readouterr().err
    assert "are imputed by the producer" in output and "1 square(s) (13 residents) lie in no commune of today" in output
    assert re.search(r"1 line\(s\) or commune\(s\) left out, the first \d+ \(CRS2154\S+\): EPSG:2154 is not", output)
    assert "this square is already on a line above" in output and "in table reject" in output


def generated(db) -> list[tuple[int, int, float]]:
    """x, y and residents of squares of 200 m that hold the residents of the communes of a database."""
    store = open_store(str(db))
    cells, _ = cells_of(store, Path(), generate=400, seed=1)
    cells = cells[cells["crs"] == 3035]
    return list(cells[["x", "y", "residents"]].itertuples(index=False, name=None))
