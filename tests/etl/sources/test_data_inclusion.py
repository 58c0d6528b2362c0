"""data·inclusion, schema v1: structures by network, services by theme; CSV, Parquet and JSON."""

import json
from pathlib import Path

import pandas as pd
import pytest

from etl.sources import data_inclusion
from geodata.errors import BadInput
from tests.etl.sources.files import Good, defects, refuses, tidied, written

STRUCTURES = """\
source,id,nom,date_maj,siret,code_insee,longitude,latitude,telephone,courriel,horaires_accueil,reseaux_porteurs
dora,dora--1,Centre social Le Tournesol,2025-02-14,13003013300016,01053,5.2,46.2,+33123456789,a@b.fr,Mo-Fr 08:30-12:30,"{fcsf,espaces-publics-numeriques}"
dora,dora--2,CCAS et France Services,2025-02-14,,01004,5.3,45.9,,,,"[""ccas-cias"", ""france-service""]"
dora,dora--3,Mission locale,2025-02-14,,01004,5.3,45.9,,,,['mission-locale']
dora,dora--4,Sans réseau,2025-02-14,,01004,5.3,45.9,,,,
dora,dora--5,Secours,2025-02-14,,,,,,,,"{croix-rouge,secours-populaire}"
"""  # noqa: E501
SERVICES = """\
source,structure_id,id,nom,date_maj,thematiques,code_insee,longitude,latitude,contact_nom_prenom
dora,dora--1,dora--s1,Visites à domicile,2026-01-01,"{remobilisation--lien-social,famille--soutien-aidants}",01053,5.2,46.2,Jeanne Dupont
dora,dora--1,dora--s2,Permis,2026-01-01,{mobilite--preparer-un-permis},01053,5.2,46.2,
"""  # noqa: E501
GOOD = Good(SERVICES.replace('"', "").replace(",famille--soutien-aidants", ""), column="nom", delimiter=",")


def test_a_structure_is_a_service_of_each_category_of_its_networks(tmp_path):
    accepted, rejected = tidied(data_inclusion, tmp_path, STRUCTURES)
    assert accepted["id"].tolist() == [
        "data_inclusion--dora--1-centre_social",
        "data_inclusion--dora--1-mediation_numerique",
        "data_inclusion--dora--2-ccas",
        "data_inclusion--dora--2-france_services",
    ]
    assert accepted["weekly_hours"].tolist()[:2] == [20.0, 20.0]
    assert set(accepted["seen_on"]) == {"2025-02-14"}
    reasons = rejected.set_index("key")["reason"]
    assert "in no category" in reasons["mission-locale"]
    assert reasons["(empty)"].startswith("1 row(s)")
    assert "neither commune code nor point" in reasons["dora--5-association_solidarite"]


def test_a_service_is_one_of_each_category_of_its_themes(tmp_path):
    accepted, rejected = tidied(data_inclusion, tmp_path, SERVICES)
    assert accepted["category"].tolist() == ["action_lien_social", "soutien_aidants"]
    assert rejected["key"].tolist() == ["mobilite--preparer-un-permis"]


def test_parquet_and_json_with_real_lists_say_the_same(tmp_path):
    record = {
        "source": "dora", "id": "dora--1", "nom": "Centre social", "code_insee": "01053", "longitude": 5.2,
        "latitude": 46.2, "reseaux_porteurs": ["fcsf"], "date_maj": "2025-02-14", "horaires_accueil": None,
    }  # fmt: skip
    for name in ("structures.parquet", "structures.json"):
        path = Path(tmp_path, name)
        if path.suffix == ".parquet":
            pd.DataFrame([record]).to_parquet(path)
        else:
            path.write_text(json.dumps({"items": [record]}), encoding="utf-8")
        accepted, _ = tidied(data_inclusion, tmp_path, path.read_bytes(), name)
        assert accepted.loc[0, ["category", "code_insee", "lon"]].tolist() == ["centre_social", "01053", 5.2]


def test_names_of_contacts_are_not_read(tmp_path):
    for content in (STRUCTURES, SERVICES):
        raw = data_inclusion.read(written(data_inclusion, tmp_path, content))
        assert not {"contact_nom_prenom", "courriel", "telephone"} & set(raw.columns)


@defects("code without its zero")
def test_spoilt_tables_are_refused(tmp_path, defect):
    refuses(data_inclusion, tmp_path, GOOD, defect)


def test_codes_without_their_zero_are_refused(tmp_path):
    content = STRUCTURES.replace(",01053,", ",1053,").replace(",01004,", ",1004,")
    with pytest.raises(BadInput, match=r"column code_insee: 4 codes have lost their leading zero \(line 2 « 1053 »"):
        data_inclusion.read(written(data_inclusion, tmp_path, content))


def test_swapped_axes_and_cut_parquet_are_refused(tmp_path):
    with pytest.raises(BadInput, match="columns longitude and latitude are swapped"):
        data_inclusion.read(
            written(data_inclusion, tmp_path, STRUCTURES.replace("longitude,latitude", "latitude,longitude"))
        )
    with pytest.raises(BadInput, match=r"a\.parquet cannot be read as Parquet"):
        data_inclusion.read(written(data_inclusion, tmp_path, b"PAR1" + b"x" * 40, "a.parquet"))


def test_an_identifier_on_two_lines_is_a_reject_of_the_second(tmp_path):
    header, first, *_ = GOOD.text.split("\n")
    accepted, rejected = tidied(data_inclusion, tmp_path, "\n".join([header, first, first]))
    assert len(accepted) == 1
    assert rejected["reason"].tolist() == ["this identifier is already on a line above"]
