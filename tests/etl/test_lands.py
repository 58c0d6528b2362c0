"""Lands: touching outlines and bridges join communes, the sea parts them."""

import pandas as pd
import pytest
import shapely

from etl.lands import lands, with_lands
from etl.sources import reference
from geodata.territory import Level

NO_BRIDGE = pd.DataFrame({"code_insee": [], "code_across": []}, dtype=str)


def communes(**boxes) -> pd.DataFrame:
    """Squares of side 1 at (column, row); None: a commune without outline."""
    geom = {code: at and shapely.box(*at, at[0] + 1, at[1] + 1) for code, at in boxes.items()}
    return pd.DataFrame({"geom": geom, "zone": "metropole", "departement": "A"}).rename_axis("code")


COAST = {"A1": (0, 0), "A2": (1, 0), "A3": (2, 0), "I1": (0, 3), "I2": (0, 4), "J1": (5, 5)}
"""Three communes in a row on the coast, an island of two, an islet."""


def test_an_island_is_a_land_of_its_own_named_by_its_smallest_code():
    land = lands(communes(**COAST), NO_BRIDGE)
    assert land.to_dict() == {
        "A1": "metropole", "A2": "metropole", "A3": "metropole", "I1": "I1", "I2": "I1", "J1": "J1"
    }  # fmt: skip


def test_a_bridge_joins_an_island_whole():
    bridge = pd.DataFrame({"code_insee": ["I2"], "code_across": ["A3"]})
    assert lands(communes(**COAST), bridge)[["I1", "I2", "J1"]].to_dict() == {
        "I1": "metropole", "I2": "metropole", "J1": "J1"
    }  # fmt: skip


def test_a_bridge_to_somewhere_that_is_not_there_joins_nothing():
    bridge = pd.DataFrame({"code_insee": ["I1", "Z9"], "code_across": ["Z8", "A1"]})
    assert lands(communes(**COAST), bridge).equals(lands(communes(**COAST), NO_BRIDGE))


def test_a_commune_without_outline_is_where_most_of_its_departement_is():
    table = communes(**COAST, B1=None, C1=None)
    table.loc[["I1", "I2", "C1"], "departement"] = "I"
    land = lands(table, NO_BRIDGE)
    assert (land["B1"], land["C1"]) == ("metropole", "I1")


def test_the_order_of_communes_changes_nothing():
    table = communes(**COAST)
    assert lands(table.iloc[::-1], NO_BRIDGE)[table.index].equals(lands(table, NO_BRIDGE))


def test_each_zone_has_a_land_with_its_name():
    table = communes(**COAST)
    table.loc[["I1", "I2", "J1"], "zone"] = "974"
    assert lands(table, NO_BRIDGE)[["A1", "I1", "I2", "J1"]].tolist() == ["metropole", "974", "974", "J1"]


def test_levels_above_the_commune_have_no_land():
    table = communes(**COAST).reset_index()
    both = pd.concat([table.assign(level=Level.COMMUNE), table.assign(level=Level.EPCI)], ignore_index=True)
    assert with_lands(both, NO_BRIDGE)["land"].notna().tolist() == [True] * len(COAST) + [False] * len(COAST)


# ------------------------------------------------------------------------------------------------------- the real ones


@pytest.fixture(scope="module")
def real(real_tables) -> pd.DataFrame:
    territory = real_tables["territory"]
    return territory[territory["level"] == Level.COMMUNE].set_index("code")


ISLANDS = {
    "17004": "Île-d'Aix", "22016": "Île-de-Bréhat", "29082": "Île-de-Batz", "29083": "Île-de-Sein",
    "29084": "Île-Molène", "29155": "Ouessant", "56069": "Groix", "56085": "Hœdic", "56086": "Île-d'Houat",
    "56087": "Île-aux-Moines", "56088": "Île-d'Arz", "85113": "L'Île-d'Yeu", "97110": "La Désirade",
    "97130": "Terre-de-Bas", "97131": "Terre-de-Haut",
}  # fmt: skip
"""Every island that is one commune and has no bridge."""


def test_the_islands_of_france(real):
    sizes = real["land"].value_counts()
    assert {code: real.at[code, "name"] for code in sizes.index[sizes == 1]} == ISLANDS
    # Corsica, Belle-Île, Marie-Galante and Petite-Terre of Mayotte have several communes and no bridge.
    several = {"2A001": 360, "56009": 4, "97108": 3, "97608": 2}
    assert {land: sizes[land] for land in several} == several
    # With the four communes of Cantal that have no outline.
    mainlands = {"metropole": 34_370, "971": 26, "972": 34, "973": 22, "974": 24, "976": 15}
    assert {land: sizes[land] for land in mainlands} == mainlands
    assert len(sizes) == len(ISLANDS) + len(several) + len(mainlands)


@pytest.mark.parametrize("code", ["17297", "17161", "17337", "85163"])
def test_an_island_with_a_bridge_is_on_the_mainland(real, code):
    assert real.at[code, "land"] == "metropole"


def test_bridges_are_between_communes_that_do_not_touch(real):
    bridges = reference.bridges()
    assert len(bridges) == 4
    ends = [real.loc[bridges[end], "geom"].to_numpy(dtype=object) for end in ("code_insee", "code_across")]
    assert not shapely.intersects(*ends).any()
