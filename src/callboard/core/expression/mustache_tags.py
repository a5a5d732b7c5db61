"""The tags of a Mustache template: from text to a tree of nodes.

Tags are found by plain search, never by a pattern that could try again and again. A tag that stands
alone on its line takes the line with it, as the Mustache specification says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from callboard.errors import TemplateError


@dataclass(frozen=True, slots=True)
class Text:
    """What is printed as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """A value to print."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Partial:
    """Another template; `indent` stands before each of its lines."""

    name: str
    indent: str


@dataclass(frozen=True, slots=True)
class Section:
    """What is rendered for each item of a list, or once for another value that is true; an
    inverted one where there is no such value."""

    path: tuple[str, ...]
    inverted: bool
    children: tuple[Node, ...]


Node: TypeAlias = Text | Name | Partial | Section

_KINDS: Final = frozenset("#^/!>=&{")
_ALONE: Final = frozenset("#^/!>=")
"""The kinds of tags that take their line with them when nothing else is on it."""
_CLOSED_BY: Final = {"{": "}", "=": "="}
"""What some kinds have before the closing delimiter."""


@dataclass(slots=True)
class _Open:
    """A section that is not closed yet."""

    name: str
    inverted: bool
    position: int
    children: list[Node] = field(default_factory=list)


def parse_template(text: str, depth: int) -> tuple[Node, ...]:
    """The nodes of a template. Raises TemplateError with the position of what is wrong."""
    return _Reader(text, depth).read()


class _Reader:
    """One reading of one template; `position` is where the text that was not read yet begins."""

    def __init__(self, text: str, depth: int) -> None:
        self.text = text
        self.depth = depth
        self.opening, self.closing = "{{", "}}"
        self.stack = [_Open("", False, 0)]
        self.position = 0

    def error(self, message: str, position: int) -> TemplateError:
        return TemplateError(f"{message} (at {position})", source=self.text, position=position)

    def read(self) -> tuple[Node, ...]:
        while (start := self.text.find(self.opening, self.position)) >= 0:
            self.tag(start)
        self.add_text(self.text[self.position :])
        last = self.stack[-1]
        if len(self.stack) > 1:
            raise self.error(f"The section {last.name!r} is not closed.", last.position)
        return tuple(last.children)

    def add_text(self, text: str) -> None:
        if text:
            self.stack[-1].children.append(Text(text))

    def tag(self, start: int) -> None:
        """One tag: what it says, where it ends, and whether it stands alone on its line."""
        inside = start + len(self.opening)
        while self.text[inside : inside + 1].isspace():
            inside += 1
        kind = self.text[inside : inside + 1]
        kind = kind if kind and kind in _KINDS else ""
        inside += len(kind)
        closing = _CLOSED_BY.get(kind, "") + self.closing
        end = self.text.find(closing, inside)
        if end < 0:
            raise self.error("The tag is not closed.", start)
        after = end + len(closing)
        text_end, indent = start, ""
        if kind in _ALONE:
            line = self.line_of(start, after)
            if line is not None:
                text_end, after = line
                indent = self.text[text_end:start]
        self.add_text(self.text[self.position : text_end])
        self.position = after
        self.handle(kind, self.text[inside:end].strip(), indent, start)

    def line_of(self, start: int, after: int) -> tuple[int, int] | None:
        """Where the line of a tag begins and the next one does, when only blanks are beside it."""
        begin = self.text.rfind("\n", 0, start) + 1
        if self.text[begin:start].strip(" \t"):
            return None
        end = self.text.find("\n", after) + 1 or len(self.text)
        if self.text[after:end].strip(" \t\r\n"):
            return None
        return begin, end

    def handle(self, kind: str, content: str, indent: str, start: int) -> None:
        match kind:
            case "!":
                return
            case "=":
                self.set_delimiters(content, start)
            case "#" | "^":
                self.open(content, kind == "^", start)
            case "/":
                self.close(content, start)
            case ">":
                self.stack[-1].children.append(Partial(content, indent))
            case _:
                self.add_name(content, start)

    def add_name(self, name: str, start: int) -> None:
        if not name:
            raise self.error("The tag is empty.", start)
        self.stack[-1].children.append(Name(path_of(name)))

    def set_delimiters(self, content: str, start: int) -> None:
        parts = content.split()
        if len(parts) != 2 or any("=" in part for part in parts):
            raise self.error("New delimiters are two, with a blank between them.", start)
        self.opening, self.closing = parts

    def open(self, name: str, inverted: bool, start: int) -> None:
        if not name:
            raise self.error("The section has no name.", start)
        if len(self.stack) > self.depth:
            raise self.error("Sections are nested too deep.", start)
        self.stack.append(_Open(name, inverted, start))

    def close(self, name: str, start: int) -> None:
        last = self.stack[-1]
        if len(self.stack) == 1 or last.name != name:
            wanted = f"; {last.name!r} is open" if len(self.stack) > 1 else ""
            raise self.error(f"The section {name!r} is not open{wanted}.", start)
        self.stack.pop()
        section = Section(path_of(name), last.inverted, tuple(last.children))
        self.stack[-1].children.append(section)


def path_of(name: str) -> tuple[str, ...]:
    """The parts of a dotted name; none for `.`, the context itself."""
    return () if name == "." else tuple(name.split("."))
