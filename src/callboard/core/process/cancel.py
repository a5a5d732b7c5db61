"""Cancelling: an operator ends a process where it stands (specification: api, section 3).

Theory: a cancellation is an event like any other, hashed and linked, so a chain tells who ended the
process, when and why, and `replay` makes the very same document of it. No transition is taken and
nothing is updated: the state stays, offers nothing any more, and what was to happen later is void.
"""

from __future__ import annotations

from callboard.core.process.draft import Draft
from callboard.core.process.effects import Ended, Outcome, StateLeft
from callboard.core.process.events import cancel_event, head_of
from callboard.core.scenario.compiled import Scenario
from callboard.core.values import JsonObject

TITLE = "Cancelled"
"""The title of the log's entry."""


def cancel(
    scenario: Scenario,
    process: JsonObject,
    *,
    reason: str,
    by: str | None = None,
    at: str,
    head: str | None = None,
) -> Outcome | None:
    """End a process now; None when it has ended already. `by` is whoever does it."""
    if not process["isRunning"]:
        return None
    event = cancel_event(head_of(process, head), at, reason, by, scenario.hasher)
    draft = Draft(scenario, process, at)
    stop(draft, event, reason)
    return Outcome(draft.finish(process, event), event, tuple(draft.log), tuple(draft.effects))


def stop(draft: Draft, event: JsonObject, reason: str) -> None:
    """Let a cancellation happen."""
    draft.show_event(event)
    state: str = draft.current["key"]
    draft.context["current"] = {**draft.current, "actions": [], "notify": []}
    draft.context["isRunning"] = False
    draft.write_log({"title": TITLE, "description": reason, "timestamp": draft.at})
    draft.effects += (StateLeft(state), Ended(state))
