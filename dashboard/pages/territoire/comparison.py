"""Two to four territories side by side: the same questions, a column each."""

from dataclasses import replace

from dash import html

from dashboard import components, text
from dashboard.facts import Facts
from dashboard.i18n import title_of, words
from dashboard.pages.territoire.section import section
from dashboard.state import Choice
from dashboard.text import need, priority
from dashboard.text.territory import value, vintage
from geodata.estimate import Estimate, Kind
from geodata.observed import Observed
from geodata.priority import Priority
from geodata.territory import FRANCE, Level, Perimeter


def side_by_side(facts: Facts, choice: Choice) -> list[html.Section]:
    """The section, once another territory is chosen."""
    if not choice.others:
        return []
    _ = words(choice.lang)
    lang = choice.lang
    places = [choice.place, *choice.others]
    estimates = [facts.estimate(choice, *place) for place in places]
    priorities = [_priority(facts, choice, *place) for place in places]
    not_published = _("not published")
    line = _("threshold %(t)s") % {"t": text.threshold(choice.threshold, lang)}
    rows = [
        [_("Class") + f" ({line})", *(text.verdict(one.verdict, lang) for one in estimates)],
        [_("Expected share and interval"), *(_share(one, lang) or not_published for one in estimates)],
        [_("People expected"), *(text.people(one, lang) or not_published for one in estimates)],
        [_("Need and responses"), *("–" if one is None else need.quadrant(one.quadrant, lang) for one in priorities)],
        [_("What adds up"), *("–" if one is None else priority.adding_up(one, lang) for one in priorities)],
    ]
    own = [{one.indicator: one for one in facts.own_figures(*place)} for place in places]
    for first in {i: one for figures in own for i, one in figures.items()}.values():
        rows.append([title_of(first, lang), *(_figure(figures.get(first.indicator), lang) for figures in own)])
    head = [_("Figure"), *(text.short_name(one.name) for one in estimates)]
    note = _(
        "No ranking: intervals overlap. Figures are observed or derived from observations unless said, each of its own "
        "period; “–” is not known of the territory itself."
    )
    body = [components.table(_("Side by side"), head, rows), html.P(note)]
    return [section(_("Side by side"), body, None, choice, is_open=True)]


def _share(estimate: Estimate, lang: str) -> str | None:
    """The share with its interval: one never goes without the other."""
    if estimate.share is None or estimate.low is None or estimate.high is None:
        return None
    return f"{text.percent(estimate.share, lang)} ({text.interval(estimate.low, estimate.high, lang)})"


def _figure(figure: Observed | None, lang: str) -> str:
    """An observed figure with its period, and its kind where it is modelled."""
    if figure is None:
        return "–"
    kind = text.kind(Kind(figure.kind), lang).lower() if figure.kind == Kind.MODELLED else ""
    about = ", ".join(filter(None, [vintage(figure.vintage, lang), kind]))
    return f"{value(figure.value, figure.unit, lang)} ({about})"


def _priority(facts: Facts, choice: Choice, level: Level, code: str) -> Priority | None:
    """The territory as lists of where to start have it; None for the country."""
    territory = facts.store.territory(level, code)
    around = Perimeter(Level.REGION, territory.region) if territory.region else Perimeter(Level.FRANCE, FRANCE)
    if level in (Level.FRANCE, Level.REGION):
        return None
    return next((one for one in facts.priorities(replace(choice, mesh=level), around) if one.code == code), None)
