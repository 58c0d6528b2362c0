"""Two indices of places, deprivation and digital fragility: scores, never shares."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.reading.observations import NOT_AVAILABLE, wide
from etl.sources import f_edi, ifn
from tests.etl.sources.files import Good, defects, real, refuses, snapshot_of, tidied

EDI = "CODGEO;LIBGEO;F_EDI_2021\n01015;Arboys en Bugey;-0.97\n85165;L'Oie;\n75101;Paris 1er;3,2\n01016;X;cent\n"
IFN = (
    "code_iris;nom_com;GLOBAL ACCES;GLOBAL COMPETENCES;Population;SCORE GLOBAL \n"
    "010010000;L'Abergement;70.0;86.0;767.0;78.0\n01001;X;1;1;1;1\n"
)


def test_the_deprivation_index_may_be_negative_and_is_missing_where_empty(tmp_path):
    accepted, rejected = tidied(f_edi, tmp_path, EDI)
    assert wide(accepted, "commune")["deprivation_index"].dropna().to_dict() == {"01015": -0.97}
    assert wide(accepted, "arrondissement")["deprivation_index"].to_dict() == {"75101": 3.2}
    assert accepted.set_index("code").at["85165", "state"] == NOT_AVAILABLE
    assert rejected["key"].tolist() == ["01016"]


def test_digital_scores_come_with_the_residents_they_speak_of(tmp_path):
    accepted, rejected = tidied(ifn, tmp_path, IFN)
    assert wide(accepted, "iris").loc["010010000"].to_dict() == {
        "digital_fragility": 78, "digital_fragility_access": 70, "digital_fragility_skills": 86, "population": 767,
    }  # fmt: skip
    assert rejected["reason"].tolist() == ["« 01001 » is not an IRIS code of nine characters (010040101)"]


@defects()
def test_a_malformed_deprivation_file_is_refused(tmp_path, defect):
    refuses(f_edi, tmp_path, Good(EDI, column="F_EDI_2021", code="01015"), defect)


@defects()
def test_a_malformed_fragility_file_is_refused(tmp_path, defect):
    refuses(ifn, tmp_path, Good(IFN, column="Population", code="010010000"), defect)


def test_a_fragility_file_in_parquet_without_its_score_is_refused(tmp_path):
    path = tmp_path / "ifn.parquet"
    pq.write_table(pa.table({"code_iris": ["010010000"], "Population": [767.0]}), path)
    with pytest.raises(ValueError, match="column « SCORE GLOBAL  » is missing"):
        ifn.read(snapshot_of(ifn, path))


def test_the_real_files_have_the_noted_rows(shared_data):
    raw, accepted, rejected = real(f_edi, shared_data / "census" / "edi_ifn" / "f_edi_2021_communes.csv")
    assert accepted.groupby("level").size().to_dict() == {"arrondissement": 45, "commune": 34_803}
    assert accepted["value"].notna().sum() == 34_845
    assert (round(accepted["value"].mean(), 2), round(accepted["value"].std(), 2)) == (0.0, 3.37)
    assert rejected.empty
    raw, accepted, rejected = real(ifn, shared_data / "census" / "edi_ifn" / "ifn_2020_iris.parquet")
    assert len(raw) == 49_427
    assert wide(accepted, "iris")["population"].sum() == pytest.approx(65.69e6, abs=0.01e6)
    assert rejected.empty
