"""Page "Carte": which territories are above the line, on a map and in the table that is the map."""

from dashboard.i18n import words
from dashboard.page import Page
from dashboard.pages.carte.callbacks import register
from dashboard.pages.carte.ids import PATH
from dashboard.pages.carte.layout import layout


def title(lang: str) -> str:
    """Title in the navigation."""
    _ = words(lang)
    return _("Map")


PAGE = Page("carte", PATH, title, layout, register, is_about_a_territory=True)
