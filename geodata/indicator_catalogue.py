"""Every indicator, declared once. A new one is an entry here and its reading in `etl.indicators.readings`.

The order counts: of a side of life, the first indicator that is known of a territory and has a direction speaks
(`geodata.risk`, `geodata.cumulation`).
"""

from dataclasses import dataclass

from geodata.indicator import Direction, Indicator, Side, Way
from geodata.minutes import SHARE_MINUTES
from geodata.service import Family

HIGHER, LOWER, SHOWN = Direction.HIGHER, Direction.LOWER, Direction.SHOWN


def _count(id_: str, title: str, title_en: str, definition: str, definition_en: str, unit: str = "person") -> Indicator:
    return Indicator(
        id_, title, title_en, definition, definition_en, title, "", unit, None, SHOWN, Way.COUNT, least=0
    )  # fmt: skip


def _share(
    id_: str,
    side: Side,
    direction: Direction,
    title: str,
    title_en: str,
    numerator: str,
    denominator: str,
    definition_en: str,
    note: str = "",
) -> Indicator:
    """`note` adds to the French definition, which is the numerator over the denominator."""
    definition = f"{numerator} / {denominator}." + f" {note}" * bool(note)
    return Indicator(
        id_, title, title_en, definition, definition_en, numerator, denominator, "share", side, direction, Way.SHARE
    )  # fmt: skip


def _mean(
    id_: str,
    side: Side,
    direction: Direction,
    title: str,
    title_en: str,
    definition: str,
    definition_en: str,
    unit: str,
    people: str = "habitants",
) -> Indicator:
    return Indicator(
        id_, title, title_en, f"{definition} Au-dessus : moyenne pondérée par les {people}.",
        f"{definition_en} Above: a mean weighted by its own population.", title, people, unit, side, direction,
        Way.MEAN,
    )  # fmt: skip


def _published(
    id_: str,
    side: Side,
    direction: Direction,
    title: str,
    title_en: str,
    definition: str,
    definition_en: str,
    unit: str,
) -> Indicator:
    return Indicator(
        id_, title, title_en, f"{definition} Publié à chaque niveau, jamais recalculé.",
        f"{definition_en} Published at each level, never worked out.", title, "", unit, side, direction, Way.PUBLISHED,
    )  # fmt: skip


@dataclass(frozen=True)
class Illness:
    """A long illness of the health insurance's mapping: the name of its group there, and its two shares."""

    id: str
    group: str
    treated: Indicator
    standardised: Indicator


def _illness(id_: str, group: str, title: str, title_en: str) -> Illness:
    return Illness(
        id_,
        group,
        _share(
            f"illness_{id_}", Side.ILLNESS, HIGHER, title, title_en, f"{title}, tous âges", "habitants",
            f"{title_en}, all ages / residents (Cnam).", f"Cnam, cartographie des pathologies, « {group} ».",
        ),
        _mean(
            f"illness_{id_}_standardised", Side.ILLNESS, SHOWN, f"{title}, à âges égaux", f"{title_en}, at equal ages",
            f"Cnam, « {group} » : la même part aux âges de la France entière (standardisation directe) ; un âge de "
            "moins de onze patients, secret, compte pour aucun.",
            "The same share at the ages of the whole country (direct standardisation); an age of fewer than eleven "
            "patients, secret, counts as none.", "share",
        ),
    )  # fmt: skip


ILLNESSES = (
    _illness("cardioneurovascular", "Maladies cardioneurovasculaires", "Personnes soignées pour une maladie du cœur, "
             "des vaisseaux ou un AVC", "People treated for heart, vessel disease or stroke"),
    _illness("diabetes", "Diabète", "Personnes soignées pour un diabète", "People treated for diabetes"),
    _illness("cancer", "Cancers", "Personnes soignées pour un cancer", "People treated for cancer"),
    _illness("psychiatric", "Maladies psychiatriques", "Personnes soignées pour une maladie psychiatrique",
             "People treated for a psychiatric illness"),
    _illness("respiratory", "Maladies respiratoires chroniques (hors mucoviscidose)",
             "Personnes soignées pour une maladie respiratoire chronique", "People treated for chronic lung disease"),
    _illness("neurological", "Maladies neurologiques", "Personnes soignées pour une maladie neurologique",
             "People treated for a neurological illness"),
    _illness("liver", "Maladies du foie ou du pancréas (hors mucoviscidose)",
             "Personnes soignées pour une maladie du foie ou du pancréas", "People treated for liver disease"),
    _illness("other_long", "Affections de longue durée (dont 31 et 32) pour d’autres causes",
             "Personnes en affection de longue durée pour une autre cause",
             "People with another long illness (ALD)"),
)  # fmt: skip
"""Illnesses read, the most telling of a territory first. A person may have several: shares are never added."""

