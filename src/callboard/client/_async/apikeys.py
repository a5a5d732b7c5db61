"""API keys: `client.api_keys`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from callboard.client import calls
from callboard.client._async.connection import AsyncConnection
from callboard.client.models import ApiKey

__all__ = ["AsyncApiKeys"]


class AsyncApiKeys:
    """Credentials for programs."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list(self) -> tuple[ApiKey, ...]:
        """All keys, newest first, their tokens masked."""
        found = await self._connection.read(calls.get("apikey"))
        return tuple(ApiKey(item) for item in found)

    async def issue(
        self,
        name: str,
        privileges: Iterable[str],
        *,
        description: str | None = None,
        days: int | None = None,
        expiration: str | None = None,
        processes: Iterable[Mapping[str, Any]] = (),
        service: str | None = None,
    ) -> ApiKey:
        """A new key; its `token` is in this answer and nowhere else.

            key = await callboard.api_keys.issue(
                "Ordering",
                ["process:read", "process:step"],
                processes=[{"scenario": "purchase-order", "actions": ["confirm", "refuse"]}],
                service="ordering",
            )

        It ends after 30 days, after `days`, or at `expiration`. Since asking twice would issue two
        keys, it is not sent again when no answer comes.
        """
        call = calls.issue(
            name,
            tuple(privileges),
            description=description,
            days=days,
            expiration=expiration,
            processes=list(processes) or None,
            service=service,
        )
        return ApiKey(await self._connection.read(call))

    async def revoke(self, key: str | ApiKey) -> None:
        """From now on the key is refused. Revoking it again is no error."""
        key_id = key if isinstance(key, str) else key.id
        await self._connection.send(calls.send("DELETE", "apikey", key_id, repeatable=True))
