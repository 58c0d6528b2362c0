"""The Dash application: a router over the pages, one place for errors, security headers."""

import copy
import logging
import re
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import flask
from dash import ClientsideFunction, Dash, Input, Output, State, html, no_update, set_props
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from flask_compress import Compress
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response as BaseResponse

from dashboard import (
    api,
    basemap,
    collapsible,
    components,
    errors,
    gate,
    health,
    ids,
    logs,
    prefix,
    security,
    shell,
    static,
)
from dashboard.accounts import permissions, signing
from dashboard.accounts.admission import Admission
from dashboard.accounts.settings import AccountSettings
from dashboard.administration import routes as administration
from dashboard.briefing.issuer import issuer
from dashboard.facts import Facts
from dashboard.i18n import words
from dashboard.pages import PAGES
from dashboard.palette import css_variables
from dashboard.settings import Settings
from dashboard.spaces import SINGLE
from dashboard.state import Choice, read
from geodata.errors import (
    BadInput,
    BadText,
    DatabaseUnavailable,
    NotAllowed,
    QueueFull,
    StaleVersion,
    WorkspaceUnavailable,
)
from geodata.postgresql import shown
from geodata.store import Store
from geodata.workspace import Workspace

_COMPRESSED = [
    "text/html",
    "text/css",
    "text/csv",
    "text/javascript",
    "application/javascript",
    "application/json",
    api.GEOBUF,
]


def create_app(
    store: Store, workspace: Workspace, settings: Settings, *, admission: Admission | None = None, space: str = SINGLE
) -> Dash:
    """The application of one space: an open database and what users write beside it, behind `admission` (None: that of
    a server where nobody signs in).

    Raises `DatabaseUnavailable` when the database cannot answer the questions of this version, `BadInput` when the logo
    of its settings cannot be printed or the base map cannot be drawn.
    """
    # A logo that cannot be printed is told now, not by each briefing.
    issuer(settings.agency, settings.contact, settings.logo)
    ground = basemap.opened(settings.basemap, settings.basemap_attribution)
    facts = Facts(store, workspace, ground)
    try:
        # The first search builds an index, so ask one before anybody does. It reads every main table.
        store.search("a")
        skeleton = _skeleton_of(facts)
    except DBAPIError as error:
        raise DatabaseUnavailable(
            f"the database at {shown(settings.db)} cannot be read by this version of the application ({error.orig}). "
            f"Build it again with: python -m etl build --db {shown(settings.db)}"
        ) from error
    app = _Reliance(
        "dashboard",
        title="Reliance",
        update_title=None,
        on_error=_tell,
        routes_pathname_prefix="/",
        requests_pathname_prefix=settings.prefix or "/",
    )
    # Dash would read what is compressed before it could be said.
    app.server.config["COMPRESS_MIMETYPES"] = _COMPRESSED
    Compress(app.server)
    app.server.config["SETTINGS"] = settings
    app.validation_layout = skeleton
    _route(app, facts)
    shell.register(app)
    for page in PAGES:
        page.register(app, facts)
    admission = admission or Admission(AccountSettings(), {space: ""}, is_open=settings.open)
    if not settings.spaces:
        signing.register(app.server, admission)
    administration.register(app.server, facts, settings, admission, space)
    api.register(app.server, facts)
    health.register(app.server, facts)
    basemap.register(app.server, ground)
    security.secure(app.server, app.csp_hashes(), ground.host if ground else "")
    static.press(app.server)
    prefix.mount(app, settings.prefix)
    answering = [about["callback"] for about in app.callback_map.values() if "callback" in about]
    if missing := permissions.unlisted((rule.rule for rule in app.server.url_map.iter_rules()), answering):
        # Refused to everybody, and a test fails: readers of the other pages need not wait for that.
        logging.getLogger(__name__).error("dashboard/accounts/permissions.py does not list %s", ", ".join(missing))
    gate.guard(app.server, settings, admission, space, app.callback_map)
    # The first thing that happens to a request, and the last to its answer.
    logs.follow(app.server)
    return app


_skeletons: WeakKeyDictionary[Store, tuple[tuple[str, bool], html.Div]] = WeakKeyDictionary()


