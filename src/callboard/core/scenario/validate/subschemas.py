"""Sub-schemas: an action, state or message with `schema: X` has to satisfy schema X.

The raw data is checked, then the data with its functions taken out; an error counts when both
report it (specification: language, section 5.12).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from callboard.core.expression.data import remove_functions
from callboard.core.limits import Limits
from callboard.core.scenario.places import Place
from callboard.core.scenario.validate.findings import Findings, shown
from callboard.core.schema import Checker, compile_schema
from callboard.core.values import Json, JsonObject
from callboard.errors import Reason, SchemaError


class SubSchemas:
    """The schemas that a scenario may name, by URI; each is compiled when it is first met."""

    def __init__(self, schemas: Mapping[str, Json], limits: Limits) -> None:
        self.schemas = schemas
        self.limits = limits
        self.checkers: dict[str, Checker] = {}

    def check(self, value: Json, place: Place, found: Findings) -> None:
        """Check a value against the schema that it names, if it names one."""
        name = value.get("schema") if isinstance(value, dict) else None
        if not isinstance(name, str) or found.is_full():
            return
        uri = name if ":" in name else f"schema:{name}"
        if uri not in self.schemas:
            message = f"There is no schema {shown(uri)}."
            found.unknown(place / "schema", "schema", message, uri, self.schemas)
            return
        try:
            for reason in _in_both(self._checker(uri), value):
                at = place.at(reason.pointer or "")
                message = f"Schema {shown(uri)}: {reason.message}."
                found.add(at, reason.keyword or "schema", message, schema=uri)
        except SchemaError as error:
            message = f"Schema {shown(uri)} cannot be used: {error.message}"
            found.add(place / "schema", "schema", message, schema=uri)

    def check_state(self, state: Json, place: Place, found: Findings) -> None:
        """Check a state, and the messages of its notifications."""
        self.check(state, place, found)
        if isinstance(state, dict):
            for at, message in _messages(state, place / "notify"):
                self.check(message, at, found)

    def _checker(self, uri: str) -> Checker:
        if uri not in self.checkers:
            self.checkers[uri] = compile_schema(
                self.schemas[uri], limits=self.limits, resources=self.schemas
            )
        return self.checkers[uri]


def _in_both(checker: Checker, value: Json) -> list[Reason]:
    reasons = checker.check(value)
    if not reasons:
        return []
    bare = {(reason.pointer, reason.keyword) for reason in checker.check(remove_functions(value))}
    return [reason for reason in reasons if (reason.pointer, reason.keyword) in bare]


def _messages(state: JsonObject, place: Place) -> Iterator[tuple[Place, Json]]:
    """The messages of a state's notifications."""
    notify = state.get("notify")
    if isinstance(notify, dict):
        yield place / "message", notify.get("message")
    for index, item in enumerate(notify if isinstance(notify, list) else ()):
        if isinstance(item, dict):
            yield place / index / "message", item.get("message")
