"""Exports of local statistics: two title lines, the mesh in the second, indicators named by their title and year."""

import pytest

from etl.reading.observations import (
    NOT_AVAILABLE,
    PUBLISHED,
    UNDEFINED,
    wide,
)
from etl.sources import statloc
from geodata.errors import BadInput
from tests.etl.sources.files import Good, defects, real, refuses, tidied, written

CARS = """\
\ufeffInsee - Statistiques locales; ; ; 
Référentiel géographique : France par commune; ; ; 
Code;Libellé;Part des ménages ayant au moins 1 voiture 2021;Indice de bonheur 2021
01001;L'Abergement-Clémenciat;97.2;3
01002;L'Abergement-de-Varey;N/A - division par 0;3
01005;Ambérieux;N/A - résultat non disponible;3
01006;Ambléon;0;3
01007;Ambronay;beaucoup;3
"""


def test_shares_are_fractions_and_words_are_missing_figures(tmp_path):
    accepted, rejected = tidied(statloc, tmp_path, CARS)
    values = accepted.set_index("code")
    assert values["state"].to_dict() == {
        "01001": PUBLISHED, "01002": UNDEFINED, "01005": NOT_AVAILABLE, "01006": PUBLISHED, "01007": "refused",
    }  # fmt: skip
    assert values["value"].dropna().to_dict() == {"01001": 0.972, "01006": 0.0}
    assert set(accepted["vintage"]) == {"2021"}
    assert rejected[["row", "key"]].to_numpy().tolist() == [["8", "01007"], ["", "Indice de bonheur 2021"]]


def test_the_mesh_of_the_title_gives_the_level(tmp_path):
    text = CARS.replace("France par commune", "France par intercommunalité").replace("01001;", "200000172;")
    accepted, rejected = tidied(statloc, tmp_path, text)
    assert wide(accepted, "epci")["share_households_with_car"].to_dict() == {"200000172": 0.972}
    assert "« 01002 » is not an EPCI number of nine digits" in rejected["reason"].tolist()


def test_an_unknown_mesh_is_refused_with_those_that_are_known(tmp_path):
    with pytest.raises(BadInput, match="the mesh « bassin de vie 2022 » is not one of commune, "):
        statloc.read(written(statloc, tmp_path, CARS.replace("par commune", "par bassin de vie 2022")))


# Its columns are on the third line: the defects of a first line of columns are spoilt by hand under this test.
@defects(
    "rows of another delimiter", "missing column", "short line", "columns alone", "duplicated column",
    "renamed column", "unknown delimiter", "million-character cell",
)  # fmt: skip
def test_a_malformed_file_is_refused(tmp_path, defect):
    refuses(statloc, tmp_path, Good(CARS, column="Code", code="01001"), defect)


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (CARS.replace("Libellé;", "Nom;"), "line 3: column « Libellé » is missing"),
        (CARS.replace("Libellé;", "Code;"), "line 3: columns given twice: Code"),
        (CARS + "01008;Ambutrix\n", "line 9: 2 cells, 4 allowed"),
        ("\n".join(CARS.split("\n")[:3]) + "\n", "no line under the columns"),
    ],
)
def test_what_is_wrong_under_the_titles_is_told_by_its_line(tmp_path, spoilt, words):
    with pytest.raises(BadInput, match=words):
        statloc.read(written(statloc, tmp_path, spoilt))


@pytest.mark.parametrize(
    ("name", "rows", "measure", "figures"),
    [
        ("INSEE_Statistiques_locales_territoires_ville_quartiers.csv", 34_935, "share_households_with_car", 34_909),
        ("INSEE_Statistiques_locales_menages_fiscaux_niveau_de_vie.csv", 34_935, "median_income", 31_259),
        ("INSEE_Statistiques_locales_demographie.csv", 1_255, "population", 1_250),
    ],
)
def test_the_real_files_have_the_noted_figures(shared_data, name, rows, measure, figures):
    raw, accepted, rejected = real(statloc, shared_data / "census" / "statloc" / name)
    assert len(raw) == rows
    assert accepted.loc[accepted["measure"] == measure, "value"].notna().sum() == figures
    assert rejected.empty
