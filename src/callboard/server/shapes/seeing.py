"""What is told about scenarios and processes: why, and what is wrong."""

from __future__ import annotations

from typing import Final

from callboard.core.values import Json, JsonObject
from callboard.server.shapes.parts import (
    INTEGER,
    OBJECT,
    TEXT,
    TIME,
    UUID,
    array,
    described,
    nullable,
    record,
    ref,
)

ANSWER: Final = record(
    {
        "action": TEXT,
        "actor": TEXT,
        "may": described(
            {"type": "string", "enum": list[Json](("yes", "no", "depends"))},
            "`yes`: a response that satisfies the schema is enough. `depends`: the response "
            "decides.",
        ),
        "you": described({"type": "boolean"}, "Whether you may act as this actor."),
        "reasons": described(array(ref("Reason")), "Everything that speaks against it."),
        "response": described({}, "The schema of the response, where the state has the action."),
    },
    required=("action", "actor", "may", "you", "reasons"),
    about="Whether an actor may do an action now.",
)

EXPLANATION: Final = record(
    {
        "process": UUID,
        "state": record({"key": TEXT, "title": nullable(TEXT)}, required=("key",)),
        "isRunning": {"type": "boolean"},
        "timeouts": array(
            record(
                {
                    "after": described(INTEGER, "Seconds after the state was entered."),
                    "due": TIME,
                    "goto": nullable(TEXT),
                    "conditional": described({"type": "boolean"}, "It has an `if`."),
                },
                required=("after", "due", "goto"),
            )
        ),
        "answers": array(ref("Answer")),
    },
    required=("process", "state", "isRunning", "timeouts", "answers"),
    about="Who may do what in a process now, and why not.",
)

PLACE: Final[JsonObject] = {
    "pointer": described(TEXT, "JSON Pointer into the scenario."),
    "line": nullable(INTEGER),
    "column": nullable(INTEGER),
}

CHECKED: Final = record(
    {
        "valid": {"type": "boolean"},
        "errors": array(
            record(
                {"message": TEXT, "keyword": TEXT, "params": OBJECT, **PLACE},
                required=("message", "pointer", "keyword"),
            )
        ),
        "lint": array(
            record(
                {
                    "code": TEXT,
                    "severity": {
                        "type": "string",
                        "enum": list[Json](("error", "warning", "info")),
                    },
                    "message": TEXT,
                    "hint": TEXT,
                    **PLACE,
                },
                required=("code", "severity", "message", "hint", "pointer"),
            )
        ),
        "id": described(UUID, "The id that it would have."),
        "normalized": ref("Scenario"),
    },
    required=("valid", "errors", "lint"),
    about="What is wrong with a scenario.",
)

COMPONENTS: Final[dict[str, JsonObject]] = {
    "Answer": ANSWER,
    "CheckedScenario": CHECKED,
    "Explanation": EXPLANATION,
}
