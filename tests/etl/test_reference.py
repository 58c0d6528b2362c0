"""The reference tables say what their publications say, are documented to the last column, and refuse bad copies."""

import csv
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from etl.sources import reference
from geodata.errors import BadInput

PROJECT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("RELIANCE_SHARED_DATA", PROJECT.parent / "shared" / "data"))
needs_shared_data = pytest.mark.skipif(
    not (SHARED / "census").is_dir(),
    reason=f"no public source files in {SHARED}: set RELIANCE_SHARED_DATA to compare the tables with them",
)
OVERSEAS = ["971", "972", "973", "974", "976"]


@pytest.fixture(scope="module")
def departements() -> pd.DataFrame:
    return reference.departements()


@pytest.fixture(scope="module")
def national() -> pd.DataFrame:
    return reference.national()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "etl" / "reference", tmp_path / "reference")
    return tmp_path / "reference"


def edit(path: Path, change) -> None:
    """Rewrite a CSV after `change` has edited its rows (lists of cells, the header first) in place."""
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


# ------------------------------------------------------------------------------------------------ what is published


def test_population_adds_up_to_the_published_totals(departements):
    residents = departements.filter(regex="^(women|men)_").sum(axis=1)
    assert residents.sum() == 67_813_396
    assert residents.drop(OVERSEAS).sum() == 65_627_454
    assert residents[OVERSEAS].sum() == 2_185_942


def test_there_are_101_departements_sorted_by_code(departements):
    assert len(departements) == 101
    assert list(departements.index) == sorted(reference.DEPARTEMENTS)
    assert departements.loc["2A", "name"] == "Corse-du-Sud"
    assert departements.loc["31", "region"] == "76"


def test_figures_are_floats_and_codes_are_text(departements):
    figures = departements.drop(columns=["name", "region"])
    assert (figures.dtypes == "float64").all()
    assert figures.shape[1] == 58
    assert all(isinstance(code, str) for code in departements.index)


def test_every_column_is_documented(departements):
    documented = reference.departement_columns()
    assert list(documented.index) == ["departement", *departements.columns]


def test_rates_are_shares(departements):
    units = reference.departement_columns()["unit"]
    shares = departements[units.index[units == "share"]]
    published = shares.stack().dropna()
    assert ((published > 0) & (published < 1)).all()


def test_an_empty_cell_stays_empty(departements):
    assert departements.loc[OVERSEAS, ["poverty_rate", "living_alone_share_80_plus"]].isna().all(axis=None)
    assert departements["unemployment_rate"].isna().sum() == 1
    assert departements["poverty_rate"].notna().sum() == 96
    assert departements["standardised_mortality_rate"].notna().all()


def test_living_alone_of_france_lies_between_its_departements(departements, national):
    alone = national[national["table"] == "living_alone_share"].set_index("age")["value"]
    for age, value in alone.items():
        column = departements[f"living_alone_share_{age}"]
        assert column.min() < value < column.max()


def test_national_activity_counts_add_up_over_sexes(national):
    counts = national[national["table"] == "activity_counts"]
    by_sex = counts.pivot(index=["age", "activity_or_category"], columns="sex", values="value")
    assert len(by_sex) == 9
    assert ((by_sex["women"] + by_sex["men"] - by_sex["all"]).abs() <= 1).all()


def test_national_activity_counts_are_nested_and_meet_the_published_shares(national):
    counts = national[(national["table"] == "activity_counts") & (national["sex"] == "all")]
    totals = counts.groupby("activity_or_category")["value"].sum()
    shares = national[national["table"] == "activity_shares"].set_index("activity_or_category")["value"]
    assert shares.sum() == pytest.approx(1)
    assert totals["in_employment"] / totals["population"] == pytest.approx(shares["in_employment"], abs=0.0005)
    unemployed = totals["active"] - totals["in_employment"]
    assert unemployed / totals["population"] == pytest.approx(shares["unemployed"], abs=0.0005)


def test_every_national_figure_carries_its_source(national):
    sources = national[["producer", "publication", "vintage", "population"]]
    assert (sources != "").all(axis=None)
    press = national[national["publication"] == "Niveau de vie et pauvreté en 2023"]
    assert press["note"].str.startswith("Secondary source").all()


def test_commune_changes_are_the_known_ones():
    changes = reference.commune_changes()
    assert len(changes) == 20
    assert changes["event"].value_counts().to_dict() == {"merger": 12, "restored": 7, "code_change": 1}
    split = changes[changes["code_census"] == "15141"]
    assert set(split["code_cog2025"]) == {"15031", "15035", "15047", "15171"}


