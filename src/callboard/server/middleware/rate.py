"""How often one may ask: so many requests a minute for a credential, or for an address.

Theory: a bucket that holds a minute's worth and fills evenly, kept as one number: the time at which
it will be full again (the generic cell rate algorithm). A request moves that time on by its share
of a minute; when it lies more than a minute ahead the request is one too many. Whoever shows a
credential that is accepted is counted by it, everybody else by the address they come from: an IPv6
network of 64 bits is one address, because one customer has at least that much.

Invariants: the memory is bounded; what is forgotten first is what was not seen for longest.
Addresses never push credentials out. `X-Forwarded-For` is believed of the configured proxies alone.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from time import monotonic
from typing import Final

from callboard.errors import RateError
from callboard.server.config import ServerConfig

__all__ = ["RateLimiter"]

MINUTE: Final = 60.0
REMEMBERED: Final = 20_000
"""Credentials, and as many addresses, that are counted at once."""


class RateLimiter:
    """Counts requests. With 0 requests a minute nothing is counted and nothing refused."""

    def __init__(self, config: ServerConfig, clock: Callable[[], float] = monotonic) -> None:
        """`clock` gives seconds that only grow."""
        self._share = MINUTE / config.requests_per_minute if config.requests_per_minute else 0.0
        self._proxies = frozenset(config.proxies)
        self._clock = clock
        self._credentials: OrderedDict[str, float] = OrderedDict()
        self._addresses: OrderedDict[str, float] = OrderedDict()

    def spend(self, credential: str) -> None:
        """Count a request of a credential. Raises `RateError` when it is one too many."""
        if self._share:
            self._spend(self._credentials, credential)

    def spend_address(self, peer: str, headers: Mapping[bytes, bytes]) -> None:
        """Count a request from an address; `peer` is the other end of the connection.

        Raises `RateError`.
        """
        if self._share:
            self._spend(self._addresses, _network(self._origin(peer, headers)))

    def _spend(self, table: OrderedDict[str, float], who: str) -> None:
        now = self._clock()
        full = max(table.get(who, now), now) + self._share
        if full - now > MINUTE:
            seconds = max(1, math.ceil(full - now - MINUTE))
            raise RateError(f"Too many requests. Try again in {seconds} s.", seconds)
        table[who] = full
        table.move_to_end(who)
        if len(table) > REMEMBERED:
            table.popitem(last=False)

    def _origin(self, peer: str, headers: Mapping[bytes, bytes]) -> str:
        """The last address on the way that is no proxy of ours."""
        if peer not in self._proxies:
            return peer
        passed = headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")
        for address in reversed([item.strip() for item in passed]):
            if address and address not in self._proxies:
                return address
        return peer


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
