"""Expressions, templates and what they refer to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from callboard.core.expression import nodes
from callboard.core.expression.data import compile_data
from callboard.core.expression.mustache_tags import Name, Section, parse_template
from callboard.core.expression.parser import parse
from callboard.core.limits import DEFAULT_LIMITS
from callboard.core.scenario.lint.finding import Finding, Subject, escape
from callboard.core.scenario.names import is_numbered
from callboard.core.scenario.paths import parse_path
from callboard.core.values import Json, JsonObject
from callboard.errors import EvaluationError

_EVALUATED = ("states", "actions")


def expression(subject: Subject) -> Iterator[Finding]:
    """Expressions and templates that do not parse, and functions that do not exist."""
    for section in _EVALUATED:
        value = subject.written.get(section)
        if value is None:
            continue
        data = compile_data(value, functions=subject.functions, pointer=f"/{section}")
        for problem in data.problems:
            yield Finding(
                "expression" if problem.code == "expression" else problem.code,
                "error",
                problem.pointer or f"/{section}",
                problem.message,
                "The reference of expressions and templates lists what can be written.",
            )


def unknown_reference(subject: Subject) -> Iterator[Finding]:
    """References to variables and actors that cannot exist."""
    variables = set(subject.variables) | _written_variables(subject)
    for pointer, kind, name in _references(subject):
        if kind == "vars" and not _has(variables, name):
            yield _missing(pointer, f"There is no variable {name!r}.", "vars")
        if kind == "actors" and not _has(set(subject.actors), name):
            yield _missing(pointer, f"There is no actor {name!r}.", "actors")


def _missing(pointer: str, message: str, section: str) -> Finding:
    hint = f"Declare it under `{section}`, or correct the name."
    return Finding("unknown-reference", "warning", pointer, message, hint)


def _has(known: set[str], name: str) -> bool:
    return name in known or any(is_numbered(key, name) for key in known if key.endswith("*"))


def _written_variables(subject: Subject) -> set[str]:
    """Variables that updates bring into being; everything, where a target is computed."""
    found = set()
    for action in subject.actions.values():
        for update in cast("list[JsonObject]", action.get("update") or []):
            target = update.get("set")
            path = parse_path(target) if isinstance(target, str) else ()
            if path[:1] == ("vars",) and len(path) > 1:
                found.add(str(path[1]))
    return found


def _references(subject: Subject) -> Iterator[tuple[str, str, str]]:
    """`vars.x` and `actors.x` in every expression and template, each with its place."""
    pending: list[tuple[str, Json]] = [
        (f"/{section}", subject.written.get(section)) for section in _EVALUATED
    ]
    while pending:
        pointer, value = pending.pop()
        if isinstance(value, list):
            pending += [(f"{pointer}/{index}", item) for index, item in enumerate(value)]
        if isinstance(value, dict):
            for key, item in value.items():
                place = f"{pointer}/{escape(key)}"
                pending.append((place, item))
                if isinstance(item, str):
                    for kind, name in _names(key, item):
                        yield place, kind, name


def _names(key: str, text: str) -> Iterator[tuple[str, str]]:
    try:
        if key == "<ref>":
            yield from _in_expression(parse(text, DEFAULT_LIMITS))
        elif key == "<tpl>":
            yield from _in_template(text)
    except (EvaluationError, RecursionError):
        # What does not parse is another rule's finding.
        return


def _in_template(text: str) -> Iterator[tuple[str, str]]:
    for node in parse_template(text, DEFAULT_LIMITS.expression_depth):
        if isinstance(node, (Name, Section)) and len(node.path) > 1:
            yield node.path[0], node.path[1]


def _in_expression(node: nodes.Node) -> Iterator[tuple[str, str]]:
    """Paths that start at the data: what follows a projection is on items, not on the data."""
    if isinstance(node, nodes.Path):
        first = node.steps[0] if node.steps else None
        if isinstance(node.head, nodes.Field) and isinstance(first, nodes.Field):
            yield node.head.name, first.name
        else:
            yield from _in_expression(node.head)
    elif isinstance(node, nodes.Pipe):
        yield from _in_expression(node.parts[0])
    elif not isinstance(node, nodes.Reference):
        for part in node.parts:
            yield from _in_expression(part)


def undeclared_update(subject: Subject) -> Iterator[Finding]:
    """Updates of variables that nobody declared, and of what updates may not set."""
    for key, action in subject.actions.items():
        for index, update in enumerate(cast("list[JsonObject]", action.get("update") or [])):
            target = update.get("set")
            if not isinstance(target, str):
                continue
            path = parse_path(target)
            pointer = f"/actions/{escape(key)}/update/{index}/set"
            if not path:
                yield Finding(
                    "undeclared-update",
                    "error",
                    pointer,
                    f"{target!r} is not for updates: every step would be refused.",
                    "It may set title, tags, previous, vars…, actors…, result…, current.actor….",
                )
            elif (
                path[0] == "vars"
                and len(path) > 1
                and not _has(set(subject.variables), str(path[1]))
            ):
                yield Finding(
                    "undeclared-update",
                    "warning",
                    pointer,
                    f"The variable {path[1]!r} is not declared: nothing checks what is in it.",
                    "Declare it under `vars` with a schema.",
                )
