"""Files that a regional agency hands in itself: what each kind holds, column by column, and its template.

They are those of a French agency: its codes are the country's, and what explains a column is in French. A template is a
CSV that a French spreadsheet opens, with one or two rows of examples to replace.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import xlsxwriter

from geodata.countries.france import COUNTRY
from geodata.spreadsheet import csv_text


class AgencyKind(StrEnum):
    """What an agency may hand in, as typed after `python -m etl import`."""

    SERVICES = "services"
    TEAMS = "teams"
    TERRITORIES = "territories"
    CORRECTIONS = "corrections"
    SURVEY = "survey"
    SURVEY_TERRITORIES = "survey_territories"
    SURVEY_ANSWERS = "survey_answers"


@dataclass(frozen=True)
class AgencyColumn:
    """One column: its name in the file, what it means, what is allowed in it, and examples (one a template row)."""

    name: str
    meaning: str
    allowed: str
    examples: tuple[str, ...]
    is_required: bool = False


@dataclass(frozen=True)
class AgencyFile:
    """One kind of file. `note` says what becomes of it."""

    kind: AgencyKind
    title: str
    title_en: str
    note: str
    columns: tuple[AgencyColumn, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that every file has."""
        return tuple(column.name for column in self.columns if column.is_required)


_COMMUNE = f"{COUNTRY.meshes[0].form} (colonne au format Texte)"
_CATEGORY = "identifiant d'une catégorie, comme cafe_aidants (page Méthode et données)"
_DATE = "2026, 2026-05 ou 2026-05-12"
_ORGANISATION = "nom d'un organisme, jamais d'une personne"


def _place(*examples: tuple[str, str, str]) -> tuple[AgencyColumn, ...]:
    """Columns that say where a service is: its commune, its point, or both."""
    code_insee, lon, lat = zip(*examples, strict=True)
    return (
        AgencyColumn(
            "code_insee", "Commune du lieu. Peut être vide quand le point est donné", _COMMUNE, code_insee, True
        ),
        AgencyColumn(
            "lon",
            "Longitude (WGS 84). Sans point, le lieu est placé dans sa commune, et la carte le dit",
            "degrés décimaux, point ou virgule",
            lon,
        ),
        AgencyColumn("lat", "Latitude (WGS 84)", "degrés décimaux, point ou virgule", lat),
    )


def _provenance(source: str, *dates: str) -> tuple[AgencyColumn, ...]:
    return (
        AgencyColumn("seen_on", "Date à laquelle l'information a été constatée", _DATE, dates, True),
        AgencyColumn("source", "Qui le dit", _ORGANISATION, (source,) * len(dates), True),
    )


SERVICES = AgencyFile(
    AgencyKind.SERVICES,
    "Services connus de l'agence",
    "Services that the agency knows",
    "Un service par ligne. À la construction de la base, il l'emporte sur la même fiche d'une source nationale ; les "
    "deux origines restent affichées.",
    (
        AgencyColumn("id", "Identifiant stable, propre à l'agence", "texte, une seule fois par fichier",
                     ("ARS76-0001", "ARS76-0002"), True),
        AgencyColumn("name", "Nom du lieu ou du service", "texte, jamais le nom d'une personne",
                     ("Café des aidants de Foix", "GEM Le Passage"), True),
        AgencyColumn("category", "Catégorie de service", _CATEGORY,
                     ("cafe_aidants", "groupe_entraide_mutuelle"), True),
        AgencyColumn("family", "Famille, pour vérification", "citizen, institutional ou professional ; vide accepté",
                     ("citizen", "")),
        *_place(("09122", "1,6053", "42,9639"), ("31555", "", "")),
        AgencyColumn("publics", "Publics accueillis : conservé dans le fichier de l'agence, pas encore affiché",
                     "texte libre de 200 caractères au plus", ("aidants", "")),
        AgencyColumn("capacity", "Places ou postes", "nombre, 0 ou plus ; vide quand on ne sait pas", ("12", "")),
        AgencyColumn("weekly_hours", "Heures d'ouverture par semaine", "de 0 à 168 ; vide quand on ne sait pas",
                     ("6", "")),
        *_provenance("ARS Occitanie", "2026-05-12", "2026"),
    ),
)  # fmt: skip

