"""Pictures of the maps on screen, made by the browser (`picture.js`) from what the server says must be written on them.

A stamp holds `title`, `place`, `maps` (identifier of the frame, title, legend), `notes`, `printed` and `file`.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from dash import ClientsideFunction, Dash, Input, State

from dashboard import text


def register(app: Dash, *, png: str, svg: str, stamp: str) -> None:
    """Two buttons that take the maps away, in points and in lines, with the stamp kept in the store `stamp`."""
    for button, draw in ((png, "picture"), (svg, "drawing")):
        app.clientside_callback(
            ClientsideFunction("reliance", draw),
            Input(button, "n_clicks"),
            State(stamp, "data"),
            prevent_initial_call=True,
        )


Class = TypeVar("Class", bound=str)


def legend(
    counts: Mapping[Class, int], labels: Mapping[Any, str], lang: str, *, prefix: str = ""
) -> list[dict[str, str]]:
    """Entries of a legend: the fill (a class, after `prefix`), its words and how many territories have it."""
    return [
        {"fill": f"{prefix}{value}", "label": f"{labels[value]} ({text.number(count, lang)})"}
        for value, count in counts.items()
    ]
