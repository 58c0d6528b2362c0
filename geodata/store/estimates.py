"""Estimates of isolation: shares, twins, contributions, the flip test, what siting counts."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from geodata import schema
from geodata.disclosure import is_publishable, round_people, round_range
from geodata.errors import UnknownScenario, UnknownTerritory
from geodata.estimate import Estimate, Kind, Reason, Verdict, probability_above, verdict_of
from geodata.flip_test import Laws, flip_test
from geodata.memory import remembered
from geodata.question import DEFAULT_QUESTION, Question
from geodata.store.conditions import answers, in_perimeter, is_one_of
from geodata.store.reader import of_one_build
from geodata.store.territories import TerritoryReader
from geodata.survey import DEFINITIONS, SCENARIOS, reference_of
from geodata.territory import FRANCE, Level, Perimeter

_LAW = ["logit_mean", "logit_sd", "p_above_national"]
_NUMBERS = [c.name for c in schema.estimate.columns if isinstance(c.type, sa.Double) and c.name != "residents"]


class EstimateReader(TerritoryReader):
    """Every share comes with its interval, kind and reason; disclosure rules are applied here and nowhere else."""

    @of_one_build
    def estimates(
        self,
        level: Level,
        within: str | Perimeter = FRANCE,
        question: Question = DEFAULT_QUESTION,
    ) -> pd.DataFrame:
        """Estimates of every territory of a level in a région (or `FR`), disclosure rules applied.

        Columns: level, code, name, departement, region, epci, zone, then those of `Estimate` with `p_above` for this
        threshold, `verdict`, rounded `people*`. Raises `UnknownScenario` when nothing was estimated for this
        definition and scenario.
        """
        frame = self._estimate_rows(self.version(), level, within, question.law)
        if frame.empty:
            self._check_scenario(question)
        return _publishable(frame, question)

    @of_one_build
    def estimate(
        self,
        level: Level,
        code: str,
        question: Question = DEFAULT_QUESTION,
    ) -> Estimate:
        """The estimate of one territory. Raises `UnknownTerritory` or `UnknownScenario`."""
        territory = self.territory(level, code)
        e = schema.estimate.c
        frame = self._frame(sa.select(schema.estimate).where(is_one_of(e, [(level, code)]), answers(question)))
        if frame.empty:
            self._check_scenario(question)
            raise UnknownTerritory(f"{territory.name} ({code}) has no estimate in this database: rebuild it.")
        row = _publishable(frame, question).iloc[0]
        number: dict[str, Any] = {
            name: None if pd.isna(row[name]) else float(row[name])
            for name in ("share", "low", "high", "p_above", "p_above_national")
        }
        people: dict[str, Any] = {
            name: None if pd.isna(row[name]) else int(row[name])
            for name in ("residents", "people", "people_low", "people_high")
        }
        return Estimate(
            level=territory.level,
            code=code,
            name=territory.name,
            **asdict(question),
            verdict=Verdict(row["verdict"]),
            kind=Kind.MODELLED,
            is_extrapolated=bool(row["is_extrapolated"]),
            reason=None if pd.isna(row["reason"]) else row["reason"],
            **number,
            **people,
        )

    def estimates_of(
        self,
        places: Sequence[tuple[Level, str]],
        question: Question = DEFAULT_QUESTION,
    ) -> pd.DataFrame:
        """The rows of `estimates` for some (level, code), whatever their levels, in no order.

        For a territory beside its comparators; never a table to show, where two levels do not meet.
        """
        t, e = schema.territory.c, schema.estimate.c
        query = (
            sa.select(t.name, *schema.estimate.columns)
            .join_from(schema.territory, schema.estimate, (t.level == e.level) & (t.code == e.code))
            # Of `e`, SQLite reads every territory to find some.
            .where(is_one_of(t, places), answers(question))
        )
        return _publishable(self._frame(query), question)

    def twins(self, level: Level, code: str) -> pd.DataFrame:
        """The territories most like this one, the nearest first: rank, twin (code), name, distance."""
        w, t = schema.twin.c, schema.territory.c
        query = (
            sa.select(w.rank, w.twin, t.name, w.distance)
            .join_from(schema.twin, schema.territory, (t.level == w.level) & (t.code == w.twin))
            .where(w.level == level, w.code == code)
        )
        return self._frame(query.order_by(w.rank))

    def contributions(self, level: Level, code: str) -> pd.DataFrame:
        """Part of each factor in the difference with the twins, the largest first: factor, part."""
        c = schema.contribution.c
        frame = self._frame(sa.select(c.factor, c.part).where(c.level == level, c.code == code).order_by(c.factor))
        return frame.sort_values("part", key=abs, ascending=False, kind="stable")

    @of_one_build
    def flips(
        self,
        level: Level,
        within: str | Perimeter = FRANCE,
        question: Question = DEFAULT_QUESTION,
        *,
        is_national: bool = False,
    ) -> pd.DataFrame:
        """The flip test of every territory of a level in a région (or `FR`): one row by `code`.

        Columns: the verdict under each scenario of the definition at this threshold (`scenario:default` ...), that of
        the scenario shown at each of `FLIP_THRESHOLDS` (`threshold:0.05` ...) and under the reference assumptions of
        each other definition (`definition:loneliness` ...); `flips`, how many scenarios put it on another side (above,
        undecided, below) than the one shown; `robust`, True where none does. Another line or definition is another
        question: `robust` does not range over them. It is None for what is not published, under a definition with a
        single scenario, and for what no scenario decides: `flips` is then 0. `is_national` asks about the national
        share in place of the threshold.
        """
        laws = self._laws(self.version(), level, within)
        return self._flip_test(laws, question, is_national=is_national)

    @of_one_build
    def flips_of(
        self,
        level: Level,
        code: str,
        question: Question = DEFAULT_QUESTION,
    ) -> pd.Series:
        """The row of `flips` of one territory. Raises `UnknownTerritory`, `UnknownScenario`."""
        self.territory(level, code)
        return self._flip_test(self._read_laws(level, FRANCE, code), question).iloc[0]

    def demand(
        self,
        within: str | Perimeter = FRANCE,
        question: Question = DEFAULT_QUESTION,
    ) -> pd.DataFrame:
        """What siting counts, by commune of a région (or `FR`), unrounded and with nothing hidden: never to be printed
        commune by commune. Indexed by code; `residents_65` are observed, `people` and `people_70` modelled.

        Columns: name, epci, tvs, departement, region, zone, land, density, lon, lat, residents, residents_65, people,
        people_70, logit_mean, var_common, var_model, var_local; missing where nothing was estimated.
        """
        t, e, v = schema.territory.c, schema.estimate.c, schema.indicator_value.c
        query = (
            sa.select(
                *(t.code, t.name, t.epci, t.tvs, t.departement, t.region, t.zone, t.land, t.density, t.lon, t.lat),
                *(e.residents, v.value.label("residents_65"), e.people, e.people_70_plus.label("people_70")),
                *(e.logit_mean, e.var_common, e.var_model, e.var_local),
            )
            .join_from(schema.territory, schema.estimate, (t.level == e.level) & (t.code == e.code))
            .outerjoin(
                schema.indicator_value,
                (v.level == t.level) & (v.code == t.code) & (v.indicator == "population_65_plus"),
            )
            .where(t.level == Level.COMMUNE, answers(question))
        )
        frame = self._frame(in_perimeter(query, within).order_by(t.code)).set_index("code")
        if frame.empty:
            self._check_scenario(question)
        numbers = frame.columns[frame.columns.get_loc("lon") :]
        return frame.astype(dict.fromkeys(numbers, float))

    def _check_scenario(self, question: Question) -> None:
        e = schema.estimate.c
        estimated = self._rows(sa.select(e.definition, e.scenario).distinct())
        if (question.definition, question.scenario) not in [tuple(row) for row in estimated]:
            allowed = ", ".join(f"{d}/{s}" for d, s in sorted(tuple(row) for row in estimated))
            raise UnknownScenario(
                f"nothing was estimated for {question.definition}/{question.scenario}. Known: {allowed}"
            )

    # A threshold moved by a user asks for the same rows again.
    @remembered
    def _estimate_rows(self, version: str, level: str, within: str | Perimeter, question: Question) -> pd.DataFrame:
        t, e = schema.territory.c, schema.estimate.c
        query = (
            sa.select(t.name, t.departement, t.region, t.epci, t.zone, t.density, *schema.estimate.columns)
            .join_from(schema.territory, schema.estimate, (t.level == e.level) & (t.code == e.code))
            .where(t.level == level, answers(question))
        )
        return self._frame(in_perimeter(query, within).order_by(t.code))

    @remembered
    def _laws(self, version: str, level: str, within: str | Perimeter) -> Laws:
        return self._read_laws(level, within)

    def _read_laws(self, level: str, within: str | Perimeter, code: str | None = None) -> Laws:
        t, e = schema.territory.c, schema.estimate.c
        query = (
            sa.select(e.code, t.name, e.definition, e.scenario, e.residents, *(e[name] for name in _LAW))
            .join_from(schema.territory, schema.estimate, (t.level == e.level) & (t.code == e.code))
            .where(t.level == level)
        )
        query = query if code is None else query.where(is_one_of(t, [(level, code)]))
        frame = self._frame(in_perimeter(query, within).order_by(t.code))
        frame.loc[~is_publishable(frame["residents"]), _LAW] = np.nan
        wide = frame.pivot(index=["definition", "scenario"], columns="code", values=_LAW)
        names = frame.drop_duplicates("code").set_index("code")["name"]
        codes = wide["logit_mean"].columns
        wide = wide.loc[sorted(wide.index, key=_scenario_order)]
        numbers = (wide[name].to_numpy(float) for name in _LAW)
        return Laws(codes, names.reindex(codes).to_numpy(object), list(wide.index), *numbers)

    def _flip_test(self, laws: Laws, question: Question, *, is_national: bool = False) -> pd.DataFrame:
        if (question.definition, question.scenario) not in laws.sets:
            self._check_scenario(question)
        references = [reference_of(d.id).id for d in DEFINITIONS]
        return flip_test(laws, question, references, is_national=is_national)


def _scenario_order(pair: tuple[str, str]) -> int:
    """Scenarios in the order in which they are declared."""
    return [(s.definition, s.id) for s in SCENARIOS].index(pair)


def _publishable(frame: pd.DataFrame, question: Question) -> pd.DataFrame:
    """Add `p_above` and `verdict`, round people, and blank what is too small, saying why."""
    reason = frame["reason"].to_numpy(object).copy()
    # Where nobody is counted anywhere, as in Mayotte, the column comes without a type.
    residents = frame["residents"].astype(float)
    reason[~is_publishable(residents) & pd.isna(reason)] = Reason.FEW_RESIDENTS.value
    is_published = pd.isna(reason)
    # Contrasts, ranks or the law itself would give away the share that is blanked.
    numbers = {name: np.where(is_published, frame[name].to_numpy(float), np.nan) for name in _NUMBERS}
    ends = ("people_low", "people_high")
    counted = [name for name in numbers if name.startswith("people") and name not in ends]
    numbers |= {name: round_people(numbers[name]) for name in counted}
    numbers |= dict(zip(ends, round_range(*(numbers[name] for name in ends)), strict=True))
    p_above = probability_above(numbers["logit_mean"], numbers["logit_sd"], question.threshold)
    verdict = verdict_of(p_above, question.miss)
    return frame.assign(reason=reason, residents=residents, p_above=p_above, verdict=verdict, **numbers)
