"""The rules of a plan in words: aim, floors, capacity, candidates, travel; and its price in the terms of other aims."""

from collections.abc import Mapping
from typing import Protocol

from dashboard import text
from dashboard.i18n import column_of, words
from dashboard.text import plan as plan_text
from dashboard.text import travel as travel_text
from geodata.minutes import SHADOWS
from geodata.plan import Aim, FloorKept, Plan, Site
from geodata.plan_story import Other, Reason, TradeOffs
from geodata.request import COMMUNES, EQUIPPED, SLACK, TOWNS, FloorBy, FloorPublic, Request
from geodata.team import kind_of

_SHARE_AWAY = 0.1
"""From which share of people living in another département a site's sentence says so."""

_SITES_NAMED = 12


class Listed(Protocol):
    """A plan and the reasons of its sites."""

    @property
    def plan(self) -> Plan: ...
    @property
    def request(self) -> Request: ...
    @property
    def names(self) -> Mapping[str, Mapping]: ...

    def reason(self, site: str) -> Reason | None: ...


def aim(value: Aim, lang: str) -> str:
    """What the best plan is best at, as a control shows it."""
    _ = words(lang)
    return {
        Aim.REACHED: _("Most people within reach"),
        Aim.ACCOMPANIED: _("Most people accompanied (capacity of teams)"),
        Aim.WORST_TENTH: _("Fewest minutes for the worst served tenth"),
    }[value]


def capacity(request: Request, lang: str) -> str:
    """How many people a team accompanies, and where that comes from."""
    _ = words(lang)
    if request.capacity is None:
        return _("No capacity is given: the people counted are within reach of a team, not accompanied by it.")
    count = text.number(request.capacity, lang)
    if (kind := kind_of(request.team)) is None or kind.people != request.capacity:
        return _("A team accompanies %(count)s people at a time (figure of the planner).") % {"count": count}
    return _("A team accompanies %(count)s people at a time, from %(low)s to %(high)s (%(source)s).") % {
        "count": count,
        "low": text.number(kind.low, lang),
        "high": text.number(kind.high, lang),
        "source": getattr(kind, column_of("source", lang)),
    }


def accompanied(plan: Plan, request: Request, lang: str) -> str:
    """Within reach and accompanied, told apart."""
    _ = words(lang)
    if plan.accompanied is None:
        return _("Within reach, not accompanied: no capacity of the teams was given.")
    kind = kind_of(request.team)
    values = {
        "count": text.number(plan.accompanied, lang),
        "teams": plan_text.teams(plan.team_count, lang),
    }
    if kind is None or kind.people != plan.capacity:
        return (
            _("%(teams)s can accompany about %(count)s of them at a time: the others are only within reach.") % values
        )
    values |= {
        "low": text.number(min(plan.team_count * kind.low, plan.people), lang),
        "high": text.number(min(plan.team_count * kind.high, plan.people), lang),
    }
    return (
        _(
            "%(teams)s can accompany about %(count)s of them at a time, %(low)s to %(high)s depending on the team: the "
            "others are only within reach."
        )
        % values
    )


def worst_tenth(plan: Plan, lang: str) -> str | None:
    """Minutes of the tenth of the people farthest from any team; None where longer trips were not looked at."""
    _ = words(lang)
    if plan.worst_tenth_min is None or plan.farthest_min is None or plan.farthest_min <= plan.minutes:
        return None
    return _(
        "The tenth of the people farthest from a team is %(minutes)s minutes away on average (%(most)s at most)."
    ) % {
        "minutes": text.number(plan.worst_tenth_min, lang),
        "most": text.number(plan.farthest_min, lang),
    }


