"""The steps of features: one function each, with the sentence that calls it (specification:
testing).

In a sentence, `"{x}"` stands for a quoted name, `{x}` for one word, `[…]` for what may be left out,
`a/b` for either word; `[with V]` says that a value may follow, inline or below the step.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from callboard.core.expression import compile_template
from callboard.core.values import ABSENT, Absent, Json, JsonObject, equal, text_of
from callboard.testing.errors import ExpectationError, StepError
from callboard.testing.values import expected_value
from callboard.testing.world import World

MAIN = "main"


@dataclass(frozen=True, slots=True)
class Call:
    """A step as it is called: the world, the names in its sentence, and its value."""

    world: World
    names: dict[str, str | None]
    value: Json | Absent

    def name(self, key: str) -> str:
        return cast("str", self.names[key])

    @property
    def process_name(self) -> str:
        return self.names.get("process") or MAIN

    @property
    def process(self) -> JsonObject:
        return self.world.process(self.process_name)

    @property
    def current(self) -> JsonObject:
        return cast("JsonObject", self.process["current"])

    def expected(self) -> Json:
        """The value, its data functions evaluated on the process."""
        if isinstance(self.value, Absent):
            raise StepError("This step needs a value.")
        return expected_value(self.value, self.process)


Step = Callable[[Call], None]


def create(call: Call) -> None:
    call.world.create(call.process_name, call.name("scenario"))


def assign(call: Call) -> None:
    extra = {} if isinstance(call.value, Absent) else call.value
    if not isinstance(extra, dict):
        raise StepError("What is known of a person is an object: a table of two columns.")
    key = call.names["actor"] or "actor"
    call.world.cast_as(call.name("person"), call.process_name, {"key": key, **extra})


def act(call: Call) -> None:
    claim = call.world.claim(call.name("person"), call.process_name)
    call.world.act(call.process_name, call.name("action"), claim, call.value)


def act_as_service(call: Call) -> None:
    claim: JsonObject = {"key": f"service:{call.name('service').removeprefix('service:')}"}
    call.world.act(call.process_name, call.name("action"), claim, call.value)


_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}


def wait(call: Call) -> None:
    unit = call.name("unit").removesuffix("s")
    delta = timedelta(seconds=float(call.name("count")) * _SECONDS[unit])
    call.world.let_pass(delta, call.names["process"])


def is_in_state(call: Call) -> None:
    expect("The process is in another state.", call.name("state"), call.current["key"])


def has_ended(call: Call) -> None:
    if call.process["isRunning"]:
        raise ExpectationError("The process has not ended.", actual=call.current["key"])
    state = call.names["state"]
    if state is not None:
        actual = cast("str", call.current["key"])
        expect("The process ended in another state.", state.strip("()"), actual.strip("()"))
    if not isinstance(call.value, Absent):
        expect("The result is another one.", call.expected(), call.process["result"])


def has_not_ended(call: Call) -> None:
    state, actual = call.names["state"], cast("str", call.current["key"])
    ended = not call.process["isRunning"]
    if ended and (state is None or state.strip("()") == actual.strip("()")):
        raise ExpectationError(f"The process has ended in {actual!r}.")


def state_has(call: Call) -> None:
    field = call.name("field")
    expected, actual = call.expected(), call.current.get(field)
    if isinstance(expected, str):
        expected = compile_template(expected)(call.process).strip()
        actual = actual.strip() if isinstance(actual, str) else actual
    expect(f"The state's {field} is another one.", expected, actual)


def has_instructions(call: Call) -> None:
    actor = call.name("actor")
    instructions = cast("JsonObject", call.current.get("instructions") or {})
    text = call.names.get("text")
    expected = text if text is not None else call.expected()
    actual = instructions.get(actor)
    expect(
        f"Actor {actor!r} has other instructions.",
        text_of(expected).strip(),
        actual.strip() if isinstance(actual, str) else actual,
    )


def has_actor(call: Call) -> None:
    actors = cast("JsonObject", call.process["actors"])
    if call.name("actor") not in actors:
        raise ExpectationError(
            f"There is no actor {call.name('actor')!r}.", actual=cast("list[Json]", list(actors))
        )


def actor_has(call: Call) -> None:
    actor, path = call.name("actor"), call.name("path")
    actors = cast("JsonObject", call.process["actors"])
    if actor not in actors:
        has_actor(call)
    expect(f"{path!r} of actor {actor!r} differs.", call.expected(), _at(actors[actor], path))


def variable_is(call: Call) -> None:
    path = call.name("path")
    actual = _at(call.process["vars"], path)
    expect(f"Variable {path!r} differs.", call.expected(), actual)


def result_is(call: Call) -> None:
    expect("The result differs.", call.expected(), call.process["result"])


def has_tag(call: Call) -> None:
    tags = cast("list[Json]", call.process["tags"])
    wanted = call.names.get("not") is None
    if (call.name("tag") in tags) != wanted:
        has = "has" if not wanted else "does not have"
        raise ExpectationError(f"The process {has} the tag {call.name('tag')!r}.", actual=tags)


def service_is_notified(call: Call) -> None:
    service = call.name("service").removeprefix("service:")
    notify = cast("list[JsonObject]", call.current["notify"])
    entries = [entry for entry in notify if entry.get("service") == service]
    messages = [entry.get("message") for entry in entries]
    found = bool(entries)
    if found and not isinstance(call.value, Absent):
        expected = call.expected()
        found = any(equal(message, expected) for message in messages)
    if found and call.names.get("not") is not None:
        raise ExpectationError(f"Service {service!r} is notified.", actual=messages)
    if not found and call.names.get("not") is None:
        expected = None if isinstance(call.value, Absent) else call.expected()
        raise ExpectationError(
            f"Service {service!r} is not notified so.", expected=expected, actual=messages
        )


def last_is_skipped(call: Call) -> None:
    process, run = call.process, call.world.run(call.process_name)
    event = cast("list[JsonObject]", process["events"])[-1]
    is_skipped = event.get("skipped") is True
    if call.names.get("not") is not None:
        if is_skipped:
            raise ExpectationError("The last event is skipped.", actual=event.get("errors"))
        return
    if not is_skipped:
        raise ExpectationError("The last event is not skipped.", actual=event)
    said = [text for reason in run.reasons for text in (reason.code, reason.message)]
    wanted = call.names.get("error")
    expected: Json = [wanted] if wanted is not None else []
    if not isinstance(call.value, Absent):
        given = call.expected()
        expected = given if isinstance(given, list) else [given]
    missing = [item for item in cast("list[Json]", expected) if item not in said]
    if missing:
        codes: list[Json] = [f"{reason.code}: {reason.message}" for reason in run.reasons]
        raise ExpectationError("It was skipped for another reason.", expected=missing, actual=codes)


def last_is_timeout(call: Call) -> None:
    event = cast("list[JsonObject]", call.process["events"])[-1]
    if any(name in event for name in ("action", "scenario", "cancel")):
        raise ExpectationError("The last event is no time-out.", actual=event)


def nothing_is_skipped(call: Call) -> None:
    events = cast("list[JsonObject]", call.process["events"])
    refused: list[Json] = [event for event in events if event.get("skipped") is True]
    if refused:
        raise ExpectationError("Steps were skipped.", actual=refused)


def expect(message: str, expected: Json, actual: Json) -> None:
    """Raise unless the two are equal as JSON."""
    if not equal(expected, actual):
        raise ExpectationError(message, expected=expected, actual=actual)


def _at(value: Json, path: str) -> Json:
    """What stands at a dot path; null where there is nothing."""
    for part in re.findall(r"[^.\[\]]+", path):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


NO_VALUE = ABSENT
