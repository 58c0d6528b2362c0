"""What happens to a plan between two screens: computed out of the queue, kept in the workspace, edited by hand.

Every state is in the workspace, none in the process: any worker can show, cancel or go on with a plan. No component.
"""

import logging
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

import pandas as pd

from dashboard.briefing.plan_record import PlanRecord, parts
from dashboard.clients import client
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.jobs import UNWRITTEN, is_lost
from dashboard.settings import Settings
from geodata.errors import BadInput, Infeasible
from geodata.explanation import reasons
from geodata.plan import Aim, Conflict, ConflictKind, Plan
from geodata.plan_story import TradeOffs
from geodata.planning import DRAWS, SECONDS, Case, measure, places_with, propose
from geodata.request import COMMUNES, MODELLED, Request
from geodata.tradeoffs import trade_offs
from geodata.workspace import LONGEST, Job, JobState, SavedPlan, identifier, import_json


@dataclass(frozen=True, kw_only=True)
class Shown(PlanRecord):
    """A plan as the page shows it. `revision` is None for a version, which nobody changes; `job` is the computation
    that is running or failed, if any."""

    revision: int | None
    job: Job | None

    @property
    def is_running(self) -> bool:
        """Whether an answer may still come: a computation that was stopped has still its best list to write."""
        return self.job is not None and self.job.state in UNWRITTEN and not is_lost(self.job)


KIND = "plan"

_FIRST_SECONDS = 0.8
"""How long a request waits for its first list."""


class _Cancelled(Exception):
    """The reader asked to stop: the best answer so far is kept."""


def opened(facts: Facts, plan: tuple[str, int]) -> Shown:
    """The plan of an address. Raises `UnknownRecord`."""
    identifier, version = plan
    saved = facts.workspace.plans.get(identifier)
    if version:
        kept = facts.workspace.plans.version(identifier, version)
        return _shown(
            kept.content,
            None,
            id=identifier,
            version=version,
            name=kept.name,
            revision=None,
            is_decided=kept.is_decided,
            justification=kept.justification,
            written_on=kept.saved_on,
            written_by=kept.saved_by,
        )
    job = facts.workspace.jobs.get(saved.content["job"]) if saved.content.get("job") else None
    if job is not None and job.state == JobState.DONE:
        # It may have ended between the two questions: what it wrote is there now.
        saved = facts.workspace.plans.get(identifier)
        job = job if saved.content.get("job") else None
    content = saved.content
    if job is not None and job.answer and "plan" in job.answer and content["plan"] is None:
        content = content | {"plan": job.answer["plan"], "proposal": job.answer["plan"]}
    return _shown(
        content,
        job,
        id=identifier,
        version=0,
        name=saved.name,
        revision=saved.revision,
        is_decided=saved.is_decided,
        justification="",
        written_on=saved.written_on,
        written_by=saved.written_by,
    )


def default_name(request: Request, region: str, lang: str) -> str:
    """A name for a plan that has none yet."""
    _ = words(lang)
    return _("%(teams)s teams, %(minutes)s min, %(region)s") % {
        "teams": request.teams,
        "minutes": f"{request.minutes:g}",
        "region": region,
    }


def start(facts: Facts, request: Request, *, name: str, who: str) -> SavedPlan:
    """A new plan, and its computation in the queue. Raises `QueueFull`."""
    facts.workspace.jobs.check_room(client())
    job = identifier()
    plan = facts.workspace.plans.create(name, _empty(facts, request, job), who=who)
    _ask(facts, plan, request, job)
    return plan


def start_again(facts: Facts, shown: Shown, *, revision: int, who: str) -> SavedPlan:
    """Look for the best plan again around the sites that are locked. Raises `QueueFull`."""
    facts.workspace.jobs.check_room(client())
    locked = tuple(one for one in shown.locked if one not in shown.request.opened)
    request, job = replace(shown.request, forced=locked), identifier()
    content = _empty(facts, request, job) | {"locked": list(shown.locked), "before": _before(shown)}
    plan = facts.workspace.plans.write(shown.id, content, revision=revision, who=who)
    _ask(facts, plan, request, job)
    return plan


