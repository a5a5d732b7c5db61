"""Choosing the actor of a step among those that the caller may act as (specification: api, section 2
and details 2). Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from callboard.core.process import allowed
from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.names import covers, patterns_of
from callboard.core.values import JsonObject
from callboard.engine import access
from callboard.engine.access import Claim
from callboard.errors import ForbiddenError, InvalidError, Reason
from callboard.ports.caller import Caller


def choose(
    caller: Caller,
    scenario: Scenario,
    process: JsonObject,
    action: str,
    as_actor: str | None,
    *,
    starting: bool = False,
) -> Claim:
    """The claim under which a step is tried.

    `As-Actor` chooses; without it, the only candidate for the action. Where nobody among them may
    do it, it is tried as the first one that it could be, and the refusal says why. Raises
    ForbiddenError when the caller can be no actor, InvalidError naming them when it could be several.
    """
    found = access.claims(caller, scenario, process, starting=starting)
    found = [claim for claim in found if access.may_do(caller, scenario, claim.key, action)]
    if as_actor is not None:
        return _named(found, as_actor)
    if not found:
        raise ForbiddenError(
            "You are no actor of this process that could do this.", code="no-actor"
        )
    if len(found) == 1:
        return found[0]
    able = [claim for claim in found if _may(scenario, process, claim.key, action)]
    if len(able) == 1:
        return able[0]
    if not able:
        return _likeliest(scenario, process, found, action)
    raise _several(able)


def _named(found: Sequence[Claim], key: str) -> Claim:
    for claim in found:
        if claim.key == key:
            return claim
    raise ForbiddenError(f"You may not act as {key!r} here.", code="not-your-actor")


def _may(scenario: Scenario, process: JsonObject, key: str, action: str) -> bool:
    return any(item["key"] == action for item in allowed(scenario, process, key))


def _likeliest(
    scenario: Scenario, process: JsonObject, found: Sequence[Claim], action: str
) -> Claim:
    """Of actors who may not do it now, one whom the action is for, so that the refusal helps."""
    current = process["current"]
    state = scenario.states[str(current["key"])] if isinstance(current, dict) else None
    offered = state.actions.get(action) if state is not None else None
    if offered is not None and offered.actors.static:
        patterns = patterns_of(offered.actors.value)
        for claim in found:
            if any(covers(pattern, claim.key) for pattern in patterns):
                return claim
    return found[0]


def _several(able: Sequence[Claim]) -> InvalidError:
    names = ", ".join(claim.key for claim in able)
    reasons = [Reason("actor-ambiguous", f"You may act as {claim.key!r}.") for claim in able]
    return InvalidError(
        f"You could do this as one of several actors: {names}. Name one in As-Actor.",
        reasons,
        code="actor-ambiguous",
    )
