"""An agency's own survey rates: shown beside the published ones, pooled with them only when a build asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import pandas as pd

from etl.reading.files import read_files
from etl.rejects import reject_frame
from etl.sources import agency_survey
from geodata import schema
from geodata.sentences import sentence
from geodata.source import Snapshot, Source
from geodata.survey import DEFAULT, Scenario, definition_of, parts_of, with_local_rates
from geodata.survey_rates import DERIVED, Published, SurveyRate

OTHER_LOG_SD = 0.10
"""Judgement: season, mode of collection and the national rate's own error, as a SD of the logarithm of the ratio."""

_KEY = ["definition", "factor", "category", "wave"]


@dataclass(frozen=True, eq=False)
class LocalSurvey:
    """`table`: rows of table `local_rate`; `used`: by definition, the rates pooled with the published ones (the newest
    wave of each). Rows accepted by source, rejects, files read."""

    table: pd.DataFrame
    used: Mapping[str, Sequence[SurveyRate]]
    accepted: Mapping[Source, int]
    rejects: pd.DataFrame
    snapshots: Sequence[Snapshot]


def read_local_survey(snapshots: Mapping[str, Sequence[Snapshot]], *, is_used: bool) -> LocalSurvey:
    """Read the rates of every file found. A rate given by two files is a reject of the second."""
    source = agency_survey.SOURCE
    files = snapshots.get(source.id, ())
    read, unread = read_files(agency_survey, files)
    rows = pd.concat([pd.DataFrame(columns=_KEY), *(file.rows.reset_index() for file in read)], ignore_index=True)
    again = rows.duplicated(_KEY)
    twice = [(row.line, row.category, sentence("rate_again")) for row in rows[again].itertuples()]
    rejects = [unread, *(file.rejects for file in read), reject_frame(source.id, twice)]
    table = _table(rows[~again].reset_index(drop=True))
    used = _used(table) if is_used else {}
    place = {(definition, *_place(rate)) for definition, rates in used.items() for rate in rates}
    table["is_used"] = [
        int((row.definition, row.factor, row.category, row.mode, row.wave) in place) for row in table.itertuples()
    ]
    accepted = {source: len(table)} if files else {}
    return LocalSurvey(table, used, accepted, pd.concat(rejects, ignore_index=True), [file.snapshot for file in read])


class OwnRates(TypedDict, total=False):
    """Arguments of the estimate that own rates replace."""

    scenario: Scenario
    flips: Sequence[Scenario]


def with_own_rates(local: LocalSurvey, scenarios: Sequence[Scenario]) -> OwnRates:
    """Arguments of the estimate that pool the agency's rates in every scenario; none when no rate is used."""
    if not local.used:
        return {}
    return {
        "scenario": with_local_rates(DEFAULT, local.used),
        "flips": tuple(with_local_rates(scenario, local.used) for scenario in scenarios),
    }


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    columns = [column.name for column in schema.local_rate.columns]
    if rows.empty:
        return pd.DataFrame(columns=columns)
    rate, respondents = rows["rate"], rows["respondents"]
    # Delta method: the variance of the logarithm of a proportion is (1 - p) / (n p).
    sampling = (1 - rate) / (respondents * rate)
    table = rows.assign(
        ratio=rate / rows["national"],
        log_sd=np.sqrt(sampling + OTHER_LOG_SD**2),
        producer=rows["source"],
        note=rows["note"].astype(object).where(rows["note"] != "", None),
        is_used=0,
    )
    return table.reindex(columns=columns).sort_values(_KEY, ignore_index=True)


def _used(table: pd.DataFrame) -> dict[str, tuple[SurveyRate, ...]]:
    """The newest online rate of each category that is one of its definition's, or a union of them."""
    newest = table.sort_values("wave").drop_duplicates(["definition", "factor", "category", "mode"], keep="last")
    used: dict[str, list[SurveyRate]] = {}
    for row in newest.sort_values(_KEY).itertuples():
        rate = SurveyRate(
            row.factor, row.category, row.ratio, row.log_sd, DERIVED,
            (Published(row.rate, row.national, row.wave),), row.mode, row.population, source=row.producer,
        )  # fmt: skip
        if rate.mode == "online" and parts_of(rate, definition_of(row.definition).rates):
            used.setdefault(row.definition, []).append(rate)
    return {definition: tuple(rates) for definition, rates in used.items()}


def _place(rate: SurveyRate) -> tuple[str, str, str, str]:
    return rate.factor, rate.category, rate.mode, rate.waves[0]
