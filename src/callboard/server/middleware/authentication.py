"""Who asks, how often, and whether the route is for them.

Theory: the route declares its privilege; here it is compared, before anything of the request's body
is read. Whoever is let in is counted by the credential, whoever is not by the address, so that
guessing is slow. What a caller may do with one process or scenario is the engine's to judge.

Specification: api, section 2: no credential 401, a bad one 401, not enough 403; section 3: too many
requests 429.
"""

from __future__ import annotations

from collections.abc import Mapping

from callboard.errors import ForbiddenError, UnauthenticatedError
from callboard.ports.caller import ANONYMOUS, Caller
from callboard.server.edge import Authenticate
from callboard.server.middleware.rate import RateLimiter
from callboard.server.route import Public, Route

__all__ = ["Admission"]


class Admission:
    """The door."""

    def __init__(self, authenticate: Authenticate, limiter: RateLimiter) -> None:
        self._authenticate = authenticate
        self._limiter = limiter

    async def admit(self, route: Route, headers: Mapping[bytes, bytes], peer: str) -> Caller:
        """The caller, who may use the route; on a public one nobody is asked who they are.

        Raises `UnauthenticatedError`, `ForbiddenError`, `RateError`.
        """
        needed = route.privilege
        if isinstance(needed, Public):
            if route.counted:
                await self._spend_address(peer, headers)
            return ANONYMOUS
        caller = await self._caller(headers, peer)
        for privilege in needed:
            if caller.may(privilege):
                return caller
        if caller.user is None and caller.key is None:
            raise UnauthenticatedError("Send a token: Authorization: Bearer TOKEN.")
        names = " or ".join(needed)
        raise ForbiddenError(
            f"This needs the privilege {names}, which the credential does not have."
        )

    async def _caller(self, headers: Mapping[bytes, bytes], peer: str) -> Caller:
        given = headers.get(b"authorization")
        try:
            caller = await self._authenticate(None if given is None else given.decode("latin-1"))
        except UnauthenticatedError:
            await self._spend_address(peer, headers)
            raise
        if caller.user is None and caller.key is None:
            await self._spend_address(peer, headers)
        else:
            self._limiter.spend(caller.credential)
            await self._limiter.settle(caller.credential)
        return caller

    async def _spend_address(self, peer: str, headers: Mapping[bytes, bytes]) -> None:
        self._limiter.spend_address(peer, headers)
        await self._limiter.settle_address(peer, headers)
