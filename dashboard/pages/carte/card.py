"""The sentence of one territory, with its interval and its comparison."""

from dataclasses import replace

import pandas as pd
from dash import dcc, html

from dashboard import components, text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.carte import ids
from dashboard.state import Choice
from dashboard.text import profile as profile_text
from dashboard.text import response as response_text
from geodata.estimate import Estimate, national_verdict
from geodata.territory import Level


def card(facts: Facts, choice: Choice) -> list:
    """The sentence of the selected territory, or of the région or country when none is selected."""
    _ = words(choice.lang)
    lang = choice.lang
    estimate, national = facts.focus(choice), facts.national(choice)
    national_line = facts.national_line(choice, estimate)
    territory = facts.store.territory(Level(estimate.level), estimate.code)
    where = facts.place(territory.level, territory.departement, territory.region)
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
        *components.verdicts(estimate, lang, is_national=national_line is not None),
        html.P(text.verdict_sentence(estimate, lang, national_line), className="sentence"),
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
        town_halls = facts.town_halls(territory.region)
        if territory.code in town_halls.index and pd.notna(minutes := town_halls.at[territory.code, "minutes"]):
            town_hall_minutes = None if town_halls.at[territory.code, "here"] else minutes
            body.append(html.P(response_text.town_hall(town_hall_minutes, lang)))
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


def nearest(facts: Facts, choice: Choice) -> list:
    """The nearest services of the three families, of a commune or an EPCI that is selected."""
    _ = words(choice.lang)
    if choice.selected is None or choice.selected[0] not in (Level.COMMUNE, Level.EPCI, Level.TVS):
        return []
    responses = facts.responses(choice, *choice.selected)
    sources = facts.source_titles()
    is_commune = choice.selected[0] == Level.COMMUNE
    lines = []
    for family in responses.families:
        label = response_text.response(family.response, choice.lang)
        lines.append(
            html.Li(
                [
                    html.Strong(text.family(family.family, choice.lang)),
                    f"{text.colon(choice.lang)}{response_text.SYMBOL[family.response]} {label}. ",
                    response_text.nearest(
                        family.nearest, sources, choice.lang, is_median=family.squares is not None and is_commune
                    )
                    if family.nearest
                    else "",
                ]
            )
        )
    where = replace(choice, page="/besoin", region=responses.territory.region or choice.region, mesh=choice.selected[0])
    return [
        html.H3(
            _("Nearest services (limit: %(minutes)s minutes)")
            % {"minutes": text.number(responses.minutes, choice.lang)}
        ),
        html.Ul(lines, className="plain nearest"),
        html.P([dcc.Link(_("Need and responses"), href=where.href), " · ", components.how(choice)]),
    ]


def compared(facts: Facts, choice: Choice) -> list:
    """The territory beside the chosen comparator, or why it is not compared."""
    _ = words(choice.lang)
    estimate = facts.focus(choice)
    beside = facts.comparisons(choice, Level(estimate.level), estimate.code)
    # A territory too wide to have the chosen comparator has the country.
    contrast = beside.contrast(choice.against) or beside.contrast("national")
    parts = []
    if contrast is not None:
        parts = [
            profile_text.contrast_sentence(contrast, choice.lang),
            profile_text.comparator_share_sentence(contrast, choice.lang),
        ]
    if choice.against == "twins":
        parts.append(profile_text.twins_sentence(beside, choice.lang))
    if contrast is not None and contrast.comparator == "national":
        parts.append(text.national_sentence(estimate, facts.national(choice), national_verdict(estimate), choice.lang))
    sentences = [sentence for sentence in parts if sentence]
    nothing = (
        _("The country is what other territories are compared with.")
        if estimate.level == Level.FRANCE
        else _("No such comparison for this territory under these assumptions.")
    )
    return [html.P(sentence, className="compared") for sentence in sentences or [nothing]]
