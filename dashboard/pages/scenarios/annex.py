"""The annex of a decision: what was asked, what was found, what was kept and why, in a document that Word opens."""

from docx.document import Document

from dashboard import text, word
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.scenarios import view
from dashboard.pages.scenarios.work import Shown
from dashboard.text import plan as said


def document(known: Facts, shown: Shown, lang: str) -> Document:
    """The annex of one plan, or of one of its versions."""
    _ = words(lang)
    plan, asked = shown.plan, shown.request
    out = word.document(shown.name, lang)
    out.add_heading(view.reference(known, shown), 0)
    out.add_paragraph(said.headline(plan, asked, lang))
    out.add_paragraph(view.proof(shown, lang))
    out.add_paragraph(said.loss(plan, shown.proposal, lang))
    if equity := said.equity(plan, view.names(known), lang):
        out.add_paragraph(equity)
    out.add_heading(_("Request"), 1)
    word.table(
        out,
        [_("Parameter"), _("Value")],
        [
            [_("Region"), known.names().get(("region", asked.region), asked.region)],
            [_("New teams"), text.number(asked.teams, lang)],
            [_("Minutes by car"), f"{asked.minutes:g}"],
            [_("People counted"), said.aim(asked.aim, lang)],
            [_("Possible sites"), said.candidates(asked, known.titles(lang), lang)],
        ],
    )
    out.add_heading(_("Figures"), 1)
    word.table(out, [_("Figure"), _("Value")], [list(row) for row in view.figures(shown, lang)])
    out.add_heading(_("Sites"), 1)
    rows = [
        [
            text.number(site.rank, lang),
            shown.names[site.id]["name"],
            shown.names[site.id]["commune"],
            said.people(site.reached, lang),
            said.certainty(site.share_of_draws, lang),
        ]
        for site in plan.sites
    ]
    word.table(out, [_("Order"), _("Site"), _("Commune"), _("Newly reached"), _("Chosen in")], rows)
    proposed, kept = ({site.id for site in one.sites} for one in (shown.proposal, plan))
    out.add_heading(_("Deviations from the list that was computed"), 1)
    for title, ids in ((_("Added by hand"), kept - proposed), (_("Removed by hand"), proposed - kept)):
        named = ", ".join(sorted(shown.names[one]["name"] for one in ids))
        out.add_paragraph(f"{title} : {named or '–'}")
    out.add_heading(_("Justification"), 1)
    out.add_paragraph(shown.justification or _("None: this plan is not decided."))
    out.add_heading(_("What to know"), 1)
    for sentence in (
        said.in_place(asked, known.titles(lang), lang),
        said.kind(asked, lang),
        *said.deviations(plan, asked, view.names(known), lang),
    ):
        out.add_paragraph(sentence, style="List Bullet")
    out.add_paragraph(
        " · ".join(
            [shown.written_by, text.moment(shown.written_on, lang), f"{shown.id}.{shown.version}", shown.data_hash]
        )
    )
    return out
