"""An OpenID Connect provider that lets everybody in as Bob, and checks what it is asked."""

from __future__ import annotations

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey


@dataclass
class Provider:
    """What it knows of those who are signing in; `token` makes the access token."""

    token: Callable[[], str]
    url: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048))
    begun: dict[str, str] = field(default_factory=dict)
    exchanges: int = 0
    nonce: str = ""
    """Another one than was asked for, where it is set."""

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser is led back to."""
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        self.begun = query
        return f"{query['redirect_uri']}?{urlencode({'code': 'c0de', 'state': query['state']})}"

    def exchange(self, form: dict[str, str]) -> dict[str, Any]:
        """The tokens for a code, or for a refresh token."""
        self.exchanges += 1
        if form["grant_type"] == "refresh_token":
            return {"access_token": self.token(), "token_type": "Bearer", "expires_in": 60}
        digest = sha256(form["code_verifier"].encode()).digest()
        assert urlsafe_b64encode(digest).rstrip(b"=").decode() == self.begun["code_challenge"]
        assert form["redirect_uri"] == self.begun["redirect_uri"]
        now = int(time.time())
        claims = {"iss": self.url, "sub": "bob", "aud": form["client_id"], "iat": now}
        claims |= {"exp": now + 60, "nonce": self.nonce or self.begun["nonce"]}
        return {
            "access_token": self.token(),
            "refresh_token": "fresh",
            "token_type": "Bearer",
            "expires_in": 60,
            "id_token": jwt.encode({"alg": "RS256"}, claims, self.key),
        }


class Handler(BaseHTTPRequestHandler):
    """The HTTP side."""

    provider: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if parts.path == "/authorize":
            self.send_response(302)
            self.send_header("location", self.provider.authorize(query))
            self.end_headers()
        else:
            self._json(self.provider.discovery())

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["content-length"])).decode()
        form = {key: values[0] for key, values in parse_qs(text).items()}
        self._json(self.provider.exchange(form))

    def do_OPTIONS(self) -> None:
        self._json({})

    def _json(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("access-control-allow-origin", "*")
        self.send_header("access-control-allow-headers", "*")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@contextmanager
def providing(token: Callable[[], str]) -> Iterator[Provider]:
    """A provider on a free port."""
    provider = Provider(token)
    handler = type("Bound", (Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
