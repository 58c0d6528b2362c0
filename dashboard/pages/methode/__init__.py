"""Page "Méthode et données": what the figures are, where they come from, and everything that was refused."""

from dash import Dash, Input, Output, State
from dash.exceptions import PreventUpdate

from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.ids import URL
from dashboard.page import Page
from dashboard.pages.methode import ids
from dashboard.pages.methode.data import refused_rows
from dashboard.pages.methode.layout import layout, opened
from dashboard.state import read

PATH = "/methode"


def register(app: Dash, facts: Facts) -> None:
    """Add the callbacks: refused rows are sent when they are looked at."""

    @app.callback(
        Output(ids.REJECTS, "rowData"),
        Input(ids.LOOKED, "data"),
        State(URL, "search"),
        prevent_initial_call=True,
    )
    def refused(is_looked_at: bool | None, query: str) -> list[dict]:
        if not is_looked_at:
            raise PreventUpdate
        return refused_rows(facts, read(PATH, query)[0])


def title(lang: str) -> str:
    """Title in the navigation."""
    _ = words(lang)
    return _("Method and data")


PAGE = Page("methode", PATH, title, layout, register, opened=opened)
