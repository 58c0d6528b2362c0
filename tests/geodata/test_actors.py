"""Who acts in a territory, by name."""

from geodata.actors import COUNCIL, Role, actors


def councils(*place: str | None) -> list[str]:
    return [one.name for one in actors(*place) if one.role is Role.COUNCIL]


def test_a_metropolis_is_the_council_of_its_own_communes_only():
    assert councils("69", "Rhône", "Auvergne-Rhône-Alpes", "200046977") == ["Métropole de Lyon"]
    assert councils("69", "Rhône", "Auvergne-Rhône-Alpes", "246900575") == [COUNCIL]
    assert councils("69", "Rhône", "Auvergne-Rhône-Alpes") == [COUNCIL, "Métropole de Lyon"]
    assert councils("31", "Haute-Garonne", "Occitanie", "243100518") == councils("31", "Haute-Garonne", "Occitanie")


def test_no_name_of_a_council_is_a_sentence():
    """It stands before and after other words: "{council} et ARS"."""
    every = [name for code in ("2A", "69", "75", "972") for name in councils(code, "x", "y")]
    assert all(";" not in name and "," not in name for name in every)


def test_the_agency_of_a_region_of_one_departement_has_no_office_for_it():
    offices = [actors(code, name, region)[0].where for code, name, region in (
        ("974", "La Réunion", "La Réunion"), ("31", "Haute-Garonne", "Occitanie"),
    )]  # fmt: skip
    assert offices == [None, "Haute-Garonne"]
