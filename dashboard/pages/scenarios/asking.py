"""From the form to a request, and to its computation."""

import math
import re
from dataclasses import replace
from typing import Any

import pandas as pd
from dash import Dash, Input, Output, State, no_update
from dash.exceptions import PreventUpdate

from dashboard import components, text
from dashboard.computations import plan_search
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.ids import URL
from dashboard.pages.scenarios import form as fields
from dashboard.pages.scenarios import ids, layout
from dashboard.pages.scenarios.outputs import choice_of, who_of
from dashboard.state import Choice
from dashboard.text import plan_rules
from geodata.errors import BadInput
from geodata.names import normalise
from geodata.plan import Aim
from geodata.request import COMMUNES, FloorBy, FloorPublic, OwnTeam, Public, Request, SiteCost
from geodata.team import kind_of


def register(app: Dash, facts: Facts) -> None:
    @app.callback(
        Output(ids.DEPARTEMENTS, "data"),
        Output(ids.DEPARTEMENTS, "value"),
        Input(ids.REGION, "value"),
        prevent_initial_call=True,
    )
    def departements(region: str | None) -> tuple:
        return fields.departement_options(facts, region), []

    @app.callback(
        Output(ids.LOCATION, "href", allow_duplicate=True),
        Output(ids.MESSAGE, "children", allow_duplicate=True),
        Input(ids.PROPOSE, "n_clicks"),
        State(URL, "search"),
        State(ids.WHO, "value"),
        {name: State(control, "checked" if name in TICKED else "value") for name, control in FORM.items()},
        prevent_initial_call=True,
    )
    def propose(clicks: int | None, query: str, who: str, form: dict) -> tuple:
        if not clicks:
            raise PreventUpdate
        choice = choice_of(query)
        request, problem = request_of(facts, form, choice.lang)
        if request is None:
            return no_update, components.alert(problem or "")
        name = plan_search.default_name(request, facts.names()["region", request.region], choice.lang)
        plan = plan_search.start(facts, request, name=name, who=who_of(who, choice.lang))
        return Choice(page=layout.PATH, plan=(plan.id, 0), lang=choice.lang).href, None

    @app.callback(
        Output(ids.CAPACITY, "value"),
        Input(ids.TEAM, "value"),
        State(ids.CAPACITY, "value"),
        prevent_initial_call=True,
    )
    def capacity(team: str, now: float | None) -> Any:
        return kind.people if (kind := kind_of(team)) else now

    @app.callback(
        Output(ids.CAPACITY_SOURCE, "children"),
        Input(ids.CAPACITY, "value"),
        Input(ids.TEAM, "value"),
        State(URL, "search"),
        prevent_initial_call=True,
    )
    def source(people: float | None, team: str, query: str) -> str:
        request = Request("", team=team or "", capacity=float(people) if people else None)
        return plan_rules.capacity(request, choice_of(query).lang)


FORM = {
    "region": ids.REGION,
    "departements": ids.DEPARTEMENTS,
    "teams": ids.TEAMS,
    "minutes": ids.MINUTES,
    "public": ids.PUBLIC,
    "aim": ids.AIM,
    "team": ids.TEAM,
    "capacity": ids.CAPACITY,
    "teams_at_site": ids.TEAMS_AT_SITE,
    "existing": ids.EXISTING,
    "own": ids.OWN_TEAMS,
    "none_known": ids.NONE_KNOWN,
    "candidates": ids.CANDIDATES,
    "least_residents": ids.LEAST_RESIDENTS,
    "floor_teams": ids.FLOOR_TEAMS,
    "floor_share": ids.FLOOR_SHARE,
    "floor_by": ids.FLOOR_BY,
    "floor_public": ids.FLOOR_PUBLIC,
    "floor_anywhere": ids.FLOOR_ANYWHERE,
    "forced": ids.FORCED,
    "excluded": ids.EXCLUDED,
    "cost": ids.COST,
    "costs": ids.COSTS,
    "budget": ids.BUDGET,
}
TICKED = ("none_known", "floor_anywhere")