POPULATION = _count(
    "population", "Population municipale", "Municipal population", "Habitants au recensement, géographie actuelle.",
    "Residents at the census, present geography.",
)  # fmt: skip
POPULATION_65_PLUS = _count(
    "population_65_plus", "Habitants de 65 ans et plus", "Residents aged 65 and over", "Habitants de 65 ans et plus.",
    "Residents aged 65 and over.",
)  # fmt: skip

COUNTS = (
    POPULATION,
    _count("population_0_19", "Habitants de moins de 20 ans", "Residents under 20", "Habitants de 0 à 19 ans.",
           "Residents aged 0 to 19."),
    _count("population_20_64", "Habitants de 20 à 64 ans", "Residents aged 20 to 64", "Habitants de 20 à 64 ans.",
           "Residents aged 20 to 64."),
    POPULATION_65_PLUS,
    _count("households", "Résidences principales", "Main residences",
           "Logements occupés à titre principal (un par ménage).", "Dwellings lived in as a main residence.",
           "household"),
)  # fmt: skip


def _alone(
    band: str, words: str, words_en: str, side: Side = Side.LIVING_ALONE, direction: Direction = SHOWN
) -> Indicator:
    return _share(
        f"living_alone_share_{band}", side, direction, f"Part des {words} vivant seuls",
        f"Share of residents {words_en} living alone", f"Habitants de {words} seuls dans leur logement",
        f"habitants de {words}", f"Residents {words_en} alone in their dwelling / residents {words_en}.",
    )  # fmt: skip


AGES = (
    _share("share_75_plus", Side.AGE, HIGHER, "Part des 75 ans et plus", "Share aged 75 and over",
           "Habitants de 75 ans et plus", "habitants", "Residents aged 75 and over / residents."),
    _share("share_65_plus", Side.AGE, HIGHER, "Part des 65 ans et plus", "Share aged 65 and over",
           "Habitants de 65 ans et plus", "habitants", "Residents aged 65 and over / residents."),
    _share("share_80_plus", Side.AGE, SHOWN, "Part des 80 ans et plus", "Share aged 80 and over",
           "Habitants de 80 ans et plus", "habitants", "Residents aged 80 and over / residents."),
    _share("share_under_20", Side.AGE, SHOWN, "Part des moins de 20 ans", "Share aged under 20",
           "Habitants de moins de 20 ans", "habitants", "Residents aged under 20 / residents."),
    _share("share_women_75_plus", Side.GENDER, HIGHER, "Part des femmes de 75 ans et plus",
           "Share of women aged 75 and over", "Femmes de 75 ans et plus", "habitants",
           "Women aged 75 and over / residents."),
)  # fmt: skip

HOUSEHOLDS = (
    _share("living_alone_share", Side.LIVING_ALONE, HIGHER, "Part des 15 ans et plus vivant seuls",
           "Share of residents aged 15 and over living alone", "Habitants de 15 ans et plus seuls dans leur logement",
           "habitants de 15 ans et plus", "Residents aged 15 and over alone in their dwelling / residents aged 15 and "
           "over.", "Là où aucun recensement ne le dit : modélisé d’après les logements et les âges, calé sur le "
           "chiffre publié du département."),
    _share("one_person_household_share", Side.LIVING_ALONE, HIGHER, "Part des ménages d’une personne",
           "Share of one-person households", "Ménages d’une personne", "ménages", "One-person households / households.",
           "Là où aucun recensement ne le dit : modélisé d’après les logements et les âges, calé sur le département."),
    _alone("80_plus", "80 ans et plus", "aged 80 and over"),
    _alone("55_79", "55 à 79 ans", "aged 55 to 79"),
    _alone("65_79", "65 à 79 ans", "aged 65 to 79"),
    _alone("55_64", "55 à 64 ans", "aged 55 to 64"),
    _alone("40_54", "40 à 54 ans", "aged 40 to 54"),
    _alone("25_39", "25 à 39 ans", "aged 25 to 39"),
    _alone("20_24", "20 à 24 ans", "aged 20 to 24"),
    _alone("15_19", "15 à 19 ans", "aged 15 to 19"),
    _share("single_parent_share", Side.LIVING_ALONE, SHOWN, "Part des familles monoparentales parmi les ménages",
           "Single-parent families among households", "Ménages dont la famille est monoparentale", "ménages",
           "Households made of a single-parent family / households."),
    _share("single_parent_family_share", Side.LIVING_ALONE, SHOWN,
           "Part des familles monoparentales parmi les familles", "Single-parent families among families",
           "Familles monoparentales", "familles", "Single-parent families / families."),
    Indicator("persons_per_household", "Habitants par résidence principale", "Residents for each main residence",
              "Habitants / résidences principales : y sont comptés ceux qui vivent en collectivité.",
              "Residents / main residences: those who live in institutions are counted.", "Habitants",
              "résidences principales", "person_per_household", Side.LIVING_ALONE, SHOWN, Way.SHARE),
)  # fmt: skip

