"""Sites, départements, floors, prices and versions of a plan as tables."""

from dash import html

from dashboard import components, text
from dashboard.briefing.plan_figures import by_departement
from dashboard.computations.plan_search import Shown
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.scenarios import ids
from dashboard.pages.scenarios.shared import address, names, table
from dashboard.state import Choice
from dashboard.text import plan as plan_text
from dashboard.text import plan_rules


def sites(facts: Facts, shown: Shown, choice: Choice) -> list:
    if not (shown.is_answered and shown.names):
        return []
    _ = words(choice.lang)
    lang, plan, named = choice.lang, shown.plan, names(facts)
    can_edit = shown.revision is not None and not shown.is_running and shown.data_hash == facts.version
    head = [
        _("Order"),
        _("Site"),
        _("Why there"),
        _("Département"),
        _("Newly reached"),
        _("Accompanied"),
        _("Chosen in"),
    ]
    rows = []
    for site in plan.sites:
        place = shown.names[site.id]
        label = place["name"] if place["name"] == place["commune"] else f"{place['name']} ({place['commune']})"
        row = [
            str(site.rank),
            _("%(site)s (%(teams)s)") % {"site": label, "teams": plan_text.teams(site.teams, lang)}
            if site.teams > 1
            else label,
            plan_rules.site(site, shown.reason(site.id), shown.trade_offs, lang),
            named.get(place["departement"], place["departement"]),
            plan_text.people(site.reached, lang),
            "–" if site.accompanied is None else text.number(site.accompanied, lang),
            plan_text.certainty(site.share_of_draws, lang),
        ]
        rows.append([*row, _actions(shown, site.id, label, lang)] if can_edit else row)
    return [
        table(
            _("Sites of the plan, in the order in which to open them"), head + ([_("Change")] if can_edit else []), rows
        ),
        html.P(
            _(
                "“Chosen in”: share of the situations compatible with the uncertainty of the estimate in which this "
                "site is in the best list found. A low share means that a neighbour would do as well."
            ),
            className="nature",
        ),
        table(_("By département"), *by_departement(shown, named, lang)),
        *_floors(facts, shown, lang),
    ]


def _floors(facts: Facts, shown: Shown, lang: str) -> list:
    """What each group has of what the floor asks, where it is not by département: that table tells already."""
    _ = words(lang)
    if not shown.plan.floors or shown.request.floor_by == "departement":
        return []
    name_of = {code: name for (_level, code), name in facts.names().items()}
    kept: dict[str, list[str]] = {}
    for one in shown.plan.floors:
        kept.setdefault(one.group, []).append(plan_rules.floor_kept(one, lang))
    rows = [[name_of.get(group, group), ", ".join(parts)] for group, parts in kept.items()]
    return [table(plan_rules.floor(shown.request, lang) or "", [_("Territory"), _("In this plan")], rows)]


def _actions(shown: Shown, site: str, label: str, lang: str) -> html.Div:
    _ = words(lang)
    buttons = [
        ("lock", _("Unlock") if site in shown.locked else _("Lock")),
        ("open", _("Not opened") if site in shown.request.opened else _("Opened")),
        ("move", _("Move")),
        ("remove", _("Remove")),
    ]
    return html.Div(
        [
            components.planner_button(
                lang,
                word,
                id={"type": ids.ACT, "do": do, "site": site},
                className="button button-small",
                **{"aria-label": f"{word} : {label}"},
            )
            for do, word in buttons
        ],
        className="plan-actions",
    )


def versions(facts: Facts, shown: Shown, choice: Choice) -> list:
    _ = words(choice.lang)
    records = facts.workspace.plans.versions(shown.id)
    if not records:
        return [html.P(_("No version saved yet: the work in progress is kept at each change."), className="nature")]
    rows = [
        [
            html.A(f"v{one.version}", href=address(choice, (shown.id, one.version))),
            _("decided") if one.is_decided else _("saved"),
            one.saved_by,
            text.moment(one.saved_on, choice.lang),
            one.justification or "–",
        ]
        for one in records
    ]
    head = [_("Version"), _("State"), _("By"), _("When"), _("Justification")]
    listed = table(_("Versions of this plan"), head, rows)
    if not shown.version:
        return [listed]
    return [listed, html.P(html.A(_("Go back to the work in progress"), href=address(choice, (shown.id, 0))))]
