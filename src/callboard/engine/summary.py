"""What lists show of a process (specification: api, section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from callboard.core.scenario.compiled import Scenario
from callboard.core.values import Json, JsonObject
from callboard.engine.config import EngineConfig
from callboard.ports.records import ProcessRecord

_ACTOR = ("id", "title", "role")


def summary(record: ProcessRecord, scenario: Scenario, config: EngineConfig) -> JsonObject:
    """`{id, title, tags, isRunning, scenario, actors, current, created, lastUpdated}`, and the
    further fields that the configuration names.
    """
    process = record.document
    current = cast("JsonObject", process["current"])
    actors = cast("dict[str, JsonObject]", process["actors"])
    shown: JsonObject = {
        "id": record.id,
        "title": process["title"],
        "tags": process["tags"],
        "isRunning": process["isRunning"],
        "scenario": _scenario(scenario, config.scenario_fields),
        "actors": [
            {"key": key, **{name: actor[name] for name in _ACTOR if name in actor}}
            for key, actor in actors.items()
        ],
        "current": {"key": current["key"], "title": current["title"]},
        "created": record.created,
        "lastUpdated": record.updated,
    }
    return shown | {name: process.get(name) for name in config.process_fields}


def _scenario(scenario: Scenario, more: Sequence[str]) -> JsonObject:
    document = scenario.document
    shown: dict[str, Json] = {"id": scenario.id}
    if scenario.name is not None:
        shown["name"] = scenario.name
    shown |= {"title": document["title"], "description": document["description"]}
    return shown | {name: document.get(name) for name in more}
