"""Signing: what makes a checkpoint the engine's own word (specification: api, details 9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from callboard.core.values import JsonObject


class Signer(Protocol):
    """An Ed25519 key that signs, and the public keys of all that ever signed here."""

    @property
    def kid(self) -> str:
        """The name of the key that signs: its RFC 7638 thumbprint."""
        ...

    def sign(self, message: bytes) -> str:
        """The signature, in base64url without padding."""
        ...

    def public_keys(self) -> Sequence[JsonObject]:
        """JWKs without private parts: the one that signs now first, older ones after it."""
        ...

    def holds(self, kid: str, message: bytes, signature: str) -> bool:
        """Whether a signature is by the key of that name; False for a name that is not known."""
        ...
