"""What the pages show, asked of the store: frames and records, no component.

`Facts` remembers what changes only with the build, so that a database replaced under the running application is seen
at the next question.
"""

import logging
from dataclasses import replace
from functools import lru_cache

import pandas as pd

from dashboard.i18n import title_column
from dashboard.state import MESHES, Choice, Line, Notice
from dashboard.text.labels import index_name
from geodata import need as gap
from geodata import planning
from geodata.bands import fifths
from geodata.errors import BadInput, UnknownScenario, UnknownTerritory, WorkspaceUnavailable
from geodata.estimate import Estimate, Verdict, verdict_of
from geodata.names import normalise
from geodata.planning import Case
from geodata.priorities import priorities
from geodata.priority import Priority, records
from geodata.profile import Comparisons, Profile, comparisons, profile
from geodata.request import Request
from geodata.response import Responses
from geodata.service import TOWN_HALL
from geodata.store import DEFAULT_DEFINITION, DEFAULT_SCENARIO, Store
from geodata.survey import SCENARIOS, Scenario
from geodata.territory import FRANCE, Level, Perimeter, Zone
from geodata.workspace import Correction, Note, Statement, Workspace

ORDER = tuple(Verdict)
"""Classes from above to not published: the order of the legend."""

NO_NATIONAL = Notice("q", Line.NATIONAL.value)
"""Said when the assumptions chosen were not compared with the national share."""

COLUMNS = [
    "code",
    "name",
    "verdict",
    "share",
    "low",
    "high",
    "p_above",
    "p_above_national",
    "residents",
    "people",
    "people_low",
    "people_high",
    "minutes",
    "robust",
    "reason",
]


