"""What web pages may do here: those of other origins nothing, unless they are named.

Theory: an answer can be read by a page of another origin only where CORS headers say so, which
is off until `server.cors_origins` names exact origins. There are no cookies, so a page can do
nothing in somebody's name elsewhere. Development mode is another matter: there a missing token
means an account that may do everything, and the secret of its tokens is known to all. A page that a
developer happens to look at must not reach it; neither by a plain form or `fetch` (told by `Origin`
and `Sec-Fetch-Site`), nor under a name of its own that leads to this machine (DNS rebinding, told
by `Host`).

Invariants: names that can belong to a stranger are refused in development mode: what is left are
addresses, names without a dot, and those below the reserved `.localhost`, `.test`, `.internal`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final

from callboard.errors import ForbiddenError
from callboard.server.config import ServerConfig
from callboard.server.messages import Headers

__all__ = ["CROSS_ORIGIN", "Browsers"]

CROSS_ORIGIN: Final = "cross-origin"
"""The code of the problem."""

HOST: Final = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\[\]:/@]+)(:\d*)?")
RESERVED: Final = (".localhost", ".test", ".internal")

EXPOSED: Final = (
    b"ETag, Last-Modified, Link, Location, Preference-Applied, Retry-After, WWW-Authenticate, "
    b"X-Disabled, X-Request-Id, traceparent"
)
METHODS: Final = b"GET, HEAD, POST, PUT, PATCH, DELETE"
SENT: Final = (
    b"Accept, As-Actor, Authorization, Content-Type, Idempotency-Key, If-Match, If-Modified-Since, "
    b"If-None-Match, Last-Event-ID, Prefer, X-Request-Id, traceparent, tracestate"
)
PREFLIGHT: Final[Headers] = (
    (b"access-control-allow-methods", METHODS),
    (b"access-control-allow-headers", SENT),
    (b"access-control-max-age", b"600"),
)
VARY: Final = (b"vary", b"Origin")


class Browsers:
    """CORS, and in development mode the refusal of foreign pages."""

    def __init__(self, config: ServerConfig, *, development: bool) -> None:
        self._origins = frozenset(origin.encode() for origin in config.cors_origins)
        self._hosts = frozenset(name.lower() for name in config.hosts)
        self._development = development
        self._last = b""
        """The last name that was ours: it will be the next one too."""
        self.watching = development or bool(self._hosts)
        """Whether requests are checked at all."""

    def check(self, method: str, headers: Mapping[bytes, bytes]) -> None:
        """Raise `ForbiddenError` for a name that this server does not have, and in development mode
        for a page of another origin.
        """
        host = headers.get(b"host", b"")
        if host != self._last:
            if not self._is_ours(host.decode("latin-1")):
                raise ForbiddenError(
                    "This server is not asked under this name. Add it to the setting server.hosts.",
                    code=CROSS_ORIGIN,
                )
            self._last = host
        if self._development and self._is_foreign(method, host, headers):
            raise ForbiddenError(
                "In development mode web pages of other origins are refused. "
                "Add yours to the setting server.cors_origins.",
                code=CROSS_ORIGIN,
            )

    def _is_ours(self, host: str) -> bool:
        if not host:
            return True  # HTTP/1.0: no browser speaks it
        match = HOST.fullmatch(host)
        if match is None:
            return False
        name = match[1].lower().rstrip(".")
        return (
            name in self._hosts
            or "." not in name.strip("[]")
            or name.endswith(RESERVED)
            or _is_address(name)
        )

    def _is_foreign(self, method: str, host: bytes, headers: Mapping[bytes, bytes]) -> bool:
        origin = headers.get(b"origin")
        if origin is not None:
            return origin.partition(b"://")[2] != host and origin not in self._origins
        site = headers.get(b"sec-fetch-site")
        if site is None or site in (b"same-origin", b"none"):
            return False
        # A link that leads here is followed: it shows something and changes nothing.
        return not (method in ("GET", "HEAD") and headers.get(b"sec-fetch-mode") == b"navigate")

    def headers(self, method: str, headers: Mapping[bytes, bytes]) -> Headers:
        """The CORS headers of an answer."""
        if not self._origins:
            return ()
        origin = headers.get(b"origin")
        if origin not in self._origins:
            return (VARY,)
        allowed: Headers = ((b"access-control-allow-origin", origin), VARY)
        if method == "OPTIONS" and b"access-control-request-method" in headers:
            return allowed + PREFLIGHT
        return (*allowed, (b"access-control-expose-headers", EXPOSED))


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
