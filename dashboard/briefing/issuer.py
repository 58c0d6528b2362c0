"""Who issues a briefing: the name, the contact and the logo that an agency sets once for all of its briefings."""

import base64
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import typst

from geodata.errors import BadInput

_SIGNATURES = {b"\x89PNG\r\n": "png", b"\xff\xd8\xff": "jpg"}
_TRIAL = b"#let logo = json(bytes(sys.inputs.logo))\n#image(bytes(logo.data), format: logo.format)"
"""A page of the logo alone: the printer itself says whether it can print it."""
MOST_BYTES = 100_000
"""A heavier logo would be the largest part of every file."""


@dataclass(frozen=True)
class Logo:
    """A picture: its format and its bytes in base 64."""

    format: str
    data: str


@dataclass(frozen=True)
class Issuer:
    """`contact` is one line a fact (name, telephone, address); "" and None leave a place to write by hand."""

    agency: str = ""
    contact: tuple[str, ...] = ()
    logo: Logo | None = None


def issuer(agency: str, contact: str, logo: str) -> Issuer:
    """The issuer of the settings: `contact` is lines between `|`, `logo` the path of a file; each may be empty.

    Raises `BadInput` when the logo cannot be used.
    """
    lines = tuple(line.strip() for line in contact.split("|") if line.strip())
    return Issuer(agency.strip(), lines, read_logo(Path(logo)) if logo else None)


def read_logo(path: Path) -> Logo:
    """The logo in a file, whatever its name ends in. Raises `BadInput` when it is missing, too heavy, or cannot be
    printed: no SVG, PNG or JPEG, damaged, or linking a picture that is not inside it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(
            f"the logo {path} cannot be read ({error.strerror}). Correct --logo (RELIANCE_LOGO), or give none."
        ) from error
    if len(data) > MOST_BYTES:
        raise BadInput(f"the logo {path} weighs {len(data):,} bytes: {MOST_BYTES:,} at most, make it smaller.")
    kind = next((name for signature, name in _SIGNATURES.items() if data.startswith(signature)), "svg")
    if problem := _problem(data, kind):
        raise BadInput(
            f"the logo {path} cannot be printed ({problem}): an SVG that holds all of its pictures, a PNG or a JPEG is "
            "expected. Correct --logo (RELIANCE_LOGO), or give none."
        )
    return Logo(kind, base64.b64encode(data).decode())


@lru_cache(maxsize=4)
def _problem(data: bytes, kind: str) -> str:
    """Why the logo cannot be printed; empty when it can."""
    try:
        typst.compile(_TRIAL, sys_inputs={"logo": json.dumps({"data": list(data), "format": kind})})
    except typst.TypstError as error:
        return error.message
    return ""
