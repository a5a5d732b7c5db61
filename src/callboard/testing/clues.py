"""Values worth trying, as the scenario's own expressions suggest them.

An expression that compares an amount with 500 decides differently above and below it, so what it
compares with is what an explorer should try, and the numbers beside it. Constants count wherever
they stand in an expression, and so do the options of a `<select>`, and what the scenario says of
itself under a name that expressions read (`scenario.limit`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final, cast

from callboard.core.expression import nodes
from callboard.core.expression.data import REF, SELECT, TPL
from callboard.core.expression.parser import parse
from callboard.core.limits import DEFAULT_LIMITS
from callboard.core.values import Json, JsonObject
from callboard.errors import EvaluationError

MOST: Final = 20


def clues(scenario: JsonObject) -> tuple[Json, ...]:
    """The numbers and texts that a scenario's expressions compare with, the first ones.

    >>> clues({"limit": 500, "states": {"initial": {"if": {"<ref>": "vars.n > scenario.limit"}}}})
    (500,)
    """
    return tuple(islice(dict.fromkeys(_clues(scenario)), MOST))


def expressions(scenario: JsonObject) -> Iterator[str]:
    """The text of every expression and template."""
    pending: list[Json] = [scenario]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            for key in (REF, TPL):
                text = item.get(key)
                if isinstance(text, str):
                    yield text
            pending.extend(reversed(item.values()))
        elif isinstance(item, list):
            pending.extend(reversed(item))


def _clues(scenario: JsonObject) -> Iterator[int | float | str]:
    pending: list[Json] = [scenario]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            if isinstance(item.get(REF), str):
                yield from _in_expression(cast("str", item[REF]), scenario)
            if isinstance(item.get(SELECT), dict):
                yield from (key for key in cast("JsonObject", item[SELECT]) if key not in "$*")
            pending.extend(reversed(item.values()))
        elif isinstance(item, list):
            pending.extend(reversed(item))


def _in_expression(text: str, scenario: JsonObject) -> Iterator[int | float | str]:
    try:
        pending: list[nodes.Node] = [parse(text, DEFAULT_LIMITS)]
    except (EvaluationError, RecursionError):
        return
    while pending:
        node = pending.pop()
        pending.extend(reversed(node.parts))
        if isinstance(node, nodes.Constant):
            yield from _plain(node.value)
        elif isinstance(node, nodes.Path):
            yield from _plain(_own(node, scenario))


def _own(node: nodes.Path, scenario: JsonObject) -> Json:
    """What the scenario says under `scenario.…`; null for another path."""
    if not isinstance(node.head, nodes.Field) or node.head.name != "scenario":
        return None
    value: Json = scenario
    for step in node.steps:
        if not isinstance(step, nodes.Field) or not isinstance(value, dict):
            return None
        value = value.get(step.name)
    return value


def _plain(value: Json) -> Iterator[int | float | str]:
    if isinstance(value, list):
        for item in value:
            yield from _plain(item)
    elif isinstance(value, (int, float, str)) and not isinstance(value, bool):
        yield value