def _before(shown: Shown) -> dict | None:
    if not shown.is_answered:
        return shown.before
    names = {site.id: shown.names[site.id]["name"] for site in shown.plan.sites}
    return {"sites": names, "reached": shown.plan.reached, "data_hash": shown.data_hash}


def edit(
    facts: Facts,
    shown: Shown,
    *,
    revision: int,
    who: str,
    sites: Sequence[str] | None = None,
    locked: Sequence[str] | None = None,
    opened: Sequence[str] | None = None,
) -> SavedPlan:
    """Other `sites`, `locked` or `opened` ones, counted again and kept. Raises what `measure` raises."""
    plan = shown.plan
    if opened is not None:
        shown = replace(shown, request=replace(shown.request, opened=tuple(opened)))
    if sites is not None:
        plan = measure(places(facts, shown.request, sites), shown.request, tuple(sites), shown.proposal)
    kept = tuple(shown.locked if locked is None else locked)
    content = _content(facts, shown.request, shown.proposal, plan, kept)
    content |= {"before": shown.before, "trade_offs": shown.trade_offs and shown.trade_offs.to_dict()}
    return facts.workspace.plans.write(shown.id, content, revision=revision, who=who)


def brought(facts: Facts, text: str, *, who: str) -> SavedPlan:
    """A new plan from the text of an exported one. Raises `BadInput`; nothing is written then."""
    return import_json(facts.workspace, text, who=who, check=_readable)


def _readable(content: dict) -> None:
    try:
        Request.from_dict(content["request"])
        for key in ("plan", "proposal"):
            if content[key] is not None:
                Plan.from_dict(content[key])
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(f"the request, the list computed or the list kept is not whole ({error}).") from error


def places(facts: Facts, request: Request, sites: Collection[str]) -> Case:
    """The places of a request where these sites are possible too."""
    return facts.case(places_with(request, sites))


def everywhere(facts: Facts, shown: Shown) -> pd.DataFrame:
    """The sites that may be added by hand: the possible ones, and every commune."""
    possible, communes = (facts.case(one).sites for one in (shown.request, replace(shown.request, candidates=COMMUNES)))
    return pd.concat([possible, communes[~communes.index.isin(possible.index)]])


MOST_LETTERS = LONGEST["name"]
"""Letters of the name of a plan, at most: one line of a list, of a file's name and of a page."""


def listed(facts: Facts) -> list[SavedPlan]:
    """Plans to choose from: not those whose request could not be met, which have no list of sites."""
    return [
        plan for plan in facts.workspace.plans.list() if plan.content["plan"] is not None or _may_answer(facts, plan)
    ]


def _may_answer(facts: Facts, plan: SavedPlan) -> bool:
    job = facts.workspace.jobs.get(plan.content["job"]) if plan.content.get("job") else None
    return job is not None and job.state in UNWRITTEN and not is_lost(job)


def copy(facts: Facts, shown: Shown, *, lang: str, who: str) -> SavedPlan:
    """The same plan under another name."""
    _ = words(lang)
    content = facts.workspace.plans.get(shown.id).content
    if shown.version:
        content = facts.workspace.plans.version(shown.id, shown.version).content
    too_long = max(len(_("%s (copy)") % shown.name) - MOST_LETTERS, 0)
    name = shown.name[: len(shown.name) - too_long - 1] + "…" if too_long else shown.name
    return facts.workspace.plans.create(_("%s (copy)") % name, content, who=who)


def conflicts(job: Job) -> list[Conflict]:
    """Why a computation found its request impossible."""
    written = (job.answer or {}).get("conflicts", [])
    return [Conflict(**one | {"kind": ConflictKind(one["kind"]), "places": tuple(one["places"])}) for one in written]


# -- inside ----------------------------------------------------------------------------------------------------------


def _shown(content: dict, job: Job | None, **record: Any) -> Shown:
    return Shown(**record, **parts(content), job=job)