def _skeleton_of(facts: Facts) -> html.Div:
    """The skeleton of every page. Most of what an application takes to make is drawing them: what users wrote changes
    no identifier, so that those over one database and with or without a base map share it."""
    key = (facts.store.version(), facts.basemap is None)
    if (cached := _skeletons.get(facts.store)) is not None and cached[0] == key:
        return cached[1]
    drawn = _skeleton(
        shell.root(),
        *shell.frame(facts.store.build(), Choice(), []),
        *(part for page in PAGES for part in page.layout(facts, Choice(page=page.path))),
    )
    _skeletons[facts.store] = key, drawn
    return drawn


def _skeleton(*parts: Component) -> html.Div:
    """Every component that has an identifier, without its content: Dash sends it with the page to check callbacks. Of
    those that a pattern finds, the first."""
    components_by_id: dict[str, Component] = {}
    for part in html.Div(list(parts))._traverse():
        if identifier := getattr(part, "id", None):
            components_by_id.setdefault(identifier["type"] if isinstance(identifier, dict) else identifier, part)
    return html.Div([_bare(part) for part in components_by_id.values()])


def _bare(part: Component) -> Component:
    bare = copy.copy(part)
    for name in set(part.to_plotly_json()["props"]) - {"id"}:
        delattr(bare, name)
    return bare


def _route(app: Dash, facts: Facts) -> None:
    def page_state(choice: Choice) -> dict:
        return {"page": choice.page, "lang": choice.lang, "title": shell.title(facts, choice)}

    def above(choice: Choice) -> Component | None:
        return None if facts.is_workspace_readable else _unread(choice.lang)

    def first() -> Component:
        """The page that asks is drawn with what surrounds it: one answer less to wait for than where the router draws
        it, as it does when the browser does not say which one asks."""
        asking = urlsplit(flask.request.referrer or "")
        if not asking.path:
            return shell.root()
        choice, _ = read(asking.path.removeprefix(app.config.requests_pathname_prefix.rstrip("/")), asking.query)
        try:
            return shell.root(shell.layout(facts, choice), page_state(choice), above(choice))
        except errors.NAMED:
            # The router says it.
            return shell.root()

    app.layout = first

    @app.callback(
        Output(ids.SHELL, "children"),
        Output(ids.SHOWN, "data"),
        Input(ids.URL, "pathname"),
        Input(ids.URL, "search"),
        State(ids.SHOWN, "data"),
    )
    def show(path: str, query: str, shown: dict | None) -> tuple:
        choice, _ = read(path, query)
        try:
            wanted = page_state(choice)
            if wanted == shown:
                raise PreventUpdate
            is_there = shown is not None and (shown["page"], shown["lang"]) == (choice.page, choice.lang)
            drawn = no_update if is_there else shell.layout(facts, choice)
        except errors.NAMED as error:
            # No page is shown: the same address, asked again, is drawn.
            wanted = {"page": "", "lang": choice.lang, "title": "Reliance"}
            drawn = shell.refused(choice, errors.sentence(error, choice.lang))
        if drawn is not no_update:
            # What was said of the page before goes with it.
            set_props(ids.ALERT, {"children": above(choice)})
        return drawn, wanted

    app.clientside_callback(ClientsideFunction("reliance", "shown"), Input(ids.SHOWN, "data"))

    def opened(choice: Choice, names: list[str]) -> dict[str, list]:
        page = shell.page_of(choice)
        if page is None or page.opened is None:
            raise BadInput(f"« {choice.page[:40]} » folds nothing.")
        with facts.store.one_build():
            return page.opened(facts, choice, names)

    collapsible.register(app, lambda address: read(*address.partition("?")[::2])[0], opened)

    @app.server.before_request
    def without_slash() -> BaseResponse | None:
        # One page has one address: callbacks compare it.
        path = flask.request.path
        if path == "/" or path.rstrip("/") not in {page.path for page in PAGES} or not path.endswith("/"):
            return None
        query = flask.request.query_string.decode()
        return flask.redirect(flask.request.script_root + path.rstrip("/") + (f"?{query}" if query else ""), 308)

    @app.server.after_request
    def unkept(answer: flask.Response) -> flask.Response:
        # One address for all pages: a browser that goes back would take the layout of another one.
        if flask.request.path == "/_dash-layout":
            answer.headers["Cache-Control"] = "no-store"
        return answer

    @app.server.after_request
    def page_status(answer: flask.Response) -> flask.Response:
        # Dash sends its page at every address: the page then says that there is none, and so does the status.
        rule = flask.request.url_rule
        is_page = answer.status_code == 200 and rule is not None and rule.rule == "/<path:path>"
        if is_page and flask.request.path not in {p.path for p in PAGES}:
            answer.status_code = 404
        return answer


