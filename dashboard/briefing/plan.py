"""A plan in the words of one language, for paper: what its two pages and its picture print."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from dashboard import text
from dashboard.briefing.front import Key
from dashboard.briefing.issuer import Issuer, Logo
from dashboard.briefing.plan_curve import Curve, curves
from dashboard.briefing.plan_figures import figures, reached
from dashboard.briefing.plan_map import BEFORE, NEW, NONE, Dot, plan_map, swatch
from dashboard.briefing.plan_record import PlanRecord
from dashboard.i18n import words
from dashboard.text import plan as plan_text
from dashboard.text import plan_rules, travel
from geodata.plan import Coverage, Site
from geodata.plan_story import Reason


@dataclass(frozen=True)
class Ground:
    """What the map is drawn on, and names: outlines of communes and départements as `Store.outlines`, the state of each
    commune (empty when the data changed since the plan), names of départements, of what has a floor and of categories,
    the région's."""

    communes: pd.DataFrame
    borders: pd.DataFrame
    states: pd.Series
    departements: Mapping[str, str]
    floors: Mapping[str, str]
    categories: Mapping[str, str]
    region: str
    travel_method: str


@dataclass(frozen=True)
class SiteRow:
    """One site in words; `accompanied` is None where no capacity was given."""

    rank: str
    name: str
    reached: str
    accompanied: str | None
    chosen: str
    why: str


@dataclass(frozen=True)
class PlanSheet:
    """Both pages of a plan. `more`: says how many sites are left to the files, "" when all are here; `page` names a
    page before it is known: "page {n} of {of}"."""

    lang: str
    title: str
    description: str
    printed_on: str
    day: str
    agency: str
    logo: Logo | None
    kicker: str
    state: str
    headline: str
    apart: str
    proof: str
    map: str | None
    map_alt: str
    map_title: str
    legend: tuple[Key, ...]
    figures: tuple[tuple[str, str], ...]
    curves: tuple[Curve, ...]
    paragraphs: tuple[str, ...]
    sites_title: str
    sites_head: tuple[str, ...]
    sites: tuple[SiteRow, ...]
    more: str
    by_title: str
    by_head: tuple[str, ...]
    by: tuple[tuple[str, ...], ...]
    rules_title: str
    rules: tuple[tuple[str, str], ...]
    limits_title: str
    limits: tuple[str, ...]
    why_title: str
    why: str
    foot: str
    page: str


def plan_sheet(shown: PlanRecord, ground: Ground, *, printed_on: str, issuer: Issuer, lang: str) -> PlanSheet:
    """The words of a plan: every site and every rule of it."""
    _ = words(lang)
    plan, request = shown.plan, shown.request
    places = {site: one["name"] for site, one in shown.names.items()}
    dots = [Dot(site.rank, shown.names[site.id]["lon"], shown.names[site.id]["lat"]) for site in plan.sites]
    drawn = plan_map(ground.communes, ground.borders, ground.states, dots, width=1_080, height=880)
    paragraphs = [
        plan_text.loss(plan, shown.proposal, lang) if shown.is_edited else None,
        plan_rules.floor(request, lang),
        plan_rules.floors_kept(plan, ground.floors, lang),
        plan_rules.away(shown, lang),
        plan_rules.worst_tenth(plan, lang),
        plan_rules.regret(plan, lang),
        plan_rules.one_more(shown.trade_offs, request.teams, lang) if shown.trade_offs else None,
        *_prices(shown, lang),
    ]
    states = [(NEW, _("newly within reach")), (NONE, _("out of reach"))]
    if plan.existing:
        states.insert(1, (BEFORE, _("within reach of a team in place")))
    version = f" · v{shown.version}" if shown.version else ""
    return PlanSheet(
        lang=lang,
        title=shown.name + version,
        description=plan_text.headline(plan, request, lang),
        printed_on=printed_on,
        day=text.long_day(printed_on, lang),
        agency=issuer.agency or "Reliance",
        logo=issuer.logo,
        kicker=_("Plan of new teams: %(region)s") % {"region": ground.region},
        state=_state(shown, lang),
        headline=plan_text.headline(plan, request, lang),
        apart=plan_rules.accompanied(plan, request, lang),
        proof=proof(shown, lang),
        map=drawn,
        map_alt=_("Map of the sites, numbered in the order in which to open them: %(names)s.")
        % {"names": ", ".join(f"{site.rank} {places[site.id]}" for site in plan.sites)},
        map_title=_("Sites, numbered in the order in which to open them"),
        legend=tuple(Key(swatch(colour), text.capitalised(label)) for colour, label in states)
        if len(ground.states)
        else (),
        figures=tuple(figures(shown, lang)),
        curves=curves(shown.trade_offs, request, lang),
        paragraphs=tuple(one for one in paragraphs if one),
        sites_title=_("Sites of the plan, in the order in which to open them"),
        sites_head=(
            _("Site"),
            _("Newly reached"),
            *([] if plan.accompanied is None else [_("Accompanied")]),
            _("Chosen in"),
        ),
        sites=tuple(_site(shown, site, lang) for site in plan.sites),
        more="",
        by_title=_("By département"),
        by_head=(_("Département"), _("Teams"), _("People to reach"), _("Newly reached (range)"), _("By its own teams")),
        by=tuple(_group(group, ground.departements, lang) for group in plan.groups),
        rules_title=_("All the rules of this plan"),
        rules=tuple(plan_rules.rules(shown, ground.categories, lang)),
        limits_title=_("What this plan does not say"),
        limits=(
            plan_text.kind(request, lang),
            _("Whether volunteers, premises and partners exist at these places: those who know them decide."),
            _("Who will accept to be accompanied, nor what a team changes for isolation: the estimate cannot tell."),
            travel.sentence(ground.travel_method, lang),
            *plan_text.deviations(plan, request, lang),
        ),
        why_title=_("Justification"),
        why=shown.justification or _("None: this plan is not decided."),
        foot=_("Plan %(id)s · database %(version)s · made with Reliance")
        % {"id": f"{shown.id}.{shown.version}" if shown.version else shown.id, "version": shown.data_hash[:16]},
        page=_("page {n} of {of}"),
    )


