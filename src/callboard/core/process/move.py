"""Moving from state to state: the log, the new state, then the automatic transitions.

A state is entered at most once per event: that is what ends a cycle of automatic transitions
(specification: process, "Step" and details 3).
"""

from __future__ import annotations

from typing import cast

from callboard.core.process.current import make_current
from callboard.core.process.draft import Draft
from callboard.core.process.effects import Ended, Notify, StateEntered, StateLeft, Taken, TimerSet
from callboard.core.scenario.compiled import State, Transition
from callboard.core.scenario.names import SERVICE, is_service
from callboard.core.values import ABSENT, JsonObject
from callboard.errors import StateUnknownError


def start(draft: Draft) -> None:
    """Enter `initial` and follow what is automatic from there."""
    state = find_state(draft, "initial")
    draft.context["current"] = make_current(draft, state, draft.at)
    _stay_once(draft, state)
    follow(draft, state)


def take(draft: Draft, transition: Transition) -> None:
    """Take a transition that an action or a time-out chose."""
    state = draft.state
    _leave_by(draft, state, transition)
    if transition.goto is None:
        # A time-out that stays evaluates nothing again (details 7).
        if transition.after is None:
            _stay(draft, state)
        return
    draft.effects.append(StateLeft(state.key))
    target = find_state(draft, transition.goto)
    draft.context["current"] = make_current(draft, target, draft.at)
    if target.automatic:
        follow(draft, target)
    else:
        arrive(draft, target)


def follow(draft: Draft, state: State) -> None:
    """Take automatic transitions for as long as one leads to a state not entered before."""
    entered = {state.key}
    while not state.is_end:
        transition = _automatic(draft, state)
        if transition is None or transition.goto in entered:
            break
        _leave_by(draft, state, transition)
        state = find_state(draft, cast("str", transition.goto))
        draft.context["current"] = make_current(draft, state, draft.at)
        entered.add(state.key)
    arrive(draft, state)


def _stay(draft: Draft, state: State) -> None:
    """`goto: ~`: the same state, evaluated again, its clock running on."""
    draft.context["current"] = make_current(draft, state, draft.current["timestamp"])


def _stay_once(draft: Draft, state: State) -> None:
    """An automatic `goto: ~` counts once, in `initial`, before any other move (details 3)."""
    first = next((t for t in state.automatic if draft.holds(t.condition)), None)
    if first is not None and first.goto is None:
        _leave_by(draft, state, first)
        _stay(draft, state)


def _automatic(draft: Draft, state: State) -> Transition | None:
    for transition in state.automatic:
        if transition.goto is not None and draft.holds(transition.condition):
            return transition
    return None


def _leave_by(draft: Draft, state: State, transition: Transition) -> None:
    """Record that a transition is taken, and write what it says of itself when its `if` holds."""
    target = state.key if transition.goto is None else transition.goto
    draft.effects.append(Taken(state.key, transition.index, target))
    log = transition.log
    if log.never or not draft.holds(log.condition):
        return
    if log.of_action:
        # By far the commonest log: the two texts of the action as it was evaluated.
        action = draft.context["current"].get("action") or _NO_ACTION
        entry = {"title": action.get("title"), "description": action.get("description")}
    else:
        entry = {**cast("JsonObject", log.entry(draft.context, draft.budget))}
    entry["timestamp"] = draft.at
    if draft.acting is not None:
        entry["actor"] = draft.acting
    draft.write_log(entry)


_NO_ACTION: JsonObject = {}


def find_state(draft: Draft, key: str) -> State:
    state = draft.scenario.states.get(key)
    if state is None:
        raise StateUnknownError(key)
    return state


def arrive(draft: Draft, state: State) -> None:
    """Rest in a state: end there, or say which timer runs; and who is to be told."""
    draft.effects.append(StateEntered(state.key, draft.at))
    if state.is_end:
        _end(draft, state)
    elif state.timeouts:
        draft.effects.append(TimerSet(state.key, 0, cast("int", state.timeouts[0].after), draft.at))
    if draft.notified:
        _notify_listed(draft, state)
    if state.may_offer_services:
        _notify_offered(draft, state)


def _end(draft: Draft, state: State) -> None:
    draft.context["isRunning"] = False
    draft.effects.append(Ended(state.key))
    tag = draft.current.get("tag")
    added = tag if isinstance(tag, list) else ([] if tag is None else [tag])
    if added:
        draft.context["tags"] = [*draft.context["tags"], *added]


def _notify_listed(draft: Draft, state: State) -> None:
    """One effect for each entry of `current.notify`."""
    entries: list[JsonObject] = draft.current["notify"]
    for index, entry in zip(draft.notified, entries, strict=True):
        draft.effects.append(
            Notify(
                state=state.key,
                service=state.notify[index].service,
                entry=index,
                after=cast("int", entry.get("after", 0)),
                at=draft.at,
                message=entry.get("message", ABSENT),
            )
        )


def _notify_offered(draft: Draft, state: State) -> None:
    """One effect for each service that may act here and that no entry of the state names
    (specification: services, details 5).
    """
    told = {item.service for item in state.notify}
    for action in cast("list[JsonObject]", draft.current["actions"]):
        for key in cast("list[str]", action["actor"]):
            service = key[len(SERVICE) :]
            if is_service(key) and service not in told:
                told.add(service)
                draft.effects.append(Notify(state.key, service, None, 0, draft.at))
