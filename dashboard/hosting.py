"""A whole server: its spaces, each an application of its own, that share one admission."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from dash import Dash
from flask import Flask, g, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from dashboard import gate, health, logs, security
from dashboard.accounts import signing
from dashboard.accounts.admission import Admission
from dashboard.accounts.current_user import language
from dashboard.accounts.register import Register, open_register
from dashboard.app import create_app
from dashboard.plain import page
from dashboard.renewal import OneBuild, keep_up
from dashboard.settings import Settings
from dashboard.spaces import Space, spaces_of
from geodata.store import Store, open_store
from geodata.workspace import Workspace, open_workspace

WARM = ("/export/carte.csv", "/export/besoin.csv", "/export/territoire/services.csv?s=france:FR")


@dataclass(frozen=True)
class Hosted:
    """What a server runs (WSGI), its admission, and by space the applications in it and what users write there."""

    application: Callable
    admission: Admission
    apps: dict[str, Dash]
    workspaces: dict[str, Workspace]
    stores: dict[str, Store]
    threads: int

    def forget_connections(self) -> None:
        """For a process that was just forked."""
        registers = [self.admission.register] if self.admission.register else []
        opened: list[Workspace | Store | Register] = [*self.workspaces.values(), *self.stores.values(), *registers]
        for one in opened:
            one.forget_connections()

    def warm(self) -> None:
        """Read once what each process would read for itself."""
        for name in self.apps:
            self._warm(name)

    def keep_up(self) -> None:
        """From now on, in this process: a new build is read before it is served."""
        for name, store in self.stores.items():
            keep_up(store, partial(self._warm, name), self.threads)

    def begin(self) -> None:
        """For a process that was just forked to serve."""
        self.forget_connections()
        self.keep_up()

    def _warm(self, name: str) -> None:
        # Builds the index of the search.
        self.stores[name].search("a")
        server = self.apps[name].server
        for address in WARM:
            with server.test_request_context(address, base_url="http://localhost"):
                # Nobody asks, so nobody is let in: the answer is made, and given to nobody.
                server.view_functions[request.endpoint](**(request.view_args or {}))


def hosted(settings: Settings) -> Hosted:
    """Open every space and the register. Raises what opening one of them raises."""
    spaces = spaces_of(settings)
    admission = _admission(settings, spaces)
    stores = {space.name: open_store(space.settings.db) for space in spaces}
    workspaces = {space.name: open_workspace(space.settings.workspace) for space in spaces}
    apps = {
        s.name: create_app(stores[s.name], workspaces[s.name], s.settings, admission=admission, space=s.name)
        for s in spaces
    }
    for name, app in apps.items():
        app.server.wsgi_app = OneBuild(app.server.wsgi_app, stores[name])
    servers = {name: app.server for name, app in apps.items()}
    application: Callable = next(iter(servers.values()))
    if settings.spaces:
        opened = {name: (stores[name], workspaces[name]) for name in apps}
        application = _Spaces(_front(settings, admission, spaces, opened), servers, settings.prefix)
    return Hosted(application, admission, apps, workspaces, stores, settings.threads)


def _admission(settings: Settings, spaces: tuple[Space, ...]) -> Admission:
    accounts = settings.accounts
    return Admission(
        accounts,
        {space.name: space.title for space in spaces},
        register=open_register(accounts.url) if accounts.signs_in else None,
        public=settings.public,
        root=settings.prefix or "/",
        is_open=settings.open,
        sirets={space.name: space.sirets for space in spaces},
    )


def _front(settings: Settings, admission: Admission, spaces: tuple[Space, ...], opened: dict) -> Flask:
    """What belongs to no space: signing in, the choice of a space, whether the server is alive."""
    front = Flask("reliance")

    @front.get("/accounts/spaces")
    def choose() -> BaseResponse:
        roles = g.actor.roles if g.actor is not None else {}
        mine = [space for space in spaces if space.name in roles]
        if len(mine) == 1:
            return redirect(f"{admission.root}{mine[0].name}/")
        if not mine:
            return admission.refusal("", language()) if g.actor else redirect(f"{admission.root}accounts/signin")
        return page.answer("spaces.html", language(), root=admission.root, spaces=mine, roles=roles)

    signing.register(front, admission)
    health.register_front(front, opened)
    security.secure(front)
    gate.guard(front, settings, admission, "", {})
    logs.follow(front)
    return front


class _Spaces:
    """WSGI: the space that the path names, else the front. A space sees its own part of the path only."""

    def __init__(self, front: Flask, servers: dict[str, Flask], root: str):
        self._front, self._servers, self._root = front, servers, root.rstrip("/")

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        # The proxy may have taken the prefix off, or left it.
        inside = path.removeprefix(self._root) if f"{path}/".startswith(f"{self._root}/") else path
        name, slash, rest = inside.lstrip("/").partition("/")
        if name in self._servers:
            environ["PATH_INFO"] = f"/{rest}" if slash else f"{self._root}/{name}"
            return self._servers[name](environ, start_response)
        inside = inside if inside.strip("/") else "/accounts/spaces"
        environ["PATH_INFO"], environ["SCRIPT_NAME"] = inside, self._root
        return self._front(environ, start_response)
