"""Starting a process: who is who, and the first action with it (specification: api, details 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callboard.core.process import Outcome, instantiate, step
from callboard.core.scenario.compiled import Scenario
from callboard.core.values import JsonObject
from callboard.engine import access
from callboard.engine.choosing import choose
from callboard.engine.commands import StartCommand
from callboard.errors import ForbiddenError, InvalidError, StartRefusedError
from callboard.ports.caller import Caller


@dataclass(frozen=True, slots=True)
class Starting:
    """One start: who asks, for what, of which scenario, as which process, when."""

    caller: Caller
    command: StartCommand
    scenario: Scenario
    process_id: str
    at: str

    def outcomes(self) -> Sequence[Outcome]:
        """The start, and the first action when there is one; nothing exists before they are
        stored. Raises InvalidError, ForbiddenError, EvaluationError.
        """
        self._check_limits()
        actors = dict(self.command.actors)
        outcome = self._instantiate(actors)
        claim = self._claim(outcome.process)
        if claim is None:
            return (outcome,)
        actor = outcome.process["actors"]
        mine = actor.get(claim.key) if isinstance(actor, dict) else None
        user = self.caller.user
        if user is not None and isinstance(mine, dict) and access.is_nobody(mine):
            actors[claim.key] = {**actors.get(claim.key, {}), "id": user.id}
            outcome = self._instantiate(actors)
            claim = access.own_claim(self.caller, claim.key)
        return (outcome,) if self.command.action is None else (outcome, self._act(outcome, claim))

    def _check_limits(self) -> None:
        caller, scenario, action = self.caller, self.scenario, self.command.action
        if not access.may_start(caller, scenario):
            raise ForbiddenError("The API key may not start this scenario.", code="key-limit")
        for key in self.command.actors:
            if not access.may_assign(caller, scenario, key):
                raise ForbiddenError(f"The API key may not set actor {key!r}.", code="key-limit")
        if action is not None and not scenario.has_action(action.key):
            raise InvalidError(f"The scenario has no action {action.key!r}.", code="action-unknown")

    def _instantiate(self, actors: dict[str, JsonObject]) -> Outcome:
        try:
            return instantiate(
                self.scenario, process_id=self.process_id, at=self.at, actors=actors
            )
        except StartRefusedError as error:
            raise InvalidError(error.message, error.reasons, code=error.code) from error

    def _claim(self, process: JsonObject) -> access.Claim | None:
        """Whom the starter acts as, when it says so or does something."""
        action, as_actor = self.command.action, self.command.as_actor
        if action is not None:
            return choose(
                self.caller, self.scenario, process, action.key, as_actor, starting=True
            )
        if as_actor is None:
            return None
        found = access.claims(self.caller, self.scenario, process, starting=True)
        for claim in found:
            if claim.key == as_actor:
                return claim
        raise ForbiddenError(f"You may not act as {as_actor!r} here.", code="not-your-actor")

    def _act(self, started: Outcome, claim: access.Claim) -> Outcome:
        action = self.command.action
        if action is None:
            raise AssertionError("there is an action")
        outcome = step(
            self.scenario,
            started.process,
            action=action.key,
            actor=claim.document,
            response=action.response,
            at=self.at,
            head=started.head,
        )
        if outcome.errors:
            detail = " ".join(reason.message for reason in outcome.errors)
            raise InvalidError(detail, outcome.errors, code="refused")
        return outcome
