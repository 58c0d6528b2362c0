"""The pages, in the order of the navigation. Adding one is a module and a line here."""

from dashboard.pages import (
    accessibilite,
    besoin,
    carte,
    fiches,
    methode,
    scenarios,
    territoire,
)
from dashboard.pages.page import Page

PAGES: tuple[Page, ...] = (
    carte.PAGE,
    besoin.PAGE,
    territoire.PAGE,
    scenarios.PAGE,
    fiches.PAGE,
    methode.PAGE,
    accessibilite.PAGE,
)

__all__ = ["PAGES", "Page"]
