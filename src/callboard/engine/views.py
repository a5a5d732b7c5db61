"""Whole processes, as the API shows them: put together from what the store keeps apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from callboard.core.process import predict
from callboard.core.scenario.compiled import Scenario
from callboard.core.values import Json, JsonObject
from callboard.engine.commands import ProcessView
from callboard.errors import InvalidError, PredictionError
from callboard.ports.records import EventRecord, ProcessRecord


def view(
    record: ProcessRecord,
    scenario: Scenario,
    events: Sequence[EventRecord],
    *,
    with_next: bool = False,
) -> ProcessView:
    """A process with its scenario, its events and its log; `with_next` adds the states to come."""
    document = {**record.document, "scenario": scenario.document}
    document["events"] = cast("list[Json]", [item.event for item in events])
    if "previous" not in document:
        document["previous"] = cast("list[Json]", [entry for item in events for entry in item.log])
    if with_next:
        document["next"] = cast("list[Json]", next_states(scenario, document))
    return ProcessView(document, record.head, record.updated)


def next_states(scenario: Scenario, document: JsonObject) -> list[JsonObject]:
    """The states to come. Raises InvalidError when they do not end."""
    unread = set() if scenario.keeps_events else {"events"}
    if not scenario.keeps_previous:
        unread.add("previous")
    process = {key: value for key, value in document.items() if key not in unread}
    try:
        return predict(scenario, process)
    except PredictionError as error:
        raise InvalidError(error.message, code=error.code) from error
