"""Places of digital help in the national schema, as CSV and as JSON."""

import json

import pytest

from etl.reading.candidate import peek
from etl.sources import mediation_numerique
from geodata.errors import BadInput
from tests.etl.sources.files import Good, defects, refuses, tidied, written

# Header of the national schema, verbatim.
HEADER = (
    "id,pivot,nom,commune,code_postal,code_insee,adresse,complement_adresse,latitude,longitude,typologie,telephone,"
    "courriels,site_web,horaires,presentation_resume,presentation_detail,source,itinerance,structure_parente,date_maj,"
    "services,publics_specifiquement_adresses,prise_en_charge_specifique,frais_a_charge,dispositif_programmes_nationaux,"
    "formations_labels,autres_formations_labels,modalites_acces,modalites_accompagnement,fiche_acces_libre,prise_rdv"
)


def place(**cells: str) -> str:
    return ",".join(cells.get(column, "") for column in HEADER.split(","))


LIBRARY = place(
    id="dora_1", nom="Médiathèque", code_insee="01053", latitude="46.2", longitude="5.2", courriels="jeanne@ville.fr",
    horaires='"Mo-Fr 08:30-12:30; PH off"', date_maj="2026-02-03T10:00:00", services="Maîtrise des outils",
)  # fmt: skip
MOBILE = place(id="dora_2", nom="Caravane", code_insee="01004", latitude="45.9", longitude="5.3", horaires="sur RDV")
NOWHERE = place(id="dora_3", nom="En ligne")
PLACES = "\n".join([HEADER, LIBRARY, MOBILE, NOWHERE]) + "\n"
GOOD = Good(PLACES, column="nom", code="01053", delimiter=",")


def test_places_are_services_with_their_hours(tmp_path):
    accepted, rejected = tidied(mediation_numerique, tmp_path, PLACES)
    assert accepted["id"].tolist() == ["mediation_numerique--dora_1", "mediation_numerique--dora_2"]
    assert set(accepted["category"]) == {"mediation_numerique"}
    assert accepted["weekly_hours"].fillna(-1).tolist() == [20.0, -1]
    assert accepted["seen_on"].fillna("").tolist() == ["2026-02-03", ""]
    assert rejected["reason"].tolist()[0].startswith("1 timetable(s) not understood")
    assert "neither commune code nor point" in rejected["reason"].tolist()[1]


def test_the_same_places_as_json(tmp_path):
    rows = [dict(zip(HEADER.split(","), row.replace('"', "").split(","), strict=True)) for row in (LIBRARY, MOBILE)]
    accepted, _ = tidied(mediation_numerique, tmp_path, json.dumps(rows), "lieux.json")
    assert accepted["code_insee"].tolist() == ["01053", "01004"]


def test_addresses_of_e_mail_are_not_read(tmp_path):
    raw = mediation_numerique.read(written(mediation_numerique, tmp_path, PLACES))
    assert "courriels" not in raw


def test_files_of_local_producers_are_left_alone(tmp_path):
    corse = '[{"Type": "Collectivité", "long": 9.04, "lat": 42.35, "Structure": "Mairie", "Contact": "X"}]'
    creuse = '[{"id": 1, "nom": "Chéniers - X", "latitude": 46.3, "services": "", "modalites_accompagnement": ""}]'
    for local in (corse, creuse):
        assert not mediation_numerique.recognises(peek(written(mediation_numerique, tmp_path, local, "a.json").path))


@defects()
def test_spoilt_lists_are_refused(tmp_path, defect):
    refuses(mediation_numerique, tmp_path, GOOD, defect)


def test_swapped_axes_are_refused(tmp_path):
    with pytest.raises(BadInput, match="columns longitude and latitude are swapped on 2 rows"):
        mediation_numerique.read(
            written(mediation_numerique, tmp_path, PLACES.replace("latitude,longitude", "longitude,latitude"))
        )