def _unread(lang: str) -> Component:
    _ = words(lang)
    return components.alert(
        _(
            "What users write (the workspace) cannot be read at the moment: notes are not shown, and corrections count "
            "as they did when they were read last."
        ),
        _("A part of this page is missing"),
    )


_UNKEPT = (BadText, NotAllowed, QueueFull, StaleVersion, WorkspaceUnavailable)
"""Errors of a write: what is on screen is still right."""


def _tell(error: Exception) -> None:
    """Show one sentence for an error raised in a callback; a defect also goes to the log with its trace."""
    choice = _choice_of_request()
    if not isinstance(error, errors.NAMED):
        flask.current_app.logger.error("defect in a callback", exc_info=error)
    _ = words(choice.lang)
    title = _("Nothing was kept") if isinstance(error, _UNKEPT) else _("This view cannot be shown")
    message = components.alert(errors.sentence(error, choice.lang), title)
    message.withCloseButton, message.closeButtonLabel = True, _("Close this message")
    set_props(ids.ALERT, {"children": message})


def _choice_of_request() -> Choice:
    """The choice of the page that asks: callbacks are sent from it, so it is their referrer."""
    _, _, query = (flask.request.referrer or "").partition("?")
    return read("/", query)[0]


def _without(scripts: str, name: str) -> tuple[str, str]:
    """Script elements without the one whose address has this in it, and that address."""
    tag = re.search(rf'<script src="([^"]*/{name}[^"]*)"></script>\n?', scripts)
    return (scripts.replace(tag[0], ""), tag[1]) if tag else (scripts, "")


class _Reliance(Dash):
    """Dash with the language on the document, the palette, and a message for a browser without scripts."""

    def interpolate_index(self, **parts: str) -> str:
        current = flask.request if flask.has_request_context() else None
        choice, _ = read(current.path, current.query_string.decode()) if current else read("/", "")
        _ = words(choice.lang)
        noscript = _("This dashboard needs JavaScript. The tables can be downloaded as CSV: /export/carte.csv")
        noscript = noscript.replace("/export/", f"{self.config.requests_pathname_prefix}export/")
        scripts, later = parts["scripts"], []
        for name, file, is_late in (
            # Tables come after the first picture (`grid.js`); where there is one, controls too (`controls.js`).
            ("grid", "dash_ag_grid/dash_ag_grid", True),
            ("controls", "dash_mantine_components/dash_mantine_components", choice.page == "/"),
        ):
            if is_late:
                scripts, address = _without(scripts, file)
                later.append(f'<meta name="{name}" content="{address}">')
        # What no browser of these years lacks, and Dash's own table, which no page has.
        for unused in ("deps/polyfill", "dash_table/bundle"):
            scripts, _address = _without(scripts, unused)
        # Asked for while scripts are read, before the one that needs them runs.
        early = "\n".join(
            f'<link rel="preload" as="fetch" crossorigin href="{self.config.requests_pathname_prefix}{name}">'
            for name in ("_dash-layout", "_dash-dependencies")
        )
        return f"""<!DOCTYPE html>
<html lang="{choice.lang}">
<head>
<link rel="icon" href="data:,">
{parts["metas"]}
<meta name="viewport" content="width=device-width, initial-scale=1">
{"".join(later)}
{early}
<title>Reliance</title>
{parts["css"]}
<style>{css_variables()}</style>
</head>
<body>
<noscript>{noscript}</noscript>
{parts["app_entry"]}
{parts["config"]}{scripts}{parts["renderer"]}
</body>
</html>"""
