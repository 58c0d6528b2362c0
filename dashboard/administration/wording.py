"""What the administration says: kinds of files, steps, states, what was done."""

from dashboard.computations import database_steps
from dashboard.i18n import words
from geodata.agency import AgencyKind
from geodata.workspace import Job, JobState


def kinds(lang: str) -> dict[str, str]:
    """Files that an agency hands in, by kind."""
    _ = words(lang)
    return {
        AgencyKind.SERVICES: _("Services of the agency"),
        AgencyKind.TEAMS: _("Citizen teams"),
        AgencyKind.TERRITORIES: _("Areas of the agency"),
        AgencyKind.CORRECTIONS: _("Corrections of lists"),
        AgencyKind.SURVEY: _("Survey: published rates"),
        AgencyKind.SURVEY_TERRITORIES: _("Survey: rates by territory"),
        AgencyKind.SURVEY_ANSWERS: _("Survey: anonymous answers"),
    }


def step_name(job: Job, lang: str) -> str:
    """What a step or a computation does."""
    _ = words(lang)
    named = {
        database_steps.IMPORT: _("File of the agency"),
        database_steps.TAKE: _("Official file"),
        database_steps.BUILD: _("Build"),
        database_steps.PUBLISH: _("Publication"),
        database_steps.BACK: _("Return to the database before"),
    }
    if job.kind == database_steps.KIND:
        return named.get(job.asked.get("do", ""), job.kind)
    return {"plan": _("Search of sites"), "batch": _("Batch of briefings")}.get(job.kind, job.kind)


def job_state(job: Job, lang: str) -> str:
    """Where it is."""
    _ = words(lang)
    return {
        JobState.WAITING: _("waits"),
        JobState.RUNNING: _("at work"),
        JobState.DONE: _("done"),
        JobState.CANCELLED: _("stopped"),
        JobState.FAILED: _("refused or failed"),
    }[job.state]


def message(code: str, lang: str) -> str:
    """What was done, or why not."""
    _ = words(lang)
    return {
        "granted": _("The role is given; it counts from now on."),
        "invited": _("Invited: the role is given at the first sign-in with this address, within 30 days."),
        "removed": _("Removed: nothing can be read or written with this account any more."),
        "forgotten": _("The lines past the time they are kept are removed."),
        "cancelled": _("Stopped."),
        "not-chosen": _("Choose a file first."),
        "not-built": _("There is no database for that: build one first."),
        "not-alone": _("A build or a publication is under way: wait for its end, or stop it."),
        "not-known": _("Nobody has this number."),
        "not-address": _("This is no e-mail address, and no number of a person."),
        "not-last": _("This is the only administrator: name another one first."),
    }.get(code, "")


def act(action: str, lang: str) -> str:
    """What a line of the journal says was done."""
    _ = words(lang)
    return {
        "create": _("created"),
        "import": _("brought in"),
        "save": _("saved a version"),
        "decide": _("decided on a plan"),
        "change": _("changed it"),
        "add": _("wrote"),
        "withdraw": _("withdrew"),
        "assert": _("says it is there"),
        "retract": _("says it is not there"),
        "take": _("gave an official file"),
        "build": _("built"),
        "publish": _("published a database"),
        "back": _("went back"),
        "cancel": _("stopped it"),
        "forget": _("removed old lines"),
        "sign in": _("signed in"),
        "sign out": _("signed out"),
        "arrive": _("came for the first time"),
        "grant": _("gave a role"),
        "invite": _("invited"),
        "accept": _("took up an invitation"),
        "remove": _("took a role away"),
    }.get(action, action)


def noun(name: str, lang: str) -> str:
    """What a line of the journal is about."""
    _ = words(lang)
    return {
        "plan": _("plan"),
        "note": _("note"),
        "correction": _("correction"),
        "objective": _("objective"),
        "database": _("database"),
        "journal": _("journal"),
        "job": _("computation"),
    }.get(name, name)


def outcome(name: str, lang: str) -> str:
    """How an attempt ended; nothing when it was done."""
    _ = words(lang)
    words_of_outcome = {
        "done": "",
        "failed": _("failed"),
        "no role": _("without a role"),
        "too weak": _("sign-in too weak"),
    }
    return words_of_outcome.get(name, name)