def floor(request: Request, lang: str) -> str | None:
    """The floor that was asked for, in one sentence; None without one."""
    _ = words(lang)
    if not (request.floor_teams or request.floor_share):
        return None
    each = {
        FloorBy.DEPARTEMENT: _("In each département"),
        FloorBy.EPCI: _("In each EPCI"),
        FloorBy.TVS: _("In each area of the agency"),
    }[request.floor_by]
    parts = []
    if request.floor_teams:
        parts.append(
            _(
                "at least %(teams)s, at least half of whose people within reach live there (failing that, the nearest "
                "to half)"
            )
            % {"teams": plan_text.teams(request.floor_teams, lang)}
        )
    if request.floor_share:
        who = {
            FloorPublic.SAME: _("of its people"),
            FloorPublic.OLDEST: _("of its residents aged 75 and over"),
            FloorPublic.EXPOSED: _("of its people who live in the most exposed quarter of communes"),
        }[request.floor_public]
        where = _("of a team placed anywhere") if request.floor_anywhere else _("of a team placed inside it")
        parts.append(
            _("at least %(share)s %(who)s within reach %(where)s")
            % {"share": text.percent(request.floor_share, lang, 0), "who": who, "where": where}
        )
    return _("%(each)s: %(rule)s.") % {"each": each, "rule": _(" and ").join(parts)}


def floors_kept(plan: Plan, names: Mapping[str, str], lang: str) -> str | None:
    """Whether every floor is kept to, and where the least is."""
    _ = words(lang)
    if not plan.floors:
        return None
    missed = [one for one in plan.floors if not one.is_kept]
    if missed:
        listed = ", ".join(names.get(one.group, one.group) for one in missed[:8])
        return _("The floor is not kept to in: %(names)s.") % {"names": listed}
    shares = [(one.share, one.group) for one in plan.floors if one.share is not None]
    if not shares:
        return _("The floor is kept to everywhere.")
    share, group = min(shares, key=lambda one: one[0])
    return _("The floor is kept to everywhere; the smallest share is %(share)s (%(name)s).") % {
        "share": text.percent(share, lang, 0),
        "name": names.get(group, group),
    }


def floor_kept(one: FloorKept, lang: str) -> str:
    """What a group has of what the floor asks."""
    _ = words(lang)
    parts = []
    if one.teams_least:
        parts.append(plan_text.teams(one.teams, lang))
    if one.share is not None:
        parts.append(text.percent(one.share, lang, 0))
    return ", ".join(parts) + ("" if one.is_kept else _(" (missed)"))


def candidates(request: Request, categories: Mapping[str, str], lang: str) -> str:
    """Where teams may go."""
    _ = words(lang)
    if request.candidates == COMMUNES:
        return _("All communes")
    if request.candidates == EQUIPPED:
        return _("Communes with a town hall, and a library, a community centre or a shared place")
    if request.candidates == TOWNS:
        (near, _any_larger), (far, times) = SHADOWS
        return _(
            "Main town of each EPCI, and towns of %(count)s residents or more; but none within %(near)s minutes of a "
            "larger one, nor within %(far)s minutes of one %(times)s times larger"
        ) % {
            "count": text.number(request.least_residents, lang),
            "near": text.number(near, lang),
            "far": text.number(far, lang),
            "times": text.number(times, lang),
        }
    return categories.get(request.candidates, request.candidates)


def preference(request: Request, lang: str) -> str:
    """Which of two near sites is taken."""
    _ = words(lang)
    if request.candidates not in (TOWNS, EQUIPPED):
        return _("the one that serves the aim better, however little.")
    share = text.percent(SLACK[request.aim], lang, 0)
    what = {
        Aim.REACHED: _("the people within reach"),
        Aim.ACCOMPANIED: _("the people accompanied or within reach"),
        Aim.WORST_TENTH: _("the minutes of the worst served tenth"),
    }[request.aim]
    return _("the more peopled one, as long as the whole plan gives up %(share)s of %(what)s at most.") % {
        "share": share,
        "what": what,
    }


def travel(shown: Listed, lang: str) -> str:
    """The only way to travel that is counted, and how the minutes to each site are known."""
    _ = words(lang)
    sentence = _(
        "By car. Neither on foot nor by public transport: no timetable is known here, and a commune is one point. "
        "Who has no car may be out of reach of a team told as near. Trips cross borders of départements, not the sea."
    )
    return " ".join([sentence, *_by_kind(shown, lang), *_in_place(shown, lang)])


def _in_place(shown: Listed, lang: str) -> list[str]:
    """What a plan by road counts otherwise: teams in place, counted where their service stands."""
    reasons = [shown.reason(one.id) for one in shown.plan.sites]
    if not shown.request.existing or not any(one and travel_text.is_by_road(one.travel) for one in reasons):
        return []
    _ = words(lang)
    return [_("Minutes to a team in place that stands away from the point of its commune: from straight lines.")]


