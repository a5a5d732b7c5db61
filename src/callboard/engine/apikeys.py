"""API keys: issue, list, revoke (specification: api, table 1 and details 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from callboard.core.values import Json, JsonObject
from callboard.engine.commands import IssueCommand
from callboard.engine.config import EngineConfig
from callboard.engine.scenarios import need
from callboard.engine.times import from_text, to_text
from callboard.errors import ForbiddenError, InvalidError, NotFoundError, Reason
from callboard.ports.caller import PRIVILEGES, Caller, ProcessLimit
from callboard.ports.clock import Clock, Ids
from callboard.ports.records import ApiKeyRecord
from callboard.ports.store import ApiKeyStore
from callboard.ports.tokens import ENTROPY_BYTES, digest_of, hint_of, token_from

MAX_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """The use cases about API keys."""

    store: ApiKeyStore
    clock: Clock
    ids: Ids
    config: EngineConfig

    async def list(self, caller: Caller) -> Sequence[ApiKeyRecord]:
        """All keys, newest first. Raises ForbiddenError."""
        if not (caller.may("apikey:issue") or caller.may("apikey:revoke")):
            need(caller, "apikey:issue")
        return await self.store.list_api_keys()

    async def issue(self, caller: Caller, command: IssueCommand) -> tuple[ApiKeyRecord, str]:
        """A new key, and its token, which is not kept. Raises InvalidError for what makes no sense,
        ForbiddenError for more than the caller has.
        """
        need(caller, "apikey:issue")
        _check_privileges(caller, command)
        _check_limits(caller, command)
        now = self.clock.now()
        expiration, days = self._expiration(command, now)
        token = token_from(self.ids.secret(ENTROPY_BYTES))
        record = ApiKeyRecord(
            id=self.ids.new(),
            digest=digest_of(token),
            hint=hint_of(token),
            name=command.name,
            issued=to_text(now),
            expiration=expiration,
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
        need(caller, "apikey:revoke")
        if not await self.store.revoke_api_key(key_id, to_text(self.clock.now())):
            raise NotFoundError("There is no such API key.")

    def _expiration(self, command: IssueCommand, now: datetime) -> tuple[str, int | None]:
        if command.expiration is not None and command.expiration_days is not None:
            raise _invalid("/expiration", "Give expirationDays or expiration, not both.")
        if command.expiration is None:
            days = command.expiration_days
            days = self.config.key_days if days is None else days
            if not 1 <= days <= MAX_DAYS:
                message = f"A key is valid for 1 to {MAX_DAYS} days."
                raise _invalid("/expirationDays", message)
            return to_text(now + timedelta(days=days)), days
        try:
            moment = from_text(command.expiration)
        except ValueError:
            raise _invalid("/expiration", "This is no time: 2026-12-31T00:00:00Z.") from None
        if moment.tzinfo is None:
            raise _invalid("/expiration", "The time lacks its zone: 2026-12-31T00:00:00Z.")
        if moment <= now:
            raise _invalid("/expiration", "This time is past.")
        return to_text(moment), None


def _invalid(pointer: str, message: str) -> InvalidError:
    return InvalidError(message, [Reason("invalid", message, pointer)])


def _check_privileges(caller: Caller, command: IssueCommand) -> None:
    unknown = [name for name in command.privileges if name not in PRIVILEGES]
    if unknown:
        known = ", ".join(PRIVILEGES)
        raise _invalid("/privileges", f"Unknown: {', '.join(unknown)}. Privileges are: {known}.")
    more = [name for name in PRIVILEGES if name in command.privileges and not caller.may(name)]
    if "*" in command.privileges and "*" not in caller.privileges:
        more.append("*")
    if more:
        raise ForbiddenError(f"You cannot give what you do not have: {', '.join(more)}.")


def _check_limits(caller: Caller, command: IssueCommand) -> None:
    """A key with limits, or of a service, issues only keys within its own."""
    key = caller.key
    if key is None or caller.may("process:super"):
        return
    if key.service is not None and command.service != key.service:
        raise ForbiddenError(f"A key of service {key.service!r} issues keys of it only.")
    if key.service is None and command.service is not None:
        raise ForbiddenError("A key without a service issues none with one.")
    if not key.limits:
        if command.processes and command.service is None:
            raise ForbiddenError("A key that is no actor issues none that is one.")
        return
    inner = [limit_of(entry) for entry in command.processes]
    if not inner or not all(any(_within(i, o) for o in key.limits) for i in inner):
        raise ForbiddenError("The processes of the new key go beyond those of this one.")


def limit_of(entry: JsonObject) -> ProcessLimit:
    """An entry of `processes` as a record."""
    scenario = entry.get("scenario")
    return ProcessLimit(
        scenario if isinstance(scenario, str) else None,
        _texts(entry.get("actors")),
        _texts(entry.get("actions")),
    )


def _texts(value: Json | None) -> tuple[str, ...] | None:
    return tuple(str(item) for item in value) if isinstance(value, list) else None


def _within(inner: ProcessLimit, outer: ProcessLimit) -> bool:
    """Whether an entry allows nothing that another does not allow."""
    return (
        outer.scenario in (None, inner.scenario)
        and _subset(inner.actors, outer.actors)
        and _subset(inner.actions, outer.actions)
    )


def _subset(inner: tuple[str, ...] | None, outer: tuple[str, ...] | None) -> bool:
    return outer is None or (inner is not None and set(inner) <= set(outer))
