"""Mapping of pathologies (Assurance maladie, CNAM): people treated, by département, age and sex.

Layouts: the full export of data.ameli.fr (`annee; patho_niv1; patho_niv2; patho_niv3; top; cla_age_5; sexe; region;
dept; Ntop; Npop; prev; ...`, some 850 MB), and an extract of it for Occitanie (`annee, dept, libelle_classe_age,
patho_niv1, Npop, Ntop, prev_calculee`) whose département codes have lost their zero in the making: two digits are given
back, and only there.

Figures are rounded to 10 by the producer; an empty one is secret. Département 999 is the whole région, région 99 the
whole country. A person may have several pathologies: rows never add up across them.
"""

import numpy as np
import pandas as pd

from etl.reading.observations import (
    NOT_AVAILABLE,
    REFUSED,
    SECRET,
    read_numbers,
    refuse_rows,
)
from etl.reading.tables import DEPARTEMENT, Layout, Layouts
from geodata.sentences import sentence
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="cnam",
    title="Cartographie des pathologies : effectifs par département, âge et sexe",
    producer="Cnam",
    licence=Licence.OPEN_LICENCE_2,
    page="https://data.ameli.fr/explore/dataset/effectifs/",
    tier=Tier.OFFICIAL,
    description="Personnes prises en charge par pathologie : cancers, santé mentale, diabète, cœur ...",
)

COLUMNS = [
    "level", "code", "vintage", "group", "pathology", "top", "age", "sex", "patients", "people", "share", "state",
]  # fmt: skip

_OFFICIAL = (
    "annee", "patho_niv1", "patho_niv2", "patho_niv3", "top", "cla_age_5", "sexe", "region", "dept", "Ntop", "Npop",
    "prev",
)  # fmt: skip
_EXTRACT = ("annee", "dept", "libelle_classe_age", "patho_niv1", "Npop", "Ntop", "prev_calculee")
_SEXES = {"1": "men", "2": "women", "9": "all"}
_AGES = {
    **{f"{age:02d}-{age + 4:02d}": f"{age:02d}_{age + 4:02d}" for age in range(0, 95, 5)},
    **{f"de {age} à {age + 4} ans": f"{age:02d}_{age + 4:02d}" for age in range(0, 95, 5)},
    "95et+": "95_plus",
    "plus de 95 ans": "95_plus",
    "tsage": "all",
    "tous âges": "all",
}
_REGIONS = {
    "01", "02", "03", "04", "06", "11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", "94",
}  # fmt: skip
_WHOLE_REGION, _WHOLE_COUNTRY = "999", "99"

LAYOUTS = Layouts(
    Layout(_OFFICIAL, codes={"dept": DEPARTEMENT}, wanted=lambda column: False),
    Layout(_EXTRACT, wanted=lambda column: False),
)
_TIMES = 2
"""The extract adds the lines of men, of women and of both: its residents are twice those of the census, and so are its
patients. Each person is counted once here; the share is the same."""

recognises = LAYOUTS.recognises
read = LAYOUTS.read


def tidy(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """People treated (`COLUMNS`) by place, year, pathology, age and sex; and the rejects.

    `group` is the first level of the classification and `pathology` the finest one given; `patients` and `people` are
    persons, `share` is the published prevalence, a fraction; `state` is that of `patients`. A line is refused when its
    place, age, sex or figures cannot be, or when a line above says the same.
    """
    is_official = "cla_age_5" in raw
    rows, times = (_official(raw), 1) if is_official else (_extract(raw), _TIMES)
    patients, state = read_numbers(raw["Ntop"])
    people, people_state = read_numbers(raw["Npop"])
    patients, people = patients / times, people / times
    share, share_state = read_numbers(raw["prev" if "prev" in raw else "prev_calculee"])
    rows = rows.assign(patients=patients, people=people, share=share / 100, state=state.replace(NOT_AVAILABLE, SECRET))
    key = ["level", "code", "vintage", "group", "pathology", "top", "age", "sex"]
    reasons = {
        sentence("not_a_place_of_cnam"): rows["level"] == "",
        sentence("not_an_age_class"): rows["age"].isna(),
        sentence("not_a_sex"): rows["sex"].isna(),
        sentence("not_a_number", column="Ntop, Npop or prev"): (state == REFUSED)
        | (people_state == REFUSED)
        | (share_state == REFUSED),
        sentence("impossible_patients", column="Ntop, Npop or prev"): (
            (patients < 0) | (people < 0) | (share < 0) | (share > 100) | (patients > people)
        ),
        sentence("patients_above"): rows.duplicated(key),
    }
    return refuse_rows(rows[COLUMNS], SOURCE.id, raw["dept"], reasons)


def _official(raw: pd.DataFrame) -> pd.DataFrame:
    is_whole = raw["dept"] == _WHOLE_REGION
    is_country = is_whole & (raw["region"] == _WHOLE_COUNTRY)
    is_region = is_whole & raw["region"].isin(_REGIONS)
    is_departement = DEPARTEMENT.fits(raw["dept"]) & raw["region"].isin(_REGIONS)
    places = [is_country, is_region, is_departement]
    finest = raw["patho_niv3"].where(raw["patho_niv3"] != "", raw["patho_niv2"])
    return pd.DataFrame(
        {
            "level": np.select(places, ["france", "region", "departement"], ""),
            "code": np.select(places, ["FR", raw["region"], raw["dept"]], ""),
            "vintage": raw["annee"],
            "group": raw["patho_niv1"],
            "pathology": finest.where(finest != "", raw["patho_niv1"]),
            "top": raw["top"],
            "age": raw["cla_age_5"].map(_AGES),
            "sex": raw["sexe"].map(_SEXES),
        },
        index=raw.index,
    )


def _extract(raw: pd.DataFrame) -> pd.DataFrame:
    code = raw["dept"].str.zfill(2)
    return pd.DataFrame(
        {
            "level": np.where(DEPARTEMENT.fits(code), "departement", ""),
            "code": code,
            "vintage": raw["annee"],
            "group": raw["patho_niv1"],
            "pathology": raw["patho_niv1"],
            "top": "",
            "age": raw["libelle_classe_age"].map(_AGES),
            "sex": "all",
        },
        index=raw.index,
    )
