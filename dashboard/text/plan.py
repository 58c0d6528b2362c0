"""Sentences about a plan: whom it reaches, how sure one is, what it leaves, and why a request cannot be met.

Pure functions of the records of `geodata.plan` and `geodata.planning`, of names given by the caller, and of a language.
"""

from collections.abc import Mapping

from dashboard import text
from dashboard.i18n import words
from geodata.disclosure import MIN_PEOPLE, round_people, round_range
from geodata.plan import Aim, Conflict, ConflictKind, Deviation, Plan
from geodata.request import MODELLED, Public, Request

_CLOSED = 1e-4


def public(value: Public, lang: str) -> str:
    """Whom to reach, as a control shows it."""
    _ = words(lang)
    return {
        Public.ISOLATED: _("Isolated people (estimate)"),
        Public.ISOLATED_70: _("Isolated people aged 70 and over (estimate)"),
        Public.RESIDENTS: _("Residents aged 15 and over"),
        Public.RESIDENTS_65: _("Residents aged 65 and over"),
    }[value]


def people_of(value: Public, lang: str) -> str:
    """The same people inside a sentence."""
    _ = words(lang)
    return {
        Public.ISOLATED: _("isolated people expected by the estimate"),
        Public.ISOLATED_70: _("isolated people aged 70 and over expected by the estimate"),
        Public.RESIDENTS: _("residents aged 15 and over"),
        Public.RESIDENTS_65: _("residents aged 65 and over"),
    }[value]


def people(count: float, lang: str) -> str:
    """A rounded number of people; a count too small to be printed is said so; nobody is zero."""
    _ = words(lang)
    if count < 0.5:
        return "0"
    return _count_words(float(round_people(count)), lang)


def ends(low: float, high: float, lang: str) -> dict[str, str]:
    """The ends between which a number of people is, rounded outward, by the names that sentences give them."""
    lowest, highest = (_count_words(float(end), lang) for end in round_range(low, high))
    return {"low": "0" if low < 0.5 else lowest, "high": "0" if high < 0.5 else highest}


def _count_words(rounded: float, lang: str) -> str:
    _ = words(lang)
    return _("fewer than %(count)s") % {"count": MIN_PEOPLE} if rounded != rounded else text.number(rounded, lang)


def teams(count: int, lang: str) -> str:
    """ "10 teams"."""
    _ = words(lang)
    return _.plural("%(count)s team", "%(count)s teams", count) % {"count": text.number(count, lang)}


def minutes(value: float, lang: str) -> str:
    """ "20 minutes"."""
    _ = words(lang)
    return _("%(count)s minutes") % {"count": f"{value:g}".replace(".", "," if lang == "fr" else ".")}


def headline(plan: Plan, request: Request, lang: str) -> str:
    """Whom these sites newly reach, with the range where the build tells one."""
    _ = words(lang)
    values = {
        "teams": teams(plan.team_count, lang),
        "count": people(plan.reached, lang),
        "who": people_of(request.public, lang),
        "minutes": minutes(plan.minutes, lang),
    }
    if plan.reached_low is None or plan.reached_high is None:
        return _("%(teams)s would newly bring about %(count)s %(who)s within %(minutes)s.") % values
    values |= ends(plan.reached_low, plan.reached_high, lang)
    return (
        _("%(teams)s would newly bring about %(count)s %(who)s, between %(low)s and %(high)s, within %(minutes)s.")
        % values
    )


