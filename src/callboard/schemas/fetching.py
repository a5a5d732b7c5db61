"""Fetching schemas that scenarios refer to, over HTTPS, guarded (architecture 9.9).

Theory: the address comes from whoever writes scenarios, who may be a stranger to the operator. So
it leads nowhere that the stranger could not reach: a name is resolved once, all its addresses have
to be public ones, and those are what is connected to, under the original name. No redirects, no
proxy of the environment, no cookies, no compression, a size and a time. What was fetched, or
refused, is kept for a while, so that nobody makes the engine ask a third party again and again.

It is imported only where schemas are fetched: the library takes its time.

Invariant: an address that is not public is never connected to.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from callboard.core.scenario.text import load
from callboard.core.schema import normalize_schema
from callboard.core.values import Json
from callboard.errors import SchemaError, TextError
from callboard.ports.schemas import FetchError
from callboard.schemas.addresses import is_public
from callboard.schemas.directory import DIALECT

__all__ = ["WebSchemas"]

SECONDS: Final = 5.0
LARGEST: Final = 262_144
AT_ONCE: Final = 4
KEPT: Final = 256
KEPT_SECONDS: Final = 600.0
FAILED_SECONDS: Final = 30.0
LONGEST: Final = 2_000


class WebSchemas:
    """Schemas by their `https:` addresses. `allowed` says which addresses may be connected to,
    `trust` whose certificates hold; both are for tests.
    """

    def __init__(
        self,
        *,
        allowed: Callable[[str], bool] = is_public,
        trust: ssl.SSLContext | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allowed = allowed
        self._trust = trust
        self._now = now
        self._session: aiohttp.ClientSession | None = None
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._kept: OrderedDict[str, tuple[float, Json | FetchError]] = OrderedDict()

    async def get(self, uri: str) -> Json:
        """The schema at an address, in its normal form. Raises `FetchError`."""
        async with self._turn:
            found = self._known(uri)
            if found is None:
                found = await self._look(uri)
                seconds = FAILED_SECONDS if isinstance(found, FetchError) else KEPT_SECONDS
                self._kept[uri] = (self._now() + seconds, found)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        if isinstance(found, FetchError):
            raise found
        return found

    async def close(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _known(self, uri: str) -> Json | FetchError:
        until, found = self._kept.get(uri, (0.0, None))
        return found if self._now() < until else None

    async def _look(self, uri: str) -> Json | FetchError:
        try:
            self._check(uri)
            async with asyncio.timeout(SECONDS):
                text = await self._read(uri)
            return _schema(text)
        except FetchError as error:
            return error
        except TimeoutError:
            return FetchError("It does not answer in time.")
        except aiohttp.ClientSSLError:
            return FetchError("There is no safe connection to it: its certificate does not hold.")
        except (aiohttp.ClientError, OSError, ValueError):
            return FetchError("It cannot be reached.")

    def _check(self, uri: str) -> None:
        """Refuse what is no plain https address, or names one that may not be connected to."""
        try:
            parts = urlsplit(uri)
            host, plain = parts.hostname or "", parts.port != 0 and "@" not in parts.netloc
        except ValueError:
            host, plain = "", False
        if not uri.startswith("https://") or len(uri) > LONGEST or not uri.isprintable():
            host = ""
        if not host or not plain:
            raise FetchError("It is no https address.")
        try:
            ip_address(host)
        except ValueError:
            return
        if not self._allowed(host):
            raise FetchError("Its address is not a public one.")

    async def _read(self, uri: str) -> bytes:
        async with self._opened().get(uri, allow_redirects=False) as answer:
            if answer.status != 200:
                raise FetchError(f"It answers {answer.status}.")
            chunks, size = [], 0
            async for chunk in answer.content.iter_chunked(16_384):
                size += len(chunk)
                if size > LARGEST:
                    raise FetchError(f"It is larger than {LARGEST} bytes.")
                chunks.append(chunk)
        return b"".join(chunks)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            resolver = Resolver(self._allowed)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    resolver=resolver, use_dns_cache=False, ssl=self._trust or True
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
                headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            )
        return self._session


class Resolver(AbstractResolver):
    """Names, as the system resolves them, where all addresses may be connected to."""

    def __init__(self, allowed: Callable[[str], bool]) -> None:
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses. Raises `FetchError` when one of them may not be connected to."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
        if not all(self._allowed(str(place[0])) for *_, place in found):
            raise FetchError("Its address is not a public one.")
        return [
            ResolveResult(
                hostname=host,
                host=str(place[0]),
                port=port,
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST,
            )
            for kind, _, protocol, _, place in found
        ]

    async def close(self) -> None:
        """Nothing is held."""


def _schema(text: bytes) -> Json:
    try:
        schema = load(text, format="json")
        if not isinstance(schema, (dict, bool)):
            raise FetchError("It is no schema.")
        if isinstance(schema, dict):
            schema = {"$schema": DIALECT, **schema}
        return normalize_schema(schema)
    except (TextError, SchemaError) as error:
        raise FetchError(f"It cannot be read: {error.message}") from None
