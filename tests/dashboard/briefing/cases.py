"""The examples kept with the code, one a case; `python -m tests.dashboard.briefing.cases --db FILE.gpkg` writes them.

Real territories from a build on the base sources, and two invented ones: every list full, and every name long.
"""

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

from dashboard.briefing import content
from dashboard.briefing.brief import brief
from dashboard.briefing.content import Briefing, FamilyLine, Gap, Observed, Option, SourceLine
from dashboard.briefing.issuer import Issuer
from dashboard.briefing.record import to_json
from dashboard.state import Choice
from geodata.estimate import Kind, Verdict
from geodata.pathway import Concerned, Function, Pathway
from geodata.profile import Contribution
from geodata.request import Public
from geodata.response import (
    CategoryLink,
    Counted,
    FamilyResponse,
    FunctionResponse,
    Link,
    PathwayResponse,
    Quadrant,
    Response,
    Responses,
)
from geodata.service import Family
from geodata.steps import steps
from geodata.store import Store, open_store
from geodata.territory import FRANCE, Level
from geodata.workspace import Remark
from tests.dashboard import synthetic

FOLDER = Path(content.__file__).parent / "examples"
DAY = "2026-11-25"
ADDRESS = "https://reliance.example"
ISSUER = Issuer("Agence de démonstration", ("Prénom Nom, chargé de mission", "05 00 00 00 00", "contact@example.org"))

REAL = {
    "above": (Level.DEPARTEMENT, "09", Choice()),
    "likely_above": (Level.EPCI, "200034023", Choice()),
    "undecided": (Level.COMMUNE, "31555", Choice()),
    "below": (Level.EPCI, "200034023", Choice(threshold=0.18)),
    "not_published": (Level.DEPARTEMENT, "976", Choice()),
    "overseas": (Level.EPCI, "249740119", Choice()),
    "island": (Level.COMMUNE, "29083", Choice()),
    "tiny_commune": (Level.COMMUNE, "01023", Choice()),
    "region": (Level.REGION, "53", Choice()),
    "no_service_data": (Level.DEPARTEMENT, "2A", Choice()),
    "country": (Level.FRANCE, FRANCE, Choice()),
    "district": (Level.COMMUNE, "75101", Choice()),
}
"""Level, code and question of each."""


CONCERNED = {
    Pathway.OLDER_PEOPLE: Concerned(
        3_210, 0.124, "habitants de 75 ans et plus", "Share aged 75 and over", "derived", "2021", "Recensement inventé"
    ),
    Pathway.CANCER: Concerned(
        1_480, 0.051, "personnes soignées pour un cancer", "People treated for cancer", "observed", "2023", "Inventée"
    ),
}
"""Whom pathways are for in the invented cases."""


def real(store: Store) -> dict[str, Briefing]:
    """Cases that the country itself gives."""
    return {name: _brief(store, level, code, choice) for name, (level, code, choice) in REAL.items()}


def invented(store: Store) -> dict[str, Briefing]:
    """Cases in the invented country: every list full, then every name long as well."""
    full = rich(_brief(store, Level.EPCI, "S11", Choice()))
    return {"synthetic": full, "long_names": lengthened(full)}


def _brief(store: Store, level: Level, code: str, choice: Choice) -> Briefing:
    return brief(store, level, code, choice=choice, printed_on=DAY, issuer=ISSUER, address=ADDRESS)


def rich(briefing: Briefing) -> Briefing:
    """The same territory with services of three families, gaps, pathways and saved plans, all invented."""
    minutes = 20.0
    families = (
        FamilyResponse(
            Family.CITIZEN, Response.FAR, 2, _nearest("Association fictive", "association", Family.CITIZEN, 24.4), 0.1,
            True, ((minutes, 0.31, 0.33),), ("association",), (),
        ),
        FamilyResponse(
            Family.INSTITUTIONAL, Response.PRESENT, 9, _nearest("Mairie fictive", "mairie", Family.INSTITUTIONAL, 0.4),
            2.5, False, ((minutes, 1.0, 1.0),), (), (),
        ),
        FamilyResponse(
            Family.PROFESSIONAL, Response.UNKNOWN, None, None, None, None, ((minutes, None, None),), (), ("infirmier",)
        ),
    )  # fmt: skip
    links = (
        CategoryLink("mairie", Link.PRESENT, families[1].nearest),
        CategoryLink("association", Link.MISSING, None),
        CategoryLink("infirmier", Link.UNKNOWN, None),
    )
    titles = {
        "find": "Repérer et entrer en contact", "meet": "Rencontrer du monde", "nurse": "Recevoir des soins infirmiers"
    }  # fmt: skip
    functions = tuple(
        FunctionResponse(
            Function(Pathway.CARERS, id_, title, title, (link.category,), (), "fichier fictif", "", ""),
            link.state, (link,), True,
        )
        for link, (id_, title) in zip(links, titles.items(), strict=True)
    )  # fmt: skip
    kept = [one for one in briefing.conditions if not one.startswith(("weak:", "missing:", "present:"))]
    conditions = ("weak:citizen", "missing:meet", "present:institutional", "present:find", *kept)
    answered = Responses(
        briefing.territory, minutes, Quadrant.FEW, families,
        tuple(PathwayResponse(p, functions, CONCERNED.get(p)) for p in Pathway),
        None, True, briefing.responses.travel_method, (),
    )  # fmt: skip
    return replace(
        briefing,
        responses=answered,
        conditions=conditions,
        steps=steps(briefing.territory.level, frozenset(conditions)),
        families=(
            FamilyLine(families[0], "2025-06-30", "association", False),
            FamilyLine(families[1], "2025", "mairie", True),
            FamilyLine(families[2], None, None, None),
        ),
        gaps=(
            Gap(Family.CITIZEN, None, None, (), None),
            Gap(None, "Sainte-Épreuve", None, (), 530),
            Gap(None, "Saint-Étienne-la-Synthétique", None, (), None),
            Gap(None, None, Pathway.OLDER_PEOPLE, (functions[1].function,), None),
            Gap(None, None, Pathway.CANCER, tuple(one.function for one in functions[1:]), None),
        ),
        options=(
            Option(
                "ab12",
                3,
                "Dix équipes en dix ans",
                True,
                Public.ISOLATED,
                minutes,
                2,
                ("Sainte-Épreuve",),
                420,
                330,
                530,
                22_000,
            ),
            Option("cd34", 1, "Essai", False, Public.RESIDENTS_65, 15.0, 1, ("L'Haÿ-Fictif",), None, None, None, None),
        ),
    )


