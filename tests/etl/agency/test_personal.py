"""What is about a person, and what only looks like it."""

import pytest

from etl.agency.personal import cell_problem, column_problems, names_a_person


@pytest.mark.parametrize(
    "column",
    ["Nom", "Prénom", "NOM_PRENOM", "Date de naissance", "Téléphone", "tel portable", "E-mail", "Civilité", "NIR",
     "Sexe", "Adresse personnelle", "Référent", "Bénéficiaire", "GIR", "Médecin traitant"],
)  # fmt: skip
def test_columns_about_persons_are_refused_with_the_reason_in_law(column):
    (problem,) = column_problems(["id", column], ["liste"])
    assert column in problem.text()
    assert "GDPR" in problem.text() or "L. 121-6-1" in problem.text()


@pytest.mark.parametrize(
    "column", ["name", "nom_structure", "volunteers", "capacity", "adresse", "publics", "horaires"]
)
def test_columns_about_places_are_not(column):
    assert column_problems([column], ["services 2026"]) == []


@pytest.mark.parametrize("title", ["Registre canicule", "registre_nominatif", "Liste personnes isolées", "L121-6-1"])
def test_a_register_is_refused_by_its_name(title):
    (problem,) = column_problems(["id", "name"], [title])
    assert "L. 121-6-1" in problem.text()


@pytest.mark.parametrize(
    "text",
    ["jean.durand@exemple.fr", "06 12 34 56 78", "+33612345678",
     "2 60 05 75 116 001 22", "260057511600122"],
)  # fmt: skip
def test_cells_about_persons_are_refused_without_repeating_them(text):
    problem = cell_problem(text)
    assert problem is not None
    assert text not in problem.text()


@pytest.mark.parametrize(
    "text",
    ["Maison Martin", "Résidence du Docteur Calmette", "310012345", "31555", "2026-05-12", "Mairie de Mme", "1,6053",
     "MONALISA", "Médiathèque", "Équipe 12"],
)  # fmt: skip
def test_cells_about_places_are_not(text):
    assert cell_problem(text) is None
    assert not names_a_person(text)


@pytest.mark.parametrize("text", ["M. Durand", "Mme Martin", "Dr Petit", "Monsieur Vincent, accueil de jour"])
def test_a_text_that_begins_as_a_name_may_be_a_place_and_is_told_apart(text):
    assert names_a_person(text)
    assert cell_problem(text) is None
