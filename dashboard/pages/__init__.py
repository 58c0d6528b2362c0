"""The pages, in the order of the navigation. Adding one is a module and a line here."""

from dashboard.page import Page
from dashboard.pages import (
    accessibilite,
    besoin,
    carte,
    commencer,
    fiches,
    methode,
    scenarios,
    territoire,
)

PAGES: tuple[Page, ...] = (
    carte.PAGE,
    commencer.PAGE,
    besoin.PAGE,
    territoire.PAGE,
    scenarios.PAGE,
    fiches.PAGE,
    methode.PAGE,
    accessibilite.PAGE,
)

__all__ = ["PAGES", "Page"]