DENSITY = Indicator(
    "density", "Densité de population", "Population density",
    "Habitants par km², sur la surface du contour : ce n’est pas la grille de densité de l’Insee.",
    "Residents per km2 of the outline: not Insee’s density grid.", "Habitants", "surface en km²", "person_per_km2",
    Side.PLACE, SHOWN, Way.SHARE, least=0,
)  # fmt: skip

DWELLINGS = (
    _share("second_home_share", Side.PLACE, SHOWN, "Part des résidences secondaires", "Share of second homes",
           "Résidences secondaires et logements occasionnels", "logements",
           "Second homes and occasional dwellings / dwellings."),
    _share("vacant_dwelling_share", Side.PLACE, SHOWN, "Part des logements vacants", "Share of vacant dwellings",
           "Logements vacants", "logements", "Vacant dwellings / dwellings."),
    _share("flat_share", Side.PLACE, SHOWN, "Part des appartements", "Share of flats", "Appartements",
           "logements", "Flats / dwellings."),
    DENSITY,
)  # fmt: skip


def _far(range_: str, minutes: int, words: str, words_en: str, direction: Direction = SHOWN) -> Indicator:
    return _share(
        f"far_from_{range_}_services_share", Side.PLACE, direction, f"Part d’habitants loin des équipements {words}",
        f"Share of residents far from {words_en} services",
        f"Habitants à plus de {minutes} minutes en voiture des équipements {words}", "habitants",
        f"Residents more than {minutes} minutes by car from {words_en} services / residents.",
    )  # fmt: skip


def _apl(id_: str, words: str, words_en: str, unit: str, direction: Direction = SHOWN) -> Indicator:
    return _mean(
        f"apl_{id_}", Side.PLACE, direction, f"Accessibilité potentielle localisée aux {words}",
        f"Potential access to {words_en}", f"Drees, APL aux {words}.", f"Drees, APL: {words_en}.", unit,
    )  # fmt: skip


_CONSULTATIONS = "consultations a year per standardised inhabitant"
_FULL_TIME = "full-time equivalents per 100,000 standardised inhabitants"

DISTANCE = (
    _far("local", 7, "de proximité", "local", HIGHER),
    _mean("urgent_care_minutes", Side.PLACE, HIGHER, "Minutes jusqu’aux urgences ou au SMUR",
          "Minutes to emergency care", "Drees, diagnostic d’accès aux soins urgents.",
          "Drees, access to urgent care.", "minute"),
    _apl("general_practitioners", "médecins généralistes", "general practitioners", _CONSULTATIONS, LOWER),
    _far("intermediate", 15, "intermédiaires", "intermediate"),
    _far("higher", 30, "supérieurs", "higher"),
    _mean("urgent_care_or_doctor_minutes", Side.PLACE, SHOWN,
          "Minutes jusqu’aux urgences, au SMUR ou à un médecin correspondant",
          "Minutes to emergency care or an emergency doctor", "Drees, diagnostic d’accès aux soins urgents.",
          "Drees, access to urgent care.", "minute"),
    _mean("urgent_care_distance_km", Side.PLACE, SHOWN, "Kilomètres à vol d’oiseau jusqu’aux urgences",
          "Crow-fly kilometres to emergency care", "Distance au service d’urgences le plus proche, à vol d’oiseau.",
          "Crow-fly distance to the nearest emergency department.", "kilometre"),
    _apl("general_practitioners_under_65", "médecins généralistes de 65 ans et moins",
         "general practitioners of 65 and under", _CONSULTATIONS),
    _apl("nurses", "infirmiers", "nurses", _FULL_TIME),
    _apl("physiotherapists", "masseurs-kinésithérapeutes", "physiotherapists", _FULL_TIME),
    _apl("midwives", "sages-femmes", "midwives", _FULL_TIME),
    _apl("dentists", "chirurgiens-dentistes", "dentists", _FULL_TIME),
    _share("household_without_car_share", Side.PLACE, SHOWN, "Part des ménages sans voiture",
           "Share of households without a car", "Ménages sans voiture", "ménages",
           "Households without a car / households."),
    Indicator("associations_per_1000", "Associations pour 1 000 habitants", "Associations for 1,000 residents",
              "Associations inscrites au répertoire national, dormantes comprises / habitants.",
              "Associations of the national register, dormant ones included / residents.", "Associations", "habitants",
              "association_per_1000", Side.PLACE, SHOWN, Way.SHARE, scale=1000.0),
)  # fmt: skip

