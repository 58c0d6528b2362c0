"""Minimum-income benefits by département on 31 December (Drees): the newest year of each sheet is read.

`ASPA` (older people) and `AAH` (disability) are the ones that matter most to isolation; the sheet of all benefits adds
people up who receive several only once a household. The sum of the départements is not the published total: the Drees
rounds totals.
"""

from etl.reading.drees_sheets import YearSheets
from geodata.source import Licence, Source, Tier

SOURCE = Source(
    id="drees_minima",
    title="Minima sociaux : données départementales par dispositif",
    producer="Drees",
    licence=Licence.OPEN_LICENCE_2,
    page="https://data.drees.solidarites-sante.gouv.fr/",
    tier=Tier.OFFICIAL,
    description="Allocataires de l'AAH, de l'ASS, de l'ASPA et du RSA au 31 décembre.",
)

SHEETS = YearSheets(
    SOURCE,
    r"Tableau \d+",
    {
        "Tableau 1 Répartition des allocataires de l'AAH": "aah_recipients",
        "Tableau 6 Répartition des allocataires de l'ASS": "ass_recipients",
        "Tableau 7 Répartition des allocataires de l'allocation supplémentaire vieillesse": "aspa_recipients",
        "Tableau 11 Répartition des allocataires du RSA": "rsa_recipients",
        "Tableau 13 Répartition des allocataires des minima sociaux": "minimum_income_recipients",
    },
)
recognises = SHEETS.recognises
read = SHEETS.read
tidy = SHEETS.tidy
