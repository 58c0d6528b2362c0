"""Files of the page: the briefing of one territory in every format, and the archive of a batch."""

import mimetypes
from datetime import date

import flask
from flask import Flask, Response, request

from dashboard.briefing import files
from dashboard.briefing.issuer import issuer
from dashboard.computations import sheet_batch
from dashboard.export import attachment
from dashboard.facts import Facts
from dashboard.settings import Settings
from dashboard.state import read
from geodata.errors import BadInput

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def settings() -> Settings:
    """The settings of the application that answers."""
    return flask.current_app.config["SETTINGS"]


def register(server: Flask, facts: Facts) -> None:
    """Add the routes of the downloads."""

    @server.get("/export/briefing.<ending>")
    def briefing(ending: str) -> Response:
        choice, _ = facts.checked(read("/", request.query_string.decode())[0])
        name = request.args.get("kind", "briefing")
        if name not in files.KINDS or ending not in files.KINDS[name].endings:
            raise BadInput(f"there is no document {name} in {ending}: kinds are {', '.join(files.KINDS)}.")
        if choice.selected is None:
            raise BadInput("the address names no territory of this database: s=epci:200034023 is expected.")
        level, code = choice.selected
        today, settings_ = date.today().isoformat(), settings()
        record = files.KINDS[name].ask(
            facts.store,
            level,
            choice.district or code,
            choice=choice,
            printed_on=today,
            issuer=issuer(settings_.agency, settings_.contact, settings_.logo),
            address=settings_.public,
            plans=facts.workspace.plans.last_saves(),
            corrections=facts.workspace.corrections.list(),
            remark=facts.workspace.remarks.get(level, code),
        )
        kind = {"docx": _WORD, "xlsx": _EXCEL}.get(ending) or mimetypes.types_map[f".{ending}"]
        body = files.body(record, ending, choice.lang, name)
        return attachment(body, kind, files.name(level, choice.district or code, today, ending, name))

    @server.get("/export/briefings/<job>.zip")
    def archive(job: str) -> Response:
        path = sheet_batch.archive(facts, settings(), job)
        return flask.send_file(path.resolve(), as_attachment=True, download_name=path.name)
