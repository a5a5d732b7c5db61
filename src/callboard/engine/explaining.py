"""Why somebody may or may not do something in a process now (specification: api, details 8).

Theory: whoever sees a process sees its actors, and may ask about any of them; `you` says whether
the caller may act as that one. What an API key is limited to holds here too: of what it may not do
it learns nothing but that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, cast

from callboard.core.process import Explanation, explain
from callboard.core.scenario.compiled import Scenario, Transition
from callboard.core.values import Json, JsonObject
from callboard.engine import access
from callboard.engine.access import Standing
from callboard.engine.choosing import may_name
from callboard.engine.reading import Reading
from callboard.engine.times import later
from callboard.engine.workload import Workload
from callboard.errors import InvalidError, Reason
from callboard.ports.caller import Caller

MOST: Final = 200
"""So many answers are given at once."""


@dataclass(frozen=True, slots=True)
class ExplainCommand:
    """What is asked: of which process, and about which action and actor; None for all."""

    process: str
    action: str | None = None
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class Explaining:
    """The use case of asking why."""

    reading: Reading
    workload: Workload

    async def explain(self, caller: Caller, command: ExplainCommand) -> JsonObject:
        """Why, for every actor and action that was asked about. Raises NotFoundError, and
        InvalidError when that would be too many.
        """
        access.require(caller, "process:read")
        record, scenario, standing = await self.reading.visible(caller, command.process)
        process = record.document
        if scenario.keeps_events:
            process = await self.reading.with_events(record)
        question = _Question(caller, scenario, standing, process)
        answers = await self.workload.do_parts(
            scenario.id, question.size(command), partial(question.answers, command)
        )
        return {
            "process": record.id,
            **question.situation(),
            "answers": cast("list[Json]", answers),
        }


@dataclass(frozen=True, slots=True)
class _Question:
    """A process, and who asks about it. Pure."""

    caller: Caller
    scenario: Scenario
    standing: Standing
    process: JsonObject

    def situation(self) -> JsonObject:
        """Where the process is, and when time runs out for it."""
        current = cast("JsonObject", self.process["current"])
        state = self.scenario.states[str(current["key"])]
        running = bool(self.process["isRunning"])
        entered = str(current["timestamp"])
        timeouts: list[Json] = [_timeout(one, entered) for one in state.timeouts] if running else []
        return {
            "state": {"key": current["key"], "title": current.get("title")},
            "isRunning": running,
            "timeouts": timeouts,
        }

    def size(self, command: ExplainCommand) -> int:
        """How many answers that would be. Raises InvalidError when it would be too many."""
        asked = self._asked(command)
        if len(asked) > MOST:
            raise InvalidError(
                f"That would be more than {MOST} answers: name an actor or an action."
            )
        return len(asked)

    def answers(self, command: ExplainCommand) -> list[JsonObject]:
        """One for each actor and action."""
        return [self._answer(actor, action) for actor, action in self._asked(command)]

    def _asked(self, command: ExplainCommand) -> list[tuple[str, str]]:
        actors = [command.actor] if command.actor is not None else self._actors()
        actions = [command.action] if command.action is not None else self._actions()
        return [(actor, action) for actor in actors for action in actions]

    def _actors(self) -> Iterator[str]:
        """Everybody who has a part: the actors, and the services."""
        yield from access.actors_of(self.process)
        yield from sorted(access.services_of(self.scenario, self.process))

    def _actions(self) -> Sequence[str]:
        current = cast("JsonObject", self.process["current"])
        return tuple(self.scenario.states[str(current["key"])].by_action)

    def _answer(self, actor: str, action: str) -> JsonObject:
        if not access.may_do(self.caller, self.scenario, actor, action):
            message = f"The API key may not do {action!r} as {actor!r}."
            found = Explanation(action, actor, "no", (Reason("key-limit", message),))
        else:
            found = explain(self.scenario, self.process, action=action, actor=actor)
        shown: JsonObject = {
            "action": action,
            "actor": actor,
            "may": found.may,
            "you": may_name(self.caller, self.standing, self.scenario, self.process, actor),
            "reasons": [cast("JsonObject", reason.as_json()) for reason in found.reasons],
        }
        return shown if found.response is None else {**shown, "response": found.response}


def _timeout(transition: Transition, entered: str) -> JsonObject:
    after = cast("int", transition.after)
    shown: JsonObject = {"after": after, "due": later(entered, after), "goto": transition.goto}
    return shown if transition.condition.always else {**shown, "conditional": True}