# ---------------------------------------------------------------------------------------------------- what is refused


def test_one_message_names_every_problem(copy):
    def spoil(rows):
        column = rows[0].index("poverty_rate")
        rows[1][column] = "10.8"
        rows[1][0] = "1"
        rows[4][0] = rows[3][0]

    edit(copy / "departements.csv", spoil)
    with pytest.raises(BadInput) as refusal:
        reference.departements(copy)
    message = str(refusal.value)
    assert "line 2, column poverty_rate: '10.8'; allowed: a number from 0 to 1" in message
    assert "line 2, column departement: '1'" in message
    assert "leading zero kept" in message
    assert "line 5, column departement: 03 is already above" in message
    assert "no row for 01, 04" in message


def test_a_missing_column_is_named_with_the_rest(copy):
    def spoil(rows):
        position = rows[0].index("women_15_19")
        for row in rows:
            del row[position]
        rows[1][rows[0].index("men_15_19")] = "12.5"

    edit(copy / "departements.csv", spoil)
    with pytest.raises(BadInput, match="missing columns women_15_19") as refusal:
        reference.departements(copy)
    assert "line 2, column men_15_19: '12.5'; allowed: an integer from 0" in str(refusal.value)


def test_an_undocumented_column_is_refused(copy):
    edit(copy / "departements.csv", lambda rows: [row.append("0.1") for row in rows])
    with pytest.raises(BadInput, match=r"columns that nothing describes 0\.1"):
        reference.departements(copy)


def test_a_column_without_source_is_refused(copy):
    edit(copy / "departements_columns.csv", lambda rows: rows[4].__setitem__(rows[0].index("producer"), ""))
    with pytest.raises(BadInput, match="line 5, column producer: ''; allowed: any text, not empty"):
        reference.departement_columns(copy)


@pytest.mark.parametrize("cell", ["0,108", "nan", "-0.1", "1e-1", "s"])
def test_a_share_is_a_plain_number(copy, cell):
    edit(copy / "departements.csv", lambda rows: rows[1].__setitem__(rows[0].index("poverty_rate"), cell))
    with pytest.raises(BadInput, match="line 2, column poverty_rate"):
        reference.departements(copy)


def test_a_short_line_is_named(copy):
    edit(copy / "departements.csv", lambda rows: rows[1].pop())
    with pytest.raises(BadInput, match="line 2: 60 cells; allowed: 61") as refusal:
        reference.departements(copy)
    assert "no row for 01" in str(refusal.value)


def test_a_column_twice_is_refused(copy):
    edit(copy / "departements.csv", lambda rows: [row.append(row[0]) for row in rows])
    with pytest.raises(BadInput, match="a column is there twice"):
        reference.departements(copy)


