"""Page "Territoire": all that is known of one commune, EPCI, département or région."""

from dashboard.i18n import words
from dashboard.page import Page
from dashboard.pages.territoire.callbacks import register
from dashboard.pages.territoire.layout import PATH, layout
from dashboard.pages.territoire.sections import opened


def title(lang: str) -> str:
    """Title in the navigation."""
    _ = words(lang)
    return _("Territory")


PAGE = Page("territoire", PATH, title, layout, register, is_about_a_territory=True, opened=opened)