def gap(plan: Plan, lang: str) -> str:
    """How far from the best possible: checked by computation, which says nothing of the ground."""
    _ = words(lang)
    if plan.gap <= _CLOSED:
        return {
            Aim.REACHED: _(
                "By these rules and estimates no other choice of as many teams reaches more people: that is checked by "
                "computation, not on the ground."
            ),
            Aim.ACCOMPANIED: _(
                "By these rules and estimates no other choice of as many teams accompanies more people: that is "
                "checked by computation, not on the ground."
            ),
            Aim.WORST_TENTH: _(
                "By these rules and estimates no other choice of as many teams is nearer to the worst served tenth: "
                "that is checked by computation, not on the ground."
            ),
        }[plan.aim]
    if plan.aim == Aim.WORST_TENTH:
        return _(
            "By these rules and estimates no choice can bring the worst served tenth under %(minutes)s minutes on "
            "average; this one is at %(now)s. That is checked by computation, not on the ground."
        ) % {"minutes": text.number(plan.bound, lang), "now": text.number(plan.value, lang)}
    return _(
        "By these rules and estimates at most %(gap)s of the best possible is missed: that is checked by computation, "
        "not on the ground."
    ) % {"gap": text.percent(plan.gap, lang, 2)}


def loss(plan: Plan, proposal: Plan, lang: str) -> str:
    """What moving sites by hand costs against the list that was computed."""
    _ = words(lang)
    if not proposal.reached:
        return ""
    less = proposal.reached - plan.reached
    if abs(less) < 0.5:
        return _("Reaches as many people as the list that was computed.")
    values = {"count": people(abs(less), lang), "share": text.percent(abs(less) / proposal.reached, lang)}
    if less < 0:
        return _("Reaches %(count)s people more than the list that was computed (%(share)s).") % values
    return _("Reaches %(count)s people fewer than the list that was computed (%(share)s).") % values


def equity(plan: Plan, names: Mapping[str, str], lang: str) -> str | None:
    """The départements where the smallest share, as it is printed, is within reach; None with one département only."""
    _ = words(lang)
    lowest = plan.lowest
    if lowest is None or len(plan.groups) < 2:
        return None
    share = text.percent(lowest.share, lang, 0)
    alike = [names.get(one.group, one.group) for one in plan.groups if text.percent(one.share, lang, 0) == share]
    return _("Smallest share within reach of any team: %(share)s (%(names)s).") % {
        "share": share,
        "names": ", ".join(alike),
    }


def shared(count: int, lang: str) -> str:
    """How many sites two plans have in common."""
    _ = words(lang)
    if not count:
        return _("No site is in both plans.")
    return _.plural("%(count)s site is in both plans.", "%(count)s sites are in both plans.", count) % {
        "count": text.number(count, lang)
    }


def in_place(request: Request, categories: Mapping[str, str], lang: str) -> str:
    """What was counted as teams in place, or that nothing is known of them."""
    _ = words(lang)
    if not request.existing and not request.own_teams:
        return _(
            "No team in place is known to this plan: that is not the same as none. People whom a team reaches already "
            "may be counted as new."
        )
    names = [categories.get(category, category) for category in request.existing]
    if listed := len(request.own_teams):
        names.append(
            _.plural("%(count)s team listed by the planner", "%(count)s teams listed by the planner", listed)
            % {"count": text.number(listed, lang)}
        )
    return _("Counted as teams in place: %(list)s.") % {"list": ", ".join(names)}


def incomplete_list(departements: int, lang: str) -> str:
    """A list of teams in place that is not complete."""
    _ = words(lang)
    return _.plural(
        "The list of teams in place is not complete in %(count)s département: some people may be reached already.",
        "The list of teams in place is not complete in %(count)s départements: some people may be reached already.",
        departements,
    ) % {"count": departements}


def unplaced(count: int, lang: str) -> str:
    """Services in place without a position."""
    _ = words(lang)
    return _.plural(
        "%(count)s service in place has no known position and is not counted.",
        "%(count)s services in place have no known position and are not counted.",
        count,
    ) % {"count": text.number(count, lang)}


def left_out(names: tuple[str, ...], lang: str) -> str:
    """Communes whose people are not known."""
    _ = words(lang)
    return _.plural(
        "%(count)s commune has no figure and is left out: %(names)s.",
        "%(count)s communes have no figure and are left out: %(names)s.",
        len(names),
    ) % {"count": text.number(len(names), lang), "names": ", ".join(names[:5]) + (" …" if len(names) > 5 else "")}


