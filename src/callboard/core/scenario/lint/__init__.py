"""Lint: what a valid scenario can still get wrong as a state machine.

Nothing here runs a process. The structure (states, transitions, actors) is judged exactly; what an
expression decides counts as possible, so that what is called unreachable or dead is so whatever the
expressions give. `reachability` says of each state whether a process can come there, and where
that cannot be told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from callboard.core.expression import BUILTINS, Functions
from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.core.scenario.lint.finding import Finding, Remark, Severity
from callboard.core.scenario.lint.live import Reach
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.rules import RULES as _RULES
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.normalize import normalize
from callboard.core.scenario.text import Document
from callboard.core.values import Json, JsonObject

__all__ = ["RULES", "Finding", "Reach", "Rule", "Severity", "lint", "reachability"]

RULES: Final[Mapping[str, Rule]] = {rule.code: rule for rule in _RULES}
"""Every rule, by its code."""

MOST: Final = 1_000
_ORDER: Final = {"error": 0, "warning": 1, "info": 2}
_NO_SCHEMAS: Final[Mapping[str, Json]] = {}


def lint(
    scenario: JsonObject,
    *,
    document: Document | None = None,
    functions: Functions = BUILTINS,
    schemas: Mapping[str, Json] = _NO_SCHEMAS,
    limits: Limits = DEFAULT_LIMITS,
    services: Collection[str] | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
) -> list[Finding]:
    """What a valid scenario gets wrong, errors first, then in the order of the text.

    `document` is the text that it came from, for line and column; `schemas` are those that `$ref`
    may name; `services` the names of those that are configured, None where that is not known;
    `select` and `ignore` choose rules by their codes. Of more than a thousand findings the first
    are told. Raises ScenarioError when the scenario cannot be normalised: validate it first.

    >>> [finding.code for finding in lint({"states": {"initial": {"on": "go", "goto": None}}})]
    ['no-way-out']
    """
    subject = Subject(
        scenario, normalize(scenario, limits=limits), functions, schemas, limits, services
    )
    chosen = [rule for code, rule in RULES.items() if _is_chosen(code, select, ignore)]
    findings = (
        _finding(rule, remark, document) for rule in chosen for remark in _once(rule, subject)
    )
    return sorted(
        islice(findings, MOST),
        key=lambda item: (_ORDER[item.severity], item.line or 0, item.column or 0, item.pointer),
    )


def reachability(scenario: JsonObject, *, limits: Limits = DEFAULT_LIMITS) -> dict[str, Reach]:
    """Whether a process can come to each state of a valid scenario.

    `yes` and `no` are exact; `cannot tell` where expressions decide. That a step may be refused,
    because a response or an update does not fit, is not considered.

    >>> way = {"on": "go", "goto": "(done)", "if": {"<ref>": "vars.ready"}}
    >>> reachability({"states": {"initial": {"transitions": [way]}, "island": way}})
    {'initial': 'yes', 'island': 'no', '(done)': 'cannot tell'}
    """
    normalized = normalize(scenario, limits=limits)
    return Subject(scenario, normalized, BUILTINS, _NO_SCHEMAS, limits).reach


def _is_chosen(code: str, select: Sequence[str], ignore: Sequence[str]) -> bool:
    return (not select or code in select) and code not in ignore


def _once(rule: Rule, subject: Subject) -> Iterator[Remark]:
    """The remarks of a rule; what `*` brings into every state is said once."""
    told: set[Remark] = set()
    for remark in rule.check(subject):
        if remark not in told:
            told.add(remark)
            yield remark


def _finding(rule: Rule, remark: Remark, document: Document | None) -> Finding:
    found = Finding(
        rule.code, remark.severity or rule.severity, remark.pointer, remark.message, remark.hint
    )
    if document is None:
        return found
    line, column = document.place(remark.pointer, key=remark.of_key)
    return replace(found, line=line, column=column)
