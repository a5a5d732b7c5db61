"""What validation finds, and how it is collected: all of it, up to a bound.

Invariants: at most `MOST` errors are told, and their places and messages stay small, whatever the
scenario holds; looking for names that may have been meant is bounded too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice
from typing import Final, TypedDict

from callboard.core.scenario.places import ROOT, Place
from callboard.core.scenario.spelling import Spelling
from callboard.core.scenario.validate.kinds import Kind, is_a, is_function, kind_of, wording
from callboard.core.values import Json, JsonObject

MOST: Final = 100
_ROOM: Final = 200_000
_SHOWN: Final = 80
_LISTED: Final = 12


class ValidationError(TypedDict):
    """One error: its place (JSON Pointer), the rule it breaks, a message, the rule's details."""

    instancePath: str
    keyword: str
    message: str
    params: JsonObject


class Findings:
    """The errors of one validation."""

    def __init__(self) -> None:
        self.errors: list[ValidationError] = []
        self.more = 0
        self.room = _ROOM
        self.spelling = Spelling()

    def add(self, place: Place, keyword: str, message: str, **params: Json) -> None:
        """Note an error at a place; past the bound they are only counted."""
        if self.is_full():
            self.more += 1
            return
        path = str(place)
        self.room -= len(path)
        self.errors.append(
            {"instancePath": path, "keyword": keyword, "message": message, "params": params}
        )

    def unknown(
        self,
        place: Place,
        keyword: str,
        message: str,
        name: str,
        known: Collection[str],
        otherwise: str = "",
    ) -> None:
        """Note that a name is unknown; the message goes on with the one that may have been meant,
        else with `otherwise`, else with all there are.
        """
        if self.is_full():
            self.more += 1
            return
        self.add(
            place,
            keyword,
            message + self._instead(name, known, otherwise),
            value=name[:_SHOWN],
            allowedValues=list(islice(known, _LISTED)),
        )

    def _instead(self, name: str, known: Collection[str], otherwise: str) -> str:
        meant = self.spelling.nearest(name, known)
        if meant is not None:
            return f" Did you mean {shown(meant)}?"
        return otherwise or (f" Possible: {listed(known)}." if known else "")

    def meant(self, name: str, known: Iterable[str]) -> str | None:
        """The known name that may have been meant."""
        return None if self.is_full() else self.spelling.nearest(name, known)

    def is_full(self) -> bool:
        """Whether no further error will be told."""
        return len(self.errors) >= MOST or self.room < 0

    def finish(self) -> list[ValidationError]:
        """All errors; the last one says when there are more."""
        if self.more:
            noun = "error" if self.more == 1 else "errors"
            message = f"There are {self.more} more {noun}; these are the first."
            self.errors.append(
                {
                    "instancePath": str(ROOT),
                    "keyword": "errors",
                    "message": message,
                    "params": {"more": self.more},
                }
            )
        return self.errors

    def need(self, value: Json, place: Place, what: str, *kinds: Kind, hint: str = "") -> bool:
        """Whether a value is of one of the kinds; notes an error when it is not."""
        for kind in kinds:
            if is_a(value, kind):
                return True
        message = f"{what} is {kind_of(value)}, but has to be {wording(kinds)}.{hint}"
        self.add(place, "type", message, type=[kind for kind in kinds if kind != "function"])
        return False

    def as_map(self, value: Json, place: Place, what: str) -> JsonObject | None:
        """The value when it is a map, and no data function; else an error is noted."""
        self.need(value, place, what, "object")
        return value if isinstance(value, dict) and not is_function(value) else None

    def as_list(self, value: Json, place: Place, what: str) -> list[Json] | None:
        """The value when it is a list; else an error is noted."""
        if isinstance(value, list):
            return value
        self.need(value, place, what, "array")
        return None

    def texts(self, value: list[Json], place: Place, what: str) -> None:
        """Note an error for each item of a list that is no text."""
        for index, item in enumerate(value):
            if not isinstance(item, str):
                self.need(item, place / index, what, "string")


def shown(name: str) -> str:
    """A name in a message: quoted, and cut when it is long.

    >>> shown("review"), len(shown("x" * 1000))
    ("'review'", 83)
    """
    return repr(name if len(name) <= _SHOWN else name[:_SHOWN] + "…")


def listed(names: Iterable[str]) -> str:
    """Names in a message; of many only the first.

    >>> listed(["a", "b"])
    "'a', 'b'"
    """
    first = [shown(name) for name in islice(names, _LISTED + 1)]
    return ", ".join(first[:_LISTED]) + (" and more" if len(first) > _LISTED else "")
