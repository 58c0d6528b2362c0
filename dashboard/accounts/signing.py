"""Signing in and out with a provider: four addresses, each of which leaves nothing behind that could be used twice."""

import logging
import secrets

from flask import Flask, g, redirect, request
from werkzeug.wrappers import Response

from dashboard import logs
from dashboard.accounts.admission import COOKIE, Admission, inside
from dashboard.accounts.current_user import language
from dashboard.accounts.register import SESSION_HOURS, SIGN_IN_MINUTES
from dashboard.i18n import words
from dashboard.plain import page
from geodata.errors import NotSignedIn, QueueFull

BROWSER = "__Host-reliance-signin"
"""Cookie that ties a sign-in to the browser that began it."""

_log = logging.getLogger(__name__)


def register(server: Flask, admission: Admission) -> None:
    """Add the addresses. Without a provider there is nothing to sign in to."""
    provider = admission.provider
    if provider is None:
        return

    @server.get("/accounts/signin")
    def sign_in() -> Response:
        wanted = inside(request.args.get("wanted", ""), admission.root)
        return page.answer("signin.html", language(), root=admission.root, wanted=wanted, provider=_provider(admission))

    @server.get("/accounts/begin")
    def begin() -> Response:
        try:
            address, state, begun = provider.begin(inside(request.args.get("wanted", ""), admission.root))
        except NotSignedIn as error:
            return _failed(admission, error)
        browser = secrets.token_urlsafe(32)
        try:
            admission.people.begin(state, browser, begun)
        except QueueFull as error:
            return _failed(admission, error)
        answer = redirect(address)
        _set(answer, BROWSER, browser, SIGN_IN_MINUTES * 60)
        return answer

    @server.get("/accounts/callback")
    def callback() -> Response:
        state, browser = request.args.get("state", ""), request.cookies.get(BROWSER, "")
        begun = admission.people.come_back(state, browser) if state and browser else None
        try:
            if begun is None:
                raise NotSignedIn("no sign-in of this browser has this state, or not any more")
            if "error" in request.args or not request.args.get("code"):
                raise NotSignedIn(f"the provider answers {request.args.get('error', 'no code')[:80]}")
            arrival = provider.finish(request.args["code"], begun)
        except NotSignedIn as error:
            return _failed(admission, error)
        person = admission.people.arrive(arrival.identity)
        actor, number = admission.people.actor_of(person.id), logs.identifier() or ""
        # Another one signed in on this browser before: that session ends here.
        admission.people.close_session(request.cookies.get(COOKIE, ""))
        is_weak = bool(admission.settings.acr) and arrival.acr not in admission.settings.acr
        if is_weak or actor is None or not actor.roles:
            outcome = "too weak" if is_weak else "no role"
            admission.people.log(person.name, "", "sign in", arrival.acr, outcome=outcome, request=number)
            answer: Response = admission.refusal("", language(), person, level=arrival.acr if is_weak else None)
            _forget(answer, COOKIE)
        else:
            for space in actor.roles:
                admission.people.log(person.name, space, "sign in", arrival.acr, request=number)
            answer = redirect(begun.wanted)
            _set(answer, COOKIE, admission.people.open_session(person.id, arrival.id_token), SESSION_HOURS * 3600)
        _forget(answer, BROWSER)
        return answer

    @server.post("/accounts/signout")
    def sign_out() -> Response:
        id_token = admission.people.close_session(request.cookies.get(COOKIE, ""))
        if g.actor is not None:
            for space in g.actor.roles:
                admission.people.log(g.actor.name, space, "sign out", request=logs.identifier() or "")
        onward = provider.end(id_token, f"{admission.public.rstrip('/')}/accounts/signedout")
        # A page that goes on by itself: browsers let no form lead to another site, not even by a redirect.
        answer = page.answer("signedout.html", language(), root=admission.root, onward=onward)
        _forget(answer, COOKIE)
        return answer

    @server.get("/accounts/signedout")
    def signed_out() -> Response:
        return page.answer("signedout.html", language(), root=admission.root, onward=None)


def _failed(admission: Admission, error: Exception) -> Response:
    """The reason is for the log: it may quote what somebody made up."""
    _log.warning("not signed in: %s", error)
    admission.people.log("", "", "sign in", type(error).__name__, outcome="failed", request=logs.identifier() or "")
    answer = page.answer("failed.html", language(), status=403, root=admission.root, reference=logs.identifier())
    _forget(answer, BROWSER)
    return answer


def _set(answer: Response, name: str, value: str, seconds: int) -> None:
    answer.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="Lax")


def _forget(answer: Response, name: str) -> None:
    answer.delete_cookie(name, path="/", secure=True, httponly=True, samesite="Lax")


def _provider(admission: Admission) -> str:
    """How the provider is called on the page."""
    is_proconnect = any(word in admission.settings.issuer for word in ("proconnect", "agentconnect"))
    _ = words(language())
    return admission.settings.provider or ("ProConnect" if is_proconnect else _("the account of your organisation"))
