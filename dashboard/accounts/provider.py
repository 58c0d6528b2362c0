"""One OpenID Connect provider, found by discovery: where to send a browser, and who came back.

The code flow with state and nonce, PKCE where the provider announces it. ProConnect's rules hold for every provider:
state and nonce of 43 characters, the secret in the body, no parameter that it does not list, a token that lives a
minute, and what it says of a person as JSON or as a signed JWT. Its documentation for partners is the source
(proconnect-gouv/proconnect-espace-partenaires, `fournisseur-service`).
"""

import math
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from dashboard.accounts.register import Identity, PendingSignIn
from dashboard.accounts.settings import AccountSettings, is_private_way
from geodata.errors import NotSignedIn

ALGORITHMS = ("RS256", "ES256")
"""Signatures that are accepted, whatever a token or a provider says: made with a key that only the provider has."""

_SCOPES = ("openid", "email", "profile", "given_name", "usual_name", "siret", "idp_id")
_USUAL_SCOPES = ("openid", "email", "profile")
_LEEWAY_S = 10
_TIMEOUT_S = 10
_FRESH_S = 3600


@dataclass(frozen=True)
class Arrival:
    """Who came, the provider's own token for the end of the session, and the level of authentication it states."""

    identity: Identity
    id_token: str
    acr: str


