"""Who asks, and whether the route is for them.

Theory: the route declares its privilege; here it is compared, before anything of the request's body
is read. What a caller may do with one process or scenario is the engine's to judge.

Specification: api, section 2: no credential 401, a bad one 401, not enough 403.
"""

from __future__ import annotations

from callboard.errors import ForbiddenError, UnauthenticatedError
from callboard.ports.caller import ANONYMOUS, Caller
from callboard.server.edge import Authenticate
from callboard.server.route import Public, Route

__all__ = ["admit"]


async def admit(route: Route, authenticate: Authenticate, authorization: bytes | None) -> Caller:
    """The caller, who may use the route; on a public one nobody is asked who they are.

    Raises `UnauthenticatedError` or `ForbiddenError`.
    """
    needed = route.privilege
    if isinstance(needed, Public):
        return ANONYMOUS
    text = None if authorization is None else authorization.decode("latin-1")
    caller = await authenticate(text)
    for privilege in needed:
        if caller.may(privilege):
            return caller
    if caller.user is None and caller.key is None:
        raise UnauthenticatedError("Send a token: Authorization: Bearer TOKEN.")
    names = " or ".join(needed)
    raise ForbiddenError(f"This needs the privilege {names}, which the credential does not have.")
