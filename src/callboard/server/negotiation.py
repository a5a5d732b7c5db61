"""What a client prefers: media types by `Accept`, and the `Prefer` header (RFC 7240).

Theory: `Accept` is a wish. Where nothing that we have was asked for, we send what we would have
sent without the header, as RFC 9110 (12.4.1) allows: a browser then still shows something.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from callboard.server.messages import Call

__all__ = ["YAML_TYPES", "media_type", "preferred", "wants_representation"]

YAML_TYPES: Final = frozenset(
    {"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "text/vnd.yaml"}
)
"""All names under which YAML travels; `application/yaml` (RFC 9512) is its proper one."""


@lru_cache(256)
def media_type(text: bytes | None) -> tuple[str, str | None]:
    """A `Content-Type`: the media type in lower case, and its charset.

    >>> media_type(b"Application/JSON; charset=UTF-8")
    ('application/json', 'utf-8')
    """
    if text is None:
        return "", None
    kind, _, rest = text.decode("latin-1").partition(";")
    charset = None
    for parameter in rest.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    return kind.strip().lower(), charset


def preferred(accept: str | None, offers: Sequence[str]) -> str:
    """The offer that `Accept` likes best; the first of equals, and the first when none is liked.

    >>> preferred("text/yaml;q=0.5, application/json;q=0.4", ["application/json", "text/yaml"])
    'text/yaml'
    """
    if accept is None:
        return offers[0]
    ranges = [_range(item) for item in accept.split(",")]
    best, liking = offers[0], 0.0
    for offer in offers:
        quality = _quality(offer, ranges)
        if quality > liking:
            best, liking = offer, quality
    return best


def _range(text: str) -> tuple[str, float]:
    kind, _, rest = text.partition(";")
    quality = 1.0
    for parameter in rest.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                quality = 0.0
    return kind.strip().lower(), quality


def _quality(offer: str, ranges: Sequence[tuple[str, float]]) -> float:
    """How much an offer is liked: the most exact range that names it decides."""
    quality, exactness = 0.0, -1
    for kind, liking in ranges:
        if kind == offer:
            exact = 2
        elif kind == offer.partition("/")[0] + "/*":
            exact = 1
        elif kind == "*/*":
            exact = 0
        else:
            continue
        if exact > exactness:
            quality, exactness = liking, exact
    return quality


def wants_representation(call: Call) -> bool:
    """Whether `Prefer: return=representation` was sent."""
    prefer = call.headers.get(b"prefer")
    if prefer is None:
        return False
    wishes = prefer.decode("latin-1").replace(";", ",").replace('"', "").lower().split(",")
    return any(wish.replace(" ", "") == "return=representation" for wish in wishes)
