"""Starting processes and stepping through them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callboard.client import calls
from callboard.client._sync.connection import Connection
from callboard.client.calls import ABSENT, ProcessLike
from callboard.client.models import Process, ScenarioSummary, process_of

__all__ = ["Acting"]


class Acting:
    """What changes a process."""

    _connection: Connection

    def start(
        self,
        scenario: str | ScenarioSummary,
        *,
        action: str | None = None,
        response: Any = ABSENT,
        actors: Mapping[str, Mapping[str, Any]] | None = None,
        as_actor: str | None = None,
        predict: bool = False,
        idempotency_key: str | None = None,
    ) -> Process:
        """Start a process by the id, name or `name@version` of a scenario; with an action, start
        and action are one.

            process = callboard.start(
                "expense-approval",
                actors={"manager": {"id": "bob"}},
                action="submit",
                response={"purpose": "Train", "amount": 42, "date": "2026-02-27"},
            )

        It is never started twice by trying again. To be as safe beyond this call (your program may
        end in the middle of it), give an `idempotency_key` of your own, and the same the next time.
        """
        call = calls.start(
            scenario,
            actors=actors,
            action=action,
            response=response,
            as_actor=as_actor,
            predict=predict,
            key=idempotency_key,
        )
        return process_of(self._connection.send(call))

    def step(
        self,
        process: ProcessLike,
        action: str,
        response: Any = ABSENT,
        *,
        if_match: bool | str = False,
        as_actor: str | None = None,
        predict: bool = False,
        idempotency_key: str | None = None,
    ) -> Process:
        """Do an action; the process as it is after it.

            process = callboard.step(process, "approve", if_match=True)

        `response` is what the action asks for: any JSON value; left out it is no response at all.
        With `if_match=True` nothing happens when the process is not any more as you saw it
        (`PreconditionFailedError`). What the scenario refuses raises `RefusedError` with all
        reasons. It is never done twice by trying again.
        """
        call = calls.step(
            process,
            action,
            response,
            as_actor=as_actor,
            if_match=if_match,
            predict=predict,
            key=idempotency_key,
        )
        return process_of(self._connection.send(call))
