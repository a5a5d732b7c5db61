"""What proves what happened."""

from __future__ import annotations

from typing import Final

from callboard.core.values import JsonObject
from callboard.server.shapes.parts import INTEGER, OBJECT, TEXT, described, record, ref

PROOF: Final = record(
    {
        "ok": {"type": "boolean"},
        "events": described(INTEGER, "How many events the chain has."),
        "head": described(TEXT, "Hash of the last one."),
        "code": described(TEXT, "What does not hold."),
        "message": TEXT,
        "event": described(INTEGER, "Index of the event that does not hold, from 0."),
    },
    required=("ok", "events", "head"),
    about="Whether the chain of a process holds and leads to what is stored.",
)

BUNDLE: Final = record(
    {
        "format": {"type": "string", "const": "callboard-bundle"},
        "version": {"type": "integer", "const": 1},
        "scenario": ref("Scenario"),
        "schemas": described(OBJECT, "The schemas that the scenario refers to, by address."),
        "process": described(OBJECT, "The process with its events; `scenario` is an id."),
    },
    required=("format", "version", "scenario", "schemas", "process"),
    about="All that is needed to check a process elsewhere.",
)

COMPONENTS: Final[dict[str, JsonObject]] = {"Bundle": BUNDLE, "Proof": PROOF}
