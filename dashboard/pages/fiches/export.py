"""Files of the page: the briefing of one territory in every format, and the archive of a batch."""

import mimetypes
from datetime import date

import flask
from flask import Flask, Response, request

from dashboard.briefing import files
from dashboard.briefing.content import brief
from dashboard.briefing.issuer import issuer
from dashboard.export import attachment
from dashboard.facts import Facts
from dashboard.pages.fiches import work
from dashboard.settings import Settings
from dashboard.state import read
from geodata.errors import BadInput

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def settings() -> Settings:
    """The settings of the application that answers."""
    return flask.current_app.config["SETTINGS"]


def register(server: Flask, known: Facts) -> None:
    """Add the routes of the downloads."""

    @server.get("/export/briefing.<ending>")
    def briefing(ending: str) -> Response:
        choice, _ = known.checked(read("/", request.query_string.decode())[0])
        if ending not in files.ENDINGS:
            raise BadInput(f"a briefing ends in {', '.join(files.ENDINGS)}, not in {ending}.")
        if choice.selected is None:
            raise BadInput("the address names no territory of this database: s=epci:200034023 is expected.")
        level, code = choice.selected
        today, asked = date.today().isoformat(), settings()
        found = brief(
            known.store,
            level,
            code,
            choice=choice,
            printed_on=today,
            issuer=issuer(asked.agency, asked.contact, asked.logo),
            address=asked.public,
            plans=known.workspace.plans.last_saves(),
            corrections=known.workspace.corrections.list(),
        )
        kind = {"docx": _WORD, "xlsx": _EXCEL}.get(ending) or mimetypes.types_map[f".{ending}"]
        return attachment(files.body(found, ending, choice.lang), kind, files.name(level, code, today, ending))

    @server.get("/export/briefings/<job>.zip")
    def archive(job: str) -> Response:
        path = work.archive(known, settings(), job)
        return flask.send_file(path.resolve(), as_attachment=True, download_name=path.name)
