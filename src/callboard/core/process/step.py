"""A step: somebody does an action (specification: process, "Step")."""

from __future__ import annotations

from typing import cast

from callboard.core.process.actors import acting
from callboard.core.process.checks import (
    check_action,
    check_actor,
    check_process,
    check_response,
    check_state,
    response_checker,
)
from callboard.core.process.draft import Draft, with_event
from callboard.core.process.effects import Outcome
from callboard.core.process.events import action_event, head_of, seal, skipped
from callboard.core.process.move import take
from callboard.core.process.updates import apply_updates
from callboard.core.scenario.compiled import Action, Scenario, State, Transition
from callboard.core.scenario.names import admits
from callboard.core.schema import default_of
from callboard.core.values import ABSENT, Absent, Json, JsonObject
from callboard.errors import Reason


def step(
    scenario: Scenario,
    process: JsonObject,
    *,
    action: str,
    actor: str | JsonObject,
    response: Json | Absent = ABSENT,
    at: str,
    head: str | None = None,
) -> Outcome:
    """Do an action in a process.

    `actor` is a key, or `{key, id?, roles?, …}`: `id` and `roles` are checked, all but `roles` is
    recorded. `at` is the time (`2026-01-01T00:00:00.000Z`), `head` the hash of the last event,
    needed when the process carries no `events`. A refused step is an outcome with `errors`.
    Raises EvaluationError when an expression, template or schema fails, StateUnknownError when a
    transition leads nowhere; then nothing has happened.
    """
    claim: JsonObject = {"key": actor} if isinstance(actor, str) else actor
    recorded = {name: value for name, value in claim.items() if name != "roles"}
    event = action_event(head_of(process, head), at, action, recorded, response)
    draft = Draft(scenario, process, at)
    errors = attempt(draft, process, event, claim)
    return conclude(draft, process, event, errors)


def conclude(draft: Draft, process: JsonObject, event: JsonObject, errors: list[Reason]) -> Outcome:
    """The outcome of an attempt, its event sealed."""
    if errors:
        most = draft.scenario.limits.refused_bytes
        recorded = seal(skipped(event, errors, most), draft.scenario.hasher)
        unchanged = with_event(dict(process), process.get("events"), recorded)
        return Outcome(unchanged, recorded, errors=tuple(errors))
    recorded = seal(event, draft.scenario.hasher)
    return Outcome(
        draft.finish(process, recorded), recorded, tuple(draft.log), tuple(draft.effects)
    )


def attempt(
    draft: Draft,
    process: JsonObject,
    event: JsonObject,
    claim: JsonObject,
    *,
    trusted: bool = False,
) -> list[Reason]:
    """Try the action of an event on the draft; everything that speaks against it."""
    key, name = str(claim["key"]), str(event["action"])
    state = draft.state
    draft.show_event(event)
    errors: list[Reason] = []
    check_state(state, name, errors, running=draft.context["isRunning"])
    check_actor(draft, key, claim, errors, trusted=trusted)
    action = state.actions.get(name)
    if action is None:
        return errors
    evaluated = make_visible(draft, action, key, event.get("response"))
    check_action(draft, state, action, key, errors)
    checker = action.response or response_checker(draft, evaluated)
    check_response(checker, draft.context["current"]["response"], errors)
    if errors:
        return errors
    return _change(draft, process, state, action, cast("JsonObject", event["actor"]))


def make_visible(draft: Draft, action: Action, key: str, response: Json) -> JsonObject:
    """Show response, actor and action in `current` (step 2); the action as evaluated."""
    shown: JsonObject = {**draft.current, "actor": acting(draft.actors, key)}
    if response is None and not isinstance(action.default, Absent):
        response = action.default
    shown["response"] = response
    draft.context["current"] = shown
    evaluated = action.ready or cast("JsonObject", action.data(draft.context, draft.budget))
    if response is None and action.response is None:
        default = default_of(evaluated.get("response"))
        response = None if isinstance(default, Absent) else default
    # A new dict: the action may have been evaluated to something that holds the one before.
    draft.context["current"] = {**shown, "response": response, "action": evaluated}
    return evaluated


def _change(
    draft: Draft, process: JsonObject, state: State, action: Action, actor: JsonObject
) -> list[Reason]:
    """Update the process, check it, and move on."""
    touched: set[str] = set()
    errors = apply_updates(draft, action, touched)
    if touched or not draft.scenario.defaults_are_valid:
        check_process(draft, process, touched, errors)
    transition = choose(draft, state, action.key, cast("str", actor["key"]))
    if transition is None:
        errors.append(
            Reason(
                "no-transition",
                f"No transition of state {state.key!r} on {action.key!r} is open to actor"
                f" {actor['key']!r} now.",
            )
        )
    if transition is None or errors:
        return errors
    draft.acting = actor
    take(draft, transition)
    return []


def choose(draft: Draft, state: State, action: str, key: str) -> Transition | None:
    """The first transition on the action that is by the actor and whose `if` holds."""
    for transition in state.by_action[action]:
        if admits(transition.by, key) and draft.holds(transition.condition):
            return transition
    return None
