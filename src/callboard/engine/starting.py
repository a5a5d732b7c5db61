"""Starting a process: who is who, and the first action with it (specification: api, details 1).
Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callboard.core.process import Outcome, instantiate, step
from callboard.core.scenario.compiled import Scenario
from callboard.core.scenario.names import is_numbered
from callboard.core.values import JsonObject
from callboard.engine import access
from callboard.engine.access import Standing
from callboard.engine.choosing import become, check_named, choose
from callboard.engine.commands import FirstAction, StartCommand
from callboard.engine.transition import started
from callboard.errors import ForbiddenError, InvalidError, StartRefusedError, told
from callboard.ports.caller import Caller
from callboard.ports.records import ProcessWrite


@dataclass(frozen=True, slots=True)
class Starting:
    """One start: who asks, for what, of which scenario, as which process, when."""

    caller: Caller
    command: StartCommand
    scenario: Scenario
    process_id: str
    at: str

    @property
    def judged(self) -> int:
        """How many actors may have to be judged to find the one that the starter is."""
        if self.command.as_actor is not None:
            return 1
        return len(self.scenario.actors.keys() | self.command.actors.keys())

    def write(self) -> ProcessWrite:
        """The write of the new process. Raises InvalidError, ForbiddenError, EvaluationError,
        StateUnknownError.
        """
        return started(self.scenario, self.outcomes())

    def outcomes(self) -> Sequence[Outcome]:
        """The start, and the first action when there is one; nothing exists before they are
        stored. Raises like `write`.
        """
        self._check_limits()
        actors = self._given()
        outcome = self._instantiate(actors)
        standing = access.standing(self.caller, self.scenario, outcome.process, starting=True)
        key = self._actor(standing, outcome.process)
        user = self.caller.user
        if user is not None and key is not None and key in standing.free:
            actors[key] = {**actors.get(key, {}), "id": user.id}
            outcome = self._instantiate(actors)
        action = self.command.action
        if action is None or key is None:
            return (outcome,)
        claim = access.claim(self.caller, key, own=key in standing.own or key in standing.free)
        return outcome, self._act(outcome, claim, action)

    def _check_limits(self) -> None:
        caller, scenario, action = self.caller, self.scenario, self.command.action
        if not access.may_start(caller, scenario):
            raise ForbiddenError("The API key may not start this scenario.", code="key-limit")
        for key in self.command.actors:
            if not access.may_assign(caller, scenario, key):
                raise ForbiddenError(f"The API key may not set actor {key!r}.", code="key-limit")
        if action is not None and not scenario.has_action(action.key):
            raise InvalidError(f"The scenario has no action {action.key!r}.", code="action-unknown")

    def _given(self) -> dict[str, JsonObject]:
        """The actors that are given; whoever starts as `guest_1` brings that one along."""
        actors = dict(self.command.actors)
        wanted = self.command.as_actor
        if wanted is not None and self.caller.user is not None and wanted not in actors:
            wildcards = (actor.key for actor in self.scenario.wildcard_actors)
            if any(is_numbered(wildcard, wanted) for wildcard in wildcards):
                actors[wanted] = {}
        return actors

    def _instantiate(self, actors: dict[str, JsonObject]) -> Outcome:
        try:
            return instantiate(self.scenario, process_id=self.process_id, at=self.at, actors=actors)
        except StartRefusedError as error:
            raise InvalidError(error.message, error.reasons, code=error.code) from error

    def _actor(self, standing: Standing, process: JsonObject) -> str | None:
        """Whom the starter acts as; None for nobody."""
        caller, scenario, as_actor = self.caller, self.scenario, self.command.as_actor
        action = self.command.action
        if action is not None:
            return choose(caller, standing, scenario, process, action.key, as_actor)
        if as_actor is None:
            return become(caller, standing, scenario, process)
        check_named(caller, standing, scenario, process, as_actor)
        return as_actor

    def _act(self, started: Outcome, claim: JsonObject, action: FirstAction) -> Outcome:
        outcome = step(
            self.scenario,
            started.process,
            action=action.key,
            actor=claim,
            response=action.response,
            at=self.at,
            head=started.head,
        )
        if outcome.errors:
            detail = told(outcome.errors)
            raise InvalidError(detail, outcome.errors, code="refused")
        return outcome
