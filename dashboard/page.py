"""What a page is to the shell."""

from collections.abc import Callable
from dataclasses import dataclass

from dash import Dash

from dashboard.facts import Facts
from dashboard.state import Choice


@dataclass(frozen=True)
class Page:
    """A page: its path, its title in a language, its layout for a choice, its callbacks; some have a link in the footer
    only. One about a territory says its name in the title of the document; one that folds parts gives what they
    hold (`dashboard.collapsible`)."""

    name: str
    path: str
    title: Callable[[str], str]
    layout: Callable[[Facts, Choice], list]
    register: Callable[[Dash, Facts], None]
    is_in_navigation: bool = True
    is_about_a_territory: bool = False
    opened: Callable[[Facts, Choice, list[str]], dict[str, list]] | None = None
