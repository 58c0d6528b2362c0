"""The form of a request: whom, how many teams of what capacity, from where, under which floors."""

from typing import NamedTuple

import dash_mantine_components as dmc
from dash import html

from dashboard import components, text
from dashboard.facts import Facts
from dashboard.i18n import title_of, words
from dashboard.pages.scenarios import ids
from dashboard.state import Choice
from dashboard.text import plan as plan_text
from dashboard.text import plan_rules
from geodata.minutes import LEAST_PLAN_MINUTES, MOST_PLAN_MINUTES
from geodata.plan import Aim
from geodata.request import COMMUNES, EQUIPPED, MODELLED, TOWNS, FloorBy, FloorPublic, Public, Request
from geodata.team import DEFAULT_KIND, KINDS
from geodata.territory import FRANCE, Level


class Number(NamedTuple):
    """A number of the form: its words, the least and the most that it may be, and whether it is whole."""

    label: str
    least: int
    most: int | None = None
    is_whole: bool = True


def numbers(lang: str) -> dict[str, Number]:
    """The numbers of the form, by control."""
    _ = words(lang)
    return {
        ids.TEAMS: Number(_("New teams"), 1, 500),
        ids.MINUTES: Number(_("Minutes by car"), LEAST_PLAN_MINUTES, MOST_PLAN_MINUTES),
        ids.CAPACITY: Number(_("People a team accompanies (none: not counted)"), 1, is_whole=False),
        ids.TEAMS_AT_SITE: Number(_("Teams at one site, at most"), 1, 50),
        ids.LEAST_RESIDENTS: Number(
            _("Main towns: residents at least, besides the main town of each EPCI"), 0, 1_000_000
        ),
        ids.FLOOR_TEAMS: Number(_("Teams at least in each"), 0, 50),
        ids.FLOOR_SHARE: Number(_("Share within reach at least (%)"), 0, 100, is_whole=False),
        ids.COST: Number(_("Cost of a team (€)"), 0, is_whole=False),
        ids.BUDGET: Number(_("Budget (€)"), 0, is_whole=False),
    }


