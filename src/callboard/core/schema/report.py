"""Listing what is wrong with a value, within bounds.

The native checker makes all errors at once, each with a copy of the part of the value it is about;
a stranger could ask for gigabytes of them. So before it is asked for all, the most that they may
take is worked out; of a larger value it is asked for the first error, or for none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from jsonschema_rs import Draft202012Validator, ValidationError

from callboard.core.schema.graph import Bundle
from callboard.core.schema.messages import CODE, reasons_of
from callboard.core.values import Json
from callboard.errors import Reason

MOST_REASONS: Final = 100
"""So many reasons are given for one value; who has made more mistakes mends these first."""
_MOST_ERRORS: Final = 100_000
_MOST_BYTES: Final = 50_000_000
_UNPLACED: Final = Reason(CODE, "does not satisfy its schema; it is too large to say where", "")


@dataclass(frozen=True, slots=True)
class Volume:
    """How large a value is: its parts, their bytes, and the bytes of a copy of every part."""

    parts: int
    size: int
    copies: int


def volume_of(value: Json) -> Volume:
    """The volume of a value; counting stops where it is too large to list anything."""
    parts, size, copies, depth = 0, 0, 0, 0
    level = [value]
    while level and copies <= _MOST_BYTES:
        depth += 1
        below: list[Json] = []
        weight = 0
        for item in level:
            weight += 8 + (len(item) if isinstance(item, str) else 0)
            if isinstance(item, dict):
                weight += sum(map(len, item))
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        parts += len(level)
        size += weight
        copies += weight * depth
        level = below
    return Volume(parts, size, copies)


def report(native: Draft202012Validator, bundle: Bundle, errors: int, value: Json) -> list[Reason]:
    """What is wrong with an invalid value. `errors` is the most there may be at one place."""
    found: dict[tuple[str | None, str | None, str], Reason] = {}
    for error in _errors(native, errors, value):
        for reason in islice(reasons_of(error, bundle), MOST_REASONS):
            found.setdefault((reason.pointer, reason.keyword, reason.message), reason)
        if len(found) >= MOST_REASONS:
            break
    return list(found.values())[:MOST_REASONS] or [_UNPLACED]


def _errors(native: Draft202012Validator, errors: int, value: Json) -> Iterator[ValidationError]:
    volume = volume_of(value)
    if errors * volume.parts <= _MOST_ERRORS and errors * volume.copies <= _MOST_BYTES:
        yield from native.iter_errors(value)
    elif errors * volume.size <= _MOST_BYTES:
        try:
            native.validate(value)
        except ValidationError as error:
            yield error
