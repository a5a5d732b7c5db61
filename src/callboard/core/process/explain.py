"""Why somebody may or may not do an action now (specification: api, details 8).

Theory: the checks of a step are made without its response, in their order; so what speaks against
the step here is what its refusal would say. What the response decides cannot be told: guards and
updates that read it make the answer `depends`.

Invariant: `no` is said only where no response would help; `yes` where one that satisfies the schema
is enough, unless what it changes would make the process invalid.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, cast

from callboard.core.process.checks import check_action, check_actor, check_process, check_state
from callboard.core.process.draft import Draft
from callboard.core.process.step import make_visible
from callboard.core.process.updates import apply_updates
from callboard.core.scenario.compiled import Action, Scenario, State, Transition
from callboard.core.scenario.names import admits
from callboard.core.values import Json, JsonObject
from callboard.errors import EvaluationError, Reason

Verdict: TypeAlias = Literal["yes", "no", "depends"]

_SOURCE: Final = 200
"""So much of a guard is told, in characters."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether an actor may do an action now, what speaks against it, and what it has to bring."""

    action: str
    actor: str
    may: Verdict
    reasons: tuple[Reason, ...] = ()
    response: Json = None
    """The schema of the response, as it is for this actor now; None where there is no action."""


def explain(scenario: Scenario, process: JsonObject, *, action: str, actor: str) -> Explanation:
    """Whether the actor (or service) of this key may do the action in the process, and why not.

    `process` carries the histories that the scenario reads. Never raises for what the scenario
    says: an expression that fails is a reason.
    """
    draft = Draft(scenario, process, "")
    reasons: list[Reason] = []
    try:
        return _explain(draft, process, action, actor, reasons)
    except EvaluationError as error:
        reasons.append(Reason(error.code, error.message, pointer=error.pointer))
        return Explanation(action, actor, "no", tuple(reasons))


def _explain(
    draft: Draft, process: JsonObject, name: str, actor: str, reasons: list[Reason]
) -> Explanation:
    state = draft.state
    check_state(state, name, reasons, running=draft.context["isRunning"])
    check_actor(draft, actor, {"key": actor}, reasons, trusted=False)
    action = state.actions.get(name)
    if action is None:
        return Explanation(name, actor, "no", tuple(_with_states(draft.scenario, name, reasons)))
    evaluated = make_visible(draft, action, actor, None)
    check_action(draft, state, action, actor, reasons)
    may: Verdict = "no"
    if not reasons:
        may = _judge_change(draft, process, state, action, actor, reasons)
    elif _only_condition(reasons) and _reads_response(_spec(draft, state, name)):
        may = "depends"
    return Explanation(name, actor, may, tuple(reasons), evaluated.get("response"))


def _judge_change(
    draft: Draft,
    process: JsonObject,
    state: State,
    action: Action,
    actor: str,
    reasons: list[Reason],
) -> Verdict:
    """Whether a transition is open once the action has changed the process."""
    open_to = [one for one in state.by_action[action.key] if admits(one.by, actor)]
    update = _spec(draft, state, action.key).get("update")
    if open_to and update is not None and _reads_response(update):
        return "yes" if any(one.condition.always for one in open_to) else "depends"
    touched: set[str] = set()
    reasons += apply_updates(draft, action, touched)
    if touched:
        check_process(draft, process, touched, reasons)
    guards = [(one, draft.holds(one.condition)) for one in open_to]
    if any(holds for _, holds in guards):
        return "no" if reasons else "yes"
    reasons.append(_no_transition(draft, state, action.key, actor, [one for one, _ in guards]))
    reads = any(_reads_response(_guard(draft, state, one)) for one in open_to)
    return "depends" if reads and len(reasons) == 1 else "no"


def _no_transition(
    draft: Draft, state: State, action: str, actor: str, closed: list[Transition]
) -> Reason:
    if closed:
        sources = [_source(_guard(draft, state, one)) for one in closed]
        message = (
            f"No transition of state {state.key!r} on {action!r} is open to actor {actor!r} now:"
            f" {'; '.join(f'if {source}' for source in sources)} does not hold."
        )
        return Reason("no-transition", message, details={"guards": sources})
    by = sorted({key for one in state.by_action[action] for key in one.by})
    message = (
        f"No transition of state {state.key!r} on {action!r} is open to actor {actor!r}: they are"
        f" by {', '.join(by)}."
    )
    return Reason("no-transition", message, details={"by": by})


def _with_states(scenario: Scenario, action: str, reasons: list[Reason]) -> Iterator[Reason]:
    """The reasons; that the state has no such action says which states have it."""
    where: list[str] = [key for key, state in scenario.states.items() if action in state.by_action]
    for reason in reasons:
        if reason.code == "action-not-in-state":
            yield replace(reason, details={"states": where})
        else:
            yield reason


def _only_condition(reasons: list[Reason]) -> bool:
    return [reason.code for reason in reasons] == ["action-condition"]


def _spec(draft: Draft, state: State, action: str) -> JsonObject:
    """The action as the scenario writes it."""
    actions = cast("dict[str, JsonObject]", draft.scenario.document.get("actions") or {})
    return actions.get(f"{state.key}.{action}") or actions.get(action) or {}


def _guard(draft: Draft, state: State, transition: Transition) -> Json:
    states = cast("dict[str, JsonObject]", draft.scenario.document["states"])
    transitions = cast("list[JsonObject]", states[state.key]["transitions"])
    return transitions[transition.index].get("if", True)


def _source(guard: Json) -> str:
    """A guard as a person reads it: its expression, else its JSON; bounded."""
    plain = guard.get("<ref>") if isinstance(guard, dict) and len(guard) == 1 else None
    text = plain if isinstance(plain, str) else json.dumps(guard, ensure_ascii=False)
    return text if len(text) <= _SOURCE else text[: _SOURCE - 1] + "…"


def _reads_response(part: Json) -> bool:
    """Whether a part of the scenario names the response: it may then come to anything."""
    return "response" in json.dumps(part)
