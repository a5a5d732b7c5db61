"""API keys: from a token to a caller (specification: api, section 2 and details 7).

Theory: the checksum tells a mistyped token before anything is looked up; then one look-up by the
SHA-256. It is made for every request, so that a revoked key is worth nothing at once.

Invariants: the same answer for a key that is malformed, unknown, expired or revoked (architecture
9.11). The last use is recorded at most once a minute.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Final

from callboard.errors import UnauthenticatedError
from callboard.ports.caller import (
    PRIVILEGES,
    Caller,
    KeyIdentity,
    Privilege,
    limit_of,
)
from callboard.ports.records import ApiKeyRecord
from callboard.ports.store import ApiKeyStore
from callboard.ports.tokens import digest_of, is_well_formed

_TOUCH_SECONDS: Final = 60.0
_REMEMBERED: Final = 4_096


class ApiKeyVerifier:
    """Recognises the tokens of API keys."""

    def __init__(self, store: ApiKeyStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._touched: OrderedDict[str, float] = OrderedDict()

    async def verify(self, token: str) -> Caller:
        """The caller that a token is of. Raises UnauthenticatedError."""
        record = None
        if is_well_formed(token):
            record = await self._store.find_api_key(digest_of(token))
        now = self._now().timestamp()
        if record is None or why_refused(record, now) is not None:
            raise UnauthenticatedError("The API key is not accepted.", code="invalid-token")
        await self._touch(record, now)
        return caller_of(record)

    async def _touch(self, record: ApiKeyRecord, now: float) -> None:
        """Record the use, when the last one that was recorded is a minute ago."""
        last = self._touched.get(record.id)
        if last is None:
            last = 0.0 if record.last_used is None else _seconds(record.last_used)
        if 0 <= now - last < _TOUCH_SECONDS:
            return
        self._touched[record.id] = now
        self._touched.move_to_end(record.id)
        while len(self._touched) > _REMEMBERED:
            self._touched.popitem(last=False)
        moment = datetime.fromtimestamp(now, UTC)
        text = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        await self._store.touch_api_key(record.id, text)


def why_refused(record: ApiKeyRecord | None, now: float) -> str | None:
    """Why a key is worth nothing, for the operator; None where it is good."""
    if record is None:
        return "no key of this installation has this token."
    if record.revoked is not None:
        return f"it was revoked at {record.revoked}."
    if now >= _seconds(record.expiration):
        return f"it has expired at {record.expiration}."
    return None


def caller_of(record: ApiKeyRecord) -> Caller:
    """The caller that a key is."""
    return Caller(
        privileges=known_privileges(record.privileges),
        key=KeyIdentity(record.id, tuple(map(limit_of, record.processes)), record.service),
        expires=_seconds(record.expiration),
    )


def known_privileges(names: Iterable[str]) -> frozenset[Privilege]:
    """Those of the names that are privileges."""
    return frozenset(name for name in names if name in PRIVILEGES)


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
