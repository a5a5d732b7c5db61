"""Request ids: one that came in is kept, others are made; both ways, and in every log line.

A W3C `traceparent` that can be read is answered too, and is the id where no `X-Request-Id` came.
What cannot be read as an id is as if it had not been sent: it could be anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import getrandbits
from typing import Final

from callboard.server.messages import Headers
from callboard.telemetry import REQUEST_ID

__all__ = ["identify"]

ID: Final = re.compile(rb"[A-Za-z0-9._~+/=:-]{1,128}")
TRACE: Final = re.compile(rb"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")


def identify(headers: Mapping[bytes, bytes]) -> Headers:
    """The headers that tell the client the id of its request; log lines carry it from now on."""
    given = headers.get(b"x-request-id")
    parent = headers.get(b"traceparent")
    trace = TRACE.fullmatch(parent) if parent is not None else None
    if given is not None and ID.fullmatch(given):
        identity = given
    else:
        identity = trace[1] if trace else b"%032x" % getrandbits(128)
    REQUEST_ID.set(identity.decode())
    if trace is None:
        return ((b"x-request-id", identity),)
    onward = b"00-%s-%s-%s" % (trace[1], b"%016x" % getrandbits(64), trace[2])
    return ((b"x-request-id", identity), (b"traceparent", onward))