DISABILITY = (
    _share("disability_allowance_share", Side.DISABILITY, HIGHER, "Allocataires de l’AAH parmi les 20 à 64 ans",
           "Disability allowance recipients among residents aged 20-64",
           "Allocataires de l’allocation aux adultes handicapés", "habitants de 20 à 64 ans",
           "Recipients of the disability allowance (AAH) on 31 December / residents aged 20 to 64."),
    _share("disability_compensation_share", Side.DISABILITY, SHOWN, "Bénéficiaires de la PCH parmi les habitants",
           "Disability compensation recipients among residents", "Bénéficiaires de la PCH en décembre", "habitants",
           "Recipients of the disability compensation (PCH) in December / residents."),
    _share("home_help_allowance_share", Side.DISABILITY, SHOWN, "Bénéficiaires de l’APA à domicile parmi les 75 ans et "
           "plus", "Home-help allowance recipients among residents aged 75 and over",
           "Bénéficiaires de l’APA à domicile en décembre", "habitants de 75 ans et plus",
           "Recipients of the home-help allowance (APA) at home in December / residents aged 75 and over.",
           "L’APA est ouverte à 60 ans : une part des bénéficiaires a moins de 75 ans."),
    _share("caf_disability_share", Side.DISABILITY, SHOWN, "Allocataires de l’AAH parmi les allocataires des Caf",
           "Disability allowance recipients among family-benefit recipients", "Allocataires de l’AAH",
           "allocataires des Caf", "Recipients of the disability allowance / recipients of family benefits (Caf)."),
)  # fmt: skip


def _poverty(id_: str, words: str, words_en: str, among: str) -> Indicator:
    return _share(
        f"poverty_rate_{id_}", Side.INCOME, SHOWN, f"Taux de pauvreté {words}", f"Poverty rate, {words_en}",
        f"Personnes {among} sous 60\u202f% du niveau de vie médian", f"personnes {among}",
        f"People under 60% of the median standard of living, {words_en}.",
        "Pondéré par les personnes des ménages fiscaux ; inconnu où le taux n’est qu’un maximum.",
    )  # fmt: skip


