"""Fetching the keys of an issuer, over HTTP, guarded (architecture 9.9).

Theory: the address comes from the operator, or from the document that the configured issuer
publishes about itself (OpenID Connect Discovery 1.0), so it may be private. Everything else is
bounded: no redirects, no proxy of the environment, no cookies, no compression, a time and a size.

It is imported only where keys are fetched, before the server answers: the library takes its time.

Invariant: what is fetched over `https` leads to nothing that is fetched without it.
"""

from __future__ import annotations

from typing import Any, Final

import aiohttp
import msgspec

from callboard.auth.jwks import FetchError, is_web_address

__all__ = ["DISCOVERY", "discover", "fetch"]

SECONDS: Final = 5.0
LARGEST: Final = 262_144
DISCOVERY: Final = "/.well-known/openid-configuration"


async def discover(issuer: str) -> bytes:
    """The key set of an issuer, found through what it publishes about itself.

    Raises `FetchError`.
    """
    text = await fetch(issuer.rstrip("/") + DISCOVERY)
    try:
        document: Any = msgspec.json.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise FetchError("What the issuer publishes about itself is not JSON.") from error
    if not isinstance(document, dict) or document.get("issuer") != issuer:
        raise FetchError("What is published at the issuer's address is about another issuer.")
    url = document.get("jwks_uri")
    if not isinstance(url, str) or not is_web_address(url, plain=issuer.startswith("http:")):
        raise FetchError("The issuer names no address of its keys that can be used.")
    return await fetch(url)


async def fetch(url: str) -> bytes:
    """What is at an address. Raises `FetchError` for anything but a plain 200 of bounded size."""
    try:
        async with (
            aiohttp.ClientSession(
                trust_env=False,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=SECONDS),
                headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            ) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise FetchError(f"{_shown(url)} answered {answer.status}.")
            return await _body(answer.content, url)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise FetchError(f"{_shown(url)} cannot be reached ({type(error).__name__}).") from error


async def _body(content: Any, url: str) -> bytes:
    chunks, size = [], 0
    async for chunk in content.iter_chunked(16_384):
        size += len(chunk)
        if size > LARGEST:
            raise FetchError(f"{_shown(url)} answered with more than {LARGEST} bytes.")
        chunks.append(chunk)
    return b"".join(chunks)


def _shown(url: str) -> str:
    """An address without what may be secret in it."""
    return url.partition("?")[0]
