"""Who issues a briefing: the name, the contact and the logo that an agency sets once for all of its briefings."""

import base64
from dataclasses import dataclass
from pathlib import Path

from geodata.errors import BadInput

LOGO_FORMATS = {".svg": "svg", ".png": "png", ".jpg": "jpg", ".jpeg": "jpg"}
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
    """The logo in a file. Raises `BadInput` when it is missing, too heavy, or in another format."""
    kind = LOGO_FORMATS.get(path.suffix.lower())
    if kind is None:
        raise BadInput(f"the logo {path} is not a picture that can be printed: {', '.join(LOGO_FORMATS)} are expected.")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(
            f"the logo {path} cannot be read ({error.strerror}). Correct --logo (RELIANCE_LOGO), or give none."
        ) from error
    if len(data) > MOST_BYTES:
        raise BadInput(f"the logo {path} weighs {len(data):,} bytes: {MOST_BYTES:,} at most, make it smaller.")
    return Logo(kind, base64.b64encode(data).decode())
