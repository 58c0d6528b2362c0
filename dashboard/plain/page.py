"""A template in the reader's language, as an answer that nobody keeps."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboard import text
from dashboard.accounts.wording import role_name
from dashboard.i18n import words

_TEMPLATES = Path(__file__).parent / "templates"


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def answer(template: str, lang: str, *, status: int = 200, **values: Any) -> Response:
    """A page. `_` translates in the template; `moment` and `number` write as the rest of the product does."""
    headers = {
        "_": words(lang),
        "lang": lang,
        "moment": lambda when: text.moment(when, lang),
        "day": lambda when: text.day(when, lang),
        "number": lambda value: text.number(value, lang),
        "role_name": lambda role: role_name(role, lang),
    }
    body = _environment().get_template(template).render(**headers, **values)
    made = Response(body, status, mimetype="text/html")
    made.headers["Cache-Control"] = "no-store"
    return made
