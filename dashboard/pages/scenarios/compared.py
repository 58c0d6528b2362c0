"""Two plans side by side."""

from dash import html

from dashboard.briefing.plan_figures import figures
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.scenarios.parts import reference, table
from dashboard.pages.scenarios.plan_map import communes_states, difference
from dashboard.pages.scenarios.work import Shown
from dashboard.text import plan as plan_text
from dashboard.text import plan_rules


def comparison(facts: Facts, first: Shown, second: Shown, lang: str) -> list:
    """Two plans side by side."""
    _ = words(lang)
    both_plans = ((_("First plan"), first), (_("Second plan"), second))
    pairs = [
        (_("Aim"), plan_rules.aim(first.request.aim, lang), plan_rules.aim(second.request.aim, lang)),
        (
            _("People counted"),
            plan_text.public(first.request.public, lang),
            plan_text.public(second.request.public, lang),
        ),
        (_("Minutes"), f"{first.request.minutes:g}", f"{second.request.minutes:g}"),
    ]
    both = zip(dict(figures(first, lang)).items(), dict(figures(second, lang)).values(), strict=False)
    pairs += [(term, one, two) for (term, one), two in both]
    shared = {site.id for site in first.plan.sites} & {site.id for site in second.plan.sites}
    return [
        html.H2(_("Two plans side by side")),
        table(
            _("Figures of both plans"),
            [_("Figure"), *([title, html.Br(), reference(facts, one)] for title, one in both_plans)],
            [list(pair) for pair in pairs],
        ),
        html.P(_in_both(facts, first, second, lang), className="compared"),
        html.P(plan_text.shared(len(shared), lang), className="compared"),
    ]


def _in_both(facts: Facts, first: Shown, second: Shown, lang: str) -> str:
    """Unique people of each plan and of both, counted as the first one counts them."""
    _ = words(lang)
    if {first.data_hash, second.data_hash} != {facts.version}:
        return _("The two plans were computed on other data: their people cannot be put together.")
    case = facts.case(first.request)
    demand = case.demand(first.request.public)
    found = difference(communes_states(facts, first), communes_states(facts, second))
    count = {
        state: plan_text.people(float(demand[found == state].sum()), lang) for state in ("both", "first", "second")
    }
    return (
        _(
            "Counted once, as the first plan counts people: %(both)s within reach in both plans, %(first)s in the "
            "first only, %(second)s in the second only."
        )
        % count
    )
