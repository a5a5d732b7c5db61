"""`Idempotency-Key`: what makes a request this request, so that a repeat is known as one.

Theory: the fingerprint covers everything that decides what the request does: method, path, actor,
condition, and the body; of its type only whether it is a text, since the same bytes mean something
else then. The engine keeps the first answer under (credential, key) and compares.

Specification: api, section 3; architecture: 9, rule 6.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final

from callboard.engine.commands import Idempotency
from callboard.errors import InvalidError
from callboard.server.messages import Call
from callboard.server.negotiation import media_type
from callboard.server.route import Parameter

__all__ = ["IDEMPOTENCY_KEY", "idempotency"]

KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")

IDEMPOTENCY_KEY: Final = Parameter(
    "Idempotency-Key",
    "header",
    {"type": "string", "minLength": 1, "maxLength": 255},
    "Makes it safe to send the request again: within 24 hours the same request with the same key "
    "is answered as the first time; another request with this key is refused with 409.",
)


def idempotency(call: Call) -> Idempotency | None:
    """The key of the request and its fingerprint; None without the header."""
    key = call.header(b"idempotency-key")
    if key is None:
        return None
    if KEY.fullmatch(key) is None:
        raise InvalidError("An Idempotency-Key has 1 to 255 visible ASCII characters.")
    digest = sha256()
    for part in (
        call.method.encode(),
        call.path.encode(),
        call.headers.get(b"as-actor", b""),
        call.headers.get(b"if-match", b""),
    ):
        digest.update(len(part).to_bytes(4, "big") + part)
    digest.update(sha256(call.body).digest())
    if media_type(call.headers.get(b"content-type"))[0] == "text/plain":
        digest.update(b"text")
    return Idempotency(key, digest.hexdigest())
