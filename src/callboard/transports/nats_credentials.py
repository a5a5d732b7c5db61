"""Who the engine is for NATS servers that know accounts: a file of credentials, as `nsc` writes it.

Theory: the file holds a token that says who somebody is, and the seed of the key that proves it.
The server asks for a signature at each connection; the key does not leave the engine.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["Credentials", "credentials_of"]

PART: Final = re.compile(r"-+BEGIN [A-Z ]+-+\s+(?P<value>\S+)\s+-+END [A-Z ]+-+")
SEED: Final = re.compile(r"S[A-Z2-7]{57}")
"""A seed in Base32: two bytes that say its kind, 32 of the key, two to check it."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A token, and what proves that it is ours."""

    token: str = field(repr=False)
    sign: Callable[[bytes], bytes] = field(repr=False)

    def jwt(self) -> bytes:
        """The token, as the library asks for it."""
        return self.token.encode()

    def signature(self, nonce: str) -> bytes:
        """The proof for a server that asks so."""
        return base64.urlsafe_b64encode(self.sign(nonce.encode())).rstrip(b"=")


def credentials_of(path: Path) -> Credentials:
    """The credentials in a file. Raises `ValueError`, which repeats nothing of it."""
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise ValueError("credentials is to be a file that can be read.") from None
    parts = [found["value"] for found in PART.finditer(text)]
    if len(parts) != 2 or not SEED.fullmatch(parts[1]):
        raise ValueError("credentials is to be a file as nsc writes it: a token and a seed.")
    return Credentials(parts[0], _key(parts[1]).sign)


def _key(seed: str) -> Ed25519PrivateKey:
    raw = base64.b32decode(seed + "=" * (-len(seed) % 8))
    if binascii.crc_hqx(raw[:-2], 0) != int.from_bytes(raw[-2:], "little"):
        raise ValueError("The seed in credentials is damaged.")
    return Ed25519PrivateKey.from_private_bytes(raw[2:-2])
