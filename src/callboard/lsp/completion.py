"""What could be written at a place of a scenario's text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from callboard.core.expression import BUILTINS
from callboard.core.values import Json
from callboard.lsp.analysis import Analysis, Kind, title_of

_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "": (
        *("name", "version", "title", "description", "tags", "actors", "vars", "result"),
        *("actions", "states"),
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
_PROPERTY: Final = re.compile(r"\b(vars|actors)\.([\w*]+)((?:\.\w+)*)\.\w*$")
_ROOTS: Final = ("current.response", "current.actor", "result", "title", "scenario")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that could be written here."""

    text: str
    kind: Kind
    detail: str = ""


def complete(analysis: Analysis, line: int, column: int) -> list[Proposal]:
    """What could be written at a place."""
    before = analysis.lines[line - 1][: column - 1] if line <= len(analysis.lines) else ""
    for pattern, propose in _CONTEXTS:
        if pattern.search(before):
            return propose(analysis, before)
    if re.fullmatch(r"\s*(- )?[\w$]*", before):
        return _keys(analysis, line, before)
    return []


def _keys(analysis: Analysis, line: int, before: str) -> list[Proposal]:
    """Keys that fit where the line is indented to."""
    indent = len(before) - len(before.lstrip(" -"))
    parents = _parents(analysis, line, indent)
    if not parents:
        section = ""
    elif len(parents) > 1 and parents[-1] in _KEYS:
        section = parents[-1]
    elif len(parents) == 2:
        section = parents[0]
    else:
        return []
    return [Proposal(key, "key") for key in _KEYS.get(section, ())]


def _parents(analysis: Analysis, line: int, indent: int) -> list[str]:
    """The keys that a line is below, outermost first."""
    parents: list[str] = []
    for text in reversed(analysis.lines[: line - 1]):
        match = re.match(r"( *)(?:- )?([^\s:#][^:]*):", text)
        if match is not None and len(match[1]) < indent:
            indent = len(match[1])
            parents.insert(0, match[2].strip("'\""))
            if indent == 0:
                break
    return parents


def _states(analysis: Analysis, before: str) -> list[Proposal]:
    del before
    names = analysis.names("state")
    ends = [] if any(name.startswith("(") for name in names) else [Proposal("(done)", "state")]
    return [Proposal(key, "state", title) for key, title in names.items() if key != "*"] + ends


def _actions(analysis: Analysis, before: str) -> list[Proposal]:
    del before
    return [
        Proposal(key, "action", title)
        for key, title in analysis.names("action").items()
        if "." not in key
    ]


def _actors(analysis: Analysis, before: str) -> list[Proposal]:
    del before
    names = analysis.names("actor") or {"actor": ""}
    return [Proposal(key, "actor", title) for key, title in names.items()]


def _expression(analysis: Analysis, before: str) -> list[Proposal]:
    inside = _PROPERTY.search(before)
    if inside is not None:
        path = [part for part in inside[3].split(".") if part]
        return list(_properties(analysis, inside[1], inside[2], path))
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
    return variables + actors + [Proposal(root, "variable") for root in _ROOTS] + functions


def _properties(analysis: Analysis, section: str, key: str, path: list[str]) -> Iterator[Proposal]:
    """The properties of a variable or an actor, or of one of its properties."""
    schema = _within(analysis.scenario.get(section), [key])
    for part in path:
        schema = _within(_within(schema, ["properties"]), [part])
    if section == "actors" and not path:
        yield from (Proposal(name, "property") for name in ("id", "title", "role"))
    properties = _within(schema, ["properties"])
    for name, value in properties.items() if isinstance(properties, dict) else ():
        yield Proposal(name, "property", title_of(value))


def _within(value: Json, path: list[str]) -> Json:
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


_CONTEXTS: Final = (
    (re.compile(r"\bgoto:\s*[\w(]*$"), _states),
    (re.compile(r"(^|[\s{,])on:\s*\w*$"), _actions),
    (re.compile(r"\b(by|actor):\s*(\[[^\]]*)?\w*$"), _actors),
    (re.compile(r"!ref\s+.*$|<ref>\W+.*$"), _expression),
    (re.compile(r"!tpl\s+.*\{\{[#^&]?\s*[\w.*]*$"), _expression),
)
