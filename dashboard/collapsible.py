"""What is folded on a page is sent when it is opened (`parts.js`): only its title comes with the page."""

from collections.abc import Callable

from dash import ALL, Dash, Input, Output, ctx, html, no_update
from dash.exceptions import PreventUpdate

from dashboard import components, ids
from dashboard.state import Choice

Opened = Callable[[Choice, list[str]], dict[str, list]]
"""What parts of a page hold, by their names, for the choice under which they were drawn; raises `BadInput` for a name
that the page has not."""


def close(part: html.Details, name: str, choice: Choice, *, is_printed: bool = False) -> None:
    """Leave out what a folded part holds, the last of its children, to be asked for by this name; on paper too when it
    `is_printed`."""
    *head, _held = part.children
    awaited = html.Div(
        components.loading(choice.lang),
        id={"type": ids.HELD, "part": name, "of": choice.href},
        className="held held-printed" if is_printed else "held",
    )
    part.children = [*head, awaited]


def holds(part: html.Details) -> list:
    """What a folded part holds, before it is closed."""
    return part.children[-1:]


def register(app: Dash, read: Callable[[str], Choice], opened: Opened) -> None:
    """Add the callback that sends what is wanted; `read` gives the choice that an address holds."""

    @app.callback(
        # A list: of one output with a pattern, Dash takes no error.
        [Output({"type": ids.HELD, "part": ALL, "of": ALL}, "children")],
        Input(ids.WANTED, "data"),
        prevent_initial_call=True,
    )
    def unfold(wanted: list[str] | None) -> list[list]:
        held = [one["id"] for one in ctx.outputs_list[0]]
        names_by_address: dict[str, list[str]] = {}
        for one in held:
            if one["part"] in (wanted or ()):
                names_by_address.setdefault(one["of"], []).append(one["part"])
        if not names_by_address:
            raise PreventUpdate
        # A part is about the choice under which its title was drawn, whatever the address says by now.
        sections = {address: opened(read(address), names) for address, names in names_by_address.items()}
        return [[sections.get(one["of"], {}).get(one["part"], no_update) for one in held]]
