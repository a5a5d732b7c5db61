"""Actors and actions that do not come together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from callboard.core.scenario.lint.finding import Finding, Subject, escape
from callboard.core.scenario.names import ANYBODY, covers, is_service
from callboard.core.values import JsonObject


def unused_action(subject: Subject) -> Iterator[Finding]:
    """Actions that no transition names."""
    used = {
        subject.action_of(key, way.on)[0]
        for key, ways in subject.ways.items()
        for way in ways
        if way.on is not None
    }
    overridden = {key.partition(".")[2] for key in used if "." in key}
    for key in subject.actions:
        if key not in used and key not in overridden:
            yield Finding(
                "unused-action",
                "warning",
                f"/actions/{escape(key)}",
                f"No transition is on action {key!r}: it can never be done.",
                "Add a transition `on` it, or remove it.",
            )


def nobody_may(subject: Subject) -> Iterator[Finding]:
    """Transitions that no declared actor or service may take."""
    for ways in subject.ways.values():
        for way in ways:
            if way.on is not None and subject.performers(way) == []:
                yield Finding(
                    "nobody-may",
                    "warning",
                    way.pointer,
                    f"Nobody may do {way.on!r} here: the action's `actor` and the transition's `by`"
                    " have no one in common.",
                    "Make the two lists overlap.",
                )


def unknown_actor(subject: Subject) -> Iterator[Finding]:
    """Names in `by` and `instructions` that no actor has."""
    for key, state in subject.states.items():
        for way in subject.ways[key]:
            for name in way.by:
                if way.on is not None and not _exists(subject, name):
                    yield _unknown(f"{way.pointer}/by", name, subject)
        instructions = cast("JsonObject", state.get("instructions") or {})
        for name in instructions:
            if not _exists(subject, name):
                pointer = f"{subject.state_pointer(key)}/instructions/{escape(name)}"
                yield _unknown(pointer, name, subject)


def _unknown(pointer: str, name: str, subject: Subject) -> Finding:
    known = ", ".join(subject.actors)
    return Finding(
        "unknown-actor",
        "warning",
        pointer,
        f"There is no actor {name!r}.",
        f"The actors are: {known}.",
    )


def _exists(subject: Subject, name: str) -> bool:
    return (
        name == ANYBODY
        or is_service(name)
        or any(covers(key, name) or key == name for key in subject.actors)
    )


def wildcard_never_created(subject: Subject) -> Iterator[Finding]:
    """Wildcard actors that no update creates."""
    targets = [
        update.get("set")
        for action in subject.actions.values()
        for update in cast("list[JsonObject]", action.get("update") or [])
    ]
    if any(not isinstance(target, str) for target in targets):
        return
    for key in subject.actors:
        if not key.endswith("*"):
            continue
        prefix = f"actors.{key[:-1]}"
        if not any(t == "actors" or str(t).startswith(prefix) for t in targets):
            yield Finding(
                "wildcard-never-created",
                "info",
                f"/actors/{escape(key)}",
                f"No update creates an actor {key!r}: only whoever starts a process can.",
                f"Set `{prefix}1` (or `actors`) in an update, unless that is meant.",
            )
