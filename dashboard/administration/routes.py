"""The addresses of the administration: a page for each thing, and one address for each thing that is done."""

import io
import re
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from flask import Flask, Response, make_response, redirect, request
from werkzeug.datastructures import FileStorage

from dashboard import logs
from dashboard.accounts.admission import Admission
from dashboard.accounts.current_user import acting, language
from dashboard.accounts.register import Register
from dashboard.accounts.roles import Role
from dashboard.administration.difference import SHOWN, read_difference
from dashboard.administration.wording import act, job_state, kinds, message, noun, outcome, step_name
from dashboard.computations import database_steps
from dashboard.export import attachment
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.plain import page
from dashboard.settings import Settings
from dashboard.spreadsheet import csv_bytes
from geodata.errors import BadInput, DatabaseUnavailable, GeodataError, QueueFull
from geodata.store import open_store
from geodata.workspace import Job, JobState, identifier

OFFICIAL = "official"
_MOST_LINES = 500
_OPEN = (JobState.WAITING, JobState.RUNNING)


def register(server: Flask, facts: Facts, settings: Settings, admission: Admission, space: str) -> None:
    """Add the addresses."""
    jobs, accounts = facts.workspace.jobs, admission.register

    def shown(template: str, here: str, **values: Any) -> Response:
        lang = language()
        actor = acting()
        common: dict[str, Any] = {
            "root": f"{request.script_root}/",
            "here": here,
            "space": admission.spaces.get(space, ""),
            "signed": actor.name if actor else None,
            "way_out": f"{admission.root}accounts/signout" if admission.provider else "",
            "has_accounts": accounts is not None,
            "message": _message(request.args.get("said", ""), lang),
            "is_wrong": request.args.get("said", "").startswith("not-"),
            "job_state": lambda job: job_state(job, lang),
            "step_name": lambda job: step_name(job, lang),
        }
        return page.answer(template, lang, **common, **values)

    def back(to: str = "", code: str = "") -> Response:
        lang = request.args.get("lang", "")
        query = "&".join(filter(None, [f"said={code}" if code else "", f"lang={lang}" if lang == "en" else ""]))
        to = f"{request.script_root}/administration{to}" + (f"?{query}" if query else "")
        return make_response(redirect(to, code=303))

    def signed() -> dict[str, str]:
        return {"by": database_steps.who(), "request": logs.identifier() or ""}

    # -- data ----------------------------------------------------------------------------------------------------------

    @server.get("/administration")
    def administration() -> Response:
        steps = jobs.list(kinds=[database_steps.KIND], most=12)
        return shown(
            "administration.html",
            "data",
            kinds=kinds(language()),
            official=OFFICIAL,
            steps=steps,
            is_busy=any(job.state in _OPEN for job in steps),
            published=_about(settings.db),
            candidate=_about(str(database_steps.candidate(settings))),
            previous=_about(str(database_steps.previous(settings))),
        )

    @server.post("/administration/files")
    def files() -> Response:
        given, kind = request.files.get("file"), request.form.get("kind", "")
        if given is None or not given.filename:
            return back(code="not-chosen")
        job = identifier()
        folder = database_steps.folder_of(settings, job)
        try:
            path = _kept(given, folder)
            if kind == OFFICIAL:
                database_steps.ask(facts, database_steps.TAKE, file=path, job=job, lang=language())
            else:
                partial = "partial" in request.form
                database_steps.ask(
                    facts, database_steps.IMPORT, file=path, job=job, lang=language(), kind=kind, partial=partial
                )
        except (GeodataError, OSError):
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return back(f"/steps/{job}")

    @server.post("/administration/<do>")
    def begin_step(do: str) -> Response:
        if do not in (database_steps.BUILD, database_steps.PUBLISH, database_steps.BACK):
            raise BadInput(f"« {do[:40]} » is nothing that can be done.")
        needed = {
            database_steps.PUBLISH: database_steps.candidate(settings),
            database_steps.BACK: database_steps.previous(settings),
        }.get(do)
        if needed is not None and not needed.is_file():
            return back(code="not-built")
        try:
            return back(f"/steps/{database_steps.ask(facts, do, lang=language()).id}")
        except QueueFull:
            return back(code="not-alone")

    @server.get("/administration/steps/<job>")
    def step(job: str) -> Response:
        record = jobs.get(job)
        if record.kind != database_steps.KIND:
            raise BadInput("this computation is no step of the administration.")
        lines = database_steps.report(settings, record, language())
        written = (record.answer or {}).get("lines", [])
        return shown(
            "step.html",
            "data",
            job=record,
            is_open=record.state in _OPEN,
            before=jobs.before(job) if record.state is JobState.WAITING else 0,
            log="\n".join(written[-80:]),
            report=sorted(lines, key=lambda line: line["is_accepted"])[:_MOST_LINES],
            refused=sum(not line["is_accepted"] for line in lines),
            accepted=sum(line["is_accepted"] for line in lines),
            file=Path(record.asked.get("file", "")).name,
        )

    @server.get("/administration/changes")
    def changes() -> Response:
        path = database_steps.changes(settings)
        has_candidate = database_steps.candidate(settings).is_file()
        difference = read_difference(path, language()) if has_candidate else None
        return shown("changes.html", "changes", difference=difference, most=SHOWN, has_candidate=has_candidate)

    @server.get("/administration/changes.csv")
    def changes_file() -> Response:
        path = database_steps.changes(settings)
        if not path.is_file():
            raise BadInput("nothing was compared yet.")
        return attachment(path.read_bytes(), "text/csv", "reliance_changements.csv")

    # -- people --------------------------------------------------------------------------------------------------------

    @server.get("/administration/members")
    def members() -> Response:
        if accounts is None:
            return back()
        sirets = admission.sirets.get(space, ())
        # On a server of several, who came for another agency is not shown; without a list nobody knows for whom.
        waiting = accounts.waiting(sirets if len(admission.spaces) > 1 else None)
        people = {"members": accounts.members(space), "invitations": accounts.invitations(space), "waiting": waiting}
        return shown("members.html", "members", roles=list(Role), **people)

    @server.post("/administration/members")
    def grant() -> Response:
        role, given = request.form.get("role", ""), request.form.get("who", "").strip()
        if accounts is None or role not in tuple(Role):
            raise BadInput("a role is one of reader, planner, administrator.")
        if given.isdigit():
            if accounts.person(int(given)) is None:
                return back("/members", "not-known")
            if _is_last(accounts, space, int(given)) and role != Role.ADMINISTRATOR:
                return back("/members", "not-last")
            accounts.grant(int(given), space, Role(role), **signed())
            return back("/members", "granted")
        try:
            accounts.invite(given, space, Role(role), **signed())
        except BadInput:
            return back("/members", "not-address")
        return back("/members", "invited")

    @server.post("/administration/members/remove")
    def remove() -> Response:
        person = request.form.get("person", "")
        if accounts is None or not person.isdigit():
            raise BadInput("which person?")
        if _is_last(accounts, space, int(person)):
            return back("/members", "not-last")
        accounts.remove(int(person), space, **signed())
        return back("/members", "removed")

    @server.post("/administration/members/withdraw")
    def withdraw() -> Response:
        if accounts is None:
            raise BadInput("nobody is invited where nobody signs in.")
        accounts.withdraw(request.form.get("email", ""), space, **signed())
        return back("/members", "removed")

    # -- journal and queue ---------------------------------------------------------------------------------------------

    @server.get("/administration/journal")
    def journal() -> Response:
        lines = _journal(facts, admission, space)
        return shown("journal.html", "journal", lines=lines[:200], count=len(lines), days=admission.settings.keep_days)

    @server.get("/administration/journal.csv")
    def journal_file() -> Response:
        _ = words(language())
        names = (_("When"), _("Who"), _("What"), _("About"), _("Detail"))
        frame = pd.DataFrame(_journal(facts, admission, space), columns=names)
        name = f"reliance_journal_{datetime.now():%Y-%m-%d}.csv"
        return attachment(csv_bytes(frame), "text/csv", name)

    @server.post("/administration/journal/forget")
    def forget() -> Response:
        days = admission.settings.keep_days
        facts.workspace.audit.forget(days, who=database_steps.who())
        if accounts is not None:
            accounts.forget(days, space=space)
        return back("/journal", "forgotten")

    @server.get("/administration/queue")
    def queue() -> Response:
        jobs_listed = jobs.list(most=100)
        waiting = {job.id: jobs.before(job.id) for job in jobs_listed if job.state is JobState.WAITING}
        return shown(
            "queue.html",
            "queue",
            jobs=jobs_listed,
            waiting=waiting,
            open_states=_OPEN,
            askers=_askers(accounts, jobs_listed),
        )

    @server.post("/administration/queue/cancel")
    def cancel() -> Response:
        job = jobs.cancel(request.form.get("job", ""))
        facts.workspace.audit.add(who=database_steps.who(), action="cancel", noun="job", record=job.id, detail=job.kind)
        return back("/queue", "cancelled")


