"""Every error the product raises on purpose.

Each class is a `GeodataError` and the matching builtin, so that callers can catch either. A message says what was
wrong, where, what is allowed, and what to do next. Errors are translated once, at each edge: `etl.__main__` turns
them into an exit code (`exit_code`), the dashboard into one alert.
"""

from collections.abc import Callable

from geodata.sentences import Sentence


class GeodataError(Exception):
    """Root of the product's own errors.

    `why` is a text in English, or the sentence of a code, which a reader may also read in French.
    """

    exit_code = 3

    def __init__(self, why: str | Sentence = "") -> None:
        super().__init__(why if isinstance(why, str) else why.text())
        self.why = why

    def worded(self, translated: Callable[[str], str]) -> str:
        """What happened, in the reader's language where the error was given a sentence, else in English."""
        return self.why if isinstance(self.why, str) else self.why.text(translated)


class UsageError(GeodataError, ValueError):
    """A command or a setting is used in a way that is not allowed."""

    exit_code = 2


class SchemaError(GeodataError, ValueError):
    """A frame does not follow its table's declaration; the message lists every problem."""


class BadInput(GeodataError, ValueError):
    """A file or an argument holds something that cannot be accepted; the message lists every problem."""


class BadText(BadInput):
    """What a person wrote is longer than `most` characters; nothing was kept."""

    def __init__(self, field: str, most: int) -> None:
        super().__init__(f"{field} is longer than {most:,} characters: write it shorter.")
        self.most = most


class NobodyHere(BadInput):
    """A territory has no resident: nothing is printed on it."""


class NoSheetHere(BadInput):
    """Sheets tell the steps, actors and texts of a country: of another one none is printed."""


class ChecksumMismatch(BadInput):
    """The bytes of a file are not the ones that were announced."""


class UnknownTerritory(GeodataError, LookupError):
    """No territory has this code at this level."""


class UnknownScenario(GeodataError, LookupError):
    """No scenario, definition or indicator has this name."""


class CalibrationError(GeodataError, ArithmeticError):
    """The published margins cannot hold together on this joint table."""


class Infeasible(GeodataError, ValueError):
    """A siting request contradicts itself; the message names the conflict.

    `conflicts` holds the same as records (`geodata.plan.Conflict`), for an interface that says them in other words.
    """

    def __init__(self, message: str, conflicts: tuple = ()) -> None:
        super().__init__(message)
        self.conflicts = conflicts


class SourceUnavailable(GeodataError, OSError):
    """A source cannot be reached; the message says where a person finds it and how to hand in a local copy."""

    exit_code = 4


class DatabaseUnavailable(GeodataError, OSError):
    """There is no database to read at this address; the message gives the command that builds one."""

    exit_code = 3


class OutputUnavailable(GeodataError, OSError):
    """A file cannot be written there: no folder, no right, no room left. What was finished before is kept, whole."""


class CheckFailed(GeodataError, ValueError):
    """A check asked of the finished database stopped its publication; the old database is untouched."""

    exit_code = 5


class WorkspaceUnavailable(GeodataError, OSError):
    """What users write cannot be read or written at this address; the message says what to do, nothing is replaced."""


class QueueFull(GeodataError, RuntimeError):
    """Too many computations wait already: `most`. Nothing was added."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} computations wait already: wait for one to end, or cancel one.")
        self.most = most


class NotAllowed(GeodataError, PermissionError):
    """Who asks may not do this; nothing was changed."""


class NotSignedIn(GeodataError, PermissionError):
    """The provider of identities, or what came from it, does not say who came: nobody was signed in."""


class UnknownRecord(GeodataError, LookupError):
    """No plan, version, note, correction, objective or job of the workspace has this identifier."""


class StaleVersion(GeodataError, ValueError):
    """Somebody else wrote the same record first: `who` and `when`. Nothing was overwritten, nothing is lost."""

    def __init__(self, what: str, who: str, when: str) -> None:
        super().__init__(
            f"{what} was changed by « {who} » on {when}, after it was opened here: nothing was overwritten. Open it "
            "again to see that change, or keep this work as a copy under another name."
        )
        self.who, self.when = who, when
