"""Scenarios, as they are listed and shown."""

from __future__ import annotations

from typing import Final

from callboard.core.values import JsonObject
from callboard.server.shapes.parts import (
    NAMES,
    OBJECT,
    TEXT,
    UUID,
    nullable,
    record,
)

SCENARIO_SUMMARY: Final = record(
    {"id": UUID, "name": TEXT, "version": TEXT, "title": TEXT, "description": TEXT, "tags": NAMES},
    required=("id", "title", "description", "tags"),
    about="A scenario in a list.",
)

SCENARIO: Final = record(
    {
        "$schema": nullable(TEXT),
        "name": nullable(TEXT),
        "version": nullable(TEXT),
        "title": nullable(TEXT),
        "description": nullable(TEXT),
        "tags": nullable(NAMES),
        "actors": nullable(OBJECT),
        "actions": nullable(OBJECT),
        "states": OBJECT,
        "vars": nullable(OBJECT),
        "result": {},
    },
    about="A scenario. What a scenario may hold is described in the language reference.",
)

COMPONENTS: Final[dict[str, JsonObject]] = {
    "Scenario": SCENARIO,
    "ScenarioSummary": SCENARIO_SUMMARY,
}
