"""How figures are made: the estimate, its classes, its assumptions, the survey's rates."""

from dash import html

from dashboard import components, text
from dashboard.facts import ORDER, Facts
from dashboard.i18n import words
from dashboard.state import Choice
from geodata import survey
from geodata.disclosure import MIN_PEOPLE, MIN_RESIDENTS
from geodata.estimate import Verdict
from geodata.survey_rates import Published

# -- sections --------------------------------------------------------------------------------------------------------


def measured(facts: Facts, choice: Choice) -> list:
    """Definition of isolation, the line, the national share."""
    _ = words(choice.lang)
    national = facts.national(choice)
    paragraphs = [
        html.P(
            [
                html.Strong(text.definition(choice.definition, choice.lang) + ". "),
                text.definition_meaning(choice.definition, choice.lang),
            ]
        ),
        html.P(
            _(
                "The 10% line comes from the declaration of the mutualist group on the opinion of the Economic, Social "
                "and Environmental Council on social isolation (2017): when more than 10% of the population is "
                "isolated, solidarity has failed."
            )
        ),
    ]
    if national.share is not None and national.low is not None and national.high is not None:
        paragraphs.append(
            html.P(
                _("For the whole country the database holds %(share)s, %(interval)s (90%% interval).")
                % {
                    "share": text.percent(national.share, choice.lang),
                    "interval": text.interval(national.low, national.high, choice.lang),
                }
            )
        )
        paragraphs.append(html.P(text.saturation_sentence(national, choice.lang)))
    return paragraphs


def estimate(choice: Choice) -> list:
    """What may be read in an estimate and what may not."""
    _ = words(choice.lang)
    return [
        html.P(
            _(
                "No survey is large enough to observe isolation commune by commune. The figures shown here "
                "are modelled: "
                "rates by age, activity, income and type of place, measured by a national survey, are applied to the "
                "population of each territory, then adjusted so that the whole adds up to the national share."
            )
        ),
        html.P(html.Strong(_("An estimated risk from the make-up of the population, not a count of isolated people."))),
        html.H3(_("What it allows")),
        html.Ul(
            [
                html.Li(_("to say with what probability a territory is above a line;")),
                html.Li(_("to give an order of magnitude of the people concerned, with its range;")),
                html.Li(_("to choose where to look more closely, with those who know the place.")),
            ]
        ),
        html.H3(_("What it does not allow, and what this tool refuses")),
        html.Ul(
            [
                html.Li(
                    _("ranking territories by their estimated share: the intervals overlap, the order would be chance;")
                ),
                html.Li(_("mixing two meshes in one table: their intervals do not have the same width;")),
                html.Li(_("reading a change between two years: a modelled estimate moves with its inputs;")),
                html.Li(_("evaluating an action: the estimate does not know what is done locally.")),
            ]
        ),
        html.H3(_("What makes the interval")),
        html.P(
            _(
                "Three errors are kept apart: one common to all territories (the national figure itself), one from the "
                "model (the rates by category), one particular to each territory. The first one does not "
                "count when two "
                "territories are compared, or a territory and the country: this is why both questions have an answer."
            )
        ),
        html.H3(_("Statistical secrecy")),
        html.P(
            _(
                "Nothing is published for fewer than %(residents)s residents aged 15 and over. A number of "
                "people under "
                "%(people)s is never printed. Numbers of people are rounded."
            )
            % {"residents": MIN_RESIDENTS, "people": MIN_PEOPLE}
        ),
    ]


def classes(choice: Choice) -> list:
    """The decision rule."""
    _ = words(choice.lang)
    rows = [[components.badge(verdict, choice.lang), text.verdict_rule(verdict, choice.lang)] for verdict in ORDER]
    return [
        html.P(
            _(
                "A territory is not coloured by its share but by what can be said of it. “%(undecided)s” is an honest "
                "and frequent answer: differences between territories are small."
            )
            % {"undecided": text.capitalised(text.verdict(Verdict.UNDECIDED, choice.lang))}
        ),
        components.table(_("Decision classes"), [_("Class"), _("Meaning")], rows),
    ]


def hypotheses(facts: Facts, choice: Choice) -> list:
    """Every definition and scenario that this database holds."""
    _ = words(choice.lang)
    held = facts.scenarios()
    rows = []
    for definition in survey.DEFINITIONS:
        names = [text.scenario(s.id, choice.lang) for s in held if s.definition == definition.id]
        if names:
            rows.append(
                [
                    [
                        html.Strong(text.definition(definition.id, choice.lang)),
                        html.Br(),
                        text.definition_meaning(definition.id, choice.lang),
                    ],
                    text.percent(definition.share, choice.lang),
                    definition.source,
                    html.Ul([html.Li(name) for name in names], className="plain"),
                ]
            )
    head = [_("Definition"), _("National share"), _("Survey"), _("Assumptions to compare")]
    return [
        html.P(
            _(
                "Definitions are never mixed in one table. Each set of assumptions changes one thing from the "
                "reference: a territory that keeps its class in all of them has a robust one."
            )
        ),
        components.table(_("What can be chosen on the map"), head, rows),
        html.P(
            _(
                "Services shared with neighbours are shared among all residents aged 15 and over. Sharing them among "
                "the expected isolated people only is one of the other models of access computed at each build: it "
                "widens the range that is shown and the test of robustness, and cannot be chosen on screen."
            )
        ),
    ]


def _published(rate: Published, lang: str) -> str:
    """Rate of the category and of the country, year of the wave, and the wider ages that were printed."""
    _ = words(lang)
    label = ", ".join([rate.wave[:4], *([text.category(rate.band, lang)] if rate.band else [])])
    if rate.reading == "equal":
        return _("no difference found (%(year)s)") % {"year": label}
    here, country = (text.percent(r, lang, 0 if round(100 * r, 6) % 1 == 0 else 1) for r in (rate.rate, rate.national))
    return f"{here} / {country} ({label})"


def survey_rates(choice: Choice) -> list:
    """The survey table of the first definition: ratio to the national rate, what is behind it, what is a judgement."""
    _ = words(choice.lang)
    rows = [
        [
            text.factor(rate.factor, choice.lang),
            text.category(rate.category, choice.lang),
            text.number(rate.ratio, choice.lang, 2),
            ", ".join(_published(p, choice.lang) for p in rate.published),
            text.figure_kind(rate.kind, choice.lang),
            text.number(rate.log_sd, choice.lang, 2),
        ]
        for rate in survey.FIVE_NETWORKS.rates
    ]
    head = [
        _("Factor"),
        _("Category"),
        _("Ratio to the national rate"),
        _("Published rate / national rate"),
        _("Kind"),
        _("Uncertainty (log)"),
    ]
    return [
        html.P(
            _(
                "Ratios come from the published editions of the survey “Les solitudes en France” (Fondation de France, "
                "Crédoc). They overlap (unemployed, poor and aged 40 to 59): they are calibrated together on the "
                "national population, never multiplied. Their values and uncertainty come from one model of every "
                "wave, where the categories of a factor add up to the country: a category of which nothing is "
                "published is told by the others."
            )
        ),
        components.table(_("Ratios to the national rate, by category"), head, rows),
    ]
