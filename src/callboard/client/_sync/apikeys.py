"""API keys: `client.api_keys`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from callboard.client import calls
from callboard.client._sync.connection import Connection
from callboard.client.models import ApiKey

__all__ = ["ApiKeys"]


class ApiKeys:
    """Credentials for programs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self) -> tuple[ApiKey, ...]:
        """All keys, newest first, their tokens masked."""
        found = self._connection.read(calls.get("apikey"))
        return tuple(ApiKey(item) for item in found)

    def issue(
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

            key = callboard.api_keys.issue(
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
        return ApiKey(self._connection.read(call))

    def revoke(self, key: str | ApiKey) -> None:
        """From now on the key is refused. Revoking it again is no error."""
        key_id = key if isinstance(key, str) else key.id
        self._connection.send(calls.send("DELETE", "apikey", key_id, repeatable=True))