TEAMS = AgencyFile(
    AgencyKind.TEAMS,
    "Équipes citoyennes (MONALISA, Petits Frères des Pauvres…)",
    "Citizen teams (MONALISA, Petits Frères des Pauvres...)",
    "Une équipe par ligne, au lieu où elle se réunit. Ces équipes n'ont pas de liste publique : sans ce fichier, la "
    "famille « citoyen » est incomplète, et l'application le dit.",
    (
        AgencyColumn("id", "Identifiant stable, propre à l'agence", "texte, une seule fois par fichier",
                     ("EQ-001", "EQ-002"), True),
        AgencyColumn("name", "Nom de l'équipe", "texte, jamais le nom d'une personne",
                     ("Équipe citoyenne du Couserans", "Petits Frères des Pauvres de Tarbes"), True),
        AgencyColumn("network", "Réseau ou organisme de rattachement", _ORGANISATION,
                     ("MONALISA", "Petits Frères des Pauvres")),
        *_place(("09261", "", ""), ("65440", "0,0781", "43,2328")),
        AgencyColumn("volunteers", "Nombre de bénévoles actifs, jamais leur liste",
                     "nombre entier, 0 ou plus ; vide quand on ne sait pas", ("8", "")),
        *_provenance("Département de l'Ariège", "2026-03", "2026-03"),
    ),
)  # fmt: skip

TERRITORIES = AgencyFile(
    AgencyKind.TERRITORIES,
    "Territoires de vie-santé ou bassins de l'agence",
    "Health living areas (TVS) or the agency's own areas",
    "Une commune par ligne. Une commune n'appartient qu'à un territoire, une commune absente n'appartient à aucun. Les "
    "estimations d'un territoire sont la somme de celles de ses communes, aux mêmes tirages.",
    (
        AgencyColumn("code", "Code du territoire", "texte, le même pour toutes ses communes", ("TVS-09-01",) * 2, True),
        AgencyColumn("name", "Nom du territoire", "texte, le même pour toutes ses communes", ("Couserans",) * 2, True),
        AgencyColumn("code_insee", "Commune", _COMMUNE, ("09261", "09130"), True),
        *_provenance("ARS Occitanie", "2025", "2025"),
    ),
)  # fmt: skip

CORRECTIONS = AgencyFile(
    AgencyKind.CORRECTIONS,
    "Corrections de terrain",
    "Corrections from the field",
    "Une affirmation par ligne. Elle entre dans l'espace de travail, à côté de la base : une nouvelle construction ne "
    "l'efface pas. Dire le contraire la retire ; rien n'est supprimé.",
    (
        AgencyColumn("code_insee", "Commune", _COMMUNE, ("09122", "31555"), True),
        AgencyColumn("category", "Catégorie de service", _CATEGORY,
                     ("mairie", "cafe_aidants"), True),
        AgencyColumn("service", "Identifiant du service dans la base ; vide : la catégorie entière dans cette commune",
                     "identifiant, ou vide", ("data_france--commune-09122", "")),
        AgencyColumn("statement", "Ce qui est affirmé",
                     "retract (il est listé et n'existe pas), assert (il existe et n'est pas listé) ou count (ces "
                     "services, que leur source compte sans les nommer, sont un autre nombre)",
                     ("retract", "assert"), True),
        AgencyColumn("quantity", "Combien il y en a, pour count seulement", "nombre entier, ou vide", ("", "")),
        AgencyColumn("who", "Qui l'affirme", "fonction ou organisme, jamais le nom d'une personne",
                     ("délégation départementale 09", "plateforme de répit 31"), True),
        AgencyColumn("said_on", "Date du constat ; vide : le jour de l'import", _DATE, ("2026-05-12", "")),
        AgencyColumn("why", "Pourquoi", "texte", ("fermé depuis mars 2026", "ouvert le mardi après-midi"), True),
    ),
)  # fmt: skip

