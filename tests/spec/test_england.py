"""Direct estimates of districts compared, on districts made so that the answer is known. Nothing here is England's."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import england
from geodata.errors import BadInput

AGES, PLACES = ("16-34", "35-64", "65+"), ("urban", "rural")
RATE = {"16-34": 0.10, "35-64": 0.06, "65+": 0.04}


@pytest.fixture
def folder(tmp_path):
    """Sixty districts whose true rate follows ages alone, each measured on 10,000 people; density tells nothing."""
    rng = np.random.default_rng(7)
    ages, rural = rng.dirichlet((3, 4, 3), 60), rng.uniform(0.1, 0.9, 60)
    residents = rng.integers(40_000, 200_000, 60)
    truth = ages @ np.array(list(RATE.values()))
    sd = np.sqrt(truth * (1 - truth) / 10_000)
    direct = np.clip(truth + rng.normal(0, sd), 0.005, 0.3)
    codes = [f"X{i:03d}" for i in range(60)]
    pd.DataFrame(
        {"code": codes, "name": codes, "rate": direct, "low": direct - 1.96 * sd, "high": direct + 1.96 * sd}
    ).to_csv(tmp_path / "districts.csv", index=False)
    counts = np.round(ages * residents[:, None])
    national = counts.sum(axis=0) @ np.array(list(RATE.values())) / counts.sum()
    rows = [("national", "all", national, 40_000), *(("age", age, rate, 12_000) for age, rate in RATE.items()),
            ("density", "urban", national, 30_000)]  # fmt: skip
    pd.DataFrame(rows, columns=["factor", "category", "rate", "respondents"]).to_csv(
        tmp_path / "rates.csv", index=False
    )
    parts = [(c, "age", age, n) for c, row in zip(codes, counts, strict=True) for age, n in zip(AGES, row, strict=True)]
    parts += [(c, "density", place, n * share) for c, n, r in zip(codes, counts.sum(axis=1), rural, strict=True)
              for place, share in (("urban", 1 - r), ("rural", r))]  # fmt: skip
    pd.DataFrame(parts, columns=["code", "factor", "category", "residents"]).to_csv(
        tmp_path / "composition.csv", index=False
    )
    return tmp_path


def test_composition_that_matters_is_found_and_density_alone_is_not(folder):
    witness = england.read(folder)
    every, alone = england.compare(witness), england.compare(witness, ("density",))
    assert np.corrcoef(every["direct"], every["share"])[0, 1] > 0.9
    assert abs(np.corrcoef(alone["direct"], alone["share"])[0, 1]) < 0.4
    assert (every["direct"] - every["share"]).abs().mean() < 0.5 * (alone["direct"] - alone["share"]).abs().mean()


def test_one_district_by_hand(folder):
    """Rates by age alone, their errors small: the share is the mean of the rates over the district's ages."""
    witness = england.read(folder)
    counts = witness.composition[(witness.composition["code"] == "X000") & (witness.composition["factor"] == "age")]
    by_hand = (counts["category"].map(RATE) * counts["residents"]).sum() / counts["residents"].sum()
    found = england.compare(witness, ("age",)).loc["X000"]
    assert found["share"] == pytest.approx(by_hand, abs=1e-3)
    assert found["low"] < found["share"] < found["high"]
    apart = found["direct"] - found["share"]
    assert abs(found["z"]) < abs(apart) / found["direct_sd"]


def test_a_cross_that_is_given_is_used(folder):
    rows = [(age, place, 100 if (age == "16-34") == (place == "urban") else 1) for age in AGES for place in PLACES]
    pd.DataFrame(rows, columns=["age", "density", "residents"]).to_csv(folder / "joint.csv", index=False)
    crossed = england.compare(england.read(folder))["share"]
    (folder / "joint.csv").unlink()
    assert not np.allclose(crossed, england.compare(england.read(folder))["share"], atol=1e-9)


def test_the_page_says_both(folder, capsys):
    england.main([str(folder)])
    told = capsys.readouterr().out
    assert "| every factor | 60 |" in told and "| density alone | 60 |" in told


def test_without_files_it_says_so_and_ends_well(tmp_path, capsys):
    england.main([str(tmp_path)])
    told = capsys.readouterr().out
    assert "districts.csv, rates.csv, composition.csv not found" in told


def test_everything_that_is_wrong_is_said_at_once(folder):
    rates = pd.read_csv(folder / "rates.csv")
    rates.loc[1, ["category", "rate"]] = ["17-34", 10.0]
    rates[rates["factor"] != "national"].to_csv(folder / "rates.csv", index=False)
    parts = pd.read_csv(folder / "composition.csv")
    parts.loc[0, "residents"] *= 3
    parts.to_csv(folder / "composition.csv", index=False)
    with pytest.raises(BadInput) as refused:
        england.read(folder)
    for part in ("17-34 is in no row", "national,all is missing", "0.07 and not 7", "X000"):
        assert part in str(refused.value)
