"""What an editor may want to know of a scenario's text. Pure: text in, records out.

Places are (line, column), from 1, as everywhere else in Callboard; the protocol's own counting is
the server's business. While a text does not parse, names come from the last one that did.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from callboard.core.expression import BUILTINS
from callboard.core.scenario.text import Document, load_document
from callboard.core.scenario.validate import validate
from callboard.core.values import Json, JsonObject
from callboard.errors import TextError

Place: TypeAlias = "tuple[int, int]"
Kind: TypeAlias = Literal["state", "action", "actor", "variable", "function", "key", "service"]

_SECTIONS: dict[str, Kind] = {
    "states": "state",
    "actions": "action",
    "actors": "actor",
    "vars": "variable",
}
_KEYS: dict[str, tuple[str, ...]] = {
    "": (
        "name",
        "version",
        "title",
        "description",
        "tags",
        "actors",
        "vars",
        "result",
        "actions",
        "states",
    ),
    "states": (
        *("title", "description", "instructions", "notify", "on", "by", "goto", "after", "log"),
        *("transitions", "tag", "schema"),
    ),
    "transitions": ("on", "by", "after", "if", "goto", "log"),
    "actions": ("title", "description", "actor", "if", "response", "update", "schema"),
    "actors": ("title", "role", "properties", "required"),
    "update": ("set", "value", "stub", "mode", "if"),
    "notify": ("service", "after", "if", "trigger", "message"),
}
_WORD = re.compile(r"[A-Za-z0-9_.*:-]+|\([^)\n]*\)")


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something to mark in the text."""

    line: int
    column: int
    severity: Literal["error", "warning", "info"]
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that could be written here."""

    text: str
    kind: Kind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A part of the scenario, for the outline."""

    name: str
    kind: Kind
    place: Place
    detail: str = ""


