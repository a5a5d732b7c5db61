"""Rebuilding a process from its events, and carrying it over to another scenario (specification:
process, "Replay, migrate, verify" and details 9).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from callboard.core.process.chain import verify
from callboard.core.process.draft import Draft, with_event
from callboard.core.process.events import seal
from callboard.core.process.instantiate import begin, make_actors
from callboard.core.process.move import take
from callboard.core.process.step import attempt
from callboard.core.process.timeout import due
from callboard.core.scenario.compiled import Scenario
from callboard.core.values import JsonObject
from callboard.errors import ChainError

_CODES = {
    "hash-mismatch": "The event was changed: its hash does not fit.",
    "link-mismatch": "The event does not follow the one before.",
}


def replay(
    scenario: Scenario, events: Sequence[JsonObject], *, process: JsonObject | None = None
) -> JsonObject:
    """Rebuild a process, with `previous` and `events`; with `process`, go on from there with only
    the later events.

    Raises ChainError when the chain is broken or foreign, when an event should have been skipped,
    or a time-out was not due; EvaluationError like `step`.
    """
    done = cast("list[JsonObject]", process["events"]) if process is not None else []
    _verify(events, done)
    for index, event in enumerate(events):
        if process is None:
            process = _first(scenario, event)
        else:
            process = _apply(scenario, process, event, index)
    if process is None:
        raise ChainError("no-instantiate", "There are no events.", event=0)
    return process


def migrate(scenario: Scenario, events: Sequence[JsonObject]) -> JsonObject:
    """Rewrite a chain as if its process had always run this scenario, and replay it.

    Skipped events stay skipped. Raises like `replay`.
    """
    _verify(events, [])
    rewritten: list[JsonObject] = []
    for event in events:
        changed = {key: value for key, value in event.items() if key != "hash"}
        if rewritten:
            changed["previous"] = rewritten[-1]["hash"]
        elif "scenario" in changed:
            changed["scenario"] = scenario.id
        rewritten.append(seal(changed))
    return replay(scenario, rewritten)


def _verify(events: Sequence[JsonObject], done: list[JsonObject]) -> None:
    """Refuse a chain that is broken, has no start, or a second one."""
    if not done and events and "scenario" not in events[0]:
        raise ChainError("no-instantiate", "The chain has no start.", event=0)
    first_later = 0 if done else 1
    again = next((i for i in range(first_later, len(events)) if "scenario" in events[i]), None)
    head = cast("str", done[-1]["hash"]) if done else None
    result = verify(events[:again], head=head)
    if result.code is not None and result.event is not None:
        raise ChainError(result.code, _CODES[result.code], event=result.event)
    if again is not None:
        raise ChainError("instantiate-again", "The process starts a second time.", event=again)


def _first(scenario: Scenario, event: JsonObject) -> JsonObject:
    if event.get("scenario") != scenario.id:
        raise ChainError("scenario-mismatch", "The process is of another scenario.", event=0)
    given = cast("dict[str, JsonObject]", event.get("actors") or {})
    return begin(scenario, event, make_actors(scenario, given), histories=True).process


def _apply(scenario: Scenario, process: JsonObject, event: JsonObject, index: int) -> JsonObject:
    if event.get("skipped") is True:
        return with_event(dict(process), process["events"], event)
    draft = Draft(scenario, process, cast("str", event["timestamp"]))
    if "action" in event:
        _act(draft, process, event, index)
    else:
        _time_out(draft, process, event, index)
    return draft.finish(process, event)


def _act(draft: Draft, process: JsonObject, event: JsonObject, index: int) -> None:
    claim = cast("JsonObject", event["actor"])
    errors = attempt(draft, process, event, claim, trusted=True)
    if errors:
        texts = " ".join(error.message for error in errors)
        raise ChainError(
            "should-be-skipped",
            f"The step had to be refused: {texts}",
            event=index,
            reasons=errors,
        )


def _time_out(draft: Draft, process: JsonObject, event: JsonObject, index: int) -> None:
    current = cast("JsonObject", process["current"])
    elapsed = _seconds(current["timestamp"], event["timestamp"])
    transition = due(draft, elapsed)
    if transition is None:
        raise ChainError("timeout-not-due", "No time-out was due.", event=index)
    draft.show_event(event)
    take(draft, transition)


def _seconds(since: object, until: object) -> float:
    start, end = (datetime.fromisoformat(str(text)) for text in (since, until))
    return (end - start).total_seconds()
