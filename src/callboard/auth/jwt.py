"""JSON Web Tokens: from a token to claims, to a user (specification: api, section 2 and details 6;
architecture 9.10).

One key, one algorithm: the algorithm follows from the kind of the key and is never taken from the
token. Headers that point to keys or ask for extensions are refused. `exp` and `nbf` are checked with
a little leeway; an issuer or audience that is configured must be there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

import msgspec

from callboard.auth.config import AuthConfig
from callboard.core.expression import Expression, compile_expression
from callboard.core.values import Json
from callboard.errors import EvaluationError, UnauthenticatedError
from callboard.ports.caller import User

Key: TypeAlias = "OctKey | RSAKey | ECKey | OKPKey"

_REFUSED_HEADERS = ("crit", "jku", "x5u", "jwk", "x5c")
LONGEST = 16_384


class KeyConfigError(ValueError):
    """The configured key cannot be used."""


def import_key(config: AuthConfig) -> tuple[Key, str]:
    """The configured key and the one algorithm it is for. Raises KeyConfigError."""
    if config.jwt_secret and config.jwt_public_key:
        raise KeyConfigError("Set auth.jwt_secret or auth.jwt_public_key, not both.")
    if config.jwt_secret:
        return OctKey.import_key(config.jwt_secret), "HS256"
    text = config.jwt_public_key.replace("\\n", "\n")
    for kind, algorithm in ((RSAKey, "RS256"), (ECKey, "ES256"), (OKPKey, "EdDSA")):
        try:
            key = kind.import_key(text)
        except (ValueError, TypeError, JoseError):
            continue
        _check_kind(key)
        return key, algorithm
    raise KeyConfigError("auth.jwt_public_key is no PEM public key (RSA, EC P-256 or Ed25519).")


def _check_kind(key: Key) -> None:
    curve = getattr(key, "curve_name", None)
    if isinstance(key, ECKey) and curve != "P-256":
        raise KeyConfigError(f"The EC key is on curve {curve}; ES256 needs P-256.")
    if isinstance(key, OKPKey) and curve != "Ed25519":
        raise KeyConfigError(f"The key is on curve {curve}; EdDSA needs Ed25519.")


@dataclass(frozen=True, slots=True)
class Verified:
    """Who a token is about, and until when."""

    user: User
    expires: float | None


class JwtVerifier:
    """Checks tokens by one configured key."""

    def __init__(self, config: AuthConfig, now: Callable[[], float]) -> None:
        self.config = config
        self.now = now
        self.key, self.algorithm = import_key(config)
        self.registry = jws.JWSRegistry(algorithms=[self.algorithm])
        self.transform: Expression | None = (
            compile_expression(config.jwt_transform) if config.jwt_transform else None
        )

    def verify(self, token: str) -> Verified:
        """The user of a token. Raises UnauthenticatedError, which never says more than it must."""
        claims = self._claims(token)
        expires = self._check_times(claims)
        self._check_parties(claims)
        return Verified(self._user(claims), expires)

    def _claims(self, token: str) -> dict[str, Any]:
        if len(token) > LONGEST:
            raise _invalid("it is too long")
        try:
            checked = jws.deserialize_compact(token, self.key, registry=self.registry)
            header = checked.headers()
            claims = msgspec.json.decode(checked.payload)
        except (JoseError, ValueError, TypeError, msgspec.MsgspecError) as error:
            raise _invalid("its signature or form is not right") from error
        if header.get("alg") != self.algorithm or any(name in header for name in _REFUSED_HEADERS):
            raise _invalid("its header is not accepted")
        if not isinstance(claims, dict):
            raise _invalid("its claims are not an object")
        return claims

    def _check_times(self, claims: dict[str, Any]) -> float | None:
        now, leeway = self.now(), self.config.jwt_leeway
        expires, starts = _time(claims, "exp"), _time(claims, "nbf")
        if expires is not None and now >= expires + leeway:
            raise _invalid("it has expired")
        if starts is not None and now < starts - leeway:
            raise _invalid("it is not valid yet")
        return None if expires is None else expires + leeway

    def _check_parties(self, claims: dict[str, Any]) -> None:
        issuer, audience = self.config.jwt_issuer, self.config.jwt_audience
        if issuer and claims.get("iss") != issuer:
            raise _invalid("it is of another issuer")
        found = claims.get("aud")
        if audience and audience not in (found if isinstance(found, list) else [found]):
            raise _invalid("it is for another audience")

    def _user(self, claims: dict[str, Any]) -> User:
        told: Json = claims
        if self.transform is not None:
            try:
                told = self.transform(claims)
            except EvaluationError as error:
                raise _invalid("its claims cannot be read") from error
        if not isinstance(told, dict):
            raise _invalid("its claims do not say who it is about")
        identity = told.get("id", told.get("sub"))
        if not isinstance(identity, str) or not identity:
            raise _invalid("its claims do not say who it is about")
        roles, info = told.get("roles"), told.get("info")
        return User(
            id=identity,
            roles=tuple(role for role in roles if isinstance(role, str))
            if isinstance(roles, list)
            else (),
            info=dict(info) if isinstance(info, dict) else {},
        )


def _time(claims: dict[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is None:
        return None
    if type(value) not in (int, float):
        raise _invalid(f"its {name} is no time")
    return float(value)


def _invalid(why: str) -> UnauthenticatedError:
    return UnauthenticatedError(f"The token is not accepted: {why}.", code="invalid_token")
