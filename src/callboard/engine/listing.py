"""Lists of processes (specification: api, section 3 and details 4).

Theory: a list asks the store by an index for what `access` would let the caller see one by one
(`scope`), with the filters of the request. What a page costs does not depend on how many processes
there are: the store looks at so many and says where to go on. So a page may be shorter than asked
for, even empty, and yet have a next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from callboard.engine import access, cursors
from callboard.engine.cache import ScenarioCache
from callboard.engine.commands import ListCommand, ProcessPage
from callboard.engine.config import EngineConfig
from callboard.engine.cursors import Cursor
from callboard.engine.scope import Scope, Scopes
from callboard.engine.summary import summary
from callboard.errors import ForbiddenError, InvalidError, Reason
from callboard.ports.caller import Caller
from callboard.ports.records import Filters, ProcessQuery, Slice, Sort, SortField
from callboard.ports.store import Store, TooManyError

LONGEST: Final = 100
FIELDS: Final[dict[str, SortField]] = {
    "created": "created",
    "lastUpdated": "lastUpdated",
    "title": "title",
}


@dataclass(frozen=True, slots=True)
class Listing:
    """Pages of summaries."""

    store: Store
    cache: ScenarioCache
    config: EngineConfig
    scopes: Scopes

    async def page(self, caller: Caller, command: ListCommand) -> ProcessPage:
        """A page of what the caller may see. Raises ForbiddenError for `all` without
        `process:super`, InvalidError for a page that cannot be, an order that is none, a cursor of
        another query, and a list that is too long for its order.
        """
        access.require(caller, "process:read")
        if command.page < 1 or not 1 <= command.limit <= LONGEST:
            raise InvalidError(f"Pages begin at 1 and have 1 to {LONGEST} processes.")
        sort, query = sorting(command.sort), _digest(command)
        cursor = _cursor(command, sort, query, self.store.tie)
        scope = await self._scope(caller, command)
        part = Slice() if scope.is_empty else await self._part(scope, command, sort, cursor)
        items = [
            summary(record, await self.cache.face(record.scenario), self.config.process_fields)
            for record in part.records
        ]
        began = cursor is None and command.page == 1
        after, before = cursors.around(part, cursor, began=began)
        return ProcessPage(
            items,
            command.page,
            after is not None,
            None if after is None else cursors.write(after, query),
            None if before is None else cursors.write(before, query),
        )

    async def _scope(self, caller: Caller, command: ListCommand) -> Scope:
        if not command.all:
            scope = await self.scopes.of(caller)
        elif access.is_super(caller):
            scope = Scope(None)
        else:
            raise ForbiddenError("`all` needs the privilege process:super.")
        return scope.within(await self.scopes.named(command.scenario))

    async def _part(
        self, scope: Scope, command: ListCommand, sort: tuple[Sort, ...], cursor: Cursor | None
    ) -> Slice:
        query = ProcessQuery(
            principals=scope.principals,
            limit=command.limit,
            offset=(command.page - 1) * command.limit if cursor is None else cursor.skip,
            filters=Filters(
                scope.scenarios, command.running, command.state, command.tags, command.actors
            ),
            sort=sort,
            after=None if cursor is None else cursor.place,
            backwards=cursor is not None and cursor.backwards,
            scan=self.config.looked_at,
            sortable=self.config.sorted_processes,
        )
        try:
            return await self.store.list_processes(query)
        except TooManyError as error:
            raise InvalidError(error.message, code=error.code) from error


def sorting(text: str) -> tuple[Sort, ...]:
    """The order that a text means. Raises InvalidError for what is no field; of what
    comes twice the first counts."""
    found: dict[str, Sort] = {}
    known = FIELDS
    for part in text.split(","):
        name = part.removeprefix("-")
        if name not in known:
            message = f"`sort` is a list of {', '.join(known)}; `-` before one turns it."
            raise InvalidError(message, [Reason("query", message, details={"parameter": "sort"})])
        found.setdefault(name, Sort(known[name], part.startswith("-")))
    return tuple(found.values())


def _digest(command: ListCommand) -> str:
    asked = (command.all, command.scenario, command.running, command.state)
    return cursors.digest("processes", *asked, command.tags, command.actors, command.sort)


def _cursor(
    command: ListCommand, sort: tuple[Sort, ...], query: str, tie: type[int] | type[str]
) -> Cursor | None:
    if command.cursor is None:
        return None
    if command.page != 1:
        raise InvalidError("Give a page or a cursor, not both.")
    return cursors.read(command.cursor, query, _shapes(sort, tie))


def _shapes(sort: tuple[Sort, ...], tie: type[int] | type[str]) -> tuple[tuple[type, ...], ...]:
    """What places in such an order are made of."""
    sorted_by = (*[str] * len(sort), tie)
    by_changes = len(sort) == 1 and sort[0].by == "lastUpdated"
    return (sorted_by, (int,)) if by_changes else (sorted_by,)
