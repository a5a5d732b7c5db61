"""Values of settings: what a text, a list or a table of a file means for a type.

A text may stand for a number, a list or a table, because the environment holds nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

import msgspec

__all__ = ["PREFIX", "Setting", "convert", "kind_of"]

PREFIX: Final = "CALLBOARD_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, the type and default of its value."""

    name: str
    """`port`, or `server.body_bytes`."""
    type: Any
    default: object

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return PREFIX + self.name.upper().replace(".", "_")


def kind_of(kind: Any) -> str:
    """What a value of this type is to be, in words.

    >>> kind_of(float), kind_of(tuple[str, ...])
    ('a number', 'a list of texts')
    """
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(get_args(kind))
    words = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
    if kind in words:
        return words[kind]
    if _is_list(kind):
        return "a list of texts"
    return "a table" if get_origin(kind) in (dict, Mapping) else "a path"


def convert(value: object, kind: Any) -> object:
    """The value as this type; a text may stand for a number, a list or a table. Raises
    `msgspec.ValidationError` or `msgspec.DecodeError`.

    >>> convert("1, 2", tuple[int, ...])
    (1, 2)
    """
    if isinstance(value, Path) or kind is str:
        return msgspec.convert(value, kind)
    if isinstance(value, str) and value.lstrip().startswith(("[", "{")):
        return msgspec.json.decode(value, type=kind, strict=False, dec_hook=_path)
    if isinstance(value, str) and _is_list(kind):
        value = [part.strip() for part in value.split(",") if part.strip()]
    return msgspec.convert(value, kind, strict=False, dec_hook=_path)


def _is_list(kind: Any) -> bool:
    return get_origin(kind) in (tuple, frozenset)


def _path(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError
