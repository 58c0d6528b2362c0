"""Published rates of isolation, wave by wave and category by category, with their sources: what a new wave edits."""

from dataclasses import dataclass

FDF = "Fondation de France / Crédoc, Les solitudes en France"
PFP = "Petits Frères des Pauvres, baromètre Solitude et isolement"
SRCV = "Insee, enquête Statistiques sur les ressources et conditions de vie (Insee Première 1770)"
IFOP = "Ifop 2021"
PUBLISHED, DERIVED, JUDGEMENT = "published", "derived", "judgement"
PRIMARY, SECONDARY = "primary", "secondary"


@dataclass(frozen=True)
class Wave:
    """One national rate: when, how and on whom it was measured. `respondents` is None where it is not published."""

    date: str
    rate: float
    mode: str
    population: str
    respondents: int | None = None
    confidence: str = PRIMARY


@dataclass(frozen=True)
class Published:
    """A published rate of a category beside the national rate of the same wave; `wave` None where it is not stated."""

    rate: float
    national: float
    wave: str | None = None


@dataclass(frozen=True)
class SurveyRate:
    """What is known of one category: its ratio to the national rate, and the SD of the logarithm of that ratio.

    `ratio` None means that nothing is published: the category is solved from the national constraint, and `log_sd` is
    the SD of its own effect. `log_sd` is always a judgement.
    """

    factor: str
    category: str
    ratio: float | None
    log_sd: float
    kind: str
    published: tuple[Published, ...] = ()
    mode: str = "online"
    population: str = "15+"
    confidence: str = PRIMARY
    source: str = FDF
    note: str = ""

    @property
    def waves(self) -> tuple[str, ...]:
        """Dates of the waves behind the ratio, where they are stated."""
        return tuple(p.wave for p in self.published if p.wave)


ONLINE_AGES = (
    SurveyRate(
        "age", "15-24", 0.75, 0.20, DERIVED,
        (Published(0.13, 0.14, "2020-01"), Published(0.20, 0.24, "2021-01"), Published(0.07, 0.12, "2024-07")),
    ),
    SurveyRate("age", "25-39", None, 0.15, DERIVED, note="solved from the national constraint, about 1"),
    SurveyRate(
        "age", "40-59", 1.21, 0.06, DERIVED,
        (Published(0.17, 0.14), Published(0.28, 0.24), Published(0.15, 0.12)),
    ),
    SurveyRate("age", "60-69", None, 0.15, DERIVED, note="solved from the national constraint, about 1"),
    SurveyRate("age", "70+", 0.80, 0.20, DERIVED, (Published(0.11, 0.14), Published(0.20, 0.24))),
)  # fmt: skip
TELEPHONE_AGES = (
    SurveyRate(
        "age", "75+", 2.0, 0.20, DERIVED,
        (Published(0.16, 0.09, "2010"), Published(0.24, 0.12, "2013"), Published(0.27, 0.125, "2014")),
        mode="telephone", population="18+",
    ),
    *(
        SurveyRate(
            "age", band, None, 0.15, JUDGEMENT, mode="telephone", population="18+",
            note="no telephone rate at hand for this age: solved from the national constraint",
        )
        for band in ("15-24", "25-39", "40-59", "60-69", "70-74")
    ),
)  # fmt: skip
ACTIVITY = (
    SurveyRate(
        "activity", "unemployed", 1.75, 0.15, DERIVED,
        (Published(0.21, 0.11, "2022-01"), Published(0.20, 0.12, "2023-01")), confidence=SECONDARY,
        note="the 2022 wave comes from a secondary page",
    ),
    SurveyRate(
        "activity", "at_home", 1.6, 0.20, JUDGEMENT, (Published(0.20, 0.12, "2024-07"),),
        note="a little under the 1.67 of the only wave that publishes it",
    ),
)  # fmt: skip
INCOME = (
    SurveyRate(
        "income", "low", 1.25, 0.12, DERIVED,
        (Published(0.17, 0.14), Published(0.15, 0.11), Published(0.14, 0.12), Published(0.17, 0.12)),
    ),
    SurveyRate("income", "high", 0.65, 0.15, DERIVED, (Published(0.08, 0.11), Published(0.07, 0.12))),
)  # fmt: skip
TERRITORY = (
    SurveyRate(
        "density", "rural", 1.10, 0.15, JUDGEMENT,
        note="sources reverse: city above country in 2014, none in 2020, equal in 2022, 14 against 9 % in 2025",
    ),
    SurveyRate(
        "density", "dense", 0.93, 0.15, JUDGEMENT,
        note="published for urban areas over 100,000 residents, read here as the dense class",
    ),
    SurveyRate("density", "intermediate", None, 0.15, JUDGEMENT, note="solved from the national constraint"),
)  # fmt: skip

LIVING_ALONE_LOG_SD = 0.20
"""SD of the log odds ratio of living alone (judgement: Crédoc 2020 finds no difference; range 0.8-1.8)."""

WAVES = (
    Wave("2010", 0.09, "telephone", "18+", 4000),
    Wave("2013", 0.12, "telephone", "18+", 4000),
    Wave("2014", 0.125, "telephone", "18+", 4000),
    Wave("2016", 0.10, "online", "15+", 3050),
    Wave("2019", 0.13, "online", "15+", 3000),
    Wave("2020-01", 0.14, "online", "15+", 3000),
    Wave("2021-01", 0.24, "online", "15+", 3000),
    Wave("2022-01", 0.11, "online", "15+", 3400, SECONDARY),
    Wave("2023-01", 0.12, "online", "15+"),
    Wave("2024-07", 0.12, "online", "15+", 3469, SECONDARY),
    Wave("2025-07", 0.11, "online", "15+", 3000),
)
"""Five networks. Series breaks: telephone 18+ until 2014, online 15+ from 2016, January until 2023, July from 2024.
Numbers of respondents are rounded ("about") in 2010-2014, 2019-2021 and 2025; curfew in January 2021."""

RELATIVE_SD = 0.8 / 11.7
"""SD of a national figure over the figure itself, as judged for the main definition and lent to the others."""
