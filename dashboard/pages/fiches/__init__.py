"""Page "Fiches": the briefing of the selected territory as files, and every briefing of a région as one archive."""

from dashboard.page import Page
from dashboard.pages.fiches import callbacks, layout

PAGE = Page("fiches", layout.PATH, layout.title, layout.layout, callbacks.register)