def _nearest(name: str, category: str, family: Family, travel_min: float) -> Counted:
    return Counted(
        f"synthetic--{category}", name, category, family, "S1001", "synthetic_services", ("x",), "2025", "point",
        travel_min,
    )  # fmt: skip


def lengthened(briefing: Briefing) -> Briefing:
    """Names as long as the longest of the country, and more sources than a page names."""
    long = (
        "Communauté de communes du Pays de Saint-Étienne-la-Synthétique, de Sainte-Épreuve et de leurs vallées fictives"
    )
    territory = replace(briefing.territory, name=long)
    estimate = replace(briefing.profile.estimate, name=long, is_extrapolated=True)
    families = tuple(
        replace(
            line,
            response=replace(
                line.response,
                nearest=line.response.nearest
                and replace(line.response.nearest, name="Résidence autonomie intercommunale des Jardins synthétiques"),
            ),
        )
        for line in briefing.families
    )
    profile = replace(
        briefing.profile,
        territory=territory,
        estimate=estimate,
        twins=tuple(replace(twin, name=f"{long} {twin.rank}") for twin in briefing.profile.twins),
        contributions=tuple(Contribution(f, 0.01) for f in ("age", "activity", "income", "living_alone", "density")),
        risk_factors=tuple(
            replace(
                factor,
                is_above=True,
                title=f"Part fictive {n}",
                value=0.21,
                twins_value=0.12,
                unit="share",
            )
            for n, factor in enumerate(briefing.profile.risk_factors)
        ),
    )
    where, plan, source = "lès-Hautes-Vallées-synthétiques", "version longue et complète", "Source inventée au nom long"
    return replace(
        briefing,
        profile=profile,
        parents=(
            "Département synthétique des Hautes-Vallées et des Plateaux",
            "Région synthétique du Grand Arc inventé",
        ),
        families=families,
        responses=replace(briefing.responses, families=tuple(line.response for line in families)),
        gaps=tuple(replace(gap, place=gap.place and f"{gap.place}-{where}") for gap in briefing.gaps),
        options=tuple(replace(option, name=f"{option.name}, {plan}") for option in briefing.options),
        sources=tuple(SourceLine(f"{source}, numéro {n}", "Institut", "2025") for n in range(12)),
        people_70=1_800,
        counted=(
            Observed("population_65_plus", "Habitants de 65 ans", "Aged 65", 6_543, "2021", "x", Kind.OBSERVED, 1.0),
            Observed("living_alone_share_80_plus", "Seuls", "Alone", 1_234, "2022", "x", Kind.DERIVED, 1.0),
        ),
        remark=Remark(
            "epci",
            "S11",
            "Un mot de l’agence qui tient en une phrase. " * 6,
            "Une équipe financée jusqu’en 2027.",
            True,
            "la déléguée territoriale",
            "2026-11-20T10:00:00+00:00",
        ),
        map=replace(
            briefing.map, areas=tuple(replace(area, verdict=v) for area in briefing.map.areas for v in Verdict)
        ),
        issuer=replace(briefing.issuer, agency="Agence régionale de démonstration des territoires synthétiques"),
    )


def main() -> None:
    """Write every example."""
    parser = argparse.ArgumentParser(prog="python -m tests.dashboard.briefing.cases", description=__doc__)
    parser.add_argument("--db", default="var/isolation.gpkg", help="a build on the base sources (%(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made_up = open_store(str(synthetic.write(Path(folder) / "synthetic.gpkg")))
        cases = real(open_store(options.db)) | invented(made_up)
    for name, found in cases.items():
        (FOLDER / f"{name}.json").write_text(to_json(found) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
