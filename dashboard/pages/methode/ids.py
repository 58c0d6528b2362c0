"""Component identifiers of the page."""

REJECTS = "methode-rejects"
LOOKED = "methode-rejects-looked"
"""The table of refused rows is on screen: `grid.js` says so."""

PART = "methode-part"
"""Type of the title of one folded part."""

HELD = "methode-held"
"""Type of what that part holds."""
