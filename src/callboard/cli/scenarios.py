"""Scenarios as commands need them: read, checked and normalised, or a clear failure.

The sub-schemas that they name come from the folder `schemas`, where there is one.
"""

from __future__ import annotations

from typing import cast

from callboard.cli.failure import Failure
from callboard.cli.folders import SCHEMAS
from callboard.cli.sources import read_source, read_value
from callboard.core.scenario.compile import compile_scenario
from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.normalize import normalize
from callboard.core.scenario.validate import validate
from callboard.core.values import JsonObject
from callboard.schemas import load_schemas


def read_normalized(name: str) -> JsonObject:
    """The normalised scenario of a file, of standard input, or of an example."""
    source = read_source(name)
    document = read_value(source)
    errors = validate(document, schemas=load_schemas(SCHEMAS))
    if errors:
        first = errors[0]
        at = f"{first['instancePath']}: " if first["instancePath"] else ""
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise Failure(
            f"{source.name} is not valid: {at}{first['message'].removesuffix('.')}{more}."
            f" `callboard validate {name}` says everything."
        )
    return normalize(cast("JsonObject", document))


def read_compiled(name: str) -> Scenario:
    """The same, compiled."""
    return compile_scenario(read_normalized(name), schemas=load_schemas(SCHEMAS))
