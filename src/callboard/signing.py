"""Signatures of webhooks, by the scheme of Standard Webhooks 1.0.

Theory: id, time and body are signed together, so that none can be changed or sent again much later.
Several secrets give several signatures: while a secret is changed, the receiver may know either.
Pure, and apart from everything else, because who sends and who receives (`transports`, `worker`)
have nothing else in common.

Invariant: a secret is never in a message, nor in what a record shows of itself.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from typing import Final

__all__ = ["is_signed", "key_of", "signature"]

PREFIX: Final = "whsec_"
SHORTEST: Final = 24
LONGEST: Final = 64
MOST: Final = 16
"""Signatures in a header that are looked at."""


def key_of(secret: str) -> bytes:
    """The key that a secret stands for. Raises `ValueError`.

    >>> len(key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
    24
    """
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        raise ValueError(
            f"secret is to be {PREFIX} and {SHORTEST} to {LONGEST} bytes in Base64, or a list of"
            " such secrets."
        ) from None
    return key


def signature(keys: Sequence[bytes], message_id: str, timestamp: int, body: bytes) -> str:
    """The value of the header `webhook-signature`: one signature for each key.

    >>> signature([b"k" * 24], "1", 1700000000, b"{}")
    'v1,HOxwFUciMIBxynKANu3zKbGGwRc6dbbQJ1P9kfOncF8='
    """
    return " ".join(_signatures(keys, message_id, timestamp, body))


def is_signed(
    keys: Sequence[bytes], message_id: str, timestamp: int, body: bytes, given: str
) -> bool:
    """Whether one of the signatures in the header is that of one of the keys. Those of other
    versions are passed over. It takes as long for a wrong one as for a right one.

    >>> is_signed([b"k" * 24], "1", 1, b"{}", "v1a,x " + signature([b"k" * 24], "1", 1, b"{}"))
    True
    """
    right = False
    for expected in _signatures(keys, message_id, timestamp, body):
        for one in given.split(" ")[:MOST]:
            right |= hmac.compare_digest(expected.encode(), one.encode())
    return right


def _signatures(
    keys: Sequence[bytes], message_id: str, timestamp: int, body: bytes
) -> Iterator[str]:
    signed = f"{message_id}.{timestamp}.".encode() + body
    for key in keys:
        digest = hmac.new(key, signed, hashlib.sha256).digest()
        yield f"v1,{base64.b64encode(digest).decode()}"
