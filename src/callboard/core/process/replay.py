"""Rebuilding a process from its events, and carrying it over to another scenario (specification:
process, "Replay, migrate, verify" and details 9).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import cast

from callboard.core.process.cancel import stop
from callboard.core.process.chain import verify
from callboard.core.process.draft import Draft, with_event
from callboard.core.process.effects import Effect, Outcome, StateEntered, Taken
from callboard.core.process.events import is_timeout, seal
from callboard.core.process.instantiate import begin, make_actors
from callboard.core.process.step import attempt
from callboard.core.process.timeout import find_due, happen
from callboard.core.scenario.compiled import Scenario
from callboard.core.values import Json, JsonObject, equal
from callboard.errors import ChainError

_CODES = {
    "hash-mismatch": "The event was changed: its hash does not fit.",
    "link-mismatch": "The event does not follow the one before.",
}

_REWRITTEN = frozenset({"previous", "hash"})
_REWRITTEN_FIRST = _REWRITTEN | {"scenario", "migrated"}


def replay(
    scenario: Scenario, events: Sequence[JsonObject], *, process: JsonObject | None = None
) -> JsonObject:
    """Rebuild a process, with `previous` and `events`; with `process`, go on from there with only
    the later events.

    Raises ChainError when the chain is broken or foreign, when an event should have been skipped,
    or a time-out was not due; EvaluationError like `step`.
    """
    done = cast("list[JsonObject]", process["events"]) if process is not None else []
    _verify(scenario, events, done)
    if process is not None:
        rebuilding = Rebuilding(scenario, process)
    else:
        rebuilding = Rebuilding.begin(scenario, events)
    for index in range(0 if process is not None else 1, len(events)):
        rebuilding.apply(events[index], index)
    return rebuilding.finish([*done, *events])


def migrate(
    scenario: Scenario, events: Sequence[JsonObject], *, migrated: JsonObject | None = None
) -> JsonObject:
    """Rewrite a chain as if its process had always run this scenario, and replay it.

    `migrated` says in the first event where the chain came from. Skipped events stay skipped.
    Raises like `replay`.
    """
    return replay(scenario, rewrite(scenario, events, migrated=migrated))


def rewrite(
    scenario: Scenario, events: Sequence[JsonObject], *, migrated: JsonObject | None = None
) -> list[JsonObject]:
    """The chain of another scenario, linked anew; whether that scenario can follow it, `replay`
    tells. Raises ChainError when the chain is broken.
    """
    _verify(scenario, events, [])
    rewritten: list[JsonObject] = []
    for event in events:
        changed = {key: value for key, value in event.items() if key != "hash"}
        if rewritten:
            changed["previous"] = rewritten[-1]["hash"]
        elif "scenario" in changed:
            changed["scenario"] = scenario.id
            if migrated is not None:
                changed["migrated"] = migrated
        rewritten.append(seal(changed, scenario.hasher))
    return rewritten


def not_carried(old: Sequence[JsonObject], new: Sequence[JsonObject]) -> int | None:
    """Index of the first event that `rewrite` would have taken along otherwise; None when a chain
    begins with all events of the older one. Of what was erased nobody can tell.
    """
    for index, event in enumerate(old):
        if index == len(new):
            return index
        erased = event.get("erased") is True or new[index].get("erased") is True
        if not erased and not equal(_carried(event, index), _carried(new[index], index)):
            return index
    return None


def _carried(event: JsonObject, index: int) -> JsonObject:
    """What stays as it was when a chain is rewritten."""
    apart = _REWRITTEN_FIRST if index == 0 else _REWRITTEN
    return {name: value for name, value in event.items() if name not in apart}


def retrace(scenario: Scenario, events: Sequence[JsonObject]) -> Iterator[Outcome]:
    """What came of each event of a chain, one after the other; a skipped one changes nothing.

    The processes carry their histories only where the scenario reads them. Raises like `replay`.
    """
    _verify(scenario, events, [])
    rebuilding = Rebuilding.begin(scenario, events)
    yield rebuilding.outcome(events[0])
    for index in range(1, len(events)):
        rebuilding.apply(events[index], index)
        yield rebuilding.outcome(events[index])


def _verify(scenario: Scenario, events: Sequence[JsonObject], done: list[JsonObject]) -> None:
    """Refuse a chain that is broken, has no start, or a second one."""
    if not done and not (events and "scenario" in events[0]):
        raise ChainError("no-instantiate", "The chain has no start.", event=0)
    first_later = 0 if done else 1
    again = next((i for i in range(first_later, len(events)) if "scenario" in events[i]), None)
    head = cast("str", done[-1]["hash"]) if done else None
    result = verify(events[:again], head=head, hasher=scenario.hasher)
    if result.code is not None and result.event is not None:
        raise ChainError(result.code, _CODES[result.code], event=result.event)
    if result.erased:
        gone = next(i for i, event in enumerate(events) if event.get("erased") is True)
        raise ChainError("erased", "The event was erased.", event=gone)
    if again is not None:
        raise ChainError("instantiate-again", "The process starts a second time.", event=again)


class Rebuilding:
    """A process on its way through its events. It carries its histories only where the scenario
    reads them, so that a long chain is not copied at each event.
    """

    def __init__(self, scenario: Scenario, process: JsonObject) -> None:
        """Go on from a process that carries its histories."""
        self.scenario = scenario
        self.since = _had_their_turn(process)
        """How many time-outs of the state have had their turn."""
        self.log = list(cast("list[JsonObject]", process["previous"]))
        self.reached: list[str] = []
        """The states that the last event led to, in order."""
        self._effects: tuple[Effect, ...] = ()
        self._told = 0
        """How many entries of the log belong to events before the last one."""
        unread = set() if scenario.keeps_events else {"events"}
        if not scenario.keeps_previous:
            unread.add("previous")
        self.process = {key: value for key, value in process.items() if key not in unread}

    @classmethod
    def begin(cls, scenario: Scenario, events: Sequence[JsonObject]) -> Rebuilding:
        """Rebuild from the first event of a chain."""
        if not events:
            raise ChainError("no-instantiate", "There are no events.", event=0)
        event = events[0]
        if event.get("scenario") != scenario.id:
            raise ChainError("scenario-mismatch", "The process is of another scenario.", event=0)
        given = cast("dict[str, JsonObject]", event.get("actors") or {})
        outcome = begin(scenario, event, make_actors(scenario, given), histories=True)
        rebuilding = cls(scenario, outcome.process)
        rebuilding._arrived(outcome.effects, told=0)
        return rebuilding

    def outcome(self, event: JsonObject) -> Outcome:
        """What came of the last event."""
        log = tuple(self.log[self._told :])
        return Outcome(self.process, event, log, self._effects)

    def _arrived(self, effects: Sequence[Effect], told: int) -> None:
        self._effects = tuple(effects)
        self._told = told
        self.reached = _reached(effects)

    def finish(self, events: list[JsonObject]) -> JsonObject:
        previous = cast("list[JsonObject]", self.process.get("previous", self.log))
        return {
            **self.process,
            "previous": cast("list[Json]", previous),
            "events": cast("list[Json]", events),
        }

    def apply(self, event: JsonObject, index: int) -> None:
        """Let an event happen again; one that was skipped is only recorded."""
        self._arrived((), told=len(self.log))
        if event.get("skipped") is True:
            self.process = with_event(dict(self.process), self.process.get("events"), event)
            return
        draft = Draft(self.scenario, self.process, cast("str", event["timestamp"]))
        if "action" in event:
            self._act(draft, event, index)
        elif "cancel" in event:
            self._cancel(draft, event, index)
        else:
            self._time_out(draft, event, index)
        if any(isinstance(effect, StateEntered) for effect in draft.effects):
            self.since = 0
        self._arrived(draft.effects, told=len(self.log))
        self.log += draft.log
        self.process = draft.finish(self.process, event)

    def _act(self, draft: Draft, event: JsonObject, index: int) -> None:
        claim = cast("JsonObject", event["actor"])
        errors = attempt(draft, self.process, event, claim, trusted=True)
        if errors:
            texts = " ".join(error.message for error in errors)
            message = f"The step had to be refused: {texts}"
            raise ChainError("should-be-skipped", message, event=index, reasons=errors)

    def _cancel(self, draft: Draft, event: JsonObject, index: int) -> None:
        if not self.process["isRunning"]:
            raise ChainError("cancelled-late", "The process had ended already.", event=index)
        stop(draft, event, cast("str", cast("JsonObject", event["cancel"])["reason"]))

    def _time_out(self, draft: Draft, event: JsonObject, index: int) -> None:
        """Let the time-out happen that the event means. A chain whose keeper did not remember which
        time-outs had happened is understood too.
        """
        current = cast("JsonObject", self.process["current"])
        elapsed = _seconds(current["timestamp"], event["timestamp"])
        due = find_due(draft, elapsed, self.since)
        if due is None:
            due = find_due(draft, elapsed, 0)
        if due is None:
            raise ChainError("timeout-not-due", "No time-out was due.", event=index)
        happen(draft, due, event)
        self.since = due + 1


def _reached(effects: Iterable[Effect]) -> list[str]:
    return [effect.target for effect in effects if isinstance(effect, Taken)]


def _had_their_turn(process: JsonObject) -> int:
    """How many time-outs happened since the state was entered."""
    entered = cast("str", cast("JsonObject", process["current"])["timestamp"])
    count = 0
    for event in reversed(cast("list[JsonObject]", process["events"])):
        if cast("str", event["timestamp"]) <= entered:
            break
        count += is_timeout(event)
    return count


def _seconds(since: object, until: object) -> float:
    start, end = (datetime.fromisoformat(str(text)) for text in (since, until))
    return (end - start).total_seconds()
