"""Population estimates: the newest sheet, sexes above ages, totals kept apart, 101 départements to the unit."""

import pytest

from etl.reading.observations import wide
from etl.sources import insee_estimates
from tests.etl.sources.files import (
    Good,
    GoodBook,
    book_defects,
    defects,
    real,
    refuses,
    refuses_book,
    tidied,
    workbook,
)

TITLE = "Estimation de population au 1er janvier, par département, sexe et âge quinquennal"
AGES = ["0 à 4 ans", "95 ans et plus", "Total"]
SHEET = [
    [TITLE],
    ["Année 2022"],
    [],
    ["Départements", "", "Ensemble", "", "", "Hommes", "", "", "Femmes", "", ""],
    ["", "", *AGES, *AGES, *AGES],
    ["01", "Ain", 38379, 1958, 40337, 19831, 344, 20175, 18548, 1614, 20162],
    ["2A", "Corse-du-Sud", 6000, 500, 6500, 3000, 100, 3100, 3000, 400, 3400],
    ["France métropolitaine ", "", 44379, 2458, 46837, 22831, 444, 23275, 21548, 2014, 23562],
    [971, "Guadeloupe", 18516, 700, 19216, 9356, 200, 9556, 9160, 500, 9660],
    ["DOM", "", 18516, 700, 19216, 9356, 200, 9556, 9160, 500, 9660],
    ["France métropolitaine et DOM", "", 62895, 3158, 66053, 32187, 644, 32831, 30708, 2514, 33222],
    [],
    ["Source : Insee - Estimations de population"],
]
BOOK = {"À savoir": [["Quelques remarques"]], "2022": SHEET, "2021": [[TITLE]]}
LONG = """\
DEP;LIBELLE;SEXE;AGE;POP_2022
01;Ain;T;0 à 4 ans;38379
01;Ain;H;95 ans et plus;344
976;Mayotte;F;0 à 4 ans;23000
01;Ain;X;0 à 4 ans;1
2C;Nulle part;T;0 à 4 ans;1
"""


def test_the_newest_sheet_is_read_by_sex_and_age(tmp_path):
    accepted, rejected = tidied(insee_estimates, tmp_path, workbook(BOOK), "estim.xlsx")
    values = wide(accepted, "departement")
    assert values.loc["01", ["population_00_04", "men_95_plus", "women_95_plus", "men"]].tolist() == [
        38379, 344, 1614, 20175,
    ]  # fmt: skip
    assert sorted(values.index) == ["01", "2A", "971"]
    assert wide(accepted, "france")["population"].to_dict() == {"FM": 46837, "FR": 66053}
    assert set(accepted["vintage"]) == {"2022"}
    assert rejected["key"].tolist() == ["DOM", "Source : Insee - Estimations de populati"]


def test_the_long_csv_has_the_same_names_and_refuses_what_it_does_not_know(tmp_path):
    accepted, rejected = tidied(insee_estimates, tmp_path, LONG)
    assert accepted[["code", "measure", "value"]].to_numpy().tolist() == [
        ["01", "population_00_04", 38379],
        ["01", "men_95_plus", 344],
        ["976", "women_00_04", 23000],
    ]
    assert rejected["reason"].tolist() == [
        "« X, 0 à 4 ans » is not a sex (T, H, F) and an age of this table",
        "« 2C » is not a département code (01, 2A, 974)",
    ]


@defects()
def test_a_malformed_csv_is_refused(tmp_path, defect):
    refuses(insee_estimates, tmp_path, Good(LONG, column="SEXE", code="01"), defect)


@book_defects("other sheets", "web page", "empty file")
def test_a_malformed_workbook_is_refused(tmp_path, defect):
    refuses_book(insee_estimates, tmp_path, GoodBook(BOOK, "2022", "0 à 4 ans", "01"), defect)


@pytest.mark.parametrize(
    ("name", "rows", "france"),
    [
        ("insee_estim-pop-dep-sexe-aq-1975-2022.xlsx", 105, {"FM": 65_627_454, "FR": 67_813_396}),
        ("insee_estim_pop_dep_sexe_age5_2022.csv", 6_060, {}),
    ],
)
def test_the_real_files_have_every_resident(shared_data, name, rows, france):
    raw, accepted, _ = real(insee_estimates, shared_data / "census" / "drees" / name)
    assert len(raw) == rows
    departements = accepted[accepted["level"] == "departement"]
    ages = departements[departements["measure"].str.fullmatch(r"population_\d\d_\w+")]
    assert ages["value"].sum() == 67_813_396
    assert ages["measure"].nunique() == 20
    assert departements["code"].nunique() == 101
    by_sex_and_age = departements["measure"].str.fullmatch(r"(population|men|women)_\d\d_\w+").sum()
    assert by_sex_and_age == 6_060
    whole = accepted[(accepted["level"] == "france") & (accepted["measure"] == "population")]
    assert whole.set_index("code")["value"].to_dict() == france
