"""The numbers of a plan, with their words."""

from collections.abc import Mapping

from dashboard import text
from dashboard.briefing.plan_record import PlanRecord
from dashboard.i18n import words
from dashboard.text import plan as plan_text
from geodata.disclosure import round_people, round_range
from geodata.plan import Coverage
from geodata.request import Request


def figures(shown: PlanRecord, lang: str) -> list[tuple[str, str]]:
    """The numbers of a plan, with their words."""
    _ = words(lang)
    plan = shown.plan
    rows = [
        (_("Teams placed"), text.number(plan.team_count, lang)),
        (_("People to reach"), plan_text.people(plan.people, lang)),
        (_("Within reach of a team in place"), already_reached(shown.request, plan.reached_before, lang)),
        (_("Newly within reach"), plan_text.people(plan.reached, lang)),
        (
            _("Accompanied at a time, at most"),
            _("capacity not given") if plan.accompanied is None else text.number(plan.accompanied, lang),
        ),
        (_("Within reach of several teams, counted once"), plan_text.people(plan.overlap, lang)),
        (_("Left out of reach"), plan_text.people(plan.unserved, lang)),
        (_("Share within reach of any team"), text.percent(plan.share, lang, 0)),
    ]
    if shown.request.budget is not None:
        cost = sum([(shown.request.cost_at(site.id) or 0) * site.teams for site in plan.sites])
        rows.append((_("Cost (€)"), text.number(cost, lang)))
        rows.append((_("Budget (€)"), text.number(shown.request.budget, lang)))
    return rows


def by_departement(shown: PlanRecord, named: Mapping[str, str], lang: str) -> tuple[list[str], list[list[str]]]:
    """Head and rows: what a plan does in each département; `named` are their names by code."""
    _ = words(lang)
    head = [
        _("Département"),
        _("Teams"),
        _("People to reach"),
        _("By a team in place"),
        _("Newly reached"),
        _("Share reached by a team of the département"),
        _("Left out"),
        _("Share within reach"),
    ]
    rows = [
        [
            named.get(group.group, group.group),
            text.number(group.teams, lang),
            plan_text.people(group.people, lang),
            already_reached(shown.request, group.reached_before, lang),
            reached(group, lang),
            text.percent(group.share_inside, lang, 0),
            plan_text.people(group.unserved, lang),
            text.percent(group.share, lang, 0),
        ]
        for group in shown.plan.groups
    ]
    return head, rows


def reached(group: Coverage, lang: str) -> str:
    """People newly reached in a département, with their range where the build tells one."""
    _ = words(lang)
    people = plan_text.people(group.reached, lang)
    if group.reached_low is None or group.reached_high is None or group.reached < 0.5:
        return people
    values = plan_text.ends(group.reached_low, group.reached_high, lang)
    return _("%(people)s (%(low)s to %(high)s)") % (values | {"people": people})


def counted(people: float) -> float:
    """A number of people as a file of figures holds it: rounded; nobody is zero, too few to be written NaN."""
    return 0.0 if people < 0.5 else float(round_people(people))


def counted_range(low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """The ends of such a number, rounded outward; None where the build tells none."""
    if low is None or high is None:
        return None, None
    lowest, highest = map(float, round_range(low, high))
    return 0.0 if low < 0.5 else lowest, 0.0 if high < 0.5 else highest


def already_reached(request: Request, people: float, lang: str) -> str:
    """People within reach already: unknown, not zero, when no team in place is known."""
    _ = words(lang)
    return plan_text.people(people, lang) if request.existing or request.own_teams else _("not known")
