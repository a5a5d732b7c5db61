"""Services that the settings do not have. Only where it is said which services there are."""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.names import SERVICE, is_service
from callboard.core.scenario.places import ROOT, Place
from callboard.core.scenario.spelling import Spelling
from callboard.core.scenario.validate.findings import listed, shown
from callboard.core.values import Json, JsonObject


def check(subject: Subject) -> Iterator[Remark]:
    if subject.services is None:
        return
    spelling = Spelling()
    for name, place in _named(subject):
        service = name.removeprefix(SERVICE)
        if service not in subject.services:
            meant = spelling.nearest(service, subject.services)
            hint = f"Did you mean {shown(meant)}?" if meant else _known(subject.services)
            yield Remark(str(place), f"No service {shown(service)} is configured.", hint)


def _known(services: frozenset[str]) -> str:
    return f"The services are {listed(sorted(services))}." if services else "No service is."


def _named(subject: Subject) -> Iterator[tuple[str, Place]]:
    """Every place that names a service, with what it says."""
    for _, place, state in subject.written_states():
        yield from _notified(state.get("notify"), place / "notify")
        for way, at in _ways(state, place):
            yield from _acting(way.get("by"), at / "by")
    actions = subject.written.get("actions")
    for key, action in actions.items() if isinstance(actions, dict) else ():
        if isinstance(action, dict):
            yield from _acting(action.get("actor"), ROOT / "actions" / key / "actor")


def _notified(notify: Json, place: Place) -> Iterator[tuple[str, Place]]:
    for entry, at in _items(notify, place):
        if isinstance(entry, str):
            yield entry, at
        elif isinstance(entry, dict) and isinstance(entry.get("service"), str):
            yield str(entry["service"]), at / "service"


def _ways(state: JsonObject, place: Place) -> Iterator[tuple[JsonObject, Place]]:
    transitions = state.get("transitions")
    if not isinstance(transitions, list):
        yield state, place
        return
    for way, at in _items(transitions, place / "transitions"):
        if isinstance(way, dict):
            yield way, at


def _acting(names: Json, place: Place) -> Iterator[tuple[str, Place]]:
    for name, at in _items(names, place):
        if isinstance(name, str) and is_service(name):
            yield name, at


def _items(value: Json, place: Place) -> Iterator[tuple[Json, Place]]:
    """The items of a list; of what is none, itself."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield item, place / index
    else:
        yield value, place


RULE = Rule("unknown-service", "warning", "A service that the settings do not have.", check)
