"""What a reader is told under the title of the map before reading it: that the question separates little, that a line
does not suit a definition, what the database does not know; each with the way out."""

from dataclasses import replace

from dash import dcc, html

from dashboard import text
from dashboard.facts import Facts, is_too_wide
from dashboard.i18n import words
from dashboard.state import Choice, Line
from dashboard.text import observed as observed_text
from geodata.service import TOWN_HALLS

FAR_LINE = (0.6, 1.6)
"""A line under or over these multiples of the national share puts nearly everybody on one side: judgement."""

_INSTEAD = ("living_alone_share_80_plus", "living_alone_share", "one_person_household_share", "share_75_plus")
"""Figures to look at where the estimate tells territories apart little, the first that is held at their mesh."""


def advice(facts: Facts, choice: Choice) -> list[html.P]:
    """Short paragraphs, none where there is nothing to say."""
    of_map = _of_indicator if choice.indicator else _of_question
    sentences = [] if is_too_wide(choice) else of_map(facts, choice)
    if facts.listed() <= set(TOWN_HALLS):
        sentences.append(_of_lists(choice))
    return sentences


def _of_question(facts: Facts, choice: Choice) -> list[html.P]:
    _ = words(choice.lang)
    national = facts.national(choice).share
    is_threshold = choice.line is Line.THRESHOLD
    if is_threshold and national and not FAR_LINE[0] < choice.threshold / national < FAR_LINE[1]:
        own = replace(choice, threshold=round(national, 3), line=Line.THRESHOLD)
        sentence = _("With this definition the national share is %(national)s: far from %(line)s.") % {
            "national": text.percent(national, choice.lang),
            "line": text.threshold(choice.threshold, choice.lang),
        }
        return [html.P([sentence, " ", dcc.Link(_("Ask about that line"), href=own.href)])]
    question = text.question_sentence(facts.counts(choice)[choice.line], choice.mesh, choice.lang)
    return [html.P([question, *_ways_out(facts, choice)])] if question else []


def _of_indicator(facts: Facts, choice: Choice) -> list[html.P]:
    """Where a figure that no territory of the mesh has is known."""
    if facts.is_held(choice):
        return []
    _ = words(choice.lang)
    others = [replace(choice, mesh=mesh, selected=None) for mesh in facts.meshes(choice.region) if mesh != choice.mesh]
    held = [other for other in others if not is_too_wide(other) and facts.is_held(other)]
    sentence = _("This figure is not known here by %(mesh)s.") % {"mesh": text.levels(choice.mesh, choice.lang)}
    ways = [
        dcc.Link(_("See by %(mesh)s") % {"mesh": text.levels(other.mesh, choice.lang)}, href=other.href)
        for other in held
    ]
    return [html.P([sentence, *(part for way in ways for part in (" ", way))])]


def _ways_out(facts: Facts, choice: Choice) -> list:
    _ = words(choice.lang)
    ways = []
    if choice.line is Line.THRESHOLD and facts.compares_with_nation(choice):
        ways.append((_("Compare with the national share"), replace(choice, line=Line.NATIONAL)))
    catalogue = facts.indicators().set_index("id")
    seen = (replace(choice, indicator=one, verdicts=()) for one in _INSTEAD if one in catalogue.index)
    instead = next((other for other in seen if facts.is_held(other)), None)
    if instead is not None:
        shown = observed_text.title(catalogue.loc[instead.indicator], choice.lang)
        ways.append((_("See: %(indicator)s") % {"indicator": shown}, instead))
    ways.append((_("See where to start"), replace(choice, page="/commencer")))
    return [part for label, where in ways for part in (" ", dcc.Link(label, href=where.href))]


def _of_lists(choice: Choice) -> html.P:
    _ = words(choice.lang)
    return html.P(
        _(
            "Services: this database knows town halls only. FINESS, France Services, equipment counts and the "
            "directory of the administration add the others: python -m etl fetch --first-day, then build."
        )
    )
