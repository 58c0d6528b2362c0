"""Need against responses, and where to start."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from dashboard.facts.estimates import EstimateFacts
from dashboard.facts.order import by_name, is_too_wide, table_question
from dashboard.facts.reader import by_build
from dashboard.facts.written import WrittenFacts
from dashboard.state import Choice, Line
from geodata import need, planning
from geodata.cumulation import COUNTED
from geodata.estimate import Total
from geodata.indicator import Side
from geodata.need import Squares
from geodata.planning import Case
from geodata.priority import Priority, records
from geodata.priority_table import priorities
from geodata.question import Question
from geodata.request import Request
from geodata.response import Responses
from geodata.territory import FRANCE, Level, Perimeter
from geodata.totals import total
from geodata.workspace import Correction

MOST = 0.5
"""Share of the territories of which a side of life is known, from which it is said to be known of them."""


class NeedFacts(EstimateFacts, WrittenFacts):
    """Need, responses, tiers and the places of a plan; what the agency corrects is in them."""

    def responses(
        self, choice: Choice, level: Level, code: str, corrections: tuple[Correction, ...] | None = None
    ) -> Responses:
        """What stands against the need of one territory, the agency's corrections (or those given) taken into
        account."""
        held = self.corrections() if corrections is None else corrections
        return self._responses(level, code, choice.question, choice.minutes, held)

    def need(self, choice: Choice) -> pd.DataFrame:
        """Need crossed with responses, territories of the mesh by name (see `geodata.need.need_table`); no row for the
        communes of the whole country."""
        return self._need(table_question(choice, page="/", line=Line.THRESHOLD), self.corrections())

    def priorities(self, choice: Choice, within: Perimeter) -> tuple[Priority, ...]:
        """The tier of each territory of the mesh in a perimeter, by name; none for the communes of the country."""
        question = table_question(choice, page="/", region=FRANCE, line=Line.THRESHOLD)
        return self._priorities(question, within, self.corrections())

    def squares(self, level: Level, code: str) -> Squares | None:
        """Where residents of a territory are near services and where far, by group of squares; None where no square was
        given. Lists that the agency corrected since are not known there."""
        return need.squares_in(self.store, self.version, level, code, self.corrections())

    @by_build
    def sides_with_data(self, mesh: Level, within: Perimeter) -> tuple[Side, ...]:
        """Sides of life known of most territories of a mesh, among those that may add up."""
        sides = self.store.cumulation(mesh, within)["known_sides"]
        shares = sides.explode().value_counts() / max(len(sides), 1)
        return tuple(side for side in COUNTED if shares.get(side.value, 0) >= MOST)

    def total(self, choice: Choice, mesh: Level, codes: Sequence[str]) -> Total:
        """People expected in some territories together."""
        return self._total(choice.question.law, mesh, tuple(codes))

    def case(self, request: Request) -> Case:
        """The places of a request for new teams."""
        places = replace(
            request,
            # Imposed sites are candidates whatever the others: they stay.
            forced=tuple(sorted({*request.forced, *request.opened})),
            opened=(),
            excluded=(),
            teams=1,
            team="",
            capacity=None,
            teams_at_site=1,
            # Of a floor, the places know whom it counts and for whom, not how much it asks.
            floor_teams=min(request.floor_teams, 1),
            floor_share=float(request.floor_share > 0),
            floor_anywhere=False,
            cost=None,
            costs=(),
            budget=None,
        )
        return self._case(places)

    @by_build
    def _need(self, choice: Choice, corrections: tuple[Correction, ...]) -> pd.DataFrame:
        frame = self._need_table(choice, choice.within, corrections)
        frame = frame.head(0) if is_too_wide(choice) else frame
        frame["residents"] = frame["residents"].round()
        return by_name(frame).drop(columns="order")

    @by_build
    def _priorities(
        self, choice: Choice, within: Perimeter, corrections: tuple[Correction, ...]
    ) -> tuple[Priority, ...]:
        if choice.mesh == Level.COMMUNE and within.level == Level.FRANCE:
            return ()
        with self.store.one_build():
            table = self._need_table(choice, within, corrections)
            table = priorities(self.store, table, choice.mesh, within, choice.question)
        return tuple(records(by_name(table)))

    def _need_table(self, choice: Choice, within: Perimeter, corrections: tuple[Correction, ...]) -> pd.DataFrame:
        return need.need_table(
            self.store,
            choice.mesh,
            within,
            choice.question,
            minutes=choice.minutes,
            families=choice.families,
            corrections=corrections,
        )

    @by_build
    def _total(self, question: Question, mesh: Level, codes: tuple[str, ...]) -> Total:
        return total(self.store, mesh, codes, question)

    @by_build
    def _case(self, places: Request) -> Case:
        return planning.case(self.store, places)

    @by_build
    def _responses(
        self,
        level: Level,
        code: str,
        question: Question,
        minutes: float,
        corrections: tuple[Correction, ...],
    ) -> Responses:
        return need.responses(self.store, level, code, question, minutes=minutes, corrections=corrections)
