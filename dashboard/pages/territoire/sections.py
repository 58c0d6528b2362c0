"""Sections of the page: a profile in, components out. Every section is a heading, what it says, and its files."""

from collections.abc import Mapping
from dataclasses import replace

import flask
from dash import dcc, html

from dashboard import components, export, text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages.territoire import answers, drawn
from dashboard.pages.territoire.section import section
from dashboard.state import Choice
from dashboard.text import profile as say
from dashboard.text import territory as said
from geodata.estimate import Kind, national_verdict
from geodata.profile import Profile
from geodata.response import FamilyResponse, Responses
from geodata.territory import FRANCE, Level

BRIEFING = "/export/briefing.pdf"
"""Two pages on paper: takes the query of this page."""


def every(known: Facts, choice: Choice) -> list:
    """All sections of the selected territory, in the order in which a planner asks."""
    profile, found = known.profile(choice, *choice.selected), known.responses(choice, *choice.selected)
    titles = known.titles(choice.lang)
    beside = [compared(known, profile, choice), reasons(known, profile, choice), twins(profile, choice)]
    return [
        head(known, profile, choice),
        html.Div(
            [
                # The country has nothing to stand beside.
                *([] if profile.territory.level == Level.FRANCE else beside),
                risks(known, profile, choice),
                answers.services(_titled(found, known.titles("fr"), titles), titles, known.source_titles(), choice),
                answers.pathways(found, titles, choice),
                robustness(profile, choice),
                html.Div([health(profile, choice), refused(profile, choice)], className="section-pile"),
            ],
            className="sections",
        ),
        source(known, choice),
    ]


def _titled(found: Responses, french: Mapping[str, str], titles: Mapping[str, str]) -> Responses:
    """A service that its source only counts bears the French name of its kind: given in the reader's language."""

    def titled(family: FamilyResponse) -> FamilyResponse:
        nearest = family.nearest
        if nearest is None or nearest.name != french.get(nearest.category):
            return family
        return replace(family, nearest=replace(nearest, name=titles[nearest.category]))

    return replace(found, families=tuple(map(titled, found.families)))


# -- verdict ---------------------------------------------------------------------------------------------------------


def head(known: Facts, profile: Profile, choice: Choice) -> html.Section:
    """Name, class, the one sentence, where to go from here."""
    _ = words(choice.lang)
    lang, estimate, territory = choice.lang, profile.estimate, profile.territory
    national = known.national(choice)
    where = [text.capitalised(text.level(territory.level, lang))]
    where += [known.place(territory.level, territory.departement, territory.region)]
    where += [] if territory.level == Level.FRANCE else [territory.code]
    sentences = [
        text.counted_sentence(estimate, lang),
        text.share_sentence(estimate, lang),
        text.national_sentence(estimate, national, national_verdict(estimate), lang),
        text.bare_sentence(estimate, lang),
    ]
    return html.Section(
        [
            html.Div(
                [
                    html.Div([html.H1(estimate.name), html.P(" · ".join(filter(None, where)), className="where")]),
                    html.Div(actions(choice, profile), className="actions"),
                ],
                className="territoire-title",
            ),
            html.Div(
                [*components.verdicts(estimate, lang), components.robust(profile.flips.is_robust, lang)],
                className="territoire-verdicts",
            ),
            html.P(text.verdict_sentence(estimate, lang), className="sentence verdict-sentence"),
            *(html.P(sentence) for sentence in sentences if sentence),
            *_warning(profile, lang),
            html.P(
                _("An estimated risk from the make-up of the population, not a count of isolated people."),
                className="nature",
            ),
        ],
        className="panel territoire-head",
        **{"aria-label": _("Where it stands")},
    )


def _warning(profile: Profile, lang: str) -> list:
    warning = text.extrapolation_sentence(profile.estimate, lang)
    return [html.P(warning, className="warning")] if warning else []


def actions(choice: Choice, profile: Profile) -> list:
    """Links to the same territory on the map and on paper."""
    _ = words(choice.lang)
    links = [dcc.Link(_("See it on the map"), href=map_href(choice, profile), className="button")]
    if _prints_briefings():
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
        region = territory.region if territory.level == Level.REGION else FRANCE
        return replace(choice, page="/", region=region, selected=None).href
    return replace(choice, page="/", region=territory.region or FRANCE, mesh=territory.level).href


# -- comparisons -----------------------------------------------------------------------------------------------------


def compared(known: Facts, profile: Profile, choice: Choice) -> html.Section:
    """Interval bars beside the comparators, then each difference in words."""
    _ = words(choice.lang)
    title = _("Its share beside those of others")
    if not profile.contrasts:
        nothing = html.P(_("There is nothing to compare: nothing is published here."))
        return section(title, [nothing], None, choice, is_wide=True)
    figure = drawn.comparison(profile, choice.lang, notes(known, choice))
    differences = [say.contrast_sentence(contrast, choice.lang) for contrast in profile.contrasts]
    body = [components.strips(figure), html.Ul([html.Li(sentence) for sentence in differences if sentence])]
    if not any(differences):
        body.append(
            html.P(_("Differences are computed under the reference assumptions only."), className="nature"),
        )
    return section(title, body, figure, choice, is_wide=True)


