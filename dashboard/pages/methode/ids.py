"""Component identifiers of the page."""

REJECTS = "methode-rejects"
