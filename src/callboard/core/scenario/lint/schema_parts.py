"""The schemas of a scenario, and every schema inside them, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from callboard.core.expression.data import has_functions
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.places import ROOT, Place
from callboard.core.scenario.validate.kinds import is_function
from callboard.core.scenario.validate.schemas import LISTS, MAPS, SINGLE
from callboard.core.values import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Part:
    """A schema inside a whole one; or the whole itself."""

    schema: JsonObject
    place: Place
    whole: Json


def schemas_of(subject: Subject, *, computed: bool = False) -> Iterator[tuple[Json, Place]]:
    """The normalised schemas that the author wrote; `computed` adds responses with functions."""
    for key, schema in subject.variables.items():
        yield schema, ROOT / "vars" / key
    if subject.written.get("result") is not None:
        yield subject.normalized["result"], ROOT / "result"
    for key, actor in subject.actors.items():
        yield (
            {name: actor[name] for name in actor if name not in ("title", "role")},
            (ROOT / "actors" / key),
        )
    written = subject.written.get("actions")
    for key, action in written.items() if isinstance(written, dict) else ():
        if isinstance(action, dict) and action.get("response") is not None:
            response = subject.actions[key].get("response")
            if computed or not has_functions(response):
                yield response, ROOT / "actions" / key / "response"


def parts_of(schema: Json, place: Place) -> Iterator[Part]:
    """A schema and all schemas inside it."""
    pending: list[tuple[Json, Place]] = [(schema, place)]
    while pending:
        item, at = pending.pop()
        if not isinstance(item, dict) or is_function(item):
            continue
        yield Part(item, at, schema)
        for key, value in item.items():
            if key in SINGLE:
                pending.append((value, at / key))
            elif key in MAPS and isinstance(value, dict):
                pending.extend((part, at / key / name) for name, part in value.items())
            elif key in LISTS and isinstance(value, list):
                pending.extend((part, at / key / index) for index, part in enumerate(value))
