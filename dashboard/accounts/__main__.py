"""Roles from the command line: who has which, give one, take one away. The administration page does the same.

The first administrator is made here: python -m dashboard.accounts grant EMAIL --role administrator. Somebody who never
signed in is invited: the role waits 30 days for the first person who signs in with that address. Copies are made, put
back and checked as those of the workspace; a copy that is put back signs everybody out.

Exit codes: 0 done, 2 bad usage, 3 nobody has this address or number, or the register cannot be read.
"""

import argparse
import getpass
import os
import sys
from collections.abc import Sequence

from dashboard.accounts.register import Person, Register, open_register
from dashboard.accounts.roles import Role
from dashboard.backup import ACCOUNTS
from dashboard.backup_commands import add_commands
from dashboard.settings import Settings
from dashboard.spaces import spaces_of
from geodata.errors import GeodataError, UnknownRecord, UsageError
from geodata.processes import keep_imports


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        settings = Settings.from_env(os.environ)
        if options.copies:
            print(options.run(options, settings.accounts.url))
            return 0
        names = [space.name for space in spaces_of(settings)]
        space = options.space or names[0]
        if len(names) > 1 and not options.space:
            raise UsageError(f"which space? --space {'|'.join(names)}")
        if space not in names:
            raise UsageError(f"there is no space « {space} »: one of {', '.join(names)} is expected.")
        options.run(options, open_register(settings.accounts.url), space)
    except GeodataError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dashboard.accounts", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    shown = commands.add_parser("list", help="members, invitations, and who signed in without a role")
    give = commands.add_parser("grant", help="give a role, now or at the first sign-in")
    give.add_argument("who", help="e-mail address, or number of the person (list, or the page that refuses)")
    give.add_argument("--role", type=Role, choices=list(Role), required=True, metavar="ROLE", help=", ".join(Role))
    take = commands.add_parser("remove", help="take a role or an invitation away, and end the sessions")
    take.add_argument("who", help="e-mail address or number")
    journal = commands.add_parser("journal", help="print the journal of a space, the last line first")
    for command, run in ((shown, _list), (give, _grant), (take, _remove), (journal, _journal)):
        command.add_argument("--space", help="which one, on a server of several")
        command.set_defaults(run=run, copies=False)
    add_commands(commands, ACCOUNTS, after=_sign_out)
    return parser


def _sign_out(url: str) -> None:
    # A session that was ended since the copy would be open again.
    open_register(url).close_sessions(by=f"command line ({getpass.getuser()})")


def _list(options: argparse.Namespace, register: Register, space: str) -> None:
    for person in register.members(space):
        print(f"{person.id:>6}  {person.role:14} {person.name}  {person.email}  {person.siret}")
    for one in register.invitations(space):
        print(f"     -  {one.role:14} {one.email}  invited, until {one.ends_on[:10]}")
    for person in register.waiting(None):
        print(f"{person.id:>6}  {'no role':14} {person.name}  {person.email}  {person.siret}")


def _grant(options: argparse.Namespace, register: Register, space: str) -> None:
    by = f"command line ({getpass.getuser()})"
    if options.who.isdigit() or (people := register.named(options.who)):
        person = register.person(int(options.who)) if options.who.isdigit() else _only(people)
        if person is None:
            raise UnknownRecord(f"nobody has the number {options.who}: python -m dashboard.accounts list")
        register.grant(person.id, space, options.role, by=by)
        print(f"{person.name} ({person.email}) is {options.role} of {space}.")
        return
    register.invite(options.who, space, options.role, by=by)
    print(f"{options.who} will be {options.role} of {space} at the first sign-in (within 30 days).")


def _remove(options: argparse.Namespace, register: Register, space: str) -> None:
    by = f"command line ({getpass.getuser()})"
    people = [p for p in register.members(space) if options.who in (str(p.id), p.email)]
    if people:
        register.remove(_only(people).id, space, by=by)
    else:
        register.withdraw(options.who, space, by=by)
    print(f"{options.who} has no role in {space} any more.")


def _journal(options: argparse.Namespace, register: Register, space: str) -> None:
    for event in register.events(space):
        print(f"{event.when}  {event.who}  {event.action}  {event.what}  {event.outcome}")


def _only(people: Sequence[Person]) -> Person:
    if len(people) > 1:
        numbers = ", ".join(f"{person.id} ({person.name})" for person in people)
        raise UsageError(f"several persons have this address, one for each provider: give a number, {numbers}.")
    return people[0]


if __name__ == "__main__":
    keep_imports()
    sys.exit(main())
