"""The kinds of JSON values, by their names in JSON Schema, and how messages call them.

A data function is a kind of its own, and no map.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, TypeAlias, TypeGuard

from callboard.core.expression.data import FUNCTION_KEYS
from callboard.core.values import Json

Kind: TypeAlias = Literal[
    "string", "number", "integer", "boolean", "object", "array", "function", "null"
]


def is_function(value: Json) -> bool:
    """Whether a value is a data function: a map with `<ref>`, `<tpl>` or `<select>`."""
    return isinstance(value, dict) and any(key in value for key in FUNCTION_KEYS)


def is_number(value: Json) -> TypeGuard[int | float]:
    """Whether a value is a number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_whole(value: Json) -> TypeGuard[int | float]:
    """Whether a value is a whole number; `2.0` is one, as in JSON Schema."""
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


_IS: Final[Mapping[Kind, Callable[[Json], bool]]] = {
    "function": is_function,
    "string": lambda value: isinstance(value, str),
    "integer": is_whole,
    "number": is_number,
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict) and not is_function(value),
    "array": lambda value: isinstance(value, list),
    "null": lambda value: value is None,
}
_CALLED: Final[Mapping[Kind, str]] = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a map",
    "function": "a data function",
    "array": "a list",
    "null": "null",
}


def is_a(value: Json, kind: Kind) -> bool:
    """Whether a value is of a kind.

    >>> is_a(3, "integer"), is_a(True, "integer"), is_a({}, "object")
    (True, False, True)
    """
    return _IS[kind](value)


def kind_of(value: Json) -> str:
    """What a value is, in a message.

    >>> kind_of(7), kind_of({"<ref>": "vars.x"}), kind_of(False)
    ('a number', 'a data function', 'false')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_number(value):
        return "a number"
    return next(_CALLED[kind] for kind in _IS if is_a(value, kind))


def wording(kinds: Sequence[Kind]) -> str:
    """Kinds, in a message; null goes without saying, it is the same as nothing.

    >>> wording(["string", "array", "null"])
    'a text or a list'
    """
    names = [_CALLED[kind] for kind in kinds if kind != "null" or len(kinds) == 1]
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