class Provider:
    """A provider. Its addresses and keys are read at the first use, and again after an hour."""

    def __init__(self, settings: AccountSettings, redirect_uri: str):
        self._settings, self._redirect_uri = settings, redirect_uri
        self._lock, self._read_at = threading.Lock(), -math.inf
        self._metadata: dict = {}
        self._keys = KeySet([])

    def begin(self, wanted: str) -> tuple[str, str, PendingSignIn]:
        """Address to send a browser to, the state, and what must be remembered. Raises `NotSignedIn`."""
        about = self._about()
        state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        verifier = secrets.token_urlsafe(48) if "S256" in about.get("code_challenge_methods_supported", ()) else ""
        announced = about.get("scopes_supported")
        scopes = [scope for scope in _SCOPES if scope in announced] if announced else _USUAL_SCOPES
        extra = {"code_verifier": verifier} if verifier else {}
        with self._client(scope=" ".join(scopes), code_challenge_method="S256" if verifier else None) as client:
            address, _state = client.create_authorization_url(
                about["authorization_endpoint"], state=state, nonce=nonce, **extra
            )
        return address, state, PendingSignIn(nonce, verifier, wanted)

    def finish(self, code: str, begun: PendingSignIn) -> Arrival:
        """Who came back with a code. Raises `NotSignedIn` with the reason, for the log."""
        about = self._about()
        extra = {"code_verifier": begun.verifier} if begun.verifier else {}
        try:
            # A token of a minute counts as one: no part of its life is taken off.
            with self._client(leeway=0) as client:
                token = client.fetch_token(about["token_endpoint"], code=code, timeout=_TIMEOUT_S, **extra)
                claims = self._claims(token, begun.nonce)
                answer = client.get(about["userinfo_endpoint"], timeout=_TIMEOUT_S)
                answer.raise_for_status()
                user = self._user(answer)
        except (AuthlibBaseError, JoseError, requests.RequestException, ValueError, KeyError) as error:
            raise NotSignedIn(f"{type(error).__name__}: {error}") from error
        if user.get("sub") != claims["sub"]:
            raise NotSignedIn("what is said of the person is about another one than the token's")
        return Arrival(_identity(self._settings.issuer, user), token["id_token"], str(claims.get("acr", "")))

    def end(self, id_token: str, back: str) -> str | None:
        """Address that ends the session at the provider and comes back; None when it has none."""
        try:
            address = self._about().get("end_session_endpoint")
        except NotSignedIn:
            return None
        if not (address and id_token):
            return None
        query = {"id_token_hint": id_token, "state": secrets.token_urlsafe(32), "post_logout_redirect_uri": back}
        return requests.Request("GET", address, params=query).prepare().url

    # -- inside --------------------------------------------------------------------------------------------------------

    def _client(self, **options: Any) -> OAuth2Session:
        return OAuth2Session(
            self._settings.client_id,
            self._settings.client_secret,
            token_endpoint_auth_method="client_secret_post",
            redirect_uri=self._redirect_uri,
            **options,
        )

    def _about(self) -> dict:
        """What the provider says of itself. Raises `NotSignedIn` when it cannot be asked."""
        with self._lock:
            if self._metadata and time.monotonic() - self._read_at < _FRESH_S:
                return self._metadata
            issuer = self._settings.issuer
            try:
                answer = requests.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration", timeout=_TIMEOUT_S)
                answer.raise_for_status()
                document = answer.json()
                keys = requests.get(document["jwks_uri"], timeout=_TIMEOUT_S)
                keys.raise_for_status()
                read = KeySet.import_key_set(keys.json())
            except (requests.RequestException, JoseError, ValueError, KeyError) as error:
                raise NotSignedIn(f"the provider {issuer} does not answer as one: {error}") from error
            if document.get("issuer") != issuer:
                raise NotSignedIn(
                    f"{issuer} calls itself {document.get('issuer')}: RELIANCE_OIDC_ISSUER must be that one"
                )
            doors = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
            if unsafe := [door for door in doors if not is_private_way(document.get(door, ""))]:
                raise NotSignedIn(f"{issuer} gives no https address for {', '.join(unsafe)}")
            self._metadata, self._keys, self._read_at = document, read, time.monotonic()
            return document

    def _opened(self, token: str) -> dict:
        """Claims of a token that the provider signed. Keys may have changed since they were read: once more then."""
        try:
            return jwt.decode(token, self._keys, algorithms=list(ALGORITHMS)).claims
        except (JoseError, ValueError):
            with self._lock:
                self._read_at = -math.inf
            self._about()
            return jwt.decode(token, self._keys, algorithms=list(ALGORITHMS)).claims

    def _claims(self, token: dict, nonce: str) -> dict:
        claims = CodeIDToken(
            self._opened(token["id_token"]),
            {},
            {"iss": {"essential": True, "values": [self._settings.issuer]}, "aud": {"essential": True}},
            {"nonce": nonce, "client_id": self._settings.client_id},
        )
        claims.validate(leeway=_LEEWAY_S)
        _check_audience(claims, self._settings.client_id)
        return claims

    def _user(self, answer: requests.Response) -> dict:
        """What is said of the person: JSON, or a JWT, which must be signed, ours and fresh."""
        if answer.headers.get("Content-Type", "").split(";")[0].strip() != "application/jwt":
            return answer.json()
        claims = self._opened(answer.text.strip())
        _check_audience(claims, self._settings.client_id)
        if claims.get("iss") != self._settings.issuer:
            raise ValueError("what is said of the person comes from another issuer")
        if "exp" in claims and claims["exp"] + _LEEWAY_S < time.time():
            raise ValueError("what is said of the person has expired")
        return claims


def _check_audience(claims: dict, client_id: str) -> None:
    audience = claims.get("aud")
    if client_id not in (audience if isinstance(audience, list) else [audience]):
        raise ValueError(f"it is meant for « {audience} »")


def _identity(issuer: str, claims: dict) -> Identity:
    family = claims.get("usual_name") or claims.get("family_name") or ""
    name = f"{claims.get('given_name') or ''} {family}".strip() or claims.get("name") or claims.get("email") or ""
    organisation = claims.get("organizational_unit") or claims.get("organization") or ""
    return Identity(
        issuer=issuer,
        subject=str(claims["sub"]),
        name=str(name),
        email=str(claims.get("email") or ""),
        is_email_verified=claims.get("email_verified") is not False,
        siret=str(claims.get("siret") or ""),
        organisation=str(organisation),
    )
