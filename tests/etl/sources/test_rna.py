"""Associations: counted by commune and theme, only the active ones, without a name or an address."""

import pytest

from etl.sources import rna
from geodata.errors import BadInput
from tests.etl.sources.files import Good, defects, refuses, tidied, written, zipped

# Header of rna_waldec, verbatim.
HEADER = (
    "id;id_ex;siret;rup_mi;gestion;date_creat;date_decla;date_publi;date_disso;nature;groupement;titre;titre_court;objet;"
    "objet_social1;objet_social2;adrs_complement;adrs_numvoie;adrs_repetition;adrs_typevoie;adrs_libvoie;adrs_distrib;"
    "adrs_codeinsee;adrs_codepostal;adrs_libcommune;adrg_declarant;adrg_complemid;adrg_complemgeo;adrg_libvoie;"
    "adrg_distrib;adrg_codepostal;adrg_achemine;adrg_pays;dir_civilite;siteweb;publiweb;observation;position;maj_time"
)


def association(**cells: str) -> str:
    return ";".join(cells.get(column, "") for column in HEADER.split(";"))


def listed(number: int, theme: str, commune="01053", position="A") -> str:
    return association(
        id=f"W0110{number:05d}", titre="LES AMIS DE JEANNE", adrg_declarant="Jeanne Dupont", objet_social1=theme,
        adrs_codeinsee=commune, position=position, maj_time="2016-01-09 12:46:10",
    )  # fmt: skip


AIN = "\n".join(
    [
        HEADER,
        listed(1, "021005"),
        listed(2, "021010"),
        listed(3, "21010"),
        listed(4, "014000"),
        listed(5, "011000"),
        listed(6, "021005", position="D"),
        listed(7, "021005", commune="01004"),
        listed(8, "021005", commune=""),
        "",
    ]
)
MAYOTTE = f"{HEADER}\n{listed(9, '007000', commune='97612')}\n"
GOOD = Good(AIN, column="position")


def test_active_associations_are_counted_by_commune_and_theme(tmp_path):
    accepted, rejected = tidied(rna, tmp_path, AIN)
    counted = accepted.set_index(["code_insee", "category"])["quantity"].to_dict()
    assert counted == {
        ("01053", "asso_familles_aines"): 3,
        ("01053", "asso_entraide"): 1,
        ("01004", "asso_familles_aines"): 1,
    }
    assert accepted["lon"].isna().all()
    assert set(accepted["seen_on"]) == {"2016-01-09"}
    reasons = rejected.set_index("key")["reason"]
    assert reasons["position D"].startswith("1 association(s) that are not active")
    assert "in no category" in reasons["011"]
    assert rejected["reason"].str.contains("neither commune code nor point").sum() == 1


def test_every_département_of_a_zip_is_read(tmp_path):
    packed = zipped({"rna_waldec_dpt_01.csv": AIN, "rna_waldec_dpt_976.csv": MAYOTTE})
    accepted, _ = tidied(rna, tmp_path, packed, "rna_waldec.zip")
    assert set(accepted["code_insee"]) == {"01053", "01004", "97612"}


def test_names_and_addresses_are_not_read(tmp_path):
    raw = rna.read(written(rna, tmp_path, AIN))
    assert list(raw.columns) == ["id", "objet_social1", "adrs_codeinsee", "position", "maj_time"]


@defects("code without its zero")
def test_spoilt_files_are_refused(tmp_path, defect):
    refuses(rna, tmp_path, GOOD, defect)


def test_codes_without_their_zero_are_refused_but_a_stray_one_is_not(tmp_path):
    with pytest.raises(
        BadInput, match=r"column adrs_codeinsee: 7 codes have lost their leading zero \(line 2 « 1053 »"
    ):
        rna.read(written(rna, tmp_path, AIN.replace("01053", "1053").replace("01004", "1004")))
    _, rejected = tidied(rna, tmp_path, AIN.replace(";01004;", ";1004;"))
    assert rejected["reason"].str.contains("« 1004 » is not a commune code").sum() == 1
