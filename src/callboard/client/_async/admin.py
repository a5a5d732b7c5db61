"""What operators do: `client.admin` (needs `process:super`)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from callboard.client import calls
from callboard.client._async.connection import AsyncConnection
from callboard.client.calls import ProcessLike, process_id
from callboard.client.models import Chain, Document, Erased, Migrated, OperatorProcess, Overview

__all__ = ["AsyncAdmin"]


class AsyncAdmin:
    """For operators. What changes something is sent again only when it certainly was not done."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def cancel(
        self, process: ProcessLike, reason: str, *, if_match: bool | str = False
    ) -> None:
        """End a process where it is: no time-outs, no notifications, no tasks."""
        await self._connection.send(calls.end(process, "cancel", reason, if_match=if_match))

    async def erase(
        self, process: ProcessLike, reason: str, *, if_match: bool | str = False
    ) -> OperatorProcess:
        """For data protection: leave nothing of a process but that it was. It cannot be undone."""
        call = calls.end(process, "erase", reason, if_match=if_match)
        return OperatorProcess(await self._connection.read(call))

    async def find(
        self, participant: str | None = None, *, limit: int | None = None
    ) -> AsyncIterator[OperatorProcess]:
        """Processes from outside, the oldest first: everybody's, or those in which `participant`
        (`user:ID`, `role:NAME`, `service:NAME`) is an actor. `limit` is how many a page has.
        """
        call = calls.get("admin", "processes", participant=participant, limit=limit)
        async for page in self._connection.pages(call):
            for item in page:
                yield OperatorProcess(item)

    async def erase_all(
        self,
        participant: str,
        *,
        reason: str | None = None,
        dry_run: bool = True,
        limit: int | None = None,
    ) -> AsyncIterator[Erased]:
        """Erase the processes of somebody, with what others did in them, page by page, each with
        its own result. Without `dry_run=False`, which needs a `reason`, nothing is changed.

        It goes on as long as it is iterated over; it can be begun again at any time.
        """
        cursor = None
        while True:
            call = calls.erase_all(
                participant, reason=reason, dry_run=dry_run, limit=limit, cursor=cursor
            )
            page = await self._connection.read(call)
            for item in page["results"]:
                yield Erased(item)
            cursor = page.get("next")
            if cursor is None:
                return

    async def look(self, process: ProcessLike) -> OperatorProcess:
        """A process from outside, without what it holds; of one that was erased, what is left."""
        call = calls.get("admin", "processes", process_id(process))
        return OperatorProcess(await self._connection.read(call))

    async def migrate(
        self, process: ProcessLike, to: str, *, reason: str | None = None, dry_run: bool = True
    ) -> Migrated:
        """Carry a process over to another scenario (id, name or `name@version`).

        Without `dry_run=False`, which needs a `reason`, nothing is changed. One that does not fit
        is then a `ConflictError`.
        """
        where = ("admin", "processes", process_id(process), "migrate")
        call = calls.migrate(where, to, reason=reason, dry_run=dry_run)
        return Migrated(await self._connection.read(call))

    async def migrate_all(
        self,
        scenario_id: str,
        to: str,
        *,
        processes: Iterable[str] = (),
        ended: bool = False,
        reason: str | None = None,
        dry_run: bool = True,
        limit: int | None = None,
    ) -> AsyncIterator[Migrated]:
        """Carry over the running processes of a scenario, page by page, each with its own result.

            async for result in callboard.admin.migrate_all(old, "expense-approval@2.0.0"):
                print(result.process, result.fits, [reason.message for reason in result.reasons])

        It goes on as long as it is iterated over; it can be begun again at any time.
        """
        where, cursor = ("admin", "scenarios", scenario_id, "migrate"), None
        chosen = list(processes) or None
        while True:
            call = calls.migrate(
                where,
                to,
                reason=reason,
                dry_run=dry_run,
                processes=chosen,
                ended=ended or None,
                limit=limit,
                cursor=cursor,
            )
            page = await self._connection.read(call)
            for item in page["results"]:
                yield Migrated(item)
            cursor = page.get("next")
            if cursor is None:
                return

    async def chains(self, process: ProcessLike) -> tuple[Chain, ...]:
        """The chains that a process had before it was migrated, oldest first, and its own."""
        call = calls.get("admin", "processes", process_id(process), "chains")
        return tuple(Chain(item) for item in await self._connection.read(call))

    async def overview(self) -> Overview:
        """How many processes are in which state, and what waits to be done later."""
        return Overview(await self._connection.read(calls.get("admin", "overview")))

    async def storage(self) -> Document:
        """How large the database is: `fileBytes`, `logBytes`, `pages`, `freePages`, …"""
        return Document(await self._connection.read(calls.get("admin", "storage")))
