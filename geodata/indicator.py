"""Observed and derived indicators: what each one measures, on whom, since when, and who says so."""

from dataclasses import dataclass

from geodata.estimate import Kind


@dataclass(frozen=True)
class Indicator:
    """One indicator. `unit` is share, person, household, person_per_km2 ...; shares are fractions."""

    id: str
    title: str
    title_en: str
    definition: str
    unit: str
    kind: Kind
    vintage: str
    source: str


_CENSUS = {"vintage": "2021", "source": "iris_2021"}

POPULATION = Indicator(
    "population", "Population municipale", "Municipal population", "Habitants au recensement, géographie actuelle.",
    "person", Kind.OBSERVED, **_CENSUS,
)  # fmt: skip
POPULATION_0_19 = Indicator(
    "population_0_19", "Habitants de moins de 20 ans", "Residents under 20", "Habitants de 0 à 19 ans.",
    "person", Kind.OBSERVED, **_CENSUS,
)  # fmt: skip
POPULATION_20_64 = Indicator(
    "population_20_64", "Habitants de 20 à 64 ans", "Residents aged 20 to 64", "Habitants de 20 à 64 ans.",
    "person", Kind.OBSERVED, **_CENSUS,
)  # fmt: skip
POPULATION_65_PLUS = Indicator(
    "population_65_plus", "Habitants de 65 ans et plus", "Residents aged 65 and over", "Habitants de 65 ans et plus.",
    "person", Kind.OBSERVED, **_CENSUS,
)  # fmt: skip
HOUSEHOLDS = Indicator(
    "households", "Résidences principales", "Main residences", "Logements occupés à titre principal (un par ménage).",
    "household", Kind.OBSERVED, **_CENSUS,
)  # fmt: skip
SHARE_65_PLUS = Indicator(
    "share_65_plus", "Part des 65 ans et plus", "Share aged 65 and over", "Habitants de 65 ans et plus / habitants.",
    "share", Kind.DERIVED, **_CENSUS,
)  # fmt: skip
_ESTIMATES = {"kind": Kind.DERIVED, "vintage": "1 January 2022", "source": "reference"}
SHARE_75_PLUS = Indicator(
    "share_75_plus", "Part des 75 ans et plus", "Share aged 75 and over",
    "Insee, estimations de population ; habitants de 75 ans et plus / habitants.", "share", **_ESTIMATES,
)  # fmt: skip
SHARE_WOMEN_75_PLUS = Indicator(
    "share_women_75_plus", "Part des femmes de 75 ans et plus", "Share of women aged 75 and over",
    "Insee, estimations de population ; femmes de 75 ans et plus / habitants.", "share", **_ESTIMATES,
)  # fmt: skip
LIVING_ALONE_SHARE = Indicator(
    "living_alone_share", "Part des 15 ans et plus vivant seuls", "Share of residents aged 15 and over living alone",
    "Insee, recensement : parts par âge, pondérées par les habitants de chaque âge ; France métropolitaine.",
    "share", Kind.DERIVED, "2022", "reference",
)  # fmt: skip
DENSITY = Indicator(
    "density", "Densité de population", "Population density",
    "Habitants par km², sur la surface du contour : ce n'est pas la grille de densité de l'Insee.",
    "person_per_km2", Kind.DERIVED, "2021", "iris_2021",
)  # fmt: skip

STANDARDISED_MORTALITY = Indicator(
    "standardised_mortality_rate", "Taux de mortalité standardisé, toutes causes, deux sexes",
    "Standardised mortality rate, all causes, both sexes",
    "Inserm-CépiDc, décès pour 100 000 habitants à structure d'âge constante ; au-dessus du département, moyenne des "
    "départements pondérée par les habitants.",
    "deaths per 100,000 inhabitants", Kind.DERIVED, "", "mortality",
)  # fmt: skip


@dataclass(frozen=True)
class Illness:
    """A long illness of the health insurance's mapping: the name of its group there, and its two shares."""

    id: str
    group: str
    treated: Indicator
    standardised: Indicator


def _illness(id_: str, group: str, title: str, title_en: str) -> Illness:
    definition = f"Cnam, cartographie des pathologies, « {group} » : personnes prises en charge / habitants, tous âges."
    standardised = (
        f"Cnam, « {group} » : la même part aux âges de la France entière (standardisation directe) ; un âge de moins "
        "de onze patients, secret, compte pour aucun."
    )
    return Illness(
        id_,
        group,
        Indicator(f"illness_{id_}", title, title_en, definition, "share", Kind.OBSERVED, "", "cnam"),
        Indicator(
            f"illness_{id_}_standardised", f"{title}, à âges égaux", f"{title_en}, at equal ages",
            standardised, "share", Kind.DERIVED, "", "cnam",
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
    _illness("other_long", "Affections de longue durée (dont 31 et 32) pour d'autres causes",
             "Personnes en affection de longue durée pour une autre cause",
             "People with another long illness (ALD)"),
)  # fmt: skip
"""Illnesses read, the most telling of a territory first. A person may have several: shares are never added."""

CENSUS_COUNTS = {
    "pop": POPULATION,
    "pop_0_19": POPULATION_0_19,
    "pop_20_64": POPULATION_20_64,
    "pop_65p": POPULATION_65_PLUS,
    "res_principales": HOUSEHOLDS,
}
"""Census columns and the indicator each one is."""

RURAL_BELOW, DENSE_FROM = 300, 1500
"""Density classes, residents per km2: the cut-offs of Eurostat's degree of urbanisation, applied here to whole
communes for want of the 1 km grid."""
