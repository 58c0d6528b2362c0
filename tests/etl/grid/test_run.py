"""The command that writes cells with what they reach."""

import numpy as np
import pytest

from etl import __main__ as cli
from etl.grid.files import read_cells_file


def test_the_command_writes_every_resident_and_says_what_the_cells_are(
    synthetic_db, synthetic_tables, tmp_path, capsys
):
    asked = ["grid", "--db", str(synthetic_db), "--out", str(tmp_path), "--generate", "400", "--blocks", "3"]
    assert cli.main(asked) == 0
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
    assert cli.main(asked) == 0
    assert (tmp_path / "cells.parquet").read_bytes() == before
    assert np.isfinite(cells["access_institutional"]).all()


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        ([], 3, "no square that can be used"),
        (["--generate", "0"], 2, "--generate 0: a number from 1 is expected"),
        (["--generate", "9", "--scheduler", "dask"], 2, "none, local, or an address"),
    ],
)
def test_what_cannot_be_done_is_told(synthetic_db, tmp_path, capsys, more, code, said):
    (tmp_path / "data").mkdir()
    base = ["grid", "--db", str(synthetic_db), "--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")]
    assert cli.main([*base, *more]) == code
    assert said in capsys.readouterr().err
