"""From a process that was played to a feature that plays it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import cast

from callboard.core.scenario.dump import dump
from callboard.core.scenario.spans import span
from callboard.core.values import Json, JsonObject, text_of
from callboard.errors import InvalidError


def record(process: JsonObject, scenario_name: str) -> str:
    """A feature that takes the same steps as an exported process and checks where it got.

    Raises InvalidError when the process carries no events.
    """
    events = process.get("events")
    if not isinstance(events, list) or not events:
        raise InvalidError("The process has no events; export it with its whole chain.")
    title = _line(process.get("title")) or scenario_name
    lines = [f"Feature: {title}", "", f"  Scenario: {title}"]
    lines.append(f'    Given the process is created from the "{scenario_name}" scenario')
    acts = cast("list[JsonObject]", events[1:])
    lines += _people(acts)
    lines += _acts(cast("list[JsonObject]", events), acts)
    lines += _end(process)
    return "\n".join(lines) + "\n"


def _people(acts: Sequence[JsonObject]) -> Iterator[str]:
    keys = dict.fromkeys(_actor(event) for event in acts if "action" in event)
    for key in keys:
        if not key.startswith("service:"):
            yield f'    And "{key}" is the "{key}" actor'


def _actor(event: JsonObject) -> str:
    return cast("str", cast("JsonObject", event["actor"])["key"])


def _acts(events: Sequence[JsonObject], acts: Sequence[JsonObject]) -> Iterator[str]:
    keyword = "When"
    for before, event in zip(events, acts, strict=False):
        for step in _wait(before, event):
            yield f"    {keyword} {step}"
            keyword = "And"
        if "action" in event:
            yield from _act(keyword, event)
            keyword = "And"
            if event.get("skipped") is True:
                yield "    Then the last event is skipped"
                keyword = "When"
        elif "cancel" in event:
            yield "    # Here an operator cancelled the process."
        else:
            yield "    Then the last event is a timeout"
            keyword = "When"


def _wait(before: JsonObject, event: JsonObject) -> Iterator[str]:
    """The time between two events, in the largest unit that says it exactly."""
    start, end = (datetime.fromisoformat(cast("str", e["timestamp"])) for e in (before, event))
    seconds = round((end - start).total_seconds())
    if seconds <= 0:
        return
    words = span(seconds)
    yield f"{words} passes" if words.startswith("1 ") else f"{words} pass"


def _act(keyword: str, event: JsonObject) -> Iterator[str]:
    actor, action = _actor(event), event["action"]
    if actor.startswith("service:"):
        who = f'the "{actor.removeprefix("service:")}" service'
    else:
        who = f'"{actor}"'
    if "response" not in event:
        yield f'    {keyword} {who} does "{action}"'
        return
    yield f'    {keyword} {who} does "{action}" with:'
    yield from _docstring(event["response"])


def _docstring(value: Json) -> Iterator[str]:
    """A value as YAML between the delimiters that it does not hold itself."""
    text = dump(value).rstrip("\n")
    fence = "```" if '"""' in text.replace('\\"', '"') else '"""'
    if fence == "```":
        text = text.replace("```", "\\`\\`\\`")
    yield f"      {fence}yaml"
    yield from (f"      {line}" for line in text.split("\n"))
    yield f"      {fence}"


def _end(process: JsonObject) -> Iterator[str]:
    current = cast("JsonObject", process["current"])
    if process["isRunning"]:
        yield f'    Then the process is in "{current["key"]}"'
        return
    yield f'    Then the process ended in "{current["key"]}"'
    if process.get("result") is not None:
        yield "    And the process result is:"
        yield from _docstring(process["result"])


def _line(value: Json) -> str:
    return " ".join(text_of(value).split()) if isinstance(value, str) else ""
