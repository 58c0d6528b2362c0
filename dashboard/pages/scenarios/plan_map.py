"""The map of a plan: states of communes, teams, legend."""

import pandas as pd
from dash import html

from dashboard import maps, text
from dashboard.computations.plan_search import Shown, places
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.text import plan as plan_text
from geodata.planning import states
from geodata.territory import FRANCE, Level

MOST_MARKS = 500
"""Teams in place drawn on the map at most."""


def outlines(facts: Facts, region: str) -> list:
    fingerprint = None if region == FRANCE else facts.fingerprint(Level.COMMUNE, region)
    if fingerprint is None:
        return []
    names = maps.names_address(facts.version, Level.COMMUNE, region)
    return [
        maps.plan_outlines(region, fingerprint, names),
        *maps.borders("plan", Level.COMMUNE, region, facts.fingerprint),
    ]


def communes_states(facts: Facts, shown: Shown) -> pd.Series:
    return states(places(facts, shown.request, shown.sites), shown.plan)


def difference(first: pd.Series, second: pd.Series) -> pd.Series:
    """For each commune: reached by both plans (`both`), by the `first` or the `second` only, or by none."""
    reached = pd.DataFrame({"first": first != "none", "second": second.reindex(first.index) != "none"})
    both = reached["first"] & reached["second"]
    states = pd.Series("none", index=first.index)
    states[reached["first"]], states[reached["second"]] = "first", "second"
    states[both] = "both"
    return states


def state_words(is_comparison: bool, lang: str) -> dict[str, str]:
    """The state of a commune in words, in the order of the legend."""
    _ = words(lang)
    if is_comparison:
        return {
            "both": _("within reach in both plans"),
            "first": _("in the first plan only"),
            "second": _("in the second plan only"),
            "none": _("in neither"),
        }
    return {
        "new": _("newly within reach"),
        "before": _("within reach of a team in place"),
        "none": _("out of reach"),
    }


def legend(state: pd.Series | None, shown: Shown, other: Shown | None, lang: str) -> list:
    if state is None:
        return []
    _ = words(lang)
    counts = state.value_counts()
    rows = [
        html.Li(
            [
                html.Span(className=f"plan-swatch plan-{name}", **{"aria-hidden": "true"}),
                html.Span(text.capitalised(word)),
                html.Span(text.count_of(Level.COMMUNE, int(counts.get(name, 0)), lang), className="count"),
            ]
        )
        for name, word in state_words(other is not None, lang).items()
        if name != "before" or shown.plan.existing
    ]
    marks = [("new", _("new team"))]
    if other is not None:
        marks = [("new", _("team of the first plan")), ("other", _("team of the second plan"))]
    elif shown.locked:
        marks.append(("locked", _("locked team")))
    if 0 < len(shown.plan.existing) <= MOST_MARKS:
        marks.append(("before", _("team in place")))
    rows += [
        html.Li([html.Span(className=f"plan-mark plan-mark-{kind}", **{"aria-hidden": "true"}), text.capitalised(word)])
        for kind, word in marks
    ]
    return [html.Ul(rows, className="plan-legend")]


def _in_place(facts: Facts, shown: Shown, lang: str) -> list[dict]:
    """Teams in place; none of a list so long that it would hide the map."""
    if shown.data_hash != facts.version or len(shown.plan.existing) > MOST_MARKS:
        return []
    _ = words(lang)
    return [
        _feature(site.name, "before", _("team in place"), site.lon, site.lat)
        for site in facts.case(shown.request).sites.loc[list(shown.plan.existing)].itertuples()
    ]


def _feature(name: str, kind: str, hover: str, lon: float, lat: float) -> dict:
    return {
        "type": "Feature",
        "properties": {"name": name, "kind": kind, "said": hover},
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
    }


def marks(facts: Facts, shown: Shown, other: Shown | None, lang: str) -> list:
    if not (shown.is_answered and shown.names):
        return []
    _ = words(lang)

    def features(one: Shown, kind: str) -> list[dict]:
        return [
            _feature(
                one.names[site.id]["name"],
                "locked" if kind == "new" and site.id in one.locked else kind,
                _("newly reaches %(count)s people") % {"count": plan_text.people(site.reached, lang)},
                one.names[site.id]["lon"],
                one.names[site.id]["lat"],
            )
            for site in one.plan.sites
        ]

    features_shown = [*_in_place(facts, shown, lang), *features(shown, "new")]
    features_shown += features(other, "other") if other and other.plan and other.names else []
    # A layer of another list is another layer: dash-leaflet keeps the old marks of one that changes.
    return [
        maps.plan_teams(f"plan-teams-{shown.id}-{shown.version}-{shown.revision}-{len(features_shown)}", features_shown)
    ]


def paint(state: pd.Series | None, is_comparison: bool, lang: str) -> dict:
    _ = words(lang)
    by_state = {} if state is None else {name: " ".join(codes) for name, codes in state.groupby(state).groups.items()}
    browser = {
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "map": _("Map of the plan: the tables hold the same"),
        "outside": _("not counted in this plan"),
    }
    capitalised = {name: text.capitalised(word) for name, word in state_words(is_comparison, lang).items()}
    return {"states": by_state, "words": browser | capitalised}
