"""Requests that are sent again: the first answer, once more (specification: api, details 3;
architecture 9.6).

Theory: the answer is written in the transaction of what it answers, under (credential, key), with a
fingerprint of the request. What was refused changed nothing, so its answer is written by itself. A
twin of a request waits for the first in this node; on another node the database refuses the later
of the two writes, and it is answered like the earlier.

Invariants: another request with the same key is refused. An answer counts for 24 hours. What may
be different next time (a conflict, a database that is away) is not kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, TypeVar

import msgspec

from callboard.core.values import JsonObject
from callboard.engine.commands import Idempotency
from callboard.engine.retry import Turns
from callboard.engine.times import to_text
from callboard.errors import (
    CallboardError,
    ConflictError,
    EvaluationError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    PreconditionError,
    Reason,
    RequestError,
    StateUnknownError,
)
from callboard.ports.caller import Caller
from callboard.ports.clock import Clock
from callboard.ports.records import IdempotencyRecord, ProcessWrite
from callboard.ports.store import DuplicateKeyError, Store

T = TypeVar("T")

LIFETIME: Final = timedelta(hours=24)
_DEFINITE: Final = (InvalidError, ForbiddenError, NotFoundError, PreconditionError)
"""Refusals that would be the same if the request came for the first time again."""
_DONE: Final = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """The first answer to a request that did something: the process as it left it."""

    process: str
    version: int
    head: str
    updated: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """The first answers, over the store."""

    store: Store
    clock: Clock
    turns: Turns

    async def once(
        self,
        caller: Caller,
        request: Idempotency | None,
        do: Callable[[], Awaitable[T]],
        again: Callable[[Answer], Awaitable[T]],
    ) -> T:
        """What `do` gives, or what `again` makes of its first answer, when it was done already.

        `do` stores its answer with what it writes (`with_answer`). Raises what `do` raises, and
        that again; ConflictError when the key was used for another request.
        """
        if request is None:
            return await do()
        async with self.turns.of(f"{caller.credential} {request.key}"):
            try:
                return await self._first(caller, request, do, again)
            except DuplicateKeyError:
                # Another node was faster: now its answer is there.
                return await self._first(caller, request, do, again)

    async def _first(
        self,
        caller: Caller,
        request: Idempotency,
        do: Callable[[], Awaitable[T]],
        again: Callable[[Answer], Awaitable[T]],
    ) -> T:
        known = await self._known(caller, request)
        if known is not None:
            return await again(known)
        try:
            return await do()
        except (*_DEFINITE, EvaluationError, StateUnknownError) as error:
            await self.store.put_idempotency(self._refusal(caller, request, error))
            raise

    async def _known(self, caller: Caller, request: Idempotency) -> Answer | None:
        """The first answer, when there was one; raised when it was an error."""
        record = await self.store.get_idempotency(caller.credential, request.key)
        if record is None or record.created <= to_text(self.clock.now() - LIFETIME):
            return None
        if record.fingerprint != request.fingerprint:
            raise ConflictError(
                "This Idempotency-Key was used for another request.", code="idempotency-key-reused"
            )
        body: dict[str, Any] = msgspec.json.decode(record.body)
        reasons = tuple(map(_reason, body.pop("reasons")))
        if record.status != _DONE:
            raise _error(record.status, body, reasons)
        return Answer(**body, reasons=reasons)

    def _refusal(
        self, caller: Caller, request: Idempotency, error: CallboardError
    ) -> IdempotencyRecord:
        reasons: tuple[Reason, ...] = ()
        status, code = 400, error.code
        if isinstance(error, RequestError):
            status, code, reasons = error.status, error.problem, error.reasons
        elif isinstance(error, EvaluationError):
            reasons = (reason_of(error),)
        body: JsonObject = {"message": error.message, "code": code}
        return _record(caller, request, status, body, reasons, to_text(self.clock.now()))


def with_answer(
    write: ProcessWrite,
    caller: Caller,
    request: Idempotency | None,
    reasons: tuple[Reason, ...] = (),
) -> ProcessWrite:
    """The write with its answer, for a request that has a key."""
    if request is None:
        return write
    record = write.record
    body: JsonObject = {
        "process": record.id,
        "version": record.version,
        "head": record.head,
        "updated": record.updated,
    }
    answer = _record(caller, request, _DONE, body, reasons, record.updated)
    return replace(write, idempotency=answer)


def reason_of(error: EvaluationError) -> Reason:
    """An expression or template that failed, as a reason."""
    details: dict[str, object] = {}
    if error.source:
        details["source"] = error.source[:200]
    if error.position is not None:
        details["position"] = error.position
    return Reason(error.code, error.message, pointer=error.pointer, details=details)


def _record(
    caller: Caller,
    request: Idempotency,
    status: int,
    body: Mapping[str, object],
    reasons: tuple[Reason, ...],
    at: str,
) -> IdempotencyRecord:
    told = {**body, "reasons": [reason.as_json() for reason in reasons]}
    return IdempotencyRecord(
        credential=caller.credential,
        key=request.key,
        fingerprint=request.fingerprint,
        status=status,
        headers={},
        body=msgspec.json.encode(told).decode(),
        created=at,
    )


def _reason(item: dict[str, Any]) -> Reason:
    plain = {key: item.pop(key, None) for key in ("code", "message", "pointer", "keyword")}
    return Reason(**plain, details=item)


def _error(status: int, body: dict[str, Any], reasons: tuple[Reason, ...]) -> RequestError:
    kind = next((kind for kind in _DEFINITE if kind.status == status), InvalidError)
    return kind(body["message"], reasons, code=body["code"])
