"""API keys: issue, list, revoke (specification: api, table 1 and details 7).

Theory: a key is a caller of its own: it has privileges, limits and perhaps a service, and no user.
Its token is made here, shown once and forgotten; what is stored is its digest.

Invariant: whoever issues a key gives no more than it has. For a user that is about privileges; for
a key also about its service, its limits and its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from callboard.core.values import JsonObject
from callboard.engine import access
from callboard.engine.commands import IssueCommand
from callboard.engine.config import EngineConfig
from callboard.engine.grants import check_grant
from callboard.engine.identifiers import uuid_of
from callboard.engine.times import from_text, to_text
from callboard.errors import ForbiddenError, InvalidError, NotFoundError, Reason, told
from callboard.ports.caller import PRIVILEGES, Caller
from callboard.ports.clock import Clock, Ids
from callboard.ports.records import ApiKeyRecord
from callboard.ports.store import ApiKeyStore
from callboard.ports.tokens import ENTROPY_BYTES, digest_of, hint_of, token_from

MAX_DAYS: Final = 36_500
_ENTRY: Final = ("scenario", "actors", "actions")


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """The use cases about API keys."""

    store: ApiKeyStore
    clock: Clock
    ids: Ids
    config: EngineConfig

    async def list(self, caller: Caller) -> Sequence[ApiKeyRecord]:
        """All keys, newest first. Raises ForbiddenError."""
        access.require(caller, "apikey:issue", "apikey:revoke")
        return await self.store.list_api_keys()

    async def issue(self, caller: Caller, command: IssueCommand) -> tuple[ApiKeyRecord, str]:
        """A new key, and its token, which is not kept. Raises InvalidError with everything that
        makes no sense, ForbiddenError for more than the caller has.
        """
        access.require(caller, "apikey:issue")
        reasons = [*_check(command)]
        if reasons:
            raise InvalidError(told(reasons), reasons)
        check_grant(caller, command)
        now = self.clock.now()
        ends, days = self._end(caller, command, now)
        token = token_from(self.ids.secret(ENTROPY_BYTES))
        record = ApiKeyRecord(
            id=self.ids.new(),
            digest=digest_of(token),
            hint=hint_of(token),
            name=command.name,
            issued=to_text(now),
            expiration=to_text(ends),
            privileges=command.privileges,
            processes=command.processes,
            description=command.description,
            expiration_days=days,
            service=command.service,
            issuer=caller.credential,
        )
        await self.store.put_api_key(record)
        return record, token

    async def revoke(self, caller: Caller, key_id: str) -> None:
        """Make a key worthless; again is fine. Raises NotFoundError."""
        access.require(caller, "apikey:revoke")
        identity, at = uuid_of(key_id), to_text(self.clock.now())
        if identity is None or not await self.store.revoke_api_key(identity, at):
            raise NotFoundError("There is no such API key.")

    def _end(
        self, caller: Caller, command: IssueCommand, now: datetime
    ) -> tuple[datetime, int | None]:
        """When the key ends, and after how many days where it is counted so. A key that issues one
        lends it no more time than it has; what nobody asked for is cut.
        """
        own = caller.expires if caller.key is not None else None
        last = datetime.fromtimestamp(own, UTC) if own is not None else None
        if command.expiration is not None:
            days, ends = None, _moment(command.expiration, now)
        else:
            days = command.expiration_days
            ends = now + timedelta(days=self.config.key_days if days is None else days)
            if days is None and last is not None and ends > last:
                return last, None
            days = self.config.key_days if days is None else days
        if last is not None and ends > last:
            raise ForbiddenError(f"This key ends at {to_text(last)}, and so does what it issues.")
        return ends, days


def _check(command: IssueCommand) -> Sequence[Reason]:
    """Everything that makes no sense."""
    reasons = [] if command.name.strip() else [_reason("/name", "A key needs a name.")]
    unknown = [name for name in command.privileges if name not in PRIVILEGES]
    if unknown:
        known = ", ".join(PRIVILEGES)
        message = f"Unknown privileges: {', '.join(unknown)}. Known are: {known}."
        reasons.append(_reason("/privileges", message))
    if command.expiration is not None and command.expiration_days is not None:
        message = "Give expirationDays or expiration, not both."
        reasons.append(_reason("/expiration", message))
    if command.expiration_days is not None and not 1 <= command.expiration_days <= MAX_DAYS:
        message = f"A key is valid for 1 to {MAX_DAYS} days."
        reasons.append(_reason("/expirationDays", message))
    if command.service is not None and not command.service.strip():
        reasons.append(_reason("/service", "The name of the service is empty."))
    for index, entry in enumerate(command.processes):
        reasons += _check_entry(entry, f"/processes/{index}")
    return reasons


def _check_entry(entry: JsonObject, pointer: str) -> Sequence[Reason]:
    """What is wrong with an entry of `processes`. A mistake in it must not mean "any"."""
    reasons = []
    for name, value in entry.items():
        if name not in _ENTRY:
            message = f"{name!r} is not known here: an entry has {', '.join(_ENTRY)}."
        elif name == "scenario" and not isinstance(value, str):
            message = "The scenario is an id or a name."
        elif name != "scenario" and not _is_texts(value):
            message = f"The {name} are a list of keys."
        else:
            continue
        reasons.append(_reason(f"{pointer}/{name}", message))
    return reasons


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _moment(text: str, now: datetime) -> datetime:
    try:
        moment = from_text(text)
        to_text(moment)  # In UTC it may be past the last year that there is.
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.tzinfo is None:
        message = "The expiration is a time with its zone, like 2026-12-31T00:00:00Z."
    elif moment <= now:
        message = "The expiration is past."
    else:
        return moment
    raise InvalidError(message, [_reason("/expiration", message)])


def _reason(pointer: str, message: str) -> Reason:
    return Reason("invalid", message, pointer)
