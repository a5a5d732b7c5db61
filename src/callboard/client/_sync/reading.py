"""Looking at processes: one, many, and what waits for me."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from callboard.client import calls
from callboard.client._sync.connection import Connection
from callboard.client.calls import ProcessLike, process_id
from callboard.client.models import (
    Explanation,
    Process,
    ProcessSummary,
    Proof,
    Task,
    TaskCount,
    process_of,
)

__all__ = ["Reading"]

NOT_MODIFIED = 304


class Reading:
    """What shows processes."""

    _connection: Connection

    def get(
        self, process: ProcessLike, *, at: int | str | None = None, predict: bool = False
    ) -> Process:
        """A process by its id; `at` gives it as it was right after an event, by the hash or the
        index (from 0) of that. `predict` adds the states to come, in `next`.
        """
        call = calls.get("processes", process_id(process), at=at, predict=predict or None)
        return process_of(self._connection.send(call))

    def refresh(self, process: Process) -> Process:
        """The process as it is now; the same object when nothing has happened."""
        response = self._connection.send(calls.unless_known(process))
        return process if response.status_code == NOT_MODIFIED else process_of(response)

    def explain(
        self, process: ProcessLike, *, action: str | None = None, actor: str | None = None
    ) -> Explanation:
        """Who may do what now, and why not.

        explanation = callboard.explain(process, action="approve")
        for answer in explanation.answers:
            print(answer.actor, answer.may, [reason.message for reason in answer.reasons])
        """
        where = ("processes", process_id(process), "explain")
        return Explanation(self._connection.read(calls.get(*where, action=action, actor=actor)))

    def verify(self, process: ProcessLike) -> Proof:
        """Whether the chain of a process holds, and leads to what is stored."""
        where = ("processes", process_id(process), "verify")
        return Proof(self._connection.read(calls.get(*where)))

    def bundle(self, process: ProcessLike) -> dict[str, Any]:
        """All that is needed to check a process elsewhere: written to a file as JSON, it is what
        `callboard verify FILE` checks.
        """
        found = self._connection.read(calls.get("processes", process_id(process), "bundle"))
        return dict(found)

    def processes(
        self,
        *,
        scenario: str | None = None,
        state: str | None = None,
        tags: Iterable[str] = (),
        actors: Iterable[str] = (),
        running: bool | None = None,
        everybody: bool = False,
        sort: str | None = None,
        limit: int | None = None,
    ) -> Iterator[ProcessSummary]:
        """The processes in which I take part, newest first, page after page as they are needed.

            for process in callboard.processes(scenario="purchase-order", running=True):
                print(process.title, process.current.title)

        `tags` and `actors` (ids of users, or keys of actors) must all be there; `everybody` means
        processes of others too (`process:super`); `sort` is `created`, `lastUpdated` or `title`,
        with commas, `-` before one for descending; `limit` is how many are fetched at once.
        """
        call = calls.get(
            "processes",
            scenario=scenario,
            state=state,
            tag=list(tags) or None,
            actor=list(actors) or None,
            running=running,
            all=everybody or None,
            sort=sort,
            limit=limit,
        )
        for page in self._connection.pages(call):
            for item in page:
                yield ProcessSummary(item)

    def tasks(
        self,
        *,
        scenario: str | None = None,
        overdue: bool = False,
        sort: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Task]:
        """What waits for me, newest first.

            for task in callboard.tasks():
                print(task.process.title, task.state.title, [action.key for action in task.actions])

        `overdue` leaves only what should have been done by now; `sort` is `since` or `due`, `-`
        before it for descending.
        """
        call = calls.get(
            "tasks", scenario=scenario, overdue=overdue or None, sort=sort, limit=limit
        )
        for page in self._connection.pages(call):
            for item in page:
                yield Task(item)

    def task_count(self) -> TaskCount:
        """How much waits for me."""
        return TaskCount(self._connection.read(calls.get("tasks", "count")))
