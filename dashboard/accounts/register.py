"""The register: persons, their roles by space, open sessions, and the journal of all that.

It is written when somebody signs in or out and when a role changes, never by reading a page.
"""

import hashlib
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from dashboard.accounts.roles import Actor, Role
from dashboard.accounts.tables import Base, EventRow, InvitationRow, MemberRow, PersonRow, SessionRow, SignInRow
from geodata.errors import BadInput, QueueFull, UnknownRecord, WorkspaceUnavailable
from geodata.postgresql import is_postgresql, reason, shown
from geodata.workspace.opening import engine_of, make_schema

SCHEMA = "reliance_accounts"
"""Schema of its tables in PostgreSQL."""

SESSION_HOURS = 12
"""Age at which a session ends, whatever was done in it: ProConnect's own."""

SIGN_IN_MINUTES = 10
INVITATION_DAYS = 30
FORGOTTEN_DAYS = 30
"""A person without any role is forgotten so long after the last sign-in."""

_MOST_SIGN_INS = 5_000


@dataclass(frozen=True)
class Identity:
    """What a provider says of somebody: `subject` is its own key; the rest informs and decides nothing."""

    issuer: str
    subject: str
    name: str
    email: str = ""
    is_email_verified: bool = True
    siret: str = ""
    organisation: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody of the register; `role` is the one in the space that was asked about, None without."""

    id: int
    name: str
    email: str
    siret: str
    organisation: str
    seen_on: str
    role: Role | None = None


@dataclass(frozen=True)
class Invitation:
    """A role that waits for somebody's first sign-in."""

    email: str
    role: Role
    given_by: str
    ends_on: str


@dataclass(frozen=True)
class PendingSignIn:
    """A sign-in that comes back: what was sent with it, and the page that was wanted."""

    nonce: str
    verifier: str
    wanted: str


@dataclass(frozen=True)
class Event:
    """One line of the journal."""

    when: str
    who: str
    space: str
    action: str
    what: str
    outcome: str
    request: str


def open_register(url: str) -> "Register":
    """Open the register at `url` (`.sqlite` or `postgresql://`); create it when there is none.

    Raises `WorkspaceUnavailable`, `BadInput`.
    """
    engine = engine_of(url, SCHEMA, "accounts")
    try:
        with engine.begin() as connection:
            if is_postgresql(url):
                make_schema(connection, SCHEMA)
            Base.metadata.create_all(connection)
    except sa.exc.DBAPIError as error:
        raise WorkspaceUnavailable(
            f"the accounts at {shown(url)} cannot be opened ({reason(error)}): nobody can be let in. Check that the "
            "folder can be written, or that the server answers (RELIANCE_ACCOUNTS)."
        ) from error
    return Register(engine)


