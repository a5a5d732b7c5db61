"""Addresses of mail, and which of them messages may be sent to.

Theory: messages come from authors of scenarios and hold what users wrote, and mail goes out in the
operator's name. So a message chooses a recipient only among those that the settings allow. An
address is plain here, without a name, quotes or comments, so that nothing in it means something
else to a mail server. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

__all__ = ["is_address", "is_allowed", "is_pattern"]

ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?P<domain>[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*)"
)
LONGEST: Final = 254
LONGEST_LOCAL: Final = 64
ANY: Final = "*"
WHOLE_DOMAIN: Final = "*@"


def is_address(text: str) -> bool:
    """
    >>> is_address("ann.lee+x@mail.example.com"), is_address('"a b"@example.com')
    (True, False)
    """
    local = text.partition("@")[0]
    return len(text) <= LONGEST and len(local) <= LONGEST_LOCAL and bool(ADDRESS.fullmatch(text))


def is_pattern(text: str) -> bool:
    """Whether this says which addresses are allowed: one, `*@DOMAIN`, or `*` for all."""
    return text == ANY or is_address(text)


def is_allowed(address: str, patterns: Iterable[str]) -> bool:
    """
    >>> is_allowed("Ann@Example.com", ["*@example.com"])
    True
    >>> is_allowed("ann@sub.example.com", ["*@example.com", "bob@example.org"])
    False
    """
    lowered = address.lower()
    domain = WHOLE_DOMAIN + lowered.rpartition("@")[2]
    return any(pattern.lower() in (ANY, domain, lowered) for pattern in patterns)
