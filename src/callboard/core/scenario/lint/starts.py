"""What a process starts with that no step can mend.

Without a `default` of its own, a variable starts with the defaults of its properties, if any; the
result likewise. That may be less than the schema wants, and then every step is refused whose
updates do not mend it (specification: process, "Step"). Often the first step does, as it writes the
whole value; here are the values for which none can.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from callboard.core.scenario.lint.graph import closure
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.places import ROOT, Place
from callboard.core.schema import compile_schema, default_of
from callboard.core.values import Json, JsonObject
from callboard.errors import Reason, SchemaError

_Path: TypeAlias = "tuple[str | int, ...]"


@dataclass(frozen=True, slots=True)
class Start:
    """A variable, or the result, as a process starts with it, and what is wrong with that."""

    place: Place
    value: Json
    reasons: list[Reason]


def stuck_starts(subject: Subject) -> Iterator[Start]:
    """What keeps every first step from being done."""
    targets = _first_targets(subject)
    for path, place, schema in _values(subject):
        value = default_of(schema, limits=subject.limits)
        if not isinstance(value, dict) or "default" in schema or "const" in schema:
            continue
        reasons = _reasons(subject, schema, value)
        if any(not _may_be_mended((*path, *_missing(reason)), targets) for reason in reasons):
            yield Start(place, value, reasons)


def _values(subject: Subject) -> Iterator[tuple[_Path, Place, JsonObject]]:
    for key, schema in subject.variables.items():
        if isinstance(schema, dict):
            yield ("vars", key), ROOT / "vars" / key, schema
    result = subject.normalized.get("result")
    if isinstance(result, dict):
        yield ("result",), ROOT / "result", result


def _reasons(subject: Subject, schema: JsonObject, value: Json) -> list[Reason]:
    try:
        checker = compile_schema(schema, limits=subject.limits, resources=subject.schemas)
        return checker.check(value)
    except SchemaError:
        return []


def _missing(reason: Reason) -> _Path:
    """The path inside the value that is wrong; of a property that is missing, its own."""
    parts = (reason.pointer or "").split("/")[1:]
    path = tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)
    params = reason.details.get("params")
    name = params.get("missingProperty") if isinstance(params, dict) else None
    return (*path, name) if isinstance(name, str) else path


def _first_targets(subject: Subject) -> list[_Path | None]:
    """What the updates write of the actions that may be done first; None: that is computed, or
    there is no such action.
    """
    ways = subject.live.ways
    idle = {key: [w.target for w in listed if w.on is None] for key, listed in ways.items()}
    first = {
        subject.action_of(way.state, way.on)[0]
        for key in closure(["initial"], idle)
        for way in ways[key]
        if way.on is not None
    }
    targets = [update.target for update in subject.updates if update.action in first]
    return targets if first else [None]


def _may_be_mended(wrong: _Path, targets: list[_Path | None]) -> bool:
    """Whether some update writes the place, what encloses it, or something in it."""
    return any(target is None or _overlap(wrong, tuple(map(str, target))) for target in targets)


def _overlap(some: _Path, other: _Path) -> bool:
    return all(a == b for a, b in zip(some, other, strict=False))
