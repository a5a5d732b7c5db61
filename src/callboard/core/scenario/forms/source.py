"""A text as characters: from and to UTF-8, and places in it."""

from __future__ import annotations

from typing import Final, NamedTuple

from callboard.errors import TextError

_BOM: Final = "\ufeff".encode()


class Place(NamedTuple):
    """Where something stands in a text; both count from 1."""

    line: int
    column: int


def place_at(text: str, offset: int) -> Place:
    """The place of the character at an offset."""
    return Place(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def refusal(message: str, place: Place) -> TextError:
    """The error that says what is wrong at a place."""
    return TextError(message, line=place.line, column=place.column)


def encoded(text: str | bytes) -> bytes:
    """A text in UTF-8, without a byte order mark. Raises TextError for a lone surrogate."""
    if isinstance(text, bytes):
        return text.removeprefix(_BOM)
    try:
        return text.encode().removeprefix(_BOM)
    except UnicodeEncodeError as error:
        raise refusal("This is half a character.", place_at(text, error.start)) from None


def decoded(data: bytes) -> str:
    """The characters of a text in UTF-8. Raises TextError when it is none."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        raise refusal("This is no UTF-8.", place_at(before, len(before))) from None
