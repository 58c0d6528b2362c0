"""Small parts that several sections share: a folded table, a link to a file."""

from dash import html

from dashboard import components, text
from dashboard.i18n import words
from dashboard.state import Choice


def folded(caption: str, head: list[str], rows: list[list], choice: Choice) -> html.Details:
    """A long table behind its title, so that what follows it is not screens away."""
    _ = words(choice.lang)
    count = _.plural("%(count)s row", "%(count)s rows", len(rows)) % {"count": text.number(len(rows), choice.lang)}
    return html.Details([html.Summary(f"{caption} ({count})"), components.table(caption, head, rows)])


def download_link(href: str, choice: Choice) -> html.A:
    """A link to a file of what the section shows."""
    _ = words(choice.lang)
    return html.A(_("Download (CSV)"), href=href, download=True)
