"""Page "Par où commencer": territories of a perimeter in tiers, by a rule written beside them."""

from dashboard.page import Page
from dashboard.pages.commencer.callbacks import register
from dashboard.pages.commencer.controls import PATH
from dashboard.pages.commencer.layout import layout
from dashboard.text.priority import title

PAGE = Page("commencer", PATH, title, layout, register)
