"""The form of API key tokens (specification: api, section 2 and details 7).

`lfl_`, 30 characters of base 62, then the CRC-32 of these in base 62, six characters. The checksum
tells a mistyped token from a wrong one before anything is looked up. What is kept is a SHA-256.
"""

from __future__ import annotations

import hashlib
import hmac
import zlib
from typing import Final

PREFIX: Final = "lfl_"
ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SECRET_LENGTH: Final = 30
_CHECK_LENGTH: Final = 6
_HINT_LENGTH: Final = 8
ENTROPY_BYTES: Final = 32


def token_from(entropy: bytes) -> str:
    """The token that some random bytes make.

    >>> token_from(bytes(32))
    'lfl_0000000000000000000000000000002C8GjS'
    """
    number = int.from_bytes(entropy, "big") % len(ALPHABET) ** SECRET_LENGTH
    secret = _base62(number, SECRET_LENGTH)
    return PREFIX + secret + checksum(secret)


def is_well_formed(token: str) -> bool:
    """Whether a text has the form of a token, and its checksum fits."""
    return form_problem(token) is None


def form_problem(token: str) -> str | None:
    """What is wrong with the form of a token; None where nothing is.

    >>> form_problem("lfl_x")
    'an API key has 40 characters; this one has 5.'
    """
    secret = token[len(PREFIX) : -_CHECK_LENGTH]
    if not token.startswith(PREFIX):
        return f"an API key begins with {PREFIX}."
    if len(secret) != SECRET_LENGTH:
        length = len(PREFIX) + SECRET_LENGTH + _CHECK_LENGTH
        return f"an API key has {length} characters; this one has {len(token)}."
    if not (token.isascii() and token[len(PREFIX) :].isalnum()):
        return "an API key has letters and digits only."
    if not hmac.compare_digest(checksum(secret), token[-_CHECK_LENGTH:]):
        return "its checksum does not fit: it was mistyped or cut."
    return None


def checksum(secret: str) -> str:
    """The CRC-32 of the secret part, in base 62 with leading zeros."""
    return _base62(zlib.crc32(secret.encode()), _CHECK_LENGTH)


def digest_of(token: str) -> str:
    """What is kept of a token: its SHA-256, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def hint_of(token: str) -> str:
    """The start of a token, for lists."""
    return token[:_HINT_LENGTH]


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
