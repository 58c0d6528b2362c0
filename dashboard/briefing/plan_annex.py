"""The annex of a decision: what was asked, what was found, what was kept and why, in a document that Word opens."""

from datetime import datetime

from docx.document import Document

from dashboard import text, word_document
from dashboard.briefing.annex import legend
from dashboard.briefing.plan import Ground, PlanSheet
from dashboard.briefing.plan_figures import by_departement, figures
from dashboard.briefing.plan_record import PlanRecord
from dashboard.briefing.render import picture
from dashboard.i18n import words
from dashboard.text import plan as plan_text
from dashboard.text import plan_rules

_MAP_MM = 150


def document(shown: PlanRecord, ground: Ground, printed: PlanSheet) -> Document:
    """The annex of one plan, or of one of its versions; `printed` is what its two pages say."""
    lang = printed.lang
    _ = words(lang)
    plan, request = shown.plan, shown.request
    out = word_document.document(shown.name, lang)
    about = out.core_properties
    about.author, about.comments = printed.agency, printed.description
    about.created = about.modified = datetime.fromisoformat(printed.printed_on)
    out.add_heading(printed.title, 0)
    out.add_paragraph(printed.headline)
    out.add_paragraph(printed.apart)
    out.add_paragraph(printed.proof)
    if shown.is_edited:
        out.add_paragraph(plan_text.loss(plan, shown.proposal, lang))
    for sentence in (
        plan_rules.floors_kept(plan, ground.floors, lang),
        plan_rules.worst_tenth(plan, lang),
        plan_text.equity(plan, ground.departements, lang),
        plan_rules.regret(plan, lang),
    ):
        if sentence:
            out.add_paragraph(sentence)
    if printed.map is not None:
        out.add_heading(printed.map_title, 1)
        word_document.picture(out, picture(printed.map), printed.map_alt, _MAP_MM)
        legend(out, printed.legend)
    out.add_heading(_("Rules"), 1)
    rules = [[_("Region"), ground.region], *map(list, printed.rules)]
    word_document.table(out, [_("Parameter"), _("Value")], rules)
    out.add_heading(_("Figures"), 1)
    word_document.table(out, [_("Figure"), _("Value")], [list(row) for row in figures(shown, lang)])
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
    word_document.table(out, [_("Order"), _("Site"), _("Newly reached"), _("Accompanied"), _("Chosen in")], rows)
    why = [(site, plan_rules.site(site, shown.reason(site.id), shown.trade_offs, lang)) for site in plan.sites]
    word_document.bullets(out, [f"{shown.names[site.id]['name']} – {reason}" for site, reason in why if reason])
    out.add_heading(_("By département"), 1)
    head, rows = by_departement(shown, ground.departements, lang)
    word_document.table(out, head, rows)
    proposed, kept = ({site.id for site in one.sites} for one in (shown.proposal, plan))
    out.add_heading(_("Deviations from the list that was computed"), 1)
    for title, ids in ((_("Added by hand"), kept - proposed), (_("Removed by hand"), proposed - kept)):
        named = ", ".join(sorted(shown.names[one]["name"] for one in ids))
        out.add_paragraph(f"{title} : {named or '–'}")
    out.add_heading(_("Justification"), 1)
    out.add_paragraph(printed.why)
    out.add_heading(_("What to know"), 1)
    for sentence in (
        plan_text.in_place(request, ground.categories, lang),
        plan_text.kind(request, lang),
        *plan_text.deviations(plan, request, lang),
    ):
        out.add_paragraph(sentence, style="List Bullet")
    out.add_paragraph(" · ".join([shown.written_by, text.moment(shown.written_on, lang), printed.foot]))
    return out
