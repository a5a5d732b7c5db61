"""How credentials are checked: frozen settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class AuthConfig:
    """Settings of identity. Production mode needs a secret, a public key, or an address of keys."""

    jwt_secret: str = ""
    """Secret of tokens signed with HS256; 32 bytes or more."""
    jwt_public_key: str = ""
    """Public key (PEM) of tokens signed with RS256, ES256 or EdDSA, by the kind of the key."""
    jwks_url: str = ""
    """Address of the key set that the issuer publishes, instead of a secret or a public key."""
    jwks_seconds: int = 600
    """How long the keys of a set are used before they are fetched again, in the background."""
    jwks_stale_seconds: int = 86_400
    """How long they are used at most while the issuer cannot be reached."""
    jwt_algorithm: str = ""
    """The one algorithm of tokens, where the key allows several: `RS512`, `PS256`, `HS512`…"""
    jwt_issuer: str = ""
    """`iss` that tokens must have."""
    jwt_audience: str = ""
    """`aud` that tokens must have or contain."""
    jwt_transform: str = ""
    """JMESPath from the claims of a token to `{id, roles, info}`."""
    jwt_leeway: int = 30
    """Seconds by which `exp` and `nbf` may be off."""
    signing_key: str = ""
    """Private Ed25519 key that signs checkpoints: PEM, or the path of a file with it; without it,
    one is made and kept in the database."""
    roles: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({"admin": ("*",)})
    )
    """Privileges of roles."""
    signed_in: tuple[str, ...] = (
        "scenario:read",
        "process:read",
        "process:start",
        "process:step",
    )
    """Privileges of everyone who is signed in."""
    default_account: str = "admin"
    """Demo account that a missing token means in development mode; empty: none."""