def form(facts: Facts, request: Request | None, choice: Choice) -> list:
    _ = words(choice.lang)
    lang, code = choice.lang, {"code": text.code_of_place(facts.store.country(), choice.lang)}
    limits_of = numbers(lang)

    def number(control: str, value: float | str, step: int = 1) -> dmc.NumberInput:
        """What a number may be is held to again when the form is read."""
        label, least, most, is_whole = limits_of[control]
        limits = (
            {"min": least} | ({} if most is None else {"max": most}) | ({"allowDecimal": False} if is_whole else {})
        )
        return dmc.NumberInput(id=control, label=label, value=value, step=step, **limits)

    region = request.region if request else (None if choice.region == FRANCE else choice.region)
    # Where nothing is estimated, the people to reach are counted ones.
    publics = [one for one in Public if facts.store.country().recipe or one not in MODELLED]
    people = float(DEFAULT_KIND.people)
    request = request or Request(region or "", team=DEFAULT_KIND.id, capacity=people, public=publics[0])
    options = components.category_options(facts.categories(), lang)
    own = "\n".join(f"{team.code_insee} {team.name}" for team in request.own_teams)
    return [
        html.H2(_("Request")),
        *components.only_reads(lang),
        dmc.Select(
            id=ids.REGION,
            label=_("Region"),
            placeholder=_("Choose a region"),
            data=[{"value": code, "label": name} for code, name in facts.regions()],
            value=region,
            searchable=True,
            allowDeselect=False,
            comboboxProps={"withinPortal": False},
        ),
        dmc.MultiSelect(
            id=ids.DEPARTEMENTS,
            label=_("Départements (none: the whole region)"),
            data=departement_options(facts, region),
            value=list(request.departements),
            comboboxProps={"withinPortal": False},
            clearable=True,
            clearButtonProps={"aria-label": _("Whole region")},
        ),
        html.Div(
            [
                number(ids.TEAMS, request.teams),
                number(ids.MINUTES, request.minutes),
            ],
            className="plan-pair",
        ),
        html.P(_("By car only: neither on foot nor by public transport (no timetable is known)."), className="hint"),
        dmc.Select(
            id=ids.AIM,
            label=_("Aim"),
            data=[{"value": one.value, "label": plan_rules.aim(one, lang)} for one in Aim],
            value=request.aim.value,
            allowDeselect=False,
            comboboxProps={"withinPortal": False},
        ),
        dmc.Select(
            id=ids.TEAM,
            label=_("Kind of team"),
            data=[{"value": kind.id, "label": title_of(kind, lang)} for kind in KINDS]
            + [{"value": ids.OTHER_TEAM, "label": _("Another one: give its figure")}],
            value=request.team or ids.OTHER_TEAM,
            allowDeselect=False,
            comboboxProps={"withinPortal": False},
        ),
        html.Div(
            [
                number(ids.CAPACITY, request.capacity or ""),
                number(ids.TEAMS_AT_SITE, request.teams_at_site),
            ],
            className="plan-pair",
        ),
        html.P(plan_rules.capacity(request, lang), id=ids.CAPACITY_SOURCE, className="hint"),
        dmc.Select(
            id=ids.PUBLIC,
            label=_("Reach as many as possible of the"),
            data=[{"value": one.value, "label": plan_text.public(one, lang)} for one in publics],
            value=request.public.value,
            allowDeselect=False,
            comboboxProps={"withinPortal": False},
        ),
        html.Fieldset(
            [
                html.Legend(_("Teams in place already")),
                dmc.MultiSelect(
                    id=ids.EXISTING,
                    label=_("Services that count as teams"),
                    data=options,
                    value=list(request.existing),
                    searchable=True,
                    comboboxProps={"withinPortal": False},
                    clearable=True,
                    clearButtonProps={"aria-label": _("No service counts as a team")},
                ),
                dmc.Textarea(
                    id=ids.OWN_TEAMS,
                    label=_("Teams you know of: one a line, %(code)s then name") % code,
                    placeholder="31555 Équipe citoyenne",
                    value=own,
                    autosize=True,
                    minRows=2,
                    maxRows=6,
                ),
                dmc.Checkbox(
                    id=ids.NONE_KNOWN,
                    label=_("No team in place is known to me"),
                    checked=request.says_none_known,
                    size="sm",
                ),
            ],
            className="plan-fieldset",
        ),
        dmc.Select(
            id=ids.CANDIDATES,
            label=_("Possible sites"),
            data=[
                {"value": TOWNS, "label": _("Main towns (default)")},
                {"value": EQUIPPED, "label": _("Communes with a town hall and a meeting place")},
                {"value": COMMUNES, "label": _("All communes")},
                *options,
            ],
            value=request.candidates,
            searchable=True,
            allowDeselect=False,
            comboboxProps={"withinPortal": False},
        ),
        number(ids.LEAST_RESIDENTS, request.least_residents, step=500),
        html.Details(
            [
                html.Summary(_("Rules: floors, imposed or excluded sites, budget")),
                html.Div(
                    [
                        number(ids.FLOOR_TEAMS, request.floor_teams),
                        number(ids.FLOOR_SHARE, round(request.floor_share * 100)),
                    ],
                    className="plan-pair",
                ),
                html.Div(
                    [
                        dmc.Select(
                            id=ids.FLOOR_BY,
                            label=_("In each"),
                            data=[
                                {"value": FloorBy.DEPARTEMENT.value, "label": _("Département")},
                                {"value": FloorBy.EPCI.value, "label": "EPCI"},
                                {"value": FloorBy.TVS.value, "label": _("Area of the agency")},
                            ],
                            value=request.floor_by.value,
                            allowDeselect=False,
                            comboboxProps={"withinPortal": False},
                        ),
                        dmc.Select(
                            id=ids.FLOOR_PUBLIC,
                            label=_("Share of"),
                            data=[
                                {"value": FloorPublic.SAME.value, "label": _("The people of the plan")},
                                {"value": FloorPublic.OLDEST.value, "label": _("Residents aged 75 and over")},
                                {
                                    "value": FloorPublic.EXPOSED.value,
                                    "label": _("People of the most exposed quarter of communes"),
                                },
                            ],
                            value=request.floor_public.value,
                            allowDeselect=False,
                            comboboxProps={"withinPortal": False},
                        ),
                    ],
                    className="plan-pair",
                ),
                dmc.Checkbox(
                    id=ids.FLOOR_ANYWHERE,
                    label=_("Teams placed outside count for the share too"),
                    checked=request.floor_anywhere,
                    size="sm",
                ),
                dmc.TextInput(
                    id=ids.FORCED,
                    label=_("Imposed sites: name or %(code)s of each, separated by commas") % code,
                    value=", ".join(request.forced),
                ),
                dmc.TextInput(
                    id=ids.EXCLUDED,
                    label=_("Excluded sites: name or %(code)s of each, separated by commas") % code,
                    value=", ".join(request.excluded),
                ),
                html.Div(
                    [
                        number(ids.COST, request.cost or ""),
                        number(ids.BUDGET, request.budget or ""),
                    ],
                    className="plan-pair",
                ),
                dmc.Textarea(
                    id=ids.COSTS,
                    label=_("Where a team costs something else: one site a line, name or %(code)s ; amount") % code,
                    placeholder="Foix ; 45000",
                    value="\n".join(f"{one.site} ; {one.cost:g}" for one in request.costs),
                    autosize=True,
                    minRows=1,
                    maxRows=6,
                ),
            ],
            className="plan-rules",
        ),
        components.planner_button(lang, _("Propose sites"), id=ids.PROPOSE, className="button button-main"),
    ]


def departement_options(facts: Facts, region: str | None) -> list[dict]:
    """Départements of a région, for a control."""
    departements = facts.store.territories(Level.DEPARTEMENT, region) if region else None
    return (
        []
        if departements is None
        else [{"value": row.code, "label": f"{row.code} {row.name}"} for row in departements.itertuples()]
    )
