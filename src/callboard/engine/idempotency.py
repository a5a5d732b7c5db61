"""Requests that are sent again: the first answer, once more (specification: api, details 3;
architecture 9.6).

The answer is stored in the transaction of what it answers, under (credential, key), with a
fingerprint of the request. The same request gets it again; another one with the same key is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import msgspec

from callboard.core.values import JsonObject
from callboard.engine.commands import Idempotency, Stepped
from callboard.errors import ConflictError, Reason
from callboard.ports.caller import Caller
from callboard.ports.records import IdempotencyRecord, ProcessWrite
from callboard.ports.store import Store


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one caller's request, when it carries a key."""

    store: Store
    caller: Caller
    request: Idempotency | None

    async def known(self) -> dict[str, Any] | None:
        """The first answer, when there was one. Raises ConflictError when it was to another
        request.
        """
        if self.request is None:
            return None
        record = await self.store.get_idempotency(self.caller.credential, self.request.key)
        if record is None:
            return None
        if record.fingerprint != self.request.fingerprint:
            raise ConflictError(
                "This Idempotency-Key was used for another request.", code="idempotency-key-reused"
            )
        answer: dict[str, Any] = msgspec.json.decode(record.body)
        return answer

    def with_answer(self, write: ProcessWrite, at: str, more: JsonObject) -> ProcessWrite:
        """The write with its answer."""
        if self.request is None:
            return write
        record = write.record
        body: JsonObject = {
            "process": record.id,
            "version": record.version,
            "head": record.head,
            "updated": record.updated,
            **more,
        }
        answer = IdempotencyRecord(
            credential=self.caller.credential,
            key=self.request.key,
            fingerprint=self.request.fingerprint,
            status=200,
            headers={},
            body=msgspec.json.encode(body).decode(),
            created=at,
        )
        return replace(write, idempotency=answer)

    def stepped(self, known: dict[str, Any]) -> Stepped:
        """A step's first answer, refusals included."""
        reasons = tuple(_reason(item) for item in known["reasons"])
        return Stepped(known["process"], known["head"], known["updated"], reasons)


def _reason(item: dict[str, Any]) -> Reason:
    plain = {key: item.pop(key, None) for key in ("code", "message", "pointer", "keyword")}
    return Reason(**plain, details=item)