def deviations(plan: Plan, request: Request, lang: str) -> list[str]:
    """Where the plan departs from what was asked."""
    _ = words(lang)
    sentences = []
    # A list that is proven the best is not another one's draft, even where an equal one might have come first.
    if Deviation.STOPPED_BY_CLOCK in plan.deviations and plan.gap > _CLOSED:
        sentences.append(_("The search stopped with its time: the same request may give a slightly different list."))
    if Deviation.UNREACHABLE in plan.deviations:
        sentences.append(
            _("%(count)s people are within reach of no site that could be chosen.")
            % {"count": text.capitalised(people(plan.unreachable, lang))}
        )
    if plan.team_count != request.teams:
        sentences.append(
            _("%(asked)s were asked for, the plan has %(count)s.")
            % {"asked": text.capitalised(teams(request.teams, lang)), "count": text.number(plan.team_count, lang)}
        )
    if (
        request.budget is not None
        and sum((request.cost_at(site.id) or 0) * site.teams for site in plan.sites) > request.budget
    ):
        sentences.append(_("The plan costs more than the budget."))
    return sentences


def conflict(clash: Conflict, names: Mapping[str, str], lang: str) -> str:
    """Why a request cannot be met, and what to change."""
    _ = words(lang)
    places = ", ".join(names.get(place, place) for place in clash.places[:5])
    wanted = "" if clash.asked is None else text.number(clash.asked, lang, 0)
    possible = "" if clash.possible is None else text.number(clash.possible, lang, 0)
    share = "" if clash.asked is None or clash.asked > 1 else text.percent(clash.asked, lang, 0)
    most = "" if clash.possible is None or clash.possible > 1 else text.percent(clash.possible, lang, 0)
    values = {"places": places, "asked": wanted, "possible": possible, "share": share, "most": most}
    return {
        ConflictKind.FORCED_AND_EXCLUDED: _("These sites are both imposed and excluded: %(places)s."),
        ConflictKind.FORCED_WHERE_EXISTING: _("A team is in place already at sites that are imposed: %(places)s."),
        ConflictKind.FORCED_OVER_TEAMS: _("%(asked)s sites are imposed but only %(possible)s teams are to be placed."),
        ConflictKind.FORCED_OVER_BUDGET: _("The imposed sites cost %(asked)s, over the budget of %(possible)s."),
        ConflictKind.NOBODY_NEW: _(
            "No possible site reaches anyone new: give more minutes, a larger budget or other possible sites."
        ),
        ConflictKind.FLOOR_OVER_CANDIDATES: _(
            "The floor asks for %(asked)s teams in %(places)s, which has %(possible)s possible sites."
        ),
        ConflictKind.FLOOR_OVER_TEAMS: _("The floor needs %(asked)s teams, and %(possible)s are to be placed."),
        ConflictKind.FLOOR_OVER_CAPACITY: _(
            "The floor needs %(asked)s teams of this capacity, and %(possible)s are to be placed."
        ),
        ConflictKind.FLOOR_OVER_BUDGET: _("The floor costs %(asked)s, over the budget of %(possible)s."),
        ConflictKind.FLOOR_OVER_REACH: _(
            "The floor asks for %(share)s of the people of %(places)s; the possible sites that count reach %(most)s."
        ),
        ConflictKind.FLOOR_IMPOSSIBLE: _(
            "No choice of sites keeps to the floor of %(share)s everywhere: lower that share, or give more "
            "teams or minutes."
        ),
        ConflictKind.FLOOR_NOT_FOUND: _(
            "No plan that keeps to the floor of %(share)s everywhere was found in the time given (%(places)s "
            "fell short): lower that share, or give more teams or minutes."
        ),
    }[clash.kind] % values


def certainty(share: float | None, lang: str) -> str:
    """How often a site is chosen when the estimate moves within its uncertainty."""
    return "–" if share is None else text.percent(share, lang, 0)


def kind(request: Request, lang: str) -> str:
    """How the people counted are known."""
    _ = words(lang)
    if request.public in MODELLED:
        return _(
            "Modelled estimate: people expected from the make-up of the population, not a count of isolated people."
        )
    return _("Observed figure (census).")
