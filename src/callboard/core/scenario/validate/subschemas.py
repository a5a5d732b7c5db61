"""Sub-schemas: an action, state or message with `schema: X` has to satisfy schema X.

The raw data is checked, then the data with its functions taken out; an error counts when both
report it (specification: language, details 12).
"""

from __future__ import annotations

from collections.abc import Mapping

from callboard.core.expression.data import remove_functions
from callboard.core.scenario.validate.findings import Findings, nearest
from callboard.core.schema import compile_schema
from callboard.core.values import Json, JsonObject
from callboard.errors import Reason, SchemaError


def check_subschema(
    value: Json, path: str, schemas: Mapping[str, Json], findings: Findings
) -> None:
    """Check a value against the schema that it names, if it names one."""
    name = value.get("schema") if isinstance(value, dict) else None
    if not isinstance(name, str):
        return
    uri = name if ":" in name else f"schema:{name}"
    if uri not in schemas:
        hint = nearest(uri, schemas)
        findings.add(f"{path}/schema", "schema", f"There is no schema {uri!r}.{hint}", schema=uri)
        return
    try:
        for reason in _both(value, schemas[uri], schemas):
            findings.add(path + (reason.pointer or ""), reason.keyword or "schema", reason.message)
    except SchemaError as error:
        message = f"Schema {uri!r} cannot be used: {error}"
        findings.add(f"{path}/schema", "schema", message, schema=uri)


def _both(value: Json, schema: Json, schemas: Mapping[str, Json]) -> list[Reason]:
    checker = compile_schema(schema, resources=schemas)
    reasons = checker.check(value)
    if not reasons:
        return []
    bare = {_mark(reason) for reason in checker.check(remove_functions(value))}
    return [reason for reason in reasons if _mark(reason) in bare]


def _mark(reason: Reason) -> tuple[str | None, str | None]:
    return reason.pointer, reason.keyword


def messages_of(state: JsonObject) -> list[tuple[str, Json]]:
    """The messages of a state's notifications, each with its place in the state."""
    notify = state.get("notify")
    if isinstance(notify, dict):
        return [("/notify/message", notify.get("message"))]
    if not isinstance(notify, list):
        return []
    return [
        (f"/notify/{index}/message", item.get("message"))
        for index, item in enumerate(notify)
        if isinstance(item, dict)
    ]