def twins(profile: Profile, choice: Choice) -> html.Section:
    """Who the twins are and how they were chosen."""
    _ = words(choice.lang)
    if not profile.twins:
        return section(
            _("Its twin territories"),
            [html.P(_("A territory this wide has no twin: it is compared with the country."))],
            None,
            choice,
        )
    rows = [
        [
            text.number(twin.rank, choice.lang),
            dcc.Link(twin.name, href=replace(choice, selected=(profile.territory.level, twin.code)).href),
            said.share_said(twin.low, twin.share, twin.high, choice.lang),
        ]
        for twin in profile.twins
    ]
    body = [
        html.P(
            _(
                "The ten territories most like it: same class of density first, then ages, activity, income and size "
                "of households, as far as these are known. They are what one would expect of a place like this one."
            )
        ),
        components.table(
            _("From the most alike; this is not a ranking"),
            [_("Likeness"), _("Territory"), _("Expected share, 90% interval")],
            rows,
        ),
    ]
    return section(_("Its twin territories"), body, None, choice, files="jumeaux")


def reasons(known: Facts, profile: Profile, choice: Choice) -> html.Section:
    """Factors of the difference with the twins."""
    _ = words(choice.lang)
    title = _("Why here")
    sentence = say.why_here_sentence(profile, choice.lang)
    if sentence is None:
        why = (
            _("Factors are told apart for territories of 2,000 residents and more, under the reference assumptions.")
            if profile.twins
            else _("Factors are told apart from twins, which a territory this wide has not.")
        )
        return section(title, [html.P(why)], None, choice)
    figure = drawn.reasons(profile, choice.lang, notes(known, choice))
    return section(title, [html.P(sentence), components.strips(figure)], figure, choice)


def risks(known: Facts, profile: Profile, choice: Choice) -> html.Section:
    """Observed factors beside the twins'."""
    _ = words(choice.lang)
    figure = drawn.risks(profile, choice.lang, notes(known, choice, Kind.OBSERVED))
    body = [
        html.P(say.risk_sentence(profile, choice.lang)),
        components.strips(figure),
        html.P(
            _("Observed figures, not estimates: several of them above the twins' are a reason to look closer.")
            if profile.twins
            else _("Observed figures, not estimates."),
            className="nature",
        ),
    ]
    return section(_("Risk factors that add up"), body, figure, choice, is_wide=True)


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
    sentence = say.flip_sentence(profile, lang)
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
    sentence = say.health_sentence(profile, choice.lang)
    body = [html.P(sentence or _("Nothing is published here, so nothing is set beside deaths."))]
    if profile.health is not None:
        beside = say.beside_sentences(profile, choice.lang)
        body += [html.Ul([html.Li(line) for line in beside])] if beside else []
        body.append(html.P(_("Hazard ratio: %(source)s.") % {"source": profile.health.source}, className="nature"))
    return section(_("Link with health"), body, None, choice)


def refused(profile: Profile, choice: Choice) -> html.Section:
    """What the page does not say, and why."""
    _ = words(choice.lang)
    told = [said.rank_sentence(profile, choice.lang), said.bounds_sentence(profile, choice.lang)]
    body = [
        html.Ul([html.Li(line) for line in said.refusals(choice.lang)]),
        *(html.P(line) for line in told if line),
    ]
    return section(_("What this page does not say"), body, None, choice)


# -- inside ----------------------------------------------------------------------------------------------------------


def source(known: Facts, choice: Choice) -> html.Div:
    """What stands under the figures of the page."""
    return html.Div(
        components.source_line(
            text.kind(Kind.MODELLED, choice.lang),
            " · ".join(text.asked(choice.definition, choice.scenario, choice.lang)),
            export.sources(known, choice),
            known.version,
            choice.lang,
            replace(choice, page="/methode").href,
        )
    )


def notes(known: Facts, choice: Choice, kind: Kind = Kind.MODELLED) -> tuple[str, ...]:
    """What is stamped under a figure that is taken away."""
    _ = words(choice.lang)
    asked = text.asked(choice.definition, choice.scenario, choice.lang)
    stamp = [text.kind(kind, choice.lang)]
    if kind == Kind.MODELLED:
        stamp += asked
        stamp.append(_("threshold %(t)s") % {"t": text.threshold(choice.threshold, choice.lang)})
    return (
        " · ".join(stamp),
        _("Sources: %(sources)s") % {"sources": " ; ".join(export.sources(known, choice))},
        " · ".join(
            [
                _("Drawn on %(date)s") % {"date": text.today(choice.lang)},
                _("database %(version)s") % {"version": known.version[:8]},
                choice.href,
            ]
        ),
    )