class Facts:
    """Questions of the pages. Answers that depend on the build alone are cached by its content hash.

    `workspace` holds what users write; pages that only read the build do without.
    """

    def __init__(self, store: Store, workspace: Workspace | None = None):
        self.store = store
        self.workspace = workspace
        self._corrections: tuple[Correction, ...] = ()
        self.is_workspace_readable = True
        self._names = lru_cache(maxsize=1)(self._read_names)
        self._minutes = lru_cache(maxsize=32)(self._read_minutes)
        self._layers = lru_cache(maxsize=1)(self._read_layers)
        self._rows = lru_cache(maxsize=16)(self._read_rows)
        self._scenarios = lru_cache(maxsize=1)(self._read_scenarios)
        self._compares = lru_cache(maxsize=32)(self._read_compares)
        self._counts = lru_cache(maxsize=64)(self._read_counts)
        self._cases = lru_cache(maxsize=8)(self._read_case)
        self._responses = lru_cache(maxsize=64)(self._read_responses)
        self._estimates = lru_cache(maxsize=256)(self._read_estimate)
        self._comparisons = lru_cache(maxsize=256)(self._read_comparisons)
        self._profiles = lru_cache(maxsize=64)(self._read_profile)
        self._gaps = lru_cache(maxsize=16)(self._read_gap)
        self._priorities = lru_cache(maxsize=16)(self._read_priorities)
        self._indicators = lru_cache(maxsize=1)(lambda version: store.indicators())
        self._observed = lru_cache(maxsize=16)(self._read_observed)
        self._categories = lru_cache(maxsize=1)(lambda version: store.categories())

    @property
    def version(self) -> str:
        """Content hash of the build being served."""
        return self.store.version()

    # -- territories ---------------------------------------------------------------------------------------------------

    def names(self) -> dict[tuple[str, str], str]:
        """Names of régions, départements and EPCI, by (level, code)."""
        return self._names(self.version)

    def regions(self) -> list[tuple[str, str]]:
        """(code, name) of every région, by name."""
        found = [(code, name) for (level, code), name in self.names().items() if level == Level.REGION]
        return sorted(found, key=lambda pair: normalise(pair[1]))

    def place(self, level: str, departement: str | None, region: str | None) -> str:
        """Where a territory lies: "Haute-Garonne, Occitanie"."""
        names = self.names()
        parents = []
        if level in (Level.COMMUNE, Level.EPCI, Level.TVS):
            parents.append(names.get((Level.DEPARTEMENT, departement)))
        if level in (Level.COMMUNE, Level.EPCI, Level.TVS, Level.DEPARTEMENT):
            parents.append(names.get((Level.REGION, region)))
        return ", ".join(dict.fromkeys(name for name in parents if name))

    def overseas(self) -> dict[Zone, str]:
        """Name of each overseas zone that has a département in the database."""
        found = self.names()
        return {zone: found[Level.DEPARTEMENT, zone] for zone in Zone if (Level.DEPARTEMENT, zone) in found}

    def checked(self, choice: Choice) -> tuple[Choice, tuple[Notice, ...]]:
        """The choice with what this database does not hold replaced by its default, and what was replaced."""
        unknown = []
        if choice.region != FRANCE and (Level.REGION, choice.region) not in self.names():
            unknown.append(("r", choice.region, {"region": FRANCE}))
        if choice.mesh not in self.meshes(choice.region):
            unknown.append(("m", choice.mesh.value, {"mesh": Level.EPCI}))
        categories = tuple(c for c in choice.categories if c in set(self.categories()["id"]))
        if categories != choice.categories:
            lost = ",".join(c for c in choice.categories if c not in categories)
            unknown.append(("c", lost, {"categories": categories}))
        if (choice.definition, choice.scenario) not in {(s.definition, s.id) for s in self.scenarios()}:
            default = {"definition": DEFAULT_DEFINITION, "scenario": DEFAULT_SCENARIO}
            unknown.append(("sc", choice.scenario, default))
        if choice.line == Line.NATIONAL and not self.compares_with_nation(choice):
            unknown.append(("q", Line.NATIONAL.value, {"line": Line.THRESHOLD}))
        if choice.indicator and choice.indicator not in set(self.indicators()["id"]):
            unknown.append(("i", choice.indicator, {"indicator": ""}))
        if choice.selected is not None and not self._exists(*choice.selected):
            unknown.append(("s", ":".join(choice.selected), {"selected": None}))
        for _, _, default in unknown:
            choice = replace(choice, **default)
        return choice, tuple(Notice(field, value) for field, value, _ in unknown)

    def _exists(self, level: Level, code: str) -> bool:
        try:
            self.store.territory(level, code)
        except UnknownTerritory:
            return False
        return True

    # -- estimates -----------------------------------------------------------------------------------------------------

    def rows(self, choice: Choice) -> pd.DataFrame:
        """The table that is the map: territories of the mesh, by name, with the class of the chosen line.

        Columns: `COLUMNS`; shares are fractions, `minutes` (nearest town hall) is filled for communes only, `robust` is
        None where there is nothing to compare.
        """
        return self._rows(self.version, replace(choice.question, lang="fr"))

    def screen_rows(self, choice: Choice) -> pd.DataFrame:
        """The same rows, none for communes of the whole country: a screen shows them one région at a time."""
        return pd.DataFrame(columns=COLUMNS) if is_too_wide(choice) else self.rows(choice)

    def filtered_rows(self, choice: Choice) -> pd.DataFrame:
        """Rows left by the filter on classes."""
        rows = self.rows(choice)
        return rows[rows["verdict"].isin(choice.verdicts)] if choice.verdicts else rows

    def scenarios(self) -> list[Scenario]:
        """Scenarios of the flip test that this database holds."""
        return self._scenarios(self.version)

    def compares_with_nation(self, choice: Choice) -> bool:
        """Whether the comparison with the national share was computed under these assumptions."""
        return self._compares(self.version, choice.definition, choice.scenario)

    def estimate(self, choice: Choice, level: Level, code: str) -> Estimate:
        """One estimate with the definition, scenario and threshold of the choice."""
        return self._estimates(self.version, level, code, choice.definition, choice.scenario, choice.threshold)

    def focus(self, choice: Choice) -> Estimate:
        """The territory the sentence is about: the selected one, else the région or the country shown."""
        if choice.selected is not None:
            return self.estimate(choice, *choice.selected)
        if choice.region == FRANCE:
            return self.national(choice)
        return self.estimate(choice, Level.REGION, choice.region)

    def profile(self, choice: Choice, level: Level, code: str) -> Profile:
        """Everything known of one territory, with the definition, scenario and threshold of the choice."""
        return self._profiles(self.version, level, code, choice.definition, choice.scenario, choice.threshold)

    def comparisons(self, choice: Choice, level: Level, code: str) -> Comparisons:
        """A territory beside its comparators and its twins."""
        return self._comparisons(self.version, level, code, choice.definition, choice.scenario)

    def responses(self, choice: Choice, level: Level, code: str) -> Responses:
        """What stands against the need of one territory, the agency's corrections taken into account."""
        asked = (choice.minutes, choice.definition, choice.scenario, choice.threshold)
        return self._responses(self.version, level, code, asked, self.corrections())

    def gap(self, choice: Choice) -> pd.DataFrame:
        """Need crossed with responses, territories of the mesh by name (see `geodata.need.gap_table`); no row for the
        communes of the whole country."""
        question = replace(choice.question, page="/", line=Line.THRESHOLD, lang="fr")
        return self._gaps(self.version, question, self.corrections())

    def priorities(self, choice: Choice, within: Perimeter) -> tuple[Priority, ...]:
        """The tier of each territory of the mesh in a perimeter, by name; none for the communes of the country."""
        question = replace(choice.question, page="/", region=FRANCE, line=Line.THRESHOLD, lang="fr")
        return self._priorities(self.version, question, within, self.corrections())

    def corrections(self) -> tuple[Correction, ...]:
        """What the agency says of its services against their sources; as read last while the workspace cannot be."""
        self._corrections = self._written(lambda workspace: workspace.corrections.list(), self._corrections)
        return self._corrections

    def notes(self, level: Level, code: str) -> tuple[Note, ...]:
        """What the agency wrote about a territory, the first note first; none while the workspace cannot be read."""
        return self._written(lambda workspace: workspace.notes.list(level, code), ())

    def contest(self, code: str, category: str, statement: Statement, *, who: str, why: str, service: str | None):
        """Write a correction of a commune and a category of this database. Raises `UnknownTerritory`, `BadInput`."""
        self.store.territory(Level.COMMUNE, code)
        if category not in set(self.categories()["id"]):
            raise BadInput(f"« {category[:80]} » is no category of services of this database.")
        if service is not None and service not in self.store.existing_services([service]):
            raise BadInput(f"« {service[:80]} » is no service of this database.")
        return self.workspace.corrections.add(code, category, statement, who=who, why=why, service=service)

    def _written(self, read, instead: tuple) -> tuple:
        """What users wrote: pages that only read the build are still answered when it cannot be read, and say so."""
        if self.workspace is None:
            return instead
        try:
            found = read(self.workspace)
        except WorkspaceUnavailable as error:
            if self.is_workspace_readable:
                logging.getLogger(__name__).warning("%s", error)
            self.is_workspace_readable = False
            return instead
        self.is_workspace_readable = True
        return found

    def counts(self, choice: Choice) -> dict[Line, dict[Verdict, int]]:
        """How many territories fall in each class, against each line that is known."""
        question = replace(choice.question, line=Line.THRESHOLD, lang="fr")
        return self._counts(self.version, question)

    def national(self, choice: Choice) -> Estimate:
        """The whole country."""
        return self.estimate(choice, Level.FRANCE, FRANCE)

    def minutes(self, region: str) -> dict[str, float]:
        """Minutes to the nearest town hall from each commune of a région."""
        return self._minutes(self.version, region)

    # -- layers and services -------------------------------------------------------------------------------------------

    def fingerprint(self, level: Level, within: str) -> str | None:
        """Fingerprint of a layer of outlines; None when there is no such layer."""
        return self._layers(self.version).get((level, within))

    def meshes(self, region: str) -> tuple[Level, ...]:
        """Meshes to choose from in a région; the areas of an agency only where it handed them in."""
        return tuple(m for m in MESHES if m != Level.TVS or self.fingerprint(m, region) is not None)

    def categories(self) -> pd.DataFrame:
        """Categories of services present in the database."""
        return self._categories(self.version)

    def titles(self, lang: str) -> dict[str, str]:
        """Title of each category of services, by identifier."""
        found = self.categories()
        return dict(zip(found["id"], found[title_column(lang)], strict=True))

    def source_titles(self) -> dict[str, str]:
        """Short title of each source, by identifier: what stands before its explanation."""
        found = self.store.sources()
        return {row.id: row.title.split(" : ")[0].split(" (")[0] for row in found.itertuples()}

    def indicators(self) -> pd.DataFrame:
        """The catalogue of indicators, in its order."""
        return self._indicators(self.version)

    def observed(self, choice: Choice) -> pd.DataFrame:
        """The indicator of the choice on each territory of the mesh, by name: the columns of `Store.indicator_values`
        and `band`, 1 to 5 and 0 where it is not known (`geodata.bands`); no row for the communes of the country."""
        return self._observed(self.version, choice.mesh, choice.region, choice.indicator)

    # -- plans ---------------------------------------------------------------------------------------------------------

    def case(self, request: Request) -> Case:
        """The places of a request for new teams."""
        rules = {"floor_teams": 0, "floor_share": 0, "cost": None, "costs": (), "budget": None}
        places = replace(request, teams=1, forced=(), excluded=(), **rules)
        return self._cases(self.version, places)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _read_names(self, version: str) -> dict[tuple[str, str], str]:
        frames = [self.store.territories(level) for level in (Level.REGION, Level.DEPARTEMENT, Level.TVS, Level.EPCI)]
        every = pd.concat(frames)
        return dict(zip(zip(every["level"], every["code"], strict=True), every["name"], strict=True))

    def _read_rows(self, version: str, choice: Choice) -> pd.DataFrame:
        asked = {"definition": choice.definition, "scenario": choice.scenario, "threshold": choice.threshold}
        frame = self.store.estimates(choice.mesh, choice.region, **asked)
        if choice.line == Line.NATIONAL:
            frame["verdict"] = verdict_of(frame["p_above_national"])
        frame["minutes"] = (
            frame["code"].map(self.minutes(choice.region)) if choice.mesh == Level.COMMUNE else float("nan")
        )
        frame["residents"] = frame["residents"].round()
        flips = self.store.flips(choice.mesh, choice.region, **asked)
        frame["robust"] = frame["code"].map(dict(zip(flips["code"], flips["robust"], strict=True))).astype(object)
        return frame.assign(order=frame["name"].map(_order)).sort_values(["order", "code"])[COLUMNS]

    def _read_counts(self, version: str, question: Choice) -> dict[Line, dict[Verdict, int]]:
        rows = self.screen_rows(question)
        national = rows.assign(verdict=verdict_of(rows["p_above_national"].astype(float)))
        found = {Line.THRESHOLD: _counts(rows)}
        return found | {Line.NATIONAL: _counts(national)} if self.compares_with_nation(question) else found

    def _read_scenarios(self, version: str) -> list[Scenario]:
        return [s for s in SCENARIOS if self._holds(s)]

    def _holds(self, scenario: Scenario) -> bool:
        try:
            self.store.estimate(Level.FRANCE, FRANCE, definition=scenario.definition, scenario=scenario.id)
        except UnknownScenario:
            return False
        return True

    def _read_compares(self, version: str, definition: str, scenario: str) -> bool:
        frame = self.store.estimates(Level.DEPARTEMENT, FRANCE, definition=definition, scenario=scenario)
        return bool(frame["p_above_national"].notna().any())

    def _read_gap(self, version: str, choice: Choice, corrections: tuple[Correction, ...]) -> pd.DataFrame:
        frame = gap.gap_table(
            self.store,
            choice.mesh,
            choice.region,
            minutes=choice.minutes,
            definition=choice.definition,
            scenario=choice.scenario,
            threshold=choice.threshold,
            families=choice.families,
            corrections=corrections,
        )
        frame = frame.head(0) if is_too_wide(choice) else frame
        frame["residents"] = frame["residents"].round()
        return frame.assign(order=frame["name"].map(_order)).sort_values(["order", "code"]).drop(columns="order")

    def _read_priorities(
        self, version: str, choice: Choice, within: Perimeter, corrections: tuple[Correction, ...]
    ) -> tuple[Priority, ...]:
        if choice.mesh == Level.COMMUNE and within.level == Level.FRANCE:
            return ()
        table = priorities(
            self.store,
            choice.mesh,
            within,
            minutes=choice.minutes,
            definition=choice.definition,
            scenario=choice.scenario,
            threshold=choice.threshold,
            families=choice.families,
            corrections=corrections,
        )
        return tuple(sorted(records(table), key=lambda found: (_order(found.name), found.code)))

    def _read_observed(self, version: str, mesh: Level, region: str, indicator: str) -> pd.DataFrame:
        frame = self.store.indicator_values(mesh, region, indicator=indicator)
        frame = frame.head(0) if mesh == Level.COMMUNE and region == FRANCE else frame
        limits, band = fifths(frame["value"].to_numpy(float))
        frame = frame.assign(band=band, order=frame["name"].map(_order)).sort_values(["order", "code"])
        frame.attrs["limits"] = tuple(limits)
        return frame.drop(columns="order")

    def _read_minutes(self, version: str, region: str) -> dict[str, float]:
        nearest = self.store.access(region, categories=[TOWN_HALL])
        return dict(zip(nearest["code_insee"], nearest["travel_min"], strict=True))

    def _read_case(self, version: str, places: Request) -> Case:
        return planning.case(self.store, places)

    def _read_estimate(self, version: str, level: Level, code: str, definition: str, scenario: str, line: float):
        return self.store.estimate(level, code, definition=definition, scenario=scenario, threshold=line)

    def _read_comparisons(self, version: str, level: Level, code: str, definition: str, scenario: str):
        return comparisons(self.store, level, code, definition=definition, scenario=scenario)

    def _read_profile(self, version: str, level: Level, code: str, definition: str, scenario: str, line: float):
        return profile(self.store, level, code, definition=definition, scenario=scenario, threshold=line)

    def _read_responses(self, version: str, level: Level, code: str, asked: tuple, corrections: tuple[Correction, ...]):
        minutes, definition, scenario, line = asked
        question = {"minutes": minutes, "definition": definition, "scenario": scenario, "threshold": line}
        return gap.responses(self.store, level, code, **question, corrections=corrections)

    def _read_layers(self, version: str) -> dict[tuple[str, str], str]:
        layers = self.store.screen_layers()
        return dict(zip(zip(layers["level"], layers["within"], strict=True), layers["fingerprint"], strict=True))


def is_too_wide(choice: Choice) -> bool:
    """Communes are shown one région at a time: 35,000 rows and outlines help nobody."""
    return choice.mesh == Level.COMMUNE and choice.region == FRANCE


@lru_cache(maxsize=50_000)
def _order(name: str) -> str:
    """What a name is sorted by: asked for the same 36,000 names at every change of threshold."""
    return normalise(index_name(name))


def _counts(rows: pd.DataFrame) -> dict[Verdict, int]:
    found = rows["verdict"].value_counts()
    return {verdict: int(found.get(verdict.value, 0)) for verdict in ORDER}
