"""The reconstructed census: told apart from Insee's own files, marked so to the last figure, complete to the unit."""

import pytest

from etl.reading.candidate import peek
from etl.reading.observations import NOT_AVAILABLE, RECONSTRUCTED, wide
from etl.sources import insee_rp_wide, rp_reconstructed
from tests.etl.sources.files import Good, defects, real, refuses, tidied, written

COMMUNES = """\
CODGEO;N_IRIS;dep;P22_POP;P22_POP15P;P22_POP80P;P22_POP80P_PSEUL;P22_POP1554_PSEUL;C22_MEN;C22_MENPSEUL
01001;1;01;859.0;696.993;43.981;15.991;23.021;353.42;73.617
55039;1;55;0.0;;;;;0.0;
"""


def test_every_figure_is_said_to_be_reconstructed(tmp_path):
    accepted, rejected = tidied(rp_reconstructed, tmp_path, COMMUNES)
    assert accepted.groupby("code")["state"].agg(lambda states: sorted(set(states))).to_dict() == {
        "01001": [RECONSTRUCTED],
        "55039": [NOT_AVAILABLE, RECONSTRUCTED],
    }
    assert wide(accepted, "commune").loc["01001", "living_alone_15_54"] == 23.021
    assert rejected.empty


def test_the_official_reader_leaves_it_alone(tmp_path):
    candidate = peek(written(rp_reconstructed, tmp_path, COMMUNES).path)
    assert rp_reconstructed.recognises(candidate)
    assert not insee_rp_wide.recognises(candidate)


def test_the_real_commune_file_has_every_resident(shared_data):
    file = shared_data / "census" / "rp2022" / "rp2022_communes_metropole_reconstruit.csv"
    raw, accepted, rejected = real(rp_reconstructed, file)
    assert len(raw) == 34_780
    assert accepted.groupby("level")["code"].nunique().to_dict() == {"arrondissement": 45, "commune": 34_735}
    assert accepted.loc[accepted["measure"] == "population", "value"].sum() == 65_765_984
    assert rejected.empty


def test_the_real_iris_file_has_every_resident(shared_data):
    file = shared_data / "census" / "rp2022" / "rp2022_iris_metropole.parquet"
    raw, accepted, rejected = real(rp_reconstructed, file)
    assert len(raw) == 48_487
    sums = wide(accepted, "iris").sum()
    assert sums["population"] == 65_765_984
    assert sums[["living_alone_15_plus", "living_alone_55_79", "living_alone_80_plus"]].round().tolist() == [
        11_591_678, 4_714_149, 1_716_631,
    ]  # fmt: skip
    assert sums["population_80_plus"] == pytest.approx(4_038_612, abs=0.5)
    assert rejected.empty


@defects()
def test_a_malformed_file_is_refused(tmp_path, defect):
    refuses(rp_reconstructed, tmp_path, Good(COMMUNES, column="P22_POP", code="01001"), defect)