def _by_kind(shown: Listed, lang: str) -> list[str]:
    """A sentence for each way in which minutes to sites are known, with its sites; none where plans do not tell."""
    _ = words(lang)
    kinds: dict[str, list[str]] = {}
    for one in shown.plan.sites:
        if (reason := shown.reason(one.id)) is not None:
            kinds.setdefault(travel_text.kind(reason.travel, lang), []).append(shown.names[one.id]["name"])
    if len(kinds) == 1:
        return [_("Minutes to every site: %(how)s.") % {"how": how} for how in kinds]
    most = max(kinds, key=lambda how: len(kinds[how]), default="")
    few = [
        _("Minutes to %(names)s: %(how)s.") % {"how": how, "names": _named(kinds[how], lang)}
        for how in kinds
        if how != most
    ]
    return [*few, _("Minutes to the other sites: %(how)s.") % {"how": most}] if few else []


def _named(names: list[str], lang: str) -> str:
    _ = words(lang)
    shown, left = ", ".join(names[:_SITES_NAMED]), len(names) - _SITES_NAMED
    return (
        _("%(names)s and %(count)s more (each in the files)") % {"names": shown, "count": left} if left > 0 else shown
    )


def rules(shown: Listed, categories: Mapping[str, str], lang: str) -> list[tuple[str, str]]:
    """Every rule of a plan: its name and what it is."""
    _ = words(lang)
    request = shown.request
    rows = [
        (_("New teams"), text.number(request.teams, lang)),
        (_("Minutes by car"), text.number(request.minutes, lang)),
        (_("People counted"), plan_text.public(request.public, lang)),
        (_("Aim"), aim(request.aim, lang)),
        (_("Capacity"), capacity(request, lang)),
        (_("Teams at one site, at most"), text.number(request.teams_at_site, lang)),
        (_("Possible sites"), candidates(request, categories, lang)),
        (_("Between near sites"), text.capitalised(preference(request, lang))),
        (_("Teams in place already"), plan_text.in_place(request, categories, lang)),
        (_("Floor"), floor(request, lang) or _("None")),
    ]

    def named(one: str) -> str:
        return shown.names[one]["name"] if one in shown.names else one

    def listed(sites: tuple[str, ...]) -> str:
        return ", ".join(dict.fromkeys(map(named, sites))) or _("None")

    if request.opened:
        rows.append((_("Teams of the plan already opened"), listed(request.opened)))
    rows += [(_("Imposed sites"), listed(request.forced)), (_("Excluded sites"), listed(request.excluded))]
    if request.budget is not None and request.cost is not None:
        rows.append((_("Cost of a team (€)"), text.number(request.cost, lang)))
        for one in request.costs:
            rows.append((_("Cost at %s (€)") % named(one.site), text.number(one.cost, lang)))
        rows.append((_("Budget (€)"), text.number(request.budget, lang)))
    rows.append((_("Travel"), travel(shown, lang)))
    return rows


def site(one: Site, reason: Reason | None, offs: TradeOffs | None, lang: str) -> str:
    """Whom a site reaches, why there, what would come second and what it would lose."""
    _ = words(lang)
    if reason is None:
        return ""
    parts = []
    if reason.places:
        parts.append(_("Brings within reach above all: %(places)s") % {"places": ", ".join(reason.places)})
    if reason.elsewhere >= _SHARE_AWAY:
        parts.append(
            _("%(share)s of them live in another département") % {"share": text.percent(reason.elsewhere, lang, 0)}
        )
    if one.teams > 1:
        parts.append(plan_text.teams(one.teams, lang))
    if one.is_forced:
        parts.append(_("imposed"))
    elif offs is not None and offs.free is not None and one.id not in offs.free:
        parts.append(_("there because of the floor"))
    if reason.second is not None:
        parts.append(_second(one, reason.second, lang))
    elif not one.is_forced:
        parts.append(_("no other site keeps to the rules"))
    return " ; ".join(parts) + "." if parts else ""


