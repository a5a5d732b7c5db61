"""Which addresses strangers may make the engine connect to (architecture 9.9). Pure.

Theory: an address inside another one (mapped, translated, tunnelled) is judged by both: who asks
for it may reach the inner one.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias

__all__ = ["is_public"]

Address: TypeAlias = IPv4Address | IPv6Address

TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""NAT64 (RFC 6052)."""
UNICAST: Final = IPv6Network("2000::/3")
"""All that is given to the public internet (RFC 4291, 2.4)."""
SPECIAL: Final = tuple(
    map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "3fff::/20", "5f00::/16"))
)
"""Beside those that the library knows (RFC 6890 and its registries)."""


def is_public(text: str) -> bool:
    """Whether an address is one of the public internet.

    >>> is_public("93.184.216.34"), is_public("127.0.0.1"), is_public("::ffff:10.0.0.1")
    (True, False, False)
    """
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return all(map(_is_public, _within(address)))


def _is_public(address: Address) -> bool:
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    if isinstance(address, IPv6Address) and address not in UNICAST:
        return False
    return not any(address in network for network in SPECIAL)


def _within(address: Address) -> tuple[Address, ...]:
    """The addresses that it stands for; itself, where it stands for no other."""
    if isinstance(address, IPv4Address):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address in TRANSLATED:
        return (IPv4Address(int(address) & 0xFFFF_FFFF),)
    inner = [item for item in (address.sixtofour, *(address.teredo or ())) if item is not None]
    return (address, *inner)
