"""The annex of a decision: what was asked, what was found, what was kept and why, in a document that Word opens."""

from docx.document import Document

from dashboard import text, word
from dashboard.briefing import plan_paper
from dashboard.briefing.annex import legend
from dashboard.briefing.issuer import Issuer
from dashboard.briefing.plan_figures import figures
from dashboard.briefing.render import picture
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.scenarios.card import proof
from dashboard.pages.scenarios.parts import names, reference
from dashboard.pages.scenarios.tables import by_departement
from dashboard.pages.scenarios.work import Shown
from dashboard.text import plan as plan_text
from dashboard.text import plan_rules

_MAP_MM = 150


def document(facts: Facts, shown: Shown, lang: str) -> Document:
    """The annex of one plan, or of one of its versions."""
    _ = words(lang)
    plan, request = shown.plan, shown.request
    out = word.document(shown.name, lang)
    out.add_heading(reference(facts, shown), 0)
    out.add_paragraph(plan_text.headline(plan, request, lang))
    out.add_paragraph(plan_rules.accompanied(plan, request, lang))
    out.add_paragraph(proof(shown, lang))
    if shown.is_edited:
        out.add_paragraph(plan_text.loss(plan, shown.proposal, lang))
    for sentence in (
        plan_rules.floors_kept(plan, names(facts), lang),
        plan_rules.worst_tenth(plan, lang),
        plan_text.equity(plan, names(facts), lang),
        plan_rules.regret(plan, lang),
    ):
        if sentence:
            out.add_paragraph(sentence)
    printed = plan_paper.sheet(facts.store, shown, lang, issuer=Issuer())
    if printed.map is not None:
        out.add_heading(printed.map_title, 1)
        word.picture(out, picture(printed.map), printed.map_alt, _MAP_MM)
        legend(out, printed.legend)
    out.add_heading(_("Rules"), 1)
    region = facts.names().get(("region", request.region), request.region)
    rules = plan_rules.rules(shown, facts.titles(lang), lang)
    word.table(out, [_("Parameter"), _("Value")], [[_("Region"), region], *map(list, rules)])
    out.add_heading(_("Figures"), 1)
    word.table(out, [_("Figure"), _("Value")], [list(row) for row in figures(shown, lang)])
    out.add_heading(_("Sites"), 1)
    rows = [
        [
            text.number(site.rank, lang),
            shown.names[site.id]["name"],
            plan_text.people(site.reached, lang),
            "–" if site.accompanied is None else text.number(site.accompanied, lang),
            plan_text.certainty(site.share_of_draws, lang),
        ]
        for site in plan.sites
    ]
    word.table(out, [_("Order"), _("Site"), _("Newly reached"), _("Accompanied"), _("Chosen in")], rows)
    why = [(site, plan_rules.site(site, shown.reason(site.id), shown.trade_offs, lang)) for site in plan.sites]
    word.bullets(out, [f"{shown.names[site.id]['name']} – {reason}" for site, reason in why if reason])
    out.add_heading(_("By département"), 1)
    head, rows = by_departement(facts, shown, lang)
    word.table(out, head, rows)
    proposed, kept = ({site.id for site in one.sites} for one in (shown.proposal, plan))
    out.add_heading(_("Deviations from the list that was computed"), 1)
    for title, ids in ((_("Added by hand"), kept - proposed), (_("Removed by hand"), proposed - kept)):
        named = ", ".join(sorted(shown.names[one]["name"] for one in ids))
        out.add_paragraph(f"{title} : {named or '–'}")
    out.add_heading(_("Justification"), 1)
    out.add_paragraph(shown.justification or _("None: this plan is not decided."))
    out.add_heading(_("What to know"), 1)
    for sentence in (
        plan_text.in_place(request, facts.titles(lang), lang),
        plan_text.kind(request, lang),
        *plan_text.deviations(plan, request, names(facts), lang),
    ):
        out.add_paragraph(sentence, style="List Bullet")
    out.add_paragraph(
        " · ".join(
            [shown.written_by, text.moment(shown.written_on, lang), f"{shown.id}.{shown.version}", shown.data_hash]
        )
    )
    return out
