"""Sections of the page: a profile in, components out. Every section is a heading, what it says, and its files."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import flask
from dash import dcc, html

from dashboard import collapsible, components, export, provenance, text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.territoire import answers, first_screen, inside, profile_figures, squares
from dashboard.pages.territoire.comparison import side_by_side
from dashboard.pages.territoire.section import section
from dashboard.state import Choice
from dashboard.text import observed as observed_text
from dashboard.text import profile as profile_text
from dashboard.text import territory as territory_text
from geodata.countries import is_french
from geodata.errors import BadInput
from geodata.estimate import Kind, national_verdict
from geodata.profile import Profile
from geodata.response import FamilyResponse, Responses
from geodata.territory import FRANCE, Level

BRIEFING = "/export/briefing.pdf"
"""Two pages on paper: takes the query of this page."""


def content(facts: Facts, choice: Choice) -> list:
    """All sections of the selected territory, in the order in which a planner asks; those that are folded without what
    they hold."""
    profile, responses = facts.profile(choice, *choice.place), facts.responses(choice, *choice.place)
    whole = head(facts, profile, responses, replace(choice, district=""), is_first=not choice.district)
    district = [inside.head(facts, choice, actions(facts, choice, profile))] if choice.district else []
    return [
        html.Div([*district, whole]),
        html.Div(
            [
                *side_by_side(facts, choice),
                *(_closed(name, draw(), choice) for name, draw in folded_sections(facts, choice).items()),
            ],
            className="sections",
        ),
        source(facts, choice),
    ]


def folded_sections(facts: Facts, choice: Choice) -> dict[str, Callable[[], html.Section]]:
    """The sections that are folded, by the anchor that leads to each."""
    profile, responses = facts.profile(choice, *choice.place), facts.responses(choice, *choice.place)
    titles = facts.titles(choice.lang)
    beside = {
        "comparaison": lambda: compared(facts, profile, choice),
        "pourquoi-ici": lambda: reasons(facts, profile, choice),
        "jumeaux": lambda: twins(profile, choice),
    }
    return {
        **squares.sections(facts, choice),
        **inside.sections(facts, choice),
        "services": lambda: answers.services(
            _titled(responses, facts.titles("fr"), titles), titles, facts.source_titles(), choice
        ),
        "parcours": lambda: answers.pathways(responses, titles, choice),
        "chiffres": lambda: own_figures(facts, profile, choice),
        "facteurs-de-risque": lambda: risks(facts, profile, choice),
        # The country has nothing to stand beside.
        **({} if profile.territory.level == Level.FRANCE else beside),
        "hypotheses": lambda: robustness(profile, choice),
        "sante": lambda: health(profile, choice),
        "limites": lambda: refused(profile, choice),
    }


def opened(facts: Facts, choice: Choice, names: list[str]) -> dict[str, list]:
    """What folded sections hold, by their anchors. Raises `BadInput` when there is none of a name."""
    choice, _ = facts.checked(choice)
    sections = folded_sections(facts, choice) if choice.selected else {}
    if unknown := [name for name in names if name not in sections]:
        raise BadInput(f"this page has no part « {unknown[0][:40]} ».")
    return {name: collapsible.holds(sections[name]().children) for name in names}


def _closed(name: str, whole: html.Section, choice: Choice) -> html.Section:
    """A section that an address leads to, without what it holds."""
    whole.id = name
    collapsible.close(whole.children, name, choice, is_printed=True)
    return whole


def _titled(responses: Responses, french: Mapping[str, str], titles: Mapping[str, str]) -> Responses:
    """A service that its source only counts bears the French name of its kind: given in the reader's language."""

    def titled(family: FamilyResponse) -> FamilyResponse:
        nearest = family.nearest
        if nearest is None or nearest.name != french.get(nearest.category):
            return family
        return replace(family, nearest=replace(nearest, name=titles[nearest.category]))

    return replace(responses, families=tuple(map(titled, responses.families)))