INCOME = (
    _share("poverty_rate", Side.INCOME, HIGHER, "Taux de pauvreté au seuil de 60\u202f%", "Poverty rate, 60% threshold",
           "Personnes des ménages fiscaux sous 60\u202f% du niveau de vie médian", "personnes des ménages fiscaux",
           "People of tax households under 60% of the median standard of living / people of tax households.",
           "Inconnu où le taux n’est qu’un maximum."),
    _published("median_income", Side.INCOME, LOWER, "Niveau de vie médian", "Median standard of living",
               "Insee-DGFiP, Filosofi : euros par an et par unité de consommation.",
               "Insee, Filosofi: euros a year and consumption unit.", "euro"),
    _mean("deprivation_index", Side.INCOME, HIGHER, "Indice de défavorisation (F-EDI)",
          "Deprivation index (F-EDI)", "Santé publique France, F-EDI.", "Santé publique France, F-EDI.", "index"),
    _published("first_decile_income", Side.INCOME, SHOWN, "Premier décile de niveau de vie",
               "First decile of the standard of living", "Insee-DGFiP, Filosofi.", "Insee, Filosofi.", "euro"),
    _published("ninth_decile_income", Side.INCOME, SHOWN, "Neuvième décile de niveau de vie",
               "Ninth decile of the standard of living", "Insee-DGFiP, Filosofi.", "Insee, Filosofi.", "euro"),
    _poverty("reference_75_plus", "des ménages dont le référent a 75 ans et plus",
             "households whose reference person is 75 or over", "d’un ménage dont le référent a 75 ans et plus"),
    _poverty("tenants", "des locataires", "tenants", "d’un ménage locataire"),
    _share("taxed_household_share", Side.INCOME, SHOWN, "Part des ménages fiscaux imposés",
           "Share of taxed households", "Ménages fiscaux imposés", "ménages fiscaux",
           "Taxed tax households / tax households."),
    _share("minimum_income_share", Side.INCOME, SHOWN, "Allocataires d’un minimum social parmi les habitants",
           "Minimum-income recipients among residents", "Allocataires d’un minimum social au 31 décembre",
           "habitants", "Recipients of a minimum income on 31 December / residents."),
    _share("income_support_share", Side.INCOME, SHOWN, "Allocataires du RSA parmi les 20 à 64 ans",
           "Income-support recipients among residents aged 20-64", "Allocataires du RSA au 31 décembre",
           "habitants de 20 à 64 ans", "Recipients of income support (RSA) on 31 December / residents aged 20 to 64."),
    _share("old_age_minimum_share", Side.INCOME, SHOWN, "Allocataires du minimum vieillesse parmi les 65 ans et plus",
           "Old-age minimum recipients among residents aged 65 and over",
           "Allocataires du minimum vieillesse au 31 décembre", "habitants de 65 ans et plus",
           "Recipients of the old-age minimum on 31 December / residents aged 65 and over."),
    _share("caf_income_support_share", Side.INCOME, SHOWN, "Allocataires du RSA parmi les allocataires des Caf",
           "Income-support recipients among family-benefit recipients", "Allocataires du RSA socle",
           "allocataires des Caf", "Recipients of income support / recipients of family benefits (Caf)."),
    _share("caf_alone_share", Side.LIVING_ALONE, SHOWN, "Isolés sans enfant parmi les allocataires des Caf",
           "Recipients alone without children among family-benefit recipients", "Allocataires isolés sans enfant",
           "allocataires des Caf", "Recipients alone without children / recipients of family benefits (Caf)."),
    _share("caf_single_parent_share", Side.LIVING_ALONE, SHOWN,
           "Familles monoparentales parmi les allocataires des Caf",
           "Single parents among family-benefit recipients", "Allocataires monoparentaux", "allocataires des Caf",
           "Single-parent recipients / recipients of family benefits (Caf)."),
    _share("caf_covered_share", Side.INCOME, SHOWN, "Part des habitants couverts par une prestation des Caf",
           "Share of residents covered by a family benefit", "Personnes couvertes par une prestation des Caf",
           "habitants", "People covered by a family benefit (Caf) / residents."),
)  # fmt: skip


def _unemployment(id_: str, words: str, words_en: str, direction: Direction = SHOWN) -> Indicator:
    return _share(
        f"unemployment_rate{id_}", Side.ACTIVITY, direction, f"Taux de chômage annuel moyen{words}",
        f"Unemployment rate{words_en}, annual mean", f"Chômeurs{words}", f"actifs{words}",
        f"Unemployed / labour force{words_en} (Insee, localised rates).",
        "Au-dessus du département : pondéré par les habitants de 15 à 64 ans.",
    )  # fmt: skip


ACTIVITY = (
    _share("unemployed_share_of_active", Side.ACTIVITY, HIGHER, "Part des chômeurs parmi les actifs",
           "Unemployed among the active", "Chômeurs au sens du recensement", "actifs de 15 à 64 ans",
           "Unemployed as the census counts them / active residents aged 15 to 64."),
    _unemployment("", "", "", HIGHER),
    _unemployment("_15_24", " des 15 à 24 ans", " aged 15-24"),
    _unemployment("_25_49", " des 25 à 49 ans", " aged 25-49"),
    _unemployment("_50_plus", " des 50 ans ou plus", " aged 50 and over"),
    _share("employment_rate_15_64", Side.ACTIVITY, SHOWN, "Taux d’emploi des 15 à 64 ans", "Employment rate aged 15-64",
           "Actifs occupés de 15 à 64 ans", "habitants de 15 à 64 ans",
           "Employed residents aged 15 to 64 / residents aged 15 to 64."),
    _share("retired_share_15_plus", Side.ACTIVITY, SHOWN, "Part des retraités dans la population de 15 ans ou plus",
           "Share of retired persons in the population aged 15 and over", "Retraités", "habitants de 15 ans ou plus",
           "Retired residents / residents aged 15 and over."),
    _share("worker_share", Side.ACTIVITY, SHOWN, "Part des ouvriers dans la population de 15 ans ou plus",
           "Share of manual workers in the population aged 15 and over", "Ouvriers, en emploi ou au chômage",
           "habitants de 15 ans ou plus", "Manual workers, employed or not / residents aged 15 and over."),
)  # fmt: skip