SURVEY = AgencyFile(
    AgencyKind.SURVEY,
    "Extension locale d'une enquête",
    "Local extension of a survey",
    "Un taux par ligne, avec le taux national de la même vague. La base le montre à côté des taux publiés. Il n'y "
    "est mêlé, selon leurs précisions, que si la construction le demande (python -m etl build --with-local-survey).",
    (
        AgencyColumn("definition", "Définition de l'isolement",
                     "five_networks, srcv, mort_sociale_60_plus ou loneliness", ("five_networks",) * 2, True),
        AgencyColumn("factor", "Facteur", "age, activity, income ou density", ("age", "density"), True),
        AgencyColumn("category", "Catégorie du facteur",
                     "celles du modèle : 15-24, 25-39, 40-59, 60-69, 70+ … unemployed, at_home … low, high … rural, "
                     "intermediate, dense", ("70+", "rural"), True),
        AgencyColumn("rate", "Taux mesuré dans la catégorie", "fraction entre 0 et 1 : 0,13 et non 13",
                     ("0,13", "0,15"), True),
        AgencyColumn("national", "Taux national de la même vague", "fraction entre 0 et 1", ("0,12", "0,12"), True),
        AgencyColumn("respondents", "Nombre de répondants de la catégorie", "nombre entier, 30 ou plus",
                     ("412", "630"), True),
        AgencyColumn("wave", "Date de la vague", _DATE, ("2025-07", "2025-07"), True),
        AgencyColumn("mode", "Mode de collecte", "online, telephone ou face-to-face", ("online", "online"), True),
        AgencyColumn("population", "Population enquêtée", "texte", ("15+ en Occitanie", "15+ en Occitanie"), True),
        AgencyColumn("source", "Qui publie", _ORGANISATION, ("Crédoc, extension Occitanie",) * 2, True),
        AgencyColumn("note", "Précision", "texte, ou vide", ("", "")),
    ),
)  # fmt: skip

_DEFINITION = AgencyColumn(
    "definition", "Définition de l'isolement", "five_networks, srcv, mort_sociale_60_plus ou loneliness",
    ("five_networks",) * 2, True,
)  # fmt: skip
_MODE = AgencyColumn("mode", "Mode de collecte", "online, telephone ou face-to-face", ("telephone", "telephone"), True)

SURVEY_TERRITORIES = AgencyFile(
    AgencyKind.SURVEY_TERRITORIES,
    "Enquête de l'agence : taux par territoire",
    "The agency's own survey: rates by territory",
    "Un taux par ligne, mesuré sur les habitants d'un territoire. La base le montre à côté de la part modélisée, avec "
    "l'écart en écarts-types et ce que les deux disent ensemble (Fay et Herriot). La carte reste celle du modèle.",
    (
        _DEFINITION,
        AgencyColumn("level", "Maille du territoire", "commune, epci, tvs, departement ou region",
                     ("departement", "epci"), True),
        AgencyColumn("code", "Code du territoire", "code officiel, ou celui de l'agence pour un tvs",
                     ("09", "200067940"), True),
        AgencyColumn("rate", "Taux mesuré", "fraction entre 0 et 1 : 0,13 et non 13", ("0,13", "0,11"), True),
        AgencyColumn("respondents", "Nombre de répondants du territoire", "nombre entier, 200 ou plus",
                     ("820", "410"), True),
        AgencyColumn("design_effect", "Effet de plan", "nombre, 1 ou plus ; vide : 1,5", ("1,4", "")),
        _MODE,
        AgencyColumn("wave", "Date de la vague", _DATE, ("2026-03", "2026-03"), True),
        AgencyColumn("question", "Question posée, en bref", "texte",
                     ("cinq réseaux, contacts en face à face",) * 2, True),
        AgencyColumn("population", "Population enquêtée", "texte", ("15 ans et plus", "15 ans et plus"), True),
        AgencyColumn("source", "Qui publie", _ORGANISATION, ("ARS Occitanie", "ARS Occitanie"), True),
        AgencyColumn("note", "Précision", "texte, ou vide", ("", "")),
    ),
)  # fmt: skip

