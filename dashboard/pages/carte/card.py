"""The sentence of one territory, with its interval and its comparison."""

from dataclasses import replace

from dash import dcc, html

from dashboard import components, text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.carte import ids
from dashboard.state import Choice
from dashboard.text import profile as say
from geodata.estimate import Estimate, national_verdict
from geodata.territory import Level


def card(known: Facts, choice: Choice) -> list:
    """The sentence of the selected territory, or of the région or country when none is selected."""
    _ = words(choice.lang)
    lang = choice.lang
    estimate, national = known.focus(choice), known.national(choice)
    territory = known.store.territory(estimate.level, estimate.code)
    where = known.place(territory.level, territory.departement, territory.region)
    kind = text.capitalised(text.level(territory.level, lang))
    code = "" if territory.level == Level.FRANCE else f" · {territory.code}"
    body = [
        html.Div(
            [
                html.Div(
                    [html.H2(estimate.name), html.P(" · ".join(filter(None, [kind, where])) + code, className="where")]
                ),
                html.Button(
                    "✕",
                    id=ids.CLEAR,
                    type="button",
                    className="clear",
                    hidden=choice.selected is None,
                    title=_("Clear the selection"),
                    **{"aria-label": _("Clear the selection")},
                ),
            ],
            className="card-head",
        ),
        *components.verdicts(estimate, lang),
        html.P(text.verdict_sentence(estimate, lang), className="sentence"),
    ]
    bar = components.interval_bar(estimate, national, lang)
    if bar is not None:
        body += [html.P(text.share_sentence(estimate, lang), className="share"), bar]
    body.append(dcc.Link(_("Whole profile"), href=profile_href(choice, estimate), className="button card-profile"))
    if (bare := text.bare_sentence(estimate, lang)) is not None:
        body.append(html.P(bare, className="compared"))
    if (warning := text.extrapolation_sentence(estimate, lang)) is not None:
        body.append(html.P(warning, className="warning"))
    if territory.level == Level.COMMUNE and territory.region:
        minutes = known.minutes(territory.region).get(territory.code)
        if minutes is not None and minutes == minutes:
            body.append(html.P(text.minutes_sentence(minutes, lang)))
    if choice.selected is None:
        body.append(
            html.P(
                _("Click a territory, on the map or in the table, or search for it, to read its sentence."),
                className="hint",
            )
        )
    body.append(
        html.P(
            _("An estimated risk from the make-up of the population, not a count of isolated people."),
            className="nature",
        )
    )
    return body


def profile_href(choice: Choice, estimate: Estimate) -> str:
    """The whole profile of the territory the sentence is about."""
    return replace(choice, page="/territoire", selected=(Level(estimate.level), estimate.code)).href


def compared(known: Facts, choice: Choice) -> list:
    """The territory beside the chosen comparator, or why it is not compared."""
    _ = words(choice.lang)
    estimate = known.focus(choice)
    beside = known.comparisons(choice, estimate.level, estimate.code)
    # A territory too wide to have the chosen comparator has the country.
    contrast = beside.contrast(choice.against) or beside.contrast("national")
    told = []
    if contrast is not None:
        told = [say.contrast_sentence(contrast, choice.lang), say.comparator_share_sentence(contrast, choice.lang)]
    if choice.against == "twins":
        told.append(say.twins_sentence(beside, choice.lang))
    if contrast is not None and contrast.comparator == "national":
        told.append(text.national_sentence(estimate, known.national(choice), national_verdict(estimate), choice.lang))
    sentences = [sentence for sentence in told if sentence]
    nothing = (
        _("The country is what other territories are compared with.")
        if estimate.level == Level.FRANCE
        else _("No such comparison for this territory under these assumptions.")
    )
    return [html.P(sentence, className="compared") for sentence in sentences or [nothing]]
