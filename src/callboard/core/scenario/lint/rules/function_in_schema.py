"""Data functions in schemas that are never evaluated: those of variables, actors and the result.

Only the response of an action may be computed. Elsewhere a function is a schema that says nothing,
and admits anything.
"""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.schema_parts import schemas_of
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.places import Place
from callboard.core.scenario.validate.kinds import is_function
from callboard.core.values import Json


def check(subject: Subject) -> Iterator[Remark]:
    for schema, place in schemas_of(subject):
        for at in _functions(schema, place):
            yield Remark(
                str(at),
                "A data function in the schema of a variable, an actor or the result is never"
                " evaluated: it stands there as it is.",
                "Write the value itself; only the response of an action may be computed.",
            )


def _functions(schema: Json, place: Place) -> Iterator[Place]:
    pending: list[tuple[Json, Place]] = [(schema, place)]
    while pending:
        item, at = pending.pop()
        if is_function(item):
            yield at
        elif isinstance(item, dict):
            pending.extend((part, at / key) for key, part in item.items())
        elif isinstance(item, list):
            pending.extend((part, at / index) for index, part in enumerate(item))


RULE = Rule("function-in-schema", "warning", "A function stands where none is evaluated.", check)
