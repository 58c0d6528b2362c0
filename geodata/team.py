"""How many people one team accompanies, by kind of team: published figures, with what was derived from them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TeamKind:
    """A kind of team: `people` accompanied by one at a time, from `low` to `high`, and where that comes from."""

    id: str
    title: str
    title_en: str
    people: int
    low: int
    high: int
    source: str
    source_en: str
    address: str


KINDS = (
    TeamKind(
        "citizen",
        "Équipe citoyenne de bénévoles (une dizaine)",
        "Citizen team of some ten volunteers",
        people=16,
        low=10,
        high=25,
        source=(
            "calculé : 10 bénévoles par équipe (MONALISA : 250 équipes, 2 500 personnes, ville de Mérignac) et "
            "1,6 personne par bénévole (Petits Frères des Pauvres 2023 : 22 000 personnes, 14 000 bénévoles)"
        ),
        source_en=(
            "derived: 10 volunteers a team (MONALISA: 250 teams, 2,500 people, city of Mérignac) and 1.6 people a "
            "volunteer (Petits Frères des Pauvres 2023: 22,000 people, 14,000 volunteers)"
        ),
        address="petitsfreresdespauvres.fr/sinformer/actualites/2023-limpact-de-notre-action-en-12-chiffres",
    ),
    TeamKind(
        "association",
        "Implantation d’une association nationale (une quarantaine de bénévoles)",
        "Local branch of a national association, some forty volunteers",
        people=70,
        low=40,
        high=75,
        source=(
            "calculé : 22 000 personnes accompagnées en 2023 pour plus de 300 lieux d’action (Petits Frères des "
            "Pauvres ; le nombre de lieux vient d’une page de 2022)"
        ),
        source_en=(
            "derived: 22,000 people accompanied in 2023 and more than 300 places of action (Petits Frères des "
            "Pauvres; the number of places is from a page of 2022)"
        ),
        address="petitsfreresdespauvres.fr/sinformer/actualites/2023-limpact-de-notre-action-en-12-chiffres",
    ),
    TeamKind(
        "service",
        "Service d’accompagnement avec des professionnels",
        "Accompanying service with professionals",
        people=45,
        low=39,
        high=48,
        source="un seul rapport : 39 à 48 personnes suivies toute l’année (AHS-FC, SAMS Vivre en ville, 2019 et 2020)",
        source_en="one report: 39 to 48 people followed all year (AHS-FC, SAMS Vivre en ville, 2019 and 2020)",
        address="www.ahs-fc.fr/rapports/2021/sams-vivre-en-ville",
    ),
)
"""None is a norm: a planner who knows the teams gives the figure."""

DEFAULT_KIND = KINDS[0]


def kind_of(identifier: str) -> TeamKind | None:
    """The kind of this identifier; None when it is not listed (a figure of the planner's)."""
    return next((kind for kind in KINDS if kind.id == identifier), None)
