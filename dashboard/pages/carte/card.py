"""The sentence of one territory, with its interval and its comparison."""

from dash import html

from dashboard import components, ids, text
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.state import Choice
from geodata.estimate import Verdict, verdict_of
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
    against = Verdict(
        str(verdict_of(estimate.p_above_national if estimate.p_above_national is not None else float("nan")))
    )
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
        *components.verdicts(estimate, against, lang),
        html.P(text.verdict_sentence(estimate, lang), className="sentence"),
    ]
    bar = components.interval_bar(estimate, national, lang)
    if bar is not None:
        body += [html.P(text.share_sentence(estimate, lang), className="share"), bar]
    if (compared := text.national_sentence(estimate, national, against, lang)) is not None:
        body.append(html.P(compared, className="compared"))
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
