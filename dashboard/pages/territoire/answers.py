"""What answers the need of a territory: families of services, care pathways. A record in, components and rows out."""

from collections.abc import Mapping

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import components, text
from dashboard.i18n import words
from dashboard.pages.territoire.section import section
from dashboard.state import Choice
from dashboard.text import response as response_text
from dashboard.text import travel
from geodata.response import (
    CategoryLink,
    Counted,
    FamilyResponse,
    FunctionResponse,
    Link,
    PathwayResponse,
    Responses,
)
from geodata.territory import Level


def services(
    responses: Responses, titles: Mapping[str, str], sources: Mapping[str, str], choice: Choice
) -> html.Section:
    """One card a family: within reach or not, how many, the nearest, what is not known."""
    _ = words(choice.lang)
    body = [
        html.Div(
            [_family(family, responses, titles, sources, choice.lang) for family in responses.families],
            className="cards",
        ),
        components.counting(choice),
        components.minutes_note(responses.travel_method, choice),
    ]
    return section(
        _("Services by family"),
        body,
        None,
        choice,
        files="services",
        summary=response_text.articulation(responses.articulation, choice.lang),
    )


def _family(
    family: FamilyResponse, responses: Responses, titles: Mapping[str, str], sources: Mapping[str, str], lang: str
) -> html.Div:
    reason = response_text.reason(family, responses.territory.level, responses.minutes, lang)
    spread = family.squares
    # The shares of residents by square hold the one of the minutes asked: it is not said twice.
    is_in_squares = (
        spread is not None and responses.minutes in dict(spread.shares) and responses.territory.level == Level.COMMUNE
    )
    lines = [
        reason,
        response_text.inside(family, lang),
        None if is_in_squares else response_text.reach(family, responses.minutes, lang),
        response_text.squares(family, lang),
    ]
    if _is_one_place(responses):
        lines.insert(2, response_text.nearest(family.nearest, sources, lang, is_median=spread is not None))
    return html.Div(
        [
            html.H3([html.Span(className=f"family-mark family-{family.family}"), text.family(family.family, lang)]),
            html.P(
                [
                    html.Span(
                        response_text.SYMBOL[family.response], className="answer-symbol", **{"aria-hidden": "true"}
                    ),
                    text.capitalised(response_text.response(family.response, lang)),
                ],
                className=f"answer answer-{family.response}",
            ),
            *(html.P(line) for line in lines if line),
            *(_folded(count, html.P(which)) for count, which in response_text.gaps_of_data(family, titles, lang)),
        ],
        className="card",
    )


def pathways(responses: Responses, titles: Mapping[str, str], choice: Choice) -> html.Section:
    """Each pathway by functions: those within reach, those missing and those that nobody can tell."""
    _ = words(choice.lang)
    functions = [function for chain in responses.pathways for function in chain.functions]
    unlisted = response_text.unlisted_sentence(functions, choice.lang)
    body = [
        html.P(
            _(
                "Which functions of each pathway are within %(minutes)s minutes by car; times are approximate. Any of "
                "several kinds of service serves a function; it is missing only where complete lists show none."
            )
            % {"minutes": text.number(responses.minutes, choice.lang)}
        ),
        *([html.P(unlisted, className="nature")] if unlisted else []),
        html.Div(
            [_pathway(chain, responses, titles, choice.lang) for chain in responses.pathways],
            className="cards cards-long",
        ),
    ]
    return section(_("Care pathways"), body, None, choice, files="parcours")


def _is_one_place(responses: Responses) -> bool:
    """Minutes to the nearest are those of a commune; those of a wider territory would be its best placed commune's."""
    return responses.territory.level == Level.COMMUNE


def _pathway(chain: PathwayResponse, responses: Responses, titles: Mapping[str, str], lang: str) -> html.Div:
    has_minutes = _is_one_place(responses)
    # What no list tells of anywhere is said once, above.
    shown = [one for one in chain.functions if one.is_listed or one.state is not Link.UNKNOWN]
    return html.Div(
        [
            html.H3(response_text.pathway(chain.pathway, lang)),
            html.P(response_text.concerned(chain.concerned, lang), className="nature"),
            html.P(response_text.pathway_sentence(chain, lang)),
            html.Ul([_function(one, has_minutes, titles, lang) for one in shown], className="plain links"),
        ],
        className="card",
    )


def _function(one: FunctionResponse, has_minutes: bool, titles: Mapping[str, str], lang: str) -> html.Li:
    """A function in one line; the categories that may serve it behind it."""
    links = [_link(link, has_minutes, titles, lang) for link in one.links]
    line = _line(response_text.function(one.function, lang), one.state, one.nearest, has_minutes, lang)
    return html.Li(
        html.Details([html.Summary(line), html.P(one.function.justification), html.Ul(links, className="plain links")]),
        className=f"answer answer-{one.state}",
    )


def _folded(summary: str, body: Component | list) -> html.Details:
    """What is not known is counted in sight and listed on demand: it is long, and it is not an absence."""
    return html.Details([html.Summary(summary), body], className="nature")


def _link(one: CategoryLink, has_minutes: bool, titles: Mapping[str, str], lang: str) -> html.Li:
    line = _line(titles.get(one.category, one.category), one.state, one.nearest, has_minutes, lang)
    return html.Li(line, className=f"answer answer-{one.state}")


def _line(title: str, state: Link, nearest: Counted | None, has_minutes: bool, lang: str) -> list[html.Span]:
    if has_minutes and nearest is not None:
        word = response_text.short_minutes(nearest.timed_min, lang)
    else:
        word = response_text.link(state, lang)
    return [
        html.Span(response_text.LINK_SYMBOL[state], className="answer-symbol", **{"aria-hidden": "true"}),
        html.Span([html.Strong(title), f"{text.colon(lang)}{word}"]),
    ]


def service_rows(responses: Responses, titles: Mapping[str, str], lang: str) -> pd.DataFrame:
    """The families as rows."""
    return pd.DataFrame(
        [
            {
                "famille": text.family(family.family, lang),
                "reponse": response_text.response(family.response, lang),
                "services_sur_place": family.inside,
                "le_plus_proche": family.nearest.name if family.nearest else None,
                "minutes": family.nearest.timed_min if family.nearest else None,
                "source": family.nearest.source if family.nearest else None,
                "vu_le": text.day(family.nearest.seen_on, lang) if family.nearest and family.nearest.seen_on else None,
                "donnees_partielles": response_text.listed(family.partial, titles),
                "donnees_absentes": response_text.listed(family.unknown, titles),
                "minutes_demandees": responses.minutes,
                "temps_de_trajet": travel.short(responses.travel_method, lang),
            }
            for family in responses.families
        ]
    )


def pathway_rows(responses: Responses, titles: Mapping[str, str], lang: str) -> pd.DataFrame:
    """The functions as rows, one a category that may serve it."""
    return pd.DataFrame(
        [
            {
                "parcours": response_text.pathway(chain.pathway, lang),
                "fonction": response_text.function(function.function, lang),
                "etat": response_text.link(function.state, lang),
                "service": titles.get(one.category, one.category),
                "etat_du_service": response_text.link(one.state, lang),
                "le_plus_proche": one.nearest.name if one.nearest else None,
                "minutes": one.nearest.timed_min if one.nearest else None,
                "minutes_demandees": responses.minutes,
                "temps_de_trajet": travel.short(responses.travel_method, lang),
            }
            for chain in responses.pathways
            for function in chain.functions
            for one in function.links
        ]
    )
