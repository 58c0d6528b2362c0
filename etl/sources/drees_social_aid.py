"""Départements' social aid: people who receive it in December (Drees, survey Aide sociale), the newest year.

Some départements do not answer: the published total estimates them, so the sum of the départements is lower.
"""

from etl.reading.drees_sheets import YearSheets
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="drees_social_aid",
    title="Les bénéficiaires de l'aide sociale départementale",
    producer="Drees",
    licence=Licence.OPEN_LICENCE_2,
    page="https://data.drees.solidarites-sante.gouv.fr/",
    tier=Tier.OFFICIAL,
    description="Bénéficiaires de l'APA, de l'aide ménagère et de la PCH en décembre.",
)

SHEETS = YearSheets(
    SOURCE,
    r"Tab\d+[a-z]?-p[ah]",
    {
        "Tableau 4 - Bénéficiaires de l'APA (à domicile et en établissement)": "apa_recipients",
        "Tableau 5 - Bénéficiaires de l'APA à domicile": "apa_home_recipients",
        "Tableau 6 - Bénéficiaires de l'APA en établissement": "apa_residential_recipients",
        "Tableau 12 - Personnes âgées bénéficiant d'aides ménagères": "home_help_older_recipients",
        "Tableau 7 - Bénéficiaires de la PCH": "pch_recipients",
    },
)
recognises = SHEETS.recognises
read = SHEETS.read
tidy = SHEETS.tidy
