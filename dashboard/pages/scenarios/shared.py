"""What several parts of the page share: names, addresses, a plain table."""

from dash import html

from dashboard.computations.plan_search import Shown
from dashboard.facts import Facts
from dashboard.state import Choice
from geodata.territory import Level


def names(facts: Facts, of: Level = Level.DEPARTEMENT) -> dict[str, str]:
    """Names of the territories of a level, by code."""
    return {code: name for (level, code), name in facts.names().items() if level == of}


def reference(facts: Facts, shown: Shown) -> str:
    """Name and version of a plan."""
    return shown.name + (f" · v{shown.version}" if shown.version else "")


def table(caption: str, head: list[str], rows: list[list]) -> html.Div:
    """A plain table that scrolls on a narrow screen."""
    return html.Div(
        html.Table(
            [
                html.Caption(caption),
                html.Thead(html.Tr([html.Th(word, scope="col") for word in head])),
                html.Tbody([html.Tr([html.Td(cell) for cell in row]) for row in rows]),
            ]
        ),
        className="table-scroll",
        tabIndex=0,
        role="region",
        **{"aria-label": caption},
    )


def address(choice: Choice, plan: tuple[str, int]) -> str:
    return Choice(page=choice.page, plan=plan, lang=choice.lang).href
