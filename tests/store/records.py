"""Records for the store's tests: chains that are real, documents that are small."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from callboard.core.canonical import event_hash
from callboard.ports.records import (
    ApiKeyRecord,
    Erasure,
    EventRecord,
    IdempotencyRecord,
    ProcessRecord,
    ProcessWrite,
    Resting,
    ScenarioRecord,
)

SCENARIO = str(UUID(int=7))
OTHER = str(UUID(int=8))


def at(seconds: float) -> str:
    """A time, so many seconds into 2026."""
    when = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def scenario(key: str = SCENARIO, **changes: Any) -> ScenarioRecord:
    document = {"title": "Approval", "description": "Two people.", "tags": ["a", "b"]}
    record = ScenarioRecord(key, document, "title: Approval\n", "application/yaml", at(0))
    return replace(record, **changes)


def event(previous: str | None, second: float, **more: Any) -> dict[str, Any]:
    """An event that follows the one with the hash `previous`."""
    result: dict[str, Any] = {"timestamp": at(second), **more}
    if previous is not None:
        result["previous"] = previous
    return result | {"hash": event_hash(result)}


def start(number: int, second: float = 0, scenario: str = SCENARIO, **more: Any) -> ProcessWrite:
    """The write that starts process `number`."""
    key = str(UUID(int=number))
    first = event(None, second, id=key)
    document = {"id": key, "title": f"Process {number}", "current": {"key": "initial"}, "n": 1.5}
    created = at(second)
    record = ProcessRecord(key, scenario, document, 1, first["hash"], created, created)
    return ProcessWrite(record, 0, (EventRecord(0, first),), "created", **more)


def step(before: ProcessRecord, second: float = 1, **more: Any) -> ProcessWrite:
    """The write of a step from what was read, which says how many there were."""
    done = event(before.head, second, action="next", who=more.pop("who", None))
    document = before.document | {"steps": before.version}
    record = replace(
        before, document=document, version=before.version + 1, head=done["hash"], updated=at(second)
    )
    log = ({"title": "Next"},)
    return ProcessWrite(
        record,
        before.version,
        (EventRecord(before.version, done, log),),
        **{"change": "stepped"} | more,
    )


def migration(before: ProcessRecord, second: float = 9, **more: Any) -> ProcessWrite:
    """The write of a chain for the other scenario, in place of one that it names: as long as that,
    and else unlike it.
    """
    came = {"scenario": before.scenario, "head": before.head}
    chain = [event(None, second, id=before.id, scenario=OTHER, migrated=came)]
    while len(chain) < before.version:
        chain.append(event(chain[-1]["hash"], second, action="next"))
    record = replace(before, scenario=OTHER, head=chain[-1]["hash"], updated=at(second))
    events = tuple(EventRecord(seq, item) for seq, item in enumerate(chain))
    return ProcessWrite(
        record,
        before.version,
        events,
        **{
            "change": "migrated",
            "replaces": before.head,
            "left": Resting(before.scenario, "initial", running=True),
        }
        | more,
    )


def erasure(before: ProcessRecord, **more: Any) -> Erasure:
    """That a process is to be erased, as it was read."""
    return replace(Erasure(before.id, before.head, at(20), "root", "Request 17"), **more)


def answer(key: str = "k", second: float = 0, credential: str = "user:a") -> IdempotencyRecord:
    """The first answer to a request."""
    return IdempotencyRecord(credential, key, "print", 201, {"ETag": "x"}, '{"é": 1}', at(second))


def api_key(number: int = 1, **changes: Any) -> ApiKeyRecord:
    record = ApiKeyRecord(
        str(UUID(int=number)), f"digest {number}", "cb_ab", f"Key {number}", at(number), at(99),
        ("process:read",), ({"scenario": "s"},), expiration_days=30, issuer="user:a",
    )  # fmt: skip
    return replace(record, **changes)
