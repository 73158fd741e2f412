"""An OpenID Connect provider on loopback: a real HTTP server that signs with RS256 and holds clients to PKCE.

It signs in `person` without asking. `faults` changes claims and answers, one by one.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "trro-admin", "canary-of-the-client-0123456789"
KEY, STRANGE_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


@dataclass(kw_only=True)
class Provider:
    url: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    """The claims about the user signed in at the provider."""
    claims: dict[str, Any] = field(default_factory=dict)
    """Claims of the ID token that are not as they should be."""
    also: dict[str, Any] = field(default_factory=dict)
    """User info that is not as it should be."""
    sign: Callable[[dict[str, Any]], str] | None = None
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """Path to the status and body that are answered instead."""
    asked: list[dict[str, str]] = field(default_factory=list)
    """The parameters of each requested sign-in."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [public | {"kid": "k1", "alg": "RS256", "use": "sig"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to."""
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, posted: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The tokens for a code; None unless client, code and PKCE verifier fit. A code is good once."""
        asked = self.codes.pop(posted.get("code", ""), None)
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(posted.get("code_verifier", "").encode()).digest())
        if not asked or authorization != f"Basic {expected}":
            return None
        if asked["code_challenge_method"] != "S256" or asked["code_challenge"] != challenge.decode().rstrip("="):
            return None
        now = int(time.time())
        standard = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked.get("nonce")}
        claims = standard | {"sub": self.person["sub"]} | self.claims
        sign = self.sign or (lambda each: jwt.encode(each, KEY, algorithm="RS256", headers={"kid": "k1"}))
        return {"access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": sign(claims)}


@contextmanager
def running_provider() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
            if path in provider.answers:
                return self.answer(*provider.answers[path])
            if path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize({name: values[0] for name, values in query.items()}))
                return self.end_headers()
            found = {
                "/.well-known/openid-configuration": provider.configuration,
                "/keys": provider.keys,
                "/userinfo": lambda: provider.person | provider.also,
            }[path]()
            return self.answer(200, json.dumps(found).encode())

        def do_POST(self) -> None:
            body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            if "/token" in provider.answers:
                return self.answer(*provider.answers["/token"])
            posted = {name: values[0] for name, values in body.items()}
            tokens = provider.token(posted, self.headers.get("Authorization", ""))
            return self.answer(200 if tokens else 400, json.dumps(tokens or {"error": "invalid_grant"}).encode())

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
