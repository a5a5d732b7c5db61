"""Schemas that cannot be used, say less than it seems, or refuse their own defaults."""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.expression.data import has_functions
from callboard.core.scenario.lint.finding import Finding, Subject, escape
from callboard.core.schema import compile_schema
from callboard.core.values import Json, JsonObject
from callboard.errors import SchemaError


def _schemas(subject: Subject) -> Iterator[tuple[str, Json]]:
    """Every schema of the scenario, with its place."""
    for key, schema in subject.variables.items():
        yield f"/vars/{escape(key)}", schema
    yield "/result", subject.normalized.get("result")
    for key, actor in subject.actors.items():
        bare = {name: item for name, item in actor.items() if name not in ("title", "role")}
        yield f"/actors/{escape(key)}", bare
    for key, action in subject.actions.items():
        response = action.get("response")
        if response is not None and not has_functions(response):
            yield f"/actions/{escape(key)}/response", response


def unusable_schema(subject: Subject) -> Iterator[Finding]:
    """Schemas that cannot be checked: an unknown reference, a refused pattern, one too large."""
    for pointer, schema in _schemas(subject):
        problem = compile_schema(schema, resources=subject.schemas).problem
        if problem is not None:
            yield Finding(
                "unusable-schema",
                "error",
                pointer + (problem.pointer or ""),
                problem.message,
                "Until it is mended, every step that needs it fails.",
            )


def invalid_default(subject: Subject) -> Iterator[Finding]:
    """Defaults that their own schema refuses, at any depth."""
    for place, whole in _schemas(subject):
        for pointer, schema in _with_default(place, whole):
            # Definitions are the whole schema's: `$ref` in a part may name them.
            definitions = whole.get("$defs") if isinstance(whole, dict) else None
            part = schema if definitions is None else {"$defs": definitions, **schema}
            try:
                reasons = compile_schema(part, resources=subject.schemas).check(schema["default"])
            except SchemaError:
                continue
            if reasons:
                what = "; ".join(f"{r.pointer or ''} {r.message}".strip() for r in reasons[:3])
                yield Finding(
                    "invalid-default",
                    "error",
                    f"{pointer}/default",
                    f"The default does not satisfy its own schema: {what}.",
                    "Change the default or the schema.",
                )


def _with_default(place: str, whole: Json) -> Iterator[tuple[str, JsonObject]]:
    """The parts of a schema that have a default."""
    pending: list[tuple[str, Json]] = [(place, whole)]
    while pending:
        pointer, value = pending.pop()
        if isinstance(value, list):
            pending += [(f"{pointer}/{index}", item) for index, item in enumerate(value)]
        elif isinstance(value, dict):
            if "default" in value and "properties" not in pointer.rpartition("/")[2]:
                yield pointer, value
            pending += [
                (f"{pointer}/{escape(key)}", item)
                for key, item in value.items()
                if key not in ("default", "const", "enum", "examples")
            ]
