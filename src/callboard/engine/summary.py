"""What lists show of a process (specification: api, section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from callboard.core.values import JsonObject
from callboard.engine.access import actors_of
from callboard.engine.cache import Face
from callboard.ports.records import ProcessRecord

_ACTOR: Final = ("id", "title", "role")


def summary(record: ProcessRecord, scenario: Face, more: Sequence[str]) -> JsonObject:
    """`{id, title, tags, isRunning, scenario, actors, current, created, lastUpdated}`, and the
    further fields of the process that `more` names.
    """
    process = record.document
    current = cast("JsonObject", process["current"])
    shown: JsonObject = {
        "id": record.id,
        "title": process["title"],
        "tags": process["tags"],
        "isRunning": process["isRunning"],
        "scenario": _scenario(scenario),
        "actors": [
            {"key": key, **{name: actor[name] for name in _ACTOR if actor.get(name) is not None}}
            for key, actor in actors_of(process).items()
        ],
        "current": {"key": current["key"], "title": current.get("title")},
        "created": record.created,
        "lastUpdated": record.updated,
    }
    return {**{name: process.get(name) for name in more}, **shown}


def _scenario(scenario: Face) -> JsonObject:
    shown: JsonObject = {"id": scenario.id}
    if scenario.name is not None:
        shown["name"] = scenario.name
    return {
        **scenario.more,
        **shown,
        "title": scenario.title,
        "description": scenario.description,
    }