# -- verdict ---------------------------------------------------------------------------------------------------------


def head(
    facts: Facts, profile: Profile, responses: Responses, choice: Choice, *, is_first: bool = True
) -> html.Section:
    """What fits a screen: name, class, the one sentence, two observed figures, what is missing, a map. `is_first` when
    it is what the page is about, else the city around a district."""
    _ = words(choice.lang)
    lang, estimate, territory = choice.lang, profile.estimate, profile.territory
    national, national_line = facts.national(choice), facts.national_line(choice, estimate)
    where = [text.capitalised(text.level(territory.level, lang))]
    where += [facts.place(territory.level, territory.departement, territory.region)]
    where += [] if territory.level == Level.FRANCE else [territory.code]
    sentences = [
        text.counted_sentence(estimate, lang, national_line),
        text.share_sentence(estimate, lang),
        # The line that is not asked about, after the one that is.
        text.national_sentence(estimate, national, national_verdict(estimate), lang)
        if national_line is None
        else text.threshold_sentence(estimate, lang),
        text.bare_sentence(estimate, lang),
    ]
    return html.Section(
        [
            html.Div(
                [
                    html.Div(
                        [
                            (html.H1 if is_first else html.H2)(estimate.name),
                            html.P(" · ".join(filter(None, where)), className="where"),
                        ]
                    ),
                    html.Div(actions(facts, choice, profile), className="actions"),
                ],
                className="territoire-title",
            ),
            html.Div(
                [
                    html.Div(
                        [
                            html.Div(
                                components.verdicts(
                                    estimate,
                                    lang,
                                    is_national=national_line is not None,
                                    is_robust=profile.flips.is_robust,
                                ),
                                className="territoire-verdicts",
                            ),
                            html.P(
                                text.verdict_sentence(estimate, lang, national_line),
                                className="sentence verdict-sentence",
                            ),
                            *(html.P(sentence, className="share") for sentence in sentences if sentence),
                            *_warning(profile, lang),
                            *first_screen.counted(facts, choice),
                            *first_screen.missing(responses, choice),
                            html.P(
                                [
                                    _(
                                        "An estimated risk from the make-up of the population, not a count of isolated "
                                        "people."
                                    ),
                                    " ",
                                    components.how(choice),
                                ],
                                className="nature",
                            ),
                        ],
                        className="territoire-said",
                    ),
                    html.Div(first_screen.picture(facts, territory, choice), className="territoire-picture"),
                ],
                className="territoire-opening",
            ),
        ],
        className="panel territoire-head",
        **{"aria-label": _("Where it stands")},
    )


def _warning(profile: Profile, lang: str) -> list:
    warning = text.extrapolation_sentence(profile.estimate, lang)
    return [html.P(warning, className="warning")] if warning else []


def actions(facts: Facts, choice: Choice, profile: Profile) -> list:
    """Links to the same territory on the map and on paper."""
    _ = words(choice.lang)
    links = [dcc.Link(_("See it on the map"), href=map_href(choice, profile), className="button")]
    if _prints_briefings() and is_french(facts.store.build()):
        address = BRIEFING + choice.query
        links.append(html.A(_("Briefing (PDF)"), href=address, className="button button-main", download=True))
    return links


def _prints_briefings() -> bool:
    """Whether this server has the route of briefings."""
    if not flask.has_app_context():
        return False
    return any(rule.rule.startswith("/export/briefing.") for rule in flask.current_app.url_map.iter_rules())


def map_href(choice: Choice, profile: Profile) -> str:
    """The map with this territory selected."""
    territory = profile.territory
    if territory.level in (Level.FRANCE, Level.REGION):
        region = territory.region if territory.level == Level.REGION else None
        return replace(choice, page="/", region=region or FRANCE, selected=None).href
    return replace(choice, page="/", region=territory.region or FRANCE, mesh=territory.level).href


