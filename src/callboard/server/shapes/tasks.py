"""Tasks: what waits for somebody."""

from __future__ import annotations

from typing import Final

from callboard.core.values import JsonObject
from callboard.server.shapes.parts import (
    INTEGER,
    OBJECT,
    TEXT,
    TIME,
    UUID,
    array,
    described,
    record,
    ref,
)

ACTION: Final = record(
    {
        "key": TEXT,
        "title": {},
        "description": {},
        "actor": described(TEXT, "The actor as which you can do it: for `As-Actor`."),
        "response": described({}, "The schema of the response."),
    },
    required=("key", "actor", "response"),
    about="Something that you can do now. It is listed for each of your actors that can.",
)

TASK: Final = record(
    {
        "process": ref("ProcessSummary"),
        "state": record({"key": TEXT, "title": {}, "description": {}}, required=("key",)),
        "instructions": described(OBJECT, "Those for your actors, by the key of the actor."),
        "since": described(TIME, "When the process came into this state."),
        "due": described(TIME, "When the state times out; absent where it does not."),
        "actions": array(ref("TaskAction")),
    },
    required=("process", "state", "instructions", "since", "actions"),
    about="A process that waits for you.",
)

COUNT: Final = record(
    {
        "total": INTEGER,
        "overdue": INTEGER,
        "more": described({"type": "boolean"}, "Whether there are others that were not counted."),
        "scenarios": array(
            record({"scenario": UUID, "total": INTEGER}, required=("scenario", "total"))
        ),
    },
    required=("total", "overdue", "more", "scenarios"),
    about="How much waits for you.",
)

COMPONENTS: Final[dict[str, JsonObject]] = {"Task": TASK, "TaskAction": ACTION, "TaskCount": COUNT}
