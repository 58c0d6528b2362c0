"""Roles in the reader's words."""

from dashboard.accounts.roles import Role
from dashboard.i18n import words


def role_name(role: Role, lang: str) -> str:
    """A role, as it is said."""
    _ = words(lang)
    return {Role.READER: _("reader"), Role.PLANNER: _("planner"), Role.ADMINISTRATOR: _("administrator")}[role]
