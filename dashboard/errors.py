"""Errors at the edge: each named one becomes a readable sentence and an HTTP status. Nothing else catches errors."""

import logging

from sqlalchemy.exc import DBAPIError

from dashboard import text
from dashboard.i18n import words
from dashboard.state import NotAsked
from dashboard.text import limits
from geodata.errors import (
    BadInput,
    BadText,
    DatabaseUnavailable,
    GeodataError,
    NoSheetHere,
    NotAllowed,
    QueueFull,
    StaleVersion,
    UnknownRecord,
    UnknownScenario,
    UnknownTerritory,
    WorkspaceUnavailable,
)

NAMED = (GeodataError, DBAPIError)
"""What the application answers in words; anything else is a defect and is left to the server's log."""


def sentence(error: Exception, lang: str) -> str:
    """What happened and what to do next, for a reader. What an operator can mend goes to the log with its reason."""
    _ = words(lang)
    if status(error) == 503:
        logging.getLogger(__name__).warning("%s: %s", type(error).__name__, error)
    if isinstance(error, UnknownTerritory):
        return _("This territory is not in the database: it may have merged. Search for it by its name.")
    if isinstance(error, UnknownScenario):
        return _("Nothing was estimated for this definition or scenario: the address may come from another database.")
    if isinstance(error, UnknownRecord):
        return _("This plan or this note is not in this workspace: the link may come from another one.")
    if isinstance(error, StaleVersion):
        return _(
            "%(who)s changed this on %(when)s, after you opened it. Nothing was overwritten: open it again to see that "
            "change, or keep your work as a copy."
        ) % {"who": text.capitalised(error.who), "when": text.moment(error.when, lang)}
    if isinstance(error, NotAllowed):
        return _("Only who wrote or asked for this, or an administrator, may end it: nothing was changed.")
    if isinstance(error, QueueFull):
        return _("%(count)s computations wait already. Wait for one to end, or stop one, then ask again.") % {
            "count": text.number(error.most, lang)
        }
    if isinstance(error, WorkspaceUnavailable):
        return _(
            "What users write cannot be read or kept at the moment (the workspace): nothing was changed. Try again in "
            "a minute."
        )
    if isinstance(error, (DatabaseUnavailable, DBAPIError)):
        return _("The database cannot be read at the moment. It may be being replaced: try again in a minute.")
    if isinstance(error, BadText):
        return _("This text is too long: %(most)s characters at most. Write it shorter, then try again.") % {
            "most": text.number(error.most, lang)
        }
    if isinstance(error, NotAsked):
        return limits.notice_sentence(error.notice.field, error.notice.value, lang)
    if isinstance(error, NoSheetHere):
        return text.no_sheet(lang)
    if isinstance(error, BadInput):
        return _("The address asks for something that cannot be computed. Start again from the home page.")
    return _("Something went wrong on the server; the message is in its log.")


def status(error: Exception) -> int:
    """HTTP status of a named error."""
    if isinstance(error, (UnknownTerritory, UnknownScenario, UnknownRecord)):
        return 404
    if isinstance(error, StaleVersion):
        return 409
    if isinstance(error, NotAllowed):
        return 403
    if isinstance(error, QueueFull):
        return 429
    return 400 if isinstance(error, BadInput) else 503
