"""The tags of a Mustache template: from text to a tree of nodes.

Tags are found by plain search, so reading is linear in the text. A tag that stands alone on its line
takes the line with it, as the Mustache specification says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from callboard.errors import TemplateError


@dataclass(frozen=True, slots=True)
class Text:
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
    path: tuple[str, ...]
    inverted: bool
    children: tuple[Node, ...]


Node: TypeAlias = Text | Name | Partial | Section

_ALONE = frozenset("#^/!>=")


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
        if len(self.stack) > 1:
            last = self.stack[-1]
            raise self.error(f"The section {last.name!r} is not closed.", last.position)
        return tuple(self.stack[0].children)

    def add_text(self, text: str) -> None:
        if text:
            self.stack[-1].children.append(Text(text))

    def tag(self, start: int) -> None:
        """One tag: what it says, where it ends, and whether it stands alone on its line."""
        inside = start + len(self.opening)
        kind = self.text[inside : inside + 1]
        closing = self.closing
        if kind == "{":
            closing = "}" + closing
        elif kind == "=":
            closing = "=" + closing
        end = self.text.find(closing, inside + 1 if kind else inside)
        if end < 0:
            raise self.error("The tag is not closed.", start)
        content = self.text[inside:end]
        after = end + len(closing)
        before = self.text[self.position : start]
        indent = ""
        if kind in _ALONE:
            alone = self.standing_alone(start, after)
            if alone is not None:
                line_start, after = alone
                indent = self.text[line_start:start]
                before = self.text[self.position : line_start]
        self.add_text(before)
        self.position = after
        self.handle(kind, content, indent, start)

    def standing_alone(self, start: int, after: int) -> tuple[int, int] | None:
        """Where the line starts and the next one begins, when only blanks are beside the tag."""
        line_start = self.text.rfind("\n", 0, start) + 1
        if line_start < self.position or self.text[line_start:start].strip(" \t"):
            return None
        if line_start == self.position and self.position and self.text[self.position - 1] != "\n":
            return None
        line_end = self.text.find("\n", after)
        rest = self.text[after:] if line_end < 0 else self.text[after:line_end]
        if rest.strip(" \t\r"):
            return None
        return line_start, len(self.text) if line_end < 0 else line_end + 1

    def handle(self, kind: str, content: str, indent: str, start: int) -> None:
        match kind:
            case "!":
                return
            case "=":
                self.set_delimiters(content, start)
            case "#" | "^":
                self.open(content[1:].strip(), kind == "^", start)
            case "/":
                self.close(content[1:].strip(), start)
            case ">":
                self.stack[-1].children.append(Partial(content[1:].strip(), indent))
            case "{" | "&":
                self.add_name(content[1:].strip(), start)
            case _:
                self.add_name(content.strip(), start)

    def add_name(self, name: str, start: int) -> None:
        if not name:
            raise self.error("The tag is empty.", start)
        self.stack[-1].children.append(Name(path_of(name)))

    def set_delimiters(self, content: str, start: int) -> None:
        parts = content[1:].split()
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
