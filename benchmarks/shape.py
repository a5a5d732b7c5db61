"""The shape of work that every benchmark uses: an approval of a start and four actions.

Two actors act in turn, each response is checked by a schema, each action sets one variable; then
the process ends. The process document is about 2 KB, an event about 500 bytes.
"""

from __future__ import annotations

from typing import Any

NOTE = "The quotation was compared with two others and the delivery date was confirmed. " * 3

SCENARIO: dict[str, Any] = {
    "name": "benchmark-approval",
    "version": "1.0.0",
    "title": "Approval",
    "actors": {"requester": {"title": "Requester"}, "approver": {"title": "Approver"}},
    "vars": {
        key: {"properties": {"amount": "number", "note": "string", "reference": "string"}}
        for key in ("request", "review", "revision", "decision")
    },
    "actions": {
        action: {
            "title": title,
            "actor": actor,
            "response": {
                "properties": {
                    "amount": {"type": "number", "minimum": 0, "!required": True},
                    "note": {"type": "string", "maxLength": 1000, "!required": True},
                    "reference": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]+$"},
                }
            },
            "update": f"vars.{variable}",
        }
        for action, title, actor, variable in (
            ("submit", "Submit", "requester", "request"),
            ("review", "Review", "approver", "review"),
            ("revise", "Revise", "requester", "revision"),
            ("decide", "Decide", "approver", "decision"),
        )
    },
    "states": {
        "initial": {"on": "submit", "goto": "reviewing"},
        "reviewing": {"on": "review", "goto": "revising"},
        "revising": {"on": "revise", "goto": "deciding"},
        "deciding": {"on": "decide", "goto": "(done)"},
    },
}

ACTIONS = (
    ("submit", "requester"),
    ("review", "approver"),
    ("revise", "requester"),
    ("decide", "approver"),
)


def response(number: int) -> dict[str, Any]:
    """A response of the size that the shape asks for."""
    return {"amount": 1000 + number, "note": NOTE, "reference": f"PO-{number}"}
