"""Who asks, and whether it may be asked in this space. Every request passes here, however people sign in."""

import ipaddress
import logging
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from flask import Request, Response, g, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from dashboard import logs
from dashboard.accounts import permissions
from dashboard.accounts.current_user import language
from dashboard.accounts.provider import Provider
from dashboard.accounts.register import Identity, Person, Register
from dashboard.accounts.roles import Action, Actor, Role, allowed
from dashboard.accounts.settings import AccountSettings, Auth
from dashboard.i18n import words
from dashboard.plain import page
from geodata.errors import UsageError
from geodata.workspace import SIGNED

COOKIE = "__Host-reliance"


class Admission:
    """One for all spaces of a server: `spaces` by name, with their title; `root` is the path of the server."""

    def __init__(
        self,
        settings: AccountSettings,
        spaces: Mapping[str, str],
        *,
        register: Register | None = None,
        public: str = "",
        root: str = "/",
        is_open: bool = False,
        sirets: Mapping[str, tuple[str, ...]] | None = None,
    ):
        self.settings, self.spaces, self.register = settings, dict(spaces), register
        self.root, self.public, self.is_open = root, public, is_open
        self.sirets = dict(sirets or {})
        self.provider = (
            Provider(settings, f"{public.rstrip('/')}/accounts/callback") if settings.auth is Auth.OIDC else None
        )

    @property
    def people(self) -> Register:
        """The register. Raises `UsageError` where nobody signs in."""
        if self.register is None:
            raise UsageError("nobody signs in here: there is no register of people.")
        return self.register

    # -- who -----------------------------------------------------------------------------------------------------------

    def actor(self, request: Request) -> Actor | None:
        """Who asks; None: nobody that is known."""
        if self.settings.auth is Auth.LOCAL:
            return self._local(request)
        if self.settings.auth is Auth.PROXY:
            return self._behind_proxy(request)
        secret = request.cookies.get(COOKIE, "")
        return self.people.actor(secret) if secret else None

    def _local(self, request: Request) -> Actor:
        """One reader, who is at home on this machine: others, let in by `--open` or a proxy, do not administer.

        A proxy is seen by the header that it adds and by the name that it was asked for: each alone would do.
        """
        is_here = _is_loopback(request.remote_addr) and _is_loopback(request.host)
        is_home = is_here and not self.is_open and "X-Forwarded-For" not in request.headers
        role = Role.ADMINISTRATOR if is_home else Role.PLANNER
        return Actor("local", None, dict.fromkeys(self.spaces, role))

    def _behind_proxy(self, request: Request) -> Actor | None:
        name = request.headers.get(self.settings.header, "").strip()
        if not name or not _is_same(request.remote_addr, self.settings.proxy):
            return None
        # One header, once: what a client added before the proxy's own would come with it.
        if len(request.headers.getlist(self.settings.header)) != 1 or "," in name or len(name) > 200:
            return None
        person = self.people.person_of("proxy", name)
        if person is None:
            person = self.people.arrive(Identity("proxy", name, name, email=name if "@" in name else ""))
            self.people.log(person.name, "", "arrive", "proxy", request=logs.identifier() or "")
        return self.people.actor_of(person.id)

    # -- what ----------------------------------------------------------------------------------------------------------

    def check(self, space: str, callbacks: Mapping[str, Mapping] | None = None) -> BaseResponse | None:
        """Let the request of this moment in (None), or the answer that refuses it. Signs what it will write."""
        g.admission, g.space = self, space
        g.actor = self.actor(request)
        SIGNED.set(g.actor.name if g.actor else None)
        action = self._action(callbacks or {})
        if action is not None and allowed(g.actor, action, space):
            return None
        return self._refused(space, action)

    def _action(self, callbacks: Mapping[str, Mapping]) -> Action | None:
        rule = request.url_rule.rule if request.url_rule is not None else None
        if rule is None:
            # No address of ours: the answer says so, and nothing else.
            return Action.OPEN
        if rule != permissions.CALLBACK_ROUTE:
            return permissions.of_route(rule)
        body = request.get_json(silent=True)
        about = callbacks.get(body.get("output", "")) if isinstance(body, dict) else None
        function = about.get("callback") if about else None
        return permissions.of_callback(function) if function is not None else None

    def _refused(self, space: str, action: Action | None) -> BaseResponse:
        lang = language()
        _ = words(lang)
        if g.actor is None:
            if _is_page(request) and self.settings.auth is Auth.OIDC:
                wanted = quote(f"{request.script_root}{request.full_path.rstrip('?')}", safe="")
                return redirect(f"{self.root}accounts/signin?wanted={wanted}&lang={lang}")
            message = _("You are not signed in, or not any more. Load the page again to sign in: nothing was changed.")
            return Response(message, 401, mimetype="text/plain")
        logging.getLogger(__name__).info("refused: %s may not %s in %s", g.actor.key, action or "do this", space)
        if _is_page(request):
            return self.refusal(space, lang)
        return Response(self.reason(action, lang), 403, mimetype="text/plain")

    def reason(self, action: Action | None, lang: str) -> str:
        """Why something is refused, in one sentence."""
        _ = words(lang)
        if action is Action.WRITE:
            return _("Your role only reads here: nothing was changed. An administrator gives the role of planner.")
        if action is Action.ADMINISTER:
            return _("This is for the administrators of this space: nothing was changed.")
        return _("Your account has no role in this space: nothing was changed.")

    def refusal(self, space: str, lang: str, person: Person | None = None, level: str | None = None) -> Response:
        """The page that says the rule, and what is known of who is refused; `level` is an authentication too weak."""
        actor = g.get("actor")
        if person is None and actor is not None and self.register is not None:
            person = self.register.person(int(actor.key.rpartition(":")[2]))
        roles = dict(actor.roles) if actor else {}
        meant = [name for name, sirets in self.sirets.items() if person and person.siret in sirets]
        shown = {
            "space": self.spaces.get(space, ""),
            "is_administration": actor is not None and space in roles,
            "person": person,
            "level": level,
            "levels": self.settings.acr,
            "roles": {self.spaces[name]: role for name, role in roles.items() if name in self.spaces},
            "meant": [self.spaces[name] for name in meant],
            "root": self.root,
            "signs_out": self.settings.auth is Auth.OIDC,
        }
        return page.answer("refused.html", lang, status=403, **shown)


def _is_page(request: Request) -> bool:
    """Whether a person is looking: a browser that opens an address, not a script or a file."""
    mode = request.headers.get("Sec-Fetch-Mode")
    is_navigation = mode == "navigate" if mode else "text/html" in request.headers.get("Accept", "")
    return request.method == "GET" and is_navigation


def _is_loopback(address: str | None) -> bool:
    """Whether an address, or a host with its port, is this machine itself."""
    address = address or ""
    try:
        name = address if address.count(":") > 1 and "[" not in address else urlsplit(f"//{address}").hostname
        return name == "localhost" or ipaddress.ip_address(name or "").is_loopback
    except ValueError:
        return False


def _is_same(address: str | None, other: str) -> bool:
    try:
        return ipaddress.ip_address(address or "") == ipaddress.ip_address(other)
    except ValueError:
        return False


def inside(address: str, root: str) -> str:
    """An address below `root` on this server, else `root`: nobody is sent elsewhere after signing in."""
    parts = urlsplit(address)
    is_ours = not parts.scheme and not parts.netloc and address.startswith(root) and not address.startswith("//")
    return address if is_ours and "\\" not in address and address.isprintable() else root
