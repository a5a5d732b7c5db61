"""The tags of scenario texts in YAML: what `!ref`, `!tpl`, `!required` … stand for.

A tag is a name, the forms it may stand on, and a pure function from what is written there to the
value that is meant. A text is given as it is written, whether or not it has quotes. The registry is
immutable; an application makes one with more tags by `with_tag` and hands it to `load`.

Specification: language, section 1 and details 13.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from callboard.core.scenario.scalars import js_scalar
from callboard.core.values import Json

Form: TypeAlias = Literal["text", "list", "map"]
FORMS: Final[frozenset[Form]] = frozenset(("text", "list", "map"))

_NAME: Final = re.compile(r"![A-Za-z0-9_.:/-]+")


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag. `build` gets what is written behind it, and may raise ValueError to refuse that.

    `inside` says where the parts of a list or map are found in the value that is built: behind this
    key, or at their own keys when it is empty; None when they may be anywhere. What a `foreign` tag
    builds is checked.
    """

    name: str
    forms: frozenset[Form]
    build: Callable[[Json], Json]
    inside: str | None = None
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Tags:
    """An immutable set of tags, found by name."""

    by_name: Mapping[str, Tag]

    def get(self, name: str) -> Tag | None:
        """The tag of that name, with its `!`; None when there is none."""
        return self.by_name.get(name)

    def __iter__(self) -> Iterator[Tag]:
        return iter(self.by_name.values())

    def with_tag(
        self, name: str, build: Callable[[Json], Json], *, forms: Iterable[Form] = FORMS
    ) -> Tags:
        """These tags and one more, which `build` gives its meaning.

        Raises ValueError for a name that is no tag (`!` and letters, digits, `_ . : / -`), and for
        one that is taken: what a text means does not change with who reads it.

        >>> shout = TAGS.with_tag("!shout", lambda text: f"{text}!", forms=["text"])
        >>> shout.get("!shout").build("hey")
        'hey!'
        """
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name for a tag: it is written like !name.")
        if name in self.by_name:
            raise ValueError(f"The tag {name} is there already.")
        return _registry((*self, Tag(name, frozenset(forms), build, foreign=True)))


def _registry(tags: Iterable[Tag]) -> Tags:
    return Tags(MappingProxyType({tag.name: tag for tag in tags}))


def _behind(key: str) -> Callable[[Json], Json]:
    return lambda value: {key: value}


def _const(text: Json) -> Json:
    return {"const": js_scalar(str(text))}


def _default(text: Json) -> Json:
    value = js_scalar(str(text))
    if value is None:
        return {"default": None}
    return {"default": value, "type": _type_of(value)}


def _type_of(value: Json) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    return "number" if isinstance(value, float) and not value.is_integer() else "integer"


def _text_with(key: str) -> Callable[[Json], Json]:
    return lambda text: {"type": "string", key: text}


def _required(value: Json) -> Json:
    if isinstance(value, dict):
        return {**value, "!required": True}
    return {"type": value, "!required": True} if value else {"!required": True}


def _update(mode: str) -> Callable[[Json], Json]:
    return lambda path: {"mode": mode, "set": path}


_TEXT: Final[frozenset[Form]] = frozenset(("text",))
_LIST: Final[frozenset[Form]] = frozenset(("list",))
_MAP: Final[frozenset[Form]] = frozenset(("map",))

TAGS: Final = _registry(
    (
        Tag("!ref", _TEXT, _behind("<ref>")),
        Tag("!tpl", _TEXT | _MAP, _behind("<tpl>"), inside="<tpl>"),
        Tag("!select", _MAP, _behind("<select>"), inside="<select>"),
        Tag("!const", _TEXT, _const),
        Tag("!enum", _LIST, _behind("enum"), inside="enum"),
        Tag("!default", _TEXT, _default),
        Tag("!format", _TEXT, _text_with("format")),
        Tag("!pattern", _TEXT, _text_with("pattern")),
        Tag("!required", _TEXT | _MAP, _required, inside=""),
        Tag("!merge", _TEXT, _update("merge")),
        Tag("!append", _TEXT, _update("append")),
    )
)
"""The tags of the scenario language."""
