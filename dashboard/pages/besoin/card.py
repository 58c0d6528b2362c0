"""What stands behind the quadrant of one territory: the services counted, those unknown, what the agency corrected."""

from dataclasses import replace

from dash import dcc, html

from dashboard import components, text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.besoin import ids, moves
from dashboard.pages.besoin.contest import form
from dashboard.state import Choice
from dashboard.text import need, travel
from dashboard.text import response as said
from geodata.estimate import Estimate
from geodata.methods.need import few, quadrant
from geodata.response import CategoryLink, FamilyResponse, Link, Quadrant, Responses
from geodata.territory import Level


def card(known: Facts, choice: Choice) -> list:
    """The selected territory, or how to choose one."""
    _ = words(choice.lang)
    if choice.selected is None:
        return _invitation(known, choice)
    level, code = choice.selected
    found = known.responses(choice, level, code)
    estimate = known.estimate(choice, level, code)
    here = of_chosen(found, choice, estimate.verdict)
    territory = found.territory
    where = known.place(level, territory.departement, territory.region)
    titles = known.titles(choice.lang)
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
        *_sentences(found, estimate, here, choice),
        html.P(said.articulation(found.articulation, choice.lang)),
        *(_family(found, family, known, titles, choice) for family in found.families),
        _pathways(found, titles, choice),
        _corrections(known, found, titles, choice),
        *([] if level == Level.COMMUNE else [_which_commune(choice)]),
        form(known, code if level == Level.COMMUNE else None, choice),
        components.counting(choice),
        html.P(travel.sentence(found.travel_method, choice.lang), className="nature"),
        html.P(dcc.Link(_("Whole profile"), href=replace(choice, page="/territoire").href)),
    ]


def _sentences(found: Responses, estimate: Estimate, here: Quadrant, choice: Choice) -> list[html.P]:
    """The quadrant, then the need it rests on; where the need is not told, its sentence says all there is to say."""
    lang = choice.lang
    said_ = [text.verdict_sentence(estimate, lang)]
    if here not in (Quadrant.UNDECIDED, Quadrant.NOT_PUBLISHED):
        said_.insert(0, need.quadrant_sentence(found, choice.families, here, choice.threshold, lang))
    first, *others = said_
    return [html.P(first, className="sentence"), *map(html.P, others)]


def of_chosen(found: Responses, choice: Choice, verdict: str) -> Quadrant:
    """The quadrant over the families chosen, by the same rule as the table."""
    chosen = [[found.family(family).response.value] for family in choice.families]
    return Quadrant(quadrant([str(verdict)], few(chosen))[0])


def _invitation(known: Facts, choice: Choice) -> list:
    """Nothing selected: what to do, and the territories where responses are few."""
    _ = words(choice.lang)
    frame = known.gap(choice)
    asked = replace(choice, page=moves.PATH)
    fragile = frame[frame["quadrant"] == Quadrant.FEW].head(12)
    links = [
        html.Li(dcc.Link(text.index_name(name), href=replace(asked, selected=(choice.mesh, code)).href))
        for name, code in zip(fragile["name"], fragile["code"], strict=True)
    ]
    body = [
        html.H2(_("Choose a territory")),
        html.P(_("In the table, on a map or in the search box: the services that were counted open here.")),
    ]
    if links:
        body += [html.H3(_("Probable need, few responses: the first in alphabetical order")), html.Ul(links)]
    # The button that clears the selection and the form are always there for the callbacks.
    return [*body, html.Button(id=ids.CLEAR, hidden=True, type="button"), form(known, None, choice)]