@dataclass(slots=True)
class Analysis:
    """One open text: as it is now, and the last version of it that could be read."""

    text: str = ""
    document: Document | None = None
    error: TextError | None = None
    schemas: Mapping[str, Json] = field(default_factory=dict)
    """The sub-schemas that scenarios may name, by URI."""
    lines: list[str] = field(default_factory=list)

    def update(self, text: str) -> None:
        """Read a new version of the text."""
        self.text, self.lines = text, text.split("\n")
        try:
            document = load_document(text, format="yaml")
            document.place("")
        except TextError as error:
            self.error = error
        else:
            self.document, self.error = document, None

    @property
    def scenario(self) -> JsonObject:
        value = self.document.value if self.document is not None else None
        return value if isinstance(value, dict) else {}

    def diagnostics(self) -> list[Diagnostic]:
        """What is wrong: the text itself, else validation, else lint."""
        if self.error is not None:
            line, column = self.error.line or 1, self.error.column or 1
            return [Diagnostic(line, column, "error", "text", self.error.message)]
        if self.document is None:
            return []
        errors = validate(self.document.value, schemas=self.schemas)
        if errors:
            return [
                Diagnostic(*self.place(e["instancePath"]), "error", e["keyword"], e["message"])
                for e in errors
            ]
        return list(self._lint())

    def _lint(self) -> Iterator[Diagnostic]:
        from callboard.core.scenario.lint import lint

        for finding in lint(self.scenario, schemas=self.schemas):
            place = self.place(finding.pointer)
            message = f"{finding.message} {finding.hint}".strip()
            yield Diagnostic(*place, finding.severity, finding.code, message)

    def place(self, pointer: str) -> Place:
        """Where a value stands, or the nearest one around it."""
        return (1, 1) if self.document is None else self.document.place(pointer)

    def names(self, kind: Kind) -> dict[str, str]:
        """The names of a kind that the scenario has, each with its title."""
        section = next(key for key, value in _SECTIONS.items() if value == kind)
        found = self.scenario.get(section)
        names = {key: _title(value) for key, value in _items(found)}
        if kind == "action":
            names |= {key: "" for key in self._named_actions() if key not in names}
        return names

    def _named_actions(self) -> Iterator[str]:
        """Actions that only transitions name."""
        for _, state in _items(self.scenario.get("states")):
            if isinstance(state, dict):
                ways = state.get("transitions")
                for way in ways if isinstance(ways, list) else [state]:
                    name = way.get("on") if isinstance(way, dict) else None
                    if isinstance(name, str):
                        yield name

    def symbols(self) -> list[Symbol]:
        """The outline: actors, variables, actions, states."""
        return [
            Symbol(key, kind, self.key_place(section, key), _title(value))
            for section, kind in _SECTIONS.items()
            for key, value in _items(self.scenario.get(section))
        ]

    def key_place(self, section: str, key: str) -> Place:
        """Where a key of a section stands."""
        pointer = f"/{section}/{key.replace('~', '~0').replace('/', '~1')}"
        if self.document is None:
            return (1, 1)
        return self.document.place(pointer, key=True)

    def word(self, line: int, column: int) -> str:
        """The name at a place."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        for match in _WORD.finditer(text):
            if match.start() < column <= match.end() + 1:
                return match[0].rstrip(":")
        return ""

    def definition(self, line: int, column: int) -> Place | None:
        """Where the name at a place is declared."""
        word = self.word(line, column)
        for section in _SECTIONS:
            found = self.scenario.get(section)
            names = (word, word.rpartition(".")[2], word.removeprefix(f"{section}.").split(".")[0])
            for name in names:
                if isinstance(found, dict) and name in found:
                    return self.key_place(section, name)
        return None

    def hover(self, line: int, column: int) -> str | None:
        """What is known of the name at a place, as Markdown."""
        word = self.word(line, column)
        name = word.rpartition(".")[2]
        if name in BUILTINS and self.lines[line - 1].find(f"{name}(") >= 0:
            return f"```\n{BUILTINS[name].signature}\n```"
        for section, kind in _SECTIONS.items():
            found = self.scenario.get(section)
            if isinstance(found, dict) and name in found:
                return _described(kind, name, found[name])
        return None

    def complete(self, line: int, column: int) -> list[Proposal]:
        """What could be written at a place."""
        before = self.lines[line - 1][: column - 1] if line <= len(self.lines) else ""
        for pattern, propose in _CONTEXTS:
            if pattern.search(before):
                return propose(self)
        if re.fullmatch(r"\s*(- )?[\w$]*", before):
            return self._keys(line, before)
        return []

    def _keys(self, line: int, before: str) -> list[Proposal]:
        """Keys that fit where the line is indented to."""
        indent = len(before) - len(before.lstrip(" -"))
        parents = self._parents(line, indent)
        if not parents:
            section = ""
        elif len(parents) > 1 and parents[-1] in _KEYS:
            section = parents[-1]
        elif len(parents) == 2:
            section = parents[0]
        else:
            return []
        return [Proposal(key, "key") for key in _KEYS.get(section, ())]

    def _parents(self, line: int, indent: int) -> list[str]:
        """The keys that a line is below, outermost first."""
        parents: list[str] = []
        for text in reversed(self.lines[: line - 1]):
            match = re.match(r"( *)(?:- )?([^\s:#][^:]*):", text)
            if match is not None and len(match[1]) < indent:
                indent = len(match[1])
                parents.insert(0, match[2].strip("'\""))
                if indent == 0:
                    break
        return parents


def _states(analysis: Analysis) -> list[Proposal]:
    names = analysis.names("state")
    ends = [] if any(name.startswith("(") for name in names) else [Proposal("(done)", "state")]
    return [Proposal(key, "state", title) for key, title in names.items() if key != "*"] + ends


def _actions(analysis: Analysis) -> list[Proposal]:
    return [
        Proposal(key, "action", title)
        for key, title in analysis.names("action").items()
        if "." not in key
    ]


def _actors(analysis: Analysis) -> list[Proposal]:
    names = analysis.names("actor") or {"actor": ""}
    return [Proposal(key, "actor", title) for key, title in names.items()]


def _expression(analysis: Analysis) -> list[Proposal]:
    functions = [
        Proposal(name, "function", function.signature) for name, function in BUILTINS.items()
    ]
    variables = [
        Proposal(f"vars.{key}", "variable", title)
        for key, title in analysis.names("variable").items()
    ]
    actors = [
        Proposal(f"actors.{key}", "actor", title) for key, title in analysis.names("actor").items()
    ]
    roots = ("current.response", "current.actor", "result", "title", "scenario")
    return variables + actors + [Proposal(root, "variable") for root in roots] + functions


_CONTEXTS = (
    (re.compile(r"\bgoto:\s*[\w(]*$"), _states),
    (re.compile(r"(^|[\s{,])on:\s*\w*$"), _actions),
    (re.compile(r"\b(by|actor):\s*(\[[^\]]*)?\w*$"), _actors),
    (re.compile(r"!ref\s+.*$|<ref>\W+.*$"), _expression),
    (re.compile(r"!tpl\s+.*\{\{[#^&]?\s*[\w.]*$"), _expression),
)


def _items(value: Json | None) -> list[tuple[str, Json]]:
    return list(value.items()) if isinstance(value, dict) else []


def _title(value: Json) -> str:
    title = value.get("title") if isinstance(value, dict) else None
    return title if isinstance(title, str) else ""


def _described(kind: Kind, name: str, value: Json) -> str:
    lines = [f"**{kind} `{name}`**"]
    if isinstance(value, dict):
        texts = (value.get(key) for key in ("title", "description"))
        lines += [text for text in texts if isinstance(text, str) and text]
    return "\n\n".join(lines)
