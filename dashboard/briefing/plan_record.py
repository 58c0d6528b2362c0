"""A plan as the workspace keeps it: its request, the list computed, the list kept, and what is told beside them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geodata.errors import BadInput
from geodata.plan import Plan
from geodata.plan_story import Reason, TradeOffs
from geodata.request import Request

if TYPE_CHECKING:
    from geodata.workspace.workspace import Plans


@dataclass(frozen=True, kw_only=True)
class PlanRecord:
    """`computed` and `kept`, the lists that were computed and kept, are None before the first answer; `version` is 0
    for the work in progress. `before`: sites (id and name), people reached and database of the list that was there
    before it was asked again, if any."""

    id: str
    version: int
    name: str
    is_decided: bool
    justification: str
    written_on: str
    written_by: str
    request: Request
    computed: Plan | None
    kept: Plan | None
    locked: tuple[str, ...]
    data_hash: str
    names: dict[str, dict]
    trade_offs: TradeOffs | None = None
    before: dict | None = None

    @property
    def is_answered(self) -> bool:
        """Whether there is a list."""
        return self.kept is not None

    @property
    def plan(self) -> Plan:
        """The list kept. Raises `BadInput` before the first answer."""
        return self._answered(self.kept)

    @property
    def proposal(self) -> Plan:
        """The list computed. Raises `BadInput` before the first answer."""
        return self._answered(self.computed)

    def _answered(self, plan: Plan | None) -> Plan:
        if plan is None:
            raise BadInput(f"plan {self.id} has no list of sites yet.")
        return plan

    @property
    def is_edited(self) -> bool:
        """Whether the list kept is another one than the list computed."""
        return {site.id for site in self.plan.sites} != {site.id for site in self.proposal.sites}

    @property
    def sites(self) -> tuple[str, ...]:
        """Sites of the list kept, once for every team."""
        return tuple(site.id for site in self.plan.sites for _team in range(site.teams))

    def reason(self, site: str) -> Reason | None:
        """Why a site is in the list; None in plans that do not tell."""
        written = self.names.get(site, {}).get("reason")
        return None if written is None else Reason.from_dict(written)


def parts(content: dict) -> dict:
    """The parts of a `PlanRecord` that the content of a saved plan holds."""
    plan, proposal = (None if content[key] is None else Plan.from_dict(content[key]) for key in ("plan", "proposal"))
    return {
        "request": Request.from_dict(content["request"]),
        "computed": proposal,
        "kept": plan,
        "locked": tuple(content["locked"]),
        "data_hash": content["data_hash"],
        "names": content.get("names", {}),
        "trade_offs": TradeOffs.from_dict(content["trade_offs"]) if content.get("trade_offs") else None,
        "before": content.get("before"),
    }


def record_of(plans: "Plans", identifier: str, version: int) -> PlanRecord:
    """A plan of the workspace, or one of its versions. Raises `UnknownRecord`."""
    if version:
        kept = plans.version(identifier, version)
        return PlanRecord(
            id=identifier,
            version=version,
            name=kept.name,
            is_decided=kept.is_decided,
            justification=kept.justification,
            written_on=kept.saved_on,
            written_by=kept.saved_by,
            **parts(kept.content),
        )
    saved = plans.get(identifier)
    return PlanRecord(
        id=identifier,
        version=0,
        name=saved.name,
        is_decided=saved.is_decided,
        justification="",
        written_on=saved.written_on,
        written_by=saved.written_by,
        **parts(saved.content),
    )