SURVEY_ANSWERS = AgencyFile(
    AgencyKind.SURVEY_ANSWERS,
    "Enquête de l'agence : réponses anonymes",
    "The agency's own survey: anonymous answers",
    "Une réponse par ligne, sans rien qui désigne une personne. La base régresse les réponses puis les redresse sur "
    "les habitants de chaque territoire (MRP), à partir de ce que le modèle attend. Un territoire de moins de 200 "
    "réponses n'est pas estimé.",
    (
        _DEFINITION,
        AgencyColumn("isolated", "La personne est isolée selon cette définition", "oui ou non", ("non", "oui"), True),
        AgencyColumn("age_band", "Tranche d'âge", "15-24, 25-39, 40-59, 60-69 ou 70+", ("40-59", "70+"), True),
        AgencyColumn("activity", "Situation", "employed, unemployed, student, retired ou at_home",
                     ("employed", "retired"), True),
        AgencyColumn("living_alone", "Vit seule", "oui ou non", ("non", "oui"), True),
        AgencyColumn("level", "Maille du territoire de résidence", "commune ou epci", ("epci", "epci"), True),
        AgencyColumn("code", "Code du territoire de résidence", "code officiel", ("200067940", "200067940"), True),
        AgencyColumn("weight", "Poids de la réponse", "nombre de plus de 0 ; vide : 1", ("1,2", "0,8")),
        _MODE,
        AgencyColumn("wave", "Date de la vague", _DATE, ("2026-03", "2026-03"), True),
        AgencyColumn("source", "Qui a enquêté", _ORGANISATION, ("ARS Occitanie", "ARS Occitanie"), True),
    ),
)  # fmt: skip

AGENCY_FILES: dict[AgencyKind, AgencyFile] = {
    file.kind: file for file in (SERVICES, TEAMS, TERRITORIES, CORRECTIONS, SURVEY, SURVEY_TERRITORIES, SURVEY_ANSWERS)
}


def template_csv(kind: AgencyKind) -> str:
    """The template of a kind, ready to be saved: UTF-8 with its mark, `;` between columns, example rows to replace."""
    columns = AGENCY_FILES[kind].columns
    return csv_text([[c.name for c in columns], *zip(*(c.examples for c in columns), strict=True)])


def template_xlsx(kind: AgencyKind) -> bytes:
    """The template as a workbook whose columns are text, so that codes keep their leading zero; the same bytes always.

    Its second sheet says what each column means.
    """
    file, out = AGENCY_FILES[kind], io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}) as book:
        book.set_properties({"title": file.title, "created": datetime(2026, 1, 1)})
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        sheet, help_ = book.add_worksheet("donnees"), book.add_worksheet("mode d'emploi")
        sheet.set_column(0, len(file.columns) - 1, 24, text)
        sheet.freeze_panes(1, 0)
        for position, column in enumerate(file.columns):
            sheet.write_string(0, position, column.name, bold)
            for row, example in enumerate(column.examples, start=1):
                sheet.write_string(row, position, example, text)
        for row, cells in enumerate([("Colonne", "Obligatoire", "Sens", "Valeurs admises"), *_explained(file)]):
            for position, cell in enumerate(cells):
                help_.write_string(row, position, cell, None if row else bold)
        help_.write_string(len(file.columns) + 2, 0, file.note)
        help_.set_column(0, 1, 14)
        help_.set_column(2, 3, 70)
    return out.getvalue()


def _explained(file: AgencyFile) -> list[tuple[str, str, str, str]]:
    return [(c.name, "oui" if c.is_required else "non", c.meaning, c.allowed) for c in file.columns]
