"""Where something stands in a document.

Whoever walks through a document makes a place for every value, and needs the JSON Pointer of few;
so a place is only a link to the one around it, and the pointer is written when somebody asks. That
keeps the walk linear, however long the keys are.
"""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """A place in a document; `str` gives its JSON Pointer.

    >>> str(ROOT / "states" / "a/b" / "transitions" / 0), str(ROOT)
    ('/states/a~1b/transitions/0', '')
    """

    around: Place | None
    key: str | int

    def __truediv__(self, key: str | int) -> Place:
        return Place(self, key)

    def at(self, pointer: str) -> Place:
        """The place that a JSON Pointer names from here.

        >>> (ROOT / "states").at("/a~1b/0").key
        '0'
        """
        place = self
        for part in pointer.split("/")[1:]:
            place = place / part.replace("~1", "/").replace("~0", "~")
        return place

    def __str__(self) -> str:
        parts: list[str] = []
        place = self
        while place.around is not None:
            parts.append(str(place.key).replace("~", "~0").replace("/", "~1"))
            place = place.around
        return "".join(f"/{part}" for part in reversed(parts))


ROOT = Place(None, "")
"""The whole document."""
