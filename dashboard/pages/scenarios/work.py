"""What happens to a plan between two screens: computed out of the queue, kept in the workspace, edited by hand.

Every state is in the workspace, none in the process: any worker can show, cancel or go on with a plan. No component.
"""

import logging
import time
from dataclasses import asdict, dataclass, replace

from dashboard.clients import client
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.jobs import UNWRITTEN, is_lost
from dashboard.settings import Settings
from geodata.errors import BadInput, Infeasible
from geodata.plan import Conflict, ConflictKind, Plan
from geodata.planning import DRAWS, SECONDS, measure, propose
from geodata.request import MODELLED, Request
from geodata.workspace import Job, JobState, SavedPlan, identifier, import_json


@dataclass(frozen=True)
class Shown:
    """A plan as the page shows it. `plan` and `proposal` are None before the first answer; `revision` is None for a
    version, which nobody changes; `job` is the computation that is running or failed, if any."""

    id: str
    version: int
    name: str
    revision: int | None
    is_decided: bool
    justification: str
    written_on: str
    written_by: str
    request: Request
    proposal: Plan | None
    plan: Plan | None
    locked: tuple[str, ...]
    data_hash: str
    names: dict[str, dict]
    job: Job | None

    @property
    def is_edited(self) -> bool:
        """Whether the list kept is another one than the list computed."""
        return {site.id for site in self.plan.sites} != {site.id for site in self.proposal.sites}

    @property
    def is_running(self) -> bool:
        """Whether an answer may still come: a computation that was stopped has still its best list to write."""
        return self.job is not None and self.job.state in UNWRITTEN and not is_lost(self.job)


KIND = "plan"

_FIRST_SECONDS = 0.8
"""How long a request waits for its first list."""


class _Cancelled(Exception):
    """The reader asked to stop: the best answer so far is kept."""


def opened(known: Facts, plan: tuple[str, int]) -> Shown:
    """The plan of an address. Raises `UnknownRecord`."""
    identifier, version = plan
    saved = known.workspace.plans.get(identifier)
    if version:
        kept = known.workspace.plans.version(identifier, version)
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
    job = known.workspace.jobs.get(saved.content["job"]) if saved.content.get("job") else None
    if job is not None and job.state == JobState.DONE:
        # It may have ended between the two questions: what it wrote is there now.
        saved = known.workspace.plans.get(identifier)
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


def start(known: Facts, request: Request, *, name: str, who: str) -> SavedPlan:
    """A new plan, and its computation in the queue. Raises `QueueFull`."""
    known.workspace.jobs.check_room(client())
    job = identifier()
    plan = known.workspace.plans.create(name, _empty(known, request, job), who=who)
    _ask(known, plan, request, job)
    return plan


def start_again(known: Facts, shown: Shown, *, revision: int, who: str) -> SavedPlan:
    """Look for the best plan again around the sites that are locked. Raises `QueueFull`."""
    known.workspace.jobs.check_room(client())
    request, job = replace(shown.request, forced=shown.locked), identifier()
    content = _empty(known, request, job) | {"locked": list(shown.locked)}
    plan = known.workspace.plans.write(shown.id, content, revision=revision, who=who)
    _ask(known, plan, request, job)
    return plan


def edit(known: Facts, shown: Shown, *, revision: int, who: str, sites=None, locked=None) -> SavedPlan:
    """Other `sites` or other `locked` ones, counted again and kept. Raises what `geodata.planning.measure` raises."""
    plan = shown.plan
    if sites is not None:
        plan = measure(known.case(shown.request), shown.request, tuple(sites), shown.proposal)
    kept = tuple(shown.locked if locked is None else locked)
    content = _content(known, shown.request, shown.proposal, plan, kept)
    return known.workspace.plans.write(shown.id, content, revision=revision, who=who)


def brought(known: Facts, text: str, *, who: str) -> SavedPlan:
    """A new plan from the text of an exported one. Raises `BadInput`; nothing is written then."""
    return import_json(known.workspace, text, who=who, check=_readable)


def _readable(content: dict) -> None:
    try:
        Request.from_dict(content["request"])
        for key in ("plan", "proposal"):
            if content[key] is not None:
                Plan.from_dict(content[key])
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(f"the request, the list computed or the list kept is not whole ({error}).") from error


