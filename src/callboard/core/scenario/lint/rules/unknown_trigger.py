"""Answers of services that mean nothing: a trigger that is no action which the service may do in
the state, or none where there are several that it might mean.
"""

from __future__ import annotations

from collections.abc import Iterator

from callboard.core.scenario.lint.finding import Remark
from callboard.core.scenario.lint.rule import Rule
from callboard.core.scenario.lint.subject import Subject
from callboard.core.scenario.names import SERVICE
from callboard.core.scenario.normalize.wildcard import ANY_STATE
from callboard.core.scenario.places import Place
from callboard.core.scenario.validate.findings import listed, shown
from callboard.core.values import Json, JsonObject


def check(subject: Subject) -> Iterator[Remark]:
    for key, place, state in subject.written_states():
        if key != ANY_STATE:
            for entry, at in _entries(state.get("notify"), place / "notify"):
                yield from _remarks(subject, key, entry, at)


def _entries(notify: Json, place: Place) -> Iterator[tuple[JsonObject, Place]]:
    for index, item in enumerate(notify if isinstance(notify, list) else [notify]):
        at = place / index if isinstance(notify, list) else place
        if isinstance(item, str):
            yield {"service": item}, at
        elif isinstance(item, dict):
            yield item, at


def _remarks(subject: Subject, state: str, entry: JsonObject, place: Place) -> Iterator[Remark]:
    service, trigger = str(entry.get("service")).removeprefix(SERVICE), entry.get("trigger")
    name = f"{SERVICE}{service}"
    actions = list(
        dict.fromkeys(
            way.on
            for way in subject.ways[state]
            if way.on is not None and name in subject.takers(way)
        )
    )
    if isinstance(trigger, str) and trigger not in actions:
        yield Remark(
            str(place / "trigger"),
            f"The answer of {shown(service)} means {shown(trigger)}, which it may not do here.",
            f"It may do {listed(actions)}." if actions else "Name the service in `by`.",
        )
    elif trigger is None and len(actions) > 1:
        yield Remark(
            str(place),
            f"The answer of {shown(service)} means nothing: it may do {listed(actions)}.",
            "Say which by `trigger`, or work it out from `current.response` there.",
            "info",
        )


RULE = Rule("unknown-trigger", "warning", "The answer of a service means no action.", check)
