"""A section of the page: a heading, its files beside it, what it says."""

from dash import html

from dashboard import components
from dashboard.figures import Figure
from dashboard.state import Choice


def section(
    title: str,
    body: list,
    figure: Figure | None,
    choice: Choice,
    *,
    files: str | None = None,
    summary: str | None = None,
    is_open: bool = False,
) -> html.Section:
    """A section folded behind its title and what it says in short (`summary`), with its files: those of its figure, or
    the rows of its table."""
    links = []
    if figure is not None and figure.strips:
        links = [(kind, _href(figure.name, kind, choice)) for kind in ("PNG", "SVG", "CSV")]
    elif files is not None:
        links = [("CSV", _href(files, "CSV", choice))]
    heading = [html.H2(title)]
    heading += [html.Span(summary, className="section-said")] if summary else []
    files_ = [components.downloads(links, title, choice.lang)] if links else []
    return html.Section(
        html.Details(
            [html.Summary(heading, className="section-head"), *files_, html.Div(body, className="section-body")],
            open=is_open,
        ),
        className="panel",
        **{"aria-label": title},
    )


def _href(name: str, kind: str, choice: Choice) -> str:
    ending = "svg" if kind == "PNG" else kind.lower()
    return f"/export/territoire/{name}.{ending}{choice.query}"