def proof(shown: PlanRecord, lang: str) -> str:
    """How good the list that was computed is; said to be about that one when another is kept."""
    _ = words(lang)
    gap = plan_text.gap(shown.proposal, lang)
    return _("List that was computed. %s") % gap if shown.is_edited else gap


def _state(shown: PlanRecord, lang: str) -> str:
    _ = words(lang)
    state = _("Decided") if shown.is_decided else _("Draft, not decided")
    return _("%(state)s · %(who)s, %(when)s") % {
        "state": state,
        "who": shown.written_by,
        "when": text.moment(shown.written_on, lang),
    }


def _site(shown: PlanRecord, site: Site, lang: str) -> SiteRow:
    reason: Reason | None = shown.reason(site.id)
    place = shown.names[site.id]
    name = place["name"] if place["name"] == place["commune"] else f"{place['name']} ({place['commune']})"
    return SiteRow(
        rank=str(site.rank),
        name=name,
        reached=plan_text.people(site.reached, lang),
        accompanied=None if site.accompanied is None else text.number(site.accompanied, lang),
        chosen=plan_text.certainty(site.share_of_draws, lang),
        why=plan_rules.site(site, reason, shown.trade_offs, lang),
    )


def _group(group: Coverage, names: Mapping[str, str], lang: str) -> tuple[str, ...]:
    return (
        names.get(group.group, group.group),
        text.number(group.teams, lang),
        plan_text.people(group.people, lang),
        reached(group, lang),
        text.percent(group.share_inside, lang, 0),
    )


def _prices(shown: PlanRecord, lang: str) -> list[str]:
    _ = words(lang)
    if shown.trade_offs is None or not shown.trade_offs.others:
        return []
    mine, *others = shown.trade_offs.others
    return [
        _("%(aim)s, under the same rules: %(price)s.")
        % {"aim": plan_rules.aim(other.aim, lang), "price": plan_rules.price(other, mine, lang)}
        for other in others
        if plan_rules.differs(other, mine)
    ]


def shortened(sheet: PlanSheet, most: int | None) -> PlanSheet:
    """The same with at most so many sites, and how many are left to the files."""
    left = 0 if most is None else len(sheet.sites) - most
    if left <= 0:
        return sheet
    _ = words(sheet.lang)
    more = _("%(count)s more sites are in the Word and Excel files of this plan.") % {"count": left}
    return replace(sheet, sites=sheet.sites[:most], more=more)
