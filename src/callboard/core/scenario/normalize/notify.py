"""Notifications to services (specification: language, section 3)."""

from __future__ import annotations

from collections.abc import Sequence

from callboard.core.scenario.names import SERVICE
from callboard.core.scenario.normalize.periods import seconds_of
from callboard.core.scenario.normalize.refusal import refuse
from callboard.core.scenario.normalize.triggers import ServicesOfActions, Triggers
from callboard.core.values import Json, JsonObject, truthy


def normalize_notify(
    notify: Json,
    transitions: Sequence[Json],
    services: ServicesOfActions,
    pointer: str,
) -> list[Json]:
    """The notifications of a state, each with its trigger."""
    written = notify if isinstance(notify, list) else [] if notify is None else [notify]
    places = [
        f"{pointer}/{index}" if isinstance(notify, list) else pointer
        for index in range(len(written))
    ]
    entries = [_entry(item, place) for item, place in zip(written, places, strict=True)]
    lacking = {str(entry["service"]) for entry in entries if entry["trigger"] is None}
    if lacking:
        found = Triggers(transitions, services).of_notified({SERVICE + name for name in lacking})
        for entry in entries:
            if entry["trigger"] is None:
                entry["trigger"] = found[f"{SERVICE}{entry['service']}"]
    return list(entries)


def implied_notify(notify: Sequence[Json], transitions: Sequence[Json]) -> list[Json]:
    """A notification for each service that the state names in `by` and does not notify yet."""
    notified = {entry.get("service") for entry in notify if isinstance(entry, dict)}
    return [
        _notification(name.removeprefix(SERVICE), trigger=trigger)
        for name, trigger in Triggers(transitions, {}).of_named().items()
        if name.removeprefix(SERVICE) not in notified
    ]


def _entry(written: Json, pointer: str) -> JsonObject:
    entry = {"service": written} if isinstance(written, str) else written
    if not isinstance(entry, dict) or not isinstance(entry.get("service"), str):
        refuse("A notification is the name of a service, or a map with `service`.", pointer)
    after = entry.get("after")
    notification = _notification(
        _bare(str(entry["service"])),
        after=0 if after is None else seconds_of(after, f"{pointer}/after"),
        condition=True if entry.get("if") is None else entry["if"],
        trigger=entry.get("trigger"),
    )
    message = entry.get("message")
    return {**notification, "message": message} if truthy(message) else notification


def _notification(
    service: str, *, after: int = 0, condition: Json = True, trigger: Json = None
) -> JsonObject:
    return {"service": service, "after": after, "if": condition, "trigger": trigger}


def _bare(service: str) -> str:
    """The name without its prefix, so often that normalising again finds none."""
    while service.startswith(SERVICE):
        service = service.removeprefix(SERVICE)
    return service