def request_of(facts: Facts, form: dict, lang: str) -> tuple[Request | None, str | None]:
    """The request that the form holds, or what is missing in one sentence."""
    _ = words(lang)
    region, teams, minutes, existing, own = (form[k] for k in ("region", "teams", "minutes", "existing", "own"))
    cost, costs, budget = form["cost"], form["costs"], form["budget"]
    if not region:
        return None, _("Choose a region.")
    if not teams or not minutes:
        return None, _("Give a number of teams and a number of minutes.")
    if form["aim"] == Aim.ACCOMPANIED and not form["capacity"]:
        return None, _("Give how many people a team accompanies: without it nobody can say who is accompanied.")
    if not existing and not (own or "").strip() and not form["none_known"]:
        return None, _(
            "Say which teams are in place already: choose services, list the teams you know of, or tick that none is "
            "known to you. A plan that forgets them would place new teams beside them."
        )
    if wrong := _out_of_range(form, lang):
        return None, " ".join(wrong)
    if bool(cost) != bool(budget):
        return None, _("The cost of a team and the budget go together: give both or neither.")
    if (costs or "").strip() and not cost:
        return None, _("Give the cost of a team elsewhere, and the budget, beside the costs of some sites.")
    communes = facts.store.demand(region)
    request = Request(
        region=region,
        departements=tuple(form["departements"] or ()),
        teams=int(teams),
        minutes=float(minutes),
        public=Public(form["public"]),
        aim=Aim(form["aim"]),
        team="" if form["team"] == ids.OTHER_TEAM else form["team"],
        capacity=float(form["capacity"]) if form["capacity"] else None,
        teams_at_site=int(form["teams_at_site"] or 1),
        existing=tuple(existing or ()),
        says_none_known=bool(form["none_known"]),
        candidates=form["candidates"],
        least_residents=int(form["least_residents"] or 0),
        floor_teams=int(form["floor_teams"] or 0),
        floor_share=float(form["floor_share"] or 0) / 100,
        floor_by=FloorBy(form["floor_by"]),
        floor_public=FloorPublic(form["floor_public"]),
        floor_anywhere=bool(form["floor_anywhere"]),
        cost=float(cost) if cost else None,
        budget=float(budget) if budget else None,
    )
    own_teams, unread = [], []
    for line in filter(None, map(str.strip, (own or "").splitlines())):
        code, _blank, name = re.sub(r"[;,\t]", " ", line, count=1).partition(" ")
        if code.upper() in communes.index:
            own_teams.append(OwnTeam(name.strip() or communes.at[code.upper(), "name"], code.upper()))
        else:
            unread.append(line)
    if unread:
        return None, _("These teams have no commune of the region: %(lines)s. Write the %(code)s, then a name.") % {
            "lines": " ; ".join(unread[:3]),
            "code": text.code_of_place(facts.store.country(), lang),
        }
    request = Request(**{**vars(request), "own_teams": tuple(own_teams)})
    try:
        facts.case(replace(request, floor_teams=0, floor_share=0.0))
    except BadInput:
        return None, _("Nobody can be counted for this request in this database: choose other people to reach.")
    try:
        sites = facts.case(request).sites
    except BadInput:
        return None, _(
            "This database does not know the people, or the territories, that the floor counts: choose others for it."
        )
    # A commune that is imposed is a possible site, whatever the others are.
    everywhere = facts.case(replace(request, candidates=COMMUNES)).sites
    possible = Named(sites)
    for key, among in (
        ("forced", Named(pd.concat([sites, everywhere[~everywhere.index.isin(sites.index)]]))),
        ("excluded", possible),
    ):
        typed = form[key]
        sites_by_word = {word: among.site(word) for word in filter(None, map(str.strip, (typed or "").split(",")))}
        if missing := [word for word, site in sites_by_word.items() if site is None]:
            named = ", ".join(missing[:_NAMED]) + (" …" if len(missing) > _NAMED else "")
            return None, _("No possible site has the name or code: %(names)s.") % {"names": named}
        request = Request(**{**vars(request), key: tuple(dict.fromkeys(sites_by_word.values()))})
    priced, unread = _priced(possible, costs or "")
    if unread:
        return None, _("These costs cannot be read: %(lines)s. Write a site, a semicolon, then an amount.") % {
            "lines": " / ".join(unread[:3])
        }
    return Request(**{**vars(request), "costs": priced}), None


_NAMED = 10
"""Names that a sentence repeats, at most."""


def _out_of_range(form: dict, lang: str) -> list[str]:
    """A sentence for each number of the form that is not one it may be."""
    _ = words(lang)
    controls = {control: name for name, control in FORM.items()}
    wrong = []
    for control, one in fields.numbers(lang).items():
        value = form[controls[control]]
        if value in (None, ""):
            continue
        if one.least <= value <= (math.inf if one.most is None else one.most) and (
            not one.is_whole or value == int(value)
        ):
            continue
        values = {"name": one.label, "least": text.number(one.least, lang)}
        if one.most is None:
            wrong.append(_("“%(name)s”: %(least)s or more.") % values)
        else:
            values["most"] = text.number(one.most, lang)
            wrong.append(
                (_("“%(name)s”: a whole number from %(least)s to %(most)s.") % values)
                if one.is_whole
                else (_("“%(name)s”: from %(least)s to %(most)s.") % values)
            )
    return wrong


def _priced(sites: "Named", typed: str) -> tuple[tuple[SiteCost, ...], list[str]]:
    """What some sites cost, and the lines that cannot be read."""
    costs, unread = {}, []
    for line in filter(None, map(str.strip, typed.splitlines())):
        name, _semicolon, amount = line.rpartition(";")
        site, amount = sites.site(name.strip()), re.sub(r"[\s€]", "", amount).replace(",", ".")
        if site is None or not re.fullmatch(r"\d+(\.\d+)?", amount) or not float(amount):
            unread.append(line)
        else:
            costs[site] = SiteCost(site, float(amount))
    return tuple(costs.values()), unread


class Named:
    """Candidates by what a planner types: identifier, code or name."""

    def __init__(self, sites: pd.DataFrame):
        self._ids = frozenset(sites.index)
        self._columns = [
            sites.index.to_series().groupby(sites[column].map(normalise)).agg(list).to_dict()
            for column in ("code_insee", "commune", "name")
        ]

    def site(self, typed: str) -> str | None:
        """The candidate so called; None when there is none, or several.

        A click on the map writes the name and the code: "Foix (09122)".
        """
        if typed in self._ids:
            return typed
        if written := re.search(r"\((\w{5})\)$", typed):
            typed = written[1]
        wanted = normalise(typed)
        hits = (column.get(wanted, ()) for column in self._columns)
        return next((hit[0] for hit in hits if len(hit) == 1), None)
