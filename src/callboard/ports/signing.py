"""Signing: what makes a checkpoint the engine's own word (specification: api, details 9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from callboard.core.values import JsonObject

PUBLIC: Final = "public-key:"
"""Settings of the database whose names begin so are the public keys of all that ever signed."""


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

    def learn(self, keys: Iterable[JsonObject]) -> None:
        """Know these public keys, too: others may sign for the same database."""
        ...

    def holds(self, kid: str, message: bytes, signature: str) -> bool:
        """Whether a signature is by the key of that name; False for a name that is not known."""
        ...