def test_a_file_in_another_encoding_is_refused(copy):
    text = (copy / "departements.csv").read_text(encoding="utf-8")
    (copy / "departements.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(BadInput, match="not UTF-8"):
        reference.departements(copy)


def test_national_figures_are_checked_against_their_unit(copy):
    def spoil(rows):
        value, unit, sex = (rows[0].index(column) for column in ("value", "unit", "sex"))
        share = next(number for number, row in enumerate(rows) if row[unit] == "share")
        rows[share][value] = "64.7"
        rows[1][value] = "7630052.5"
        rows[2][sex] = "F"

    edit(copy / "national.csv", spoil)
    with pytest.raises(BadInput) as refusal:
        reference.national(copy)
    message = str(refusal.value)
    assert "column value: '64.7'; allowed: a number from 0 to 1" in message
    assert "line 2, column value: '7630052.5'; allowed: an integer from 0" in message
    assert "line 3, column sex: 'F'; allowed: one of all, women, men" in message


def test_a_commune_code_without_its_leading_zero_is_refused(copy):
    edit(copy / "commune_changes.csv", lambda rows: rows[1].__setitem__(0, "2311"))
    with pytest.raises(BadInput, match=r"line 2, column code_census: '2311'.*leading zero kept"):
        reference.commune_changes(copy)


# --------------------------------------------------------------------------------------- the same as the source files


def source(path: str, **options) -> pd.DataFrame:
    return pd.read_csv(SHARED / "census" / path, **{"sep": ";", "dtype": "str"} | options)


def same(ours: pd.Series, theirs: pd.Series, divisor: int = 1) -> None:
    """Both sides hold the same figures, empty where the other is empty."""
    theirs = theirs.reindex(ours.index).astype("float64") / divisor
    pd.testing.assert_series_equal(ours, theirs, check_names=False, rtol=0, atol=1e-12)


@needs_shared_data
def test_population_is_insees(departements):
    population = source("drees/insee_estim_pop_dep_sexe_age5_2022.csv").set_index(["DEP", "SEXE", "AGE"])["POP_2022"]
    for column in departements.filter(regex="^(women|men)_"):
        sex, low, high = column.split("_")
        age = "95 ans et plus" if high == "plus" else f"{int(low)} à {int(high)} ans"
        same(departements[column], population.xs(("F" if sex == "women" else "H", age), level=("SEXE", "AGE")))


@needs_shared_data
def test_names_and_regions_are_those_of_the_cog(departements):
    cog = source("zonages/cogiter2025_departements.csv").set_index("DEP").loc[departements.index]
    assert (departements["name"] == cog["NOM_DEP"]).all()
    assert (departements["region"] == cog["REG"]).all()


@needs_shared_data
def test_census_shares_are_the_published_ones(departements, national):
    census = source("rp2022/ptod_agg_dep.csv").set_index("code")
    columns = {
        "poverty_rate": "rev_txpauv_21",
        "living_alone_share_15_19": "dm_1519_seul_pct_22",
        "living_alone_share_20_24": "dm_2024_seul_pct_22",
        "living_alone_share_25_39": "dm_2539_seul_pct_22",
        "living_alone_share_40_54": "dm_4054_seul_pct_22",
        "living_alone_share_55_64": "dmv_5564_seul_pct_22",
        "living_alone_share_65_79": "dmv_6579_seul_pct_22",
        "living_alone_share_80_plus": "dmv_80p_seul_pct_22",
        "retired_share_15_plus": "dsp_csp_retraites_pct_22",
        "employment_rate_15_64": "eco_txemp_1564_22",
        "single_parent_share": "men_mono_pct_22",
    }
    for ours, theirs in columns.items():
        same(departements[ours], census[theirs], divisor=100)
    alone = national[national["table"] == "living_alone_share"].set_index("age")["value"]
    france = [float(census.loc["00FR", columns[f"living_alone_share_{age}"]]) / 100 for age in alone.index]
    assert list(alone) == pytest.approx(france, abs=1e-12)


@needs_shared_data
def test_local_statistics_are_the_published_ones(departements):
    local = source("statloc/linalek_departements.csv").set_index("DEP")
    columns = {
        "unemployment_rate": "tx_chomage_moyen",
        "unemployment_rate_15_24": "tx_chomage_moyen_15_24_ans",
        "unemployment_rate_25_49": "tx_chomage_moyen_25_49_ans",
        "unemployment_rate_50_plus": "tx_chomage_moyen_50_ans_plus",
        "single_parent_family_share": "part_familles_monoparentales",
        "poverty_rate": "tx_pauvrete",
    }
    for ours, theirs in columns.items():
        same(departements[ours], local[theirs], divisor=100)


@needs_shared_data
def test_mortality_is_the_published_one_and_the_sum_of_its_chapters(departements):
    rates = source("sante/toutes_causes.csv", sep=",").query("annee == '2023'").set_index("departement")["valeur"]
    same(departements["standardised_mortality_rate"], rates)
    chapters = source("sante/mortalite_2023_standardise_all.csv", sep=",").query("sexe == 'Tous sexes'")
    summed = chapters.astype({"valeur": "float64"}).groupby("departement")["valeur"].sum()
    assert (departements["standardised_mortality_rate"] - summed).abs().max() < 0.31


@needs_shared_data
def test_commune_changes_agree_with_the_cog():
    changes = reference.commune_changes()
    history = source("zonages/cogiter2025_table_passage_com_historique.csv").set_index("DEPCOM_HIST")["DEPCOM"]
    cog = source("zonages/cogiter2025_communes_cog.csv")
    communes = set(cog.loc[cog["TYPECOM"] == "COM", "DEPCOM"])
    census_communes = set(source("zonages/insee_iris_2021_reference.csv", encoding="utf-8-sig")["DEPCOM"])
    assert set(changes["code_census"]) <= census_communes
    assert set(changes["code_cog2025"]) <= communes
    mergers = changes[changes["event"] == "merger"]
    assert not set(mergers["code_census"]) & communes
    assert (history.loc[mergers["code_census"]].to_numpy() == mergers["code_cog2025"].to_numpy()).all()
    assert set(changes.loc[changes["event"] != "merger", "code_census"]) <= communes


@needs_shared_data
def test_crude_mortality_is_the_published_one(departements):
    rates = source("sante/insee_rp_evol_1968_departement_2018.csv").query("an == '2013-2018'").set_index("codgeo")
    same(departements["crude_mortality_rate"], rates["tx_morta"].str.replace(",", "."))
