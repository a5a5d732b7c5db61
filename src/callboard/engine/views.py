"""Whole processes, as the API shows them: put together from what the store keeps apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from callboard.core.process import predict
from callboard.core.scenario.compiled import Scenario
from callboard.core.values import Json, JsonObject
from callboard.engine.commands import ProcessView
from callboard.errors import InvalidError, PredictionError
from callboard.ports.records import EventRecord, ProcessRecord

_HISTORIES: Final = ("previous", "events")


def view(
    record: ProcessRecord,
    scenario: Scenario,
    events: Sequence[EventRecord],
    *,
    with_next: bool = False,
) -> ProcessView:
    """A process with its scenario, its events and its log; `with_next` adds the states to come.

    Raises InvalidError or EvaluationError when these cannot be told.
    """
    document: JsonObject = {**record.document, "scenario": scenario.document}
    previous = document.pop("previous", None)
    if previous is None:
        previous = cast("list[Json]", [entry for item in events for entry in item.log])
    document["previous"] = previous
    document["events"] = cast("list[Json]", [item.event for item in events])
    if with_next:
        document["next"] = cast("list[Json]", _next(scenario, document))
    return ProcessView(document, record.head, record.updated)


def _next(scenario: Scenario, document: JsonObject) -> list[JsonObject]:
    """The states to come, worked out with no more of the histories than the scenario reads."""
    needed = (scenario.keeps_previous, scenario.keeps_events)
    unread = {name for name, reads in zip(_HISTORIES, needed, strict=True) if not reads}
    process = {key: value for key, value in document.items() if key not in unread}
    try:
        return predict(scenario, process)
    except PredictionError as error:
        raise InvalidError(error.message, code=error.code) from error
