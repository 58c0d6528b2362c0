"""A provider that keeps ProConnect's rules to the letter, written from its documentation for partners.

It refuses what it refuses (Y000400 and its like) and answers as it answers: no indulgence may be added here.
"""

import secrets
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "reliance-client", "reliance-secret"
LISTED = {"client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "acr_values", "claims", "prompt",
          "login_hint", "siret_hint", "idp_hint"}  # fmt: skip


@dataclass
class Strict:
    """The provider, and what a test may change of it: the person who signs in, or what is wrong with its answers."""

    issuer: str = ""
    person: dict = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    codes: dict = field(default_factory=dict)
    tokens: dict = field(default_factory=dict)
    ended: list = field(default_factory=list)
    claims: dict = field(default_factory=dict)
    """Claims that replace those of the next identity tokens."""
    person_claims: dict = field(default_factory=dict)
    """Claims that replace those of the next answers about the person."""
    signed_with: RSAKey | None = None

    def sign(self, claims: dict) -> str:
        key = self.signed_with or self.key
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, key, algorithms=["RS256"])


def application(provider: Strict) -> Flask:
    app = Flask("strict")

    @app.get("/.well-known/openid-configuration")
    def about():
        doors = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "session/end"}
        scopes = ["openid", "given_name", "usual_name", "email", "uid", "siret", "idp_id", "phone"]
        told = {f"{name}_endpoint": f"{provider.issuer}/{path}" for name, path in doors.items()}
        told |= {"issuer": provider.issuer, "jwks_uri": f"{provider.issuer}/jwks", "scopes_supported": scopes}
        return jsonify(told | {"token_endpoint_auth_methods_supported": ["client_secret_post"]})

    @app.get("/jwks")
    def keys():
        return jsonify(KeySet([provider.key]).as_dict(private=False))

    @app.get("/authorize")
    def authorize():
        asked = request.args
        if set(asked) - LISTED or len(asked.get("state", "")) < 32 or len(asked.get("nonce", "")) < 32:
            return Response("Y000400", 400)
        if asked.get("client_id") != CLIENT or asked.get("response_type") != "code":
            return Response("Y000400", 400)
        code = secrets.token_urlsafe(16)
        provider.codes[code] = (time.time() + 30, asked["nonce"], asked["redirect_uri"])
        return redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    @app.post("/token")
    def token():
        asked = request.form
        if "Authorization" in request.headers or (asked.get("client_id"), asked.get("client_secret")) != (
            CLIENT,
            SECRET,
        ):
            return jsonify(error="invalid_client"), 401
        ends, nonce, back = provider.codes.pop(asked.get("code", ""), (0, "", ""))
        if ends < time.time() or asked.get("redirect_uri") != back:
            return jsonify(error="invalid_grant"), 400
        now, access = int(time.time()), secrets.token_urlsafe(16)
        provider.tokens[access] = now + 60
        claims = {"iss": provider.issuer, "aud": CLIENT, "sub": provider.person["sub"], "nonce": nonce, "iat": now,
                  "exp": now + 60, "acr": "eidas1", "amr": ["pwd"]} | provider.claims  # fmt: skip
        body = {"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": provider.sign(claims)}
        return jsonify(body | {"scope": "openid"})

    @app.get("/userinfo")
    def userinfo():
        access = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if provider.tokens.get(access, 0) < time.time():
            return jsonify(error="invalid_token"), 401
        now = int(time.time())
        claims = (
            {"iss": provider.issuer, "aud": CLIENT, "iat": now, "exp": now + 60}
            | provider.person
            | provider.person_claims
        )
        return Response(provider.sign(claims), mimetype="application/jwt")

    @app.get("/session/end")
    def end():
        if {"id_token_hint", "state", "post_logout_redirect_uri"} != set(request.args):
            return Response("Y000400", 400)
        provider.ended.append(request.args["id_token_hint"])
        state = urlencode({"state": request.args["state"]})
        return redirect(f"{request.args['post_logout_redirect_uri']}?{state}")

    return app


@contextmanager
def strict():
    """The provider on a port of this machine."""
    provider = Strict(
        person={"sub": "p1", "given_name": "Prénom", "usual_name": "Inventé", "email": "p@ars.example",
                "siret": "13000846800018", "organizational_unit": "ARS inventée", "idp_id": "idp1"}
    )  # fmt: skip
    server = make_server("127.0.0.1", 0, application(provider), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
