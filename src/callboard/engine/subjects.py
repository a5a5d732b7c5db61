"""Somebody's processes, for whoever answers a request of data protection (specification: api,
section 3).

Theory: the processes in which somebody is an actor are those of the index that lists are read off.
Erasing them is erasing each, in a transaction of its own and with its own result, page by page; a
process is erased with what others did in it, so by default it is only told which these are.

Invariants: a page is found before any of it is erased, and its place in the list is no process's,
so nothing is passed over when what was on it is gone. Nothing that is logged names whom it is
about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from callboard.engine import access, cursors
from callboard.engine.admin_commands import (
    EraseAllCommand,
    EraseCommand,
    Erased,
    ErasedPage,
    FindCommand,
    FoundPage,
)
from callboard.engine.erasing import Erasing
from callboard.errors import (
    CallboardError,
    ConflictError,
    InvalidError,
    NotFoundError,
    Reason,
    RequestError,
)
from callboard.ports.caller import Caller
from callboard.ports.records import ProcessQuery, ProcessRecord, Sort
from callboard.ports.store import Store

_PRINCIPAL: Final = re.compile(r"(user|role|service):.+")
_OLDEST_FIRST: Final = (Sort("created"),)


@dataclass(frozen=True, slots=True)
class Subjects:
    """The use cases about all processes of somebody."""

    store: Store
    erasing: Erasing

    async def find(self, caller: Caller, command: FindCommand) -> FoundPage:
        """A page of the processes in which somebody is an actor, of all without one; the oldest
        first. Raises InvalidError for what is no participant, and a cursor of another query.
        """
        access.require(caller, "process:super")
        who = command.participant
        if who is not None and _PRINCIPAL.match(who) is None:
            message = "A participant is `user:ID`, `role:NAME` or `service:NAME`."
            reason = Reason("query", message, details={"parameter": "participant"})
            raise InvalidError(message, [reason])
        query = cursors.digest("subjects", who)
        place = None
        if command.cursor is not None:
            place = cursors.read(command.cursor, query, ((str, self.store.tie),)).place
        part = await self.store.list_processes(
            ProcessQuery(
                principals=None if who is None else frozenset((who,)),
                limit=command.limit,
                sort=_OLDEST_FIRST,
                after=place,
            )
        )
        following, _ = cursors.around(part, None, began=True)
        return FoundPage(
            part.records, None if following is None else cursors.write(following, query)
        )

    async def erase(self, caller: Caller, command: EraseAllCommand) -> ErasedPage:
        """Erase a page of somebody's processes; in a dry run only tell which. Raises like `find`;
        UnavailableError when the files still hold what was erased: the same again helps.
        """
        found = await self.find(
            caller, FindCommand(command.participant, command.limit, command.cursor)
        )
        if command.dry_run:
            results = [Erased(record) for record in found.records]
            return ErasedPage(results, found.following)
        results = [await self._one(caller, record, command.reason) for record in found.records]
        await self.store.forget()
        return ErasedPage(results, found.following)

    async def _one(self, caller: Caller, record: ProcessRecord, reason: str) -> Erased:
        try:
            await self.erasing.bury(caller, EraseCommand(record.id, reason))
        except (ConflictError, NotFoundError) as error:
            return Erased(record, reasons=(_told(error),))
        return Erased(record, erased=True)


def _told(error: CallboardError) -> Reason:
    return Reason(error.problem if isinstance(error, RequestError) else error.code, error.message)