def _message(code: str, lang: str) -> str:
    return message(code, lang) if re.fullmatch(r"[a-z-]{1,20}", code) else ""


def _is_last(accounts: Register, space: str, person: int) -> bool:
    """Whether a space would be left without administrator."""
    administrators = [one.id for one in accounts.members(space) if one.role is Role.ADMINISTRATOR]
    return administrators == [person]


def _about(url: str) -> dict[str, str] | None:
    """What a database says of itself; None when there is none."""
    try:
        return {"content_hash": "", "built_on": "", "cog_vintage": ""} | open_store(url).build()
    except DatabaseUnavailable:
        return None


def _journal(facts: Facts, admission: Admission, space: str) -> list[tuple[str, str, str, str, str]]:
    """When, who, what, about what, detail: what was written, and who came in; the last line first."""
    lang = language()
    written = facts.workspace.audit.list()
    lines = [(e.when, e.who, act(e.action, lang), f"{noun(e.noun, lang)} {e.record}", e.detail) for e in written]
    if admission.register is not None:
        lines += [
            (e.when, e.who, act(e.action, lang), "", " ".join(filter(None, (e.what, outcome(e.outcome, lang)))))
            for e in admission.register.events(space)
        ]
    # Those of the same second in the order in which they were written.
    lines.reverse()
    return sorted(lines, key=lambda line: line[0], reverse=True)


def _askers(accounts: Register | None, jobs: Iterable[Job]) -> dict[str, str]:
    """Names of who asked, by client of a computation."""
    names = {}
    for client in {job.client for job in jobs}:
        kind, _, number = client.partition(":")
        person = accounts.person(int(number)) if accounts is not None and kind == "account" else None
        names[client] = person.name if person else client
    return names


def _kept(given: FileStorage, folder: Path) -> Path:
    """The file in a folder of its own, under its own name without what a path could hold."""
    name = (
        re.sub(r"[^\w .-]", "_", Path((given.filename or "").replace("\\", "/")).name).lstrip(". ")[:120] or "fichier"
    )
    folder.mkdir(parents=True)
    path = folder / name
    with open(path, "wb") as out:
        shutil.copyfileobj(given.stream, out, io.DEFAULT_BUFFER_SIZE * 16)
    return path
