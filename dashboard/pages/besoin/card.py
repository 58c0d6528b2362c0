"""What stands behind the quadrant of one territory: the services counted, those unknown, what the agency corrected."""

from dataclasses import replace

import numpy as np
from dash import dcc, html

from dashboard import components, text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.besoin import ids
from dashboard.pages.besoin.contest import form
from dashboard.state import Choice
from dashboard.text import need
from dashboard.text import response as response_text
from geodata.estimate import Estimate
from geodata.methods.need import few, quadrant
from geodata.response import CategoryLink, FamilyResponse, Link, Quadrant, Responses
from geodata.territory import Level


def card(facts: Facts, choice: Choice) -> list:
    """The selected territory, or how to choose one."""
    _ = words(choice.lang)
    if choice.selected is None:
        return _invitation(facts, choice)
    level, code = choice.selected
    responses = facts.responses(choice, level, code)
    estimate = facts.estimate(choice, level, code)
    here = of_chosen(responses, choice, estimate.verdict)
    territory = responses.territory
    where = facts.place(level, territory.departement, territory.region)
    titles = facts.titles(choice.lang)
    return [
        html.Div(
            [
                html.Div(
                    [
                        html.H2(territory.name),
                        html.P(
                            " · ".join(filter(None, [text.capitalised(text.level(level, choice.lang)), where, code])),
                            className="where",
                        ),
                    ]
                ),
                html.Button(
                    "✕",
                    id=ids.CLEAR,
                    type="button",
                    className="clear",
                    title=_("Clear the selection"),
                    **{"aria-label": _("Clear the selection")},
                ),
            ],
            className="card-head",
        ),
        html.P(
            [
                html.Span(need.QUADRANT_SYMBOL[here], className=f"swatch swatch-{here}", **{"aria-hidden": "true"}),
                html.Span(text.capitalised(need.quadrant(here, choice.lang))),
            ],
            className="badge",
        ),
        *_sentences(responses, estimate, here, choice),
        html.P(response_text.articulation(responses.articulation, choice.lang)),
        *(_family(responses, family, facts, titles, choice) for family in responses.families),
        _pathways(responses, titles, choice),
        _corrections(facts, responses, titles, choice),
        *([] if level == Level.COMMUNE else [_which_commune(choice)]),
        form(facts, code if level == Level.COMMUNE else None, choice),
        components.counting(choice),
        components.minutes_note(responses.travel_method, choice),
        html.P(dcc.Link(_("Whole profile"), href=replace(choice, page="/territoire").href)),
    ]


def effect(facts: Facts, choice: Choice) -> list[html.P]:
    """What the last correction changed on this card."""
    _ = words(choice.lang)
    after = facts.responses(choice, *choice.place)
    before = facts.responses(choice, *choice.place, corrections=facts.corrections()[:-1])
    changes = response_text.changes(before, after, choice.lang)
    sentence = _("What it changes here: %(changes)s.") % {"changes": " ; ".join(changes)} if changes else None
    return [html.P(sentence or _("It changes no response on this card; the list of services has it."))]


def _sentences(responses: Responses, estimate: Estimate, here: Quadrant, choice: Choice) -> list[html.P]:
    """The quadrant, then the need it rests on; where the need is not told, its sentence says all there is to say."""
    lang = choice.lang
    sentences = [text.verdict_sentence(estimate, lang)]
    if here not in (Quadrant.UNDECIDED, Quadrant.NOT_PUBLISHED):
        sentences.insert(0, need.quadrant_sentence(responses, choice.families, here, choice.threshold, lang))
    first, *others = sentences
    return [html.P(first, className="sentence"), *map(html.P, others)]


def of_chosen(responses: Responses, choice: Choice, verdict: str) -> Quadrant:
    """The quadrant over the families chosen, by the same rule as the table."""
    chosen = np.array([[responses.family(family).response.value] for family in choice.families])
    return Quadrant(quadrant([str(verdict)], few(chosen))[0])


def _invitation(facts: Facts, choice: Choice) -> list:
    """Nothing selected: what to do, and the territories where responses are few."""
    _ = words(choice.lang)
    frame = facts.need(choice)
    target = replace(choice, page=ids.PATH)
    fragile = frame[frame["quadrant"] == Quadrant.FEW].head(12)
    links = [
        html.Li(dcc.Link(text.short_name(name), href=replace(target, selected=(choice.mesh, code)).href))
        for name, code in zip(fragile["name"], fragile["code"], strict=True)
    ]
    body = [
        html.H2(_("Choose a territory")),
        html.P(_("In the table, on a map or in the search box: the services that were counted open here.")),
    ]
    if links:
        body += [html.H3(_("Probable need, few responses: the first in alphabetical order")), html.Ul(links)]
    # The button that clears the selection and the form are always there for the callbacks.
    return [*body, html.Button(id=ids.CLEAR, hidden=True, type="button"), form(facts, None, choice)]


