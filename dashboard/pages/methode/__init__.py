"""Page "Méthode et données": what the figures are, where they come from, and everything that was refused."""

from dash import Dash

from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.page import Page
from dashboard.pages.methode.layout import layout

PATH = "/methode"


def register(app: Dash, known: Facts) -> None:
    """Nothing on this page changes after it is drawn."""


def title(lang: str) -> str:
    """Title in the navigation."""
    _ = words(lang)
    return _("Method and data")


PAGE = Page("methode", PATH, title, layout, register)
