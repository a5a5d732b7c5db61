"""From a credential to a caller (specification: api, section 2).

A bearer token is an API key when it looks like one, else a JWT. What a token turned out to mean is
remembered until it ends, so that a signature is checked once; an API key is looked up every time,
so that a revoked one is worth nothing at once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import cast

from callboard.auth.config import AuthConfig
from callboard.auth.jwt import JwtVerifier
from callboard.core.values import Json, JsonObject
from callboard.errors import UnauthenticatedError
from callboard.ports.caller import (
    ANONYMOUS,
    PRIVILEGES,
    Caller,
    KeyIdentity,
    Privilege,
    ProcessLimit,
    User,
)
from callboard.ports.records import ApiKeyRecord
from callboard.ports.store import ApiKeyStore
from callboard.ports.tokens import PREFIX, digest_of, is_well_formed

_REMEMBERED = 4_096
_TOUCH_SECONDS = 60.0


class Authenticator:
    """Turns the text of an `Authorization` header into a caller."""

    def __init__(
        self,
        config: AuthConfig,
        store: ApiKeyStore,
        verifier: JwtVerifier | None,
        now: Callable[[], datetime],
        default: User | None = None,
    ) -> None:
        self.config = config
        self.store = store
        self.verifier = verifier
        self.now = now
        self.default = None if default is None else self.user_caller(default, None)
        self._callers: OrderedDict[str, Caller] = OrderedDict()
        self._touched: OrderedDict[str, float] = OrderedDict()

    async def __call__(self, authorization: str | None) -> Caller:
        """The caller; anonymous (or the default account) without a header. Raises
        UnauthenticatedError for a credential that is not accepted.
        """
        if authorization is None:
            return self.default or ANONYMOUS
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise UnauthenticatedError("Send the credential as: Authorization: Bearer TOKEN.")
        if token.startswith(PREFIX):
            return await self._api_key(token)
        return self._jwt(token)

    def _jwt(self, token: str) -> Caller:
        known = self._callers.get(token)
        if known is not None:
            if known.expires is None or self.now().timestamp() < known.expires:
                return known
            del self._callers[token]
        if self.verifier is None:
            raise UnauthenticatedError("This engine accepts no tokens.", code="invalid_token")
        verified = self.verifier.verify(token)
        caller = self.user_caller(verified.user, verified.expires)
        self._callers[token] = caller
        if len(self._callers) > _REMEMBERED:
            self._callers.popitem(last=False)
        return caller

    def user_caller(self, user: User, expires: float | None) -> Caller:
        """The caller that a user is: privileges of its roles, and those of everyone signed in."""
        names = set(self.config.signed_in)
        for role in user.roles:
            names.update(self.config.roles.get(role, ()))
        return Caller(privileges=_privileges(names), user=user, expires=expires)

    async def _api_key(self, token: str) -> Caller:
        """The same answer for one that is unknown, expired, or revoked."""
        record = None
        if is_well_formed(token):
            record = await self.store.find_api_key(digest_of(token))
        now = self.now()
        if record is None or record.revoked is not None or _ended(record, now):
            raise UnauthenticatedError("The API key is not accepted.", code="invalid_token")
        await self._touch(record, now)
        return Caller(
            privileges=_privileges(set(record.privileges)),
            key=KeyIdentity(record.id, tuple(map(_limit, record.processes)), record.service),
            expires=datetime.fromisoformat(record.expiration).timestamp(),
        )

    async def _touch(self, record: ApiKeyRecord, now: datetime) -> None:
        """Record the last use, at most once a minute."""
        last = self._touched.get(record.id, 0.0)
        if now.timestamp() - last < _TOUCH_SECONDS:
            return
        self._touched[record.id] = now.timestamp()
        if len(self._touched) > _REMEMBERED:
            self._touched.popitem(last=False)
        text = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        await self.store.touch_api_key(record.id, text)


def _privileges(names: set[str]) -> frozenset[Privilege]:
    return frozenset(cast("Privilege", name) for name in names if name in PRIVILEGES)


def _ended(record: ApiKeyRecord, now: datetime) -> bool:
    return datetime.fromisoformat(record.expiration) <= now


def _limit(entry: JsonObject) -> ProcessLimit:
    scenario = entry.get("scenario")
    return ProcessLimit(
        scenario if isinstance(scenario, str) else None,
        _texts(entry.get("actors")),
        _texts(entry.get("actions")),
    )


def _texts(value: Json | None) -> tuple[str, ...] | None:
    return tuple(str(item) for item in value) if isinstance(value, list) else None
