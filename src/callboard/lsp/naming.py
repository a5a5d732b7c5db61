"""What a word of a scenario's text names: for hover and go to definition alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from callboard.core.expression import BUILTINS
from callboard.core.values import Json
from callboard.lsp.analysis import SECTIONS, Analysis, Kind, Place
from callboard.schemas import published

_WORD: Final = re.compile(r"[A-Za-z0-9_.*:-]+|\([^)\n]*\)")


@dataclass(frozen=True, slots=True)
class _Named:
    """A part of the scenario that a word names."""

    kind: Kind
    section: str
    name: str


def definition(analysis: Analysis, line: int, column: int) -> Place | None:
    """Where the name at a place is declared."""
    named = _named(analysis, _word(analysis, line, column))
    if named is None or not analysis.is_declared(named.section, named.name):
        return None
    return analysis.key_place(named.section, named.name)


def hover(analysis: Analysis, line: int, column: int) -> str | None:
    """What is known of the word at a place, as Markdown."""
    word = _word(analysis, line, column)
    function = word.rpartition(".")[2]
    if function in BUILTINS and f"{function}(" in analysis.lines[line - 1]:
        return f"```\n{BUILTINS[function].signature}\n```"
    if word.endswith(":") and word[:-1] in _key_notes():
        return f"**`{word[:-1]}`**\n\n{_key_notes()[word[:-1]]}"
    named = _named(analysis, word)
    return None if named is None else _described(analysis, named)


def _word(analysis: Analysis, line: int, column: int) -> str:
    """The word at a place; a key with its colon."""
    text = analysis.lines[line - 1] if line <= len(analysis.lines) else ""
    for match in _WORD.finditer(text):
        if match.start() < column <= match.end() + 1:
            return match[0]
    return ""


def _named(analysis: Analysis, written: str) -> _Named | None:
    """What a word names: by its path in an expression, else any part with this name."""
    word = written.rstrip(":")
    root, _, path = word.partition(".")
    if root in ("vars", "actors") and path:
        name = path.split(".")[0]
        known = analysis.names(SECTIONS[root])
        return _Named(SECTIONS[root], root, name) if name in known else None
    for section, kind in SECTIONS.items():
        if word in analysis.names(kind):
            return _Named(kind, section, word)
    return None


def _described(analysis: Analysis, named: _Named) -> str:
    kind = "end state" if named.name.startswith("(") else named.kind
    lines = [f"**{kind} `{named.name}`**"]
    if not analysis.is_declared(named.section, named.name):
        lines.append("Not declared; transitions name it.")
    found = analysis.scenario.get(named.section)
    value = found.get(named.name) if isinstance(found, dict) else None
    if isinstance(value, dict):
        texts = (value.get(key) for key in ("title", "description"))
        lines += [text for text in texts if isinstance(text, str) and text]
    return "\n\n".join(lines)


@cache
def _key_notes() -> dict[str, str]:
    """What the keys of scenarios mean, as the published schemas say it."""
    notes: dict[str, str] = {}
    for name in ("scenario", "action", "actor"):
        for key, note in _notes(published(name)):
            notes.setdefault(key, note)
    return notes


def _notes(schema: Json) -> Iterator[tuple[str, str]]:
    pending = [schema]
    while pending:
        item = pending.pop(0)
        if isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, dict):
            properties = item.get("properties")
            for key, value in properties.items() if isinstance(properties, dict) else ():
                note = value.get("description") if isinstance(value, dict) else None
                if isinstance(note, str):
                    yield key, note
            pending.extend(item.values())
