"""What operators send and are shown."""

from __future__ import annotations

from typing import Final

from callboard.core.values import JsonObject
from callboard.server.shapes.parts import (
    INTEGER,
    NOT_EMPTY,
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

REASON_TEXT: Final[JsonObject] = described(
    {"type": "string", "minLength": 1, "maxLength": 2000},
    "Why. It is kept with what was done; better not about a person.",
)

CANCEL: Final = record(
    {"reason": REASON_TEXT},
    required=("reason",),
    closed=True,
    about="Why the process is to end.",
)

TARGET: Final[JsonObject] = {
    "to": described(NOT_EMPTY, "The scenario to go to: id, name, or `name@version`."),
    "dryRun": {
        "type": "boolean",
        "default": True,
        "description": "Only tell what fits; nothing is changed.",
    },
    "ended": {
        "type": "boolean",
        "default": False,
        "description": "Processes that have ended, too.",
    },
    "reason": described(REASON_TEXT, "Why. Needed unless it is a dry run."),
}

MIGRATE: Final = record(
    TARGET,
    required=("to",),
    closed=True,
    about="Where a process is to be carried over to.",
)

MIGRATE_ALL: Final = record(
    {
        **TARGET,
        "processes": {
            "type": "array",
            "items": TEXT,
            "minItems": 1,
            "maxItems": 100,
            "description": "These only; without them all of the scenario, page by page.",
        },
        "limit": {
            "type": "integer",
            "minimum": 1,
            "maximum": 100,
            "default": 100,
            "description": "How many processes a page looks at.",
        },
        "cursor": described(TEXT, "The `next` of the page before."),
    },
    required=("to",),
    closed=True,
    about="Which processes of a scenario are to be carried over, and where to.",
)

MIGRATED: Final = record(
    {
        "process": TEXT,
        "fits": described({"type": "boolean"}, "Whether its chain fits the other scenario."),
        "migrated": described({"type": "boolean"}, "Whether it was carried over."),
        "state": described(TEXT, "The state that it then is in."),
        "head": described(TEXT, "The hash of its new last event."),
        "reasons": described(
            array(ref("Reason")), "Why it does not fit; `event` is the index of the event."
        ),
    },
    required=("process", "fits", "migrated", "reasons"),
    about="What came of one process.",
)

MIGRATION: Final = record(
    {
        "to": described(UUID, "The id of the scenario to go to."),
        "dryRun": {"type": "boolean"},
        "results": array(ref("MigratedProcess")),
        "next": described(TEXT, "The `cursor` of the next page; missing on the last."),
    },
    required=("to", "dryRun", "results"),
    about="What came of a page of processes.",
)

ERASE: Final = record(
    {"reason": REASON_TEXT},
    required=("reason",),
    closed=True,
    about="Why the process is to be erased.",
)

ERASE_ALL: Final = record(
    {
        "participant": {
            "type": "string",
            "pattern": "^(user|role|service):.+",
            "maxLength": 1000,
            "description": "Whose: `user:ID`, `role:NAME` or `service:NAME`.",
        },
        "dryRun": {
            "type": "boolean",
            "default": True,
            "description": "Only tell which; nothing is changed.",
        },
        "reason": described(REASON_TEXT, "Why. Needed unless it is a dry run."),
        "limit": {
            "type": "integer",
            "minimum": 1,
            "maximum": 100,
            "default": 20,
            "description": "How many processes a page has.",
        },
        "cursor": described(TEXT, "The `next` of the page before."),
    },
    required=("participant",),
    closed=True,
    about="Whose processes are to be erased, and why.",
)

ERASURES: Final = record(
    {
        "dryRun": {"type": "boolean"},
        "results": array(
            record(
                {
                    "process": UUID,
                    "scenario": described(UUID, "The id of its scenario."),
                    "state": described(TEXT, "The key of the state that it was in."),
                    "isRunning": {"type": "boolean"},
                    "erased": {"type": "boolean"},
                    "reasons": described(array(ref("Reason")), "Why it was not, if it should be."),
                },
                required=("process", "scenario", "state", "isRunning", "erased", "reasons"),
            )
        ),
        "next": described(TEXT, "The `cursor` of the next page; missing on the last."),
    },
    required=("dryRun", "results"),
    about="What came of a page of somebody's processes.",
)

LOOKED_AT: Final = record(
    {
        "id": UUID,
        "scenario": described(UUID, "The id of its scenario."),
        "events": described(INTEGER, "How many events its chain has."),
        "head": described(TEXT, "The hash of the last one."),
        "created": TIME,
        "lastUpdated": TIME,
        "isRunning": {"type": "boolean"},
        "state": described(TEXT, "The key of its state."),
        "erased": record(
            {"at": TIME, "by": TEXT, "reason": TEXT},
            required=("at", "by", "reason"),
            about="When it was erased, by whom, and why. It has no state then.",
        ),
        "startedBy": record(
            {
                "process": described(UUID, "The one that asked for it."),
                "service": described(TEXT, "Through which service."),
                "root": described(UUID, "The first of their family."),
                "depth": described(INTEGER, "How many have led to this one."),
            },
            required=("process", "service", "root", "depth"),
            about="Which process had it started; missing where no process had.",
        ),
    },
    required=("id", "scenario", "events", "head", "created", "lastUpdated"),
    about="A process from outside, or what is left of one that was erased.",
)

OVERVIEW: Final = record(
    {
        "running": described(INTEGER, "Processes that run."),
        "ended": described(INTEGER, "Processes that have ended."),
        "scenarios": array(
            record(
                {
                    "id": UUID,
                    "name": nullable(TEXT),
                    "title": TEXT,
                    "states": array(
                        record(
                            {"state": TEXT, "isRunning": {"type": "boolean"}, "count": INTEGER},
                            required=("state", "isRunning", "count"),
                        )
                    ),
                },
                required=("id", "title", "states"),
            )
        ),
        "pending": described(
            record({"timer": INTEGER, "notify": INTEGER}),
            "What is to be done later, by kind; at most 10000 are counted.",
        ),
    },
    required=("running", "ended", "scenarios", "pending"),
    about="How many processes are in which state.",
)

STORAGE: Final = record(
    {
        "fileBytes": INTEGER,
        "logBytes": described(INTEGER, "What is written and not yet in the file."),
        "pageBytes": INTEGER,
        "pages": INTEGER,
        "freePages": described(INTEGER, "Pages of the file that nothing is on."),
        "processes": INTEGER,
        "erased": described(INTEGER, "Processes that were erased."),
        "eventsWritten": described(INTEGER, "Since the beginning."),
        "changesWritten": described(INTEGER, "Since the beginning."),
        "oldest": described(nullable(TIME), "When the oldest process was started."),
        "newest": nullable(TIME),
        "tables": array(
            record(
                {
                    "name": TEXT,
                    "rows": INTEGER,
                    "basis": {
                        "type": "string",
                        "enum": ["counted", "at-most", "at-least"],
                        "description": (
                            "`counted` is exact; `at-most` is how many rows were ever numbered, "
                            "those that are gone included; `at-least` is where counting ended."
                        ),
                    },
                },
                required=("name", "rows", "basis"),
            )
        ),
    },
    required=("fileBytes", "logBytes", "pages", "freePages", "processes", "erased", "tables"),
    about="How large the database is.",
)

CHAIN: Final = record(
    {
        "scenario": nullable(TEXT),
        "verification": record(
            {
                "ok": {"type": "boolean"},
                "event": described(INTEGER, "The index of the first bad event."),
                "code": {"type": "string", "enum": ["hash-mismatch", "link-mismatch"]},
                "erased": described(INTEGER, "How many events are known by their links only."),
            },
            required=("ok", "erased"),
        ),
        "events": array(OBJECT),
    },
    required=("scenario", "verification", "events"),
    about="A chain of a process, checked: by itself, and that it takes the one before along.",
)

COMPONENTS: Final[dict[str, JsonObject]] = {
    "CancelProcess": CANCEL,
    "Chain": CHAIN,
    "EraseProcess": ERASE,
    "EraseProcesses": ERASE_ALL,
    "Erasures": ERASURES,
    "OperatorProcess": LOOKED_AT,
    "Overview": OVERVIEW,
    "Storage": STORAGE,
    "MigrateProcess": MIGRATE,
    "MigrateScenario": MIGRATE_ALL,
    "MigratedProcess": MIGRATED,
    "Migration": MIGRATION,
}