def _empty(facts: Facts, request: Request, job: str) -> dict:
    return {
        "request": request.to_dict(),
        "proposal": None,
        "plan": None,
        "locked": [],
        "names": {},
        "data_hash": facts.version,
        "job": job,
    }


def _content(facts: Facts, request: Request, proposal: Plan, plan: Plan, locked: tuple[str, ...]) -> dict:
    case = places(facts, request, [site.id for site in (*proposal.sites, *plan.sites)])
    used = dict.fromkeys(site.id for site in (*proposal.sites, *plan.sites))
    columns = ["name", "code_insee", "commune", "departement", "epci", "lon", "lat"]
    names = case.sites.loc[list(used), columns].astype(object).where(case.sites.loc[list(used), columns].notna(), None)
    names = names.to_dict("index")
    for site, reason in reasons(case, request, plan).items():
        names[site]["reason"] = reason.to_dict()
    return {
        "request": request.to_dict(),
        "proposal": proposal.to_dict(),
        "plan": plan.to_dict(),
        "locked": list(locked),
        "names": names,
        "data_hash": facts.version,
    }


def _ask(facts: Facts, plan: SavedPlan, request: Request, job: str) -> None:
    parameters = {
        "request": request.to_dict(),
        "plan": plan.id,
        "revision": plan.revision,
        "who": plan.written_by,
        "locked": plan.content["locked"],
        "before": plan.content.get("before"),
    }
    facts.workspace.jobs.ask(KIND, parameters, client=client(), job=job)
    # The first list takes tenths of a second: the page then opens on it instead of on an empty map.
    until = time.monotonic() + _FIRST_SECONDS
    while time.monotonic() < until and not _has_answered(facts.workspace.jobs.get(job)):
        time.sleep(0.05)


def _has_answered(job: Job) -> bool:
    return job.answer is not None or job.state not in (JobState.WAITING, JobState.RUNNING)


def compute(facts: Facts, settings: Settings, job: Job) -> None:
    """Look for the best plan of a request; every better list is shown at once."""
    request, identifier = Request.from_dict(job.asked["request"]), job.asked["plan"]
    jobs, best, steps, started = facts.workspace.jobs, None, 0, time.monotonic()

    def tell(plan: Plan) -> None:
        nonlocal best, steps
        # Once the plan is found, the same one comes back before each plausible situation.
        is_drawing, steps = plan is best, steps + (plan is best)
        searched = min((time.monotonic() - started) / SECONDS, 1) * (0.6 if request.public in MODELLED else 1)
        done = 0.6 + 0.4 * steps / DRAWS if is_drawing else searched
        best = plan
        record = jobs.tell(job.id, progress=min(done, 0.99), answer=None if is_drawing else {"plan": plan.to_dict()})
        if record.state == JobState.CANCELLED:
            raise _Cancelled

    try:
        best = propose(facts.case(request), request, progress=tell)
    except _Cancelled:
        logging.getLogger(__name__).info("computation %s was cancelled", job.id)
    except Infeasible as error:
        answer = {"conflicts": [asdict(conflict) for conflict in error.conflicts]}
        jobs.tell(job.id, progress=1.0, answer=answer, state=JobState.FAILED, message=str(error))
        return
    if best is None:
        raise AssertionError("a search that was stopped had told a list")
    content = _content(facts, request, best, best, tuple(job.asked["locked"])) | {"before": job.asked.get("before")}
    with suppress(_Cancelled):
        content["trade_offs"] = _trade_offs(facts, request, best, job).to_dict()
    facts.workspace.plans.write(identifier, content, revision=job.asked["revision"], who=job.asked["who"])
    jobs.tell(job.id, progress=1.0, state=JobState.DONE)


def _trade_offs(facts: Facts, request: Request, best: Plan, job: Job) -> TradeOffs:
    def go_on() -> None:
        if facts.workspace.jobs.tell(job.id, progress=0.99).state == JobState.CANCELLED:
            raise _Cancelled

    far = facts.case(replace(request, aim=Aim.WORST_TENTH))
    return trade_offs(facts.case(request), far, request, best, before_each=go_on)
