"""Tables of the accounts. Times are ISO 8601 text in UTC; what opens a door is kept as a hash only."""

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Every table of the accounts."""

    type_annotation_map = {str: Text()}  # noqa: RUF012  (SQLAlchemy reads it on the class)


class PersonRow(Base):
    """Somebody who signed in once, as one provider knows them. Another provider's account is another person."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    name: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(index=True)
    siret: Mapped[str]
    organisation: Mapped[str]
    seen_on: Mapped[str]


class MemberRow(Base):
    """The role of a person in a space."""

    __tablename__ = "member"

    person: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    space: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    given_on: Mapped[str]
    given_by: Mapped[str]


class InvitationRow(Base):
    """A role promised to an e-mail address, for the first person who signs in with it; it ends with its use."""

    __tablename__ = "invitation"

    email: Mapped[str] = mapped_column(primary_key=True)
    space: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    given_on: Mapped[str]
    given_by: Mapped[str]
    ends_on: Mapped[str]


class SessionRow(Base):
    """A browser that is signed in. The identifier itself is in its cookie only."""

    __tablename__ = "session"

    hash: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    begun_on: Mapped[str]
    ends_on: Mapped[str]
    id_token: Mapped[str]


class SignInRow(Base):
    """A sign-in that was begun: what the provider must give back, for the browser that began it, once."""

    __tablename__ = "sign_in"

    hash: Mapped[str] = mapped_column(primary_key=True)
    browser: Mapped[str]
    nonce: Mapped[str]
    verifier: Mapped[str]
    wanted: Mapped[str]
    ends_on: Mapped[str]


class EventRow(Base):
    """The journal of the accounts: rows are added, and forgotten by age."""

    __tablename__ = "event"
    __table_args__ = (Index("event_of_space", "space", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    done_on: Mapped[str]
    who: Mapped[str]
    space: Mapped[str]
    action: Mapped[str]
    what: Mapped[str]
    outcome: Mapped[str]
    request: Mapped[str]
