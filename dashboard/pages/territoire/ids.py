"""Component identifiers of the page."""

LOCATION = "territoire-url"
ASKED = "territoire-asked"
SEARCH = "territoire-search"
SCENARIO = "territoire-scenario"
THRESHOLD = "territoire-threshold"
NOTICES = "territoire-notices"
BODY = "territoire-body"