def _second(one: Site, name: str, lang: str) -> str:
    """The place that would come second, and what it would cost in the terms of the aim."""
    _ = words(lang)
    if one.second_min is not None:
        if one.second_min < 0.05:
            return _("second best: %(name)s, as many minutes for the worst served tenth") % {"name": name}
        values = {"name": name, "minutes": text.number(one.second_min, lang, 1)}
        return _("second best: %(name)s, %(minutes)s min more for the worst served tenth") % values
    if abs(loss := one.second_loss or 0.0) < 10.5:
        return _("second best: %(name)s, as many people") % {"name": name}
    values = {"name": name, "count": plan_text.people(abs(loss), lang)}
    if loss < 0:
        return _("second best: %(name)s, %(count)s people more") % values
    return _("second best: %(name)s, %(count)s people fewer") % values


def regret(plan: Plan, lang: str) -> str | None:
    """What the plan loses if the truth is another plausible situation."""
    _ = words(lang)
    if plan.regret is None:
        return None
    robust = [site for site in plan.sites if site.share_of_draws is not None and site.share_of_draws >= 0.8]
    return _(
        "If the truth is another situation that the estimate allows, this list loses %(mean)s on average, %(high)s in "
        "one case in twenty, against the list that would then be best. %(count)s of its %(all)s sites are chosen in at "
        "least 8 situations in 10."
    ) % {
        "mean": text.percent(plan.regret.mean, lang),
        "high": text.percent(plan.regret.high, lang),
        "count": text.number(len(robust), lang),
        "all": text.number(len(plan.sites), lang),
    }


def price(other: Other, mine: Other, lang: str) -> str:
    """What another aim would give and cost, in one sentence."""
    _ = words(lang)
    parts = [_gained(other.reached - mine.reached, _("within reach"), lang)]
    if other.accompanied is not None and mine.accompanied is not None:
        parts.append(_gained(other.accompanied - mine.accompanied, _("accompanied"), lang))
    if other.worst_tenth_min is not None and mine.worst_tenth_min is not None:
        minutes = round(other.worst_tenth_min) - round(mine.worst_tenth_min)
        parts.append(
            _("as many minutes for the worst served tenth")
            if not minutes
            else _("%(minutes)s min for the worst served tenth") % {"minutes": f"{minutes:+d}".replace("-", "−")}
        )
    return ", ".join(parts)


def _gained(difference: float, what: str, lang: str) -> str:
    _ = words(lang)
    if abs(difference) < 10.5:
        return _("as many people %(what)s") % {"what": what}
    values = {"count": plan_text.people(abs(difference), lang), "what": what}
    return (_("%(count)s people more %(what)s") if difference > 0 else _("%(count)s people fewer %(what)s")) % values


def one_more(trade_offs: TradeOffs, teams: int, lang: str) -> str | None:
    """What five more teams or so would bring, and as many fewer would lose, without the floors."""
    _ = words(lang)
    curve = {point.teams: point.reached for point in trade_offs.curve}
    if teams not in curve:
        return None
    after, before = (
        min((n for n in curve if n > teams), default=None),
        max((n for n in curve if n < teams), default=None),
    )
    parts = []
    if after is not None:
        more = (curve[after] - curve[teams]) / (after - teams)
        parts.append(_("a team more would reach some %(count)s people more") % {"count": plan_text.people(more, lang)})
    if before is not None:
        less = (curve[teams] - curve[before]) / (teams - before)
        parts.append(_("a team fewer some %(count)s fewer") % {"count": plan_text.people(less, lang)})
    return text.capitalised(", ".join(parts)) + "." if parts else None


def differs(other: Other, mine: Other) -> bool:
    """Whether another aim gives another plan, as far as what is printed of it tells."""
    minutes = [round(one.worst_tenth_min or 0) for one in (other, mine)]
    accompanied = abs((other.accompanied or 0) - (mine.accompanied or 0))
    return abs(other.reached - mine.reached) >= 10.5 or accompanied >= 10.5 or minutes[0] != minutes[1]


def away(shown: Listed, lang: str) -> str | None:
    """Sites that mostly serve another département than their own, and the rule that would avoid it; None without."""
    _ = words(lang)
    far = [
        shown.names[site.id]["name"]
        for site in shown.plan.sites
        if (reason := shown.reason(site.id)) is not None and reason.elsewhere > 0.5
    ]
    if not far:
        return None
    sentence = _("Most people reached from %(names)s live in another département.") % {"names": ", ".join(far)}
    if shown.request.floor_share and not shown.request.floor_anywhere:
        return sentence
    return (
        sentence + " " + _("A least share of each département's people, to reach by teams inside it, would avoid that.")
    )
