"""The settings of the provider `webhook`, and what cannot be one of them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

from callboard.signing import key_of

__all__ = ["WebhookConfig"]

LONGEST: Final = 3_600.0
NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""The name of a header (RFC 9110, 5.1)."""
VALUE: Final = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
OURS: Final = frozenset(
    {"connection", "content-length", "expect", "host", "te", "trailer", "transfer-encoding"}
)
OUR_PREFIXES: Final = ("webhook-", "callboard-")


@dataclass(frozen=True, slots=True)
class WebhookConfig:
    """Settings of a service that is told by HTTP."""

    url: str
    """Address that is told, `http://` or `https://`; it may be private, for you chose it."""
    method: Literal["POST", "PUT", "PATCH"] = "POST"
    """How it is told."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Further headers, like `Authorization`."""
    timeout: float = 30.0
    """How long it may take to answer, to the last byte, in seconds."""
    secret: tuple[str, ...] = field(default=(), repr=False)
    """Secret by which messages are signed, `whsec_…`; while it is changed, the new one and the old
    one."""
    answer_bytes: int = 1_048_576
    """The largest answer, in bytes; a larger one is refused."""

    def __post_init__(self) -> None:
        """Raises `ValueError` for what cannot be used."""
        _check_address(self.url)
        for name, value in self.headers.items():
            _check_header(name, value)
        if not (math.isfinite(self.timeout) and 0 < self.timeout <= LONGEST):
            raise ValueError(f"timeout is to be more than 0 and at most {LONGEST:g} seconds.")
        if self.answer_bytes < 0:
            raise ValueError("answer_bytes is to be 0 or more.")
        for secret in self.secret:
            key_of(secret)


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not url.isprintable() or " " in url:
        raise ValueError("url is to be an http or https address.") from None
    if "@" in parts.netloc:
        raise ValueError("url is to be without a user; put Authorization into headers.")


def _check_header(name: str, value: str) -> None:
    if not NAME.fullmatch(name) or not VALUE.fullmatch(value):
        raise ValueError("headers holds one that HTTP does not allow.")
    if name.lower() in OURS or name.lower().startswith(OUR_PREFIXES):
        raise ValueError(f"headers cannot hold {name}: it is made for each message.")