def _family(
    responses: Responses, family: FamilyResponse, facts: Facts, titles: dict[str, str], choice: Choice
) -> html.Details:
    """One family: its response, the services that were counted, what is not known, what is there without counting."""
    _ = words(choice.lang)
    lang = choice.lang
    categories = facts.categories()
    own = categories[categories["family"] == family.family].set_index("id")["counts"]
    links = [link for link in responses.links if own.get(link.category)]
    others = [link for link in responses.links if link.category in own and not own[link.category]]
    beside = [titles[link.category] for link in others if link.state is Link.PRESENT]
    counted = [link for link in links if link.state is Link.PRESENT]
    missing = [titles[link.category] for link in links if link.state is Link.MISSING]
    unknown = [titles[link.category] for link in links if link.state is Link.UNKNOWN]
    reason = response_text.reason(family, responses.territory.level, responses.minutes, lang)
    body = [html.P(line) for line in (reason, response_text.inside(family, lang)) if line]
    body += [html.P(line) for line in _lines(family, responses, lang) if line]
    if counted:
        sources = facts.source_titles()
        # Minutes of a wider territory would be those of its best placed commune.
        columns = 3 if responses.territory.level == Level.COMMUNE else 2
        head = [_("Category"), _("Service, source and date"), _("By car")][:columns]
        caption = _("Services counted, within %(minutes)s minutes") % {"minutes": text.number(responses.minutes, lang)}
        kinds = facts.titles("fr")
        rows = [_row(link, titles, kinds[link.category], sources, lang)[:columns] for link in counted]
        body.append(components.table(caption, head, rows))
    if missing:
        body.append(html.P(_("Not within reach, the list being complete: %(list)s.") % {"list": ", ".join(missing)}))
    if unknown:
        body.append(
            html.P(_("Not known, which is not “none”: %(list)s.") % {"list": ", ".join(unknown)}, className="nature")
        )
    if beside:
        body.append(
            html.P(
                _("Also within reach, without counting as a response: %(list)s.") % {"list": ", ".join(beside)},
                className="nature",
            )
        )
    summary = [
        html.Span(className=f"family-mark family-{family.family}"),
        f" {text.family(family.family, lang)}{text.colon(lang)}",
        html.Span(response_text.SYMBOL[family.response], **{"aria-hidden": "true"}),
        f" {response_text.response(family.response, lang)}",
    ]
    return html.Details([html.Summary(summary), *body], open=family.family in choice.families[:1])


def _lines(family: FamilyResponse, responses: Responses, lang: str) -> list[str | None]:
    squares = response_text.squares(family, lang)
    if responses.territory.level == Level.COMMUNE:
        return [squares, need.scarcity(family.rank, family.rank_low, family.rank_high, lang)]
    return [*(response_text.reach(family, minutes, lang) for minutes, *_ in family.within), squares]


def _row(link: CategoryLink, titles: dict[str, str], kind: str, sources: dict[str, str], lang: str) -> list:
    """Category, service, minutes. A service that its source only counts bears the name of its kind: not said twice."""
    service = link.nearest
    if service is None:
        return [titles[link.category], "–", "–"]
    _ = words(lang)
    source = response_text.service_source(service, sources, lang)
    return [
        titles[link.category],
        [
            None if service.name == kind else response_text.service_name(service, lang),
            html.Div(
                " · ".join(filter(None, [source, service.seen_on and response_text.seen(service.seen_on, lang)])),
                className="nature",
            ),
        ],
        response_text.short_minutes(service.timed_min, lang),
    ]


def _pathways(responses: Responses, titles: dict[str, str], choice: Choice) -> html.Details:
    _ = words(choice.lang)
    items = []
    for chain in responses.pathways:
        name, sentence = (
            response_text.pathway(chain.pathway, choice.lang),
            response_text.pathway_sentence(chain, choice.lang),
        )
        parts = [html.Strong(name), f"{text.colon(choice.lang)}{sentence}"]
        missing = [response_text.function(one.function, choice.lang).lower() for one in chain.of_state(Link.MISSING)]
        if missing:
            parts.append(html.P(_("Missing: %(list)s.") % {"list": ", ".join(missing)}, className="nature"))
            if chain.concerned is not None:
                parts.append(html.P(response_text.concerned(chain.concerned, choice.lang), className="nature"))
        items.append(html.Li(parts))
    return html.Details([html.Summary(_("Care pathways")), html.Ul(items, className="plain")])


def _corrections(facts: Facts, responses: Responses, titles: dict[str, str], choice: Choice) -> html.Details:
    """What the agency corrected here: who, when, why."""
    _ = words(choice.lang)
    own = [c for c in facts.corrections() if str(c.id) in responses.corrections]
    rows = [
        [
            text.moment(c.when, choice.lang),
            c.who,
            need.correction(titles.get(c.category, c.category), c.statement.value, c.service, c.quantity, choice.lang),
            c.why,
        ]
        for c in own
    ]
    counted = _.plural("%(count)s correction", "%(count)s corrections", len(own))
    count = counted % {"count": text.number(len(own), choice.lang)} if own else _("No correction")
    body = (
        [components.table(_("Journal of corrections"), [_("When"), _("Who"), _("What"), _("Why")], rows)]
        if rows
        else [html.P(_("Nobody has corrected the services listed here."))]
    )
    return html.Details([html.Summary(count), *body], open=bool(rows))


def _which_commune(choice: Choice) -> html.P:
    _ = words(choice.lang)
    return html.P(_("To correct a service, choose its commune."), className="nature")
