"""What answers the need of a territory: families of services, care pathways. A record in, components and rows out."""

from collections.abc import Mapping

import pandas as pd
from dash import html

from dashboard import components, text
from dashboard.i18n import words
from dashboard.pages.territoire.section import section
from dashboard.state import Choice
from dashboard.text import response as said
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


def services(found: Responses, titles: Mapping[str, str], sources: Mapping[str, str], choice: Choice) -> html.Section:
    """One card a family: within reach or not, how many, the nearest, what is not known."""
    _ = words(choice.lang)
    body = [
        html.P(said.articulation(found.articulation, choice.lang)),
        html.Div(
            [_family(family, found, titles, sources, choice.lang) for family in found.families],
            className="cards",
        ),
        components.counting(choice),
        html.P(travel.sentence(found.travel_method, choice.lang), className="nature"),
    ]
    return section(_("Services by family"), body, None, choice, files="services", is_wide=True)


def _family(
    family: FamilyResponse, found: Responses, titles: Mapping[str, str], sources: Mapping[str, str], lang: str
) -> html.Div:
    reason = said.reason(family, found.territory.level, found.minutes, lang)
    lines = [reason, said.inside(family, lang), said.reach(family, found.minutes, lang)]
    if _is_one_place(found):
        lines.insert(2, said.nearest(family.nearest, sources, lang))
    return html.Div(
        [
            html.H3([html.Span(className=f"family-mark family-{family.family}"), text.family(family.family, lang)]),
            html.P(
                [
                    html.Span(said.SYMBOL[family.response], className="answer-symbol", **{"aria-hidden": "true"}),
                    text.capitalised(said.response(family.response, lang)),
                ],
                className=f"answer answer-{family.response}",
            ),
            *(html.P(line) for line in lines if line),
            *(_folded(count, html.P(which)) for count, which in said.gaps_of_data(family, titles, lang)),
        ],
        className="card",
    )


def pathways(found: Responses, titles: Mapping[str, str], choice: Choice) -> html.Section:
    """Each pathway by functions: those within reach, those missing and those that nobody can tell."""
    _ = words(choice.lang)
    every = [function for chain in found.pathways for function in chain.functions]
    unlisted = said.unlisted_sentence(every, choice.lang)
    body = [
        html.P(
            _(
                "Which functions of each pathway are within %(minutes)s minutes by car; times are approximate. Any of "
                "several kinds of service serves a function; it is missing only where complete lists show none."
            )
            % {"minutes": text.number(found.minutes, choice.lang)}
        ),
        *([html.P(unlisted, className="nature")] if unlisted else []),
        html.Div(
            [_pathway(chain, found, titles, choice.lang) for chain in found.pathways], className="cards cards-long"
        ),
    ]
    return section(_("Care pathways"), body, None, choice, files="parcours", is_wide=True)


def _is_one_place(found: Responses) -> bool:
    """Minutes to the nearest are those of a commune; those of a wider territory would be its best placed commune's."""
    return found.territory.level == Level.COMMUNE


def _pathway(chain: PathwayResponse, found: Responses, titles: Mapping[str, str], lang: str) -> html.Div:
    has_minutes = _is_one_place(found)
    # What no list tells of anywhere is said once, above.
    told = [one for one in chain.functions if one.is_listed or one.state is not Link.UNKNOWN]
    return html.Div(
        [
            html.H3(said.pathway(chain.pathway, lang)),
            html.P(said.pathway_sentence(chain, lang)),
            html.Ul([_function(one, has_minutes, titles, lang) for one in told], className="plain links"),
        ],
        className="card",
    )


def _function(one: FunctionResponse, has_minutes: bool, titles: Mapping[str, str], lang: str) -> html.Li:
    """A function in one line; the categories that may serve it behind it."""
    links = [_link(link, has_minutes, titles, lang) for link in one.links]
    line = _line(said.function(one.function, lang), one.state, one.nearest, has_minutes, lang)
    return html.Li(
        html.Details([html.Summary(line), html.P(one.function.justification), html.Ul(links, className="plain links")]),
        className=f"answer answer-{one.state}",
    )


def _folded(summary: str, body) -> html.Details:
    """What is not known is counted in sight and listed on demand: it is long, and it is not an absence."""
    return html.Details([html.Summary(summary), body], className="nature")


def _link(one: CategoryLink, has_minutes: bool, titles: Mapping[str, str], lang: str) -> html.Li:
    line = _line(titles.get(one.category, one.category), one.state, one.nearest, has_minutes, lang)
    return html.Li(line, className=f"answer answer-{one.state}")


def _line(title: str, state: Link, nearest: Counted | None, has_minutes: bool, lang: str) -> list[html.Span]:
    at = nearest.travel_min if has_minutes and nearest is not None else None
    word = said.short_minutes(at, lang) if at is not None else said.link(state, lang)
    return [
        html.Span(said.LINK_SYMBOL[state], className="answer-symbol", **{"aria-hidden": "true"}),
        html.Span([html.Strong(title), f"{text.colon(lang)}{word}"]),
    ]


def service_rows(found: Responses, titles: Mapping[str, str], lang: str) -> pd.DataFrame:
    """The families as rows."""
    return pd.DataFrame(
        [
            {
                "famille": text.family(family.family, lang),
                "reponse": said.response(family.response, lang),
                "services_sur_place": family.inside,
                "le_plus_proche": family.nearest.name if family.nearest else None,
                "minutes": family.nearest.travel_min if family.nearest else None,
                "source": family.nearest.source if family.nearest else None,
                "vu_le": family.nearest.seen_on if family.nearest else None,
                "donnees_partielles": said.listed(family.partial, titles),
                "donnees_absentes": said.listed(family.unknown, titles),
                "minutes_demandees": found.minutes,
                "temps_de_trajet": found.travel_method,
            }
            for family in found.families
        ]
    )


def pathway_rows(found: Responses, titles: Mapping[str, str], lang: str) -> pd.DataFrame:
    """The functions as rows, one a category that may serve it."""
    return pd.DataFrame(
        [
            {
                "parcours": said.pathway(chain.pathway, lang),
                "fonction": said.function(function.function, lang),
                "etat": said.link(function.state, lang),
                "service": titles.get(one.category, one.category),
                "etat_du_service": said.link(one.state, lang),
                "le_plus_proche": one.nearest.name if one.nearest else None,
                "minutes": one.nearest.travel_min if one.nearest else None,
                "minutes_demandees": found.minutes,
                "temps_de_trajet": found.travel_method,
            }
            for chain in found.pathways
            for function in chain.functions
            for one in function.links
        ]
    )
