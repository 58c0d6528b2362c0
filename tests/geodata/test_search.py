"""What a text finds: names, former names, words of the place around, slips of the finger."""

import pandas as pd
import pytest

from geodata.search import COLUMNS, search, search_index

TERRITORIES = pd.DataFrame(
    [
        ("region", "76", "Occitanie", None, None, 5_000_000),
        ("region", "04", "La Réunion", None, None, 700_000),
        ("departement", "974", "La Réunion", None, "04", 700_000),
        ("departement", "31", "Haute-Garonne", None, "76", 1_200_000),
        ("commune", "31555", "Toulouse", "31", "76", 420_000),
        ("commune", "54528", "Toul", "54", "44", 13_000),
        ("commune", "34172", "Montpellier", "34", "76", 250_000),
        ("commune", "91228", "Évry-Courcouronnes", "91", "11", 54_000),
        ("commune", "89162", "Évry", "89", "27", 300),
        ("commune", "93066", "Saint-Denis", "93", "11", 90_000),
        ("commune", "97411", "Saint-Denis", "974", "04", 120_000),
        ("commune", "75056", "Paris", "75", "11", 1_800_000),
        ("commune", "74010", "Annecy", "74", "84", 110_000),
        ("epci", "200046977", "Métropole de Lyon", None, "84", 1_100_000),
        ("epci", "200022986", "Communauté de communes du Grand Pic Saint-Loup", None, "76", 50_000),
        ("epci", "248100737", "Communauté d'agglomération de l'Albigeois (C2A)", None, "76", 80_000),
    ],
    columns=["level", "code", "name", "departement", "region", "residents"],
)
ALIASES = pd.DataFrame(
    [
        ("Annecy-le-Vieux", "commune", "74010"),
        ("Paris 15e Arrondissement", "commune", "75056"),
        ("Grand Lyon", "epci", "200046977"),
    ],
    columns=["name", "level", "code"],
)
INDEX = search_index(TERRITORIES, pd.DataFrame({"code_insee": ["31555"], "postcode": ["31000"]}), ALIASES)


def first(text: str, **options) -> str:
    return search(INDEX, text, **options)["code"].iloc[0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("toulose", "31555"),
        ("montpelier", "34172"),
        ("Annecy-le-Vieux", "74010"),
        ("paris 15", "75056"),
        ("grand lyon", "200046977"),
        ("31", "31"),
        ("31000", "31555"),
        ("saint denis reunion", "97411"),
        ("evry", "91228"),
        ("Évry Yonne", "89162"),
        ("toul", "54528"),
        ("CC Grand Pic Saint-Loup", "200022986"),
        ("CA Albigeois", "248100737"),
    ],
)
def test_what_a_planner_types_finds_what_is_meant(text, code):
    yonne = pd.DataFrame({"level": ["departement"], "code": ["89"], "name": ["Yonne"]})
    places = pd.concat([TERRITORIES, yonne], ignore_index=True)
    index = search_index(places, pd.DataFrame({"code_insee": ["31555"], "postcode": ["31000"]}), ALIASES)
    assert search(index, text)["code"].iloc[0] == code


def test_the_region_shown_comes_first():
    assert first("toul", region="76") == "31555"
    assert first("toul", region="44") == "54528"


def test_another_name_is_told_beside_the_territory_and_counts_once():
    hits = search(INDEX, "annecy")
    assert hits["code"].tolist() == ["74010"]
    assert search(INDEX, "annecy le vieux")["alias"].item() == "Annecy-le-Vieux"
    assert search(INDEX, "annecy")["alias"].item() == ""


def test_what_resembles_nothing_finds_nothing():
    for text in ("broceliande", "xyz", "99999"):
        assert search(INDEX, text)[COLUMNS].empty
