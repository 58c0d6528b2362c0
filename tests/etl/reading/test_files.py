"""The files of one source: what is said of a whole file, and the vintage that it states."""

import pandas as pd
import pytest

from etl.reading.files import WHOLE, read_files
from etl.reading.tables import date_of_name
from etl.rejects import with_words
from etl.service_lists import OLDER, read_service_lists
from etl.sources import bpe, cog_passage, cog_zones, density_grid, filosofi, france_services, la_poste, tiers_lieux
from etl.statistics import NOT_DRAWN_ON, read_statistics
from tests.etl.sources.files import written

FS = "id_fs;lib_fs;insee_com;latitude;longitude;labellisation_fs\n1;FS;31555;43.6;1.44;{}\n"
TIERS = "ID_UNIQUE;NOM;LATITUDE;LONGITUDE\n"


def vintage(module, folder, text, name) -> str:
    (file,), _ = read_files(module, [written(module, folder, text, name)])
    return file.snapshot.vintage


@pytest.mark.parametrize(
    ("module", "text", "name", "expected"),
    [
        (bpe, "REG;DEP;DEPCOM;DCIRIS;AN;TYPEQU;NB_EQUIP\n84;01;01053;01053_0101;2017;D307;2\n", "bpe.csv", "2017"),
        (filosofi, "CODGEO;MED18;TP6018\n01001;25820;9\n", "a.csv", "2018"),
        (filosofi, "CODGEO;MED18;TP6018\n01001;25820;9\n", "cc_filosofi_2021.csv", "2018"),
        (france_services, FS.format("Espace labellisé 23/05/2024"), "a.csv", "2024-05-23"),
        (france_services, FS.format(""), "liste-fs-20240801.csv", "2024-08-01"),
        (france_services, FS.format(""), "liste.csv", ""),
        (tiers_lieux, TIERS + "1;La Fabrique;46,2;5,2\n", "bdftl-2023-01.csv", "2023-01"),
        (cog_passage, "CODGEO_2003;CODGEO_2025\n01001;01001\n", "table.csv", "2025"),
        (density_grid, "CODGEO;DENS\n01001;6\n", "grille.csv", ""),
    ],
)
def test_the_vintage_is_a_fact_of_the_file(tmp_path, module, text, name, expected):
    assert vintage(module, tmp_path, text, name) == expected


@pytest.mark.parametrize(
    ("name", "date"),
    [("liste-fs-20240801.csv", "2024-08-01"), ("bdftl-2026-01-fiche.csv", "2026-01"), ("bpe_2017.csv", "2017"),
     ("base-cc-filosofi-2021-geo2024.csv", ""), ("cs1100507.csv", ""), ("2026-05-12.zip", "2026-05-12"),
     ("commune20251301.csv", ""), ("extrait.csv", "")],
)  # fmt: skip
def test_the_date_in_a_name(name, date):
    assert date_of_name(name) == date


def test_a_list_without_date_is_dated_by_its_name(tmp_path):
    (file,), _ = read_files(france_services, [written(france_services, tmp_path, FS.format(""), "fs-2024-08.csv")])
    assert file.rows["seen_on"].tolist() == ["2024-08"]


def notes(rejects) -> list[tuple[str, str]]:
    whole = rejects[rejects["row"] == WHOLE]
    return list(zip(whole["key"], with_words(whole)["reason"], strict=True))


def test_a_passage_table_leads_an_absorbed_commune_to_its_heir(tmp_path):
    """01341 was absorbed by 01227 without becoming a delegated commune; 15031 was split in two."""
    table = "DEPCOM_HIST;DEPCOM\n01227;01227\n01341;01227\n15031;15027\n15031;15031\n"
    read = read_statistics({"cog_passage": [written(cog_passage, tmp_path, table)]})
    assert read.passage.to_dict("list") == {"code": ["01227", "01341"], "commune": ["01227", "01227"]}
    assert notes(read.rejects) == [] and read_statistics({}).passage.empty
    parts = read.with_passages(pd.DataFrame({"code": ["75101", "01341"], "commune": ["75056", "01999"]}))
    assert parts.set_index("code")["commune"].to_dict() == {"75101": "75056", "01341": "01999", "01227": "01227"}


def test_a_file_that_changes_nothing_says_so(tmp_path):
    zones = read_statistics({"cog_zones": [written(cog_zones, tmp_path, "CODGEO;ZE2020\n01001;8405\n")]})
    assert notes(zones.rejects) == [("liste.csv", NOT_DRAWN_ON.text())]
    closed = written(tiers_lieux, tmp_path, TIERS.replace("\n", ";statut_lieu\n") + "1;A;46,2;5,2;en projet\n")
    (reject,) = notes(read_service_lists({"tiers_lieux": [closed]}).rejects)
    assert reject[1].startswith("the file is accepted and changes nothing")
    new = written(france_services, tmp_path, FS.format("Espace labellisé 23/05/2024"), "a.csv")
    old = written(france_services, tmp_path, FS.format("Espace labellisé 23/05/2021"), "b.csv")
    assert notes(read_service_lists({"france_services": [new, old]}).rejects) == [("b.csv", OLDER.text())]


def test_types_of_place_are_told_by_commune(tmp_path):
    """The grid's class and the newest urban unit of each commune."""
    grid = written(density_grid, tmp_path, "CODGEO;DENS\n01001;6\n", "grid.csv")
    zones = written(cog_zones, tmp_path, "CODGEO;UU2010;UU2020\n01001;01101;01000\n", "zones.csv")
    read = read_statistics({"density_grid": [grid], "cog_zones": [zones]})
    assert read.density.to_dict() == {"01001": "rural"} and read.units.to_dict() == {"01001": "01000"}
    assert notes(read.rejects) == []


def test_a_list_of_which_most_rows_make_no_service_is_told(tmp_path):
    rows = "".join(f"{n};Lieu;{'46,2;5,2' if n == 1 else ';'}\n" for n in range(1, 6))
    lists = read_service_lists({"tiers_lieux": [written(tiers_lieux, tmp_path, TIERS + rows)]})
    assert notes(lists.rejects) == [("liste.csv", "only 1 of its 5 rows make a service: is it the list that is meant?")]


def test_a_file_that_is_refused_leaves_the_others(tmp_path):
    good = written(la_poste, tmp_path, "Identifiant_A;Libellé_du_site;Caractéristique_du_site;Latitude;Longitude\n"
                   "1;A;Bureau de poste;46,2;5,2\n", "a.csv")  # fmt: skip
    bad = written(la_poste, tmp_path, "Identifiant_A;Libellé_du_site\n1;A\n", "b.csv")
    read, refused = read_files(la_poste, [bad, good])
    assert [file.snapshot.path.name for file in read] == ["a.csv"]
    ((name, reason),) = notes(refused)
    assert name == "b.csv" and reason.startswith("the file is refused: ")
