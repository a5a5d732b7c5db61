"""JSON Web Tokens: from a token to claims, to a user (specification: api, section 2 and details 6).

Theory: the header says which key and algorithm; the signature is checked by the one key that may be
meant, then the times, the issuer and the audience, then it is read who the token is about. Each is
a check with a name (`refusal`). Whatever is wrong ends in the same kind of error, which says no
more than its sender can know.

Invariants: headers that point to keys (`jku`, `x5u`, `jwk`, `x5c`) are not followed, and `kid` is
nothing but a name; a token that asks for extensions (`crit`) is refused (architecture 9.10).
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import msgspec
from joserfc import jws
from joserfc.errors import JoseError

from callboard.auth.config import AuthConfig
from callboard.auth.keys import ConfiguredKey, OneAlgorithm, configured_key
from callboard.auth.refusal import TokenError, invalid_token
from callboard.core.canonical import canonical
from callboard.core.expression import Expression, compile_expression
from callboard.core.scenario.text import load_json
from callboard.core.values import Json
from callboard.errors import CanonicalError, EvaluationError, TextError
from callboard.ports.caller import User

__all__ = ["JwtVerifier", "Keys", "OneKey", "Verified", "invalid_token", "shown"]

LONGEST: Final = 16_384
_DEEPEST: Final = 32
"""Levels of nesting in what a token says."""
_EXTENSIONS: Final = ("crit", "b64")


class Keys(Protocol):
    """Where the keys come from that tokens are checked by."""

    def generation(self) -> int:
        """Which keys these are: another number when they have changed."""
        ...

    def find(self, header: Mapping[str, Any]) -> ConfiguredKey:
        """The key for a token with this header. Raises UnauthenticatedError, UnavailableError."""
        ...

    async def prepare(self, header: Mapping[str, Any]) -> None:
        """See to it that the key for such a token is there, as far as it can be had."""
        ...

    def start(self) -> None:
        """See to it that keys are there soon."""
        ...

    async def close(self) -> None:
        """End what is under way."""
        ...


class OneKey:
    """The configured key, which is always there."""

    def __init__(self, key: ConfiguredKey) -> None:
        self._key = key

    def generation(self) -> int:
        """Always the same."""
        return 0

    def find(self, header: Mapping[str, Any]) -> ConfiguredKey:
        """The key, if the token is signed by its algorithm. Raises TokenError."""
        algorithm = header.get("alg")
        if algorithm not in self._key.algorithms:
            names = " or ".join(self._key.algorithms)
            told = f"it is signed by {algorithm!r:.40}; the configured key is for {names}."
            raise invalid_token("its algorithm is another", "algorithm", told)
        return self._key

    async def prepare(self, header: Mapping[str, Any]) -> None:
        """Nothing to do."""

    def start(self) -> None:
        """Nothing to do."""

    async def close(self) -> None:
        """Nothing to do."""


@dataclass(frozen=True, slots=True)
class Verified:
    """Who a token is about, and until when."""

    user: User
    expires: float | None
    """Seconds since 1970, the leeway included; None for a token that never ends."""


class JwtVerifier:
    """Checks tokens."""

    def __init__(
        self, config: AuthConfig, now: Callable[[], float], keys: Keys | None = None
    ) -> None:
        """`now` gives seconds since 1970; without `keys` there is the configured one. Raises
        KeyConfigError for a key that cannot be used, ExpressionError for a transform that does not
        parse.
        """
        self.config = config
        self._now = now
        self.keys: Keys = OneKey(configured_key(config)) if keys is None else keys
        self._transform: Expression | None = (
            compile_expression(config.jwt_transform) if config.jwt_transform else None
        )

    async def accept(self, token: str) -> Verified:
        """The user of a token, also when its key has to be fetched first. Raises
        UnauthenticatedError, UnavailableError.
        """
        await self.keys.prepare(read_header(token))
        return self.verify(token)

    def verify(self, token: str) -> Verified:
        """The user of a token, by the keys that are there. Raises UnauthenticatedError,
        UnavailableError.
        """
        key = self.keys.find(read_header(token))
        claims = self.check_signature(token, key)
        expires = self.check_times(claims)
        self.check_issuer(claims)
        self.check_audience(claims)
        return Verified(self.read_user(claims), expires)

    def check_signature(self, token: str, key: ConfiguredKey) -> dict[str, Any]:
        """The claims of a token that was signed by this key. Raises TokenError."""
        registry = OneAlgorithm(key.algorithms)
        try:
            checked = jws.deserialize_compact(token, key.key, registry=registry)
            claims = msgspec.json.decode(checked.payload)
        except (JoseError, ValueError, TypeError, msgspec.MsgspecError, RecursionError) as error:
            told = "the signature does not fit: it was signed by another key, or changed since."
            raise invalid_token("its form or signature is not right", "signature", told) from error
        header = checked.headers()
        if header.get("alg") not in key.algorithms:
            raise invalid_token("its algorithm is another", "algorithm")
        if any(name in header for name in _EXTENSIONS):
            raise invalid_token("it asks for extensions", "extensions")
        if not isinstance(claims, dict):
            raise invalid_token("its claims are not an object", "claims")
        return claims

    def check_times(self, claims: Mapping[str, Any]) -> float | None:
        """When the token ends, the leeway included; None for never. Raises TokenError."""
        now, leeway = self._now(), self.config.jwt_leeway
        expires, starts = _time(claims, "exp"), _time(claims, "nbf")
        if expires is not None and now >= expires + leeway:
            told = f"it has expired at {shown(expires)}; it is {shown(now)}."
            raise invalid_token("it has expired", "time", told)
        if starts is not None and now < starts - leeway:
            told = f"it is not valid before {shown(starts)}; it is {shown(now)}."
            raise invalid_token("it is not valid yet", "time", told)
        return None if expires is None else expires + leeway

    def check_issuer(self, claims: Mapping[str, Any]) -> None:
        """Raise TokenError for another issuer than the configured one."""
        issuer, found = self.config.jwt_issuer, claims.get("iss")
        if issuer and found != issuer:
            told = f"its iss is {found!r:.200}; auth.jwt_issuer is {issuer!r}."
            raise invalid_token("it is of another issuer", "issuer", told)

    def check_audience(self, claims: Mapping[str, Any]) -> None:
        """Raise TokenError for another audience than the configured one."""
        audience, found = self.config.jwt_audience, claims.get("aud")
        if audience and audience not in (found if isinstance(found, list) else [found]):
            told = f"its aud is {found!r:.200}; auth.jwt_audience is {audience!r}."
            raise invalid_token("it is for another audience", "audience", told)

    def read_user(self, claims: dict[str, Any]) -> User:
        """Who the claims are about. Raises TokenError."""
        told: Json = claims
        if self._transform is not None:
            try:
                told = self._transform(claims)
            except EvaluationError as error:
                why = f"auth.jwt_transform cannot be worked out: {error.message}"
                raise invalid_token("its claims cannot be read", "claims", why) from error
        if not isinstance(told, dict):
            raise _nobody()
        user = User(_identity(told), _roles(told.get("roles")), _info(told.get("info")))
        _check_recordable(user)
        return user


def read_header(token: str) -> dict[str, Any]:
    """The header of a token, unchecked. Raises TokenError for what is no token."""
    if len(token) > LONGEST:
        raise invalid_token("it is too long")
    head, *rest = token.split(".")
    try:
        if len(rest) != 2:
            raise ValueError(token.count("."))
        header = msgspec.json.decode(urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, TypeError, msgspec.MsgspecError, RecursionError) as error:
        told = "it is no JSON Web Token: three parts with points between, the first a JSON object."
        raise invalid_token("its form or signature is not right", "form", told) from error
    if not isinstance(header, dict):
        raise invalid_token("its form or signature is not right")
    return header


def read_claims(token: str) -> dict[str, Any] | None:
    """What a token says, unchecked, to be told and never believed; None where that is no object."""
    try:
        part = token.split(".")[1]
        claims = msgspec.json.decode(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, TypeError, IndexError, msgspec.MsgspecError, RecursionError):
        return None
    return claims if isinstance(claims, dict) else None


def _nobody() -> TokenError:
    told = "the claims give no id (`id`, or `sub`); see auth.jwt_transform."
    return invalid_token("its claims do not say who it is about", "claims", told)


def shown(seconds: float) -> str:
    """A time for people.

    >>> shown(0), shown(1e300)
    ('1970-01-01T00:00:00Z', '1e+300')
    """
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (ValueError, OverflowError, OSError):
        return str(seconds)


def _identity(told: Mapping[str, Json]) -> str:
    """`id`, or `sub` where it is absent; whole numbers count as texts."""
    identity = told.get("id")
    if identity is None:
        identity = told.get("sub")
    if isinstance(identity, int) and not isinstance(identity, bool):
        identity = str(identity)
    if not isinstance(identity, str) or not identity:
        raise _nobody()
    return identity


def _roles(told: Json) -> tuple[str, ...]:
    if told is None:
        return ()
    listed = told if isinstance(told, list) else [told]
    roles = tuple(role for role in listed if isinstance(role, str))
    if len(roles) < len(listed):
        raise invalid_token("its roles are not a list of texts", "claims")
    return roles


def _info(told: Json) -> Mapping[str, Json]:
    if told is None:
        return {}
    if not isinstance(told, dict):
        raise invalid_token("its info is not an object", "claims")
    return told


def _check_recordable(user: User) -> None:
    """Raise TokenError for what no event could hold (architecture 9.7): it would be written into
    one. Other claims may hold what they like.
    """
    recorded: Json = {"id": user.id, "roles": [*user.roles], "info": {**user.info}}
    try:
        load_json(canonical(recorded), max_depth=_DEEPEST)
    except (CanonicalError, TextError) as error:
        why = f"its id, roles or info hold what cannot be recorded: {error.message}"
        raise invalid_token("its claims cannot be read", "claims", why) from error


def _time(claims: Mapping[str, Any], name: str) -> float | None:
    """A time in seconds since 1970. One that is no number is not as if it were absent."""
    if name not in claims:
        return None
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise invalid_token(f"its {name} is no time", "time")
    try:
        return float(value)
    except OverflowError:
        raise invalid_token(f"its {name} is no time", "time") from None
