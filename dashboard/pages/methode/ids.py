"""Component identifiers of the page."""

REJECTS = "methode-rejects"
LOOKED = "methode-rejects-looked"
"""The table of refused rows is on screen: `grid.js` says so."""
