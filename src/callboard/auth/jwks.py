"""The keys that an issuer publishes (RFC 7517): fetched, kept, renewed.

Theory: a set of keys is fetched once and is fresh for `jwks_seconds`; then it is fetched again
in the background while the old one serves. A token that names a key which is not in the set may
mean that the issuer has a new one: this fetches too, and its request waits for a moment. Strangers
can name keys as they like, so there is one fetch a minute at most, whatever comes, and few
requests wait for it. While the issuer cannot be reached the old keys serve, for
`jwks_stale_seconds` at most.

Invariants: one key, one algorithm: the one that the key or the configuration names, else the usual
one of its kind. Secrets (`oct`), private keys, keys for encryption and small keys are passed over.
`kid` is compared and nothing else; a token without it is accepted only where one key can be meant.
`generation` grows whenever the keys change, so that nobody remembers what old ones proved.
"""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

import msgspec
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey

from callboard.auth.config import AuthConfig
from callboard.auth.keys import ConfiguredKey, Key, KeyConfigError, pinned
from callboard.auth.refusal import invalid_token
from callboard.errors import CallboardError, UnavailableError

__all__ = ["Fetch", "FetchError", "JwksKeys", "SetKey", "is_web_address", "read_key_set"]

log = logging.getLogger("callboard.auth")

Fetch: TypeAlias = Callable[[], Awaitable[bytes]]
"""Gets the text of the key set. Raises `FetchError`."""

BETWEEN_SECONDS: Final = 60.0
"""Between the beginnings of two fetches."""
WAIT_SECONDS: Final = 2.0
"""How long a request waits for a fetch."""
WAITING: Final = 64
"""Requests that wait at once; further ones are answered at once."""
MOST_KEYS: Final = 100
LONGEST_NAME: Final = 512

_MEMBERS: Final = {"RSA": ("n", "e"), "EC": ("crv", "x", "y"), "OKP": ("crv", "x")}
_KINDS: Final[dict[str, type[RSAKey] | type[ECKey] | type[OKPKey]]] = {
    "RSA": RSAKey,
    "EC": ECKey,
    "OKP": OKPKey,
}


def is_web_address(url: str, *, plain: bool = False) -> bool:
    """Whether this is an address with a host and without a user; `plain` lets `http` through.

    >>> is_web_address("https://login.example.com/keys"), is_web_address("http://a.example")
    (True, False)
    """
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (it raises)
    except ValueError:
        return False
    schemes = ("https", "http") if plain else ("https",)
    return parts.scheme in schemes and bool(parts.hostname) and parts.username is None


class FetchError(CallboardError):
    """The keys of the issuer cannot be had."""

    code = "fetch"


@dataclass(frozen=True, slots=True)
class SetKey:
    """A key of a set, and its name there."""

    name: str | None
    key: ConfiguredKey


def read_key_set(text: bytes, algorithm: str = "") -> tuple[SetKey, ...]:
    """The keys of a set by which tokens can be checked; `algorithm` is the one that is configured.

    Raises `FetchError` when it is no set, or holds no such key.
    """
    try:
        document = msgspec.json.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise FetchError("The key set is not JSON.") from error
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise FetchError("The key set has no list of keys.")
    found = [_usable(item, algorithm) for item in listed[:MOST_KEYS]]
    keys = tuple(key for key in found if key is not None)
    if not keys:
        raise FetchError("The key set holds no key by which tokens can be checked.")
    return keys


def _usable(item: object, algorithm: str) -> SetKey | None:
    """A key of a set; None for one that is not for checking signatures, or not safe."""
    if not isinstance(item, dict) or item.get("use", "sig") != "sig" or "d" in item:
        return None
    operations, name = item.get("key_ops"), item.get("kid")
    if operations is not None and not (isinstance(operations, list) and "verify" in operations):
        return None
    if not (name is None or (isinstance(name, str) and len(name) <= LONGEST_NAME)):
        return None
    key, own = _imported(item), item.get("alg")
    if key is None or (own is not None and algorithm and own != algorithm):
        return None
    try:
        return SetKey(name, pinned(key, algorithm if own is None else str(own)))
    except KeyConfigError:
        return None


