"""What validation finds, and how it is collected: all of it, up to a bound."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final, TypedDict

from callboard.core.values import Json, JsonObject

MOST: Final = 100


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

    def add(self, path: str, keyword: str, message: str, **params: Json) -> None:
        """Note an error at a place; past the bound they are only counted."""
        if len(self.errors) >= MOST:
            self.more += 1
            return
        self.errors.append(
            {"instancePath": path, "keyword": keyword, "message": message, "params": params}
        )

    def finish(self) -> list[ValidationError]:
        """All errors; the last one says when there are more."""
        if self.more:
            last: ValidationError = {
                "instancePath": "",
                "keyword": "errors",
                "message": f"There are {self.more} more errors.",
                "params": {"more": self.more},
            }
            return [*self.errors, last]
        return self.errors

    def need(self, value: Json, kinds: str, path: str, what: str) -> bool:
        """Note an error unless the value is of one of the kinds (`text`, `object or list`…)."""
        if any(_IS[kind](value) for kind in kinds.split(" or ")):
            return True
        self.add(path, "type", f"{what} is {kind_of(value)}, not {_wording(kinds)}.", type=kinds)
        return False


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


_IS = {
    "text": _is_text,
    "number": lambda value: type(value) in (int, float),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "list": lambda value: isinstance(value, list),
    "null": lambda value: value is None,
}
_ARTICLES = {
    "text": "a text",
    "number": "a number",
    "boolean": "true or false",
    "object": "an object",
    "list": "a list",
    "null": "null",
}


def _wording(kinds: str) -> str:
    return " or ".join(_ARTICLES[kind] for kind in kinds.split(" or "))


def kind_of(value: Json) -> str:
    """What a value is, for messages."""
    for kind, check in _IS.items():
        if check(value):
            return "a boolean" if kind == "boolean" else _ARTICLES[kind]
    return "something else"


def pointer(path: str, key: str | int) -> str:
    """The place of a part."""
    return f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}"


def nearest(name: str, known: Iterable[str]) -> str:
    """A suggestion for a name that does not exist; empty when nothing is like it."""
    close = difflib.get_close_matches(name[:200], list(known)[:2000], 1)
    return f" Did you mean {close[0]!r}?" if close else ""
