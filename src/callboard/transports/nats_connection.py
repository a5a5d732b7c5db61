"""A connection to NATS that is there when it is asked for.

Theory: a connection that has ended stays so; the next one who needs it opens a new one, to any of
the servers. So nothing waits in buffers that nobody sees, and whoever asks learns within its time
that there is none.

Invariant: nothing of the addresses, and nothing secret, is in an error.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import nats.errors
from nats.aio.client import Client

from callboard.ports.transport import DeliveryError
from callboard.telemetry import printable
from callboard.transports.nats_config import NatsConfig
from callboard.transports.nats_credentials import credentials_of
from callboard.transports.trust import trusting

__all__ = ["Connection", "told"]

UNSAFE: Final = "There is no safe connection to it: check its certificate."
NOT_LET_IN: Final = "It does not let the engine in: check who it says it is."
CLOSING_SECONDS: Final = 0.5
PAUSE: Final = 0.25
PING_SECONDS: Final = 10
"""How often a connection is tried, so that one which is dead without a word is noticed."""


class Connection:
    """A connection, made when it is first needed, and anew when it has ended."""

    def __init__(self, config: NatsConfig) -> None:
        self._config = config
        self._tls = trusting(config.ca_file) if config.ca_file is not None else None
        given = config.credentials
        self._credentials = credentials_of(given) if given is not None else None
        self._client: Client | None = None
        self._lock = asyncio.Lock()
        self.denied = ""
        """What the server last said that the engine may not do."""

    @property
    def is_open(self) -> bool:
        """Whether there is one that is alive."""
        return self._client is not None and self._client.is_connected

    async def open(self) -> Client:
        """A connection that is alive. Waits until there is one, or raises `DeliveryError` when the
        server does not let the engine in, or cannot be trusted.
        """
        async with self._lock:
            if self._client is None or not self.is_open:
                await self._drop()
                self._client = await self._connected()
            return self._client

    async def close(self) -> None:
        """End it."""
        await self._drop()

    async def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await _end(client)

    async def _connected(self) -> Client:
        while True:
            client = Client()
            try:
                await client.connect(**self._options())
                return client
            except ssl.SSLError:
                raise DeliveryError(UNSAFE) from None
            except (TimeoutError, OSError):
                pass
            except nats.errors.Error as error:
                if "authorization" in str(error).lower():
                    raise DeliveryError(NOT_LET_IN) from None
            finally:
                if not client.is_connected:
                    await _end(client)
            await asyncio.sleep(PAUSE)

    def _options(self) -> dict[str, Any]:
        config = self._config
        made: dict[str, Any] = {
            "servers": list(config.servers),
            "name": "callboard",
            "error_cb": self._heard,
            "allow_reconnect": False,
            "ping_interval": PING_SECONDS,
        }
        if self._tls is not None:
            made["tls"] = self._tls
        if self._credentials is not None:
            made["user_jwt_cb"] = self._credentials.jwt
            made["signature_cb"] = self._credentials.signature
        given = {"user": config.user, "password": config.password, "token": config.token}
        return made | {name: value for name, value in given.items() if value}

    async def _heard(self, error: Exception) -> None:
        """What the server says meanwhile; that the engine may not do something is worth telling."""
        if "permissions violation" in str(error).lower():
            self.denied = printable(str(error).removeprefix("nats: "), 200)


async def _end(client: Client) -> None:
    """Close a connection; one that never was has nothing to wait for, though the library may."""
    with suppress(TimeoutError, OSError, nats.errors.Error):
        async with asyncio.timeout(CLOSING_SECONDS):
            await client.close()


@contextmanager
def told(connection: Connection) -> Iterator[None]:
    """What goes wrong with a connection, as a `DeliveryError` without an address."""
    try:
        yield
    except nats.errors.MaxPayloadError as error:
        raise DeliveryError("The message is larger than the server takes.", final=True) from error
    except TimeoutError as error:
        if not connection.is_open:
            raise DeliveryError("It cannot be reached.") from error
        why = f": {connection.denied}" if connection.denied else "."
        raise DeliveryError(f"It did not confirm in time{why}") from error
    except (nats.errors.Error, OSError) as error:
        raise DeliveryError(f"It cannot be reached ({type(error).__name__}).") from error
