"""Lint: what a valid scenario can still get wrong as a state machine.

`RULES` lists every rule by its code; a rule is a function from the scenario to its findings.
Nothing here runs a process: the structure is exact, and what expressions decide counts as possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from callboard.core.expression import BUILTINS, Functions
from callboard.core.scenario.lint import (
    actors,
    expressions,
    keys,
    reachability,
    schemas,
    transitions,
)
from callboard.core.scenario.lint.finding import Finding, Severity, Subject
from callboard.core.scenario.normalize import normalize
from callboard.core.scenario.text import Document
from callboard.core.values import Json, JsonObject

__all__ = ["RULES", "Finding", "Rule", "Severity", "lint"]

Rule = Callable[[Subject], Iterator[Finding]]

RULES: Mapping[str, Rule] = {
    "automatic-loop": transitions.automatic_loop,
    "expression": expressions.expression,
    "ignored-key": keys.ignored_key,
    "invalid-default": schemas.invalid_default,
    "no-way-out": reachability.no_way_out,
    "nobody-may": actors.nobody_may,
    "null-key": keys.null_key,
    "same-timeout": transitions.same_timeout,
    "shadowed-transition": transitions.shadowed_transition,
    "undeclared-update": expressions.undeclared_update,
    "unknown-actor": actors.unknown_actor,
    "unknown-reference": expressions.unknown_reference,
    "unreachable-state": reachability.unreachable_state,
    "unusable-schema": schemas.unusable_schema,
    "unused-action": actors.unused_action,
    "wildcard-never-created": actors.wildcard_never_created,
}

_ORDER = {"error": 0, "warning": 1, "info": 2}


def lint(
    scenario: JsonObject,
    *,
    document: Document | None = None,
    functions: Functions = BUILTINS,
    schemas: Mapping[str, Json] | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
) -> list[Finding]:
    """What a valid scenario gets wrong, errors first.

    `document` is the text that it came from, for line and column; `schemas` are those that `$ref`
    may name; `select` and `ignore` choose rules by their codes. Raises ScenarioError when the
    scenario cannot be normalised: validate it first.

    >>> [finding.code for finding in lint({"states": {"initial": {"on": "go", "goto": None}}})]
    ['no-way-out']
    """
    subject = Subject(scenario, normalize(scenario), functions, schemas or {})
    chosen = [code for code in RULES if _chosen(code, select, ignore)]
    findings = [item for code in chosen for item in RULES[code](subject)]
    placed = [item if document is None else _placed(item, document) for item in _unique(findings)]
    return sorted(placed, key=lambda item: (_ORDER[item.severity], item.line or 0))


def _chosen(code: str, select: Sequence[str], ignore: Sequence[str]) -> bool:
    return (not select or code in select) and code not in ignore


def _unique(findings: Iterable[Finding]) -> Iterable[Finding]:
    """What `*` brings into every state is said once."""
    return dict.fromkeys(findings)


def _placed(finding: Finding, document: Document) -> Finding:
    line, column = document.place(finding.pointer)
    return replace(finding, line=line, column=column)
