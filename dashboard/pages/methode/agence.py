"""Part of the page "Méthode et données" about an agency's own files and what surveys measured in territories."""

from typing import Any

import pandas as pd
from dash import html

from dashboard import components, text
from dashboard.facts import Facts
from dashboard.i18n import title_of, words
from dashboard.state import Choice
from geodata.agency import AGENCY_FILES, AgencyFile
from geodata.service import Family


def columns(facts: Facts, choice: Choice) -> list:
    """What each kind of file holds, column by column, and the identifiers of categories that some of them ask for."""
    return [*(_kind(file, choice) for file in AGENCY_FILES.values()), _categories(facts, choice)]


def _categories(facts: Facts, choice: Choice) -> html.Details:
    _ = words(choice.lang)
    rows = [
        [
            html.Code(row.id),
            title_of(row, choice.lang),
            text.family(Family(row.family), choice.lang),
        ]
        for row in facts.store.categories().sort_values(["family", "id"]).itertuples()
    ]
    caption = _("Identifiers of the categories of services")
    head = [_("Identifier"), _("Category"), _("Family")]
    return html.Details([html.Summary(caption), components.table(caption, head, rows)])


def _kind(file: AgencyFile, choice: Choice) -> html.Details:
    _ = words(choice.lang)
    rows = [
        [
            html.Code(c.name),
            _("yes") if c.is_required else _("no"),
            html.Span(c.meaning, lang="fr"),
            html.Span(c.allowed, lang="fr"),
            " · ".join(filter(None, c.examples)),
        ]
        for c in file.columns
    ]
    caption = title_of(file, choice.lang)
    head = [_("Column"), _("Required column"), _("Meaning (in French)"), _("Allowed"), _("Example")]
    return html.Details([html.Summary(caption), components.table(caption, head, rows)])


def local_rates(facts: Facts, choice: Choice) -> list:
    """The agency's own survey rates, beside the published ones; nothing when it has none."""
    _ = words(choice.lang)
    frame = facts.store.local_rates()
    if frame.empty:
        return []
    head = [
        *(_("Factor"), _("Category"), _("Ratio to the national rate"), _("Local rate / national rate")),
        *(_("Producer"), _("Used by this database")),
    ]
    rows = [
        [
            text.factor(row.factor, choice.lang),
            text.category(row.category, choice.lang),
            text.number(row.ratio, choice.lang, 2),
            _("%(rate)s / %(national)s (%(wave)s, %(count)s respondents)")
            % {
                "rate": text.percent(row.rate, choice.lang, 0),
                "national": text.percent(row.national, choice.lang, 0),
                "wave": row.wave,
                "count": text.number(row.respondents, choice.lang),
            },
            row.producer,
            _("yes, pooled with the national ratio") if row.is_used else _("no, shown beside"),
        ]
        for row in frame.itertuples()
    ]
    return [components.table(_("Local rates handed in by the agency"), head, rows)]


def direct_estimates(facts: Facts, choice: Choice) -> list:
    """Rates that surveys measured in territories, beside the model's shares; nothing when there is none."""
    _ = words(choice.lang)
    frame = facts.store.direct_estimates()
    if frame.empty:
        return []
    names = facts.names()
    rows = [
        [
            names.get((row.level, row.code), row.code),
            text.definition(row.definition, choice.lang),
            _measured(row, choice.lang),
            text.percent(row.share, choice.lang),
            _("%(share)s (%(interval)s)")
            % {
                "share": text.percent(row.together, choice.lang),
                "interval": text.interval(row.together_low, row.together_high, choice.lang),
            },
            "" if pd.isna(row.z) else text.number(row.z, choice.lang, 1),
            row.producer,
        ]
        for row in frame.itertuples()
    ]
    head = [
        *(_("Territory"), _("Definition"), _("Measured by a survey"), _("Expected by the model")),
        *(_("Both together"), _("Distance (standard deviations)"), _("Producer")),
    ]
    return [
        html.P(
            _(
                "Some surveys asked enough people of one territory to give a rate there. It is set beside the model's "
                "share, with the distance between the two in standard deviations: beyond 2, one of them is probably "
                "wrong there. The map stays the model's. Published rates come from small samples, and only the most "
                "striking ones are printed."
            )
        ),
        components.table(_("Territories where a survey gives a rate"), head, rows),
    ]


def _measured(row: Any, lang: str) -> str:
    _ = words(lang)
    if pd.isna(row.rate):
        return _("not measured, held to its région")
    return _("%(rate)s (%(count)s respondents, %(year)s)") % {
        "rate": text.percent(row.rate, lang, 0),
        "count": text.number(row.respondents, lang),
        "year": row.wave[:4],
    }
