"""Everything in a database as one file, and such a file as a database (docs/reference/export.md).

Theory: a line is a row, of a table and an order that no database has of itself: by ids, never by
numbers of rows. So the same content gives the same bytes whichever database it is in, and whether a
file was read rightly is told by writing it once more and comparing.

Invariants: a batch of rows is in memory at a time; a file without its last line, or with another
sum, is no export.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import IO, Any, Final

import orjson

from callboard.ports.store import StoreError
from callboard.store.events import link
from callboard.store.rows import Loading, Row, Rows

__all__ = ["FORMAT", "TABLES", "VERSION", "read_export", "write_export"]

FORMAT: Final = "callboard-export"
VERSION: Final = 1
TABLES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "settings": ("name", "value"),
        "scenarios": (
            *("id", "name", "version", "title", "description", "tags", "document", "source"),
            *("media_type", "created", "disabled", "schemas"),
        ),
        "processes": ("id", "scenario", "created", "version", "head", "updated", "document"),
        "events": ("process", "seq", "event", "log"),
        "old_events": ("process", "chain", "seq", "event"),
        "tombstones": (
            *("id", "scenario", "version", "head", "created", "updated"),
            *("erased", "erased_by", "reason", "chains"),
        ),
        "participants": ("process", "principal", "created"),
        "tasks": ("process", "principal", "since", "due"),
        "jobs": (
            *("process", "id", "kind", "due", "event", "payload", "service"),
            *("fence", "attempts", "failed", "refused", "awaits"),
        ),
        "attempts": (
            *("process", "job", "number", "service", "at", "milliseconds", "outcome", "detail"),
        ),
        "links": ("job", "kind", "process", "asker", "service", "root", "depth", "event", "at"),
        "changes": ("seq", "process", "version", "kind", "tasks"),
        "checkpoints": ("process", "events", "head", "at", "kid", "signature"),
        "api_keys": (
            *("id", "digest", "hint", "name", "description", "issued", "expiration"),
            *("expiration_days", "privileges", "processes", "service", "issuer"),
            *("last_used", "revoked"),
        ),
        "idempotency": ("credential", "key", "fingerprint", "status", "headers", "body", "created"),
    }
)
"""The tables in the order of a file, each with the fields of its lines."""

_BATCH_ROWS: Final = 500
_BATCH_BYTES: Final = 4_194_304
_EVENTS: Final = ("events", "old_events")

Progress = Callable[[int], None]


async def write_export(rows: Rows, file: IO[bytes], progress: Progress) -> Mapping[str, int]:
    """Write everything; how many rows of which table. `progress` is told how many lines there are
    so far.
    """
    digest, counts, written = hashlib.sha256(), Counter[str](), 0
    tables = {name: list(fields) for name, fields in TABLES.items()}
    head = {"format": FORMAT, "version": VERSION, "tables": tables}
    file.write(_put(digest, orjson.dumps(head, option=orjson.OPT_APPEND_NEWLINE)))
    async for table, lines in _lines(rows):
        file.write(_put(digest, b"".join(lines)))
        counts[table] += len(lines)
        written += len(lines)
        progress(written)
    told = {name: counts[name] for name in TABLES}
    end = {"end": FORMAT, "counts": told, "sha256": digest.hexdigest()}
    file.write(orjson.dumps(end, option=orjson.OPT_APPEND_NEWLINE))
    return told


async def read_export(
    loading: Loading, open_file: Callable[[], IO[bytes]], progress: Progress
) -> Mapping[str, int]:
    """Fill an empty database from a file, and compare; how many rows of which table.

    Raises StoreError for a file that is none, is cut off or was changed, and where the database
    does not give back what the file says; the caller then undoes all of it.
    """
    for table in TABLES:
        async for _ in loading.read("export", table):
            raise StoreError(
                f"The database is not empty: it has {table}. Import into a new one: name a file "
                "that is not there yet, or a new database (or schema) on PostgreSQL."
            )
    with open_file() as file:
        counts = await _load(loading, file, progress)
    await loading.finish()
    with open_file() as file:
        await _compare(loading, file, progress)
    return counts


async def _load(loading: Loading, file: IO[bytes], progress: Progress) -> Mapping[str, int]:
    digest, counts, number = hashlib.sha256(), Counter[str](), 1
    _check_head(_put(digest, file.readline()))
    order = list(TABLES)
    batch: list[Row] = []
    table, size = order[0], 0
    for line in file:
        number += 1
        row = _parsed(line, number)
        if isinstance(row, dict):
            await _load_batch(loading, table, batch, number)
            _check_end(row, counts, digest.hexdigest(), file.read(1))
            return {name: counts[name] for name in TABLES}
        digest.update(line)
        if row[0] != table or len(batch) >= _BATCH_ROWS or size >= _BATCH_BYTES:
            await _load_batch(loading, table, batch, number)
            batch, size = [], 0
            progress(number)
        if row[0] != table:
            if order.index(row[0]) < order.index(table):
                raise StoreError(f"Line {number}: {row[0]} come before {table} in an export.")
            table = row[0]
        batch.append(_row(table, row, number))
        counts[table] += 1
        size += len(line)
    raise StoreError(f"The file ends after line {number}, without its end: it was cut off.")


async def _load_batch(loading: Loading, table: str, batch: list[Row], number: int) -> None:
    try:
        await loading.load(table, batch)
    except ValueError as error:
        raise StoreError(
            f"Lines {number - len(batch)} to {number - 1} ({table}) cannot be stored: {error}"
        ) from error


def _parsed(line: bytes, number: int) -> Any:
    """The row of a line, or the object at the end. Raises StoreError."""
    try:
        row = orjson.loads(line)
    except ValueError:
        raise StoreError(f"Line {number} is no JSON: the file was cut off, or changed.") from None
    if isinstance(row, dict):
        return row
    if not isinstance(row, list) or not row or row[0] not in TABLES:
        raise StoreError(f"Line {number} is no row of a table.")
    if len(row) != len(TABLES[row[0]]) + 1:
        raise StoreError(f"Line {number} has {len(row) - 1} fields; {row[0]} have others.")
    return row


def _row(table: str, row: list[Any], number: int) -> Row:
    """What is stored of a line: an event also as the number of the one that it follows."""
    if table not in _EVENTS:
        return tuple(row[1:])
    try:
        previous = link(orjson.loads(row[-2] if table == "events" else row[-1]).get("previous"))
    except (ValueError, AttributeError):
        raise StoreError(f"Line {number}: the event is no JSON object.") from None
    return (*row[1:], previous)


def _check_head(line: bytes) -> None:
    try:
        head = orjson.loads(line)
    except ValueError:
        head = None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise StoreError("The file is no export of Callboard: its first line says nothing of it.")
    tables = {name: list(fields) for name, fields in TABLES.items()}
    if head.get("version") != VERSION or head.get("tables") != tables:
        raise StoreError(
            f"The export is of version {head.get('version')}, this Callboard reads {VERSION}, or "
            "its tables are others: import it with the Callboard that wrote it, and upgrade then."
        )


def _check_end(end: dict[str, Any], counts: Counter[str], digest: str, more: bytes) -> None:
    if end.get("end") != FORMAT or more:
        raise StoreError("The file goes on after its end, or ends otherwise than an export.")
    if end.get("sha256") != digest or end.get("counts") != {name: counts[name] for name in TABLES}:
        raise StoreError("The file was changed: its SHA-256, or its counts, are not what it says.")


async def _compare(rows: Rows, file: IO[bytes], progress: Progress) -> None:
    """Whether the database gives back what the file has, byte for byte. Raises StoreError."""
    file.readline()
    number = 1
    async for table, lines in _lines(rows):
        for line in lines:
            number += 1
            if file.readline() != line:
                raise StoreError(
                    f"Line {number} ({table}) reads back otherwise than the file has it, which is "
                    "not in the order of an export, or contradicts itself. Nothing was imported."
                )
        progress(number)
    if not file.readline().startswith(b'{"end":'):
        raise StoreError(f"What is in the file from line {number + 1} on does not read back.")


async def _lines(rows: Rows) -> AsyncIterator[tuple[str, list[bytes]]]:
    """All lines between the first and the last, some at a time."""
    for table in TABLES:
        async for batch in rows.read("export", table):
            yield table, [_line(table, row) for row in batch]


def _line(table: str, row: Sequence[Any]) -> bytes:
    return orjson.dumps((table, *row), option=orjson.OPT_APPEND_NEWLINE)


def _put(digest: Any, data: bytes) -> bytes:
    digest.update(data)
    return data