DIGITAL = (
    _mean("digital_fragility", Side.DIGITAL, HIGHER, "Indice de fragilité numérique", "Digital fragility index",
          "Indice de fragilité numérique (Mednum) ; 100 : moyenne.", "Digital fragility index (Mednum); 100: mean.",
          "index"),
    _mean("digital_fragility_access", Side.DIGITAL, SHOWN, "Fragilité numérique : accès",
          "Digital fragility: access", "Indice de fragilité numérique, accès.", "Digital fragility index, access.",
          "index"),
    _mean("digital_fragility_skills", Side.DIGITAL, SHOWN, "Fragilité numérique : compétences",
          "Digital fragility: skills", "Indice de fragilité numérique, compétences.",
          "Digital fragility index, skills.", "index"),
    _mean("mobile_4g_share", Side.DIGITAL, SHOWN, "Couverture 4G par le meilleur opérateur",
          "4G coverage by the best operator", "Arcep, part couverte par le meilleur opérateur.",
          "Arcep, share covered by the best operator.", "share"),
)  # fmt: skip

STANDARDISED_MORTALITY = _mean(
    "standardised_mortality_rate", Side.MORTALITY, HIGHER, "Taux de mortalité standardisé, toutes causes, deux sexes",
    "Standardised mortality rate, all causes, both sexes",
    "Inserm-CépiDc, décès pour 100 000 habitants à structure d’âge constante.",
    "Inserm-CépiDc, deaths for 100,000 residents at a constant age structure.", "deaths per 100,000 inhabitants",
)  # fmt: skip

DEATHS = (
    STANDARDISED_MORTALITY,
    _mean("crude_mortality_rate", Side.MORTALITY, SHOWN, "Taux de mortalité annuel moyen",
          "Mean annual crude death rate", "Insee, décès pour 1 000 habitants, moyenne annuelle.",
          "Insee, deaths for 1,000 residents, mean of a year.", "deaths per 1,000 inhabitants"),
)  # fmt: skip

CATALOGUE: tuple[Indicator, ...] = (
    *COUNTS,
    *AGES,
    *HOUSEHOLDS,
    *DWELLINGS,
    *DISTANCE,
    *(illness.treated for illness in ILLNESSES),
    *(illness.standardised for illness in ILLNESSES),
    *DISABILITY,
    *INCOME,
    *ACTIVITY,
    *DIGITAL,
    *DEATHS,
)
"""Every indicator, in the order in which it is shown."""

BY_ID = {indicator.id: indicator for indicator in CATALOGUE}


_FAMILIES = {
    Family.CITIZEN: ("citoyens et bénévoles", "citizens and volunteers"),
    Family.INSTITUTIONAL: ("institutions publiques", "public institutions"),
    Family.PROFESSIONAL: ("soin et accompagnement", "care and support"),
}

REACHED = {
    (family, minutes): _share(
        f"reach_{family}_{minutes}", Side.PLACE, SHOWN,
        f"Part des habitants à {minutes} minutes au plus d’un service connu : {words}",
        f"Share of residents within {minutes} minutes of a known service: {words_en}",
        f"Habitants à {minutes} minutes au plus, chacun depuis son carreau où il y en a", "habitants",
        f"Residents within {minutes} minutes of a service that the lists name, each from the square where they live / "
        "residents. A service in no list may exist: the share is a least.",
        "Un service absent des listes peut exister : la part est un minimum.",
    )
    for family, (words, words_en) in _FAMILIES.items()
    for minutes in SHARE_MINUTES
}  # fmt: skip
"""Of each family and number of minutes; told where no estimate says what an answer would answer."""
