"""Checking a scenario without storing it: errors, and where there are none, what lint finds.

Theory: the very functions that storing and the command line use. A text that cannot be read is an
answer like any other, so that an editor shows it at its place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal

from callboard.core.canonical import scenario_id
from callboard.core.scenario.lint import Finding, lint
from callboard.core.scenario.normalize import normalize
from callboard.core.scenario.text import Document, load_document
from callboard.core.scenario.validate import ValidationError, validate
from callboard.core.values import Json, JsonObject
from callboard.engine import access
from callboard.engine.cache import ScenarioCache
from callboard.engine.fetching import Fetching
from callboard.errors import InvalidError, Reason, ScenarioError, TextError
from callboard.ports.caller import Caller
from callboard.ports.records import MediaType


@dataclass(frozen=True, slots=True)
class Checked:
    """What a text turned out to be. `id` and `normalized` are there when it is valid."""

    errors: tuple[JsonObject, ...] = ()
    """`{message, pointer, keyword, line?, column?, params?}`."""
    findings: tuple[Finding, ...] = ()
    id: str | None = None
    normalized: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class Checking:
    """The use case of checking."""

    cache: ScenarioCache
    services: Collection[str] | None = None
    """The names of those that are configured; None where that is not known."""
    fetching: Fetching = field(default_factory=Fetching)

    async def check(self, caller: Caller, text: str, media_type: MediaType) -> Checked:
        """Everything that is wrong with a scenario; nothing is stored."""
        access.require(caller, "scenario:read", "scenario:write")
        try:
            fetched = await self.fetching.of(self.cache, text, media_type)
        except InvalidError as error:
            return await asyncio.to_thread(self._not_fetched, text, media_type, error)
        return await asyncio.to_thread(self._check, text, media_type, fetched)

    def _not_fetched(self, text: str, media_type: MediaType, error: InvalidError) -> Checked:
        form: Literal["json", "yaml"] = "json" if media_type == "application/json" else "yaml"
        document = load_document(text, format=form, limits=self.cache.limits)
        return Checked(errors=tuple(_refused(error.reasons, document)))

    def _check(self, text: str, media_type: MediaType, fetched: JsonObject) -> Checked:
        form: Literal["json", "yaml"] = "json" if media_type == "application/json" else "yaml"
        limits, schemas = self.cache.limits, {**fetched, **self.cache.schemas()}
        try:
            document = load_document(text, format=form, limits=limits)
        except TextError as error:
            return Checked(errors=(_unreadable(error),))
        value = document.value
        errors = validate(value, schemas=schemas, limits=limits)
        if errors or not isinstance(value, dict):
            return Checked(errors=tuple(_placed(error, document) for error in errors))
        try:
            normalized = normalize({k: v for k, v in value.items() if k != "id"}, limits=limits)
        except ScenarioError as error:
            return Checked(errors=tuple(_refused(error.reasons, document)))
        identity = scenario_id(normalized)
        found = lint(
            value,
            document=document,
            schemas=schemas,
            limits=limits,
            services=self.services,
        )
        return Checked((), tuple(found), identity, {**normalized, "id": identity})


def _unreadable(error: TextError) -> JsonObject:
    message: Json = error.message
    return {
        "message": message,
        "pointer": "",
        "keyword": "text",
        "line": error.line,
        "column": error.column,
    }


def _placed(error: ValidationError, document: Document) -> JsonObject:
    line, column = document.place(error["instancePath"])
    return {
        "message": error["message"],
        "pointer": error["instancePath"],
        "keyword": error["keyword"],
        "params": error["params"],
        "line": line,
        "column": column,
    }


def _refused(reasons: Sequence[Reason], document: Document) -> list[JsonObject]:
    found: list[JsonObject] = []
    for reason in reasons:
        line, column = document.place(reason.pointer or "")
        found.append(
            {
                "message": reason.message,
                "pointer": reason.pointer or "",
                "keyword": reason.keyword or reason.code,
                "line": line,
                "column": column,
            }
        )
    return found
