"""Titles made from keys (specification: language, section 3)."""

from __future__ import annotations

from typing import Final

from callboard.core.values import Json, JsonObject

BLANKS: Final = (
    "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What JavaScript's `trim` cuts; Python's `strip` cuts other characters."""


def title_of(key: str) -> str:
    """A trailing `*` is dropped, the first `_` becomes a space, blanks at both ends are cut.

    >>> title_of("team_lead_east"), title_of("reviewer_*")
    ('team lead_east', 'reviewer')
    """
    return key.removesuffix("*").replace("_", " ", 1).strip(BLANKS)


def or_title(value: JsonObject, key: str) -> Json:
    """The title that was written, else the one from the key."""
    title = value.get("title")
    return title_of(key) if title is None else title
