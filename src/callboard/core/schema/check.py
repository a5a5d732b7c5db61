"""Checking values against schemas.

A `Checker` is made at once and compiled when it is first used, once. Checking a value is one call
into the native checker; what is wrong is only worked out when somebody asks. Nothing that a
stranger writes in a schema can make a check fetch something, run without end or exhaust memory:

- the native checker gets one document without references to anything outside (`bundle`);
- what a schema may cost is known before it is compiled (`cost`), what a value may cost before it
  is checked (`guard`);
- patterns run in linear time, so they know no looking ahead or behind and no references back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from jsonschema_rs import (
    Draft202012Validator,
    ReferencingError,
    RegexOptions,
    ValidationError,
    ValidationErrorKind,
)

from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.core.schema.bundle import make_bundle
from callboard.core.schema.cost import cost_of
from callboard.core.schema.formats import FORMAT_LIMITS, OWN_FORMATS
from callboard.core.schema.graph import Bundle
from callboard.core.schema.guard import Guard, guard_for
from callboard.core.schema.patterns import why_refused
from callboard.core.schema.problems import schema_problem
from callboard.core.schema.report import report
from callboard.core.values import Json
from callboard.errors import Reason, SchemaError

_PATTERN_BYTES: Final = 10_485_760
_NO_RESOURCES: Final[Mapping[str, Json]] = {}


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A schema that can be used."""

    native: Draft202012Validator
    is_valid: Callable[[Json], bool]
    guard: Guard | None
    bundle: Bundle
    errors: int


class Checker:
    """Says whether values satisfy one schema, and what is wrong where they do not."""

    __slots__ = ("_compiled", "_limits", "_problem", "_resources", "_schema")

    def __init__(self, schema: Json, limits: Limits, resources: Mapping[str, Json]) -> None:
        self._schema = schema
        self._limits = limits
        self._resources = resources
        self._compiled: _Compiled | None = None
        self._problem: SchemaError | None = None

    @property
    def problem(self) -> SchemaError | None:
        """Why the schema cannot be used; its `pointer` is a place in the schema. None: it can."""
        if self._compiled is None and self._problem is None:
            try:
                self._compiled = _compile(self._schema, self._limits, self._resources)
            except SchemaError as error:
                self._problem = error
        return self._problem

    def is_valid(self, value: Json) -> bool:
        """Whether a value satisfies the schema.

        Raises SchemaError when the schema cannot be used, or not for so large a value.
        """
        compiled = self._compiled or self._ready()
        if compiled.guard is not None:
            compiled.guard.admit(value)
        try:
            return compiled.is_valid(value)
        except ValueError as error:
            raise SchemaError(f"The value cannot be checked: {error}") from error

    def check(self, value: Json) -> list[Reason]:
        """What is wrong with a value, at most 100 reasons; none when it is valid.

        Each has the code `schema`, the place in the value, the keyword, and in its details the
        keyword's `params`. Of a value so large that listing everything would take too much memory
        only the first thing is told, or that it is not valid. Raises SchemaError as `is_valid`.
        """
        if self.is_valid(value):
            return []
        compiled = self._ready()
        try:
            return report(compiled.native, compiled.bundle, compiled.errors, value)
        except ValueError as error:
            raise SchemaError(f"The value cannot be checked: {error}") from error

    def _ready(self) -> _Compiled:
        problem = self.problem
        if self._compiled is None:
            assert problem is not None
            raise problem
        return self._compiled


def compile_schema(
    schema: Json,
    *,
    limits: Limits = DEFAULT_LIMITS,
    resources: Mapping[str, Json] = _NO_RESOURCES,
) -> Checker:
    """A checker for a normalised schema. `resources` are what `$ref` may name, by URI.

    Never raises: what is wrong with the schema itself is the checker's `problem`, and is raised
    when the checker is used.

    >>> checker = compile_schema({"type": "integer", "minimum": 1})
    >>> checker.is_valid(1.0), [reason.message for reason in checker.check(0)]
    (True, ['must be at least 1'])
    """
    return Checker(schema, limits, resources)


def _compile(schema: Json, limits: Limits, resources: Mapping[str, Json]) -> _Compiled:
    bundle = make_bundle(schema, resources, limits)
    cost = cost_of(bundle.nodes, limits)
    try:
        native = Draft202012Validator(
            bundle.schema,
            formats=OWN_FORMATS,
            validate_formats=True,
            pattern_options=RegexOptions(size_limit=_PATTERN_BYTES),
            keywords={key: FORMAT_LIMITS[key] for key in bundle.limits},
            mask="value",
            offline=True,
        )
    except ValidationError as error:
        raise _refused(error) from error
    except (ReferencingError, ValueError, TypeError) as error:
        raise SchemaError(f"The schema cannot be used: {error}") from error
    return _Compiled(native, native.is_valid, guard_for(cost, limits), bundle, cost.errors)


def _refused(error: ValidationError) -> SchemaError:
    """Why the native checker does not take a schema: a pattern, or a keyword's value."""
    path = error.instance_path
    place = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
    kind, pattern = error.kind, error.instance
    if isinstance(kind, ValidationErrorKind.Format) and isinstance(pattern, str):
        reason = why_refused(pattern)
        return schema_problem(f"The pattern {pattern[:80]!r} cannot be used: {reason}.", place)
    keywords = [part for part in path if isinstance(part, str)]
    return schema_problem(f"`{''.join(keywords[-1:])}` has a value that it cannot have.", place)
