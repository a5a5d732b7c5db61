"""What is checked: whether an actor may do an action with a response, and whether the process that
its updates make is valid (specification: process, steps 3 and 5). All errors are found, not the
first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from callboard.core.process.actors import check_claim, find_actor
from callboard.core.process.draft import Draft
from callboard.core.scenario.compiled import Action, State, Variable
from callboard.core.scenario.names import (
    ANYBODY,
    covers,
    is_numbered,
    is_service,
    patterns_of,
)
from callboard.core.schema import Checker, compile_schema
from callboard.core.values import Absent, Json, JsonObject
from callboard.errors import Reason


def check_state(state: State, action: str, errors: list[Reason], *, running: bool) -> None:
    """Whether the state has a transition on the action, whatever its `if` and `by`, and the process
    was not cancelled in it.
    """
    if action not in state.by_action:
        can = ", ".join(map(repr, state.by_action)) or "none"
        message = f"State {state.key!r} has no action {action!r}. Its actions: {can}."
        if state.is_end:
            message = f"The process has ended in {state.key!r}: nothing can be done any more."
        errors.append(Reason("action-not-in-state", message))
    elif not running:
        message = f"The process was cancelled in {state.key!r}: nothing can be done any more."
        errors.append(Reason("action-not-in-state", message))


def check_actor(
    draft: Draft, key: str, claim: JsonObject, errors: list[Reason], *, trusted: bool
) -> None:
    """Whether the actor exists, and whoever claims to be it is it. `trusted`: ids only, and only
    where the actor has one (that is how a chain is replayed: roles are not recorded).
    """
    actor = draft.actors.get(key)
    if not isinstance(actor, dict):
        if not is_service(key):
            errors.append(Reason("actor-unknown", f"The process has no actor {key!r}."))
    elif not trusted or ("by" not in claim and actor.get("id") is not None):
        reason = check_claim(key, actor, claim)
        if reason is not None:
            errors.append(reason)


def check_action(
    draft: Draft, state: State, action: Action, key: str, errors: list[Reason]
) -> None:
    """Whether the action admits the actor, and its own `if` holds."""
    patterns = action.patterns
    if patterns is None:
        patterns = tuple(patterns_of(action.actors(draft.context, draft.budget)))
    if key not in patterns and not _admitted(draft, state, action, patterns, key):
        message = f"Actor {key!r} may not do action {action.key!r}."
        errors.append(Reason("actor-not-allowed", message))
    if not draft.holds(action.condition):
        message = f"The condition of action {action.key!r} does not hold now."
        errors.append(Reason("action-condition", message))


def _admitted(
    draft: Draft, state: State, action: Action, patterns: tuple[str, ...], key: str
) -> bool:
    """Whether a list of actors admits one that it does not name itself. `*` means a service only
    where an enabled transition names it (details 15).
    """
    if not is_service(key):
        return any(covers(pattern, key) for pattern in patterns)
    return ANYBODY in patterns and any(
        key in transition.by and draft.holds(transition.condition)
        for transition in state.by_action[action.key]
    )


def check_response(checker: Checker, response: Json, errors: list[Reason]) -> None:
    """Whether the response satisfies the schema."""
    if checker.is_valid(response):
        return
    for reason in checker.check(response):
        errors.append(
            Reason(
                "response-invalid", reason.message, reason.pointer, reason.keyword, reason.details
            )
        )


def response_checker(draft: Draft, evaluated: JsonObject) -> Checker:
    """The checker of a response whose schema is computed, compiled for this once."""
    scenario = draft.scenario
    schema = evaluated.get("response", {})
    return compile_schema(schema, limits=scenario.limits, resources=scenario.schemas)


def check_process(
    draft: Draft, before: JsonObject, touched: set[str], errors: list[Reason]
) -> None:
    """Whether the process is valid after updates.

    What no update touched is as valid as it was; only where a default is wrong from the start is
    everything looked at.
    """
    everything = not draft.scenario.defaults_are_valid
    context = draft.context
    if "vars" in touched or everything:
        _check_variables(draft, {} if everything else cast("JsonObject", before["vars"]), errors)
    if "actors" in touched:
        errors.extend(_check_actors(draft, cast("JsonObject", before["actors"])))
    if ("result" in touched or everything) and context["result"] is not None:
        errors.extend(
            _check_value(draft.scenario.result.checker, context["result"], "result", None)
        )
    if "title" in touched and not isinstance(context["title"], str):
        errors.append(_invalid("title", "The title is not a text."))
    if "tags" in touched:
        errors.extend(_check_texts("tags", context["tags"]))
    if "previous" in touched and not isinstance(context["previous"], list):
        errors.append(_invalid("previous", "The log of the process is not a list."))


def _check_texts(what: str, value: Json) -> Iterator[Reason]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        yield _invalid(what, f"The {what} are not a list of texts.")


def _check_actors(draft: Draft, before: JsonObject) -> Iterator[Reason]:
    actors = draft.context["actors"]
    if not isinstance(actors, dict):
        yield _invalid("actors", "The actors are not an object.")
        return
    for key in draft.scenario.actors:
        if key not in actors:
            yield _invalid("actors", f"Actor {key!r} is gone.", key=key, missing=True)
    limit = draft.scenario.limits.actors
    if len(actors) > max(limit, len(draft.scenario.actors)):
        yield _invalid("actors", f"A process has at most {limit} actors.")
    for key, actor in actors.items():
        if actor is not before.get(key):
            yield from _check_actor(draft, key, actor)


def _check_actor(draft: Draft, key: str, actor: Json) -> Iterator[Reason]:
    declared = find_actor(draft.scenario, key)
    if not isinstance(actor, dict):
        nested: list[object] = [{"instancePath": "", "keyword": "type"}]
        yield _invalid("actors", f"Actor {key!r} is not an object.", key=key, errors=nested)
        return
    if declared is None:
        return
    if not isinstance(declared.role, Absent) and actor.get("role") != declared.role:
        yield _invalid("actors", f"The role of actor {key!r} is fixed.", key=key, role=True)
    yield from _check_value(declared.checker, actor, "actors", key)


_NEW = object()


def _check_variables(draft: Draft, before: JsonObject, errors: list[Reason]) -> None:
    variables = draft.context["vars"]
    if not isinstance(variables, dict):
        errors.append(_invalid("vars", "The variables are not an object."))
        return
    for key, value in variables.items():
        if before.get(key, _NEW) is not value:
            declared = find_variable(draft, key)
            if declared is not None and not declared.checker.is_valid(value):
                errors.extend(_check_value(declared.checker, value, "vars", key))


def find_variable(draft: Draft, key: str) -> Variable | None:
    """The declaration of a variable, or that of the wildcard which covers it."""
    declared = draft.scenario.variables.get(key)
    if declared is None:
        for pattern, variable in draft.scenario.wildcard_variables:
            if is_numbered(pattern, key):
                return variable
    return declared


def _check_value(checker: Checker, value: Json, what: str, key: str | None) -> Iterator[Reason]:
    if checker.is_valid(value):
        return
    reasons = checker.check(value)
    place = what if key is None else f"{what}.{key}"
    details: dict[str, object] = {} if key is None else {"key": key}
    details["errors"] = [
        {"instancePath": r.pointer, "keyword": r.keyword, "message": r.message} for r in reasons
    ]
    texts = "; ".join(_placed(reason) for reason in reasons[:5])
    yield _invalid(what, f"{place} would not satisfy its schema: {texts}", **details)


def _placed(reason: Reason) -> str:
    return f"{reason.pointer} {reason.message}" if reason.pointer else reason.message


def _invalid(what: str, message: str, **details: object) -> Reason:
    return Reason("process-invalid", message, details={"what": what, **details})
