"""Headers that keep browsers from doing with an answer what it is not meant for.

An answer without content needs none of them, but for `Strict-Transport-Security`. A page that needs
more than the policy of plain data brings its own `Content-Security-Policy`.
"""

from __future__ import annotations

from typing import Final

from callboard.server.config import ServerConfig
from callboard.server.messages import Headers, Response

__all__ = ["SecurityHeaders"]

ALWAYS: Final[Headers] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
DATA_POLICY: Final = (
    b"content-security-policy",
    b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
)
NO_STORE: Final = (b"cache-control", b"no-store")


class SecurityHeaders:
    """What is added to an answer; HSTS only when its age is not 0."""

    def __init__(self, config: ServerConfig) -> None:
        age = config.transport_security_seconds
        value = f"max-age={age}; includeSubDomains".encode()
        self._without_content: Headers = ((b"strict-transport-security", value),) if age else ()
        self._with_content: Headers = self._without_content + ALWAYS

    def missing(self, response: Response) -> Headers:
        """The headers that the answer lacks."""
        if not response.body:
            return self._without_content
        given = {name for name, _ in response.headers}
        lacking = tuple(header for header in (DATA_POLICY, NO_STORE) if header[0] not in given)
        return self._with_content + lacking
