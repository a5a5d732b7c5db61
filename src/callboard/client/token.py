"""The credential: a text, or a function that gives one.

A function is asked for each attempt, so it may give a fresh token whenever the last one is about to
end; when the server does not accept what it gave, it is asked once more. For asyncio the function
may be a coroutine function.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

__all__ = ["AsyncToken", "Token", "bearer", "bearer_async"]

Token: TypeAlias = str | Callable[[], str]
AsyncToken: TypeAlias = str | Callable[[], str | Awaitable[str]]


def bearer(token: Token | None) -> dict[str, str]:
    """The header that carries the credential; none without one.

    >>> bearer(lambda: "abc")
    {'authorization': 'Bearer abc'}
    """
    value = token() if callable(token) else token
    return {"authorization": f"Bearer {value}"} if value else {}


async def bearer_async(token: AsyncToken | None) -> dict[str, str]:
    """The same, waiting for a coroutine."""
    value = token() if callable(token) else token
    return bearer(value if value is None or isinstance(value, str) else await value)