# -- comparisons -----------------------------------------------------------------------------------------------------


def compared(facts: Facts, profile: Profile, choice: Choice) -> html.Section:
    """Interval bars beside the comparators, then each difference in words."""
    _ = words(choice.lang)
    title = _("Its share beside those of others")
    if not profile.contrasts:
        nothing = html.P(_("There is nothing to compare: nothing is published here."))
        return section(title, [nothing], None, choice)
    figure = profile_figures.comparison(profile, choice.lang, notes(facts, choice))
    differences = [profile_text.contrast_sentence(contrast, choice.lang) for contrast in profile.contrasts]
    body = [components.strips(figure), html.Ul([html.Li(sentence) for sentence in differences if sentence])]
    if not any(differences):
        body.append(
            html.P(_("Differences are computed under the reference assumptions only."), className="nature"),
        )
    return section(title, body, figure, choice)


def twins(profile: Profile, choice: Choice) -> html.Section:
    """Who the twins are and how they were chosen."""
    _ = words(choice.lang)
    if not profile.twins:
        return section(
            _("Its twin territories"),
            [html.P(profile_text.no_twin_sentence(profile, choice.lang))],
            None,
            choice,
        )
    rows = [
        [
            text.number(twin.rank, choice.lang),
            dcc.Link(twin.name, href=replace(choice, selected=(profile.territory.level, twin.code)).href),
            territory_text.share_label(twin.low, twin.share, twin.high, choice.lang),
        ]
        for twin in profile.twins
    ]
    body = [
        html.P(
            [
                profile_text.twins_sentence(profile, choice.lang, named=0),
                " ",
                _(
                    "None is ten times larger or smaller, and what is not known of one of them never makes two places "
                    "alike. They are what one would expect of a place like this one."
                ),
            ]
        ),
        components.table(
            _("From the most alike; this is not a ranking"),
            [_("Likeness"), _("Territory"), _("Expected share, 90% interval")],
            rows,
        ),
    ]
    return section(_("Its twin territories"), body, None, choice, files="jumeaux")


def reasons(facts: Facts, profile: Profile, choice: Choice) -> html.Section:
    """Factors of the difference with the twins."""
    _ = words(choice.lang)
    title = _("Why here")
    sentence = profile_text.why_here_sentence(profile, choice.lang)
    if sentence is None:
        why = (
            _("Factors are told apart for territories of 2,000 residents and more, under the reference assumptions.")
            if profile.twins
            else _("Factors are told apart from twins, and it has none.")
        )
        return section(title, [html.P(why)], None, choice)
    figure = profile_figures.reasons(profile, choice.lang, notes(facts, choice))
    return section(title, [html.P(sentence), components.strips(figure)], figure, choice)


def own_figures(facts: Facts, profile: Profile, choice: Choice) -> html.Section:
    """Figures of the territory itself, observed or modelled, beside its twins', its département's and the country's."""
    _ = words(choice.lang)
    figures = facts.own_figures(*choice.place)
    title = _("Its own figures")
    if not figures:
        return section(title, [html.P(_("No figure of this territory itself is loaded."))], None, choice)
    head = [_("Figure"), _("Here"), _("Twins"), _("Département"), _("France"), _("Period and kind")]
    body = [
        html.P(
            _(
                "A difference is told only where it is larger than the figure can bear: half a point at least, and "
                "what chance moves in a share of so many people, in both periods for what has risen or fallen; never "
                "for a commune under 2,000 residents."
            )
        ),
        components.table(title, head, [observed_text.line(figure, choice.lang) for figure in figures]),
    ]
    count = _.plural("%(count)s figure", "%(count)s figures", len(figures)) % {
        "count": text.number(len(figures), choice.lang)
    }
    return section(title, body, None, choice, files="chiffres", summary=count)


