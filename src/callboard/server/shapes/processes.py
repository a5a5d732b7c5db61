"""Processes, as they are started, listed and shown."""

from __future__ import annotations

from typing import Final

from callboard.core.values import JsonObject
from callboard.server.shapes.parts import (
    NAMES,
    NOT_EMPTY,
    OBJECT,
    TEXT,
    TIME,
    UUID,
    array,
    described,
    record,
    ref,
)

ACTOR: Final = record(
    {"id": TEXT, "title": TEXT, "role": {"anyOf": [TEXT, NAMES]}},
    about="An actor of a process, with the properties that the scenario declares.",
)

CURRENT: Final = record(
    {
        "key": TEXT,
        "title": TEXT,
        "description": TEXT,
        "instructions": OBJECT,
        "timestamp": TIME,
        "actions": array(OBJECT),
        "notify": array(OBJECT),
    },
    required=("key", "timestamp", "actions"),
    about="The state that a process is in, worked out for it.",
)

PROCESS: Final = record(
    {
        "id": UUID,
        "title": TEXT,
        "isRunning": {"type": "boolean"},
        "tags": NAMES,
        "scenario": record({"id": UUID}, required=("id",)),
        "actors": {"type": "object", "additionalProperties": ref("Actor")},
        "vars": OBJECT,
        "result": {},
        "current": ref("CurrentState"),
        "previous": described(array(OBJECT), "What happened, for people."),
        "events": described(array(OBJECT), "What happened: the chain, hashed link by link."),
        "next": described(array(OBJECT), "The states to come, where they were asked for."),
    },
    required=(
        *("id", "title", "isRunning", "tags", "scenario", "actors", "vars"),
        *("result", "current", "previous", "events"),
    ),
    about="A process.",
)

PROCESS_SUMMARY: Final = record(
    {
        "id": UUID,
        "title": TEXT,
        "tags": NAMES,
        "isRunning": {"type": "boolean"},
        "scenario": record(
            {"id": UUID, "name": TEXT, "title": TEXT, "description": TEXT}, required=("id",)
        ),
        "actors": array(
            record(
                {"key": TEXT, "id": TEXT, "title": TEXT, "role": {"anyOf": [TEXT, NAMES]}},
                required=("key",),
            )
        ),
        "current": record({"key": TEXT, "title": TEXT}, required=("key",)),
        "created": TIME,
        "lastUpdated": TIME,
    },
    required=("id", "title", "tags", "isRunning", "scenario", "actors", "current"),
    about="A process in a list.",
)

ACTOR_INPUT: Final[JsonObject] = {
    "type": "object",
    "properties": {"id": NOT_EMPTY, "title": TEXT},
}

START: Final = record(
    {
        "scenario": described(NOT_EMPTY, "Id, name, or `name@version` of a scenario."),
        "actors": {
            "type": "object",
            "additionalProperties": ACTOR_INPUT,
            "description": "Who is who: ids, titles and properties by the key of the actor.",
        },
        "action": {
            "description": "The first action: its key, or key and response.",
            "anyOf": [
                NOT_EMPTY,
                record({"key": NOT_EMPTY, "response": {}}, required=("key",), closed=True),
            ],
        },
    },
    required=("scenario",),
    closed=True,
    about="How to start a process.",
)

COMPONENTS: Final[dict[str, JsonObject]] = {
    "Actor": ACTOR,
    "CurrentState": CURRENT,
    "Process": PROCESS,
    "ProcessSummary": PROCESS_SUMMARY,
    "StartInstructions": START,
}
