"""Two plans side by side."""

from collections.abc import Sequence

from dash import html

from dashboard.briefing.plan_figures import figures
from dashboard.computations.plan_search import Shown
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.scenarios.plan_map import communes_states, difference
from dashboard.pages.scenarios.shared import reference, table
from dashboard.text import plan as plan_text
from dashboard.text import plan_rules


def comparison(facts: Facts, first: Shown, second: Shown, lang: str) -> list:
    """Two plans side by side."""
    _ = words(lang)
    both_plans = ((_("First plan"), first), (_("Second plan"), second))
    heads: list = [[title, html.Br(), reference(facts, one)] for title, one in both_plans]
    titles = facts.titles(lang)
    rules = _side_by_side(*(plan_rules.rules(one, titles, lang) for _title, one in both_plans))
    differing = [row for row in rules if row[1] != row[2]]
    shared = {site.id for site in first.plan.sites} & {site.id for site in second.plan.sites}
    return [
        html.H2(_("Two plans side by side")),
        table(
            _("Figures of both plans"),
            [_("Figure"), *heads],
            _side_by_side(figures(first, lang), figures(second, lang)),
        ),
        table(_("Rules that differ"), [_("Parameter"), *heads], differing)
        if differing
        else html.P(_("Both plans were asked for by the same rules."), className="compared"),
        html.P(_in_both(facts, first, second, lang), className="compared"),
        html.P(plan_text.shared(len(shared), lang), className="compared"),
        *_only(first, _("In the first plan only: %(names)s."), shared),
        *_only(second, _("In the second plan only: %(names)s."), shared),
    ]


def _side_by_side(first: Sequence[tuple[str, str]], second: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Each term of either plan with its value in both, "–" where a plan has none."""
    one, two = dict(first), dict(second)
    return [[term, one.get(term, "–"), two.get(term, "–")] for term in dict.fromkeys([*one, *two])]


def _only(shown: Shown, sentence: str, shared: set[str]) -> list[html.P]:
    """The sites of a plan that the other does not have."""
    names = [shown.names[site.id]["name"] for site in shown.plan.sites if site.id not in shared]
    return [html.P(sentence % {"names": ", ".join(names)}, className="compared")] if names else []


def _in_both(facts: Facts, first: Shown, second: Shown, lang: str) -> str:
    """Unique people of each plan and of both, counted as the first one counts them."""
    _ = words(lang)
    if {first.data_hash, second.data_hash} != {facts.version}:
        return _("The two plans were computed on other data: their people cannot be put together.")
    case = facts.case(first.request)
    demand = case.demand(first.request.public)
    states = difference(communes_states(facts, first), communes_states(facts, second))
    count = {
        state: plan_text.people(float(demand[states == state].sum()), lang) for state in ("both", "first", "second")
    }
    return (
        _(
            "Counted once, as the first plan counts people: %(both)s within reach in both plans, %(first)s in the "
            "first only, %(second)s in the second only."
        )
        % count
    )
