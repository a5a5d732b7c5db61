"""Pages of lists: how many entries they have, and the links from one to another (RFC 8288).

Theory: whoever follows `Link` need not know whether pages are numbered. A request that names a page
is led on by numbers; any other by cursors, whose cost does not grow with depth. A page that is
short because looking ended (`engine.listing`) has no number to go on to, and leads by cursor.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from callboard.server.messages import Call
from callboard.server.route import Parameter

__all__ = ["CURSOR", "LIMIT", "LONGEST", "link_header", "page_size"]

LONGEST: Final = 100
"""The longest page that the API has (specification: api, table 1)."""

LIMIT: Final = Parameter(
    "limit",
    "query",
    {"type": "integer", "minimum": 1, "maximum": LONGEST},
    "How many entries a page has: at most `server.page_size` of the settings, as many as it "
    "also has when nothing is said.",
    example=50,
)
CURSOR: Final = Parameter(
    "cursor",
    "query",
    {"type": "string"},
    "Where to go on: taken from the `Link` of another page of the same query.",
)


def page_size(call: Call) -> int:
    """How many entries the page has that is asked for."""
    return min(call.number("limit", LONGEST), call.edge.config.page_size)


def link_header(call: Call, **places: str | int | None) -> tuple[bytes, bytes]:
    """`Link` to the places by relation: a cursor, a number of a page, or 0 for the beginning."""
    kept = "".join(
        f"&{name}={quote(_text(value), safe='')}"
        for name, given in call.query.items()
        if name not in ("page", "cursor")
        for value in (given if isinstance(given, tuple) else (given,))
    )
    links = []
    for relation, place in places.items():
        if place is not None:
            here = f"&cursor={place}" if isinstance(place, str) else f"&page={place}" * (place > 0)
            query = (here + kept)[1:]
            links.append(f'<{call.path}{"?" if query else ""}{query}>; rel="{relation}"')
    return (b"link", ", ".join(links).encode())


def _text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
