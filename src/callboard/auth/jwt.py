"""JSON Web Tokens: from a token to claims, to a user (specification: api, section 2 and details 6).

Theory: the signature is checked by the one configured key and algorithm, then the times, the issuer
and the audience, then it is read who the token is about. Whatever is wrong ends in the same kind of
error, which says no more than its sender can know.

Invariants: headers that point to keys (`jku`, `x5u`, `jwk`, `x5c`) are not followed, and `kid` is
nothing but a name; a token that asks for extensions (`crit`) is refused (architecture 9.10).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from joserfc import jws
from joserfc.errors import JoseError

from callboard.auth.config import AuthConfig
from callboard.auth.keys import OneAlgorithm, configured_key
from callboard.core.expression import Expression, compile_expression
from callboard.core.values import Json
from callboard.errors import EvaluationError, UnauthenticatedError
from callboard.ports.caller import User

LONGEST: Final = 16_384
_EXTENSIONS: Final = ("crit", "b64")


@dataclass(frozen=True, slots=True)
class Verified:
    """Who a token is about, and until when."""

    user: User
    expires: float | None
    """Seconds since 1970, the leeway included; None for a token that never ends."""


class JwtVerifier:
    """Checks tokens by the configured key."""

    def __init__(self, config: AuthConfig, now: Callable[[], float]) -> None:
        """`now` gives seconds since 1970. Raises KeyConfigError for a key that cannot be used,
        ExpressionError for a transform that does not parse.
        """
        self._config = config
        self._now = now
        self._key = configured_key(config)
        self._registry = OneAlgorithm(self._key.algorithms)
        self._transform: Expression | None = (
            compile_expression(config.jwt_transform) if config.jwt_transform else None
        )

    def verify(self, token: str) -> Verified:
        """The user of a token. Raises UnauthenticatedError."""
        claims = self._claims(token)
        expires = self._check_times(claims)
        self._check_parties(claims)
        return Verified(self._user(claims), expires)

    def _claims(self, token: str) -> dict[str, Any]:
        if len(token) > LONGEST:
            raise invalid_token("it is too long")
        try:
            checked = jws.deserialize_compact(token, self._key.key, registry=self._registry)
            claims = msgspec.json.decode(checked.payload)
        except (JoseError, ValueError, TypeError, msgspec.MsgspecError, RecursionError) as error:
            raise invalid_token("its form or signature is not right") from error
        header = checked.headers()
        if header.get("alg") not in self._key.algorithms:
            raise invalid_token("its algorithm is another")
        if any(name in header for name in _EXTENSIONS):
            raise invalid_token("it asks for extensions")
        if not isinstance(claims, dict):
            raise invalid_token("its claims are not an object")
        return claims

    def _check_times(self, claims: Mapping[str, Any]) -> float | None:
        now, leeway = self._now(), self._config.jwt_leeway
        expires, starts = _time(claims, "exp"), _time(claims, "nbf")
        if expires is not None and now >= expires + leeway:
            raise invalid_token("it has expired")
        if starts is not None and now < starts - leeway:
            raise invalid_token("it is not valid yet")
        return None if expires is None else expires + leeway

    def _check_parties(self, claims: Mapping[str, Any]) -> None:
        issuer, audience = self._config.jwt_issuer, self._config.jwt_audience
        if issuer and claims.get("iss") != issuer:
            raise invalid_token("it is of another issuer")
        found = claims.get("aud")
        if audience and audience not in (found if isinstance(found, list) else [found]):
            raise invalid_token("it is for another audience")

    def _user(self, claims: dict[str, Any]) -> User:
        told: Json = claims
        if self._transform is not None:
            try:
                told = self._transform(claims)
            except EvaluationError as error:
                raise invalid_token("its claims cannot be read") from error
        if not isinstance(told, dict):
            raise invalid_token("its claims do not say who it is about")
        return User(_identity(told), _roles(told.get("roles")), _info(told.get("info")))


def _identity(told: Mapping[str, Json]) -> str:
    """`id`, or `sub` where it is absent; whole numbers count as texts."""
    identity = told.get("id")
    if identity is None:
        identity = told.get("sub")
    if isinstance(identity, int) and not isinstance(identity, bool):
        identity = str(identity)
    if not isinstance(identity, str) or not identity:
        raise invalid_token("its claims do not say who it is about")
    return identity


def _roles(told: Json) -> tuple[str, ...]:
    if told is None:
        return ()
    listed = told if isinstance(told, list) else [told]
    roles = tuple(role for role in listed if isinstance(role, str))
    if len(roles) < len(listed):
        raise invalid_token("its roles are not a list of texts")
    return roles


def _info(told: Json) -> Mapping[str, Json]:
    if told is None:
        return {}
    if not isinstance(told, dict):
        raise invalid_token("its info is not an object")
    return told


def _time(claims: Mapping[str, Any], name: str) -> float | None:
    """A time in seconds since 1970. One that is no number is not as if it were absent."""
    if name not in claims:
        return None
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise invalid_token(f"its {name} is no time")
    return float(value)


def invalid_token(why: str) -> UnauthenticatedError:
    """The error for a token that is not accepted."""
    return UnauthenticatedError(f"The token is not accepted: {why}.", code="invalid-token")