def _family(
    found: Responses, family: FamilyResponse, known: Facts, titles: dict[str, str], choice: Choice
) -> html.Details:
    """One family: its response, the services that were counted, what is not known, what is there without counting."""
    _ = words(choice.lang)
    lang = choice.lang
    categories = known.categories()
    own = categories[categories["family"] == family.family].set_index("id")["counts"]
    links = [link for link in found.links if own.get(link.category)]
    beside = [link for link in found.links if link.category in own and not own[link.category]]
    beside = [titles[link.category] for link in beside if link.state is Link.PRESENT]
    counted = [link for link in links if link.state is Link.PRESENT]
    missing = [titles[link.category] for link in links if link.state is Link.MISSING]
    unknown = [titles[link.category] for link in links if link.state is Link.UNKNOWN]
    reason = said.reason(family, found.territory.level, found.minutes, lang)
    body = [html.P(line) for line in (reason, said.inside(family, lang)) if line]
    body += [html.P(line) for line in _lines(family, found, lang) if line]
    if counted:
        sources = known.source_titles()
        # Minutes of a wider territory would be those of its best placed commune.
        columns = 3 if found.territory.level == Level.COMMUNE else 2
        head = [_("Category"), _("Service, source and date"), _("Minutes")][:columns]
        caption = _("Services counted, within %(minutes)s minutes") % {"minutes": text.number(found.minutes, lang)}
        kinds = known.titles("fr")
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
        html.Span(said.SYMBOL[family.response], **{"aria-hidden": "true"}),
        f" {said.response(family.response, lang)}",
    ]
    return html.Details([html.Summary(summary), *body], open=family.family in choice.families[:1])


def _lines(family: FamilyResponse, found: Responses, lang: str) -> list[str | None]:
    if found.territory.level == Level.COMMUNE:
        return [need.scarcity(family.rank, family.rank_low, family.rank_high, lang)]
    return [said.reach(family, minutes, lang) for minutes, *_ in family.within]


def _row(link: CategoryLink, titles: dict[str, str], kind: str, sources: dict[str, str], lang: str) -> list:
    """Category, service, minutes. A service that its source only counts bears the name of its kind: not said twice."""
    service = link.nearest
    if service is None:
        return [titles[link.category], "–", "–"]
    _ = words(lang)
    source = sources.get(service.source, _("Correction by the agency"))
    minutes = "–" if service.travel_min is None else text.number(service.travel_min, lang)
    return [
        titles[link.category],
        [
            None if service.name == kind else service.name or _("Service told by the agency"),
            html.Div(" · ".join(filter(None, [source, service.seen_on])), className="nature"),
        ],
        "< 1" if service.travel_min is not None and service.travel_min < 1 else minutes,
    ]


def _pathways(found: Responses, titles: dict[str, str], choice: Choice) -> html.Details:
    _ = words(choice.lang)
    items = []
    for chain in found.pathways:
        name, sentence = said.pathway(chain.pathway, choice.lang), said.pathway_sentence(chain, choice.lang)
        parts = [html.Strong(name), f"{text.colon(choice.lang)}{sentence}"]
        missing = [said.function(one.function, choice.lang).lower() for one in chain.of_state(Link.MISSING)]
        if missing:
            parts.append(html.P(_("Missing: %(list)s.") % {"list": ", ".join(missing)}, className="nature"))
        items.append(html.Li(parts))
    return html.Details([html.Summary(_("Care pathways")), html.Ul(items, className="plain")])


def _corrections(known: Facts, found: Responses, titles: dict[str, str], choice: Choice) -> html.Details:
    """What the agency corrected here: who, when, why."""
    _ = words(choice.lang)
    told = [c for c in known.corrections() if str(c.id) in found.corrections]
    rows = [
        [
            text.moment(c.when, choice.lang),
            c.who,
            f"{titles.get(c.category, c.category)} {need.statement(c.statement.value, choice.lang)}"
            + (f" ({c.service})" if c.service else ""),
            c.why,
        ]
        for c in told
    ]
    count = _.plural("%(count)s correction", "%(count)s corrections", len(told)) % {
        "count": text.number(len(told), choice.lang)
    }
    body = (
        [components.table(_("Journal of corrections"), [_("When"), _("Who"), _("What"), _("Why")], rows)]
        if rows
        else [html.P(_("Nobody has corrected the services listed here."))]
    )
    return html.Details([html.Summary(count), *body], open=bool(rows))


def _which_commune(choice: Choice) -> html.P:
    _ = words(choice.lang)
    return html.P(_("To correct a service, choose its commune."), className="nature")