def risks(facts: Facts, profile: Profile, choice: Choice) -> html.Section:
    """Observed factors beside the twins'."""
    _ = words(choice.lang)
    figure = profile_figures.risks(profile, choice.lang, notes(facts, choice, Kind.OBSERVED))
    body = [
        html.P(profile_text.risk_sentence(profile, choice.lang)),
        components.strips(figure),
        html.P(
            _("Observed figures, not estimates: several of them above the twins' are a reason to look closer.")
            if profile.twins
            else _("Observed figures, not estimates."),
            className="nature",
        ),
    ]
    return section(_("Risk factors that add up"), body, figure, choice)


# -- what would change the answer ------------------------------------------------------------------------------------


def robustness(profile: Profile, choice: Choice) -> html.Section:
    """The flip test: the class under each set of assumptions, at other lines, for other definitions."""
    _ = words(choice.lang)
    lang, flips = choice.lang, profile.flips
    parts = [
        (_("Assumptions"), [(text.scenario(s, lang), v) for s, v in flips.by_scenario]),
        (_("Threshold"), [(text.threshold(t, lang), v) for t, v in flips.by_threshold]),
        (_("Other definitions"), [(text.definition(d, lang), v) for d, v in flips.by_definition]),
    ]
    sentence = profile_text.flip_sentence(profile, lang)
    body = [
        html.P([components.robust(flips.is_robust, lang), " ", sentence])
        if sentence
        else html.P(_("There is no other set of assumptions to compare with here.")),
        *(
            components.table(title, [title, _("Class")], [[what, components.badge(v, lang)] for what, v in rows])
            for title, rows in parts
            if rows
        ),
        html.P(_("Another threshold or another definition is another question, not a weakness."), className="nature"),
    ]
    return section(_("Does the answer hold?"), body, None, choice, files="hypotheses")


def health(profile: Profile, choice: Choice) -> html.Section:
    """What isolation may do to health, from the département up."""
    _ = words(choice.lang)
    sentence = profile_text.health_sentence(profile, choice.lang)
    body = [html.P(sentence or _("Nothing is published here, so nothing is set beside deaths."))]
    if profile.health is not None:
        beside = profile_text.beside_sentences(profile, choice.lang)
        body += [html.Ul([html.Li(line) for line in beside])] if beside else []
        body.append(html.P(_("Hazard ratio: %(source)s.") % {"source": profile.health.source}, className="nature"))
    return section(_("Link with health"), body, None, choice)


def refused(profile: Profile, choice: Choice) -> html.Section:
    """What the page does not say, and why."""
    _ = words(choice.lang)
    sentences = [
        territory_text.rank_sentence(profile, choice.lang),
        territory_text.bounds_sentence(profile, choice.lang),
    ]
    body = [
        html.Ul([html.Li(line) for line in territory_text.refusals(choice.lang)]),
        *(html.P(line) for line in sentences if line),
    ]
    return section(_("What this page does not say"), body, None, choice)


# -- inside ----------------------------------------------------------------------------------------------------------


def source(facts: Facts, choice: Choice) -> html.Div:
    """What stands under the figures of the page."""
    return html.Div(provenance.modelled_line(facts, choice))


def notes(facts: Facts, choice: Choice, kind: Kind = Kind.MODELLED) -> tuple[str, ...]:
    """What is stamped under a figure that is taken away."""
    _ = words(choice.lang)
    assumptions = text.assumptions(choice.question, choice.lang)
    stamp = [text.kind(kind, choice.lang)]
    if kind == Kind.MODELLED:
        stamp += assumptions
        stamp.append(_("threshold %(t)s") % {"t": text.threshold(choice.threshold, choice.lang)})
    return (
        " · ".join(stamp),
        _("Sources: %(sources)s") % {"sources": " ; ".join(export.sources(facts, choice))},
        " · ".join(
            [
                _("Drawn on %(date)s") % {"date": text.today(choice.lang)},
                _("database %(version)s") % {"version": facts.version[:8]},
                choice.href,
            ]
        ),
    )
