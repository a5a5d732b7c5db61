"""Closures of paths: a head, and the steps from it.

Steps that only look something up run in one loop, and short chains of fields, by far the most
frequent expressions, in none. A projection makes a closure of what follows it first: its tail.
Of steps that compute (a list, an object, a call) only the first of a tail sees null; elsewhere
null stays null and the path ends with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import prod
from typing import Any, TypeAlias

from callboard.core.expression import nodes, projections
from callboard.core.expression.comparing import condition
from callboard.core.expression.projections import Tail
from callboard.core.expression.scope import MANY, Closure, Part, Scope, composed
from callboard.core.values import Json

_Simple: TypeAlias = str | int | Part
"""A step that is no projection: a key, an index, or a part that computes."""


@dataclass(frozen=True, slots=True)
class _Segment:
    """A projection (none where a path starts), and the simple steps up to the next one."""

    projection: nodes.Step | None
    condition: Part | None
    simple: list[_Simple]


@dataclass(frozen=True, slots=True)
class _Stage:
    """The segments from the start of a path, or from a flatten, to the next flatten."""

    flatten: bool
    segments: list[_Segment]


def path(node: nodes.Path, parts: list[Part]) -> Part:
    """The path, when its head and steps are compiled."""
    stages = _stages(node, iter(parts))
    looks_up = all(isinstance(step, (nodes.Field, nodes.Index)) for step in node.steps)
    return Part(
        node,
        _in_turn([_run(stage) for stage in stages]) or _itself,
        weight=len(node.steps) + sum(part.weight for part in parts),
        height=max(map(_height, stages)),
        free=looks_up and parts[0].free,
        copies=min(MANY, prod(_copies(stages))),
    )


def field(name: str) -> Closure:
    """The value at a key of the current object."""

    def one(value: Json, _scope: Scope) -> Json:
        return value.get(name) if isinstance(value, dict) else None

    return one


def _height(stage: _Stage) -> int:
    """How many calls are in each other: a projection takes two, and what is in it comes on top."""
    calls, highest = 2, 0
    for segment in stage.segments:
        if segment.projection is not None:
            calls += 2
        parts = [step for step in (*segment.simple, segment.condition) if isinstance(step, Part)]
        highest = max(highest, calls, *(calls + part.height for part in parts))
    return highest + 2 * stage.flatten


def _copies(stages: list[_Stage]) -> Iterator[int]:
    for stage in stages:
        for segment in stage.segments:
            yield from (step.copies for step in segment.simple if isinstance(step, Part))


def _itself(value: Json, _scope: Scope) -> Json:
    return value


def _stages(node: nodes.Path, parts: Iterator[Part]) -> list[_Stage]:
    """The steps between flattens, cut at projections."""
    stages = [_Stage(False, [_Segment(None, None, _start(next(parts)))])]
    for step in node.steps:
        simple = stages[-1].segments[-1].simple
        if isinstance(step, nodes.Field):
            simple.append(step.name)
        elif isinstance(step, nodes.Index):
            simple.append(step.index)
        elif isinstance(step, (nodes.MultiList, nodes.MultiHash, nodes.Call)):
            simple.append(next(parts))
        elif isinstance(step, nodes.Flatten):
            selected = [_selected(step, None, next(parts))] if step.select else []
            stages.append(_Stage(not selected, [_Segment(None, None, [*selected])]))
        else:
            part = next(parts) if isinstance(step, nodes.Filter) else None
            if step.select:
                simple.append(_selected(step, part, next(parts)))
            else:
                stages[-1].segments.append(_Segment(step, part, []))
    return stages


def _selected(step: nodes.Step, condition: Part | None, select: Part) -> Part:
    """A projection that ends with its own list or object: a step that computes."""
    tail = Tail(select.run, 1 + select.weight)
    segment = _Segment(step, condition, [])
    if isinstance(step, nodes.Flatten):
        run = projections.flattened(tail)
    else:
        run = _project(segment, _itself, tail)
    parts = [select, condition] if condition else [select]
    return composed(select.node, run, parts, calls=3, free=False)


def _run(stage: _Stage) -> Closure:
    """A stage as a closure of what the one before gives."""
    tail = _tail(stage.segments)
    return projections.flattened(tail) if stage.flatten else tail.run or _itself


def _start(head: Part) -> list[_Simple]:
    return [head.node.name] if isinstance(head.node, nodes.Field) else [head]


def _tail(segments: Sequence[_Segment]) -> Tail:
    """What the segments do with a value, the last projection built first."""
    last = segments[-1].simple
    run = _lookup(last)
    only = last[0] if len(last) == 1 and isinstance(last[0], str) else None
    tail = Tail(run, _weight(last), only)
    for before, segment in zip(reversed(segments[:-1]), reversed(segments[1:]), strict=True):
        projected = _project(segment, _lookup(before.simple) or _itself, tail)
        weight = 1 + tail.weight + _weight(before.simple)
        tail = Tail(projected, weight + (segment.condition.weight if segment.condition else 0))
    return tail


def _weight(simple: list[_Simple]) -> int:
    return 1 + sum(step.weight if isinstance(step, Part) else 1 for step in simple)


def _project(segment: _Segment, base: Closure, tail: Tail) -> Closure:
    step, part = segment.projection, segment.condition
    if part is not None:
        return projections.filtered(base, condition(part), part.weight, tail)
    if isinstance(step, nodes.Slice):
        return projections.sliced(base, step, tail)
    make = projections.values if isinstance(step, nodes.Values) else projections.each
    return make(base, tail)


def _lookup(steps: list[_Simple]) -> Closure | None:
    """Simple steps as one closure; None when there are none."""
    runs: list[Closure] = []
    for computes, group in groupby(steps, lambda step: isinstance(step, Part)):
        if computes:
            runs += (step.run for step in group if isinstance(step, Part))
        else:
            runs.append(_keys([step for step in group if not isinstance(step, Part)]))
    return _in_turn(runs)


def _in_turn(runs: list[Closure]) -> Closure | None:
    """Closures one after the other, up to the first null; None when there are none."""
    if len(runs) < 2:
        return runs[0] if runs else None
    first, rest = runs[0], tuple(runs[1:])

    def in_turn(value: Json, scope: Scope) -> Json:
        found: Json = first(value, scope)
        for run in rest:
            if found is None:
                return None
            found = run(found, scope)
        return found

    return in_turn


def _keys(keys: list[str | int]) -> Closure:
    """Keys and indexes as one closure."""
    names = [key for key in keys if isinstance(key, str)]
    if len(names) < len(keys) or len(names) > 3:
        return _keys_and_indexes(keys)
    if len(names) == 1:
        return field(names[0])
    return _two(*names) if len(names) == 2 else _three(*names)


def _two(first: str, second: str) -> Closure:
    def two(value: Json, _scope: Scope) -> Json:
        if isinstance(value, dict):
            value = value.get(first)
            if isinstance(value, dict):
                return value.get(second)
        return None

    return two


def _three(first: str, second: str, third: str) -> Closure:
    def three(value: Json, _scope: Scope) -> Json:
        if isinstance(value, dict):
            value = value.get(first)
            if isinstance(value, dict):
                value = value.get(second)
                if isinstance(value, dict):
                    return value.get(third)
        return None

    return three


def _keys_and_indexes(keys: list[str | int]) -> Closure:
    steps: list[tuple[Any, type[Any]]] = [
        (key, list if isinstance(key, int) else dict) for key in keys
    ]

    def look_up(value: Json, _scope: Scope) -> Json:
        found: Any = value
        for key, kind in steps:
            if not isinstance(found, kind):
                return None
            try:
                found = found[key]
            except (KeyError, IndexError):
                return None
        result: Json = found
        return result

    return look_up
