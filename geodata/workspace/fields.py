"""What a text or a content must be to be kept in the workspace."""

import re

from geodata.errors import BadInput, BadText
from geodata.workspace.part import SIGNED, written

CONTENT = ("request", "proposal", "plan", "locked", "data_hash")
"""What the content of a plan holds."""

LONGEST = {"name": 120, "who": 120, "category": 120, "remark": 600, "exists": 400}
"""Characters of what names something; a name is also that of a file."""

LONGEST_TEXT = 4_000
"""Characters of a note, a reason, a justification."""

UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML forbids: a Word file or a workbook cannot hold them."""


def filled(field: str, value: str) -> str:
    """A text as it is kept: without blanks around and without characters that no document can hold. `who` is the name
    of who is signed in, where people sign in."""
    if field == "who":
        value = SIGNED.get() or value
    text = printable(value)
    if not text:
        raise BadInput(f"{field} is empty: it is written with every record of the workspace.")
    return bounded(field, text)


def printable(value: str) -> str:
    """A text without blanks around and without `UNWRITABLE`; "" for what is no text."""
    return UNWRITABLE.sub("", value).strip() if isinstance(value, str) else ""


def bounded(field: str, text: str) -> str:
    """The text as it is. Raises `BadText` where it is longer than its field may be."""
    if len(text) > (most := LONGEST.get(field, LONGEST_TEXT)):
        raise BadText(field, most)
    return text


def checked_content(content: dict) -> str:
    """The content of a plan as JSON. Raises `BadInput` where a part of `CONTENT` lacks."""
    missing = [key for key in CONTENT if key not in content]
    if missing:
        raise BadInput(f"the content of a plan lacks {', '.join(missing)}.")
    return written(content)