class Register:
    """Questions and changes; each change is one transaction with its line in the journal."""

    def __init__(self, engine: sa.Engine):
        self.engine = engine

    def forget_connections(self) -> None:
        """For a process that was just forked."""
        self.engine.dispose(close=False)

    # -- signing in ----------------------------------------------------------------------------------------------------

    def begin(self, state: str, browser: str, begun: PendingSignIn) -> None:
        """Remember a sign-in until it comes back. Raises `QueueFull` when too many wait."""
        with self._writing() as session:
            session.execute(sa.delete(SignInRow).where(SignInRow.ends_on < _now()))
            if (session.scalar(sa.select(sa.func.count()).select_from(SignInRow)) or 0) >= _MOST_SIGN_INS:
                raise QueueFull(_MOST_SIGN_INS)
            ends = _in(timedelta(minutes=SIGN_IN_MINUTES))
            session.add(SignInRow(hash=_hash(state), browser=_hash(browser), ends_on=ends, **vars(begun)))

    def come_back(self, state: str, browser: str) -> PendingSignIn | None:
        """The sign-in with this state, of this browser, once; None when there is none, or not any more."""
        with self._writing() as session:
            row = session.get(SignInRow, _hash(state))
            if row is None or row.browser != _hash(browser):
                return None
            session.delete(row)
            return PendingSignIn(row.nonce, row.verifier, row.wanted) if row.ends_on >= _now() else None

    def arrive(self, identity: Identity) -> Person:
        """The person whom a provider names, known or new, with the roles that an invitation promised."""
        with self._writing() as session:
            self._forget_old(session)
            row = session.scalar(
                sa.select(PersonRow).where(PersonRow.issuer == identity.issuer, PersonRow.subject == identity.subject)
            )
            if row is None:
                row = PersonRow(issuer=identity.issuer, subject=identity.subject, name=secrets.token_hex(8))
                session.add(row)
            about = (identity.email.lower()[:200], identity.siret[:20], identity.organisation[:200])
            row.email, row.siret, row.organisation = about
            row.seen_on = _now()
            session.flush()
            row.name = _free_name(session, identity.name, row.id)
            if identity.email and identity.is_email_verified:
                _take_invitations(session, row)
            return _person(row)

    def person(self, number: int) -> Person | None:
        """Somebody by number."""
        with self._reading() as session:
            row = session.get(PersonRow, number)
            return _person(row) if row else None

    def person_of(self, issuer: str, subject: str) -> Person | None:
        """Somebody who came before."""
        with self._reading() as session:
            row = session.scalar(sa.select(PersonRow).where(PersonRow.issuer == issuer, PersonRow.subject == subject))
            return _person(row) if row else None

    def open_session(self, person: int, id_token: str = "") -> str:
        """Sign a browser in: the identifier for its cookie, which is kept nowhere."""
        secret = secrets.token_urlsafe(32)
        with self._writing() as session:
            session.execute(sa.delete(SessionRow).where(SessionRow.ends_on < _now()))
            ends = _in(timedelta(hours=SESSION_HOURS))
            session.add(SessionRow(hash=_hash(secret), person=person, begun_on=_now(), ends_on=ends, id_token=id_token))
        return secret

    def close_session(self, secret: str) -> str:
        """Sign a browser out: the provider's token of that session, empty when there is none."""
        with self._writing() as session:
            row = session.get(SessionRow, _hash(secret))
            if row is None:
                return ""
            session.delete(row)
            return row.id_token

    def close_sessions(self, *, by: str) -> int:
        """End every session; how many there were."""
        with self._writing() as session:
            ended: Any = session.execute(sa.delete(SessionRow))
            _log(session, by, "", "sign_out", f"everybody ({ended.rowcount})", "done", "")
        return ended.rowcount

    def actor(self, secret: str) -> Actor | None:
        """Who is signed in with this identifier, with the roles of this moment."""
        query = (
            sa.select(PersonRow.id, PersonRow.name, MemberRow.space, MemberRow.role)
            .join(SessionRow, SessionRow.person == PersonRow.id)
            .outerjoin(MemberRow, MemberRow.person == PersonRow.id)
            .where(SessionRow.hash == _hash(secret), SessionRow.ends_on >= _now())
        )
        return self._actor(query)

    def actor_of(self, person: int) -> Actor | None:
        """A person as an actor, with the roles of this moment."""
        query = (
            sa.select(PersonRow.id, PersonRow.name, MemberRow.space, MemberRow.role)
            .outerjoin(MemberRow, MemberRow.person == PersonRow.id)
            .where(PersonRow.id == person)
        )
        return self._actor(query)

    def _actor(self, query: sa.Select) -> Actor | None:
        with self._reading() as session:
            rows = session.execute(query).all()
        if not rows:
            return None
        return Actor(f"account:{rows[0].id}", rows[0].name, {row.space: Role(row.role) for row in rows if row.space})

    # -- roles ---------------------------------------------------------------------------------------------------------

    def members(self, space: str) -> tuple[Person, ...]:
        """Who has a role in a space, by name."""
        query = (
            sa.select(PersonRow, MemberRow.role)
            .join(MemberRow, MemberRow.person == PersonRow.id)
            .where(MemberRow.space == space)
            .order_by(PersonRow.name)
        )
        with self._reading() as session:
            return tuple(_person(row, Role(role)) for row, role in session.execute(query))

    def waiting(self, sirets: Collection[str] | None) -> tuple[Person, ...]:
        """Who signed in and has no role anywhere; of the organisations `sirets` only (None: of any)."""
        query = (
            sa.select(PersonRow).where(~sa.exists().where(MemberRow.person == PersonRow.id)).order_by(PersonRow.name)
        )
        if sirets is not None:
            query = query.where(PersonRow.siret.in_(sirets))
        with self._reading() as session:
            return tuple(_person(row) for row in session.scalars(query))

    def invitations(self, space: str) -> tuple[Invitation, ...]:
        """Roles of a space that wait for a first sign-in."""
        query = (
            sa.select(InvitationRow)
            .where(InvitationRow.space == space, InvitationRow.ends_on >= _now())
            .order_by(InvitationRow.email)
        )
        with self._reading() as session:
            return tuple(Invitation(r.email, Role(r.role), r.given_by, r.ends_on) for r in session.scalars(query))

    def named(self, email: str) -> tuple[Person, ...]:
        """Everybody who signed in with an e-mail address: one person for each provider."""
        query = sa.select(PersonRow).where(PersonRow.email == email.strip().lower()).order_by(PersonRow.id)
        with self._reading() as session:
            return tuple(_person(row) for row in session.scalars(query))

    def grant(self, person: int, space: str, role: Role, *, by: str, request: str = "") -> None:
        """Give a person a role in a space. Raises `UnknownRecord`."""
        with self._writing() as session:
            name = _person_row(session, person).name
            session.merge(MemberRow(person=person, space=space, role=role, given_on=_now(), given_by=by))
            _log(session, by, space, "grant", f"{name}: {role}", request=request)

    def invite(self, email: str, space: str, role: Role, *, by: str, request: str = "") -> None:
        """Promise a role to whoever signs in first with an address. Raises `BadInput`."""
        email = email.strip().lower()
        name, at, host = email.partition("@")
        if not (name and at and "." in host) or any(c.isspace() for c in email) or len(email) > 200:
            raise BadInput(f"« {email[:80]} » is no e-mail address.")
        with self._writing() as session:
            ends = _in(timedelta(days=INVITATION_DAYS))
            session.merge(
                InvitationRow(email=email, space=space, role=role, given_on=_now(), given_by=by, ends_on=ends)
            )
            _log(session, by, space, "invite", f"{email}: {role}", request=request)

    def remove(self, person: int, space: str, *, by: str, request: str = "") -> None:
        """Take a person's role away, and end every session of theirs. Raises `UnknownRecord`."""
        with self._writing() as session:
            name = _person_row(session, person).name
            row = session.get(MemberRow, (person, space))
            if row is None:
                raise UnknownRecord(f"{name} has no role in {space}.")
            session.delete(row)
            session.execute(sa.delete(SessionRow).where(SessionRow.person == person))
            _log(session, by, space, "remove", name, request=request)

    def withdraw(self, email: str, space: str, *, by: str, request: str = "") -> None:
        """Take an invitation back. Raises `UnknownRecord`."""
        with self._writing() as session:
            row = session.get(InvitationRow, (email.strip().lower(), space))
            if row is None:
                raise UnknownRecord(f"nobody with the address « {email[:80]} » is invited to {space}.")
            session.delete(row)
            _log(session, by, space, "withdraw", email, request=request)

    # -- journal -------------------------------------------------------------------------------------------------------

    def log(
        self, who: str, space: str, action: str, what: str = "", *, outcome: str = "done", request: str = ""
    ) -> None:
        """Add a line to the journal."""
        with self._writing() as session:
            _log(session, who, space, action, what, outcome, request)

    def events(self, space: str | None = None, *, most: int | None = None) -> tuple[Event, ...]:
        """The journal of a space, or of all, the last line first."""
        query = sa.select(EventRow).order_by(EventRow.id.desc()).limit(most)
        if space is not None:
            query = query.where(EventRow.space == space)
        with self._reading() as session:
            return tuple(
                Event(r.done_on, r.who, r.space, r.action, r.what, r.outcome, r.request) for r in session.scalars(query)
            )

    def forget(self, days: int, *, space: str | None = None) -> int:
        """Remove the lines of the journal that are older than `days`; how many there were."""
        query = sa.delete(EventRow).where(EventRow.done_on < _in(-timedelta(days=days)))
        if space is not None:
            query = query.where(EventRow.space == space)
        with self._writing() as session:
            removed: Any = session.execute(query)
        return removed.rowcount

    # -- inside --------------------------------------------------------------------------------------------------------

    def _forget_old(self, session: Session) -> None:
        old = (
            sa.select(PersonRow.id)
            .where(PersonRow.seen_on < _in(-timedelta(days=FORGOTTEN_DAYS)))
            .where(~sa.exists().where(MemberRow.person == PersonRow.id))
        )
        session.execute(sa.delete(SessionRow).where(SessionRow.person.in_(old)))
        session.execute(sa.delete(PersonRow).where(PersonRow.id.in_(old)))

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with _in_words(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with (
            _in_words(),
            self.engine.connect().execution_options(reads=True) as connection,
            Session(connection) as session,
        ):
            yield session


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise WorkspaceUnavailable(f"the accounts cannot be read or written ({reason(error)}).") from error


def _take_invitations(session: Session, person: PersonRow) -> None:
    invitations = session.scalars(
        sa.select(InvitationRow).where(InvitationRow.email == person.email, InvitationRow.ends_on >= _now())
    ).all()
    for row in invitations:
        session.merge(
            MemberRow(person=person.id, space=row.space, role=row.role, given_on=row.given_on, given_by=row.given_by)
        )
        _log(session, person.name, row.space, "accept", f"{row.role}, promised by {row.given_by}")
        session.delete(row)


def _free_name(session: Session, name: str, person: int) -> str:
    """A name that signs for one person only: the second one who bears it gets a number."""
    name = " ".join(name.split())[:100] or f"Compte {person}"
    candidate, number = name, 1
    query = sa.select(sa.func.count()).select_from(PersonRow)
    while session.scalar(query.where(PersonRow.name == candidate, PersonRow.id != person)):
        number += 1
        candidate = f"{name} ({number})"
    return candidate


def _person_row(session: Session, person: int) -> PersonRow:
    row = session.get(PersonRow, person)
    if row is None:
        raise UnknownRecord(f"nobody has the number {person}.")
    return row


def _log(
    session: Session, who: str, space: str, action: str, what: str = "", outcome: str = "done", request: str = ""
) -> None:
    texts = (text[:400] for text in (who, space, action, what, outcome, request))
    names = ("who", "space", "action", "what", "outcome", "request")
    session.add(EventRow(done_on=_now(), **dict(zip(names, texts, strict=True))))


def _person(row: PersonRow, role: Role | None = None) -> Person:
    return Person(row.id, row.name, row.email, row.siret, row.organisation, row.seen_on, role)


def _hash(secret: str) -> str:
    # 256 random bits: nothing to guess, so nothing to slow down.
    return hashlib.sha256(secret.encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _in(span: timedelta) -> str:
    return (datetime.now(UTC) + span).isoformat(timespec="seconds")
