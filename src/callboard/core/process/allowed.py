"""What may somebody do now? (specification: process, details 1)

`current.actions` was worked out when the state was entered, with the actor of the step before; so
whoever asks on behalf of a candidate evaluates the actions for that candidate.
"""

from __future__ import annotations

from typing import cast

from callboard.core.process.actors import acting, check_claim
from callboard.core.process.current import offers
from callboard.core.process.draft import Draft
from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.names import is_service
from callboard.core.values import JsonObject


def allowed(scenario: Scenario, process: JsonObject, actor: str | JsonObject) -> list[JsonObject]:
    """The actions that this actor or service may do now, as `current.actions` shows them.

    `actor` is a key, or a claim `{key, id?, roles?}`: one that is not the actor's user may do
    nothing. Raises EvaluationError like `step`.
    """
    claim: JsonObject = {"key": actor} if isinstance(actor, str) else actor
    key = cast("str", claim["key"])
    actors, current = cast("JsonObject", process["actors"]), cast("JsonObject", process["current"])
    known = actors.get(key)
    if isinstance(known, dict):
        if check_claim(key, known, claim) is not None:
            return []
    elif not is_service(key):
        return []
    state = scenario.states.get(cast("str", current["key"]))
    if state is None or not process["isRunning"]:
        return []
    if state.ready_actions is not None and actors.keys() == scenario.actors.keys():
        ready = cast("list[JsonObject]", state.ready_actions)
        return [action for action in ready if key in cast("list[str]", action["actor"])]
    draft = Draft(scenario, process, "")
    draft.context["current"] = {**current, "actor": acting(actors, key)}
    return offers(draft, state, key)
