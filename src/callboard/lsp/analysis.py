"""What an editor may want to know of a scenario's text. Pure: text in, records out.

Places are (line, column), from 1, as everywhere else in Callboard; the protocol's own counting is
the server's business. While a text does not parse, names come from the last one that did.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from callboard.core.scenario.text import Document, load_document
from callboard.core.scenario.validate import validate
from callboard.core.values import Json, JsonObject
from callboard.errors import TextError
from callboard.lsp.rough import rough_scenario
from callboard.schemas import FORMAT_BASE

Place: TypeAlias = "tuple[int, int]"
Kind: TypeAlias = Literal[
    "state", "action", "actor", "variable", "function", "key", "property", "section"
]

SECTIONS: Final[dict[str, Kind]] = {
    "states": "state",
    "actions": "action",
    "actors": "actor",
    "vars": "variable",
}
_LIKELY: Final = re.compile(
    rf"^[\"']?(states|actions)[\"']?:|{re.escape(FORMAT_BASE)}|/schemas/v1\.0/scenario",
    re.MULTILINE,
)
"""What a text holds that is meant as a scenario."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something to mark in the text."""

    line: int
    column: int
    severity: Literal["error", "warning", "info"]
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Symbol:
    """A part of the scenario, for the outline."""

    name: str
    kind: Kind
    place: Place
    detail: str = ""
    parts: tuple[Symbol, ...] = ()


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
        """The scenario; of a text that could never be read, the names that its lines show."""
        if self.document is None:
            return rough_scenario(self.lines)
        value = self.document.value
        return value if isinstance(value, dict) else {}

    @property
    def is_scenario(self) -> bool:
        """Whether the text is meant as one: other YAML files are none of our business."""
        return _LIKELY.search(self.text) is not None

    def diagnostics(self) -> list[Diagnostic]:
        """What is wrong: the text itself, else validation, else lint; of no scenario nothing."""
        if not self.is_scenario:
            return []
        if self.error is not None:
            line, column = self.error.line or 1, self.error.column or 1
            return [Diagnostic(line, column, "error", "text", self.error.text)]
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
        section = next(key for key, value in SECTIONS.items() if value == kind)
        found = self.scenario.get(section)
        names = {key: title_of(value) for key, value in _items(found)}
        if kind == "action":
            names |= {name: "" for name in self._named_by("on") if name not in names}
        if kind == "state":
            names |= {name: "" for name in self._named_by("goto") if name.startswith("(")} | names
        return {name: title for name, title in names.items() if name.strip()}

    def is_declared(self, section: str, name: str) -> bool:
        """Whether a name stands in its section, and not only in transitions."""
        found = self.scenario.get(section)
        return isinstance(found, dict) and name in found

    def _named_by(self, key: str) -> Iterator[str]:
        """Actions or states that transitions name."""
        for _, state in _items(self.scenario.get("states")):
            if isinstance(state, dict):
                ways = state.get("transitions")
                for way in ways if isinstance(ways, list) else [state]:
                    name = way.get(key) if isinstance(way, dict) else None
                    if isinstance(name, str):
                        yield name

    def symbols(self) -> list[Symbol]:
        """The outline: actors, variables, actions and states, each in its group."""
        if self.document is None or not self.is_scenario:
            return []
        return [
            Symbol(section, "section", self.document.place(f"/{section}", key=True), "", parts)
            for section, kind in SECTIONS.items()
            if (parts := tuple(self._parts(section, kind)))
        ]

    def _parts(self, section: str, kind: Kind) -> Iterator[Symbol]:
        for key, value in _items(self.scenario.get(section)):
            yield Symbol(key, kind, self.key_place(section, key), title_of(value))

    def key_place(self, section: str, key: str) -> Place:
        """Where a key of a section stands."""
        pointer = f"/{section}/{key.replace('~', '~0').replace('/', '~1')}"
        if self.document is None:
            return (1, 1)
        return self.document.place(pointer, key=True)


def _items(value: Json | None) -> list[tuple[str, Json]]:
    return list(value.items()) if isinstance(value, dict) else []


def title_of(value: Json) -> str:
    """The title of a part of the scenario, where it has one."""
    title = value.get("title") if isinstance(value, dict) else None
    return title if isinstance(title, str) else ""
