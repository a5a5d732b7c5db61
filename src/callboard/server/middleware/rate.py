"""How often one may ask: so many requests a minute for a credential, or for an address.

Theory: whoever shows a credential that is accepted is counted by it, everybody else by the address
they come from: an IPv6 network of 64 bits is one address, because one customer has at least that
much. How it is counted, by one engine or by several, is `engine.allowance`.

Invariants: addresses never push credentials out. `X-Forwarded-For` is believed of the configured
proxies alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from time import monotonic

from callboard.engine.allowance import Allowance
from callboard.errors import RateError
from callboard.ports.store import RateStore
from callboard.server.config import ServerConfig

__all__ = ["RateLimiter"]


class RateLimiter:
    """Counts requests. With 0 requests a minute nothing is counted and nothing refused."""

    def __init__(
        self,
        config: ServerConfig,
        clock: Callable[[], float] = monotonic,
        shared: RateStore | None = None,
    ) -> None:
        """`clock` gives seconds that only grow; in `shared` several engines count together."""
        most = config.requests_per_minute
        self._proxies = frozenset(config.proxies)
        self._credentials = Allowance(most, "credential", shared, clock=clock)
        self._addresses = Allowance(most, "address", shared, clock=clock)

    def spend(self, credential: str) -> None:
        """Count a request of a credential. Raises `RateError` when it is one too many."""
        _spend(self._credentials, credential)

    def spend_address(self, peer: str, headers: Mapping[bytes, bytes]) -> None:
        """Count a request from an address; `peer` is the other end of the connection.

        Raises `RateError`.
        """
        _spend(self._addresses, self._address(peer, headers))

    async def settle(self, credential: str) -> None:
        """Let other engines know of the requests of a credential, where that is due."""
        await self._credentials.settle(credential)

    async def settle_address(self, peer: str, headers: Mapping[bytes, bytes]) -> None:
        """Let them know of the requests from an address."""
        await self._addresses.settle(self._address(peer, headers))

    def _address(self, peer: str, headers: Mapping[bytes, bytes]) -> str:
        return _network(self._origin(peer, headers))

    def _origin(self, peer: str, headers: Mapping[bytes, bytes]) -> str:
        """The last address on the way that is no proxy of ours."""
        if peer not in self._proxies:
            return peer
        passed = headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")
        for address in reversed([item.strip() for item in passed]):
            if address and address not in self._proxies:
                return address
        return peer


def _spend(allowance: Allowance, who: str) -> None:
    wait = allowance.spend(who)
    if wait:
        seconds = max(1, math.ceil(wait))
        raise RateError(f"Too many requests. Try again in {seconds} s.", seconds)


@lru_cache(maxsize=4_096)
def _network(address: str) -> str:
    """What counts as one address.

    >>> _network("2001:db8:1:2:3::4"), _network("192.0.2.1"), _network("somebody")
    ('2001:db8:1:2', '192.0.2.1', '?')
    """
    if not address:
        return address
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return "?"
    if not isinstance(known, IPv6Address):
        return address
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return ":".join(f"{int(part, 16):x}" for part in known.exploded.split(":")[:4])