def copy(known: Facts, shown: Shown, *, lang: str, who: str) -> SavedPlan:
    """The same plan under another name."""
    _ = words(lang)
    content = known.workspace.plans.get(shown.id).content
    if shown.version:
        content = known.workspace.plans.version(shown.id, shown.version).content
    return known.workspace.plans.create(_("%s (copy)") % shown.name, content, who=who)


def conflicts(job: Job) -> list[Conflict]:
    """Why a computation found its request impossible."""
    written = (job.answer or {}).get("conflicts", [])
    return [Conflict(**one | {"kind": ConflictKind(one["kind"]), "places": tuple(one["places"])}) for one in written]


# -- inside ----------------------------------------------------------------------------------------------------------


def _shown(content: dict, job: Job | None, **record) -> Shown:
    plan, proposal = (None if content[key] is None else Plan.from_dict(content[key]) for key in ("plan", "proposal"))
    return Shown(
        **record,
        request=Request.from_dict(content["request"]),
        proposal=proposal,
        plan=plan,
        locked=tuple(content["locked"]),
        data_hash=content["data_hash"],
        names=content.get("names", {}),
        job=job,
    )


def _empty(known: Facts, request: Request, job: str) -> dict:
    return {
        "request": request.to_dict(),
        "proposal": None,
        "plan": None,
        "locked": [],
        "names": {},
        "data_hash": known.version,
        "job": job,
    }


def _content(known: Facts, request: Request, proposal: Plan, plan: Plan, locked: tuple[str, ...]) -> dict:
    sites = known.case(request).sites
    used = dict.fromkeys(site.id for site in (*proposal.sites, *plan.sites))
    columns = ["name", "code_insee", "commune", "departement", "lon", "lat"]
    return {
        "request": request.to_dict(),
        "proposal": proposal.to_dict(),
        "plan": plan.to_dict(),
        "locked": list(locked),
        "names": sites.loc[list(used), columns].to_dict("index"),
        "data_hash": known.version,
    }


def _ask(known: Facts, plan: SavedPlan, request: Request, job: str) -> None:
    asked = {
        "request": request.to_dict(),
        "plan": plan.id,
        "revision": plan.revision,
        "who": plan.written_by,
        "locked": plan.content["locked"],
    }
    known.workspace.jobs.ask(KIND, asked, client=client(), job=job)
    # The first list takes tenths of a second: the page then opens on it instead of on an empty map.
    until = time.monotonic() + _FIRST_SECONDS
    while time.monotonic() < until and not _has_answered(known.workspace.jobs.get(job)):
        time.sleep(0.05)


def _has_answered(job: Job) -> bool:
    return job.answer is not None or job.state not in (JobState.WAITING, JobState.RUNNING)


def compute(known: Facts, settings: Settings, job: Job) -> None:
    """Look for the best plan of a request; every better list is shown at once."""
    request, identifier = Request.from_dict(job.asked["request"]), job.asked["plan"]
    jobs, best, steps, started = known.workspace.jobs, None, 0, time.monotonic()

    def tell(plan: Plan) -> None:
        nonlocal best, steps
        # Once the plan is found, the same one comes back before each plausible situation.
        is_drawing, steps = plan is best, steps + (plan is best)
        searched = min((time.monotonic() - started) / SECONDS, 1) * (0.6 if request.aim in MODELLED else 1)
        done = 0.6 + 0.4 * steps / DRAWS if is_drawing else searched
        best = plan
        said = jobs.tell(job.id, progress=min(done, 0.99), answer=None if is_drawing else {"plan": plan.to_dict()})
        if said.state == JobState.CANCELLED:
            raise _Cancelled

    try:
        best = propose(known.case(request), request, progress=tell)
    except _Cancelled:
        logging.getLogger(__name__).info("computation %s was cancelled", job.id)
    except Infeasible as error:
        answer = {"conflicts": [asdict(conflict) for conflict in error.conflicts]}
        jobs.tell(job.id, progress=1.0, answer=answer, state=JobState.FAILED, message=str(error))
        return
    content = _content(known, request, best, best, tuple(job.asked["locked"]))
    known.workspace.plans.write(identifier, content, revision=job.asked["revision"], who=job.asked["who"])
    jobs.tell(job.id, progress=1.0, state=JobState.DONE)