def _imported(item: Mapping[str, Any]) -> Key | None:
    kind = item.get("kty")
    members = _MEMBERS.get(kind) if isinstance(kind, str) else None
    if members is None or not isinstance(kind, str):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)  # small keys are passed over later
            return _KINDS[kind].import_key({"kty": kind, **{name: item[name] for name in members}})
    except (JoseError, ValueError, TypeError, KeyError):
        return None


class JwksKeys:
    """The keys of an issuer, kept fresh."""

    def __init__(self, config: AuthConfig, fetch: Fetch, now: Callable[[], float]) -> None:
        """`now` gives seconds that only grow."""
        self._config = config
        self._fetch = fetch
        self._now = now
        self._keys: tuple[SetKey, ...] = ()
        self._generation = 0
        self._fetched = 0.0
        self._tried: float | None = None
        self._task: asyncio.Task[None] | None = None
        self._waiting = 0
        self.problem = ""
        """Why the last fetch failed; empty when it did not."""

    def names(self) -> list[str]:
        """The keys that are there: each with its name and its algorithm."""
        return [f"{one.name or 'unnamed'} ({one.key.algorithms[0]})" for one in self._keys]

    def generation(self) -> int:
        """Which keys these are; begins a fetch when they are no longer fresh."""
        now = self._now()
        if self._keys and now - self._fetched >= self._config.jwks_seconds:
            if now - self._fetched >= self._config.jwks_stale_seconds:
                self._keys = ()
                self._generation += 1
            self._begin(now)
        return self._generation

    def find(self, header: Mapping[str, Any]) -> ConfiguredKey:
        """The key that a token is to be checked by. Raises `TokenError`, `UnavailableError`."""
        if not self._keys:
            raise UnavailableError("The keys that tokens are checked by cannot be had right now.")
        name, algorithm = header.get("kid"), header.get("alg")
        if name is not None and not isinstance(name, str):
            raise invalid_token("the name of its key is no text", "key")
        named = [one for one in self._keys if name is None or one.name == name]
        if not named:
            told = f"it names the key {name!r:.80}, which the issuer does not publish."
            raise invalid_token("its key is not known", "key", told)
        fitting = [one.key for one in named if algorithm in one.key.algorithms]
        if not fitting:
            pins = ", ".join(sorted({item for one in named for item in one.key.algorithms}))
            told = f"it is signed by {algorithm!r:.40}; the key is for {pins}."
            raise invalid_token("its algorithm is another", "algorithm", told)
        if len(fitting) > 1:
            raise invalid_token("it does not say which of several keys it was signed by", "key")
        return fitting[0]

    async def prepare(self, header: Mapping[str, Any]) -> None:
        """Fetch the keys where there are none yet, or not the one that a token names."""
        self.generation()
        name = header.get("kid")
        if self._keys and (name is None or any(one.name == name for one in self._keys)):
            return
        task = self._begin(self._now())
        if task is not None and self._waiting < WAITING:
            self._waiting += 1
            try:
                await asyncio.wait({task}, timeout=WAIT_SECONDS)
            finally:
                self._waiting -= 1

    def start(self) -> None:
        """Begin to fetch the keys, before anybody asks for them."""
        self._begin(self._now())

    async def settle(self) -> None:
        """Wait until a fetch that is under way has ended."""
        if self._task is not None:
            await asyncio.wait({self._task})

    def _begin(self, now: float) -> asyncio.Task[None] | None:
        """The fetch that is under way, or a new one when the last is long enough ago."""
        if self._task is None and (self._tried is None or now - self._tried >= BETWEEN_SECONDS):
            self._tried = now
            self._task = asyncio.create_task(self._renew())
        return self._task

    async def _renew(self) -> None:
        try:
            keys = read_key_set(await self._fetch(), self._config.jwt_algorithm)
        except FetchError as error:
            self.problem = error.message
            log.warning("the keys of the issuer cannot be had", extra={"why": error.message})
        else:
            self.problem = ""
            self._fetched = self._now()
            if _shown(keys) != _shown(self._keys):
                self._generation += 1
            self._keys = keys
        finally:
            self._task = None

    async def close(self) -> None:
        """End a fetch that is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})


def _shown(keys: tuple[SetKey, ...]) -> list[tuple[object, ...]]:
    """What makes a set the same set."""
    return [(one.name, one.key.algorithms, one.key.key.thumbprint()) for one in keys]
