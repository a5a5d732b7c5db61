"""Looking at processes: one, many, and what waits for me."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from callboard.client import calls
from callboard.client._sync.connection import Connection
from callboard.client.calls import ProcessLike, process_id
from callboard.client.models import Process, ProcessSummary, process_of

__all__ = ["Reading"]

NOT_MODIFIED = 304


class Reading:
    """What shows processes."""

    _connection: Connection

    def get(self, process: ProcessLike, *, predict: bool = False) -> Process:
        """A process by its id. `predict` adds the states to come, in `next`."""
        call = calls.get("processes", process_id(process), predict=predict or None)
        return process_of(self._connection.send(call))

    def refresh(self, process: Process) -> Process:
        """The process as it is now; the same object when nothing has happened."""
        response = self._connection.send(calls.unless_known(process))
        return process if response.status_code == NOT_MODIFIED else process_of(response)

    def processes(
        self, *, everybody: bool = False, limit: int | None = None, **filters: Any
    ) -> Iterator[ProcessSummary]:
        """The processes in which I take part, newest first, page after page as they are needed.

            for process in callboard.processes(limit=20):
                print(process.title, process.current.title)

        `everybody` means those of others too (`process:super`); `limit` is how many are fetched at
        once.
        """
        call = calls.get("processes", all=everybody or None, limit=limit, **filters)
        for page in self._connection.pages(call):
            for item in page:
                yield ProcessSummary(item)
