"""A plan as files, from the store and what the workspace keeps: PDF, Word, picture for a slide, workbook, table."""

from collections.abc import Callable
from datetime import date, datetime

import pandas as pd

from dashboard.briefing import plan_annex, plan_print
from dashboard.briefing.annex import settled
from dashboard.briefing.issuer import Issuer
from dashboard.briefing.plan import Ground, PlanSheet, plan_sheet
from dashboard.briefing.plan_figures import counted, counted_range, figures
from dashboard.briefing.plan_record import PlanRecord
from dashboard.briefing.plan_sites import site_rows
from dashboard.i18n import title_column, words
from dashboard.spreadsheet import csv_bytes, xlsx_bytes
from dashboard.text import plan_rules
from geodata.methods.travel import TRAVEL
from geodata.planning import case, places_with, states
from geodata.store import Store
from geodata.territory import Level


def ground(store: Store, shown: PlanRecord, lang: str) -> Ground:
    """What the map of a plan is drawn on, and the names that its words need."""
    request, is_today = shown.request, shown.data_hash == store.version()
    places = case(store, places_with(request, shown.sites)) if is_today else None
    return Ground(
        communes=store.outlines(Level.COMMUNE, Level.REGION, request.region),
        borders=store.outlines(Level.DEPARTEMENT, Level.REGION, request.region),
        states=states(places, shown.plan) if places is not None else pd.Series(dtype=object),
        departements=names(store, Level.DEPARTEMENT),
        floors=names(store, Level(request.floor_by)),
        categories=_titles(store, lang),
        region=store.territory(Level.REGION, request.region).name,
        travel_method=places.travel_method if places is not None else TRAVEL.name,
    )


def names(store: Store, level: Level) -> dict[str, str]:
    """Names of the territories of a level, by code."""
    rows = store.territories(level)
    return dict(zip(rows["code"], rows["name"], strict=True))


def _titles(store: Store, lang: str) -> dict[str, str]:
    """Titles of categories, by identifier."""
    categories = store.categories()
    return dict(zip(categories["id"], categories[title_column(lang)], strict=True))


def sheet(store: Store, shown: PlanRecord, lang: str, *, issuer: Issuer, printed_on: str | None = None) -> PlanSheet:
    """The words of a plan."""
    return plan_sheet(shown, ground(store, shown, lang), printed_on=_day(printed_on), issuer=issuer, lang=lang)


def _day(printed_on: str | None) -> str:
    return printed_on or date.today().isoformat()


def pdf(store: Store, shown: PlanRecord, lang: str, *, issuer: Issuer, printed_on: str | None = None) -> bytes:
    """Two pages."""
    return plan_print.to_pdf(sheet(store, shown, lang, issuer=issuer, printed_on=printed_on))


def docx(store: Store, shown: PlanRecord, lang: str, *, issuer: Issuer, printed_on: str | None = None) -> bytes:
    """The annex of a decision: all that was asked and found; the same bytes for the same words."""
    on = ground(store, shown, lang)
    written = plan_sheet(shown, on, printed_on=_day(printed_on), issuer=issuer, lang=lang)
    return settled(plan_annex.document(shown, on, written))


def png(store: Store, shown: PlanRecord, lang: str, *, issuer: Issuer, printed_on: str | None = None) -> bytes:
    """A picture for a slide."""
    return plan_print.to_png(sheet(store, shown, lang, issuer=issuer, printed_on=printed_on))


def sites(store: Store, shown: PlanRecord, lang: str) -> pd.DataFrame:
    """One row a site."""
    return site_rows(shown, _titles(store, lang), lang)


def csv(store: Store, shown: PlanRecord, lang: str, **_who_and_when: object) -> bytes:
    """The sites."""
    return csv_bytes(sites(store, shown, lang))


def xlsx(store: Store, shown: PlanRecord, lang: str, **_who_and_when: object) -> bytes:
    """Sites, départements, rules, figures: a sheet each."""
    _ = words(lang)
    rules = plan_rules.rules(shown, _titles(store, lang), lang)
    named = names(store, Level.DEPARTEMENT)
    groups = [
        {
            _("Département"): named.get(one.group, one.group),
            _("Teams"): one.teams,
            _("People to reach"): counted(one.people),
            _("Newly reached"): counted(one.reached),
            _("Low end"): ends[0],
            _("High end"): ends[1],
            _("Share reached by a team of the département"): round(one.share_inside, 3),
            _("Share within reach"): round(one.share, 3),
        }
        for one in shown.plan.groups
        for ends in [counted_range(one.reached_low, one.reached_high)]
    ]
    curve = [] if shown.trade_offs is None else shown.trade_offs.curve
    points = [
        {
            _("Teams"): one.teams,
            _("Newly within reach"): counted(one.reached),
            _("At most possible"): counted(one.bound),
        }
        for one in curve
    ]
    within = [] if shown.trade_offs is None else shown.trade_offs.by_minutes
    by_minutes = [
        {
            _("Minutes by car"): one.minutes,
            _("Newly within reach"): counted(one.reached),
            _("At most possible"): counted(one.bound),
        }
        for one in within
    ]
    return xlsx_bytes(
        [
            (_("Sites"), sites(store, shown, lang)),
            (_("By département"), pd.DataFrame(groups)),
            (_("Rules"), pd.DataFrame(rules, columns=[_("Parameter"), _("Value")])),
            (_("Figures"), pd.DataFrame(figures(shown, lang), columns=[_("Figure"), _("Value")])),
            *([(_("Teams and people"), pd.DataFrame(points))] if points else []),
            *([(_("Minutes and people"), pd.DataFrame(by_minutes))] if by_minutes else []),
        ],
        title=shown.name,
        made_on=datetime.fromisoformat(shown.written_on.replace("Z", "+00:00")).replace(tzinfo=None),
    )


ENDINGS: dict[str, Callable[..., bytes]] = {"pdf": pdf, "docx": docx, "png": png, "xlsx": xlsx, "csv": csv}
"""What a plan is written as, whoever asks: two pages, the annex of a decision for a word processor, a picture, its
figures, its sites."""
