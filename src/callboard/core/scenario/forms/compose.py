"""YAML text to a tree of nodes: what stands where, before anything gets a meaning.

libyaml reads the text; this module builds the tree from its events, so that depth is bounded while
reading. Three things make it YAML 1.2 where libyaml is not: U+0085, U+2028 and U+2029 are ordinary
characters (they are swapped for unused ones while libyaml reads), an anchor may be given anew, and
an alias may not stand inside its own anchor. Every error says line and column.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple, Protocol, TypeAlias, cast

import yaml

from callboard.core.limits import Limits
from callboard.core.scenario.forms.source import Place, place_at, refusal
from callboard.errors import TextError


class Mark(Protocol):
    """A place as libyaml gives it; both count from 0."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


# The nodes are named tuples, not dataclasses: a text has many, and a frozen dataclass takes three
# times as long to make.


class Scalar(NamedTuple):
    """A text; `plain` when it was written without quotes, so that it may mean a number or null."""

    text: str
    plain: bool
    tag: str | None
    mark: Mark | None
    anchored: bool


class Sequence(NamedTuple):
    """A list of nodes."""

    items: list[Node]
    tag: str | None
    mark: Mark | None
    anchored: bool


class Map(NamedTuple):
    """Pairs of nodes, in the order of the text; keys are not looked at yet."""

    pairs: list[tuple[Node, Node]]
    tag: str | None
    mark: Mark | None
    anchored: bool


class Alias(NamedTuple):
    """A `*name`: the node that has that anchor, which is complete and elsewhere in the tree."""

    target: Scalar | Sequence | Map
    mark: Mark | None


Node: TypeAlias = "Scalar | Sequence | Map | Alias"

_BREAKS: Final = "\x85\u2028\u2029"
"""Line breaks to libyaml, ordinary characters in YAML 1.2."""
_PRIVATE: Final = (range(0xE000, 0xF900), range(0xF0000, 0xFFFFE))
_MAX_DIRECTIVES: Final = 64
_REFUSED: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def compose(text: str, limits: Limits) -> Node | None:
    """The tree of the one document in `text`; None when the text holds none.

    Raises TextError for what is no YAML, a second document, and nesting beyond the limit.
    """
    if text.count("%TAG") > _MAX_DIRECTIVES:  # libyaml compares each with all others
        raise TextError(f"The text has more than {_MAX_DIRECTIVES} %TAG directives.")
    text, restore = _hide_breaks(text)
    parser = yaml.CSafeLoader(text)
    try:
        return _Composer(parser, restore, limits).document()
    except yaml.reader.ReaderError as error:
        raise _unreadable(text, error) from None
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error) from None
    finally:
        parser.dispose()


class _Composer:
    """One reading of one text."""

    def __init__(
        self, parser: yaml.CSafeLoader, restore: Callable[[str], str] | None, limits: Limits
    ) -> None:
        self.next_event = cast("Callable[[], yaml.Event]", parser.get_event)
        self.restore = restore
        self.max_depth = limits.document_depth
        self.nodes_left = limits.document_nodes
        self.anchors: dict[str, Scalar | Sequence | Map | None] = {}  # None: not complete yet

    def document(self) -> Node | None:
        self.next_event()  # the start of the stream
        if isinstance(self.next_event(), yaml.StreamEndEvent):
            return None
        root = self.node(self.next_event(), 1)
        self.next_event()  # the end of the document
        following = self.next_event()
        if not isinstance(following, yaml.StreamEndEvent):
            raise error_at("A second document starts here; a text holds one.", following.start_mark)
        return root

    def node(self, event: yaml.Event, depth: int) -> Node:
        self.nodes_left -= 1
        if self.nodes_left < 0:
            raise error_at("This document holds too many values.", event.start_mark)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        return self.collection(cast("yaml.CollectionStartEvent", event), depth)

    def scalar(self, event: yaml.ScalarEvent) -> Scalar:
        text, tag, anchor = event.value, event.tag, event.anchor
        if self.restore is not None:
            text = self.restore(text)
        if "\0" in text:
            raise error_at("The character U+0000 is not allowed.", event.start_mark)
        plain = event.implicit[0] or (tag is not None and not event.style)
        node = Scalar(text, plain, tag, event.start_mark, anchor is not None)
        if anchor is not None:
            self.anchors[anchor] = node
        return node

    def collection(self, event: yaml.CollectionStartEvent, depth: int) -> Sequence | Map:
        if depth > self.max_depth:
            raise error_at(f"This is nested more than {self.max_depth} levels.", event.start_mark)
        anchor = event.anchor
        if anchor is not None:
            self.anchors[anchor] = None
        node = (
            self.sequence(event, depth)
            if isinstance(event, yaml.SequenceStartEvent)
            else self.map(event, depth)
        )
        if anchor is not None:
            self.anchors[anchor] = node
        return node

    def sequence(self, event: yaml.CollectionStartEvent, depth: int) -> Sequence:
        items: list[Node] = []
        while not isinstance(item := self.next_event(), yaml.SequenceEndEvent):
            items.append(self.node(item, depth + 1))
        return Sequence(items, event.tag, event.start_mark, event.anchor is not None)

    def map(self, event: yaml.CollectionStartEvent, depth: int) -> Map:
        pairs: list[tuple[Node, Node]] = []
        while not isinstance(key := self.next_event(), yaml.MappingEndEvent):
            pairs.append((self.node(key, depth + 1), self.node(self.next_event(), depth + 1)))
        return Map(pairs, event.tag, event.start_mark, event.anchor is not None)

    def alias(self, event: yaml.AliasEvent) -> Alias:
        name = event.anchor
        if name not in self.anchors:
            raise error_at(f"Nothing before this has the anchor &{name}.", event.start_mark)
        target = self.anchors[name]
        if target is None:
            raise error_at(f"The alias *{name} stands inside its own anchor.", event.start_mark)
        return Alias(target, event.start_mark)


def _hide_breaks(text: str) -> tuple[str, Callable[[str], str] | None]:
    """The text without the three characters, and the function that puts them back if any was."""
    found = [char for char in _BREAKS if char in text]
    if not found:
        return text, None
    used = set(text)
    free = (chr(code) for block in _PRIVATE for code in block if chr(code) not in used)
    hidden = dict(zip(found, free, strict=False))
    if len(hidden) < len(found):
        raise TextError("The text uses every private character of Unicode.")
    there = str.maketrans(hidden)
    back = str.maketrans({private: char for char, private in hidden.items()})
    return text.translate(there), lambda scalar: scalar.translate(back)


def place_of(mark: Mark | None) -> Place:
    """A place as people count."""
    # By its types a mark may be missing; libyaml always gives one.
    return Place(mark.line + 1, mark.column + 1) if mark is not None else Place(1, 1)


def error_at(message: str, mark: Mark | None) -> TextError:
    """What is wrong at a place of the text."""
    return refusal(message, place_of(mark))


def _syntax_error(error: yaml.MarkedYAMLError) -> TextError:
    mark = error.problem_mark or error.context_mark
    parts = [part for part in (error.context, error.problem) if part]
    message = f"This is no YAML: {', '.join(parts)}."
    return error_at(message, mark)


def _unreadable(text: str, error: yaml.reader.ReaderError) -> TextError:
    """The error for a character that a text may not hold at all."""
    match = _REFUSED.search(text)
    if match is None:
        return TextError(f"This is no YAML: {error.reason}.")
    message = f"The character U+{ord(match[0]):04X} is not allowed."
    return refusal(message, place_at(text, match.start()))
