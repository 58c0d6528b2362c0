"""How long journals are kept: where the settings say it, older lines are removed at the start and once a day."""

import logging

from dashboard.accounts.register import open_register
from dashboard.settings import Settings
from dashboard.spaces import spaces_of
from geodata.errors import GeodataError
from geodata.workspace import open_workspace

WHO = "serveur"
"""Who removed them, in the journal."""

_log = logging.getLogger(__name__)


def shorten(settings: Settings) -> None:
    """Remove from the journal of every space, and from that of the accounts, the lines past the months they are kept.

    One that cannot be reached is told in the log: the next day asks it again.
    """
    days = settings.accounts.keep_days
    for space in spaces_of(settings):
        try:
            open_workspace(space.settings.workspace).audit.forget(days, who=WHO)
        except GeodataError as error:
            _log.warning("the journal of %s was not shortened: %s", space.name, error)
    if settings.accounts.signs_in:
        try:
            open_register(settings.accounts.url).forget(days)
        except GeodataError as error:
            _log.warning("the journal of the accounts was not shortened: %s", error)
