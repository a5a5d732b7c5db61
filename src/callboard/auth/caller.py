"""From a credential to a caller (specification: api, section 2).

Theory: a bearer token is an API key when it looks like one, else a JWT. Who a JWT turned out to be
about is remembered until the token ends, so that a signature is checked once; an API key is looked
up every time.

Invariants: a credential that is sent is accepted or refused, and never passed over for the default
account. Tokens are remembered by their digest alone, and forgotten when the keys change that they
were checked by.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Final

from callboard.auth.apikey import ApiKeyVerifier, known_privileges
from callboard.auth.config import AuthConfig
from callboard.auth.jwt import JwtVerifier, invalid_token
from callboard.errors import UnauthenticatedError
from callboard.ports.caller import ANONYMOUS, Caller, User
from callboard.ports.store import ApiKeyStore
from callboard.ports.tokens import PREFIX

_REMEMBERED: Final = 4_096


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
        """Without a `verifier` no JWT is accepted; `default` is who a missing credential means."""
        self._config = config
        self._keys = ApiKeyVerifier(store, now)
        self._verifier = verifier
        self._now = now
        self._nobody = ANONYMOUS if default is None else self._user(default, None)
        self._generation = 0
        self._known: OrderedDict[bytes, Caller] = OrderedDict()

    async def __call__(self, authorization: str | None) -> Caller:
        """The caller; anonymous (or the default account) without a header. Raises
        UnauthenticatedError for a credential that is not accepted.
        """
        if authorization is None:
            return self._nobody
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise UnauthenticatedError("Send the credential as: Authorization: Bearer TOKEN.")
        if token.startswith(PREFIX):
            return await self._keys.verify(token)
        return await self._jwt(token)

    async def _jwt(self, token: str) -> Caller:
        if self._verifier is None:
            raise invalid_token("no key is configured to check it by")
        self._forget(self._verifier)
        digest = sha256(token.encode(errors="surrogatepass")).digest()
        known = self._known.get(digest)
        if known is not None and (known.expires is None or self._now().timestamp() < known.expires):
            self._known.move_to_end(digest)
            return known
        verified = await self._verifier.accept(token)
        self._forget(self._verifier)
        caller = self._known[digest] = self._user(verified.user, verified.expires)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return caller

    def _forget(self, verifier: JwtVerifier) -> None:
        """Forget everybody when the keys have changed."""
        generation = verifier.keys.generation()
        if generation != self._generation:
            self._generation = generation
            self._known.clear()

    def _user(self, user: User, expires: float | None) -> Caller:
        return caller_of_user(self._config, user, expires)


def caller_of_user(config: AuthConfig, user: User, expires: float | None) -> Caller:
    """The caller that a user is: privileges of its roles, and those of everyone signed in."""
    names = set(config.signed_in)
    for role in user.roles:
        names.update(config.roles.get(role, ()))
    return Caller(privileges=known_privileges(names), user=user, expires=expires)
