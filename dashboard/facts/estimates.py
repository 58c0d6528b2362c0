"""Estimates: the table that is the map, one territory, its profile, observed figures beside it."""

import numpy as np
import pandas as pd

from dashboard.facts.order import COLUMNS, MOST_SIDES, ORDER, SIDES, by_name, is_too_wide, table_question
from dashboard.facts.reader import by_build
from dashboard.facts.territories import TerritoryFacts
from dashboard.state import Choice, Line
from geodata.bands import Cut, cut
from geodata.errors import UnknownScenario
from geodata.estimate import Estimate, Kind, Verdict, turns_of, verdict_of
from geodata.observed import Observed, observed
from geodata.profile import Comparisons, Profile, comparisons, profile
from geodata.question import Question
from geodata.response import is_timed
from geodata.service import TOWN_HALL
from geodata.survey import SCENARIOS, Scenario
from geodata.territory import FRANCE, Level, Perimeter
from geodata.threshold import TENTHS


class EstimateFacts(TerritoryFacts):
    """Shares with their uncertainty, asked by the choice of a reader."""

    def rows(self, choice: Choice) -> pd.DataFrame:
        """The table that is the map: territories of the mesh, by name, with the class of the chosen line.

        Columns: `COLUMNS`; shares are fractions, `minutes` (nearest town hall) is filled for communes only, `here` is
        True where they mean nothing (`geodata.response.is_timed`), `robust` is None where there is nothing to compare.
        """
        return self._rows(table_question(choice))

    def turns(self, choice: Choice) -> pd.Series:
        """Where the class of each territory turns as the threshold rises, by code: four thresholds in tenths of a
        percent, the highest one of `TENTHS` under which the class is at least "above", "likely above", "undecided",
        "likely below" (`geodata.estimate.turns_of`); missing where nothing is published."""
        return self._turns(choice.mesh, choice.within, choice.question.law)

    def screen_rows(self, choice: Choice) -> pd.DataFrame:
        """The same rows, none for communes of the whole country: a screen shows them one région at a time."""
        return pd.DataFrame(columns=COLUMNS) if is_too_wide(choice) else self.rows(choice)

    def filtered_rows(self, choice: Choice) -> pd.DataFrame:
        """Rows left by the filter on classes."""
        rows = self.rows(choice)
        return rows[rows["verdict"].isin(choice.verdicts)] if choice.verdicts else rows

    @by_build
    def scenarios(self) -> list[Scenario]:
        """Scenarios of the flip test that this database holds."""
        return [s for s in SCENARIOS if self._holds(s)]

    def compares_with_nation(self, choice: Choice) -> bool:
        """Whether the comparison with the national share was computed under these assumptions."""
        return self._compares(choice.question.law)

    def counts(self, choice: Choice) -> dict[Line, dict[Verdict, int]]:
        """How many territories fall in each class, against each line that is known."""
        return self._counts(table_question(choice, line=Line.THRESHOLD))

    def estimate(self, choice: Choice, level: Level, code: str) -> Estimate:
        """One estimate with the definition, scenario and threshold of the choice."""
        return self._estimate(level, code, choice.question)

    def national(self, choice: Choice) -> Estimate:
        """The whole country."""
        return self.estimate(choice, Level.FRANCE, FRANCE)

    def national_line(self, choice: Choice, estimate: Estimate) -> float | None:
        """The national share, where that is what the choice asks of a territory; None where it asks about the
        threshold, as it does of the country itself and of what was never compared with it."""
        is_compared = estimate.p_above_national is not None and estimate.level != Level.FRANCE
        return self.national(choice).share if choice.line == Line.NATIONAL and is_compared else None

    def focus(self, choice: Choice) -> Estimate:
        """The territory the sentence is about: the selected one, else the région or the country shown."""
        if choice.selected is not None:
            return self.estimate(choice, *choice.selected)
        if choice.perimeter is not None:
            return self.estimate(choice, *choice.perimeter)
        if choice.region == FRANCE:
            return self.national(choice)
        return self.estimate(choice, Level.REGION, choice.region)

    def profile(self, choice: Choice, level: Level, code: str) -> Profile:
        """Everything known of one territory, with the definition, scenario and threshold of the choice."""
        return self._profile(level, code, choice.question)

    def comparisons(self, choice: Choice, level: Level, code: str) -> Comparisons:
        """A territory beside its comparators and its twins."""
        return self._compared(level, code, choice.question.law)

    @by_build
    def own_figures(self, level: Level, code: str) -> tuple[Observed, ...]:
        """Observed figures of a territory itself, beside those it is compared with."""
        return observed(self.store, level, code)

    def observed(self, choice: Choice) -> pd.DataFrame:
        """The indicator of the choice on each territory of the mesh, by name: the columns of `Store.indicator_values`
        and `band`, 1 to 5 and 0 where it is not known (`geodata.bands`); no row for the communes of the country."""
        return self._observed(choice.mesh, choice.within, choice.indicator, choice.cut, self.own_line(choice))

    def is_held(self, choice: Choice) -> bool:
        """Whether the indicator of the choice is known of any territory of its mesh."""
        return bool(self.observed(choice)["value"].notna().any())

    def own_line(self, choice: Choice) -> float | None:
        """The line that cuts the indicator: the reader's, else the country's own value; None where there is none."""
        if choice.cut is not Cut.LINE or choice.indicator in ("", SIDES):
            return None
        return self._national_value(choice.indicator) if choice.own_line is None else choice.own_line

    @by_build
    def _national_value(self, indicator: str) -> float | None:
        value = self.store.indicator_values(Level.FRANCE, FRANCE, indicator=indicator)["value"].iloc[0]
        return None if pd.isna(value) else float(value)

    @by_build
    def town_halls(self, within: str | Perimeter) -> pd.DataFrame:
        """`minutes` to the nearest town hall from each commune of a région or a perimeter, by code; `here` where these
        mean nothing, since it is known by this commune alone."""
        nearest = self.store.access(within, categories=[TOWN_HALL]).set_index("code_insee")
        timed = is_timed(nearest["travel_min"], nearest["position"])
        return pd.DataFrame(
            {"minutes": nearest["travel_min"], "here": np.where(timed, np.array(None), np.array(True, object))}
        )

    @by_build
    def _rows(self, choice: Choice) -> pd.DataFrame:
        frame = self.store.estimates(choice.mesh, choice.within, choice.question)
        if choice.line == Line.NATIONAL:
            frame["verdict"] = verdict_of(frame["p_above_national"], choice.miss)
        if choice.mesh == Level.COMMUNE:
            frame = frame.join(self.town_halls(choice.within), on="code")
        else:
            frame = frame.assign(minutes=np.nan, here=None)
        frame["residents"] = frame["residents"].round()
        frame["departement"] = self.departements(frame, choice)
        is_national = choice.line == Line.NATIONAL
        flips = self.store.flips(choice.mesh, choice.within, choice.question, is_national=is_national)
        frame["robust"] = frame["code"].map(dict(zip(flips["code"], flips["robust"], strict=True))).astype(object)
        return by_name(frame)[COLUMNS]

    @by_build
    def _turns(self, mesh: Level, within: Perimeter, law: Question) -> pd.Series:
        frame = self.store.estimates(mesh, within, law)
        counted = turns_of(frame["logit_mean"], frame["logit_sd"], np.array(TENTHS) / 1000, law.miss)
        thresholds = [
            None if verdict == Verdict.NOT_PUBLISHED else (TENTHS[0] - 1 + row).tolist()
            for verdict, row in zip(frame["verdict"], counted, strict=True)
        ]
        return pd.Series(thresholds, frame["code"], dtype=object)

    @by_build
    def _counts(self, choice: Choice) -> dict[Line, dict[Verdict, int]]:
        rows = self.screen_rows(choice)
        national = rows.assign(verdict=verdict_of(rows["p_above_national"].astype(float), choice.miss))
        counts = {Line.THRESHOLD: _tally(rows)}
        return counts | {Line.NATIONAL: _tally(national)} if self.compares_with_nation(choice) else counts

    def _holds(self, scenario: Scenario) -> bool:
        try:
            self.store.estimate(Level.FRANCE, FRANCE, Question(scenario.definition, scenario.id))
        except UnknownScenario:
            return False
        return True

    @by_build
    def _compares(self, question: Question) -> bool:
        frame = self.store.estimates(Level.DEPARTEMENT, FRANCE, question)
        return bool(frame["p_above_national"].notna().any())

    @by_build
    def _estimate(self, level: Level, code: str, question: Question) -> Estimate:
        return self.store.estimate(level, code, question)

    @by_build
    def _compared(self, level: Level, code: str, question: Question) -> Comparisons:
        return comparisons(self.store, level, code, question)

    @by_build
    def _profile(self, level: Level, code: str, question: Question) -> Profile:
        return profile(self.store, level, code, question)

    @by_build
    def _observed(self, mesh: Level, within: Perimeter, indicator: str, how: Cut, line: float | None) -> pd.DataFrame:
        if indicator == SIDES:
            frame = self._sides(mesh, within)
        else:
            frame = self.store.indicator_values(mesh, within, indicator=indicator)
        frame = frame.head(0) if mesh == Level.COMMUNE and within.level == Level.FRANCE else frame
        if indicator == SIDES:
            limits = np.arange(MOST_SIDES + 1)
            # 0, 1, 2, 3, then 4 and more; the band 0 is for what is not known.
            band = (frame["value"].clip(upper=MOST_SIDES) + 1).fillna(0).astype(int)
        else:
            limits, band = cut(frame["value"].to_numpy(float), how, line)
        frame = by_name(frame.assign(band=band))
        frame.attrs["limits"] = tuple(limits)
        return frame.drop(columns="order")

    def _sides(self, mesh: Level, within: Perimeter) -> pd.DataFrame:
        """How many factors add up, in the columns of an indicator: `value` of `denominator` that are known."""
        frame = self.store.cumulation(mesh, within)
        residents = self.store.estimates(mesh, within).set_index("code")["residents"]
        is_known = frame["exposed"].notna().to_numpy(int)
        empty = ("coverage", "error", "reason", "source")
        return frame.assign(
            value=frame["exposed"],
            numerator=np.nan,
            denominator=frame["known"].astype(float),
            residents=frame["code"].map(residents),
            kind=np.array([None, Kind.DERIVED.value], dtype=object)[is_known],
            vintage=np.array([None, ""], dtype=object)[is_known],
            is_thin=False,
            **dict.fromkeys(empty),
        )


def _tally(rows: pd.DataFrame) -> dict[Verdict, int]:
    tally = rows["verdict"].value_counts()
    return {verdict: int(tally.get(verdict.value, 0)) for verdict in ORDER}
