"""Page "Besoin et réponses": need crossed with existing services, on two maps and in the table that is the maps."""

from dashboard.i18n import words
from dashboard.page import Page
from dashboard.pages.besoin.callbacks import register
from dashboard.pages.besoin.ids import PATH
from dashboard.pages.besoin.layout import layout


def title(lang: str) -> str:
    """Title in the navigation."""
    _ = words(lang)
    return _("Need and responses")


PAGE = Page("besoin", PATH, title, layout, register, is_about_a_territory=True)
