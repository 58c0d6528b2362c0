"""What a plan does, in sentences and figures."""

from urllib.parse import quote

from dash import html

from dashboard import components, text
from dashboard.briefing.plan import proof
from dashboard.briefing.plan_curve import curves
from dashboard.briefing.plan_figures import figures
from dashboard.computations.plan_search import Shown
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.scenarios.compared import comparison
from dashboard.pages.scenarios.shared import names, reference, table
from dashboard.state import Choice
from dashboard.text import plan as plan_text
from dashboard.text import plan_rules
from geodata.territory import Level


def card(facts: Facts, shown: Shown, other: Shown | None, choice: Choice) -> list:
    _ = words(choice.lang)
    lang, request = choice.lang, shown.request
    if not shown.is_answered:
        return [html.H2(reference(facts, shown))]
    plan = shown.plan
    if other is not None and other.is_answered:
        return comparison(facts, shown, other, lang)
    equity = plan_text.equity(plan, names(facts), lang)
    case = facts.case(request) if shown.data_hash == facts.version else None
    caveats = [plan_text.in_place(request, facts.titles(lang), lang)]
    if case is not None:
        departements = {departement for _category, departement in case.incomplete_lists}
        caveats += [plan_text.incomplete_list(len(departements), lang)] if departements else []
        caveats += [plan_text.unplaced(case.unplaced, lang)] if case.unplaced else []
        caveats += [plan_text.left_out(case.left_out, lang)] if case.left_out else []
    sentences = [
        plan_rules.floor(request, lang),
        plan_rules.floors_kept(plan, names(facts, Level(request.floor_by)), lang),
        plan_rules.away(shown, lang),
        plan_rules.worst_tenth(plan, lang),
        equity,
        plan_rules.regret(plan, lang),
        plan_rules.one_more(shown.trade_offs, request.teams, lang) if shown.trade_offs else None,
    ]
    return [
        html.H2(reference(facts, shown)),
        html.P(_decided(shown, lang), className="where"),
        html.P(plan_text.headline(plan, request, lang), className="sentence"),
        html.P(plan_text.loss(plan, shown.proposal, lang), className="plan-loss") if shown.is_edited else None,
        html.P(plan_rules.accompanied(plan, request, lang), className="plan-apart"),
        html.P(proof(shown, lang), className="compared"),
        _figures(shown, lang),
        html.Ul([html.Li(one) for one in sentences if one], className="plan-list"),
        *_prices(shown, lang),
        *_curves(shown, lang),
        html.Ul([html.Li(one) for one in plan_text.deviations(plan, request, lang)], className="plan-list"),
        html.H3(_("What to know")),
        html.Ul(
            [
                html.Li(one)
                for one in [
                    *caveats,
                    plan_text.kind(request, lang),
                    plan_rules.capacity(request, lang),
                    _("Between near sites: %s") % plan_rules.preference(request, lang),
                    plan_rules.travel(shown, lang),
                ]
            ],
            className="plan-list",
        ),
        components.minutes_note(case.travel_method, choice) if case is not None else None,
        html.P(
            _("database %(version)s") % {"version": shown.data_hash[:8]},
            className="nature",
        ),
    ]


def _decided(shown: Shown, lang: str) -> str:
    _ = words(lang)
    state = _("Decided") if shown.is_decided else _("Draft, kept at each change")
    if shown.version and not shown.is_decided:
        state = _("Saved version")
    return _("%(state)s · %(who)s, %(when)s") % {
        "state": state,
        "who": shown.written_by,
        "when": text.moment(shown.written_on, lang),
    }


def _figures(shown: Shown, lang: str) -> html.Dl:
    return html.Dl(
        [html.Div([html.Dt(term), html.Dd(value)]) for term, value in figures(shown, lang)], className="plan-figures"
    )


def _prices(shown: Shown, lang: str) -> list:
    """What each other aim would give under the same rules; nothing before it is known."""
    _ = words(lang)
    if shown.trade_offs is None or len(shown.trade_offs.others) < 2:
        return []
    mine, *others = shown.trade_offs.others
    others = [other for other in others if plan_rules.differs(other, mine)]
    rows = [[plan_rules.aim(other.aim, lang), plan_rules.price(other, mine, lang)] for other in others]
    if not rows:
        return [html.P(_("Under the same rules, no other aim gives another result."), className="compared")]
    title = _("Under the same rules, another aim would give")
    return [table(title, [_("Aim"), _("Against this plan")], rows)]


def _curves(shown: Shown, lang: str) -> list:
    """What more teams and more minutes would bring; the words beside each drawing are those of its points."""
    return [
        html.Figure(
            [
                html.Figcaption(curve.title),
                html.Img(src="data:image/svg+xml;charset=utf-8," + quote(curve.svg), alt=curve.alt),
            ],
            className="plan-curve",
        )
        for curve in curves(shown.trade_offs, shown.request, lang)
    ]
