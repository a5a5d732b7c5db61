"""The provider `webhook`: a service is told by HTTP, guarded (architecture 9.9).

Theory: the address comes from the operator, so it may be private. Everything else is bounded: no
redirects, no proxy of the environment, no cookies, no compression, a size, and one time for all of
it, so that an answer that trickles ends like one that never comes. Each service has connections of
its own. One that was idle is dropped before most servers would drop it, because a message that is
sent into a closing connection counts as a failure.

This module is imported only where a service is told so, for its library takes its time.

Invariants: what is signed are the bytes that are sent. No address and no header is in an error.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from time import time
from typing import Final

import aiohttp

from callboard.ports.transport import AnswerError, DeliveryError, Message, Provider, Reply
from callboard.signing import key_of, signature
from callboard.transports.answers import HttpAnswer, reply_of, wants_body
from callboard.transports.bodies import content_type, encoded
from callboard.transports.webhook_config import WebhookConfig

__all__ = ["PROVIDER", "Webhook"]

CONNECTIONS: Final = 64
IDLE_SECONDS: Final = 4.0
CHUNK: Final = 16_384
EXCERPT_BYTES: Final = 800
EXCERPT_SECONDS: Final = 1.0
"""How much of the body of a failure is read, for people, and how long."""


class Webhook:
    """A service at one address. `now` is the time of day, not a clock that somebody moves: the
    receiver compares it with its own.
    """

    def __init__(self, config: WebhookConfig, now: Callable[[], float] = time) -> None:
        self._config = config
        self._now = now
        self._keys = tuple(map(key_of, config.secret))
        self._session: aiohttp.ClientSession | None = None

    async def deliver(self, message: Message) -> Reply | None:
        """Send it; what was answered. Raises `DeliveryError`, or `AnswerError` for an answer that
        is too large or nobody can read.
        """
        body = encoded(message.body)
        with _told():
            async with asyncio.timeout(self._config.timeout):
                answer = await self._send(body, self._headers(message, body))
        return reply_of(answer, self._now)

    async def close(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _send(self, body: bytes, headers: dict[str, str]) -> HttpAnswer:
        async with self._opened().request(
            self._config.method,
            self._config.url,
            data=body,
            headers=headers,
            allow_redirects=False,
        ) as response:
            told = {name.lower(): value for name, value in response.headers.items()}
            return HttpAnswer(response.status, told, await self._body(response))

    def _opened(self) -> aiohttp.ClientSession:
        """The connections; made when they are first needed, in the loop that uses them."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),
                trust_env=False,
                auto_decompress=False,
            )
        return self._session

    def _headers(self, message: Message, body: bytes) -> dict[str, str]:
        made = {
            "user-agent": f"callboard/{version('callboard')}",
            "accept": "application/json, text/plain;q=0.5",
            "accept-encoding": "identity",
            "content-type": content_type(message.body),
        }
        timestamp = int(self._now())
        made |= {name.lower(): value for name, value in self._config.headers.items()}
        made |= {
            "webhook-id": message.id,
            "webhook-timestamp": str(timestamp),
            "callboard-process": message.process,
            "callboard-etag": message.etag,
        }
        if self._keys:
            made["webhook-signature"] = signature(self._keys, message.id, timestamp, body)
        return made

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        """The body, as far as it says anything."""
        if not 200 <= response.status < 300:
            return await _excerpt(response)
        if not wants_body(response.status):
            return b""
        chunks, size, most = [], 0, self._config.answer_bytes
        async for chunk in response.content.iter_chunked(CHUNK):
            size += len(chunk)
            if size > most:
                raise AnswerError(f"Its answer is larger than {most} bytes.")
            chunks.append(chunk)
        return b"".join(chunks)


async def _excerpt(response: aiohttp.ClientResponse) -> bytes:
    """The beginning of a body, or nothing when it does not come at once."""
    with suppress(TimeoutError, aiohttp.ClientError):
        async with asyncio.timeout(EXCERPT_SECONDS):
            return await response.content.read(EXCERPT_BYTES)
    return b""


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong on the way, as a `DeliveryError` without an address."""
    try:
        yield
    except TimeoutError as error:
        raise DeliveryError("It did not answer in time.") from error
    except aiohttp.ServerDisconnectedError as error:
        raise DeliveryError("It closed the connection without an answer.") from error
    except aiohttp.ClientPayloadError as error:
        raise DeliveryError("Its answer broke off.") from error
    except aiohttp.ClientSSLError as error:
        raise DeliveryError("There is no safe connection to it: check its certificate.") from error
    except aiohttp.ClientResponseError as error:
        raise DeliveryError("Its answer is not HTTP.") from error
    except (aiohttp.ClientError, OSError) as error:
        raise DeliveryError(f"It cannot be reached ({type(error).__name__}).") from error


PROVIDER: Final = Provider(WebhookConfig, Webhook)
