"""Page "Scénarios": where to place new teams, plans kept and compared, objectives of the regional plan."""

from dashboard.page import Page
from dashboard.pages.scenarios import callbacks, layout

PAGE = Page("scenarios", layout.PATH, layout.title, layout.layout, callbacks.register)
