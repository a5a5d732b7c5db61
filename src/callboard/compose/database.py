"""What `callboard db` does to the database that the settings name, of either kind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from callboard.errors import UnavailableError
from callboard.ports.store import StoreError
from callboard.settings import Settings
from callboard.store import POSTGRES, check_url, without_password
from callboard.store.check import Report, check
from callboard.store.export import read_export, write_export
from callboard.store.export_file import new_export, open_export
from callboard.store.open import database_path, upgrade_sqlite
from callboard.store.rows import Rows
from callboard.store.sqlite.backup import back_up
from callboard.store.sqlite.rows import fill_file, rows_of_file
from callboard.store.sqlite.state import look_at_sqlite
from callboard.store.state import DatabaseState

if TYPE_CHECKING:
    from callboard.store.postgres.database import Database

__all__ = [
    "back_up_database",
    "check_database",
    "database_state",
    "export_database",
    "import_database",
    "upgrade_database",
]

MEMORY: Final = "sqlite:///:memory:"


async def database_state(settings: Settings) -> DatabaseState:
    """How it is. Raises StoreError for one that an engine could not use, or a newer one."""
    if not is_shared(settings):
        return look_at_sqlite(file_of(settings), settings.sqlite)
    from callboard.store.postgres.state import look_at_server

    async with server(settings) as database:
        return await look_at_server(database, without_password(settings.database))


async def upgrade_database(settings: Settings, wait: float) -> tuple[str, ...]:
    """Bring it to the newest schema; the names of what was applied. A file that another program
    has is waited for so many seconds. Raises StoreError.
    """
    if not is_shared(settings):
        done = upgrade_sqlite(file_of(settings), settings.sqlite, wait)
    else:
        from callboard.store.postgres.upgrade import upgrade

        async with server(settings) as database:
            done = await upgrade(database)
    return tuple(migration.title for migration in done)


def back_up_database(settings: Settings, target: Path, progress: Callable[[int, int], None]) -> int:
    """Copy the file while an engine writes; the size of the copy. Raises StoreError, on PostgreSQL
    with the command that does it there.
    """
    if is_shared(settings):
        raise StoreError(
            "A database on PostgreSQL is copied by its own programs, while engines write:\n"
            f"  {dump_command(settings.database, target)}\n"
            "or by base backups with its log (docs/how-to/back-up-and-restore.md)."
        )
    return back_up(file_of(settings), target, settings.sqlite, progress)


async def export_database(
    settings: Settings, target: Path, progress: Callable[[int], None]
) -> Mapping[str, int]:
    """Write everything to a file that is not there yet, as it is at one moment; how many rows of
    which table. Raises StoreError; no file is left then.
    """
    async with _rows(settings) as rows:
        with new_export(target) as file:
            return await write_export(rows, file, progress)


async def import_database(
    settings: Settings, source: Path, progress: Callable[[int], None]
) -> Mapping[str, int]:
    """Fill the database, which is empty, from an export: all or nothing. Raises StoreError."""
    opened = partial(open_export, source)
    opened().close()
    if not is_shared(settings):
        with fill_file(file_of(settings), settings.sqlite) as loading:
            return await read_export(loading, opened, progress)
    from callboard.store.postgres.rows import fill_database

    async with server(settings) as database, fill_database(database) as loading:
        return await read_export(loading, opened, progress)


@asynccontextmanager
async def _rows(settings: Settings) -> AsyncIterator[Rows]:
    if not is_shared(settings):
        with rows_of_file(file_of(settings), settings.sqlite) as rows:
            yield rows
        return
    from callboard.store.postgres.rows import rows_of_database

    async with server(settings) as database, rows_of_database(database) as rows:
        yield rows


async def check_database(settings: Settings, progress: Callable[[int], None]) -> Report:
    """Look at everything, as it is at one moment. Raises StoreError for what is no database of
    ours, or an older one.
    """
    report = Report()
    async with _rows(settings) as rows:
        await check(rows, report, progress)
    return report


def dump_command(url: str, target: Path) -> str:
    """How `pg_dump` is called, without a password.

    >>> dump_command("postgresql://me:secret@db/x?search_path=s&sslmode=require", Path("a.dump"))
    "pg_dump --format=custom --file='a.dump' --schema='s' 'postgresql://me@db/x?sslmode=require'"
    """
    plain = without_password(url)
    options = [part for part in urlsplit(plain).query.split("&") if part]
    schemas = [part.partition("=")[2] for part in options if part.startswith("search_path=")]
    kept = "&".join(part for part in options if not part.startswith("search_path="))
    address = plain.partition("?")[0] + (f"?{kept}" if kept else "")
    chosen = "".join(f" --schema={_quoted(name)}" for name in schemas)
    return f"pg_dump --format=custom --file={_quoted(str(target))}{chosen} {_quoted(address)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def is_shared(settings: Settings) -> bool:
    """Whether the database is on PostgreSQL. Raises StoreError for an address of no kind."""
    check_url(settings.database)
    return settings.database.startswith(POSTGRES)


def file_of(settings: Settings) -> Path:
    """The file of a database on SQLite. Raises StoreError for one in memory."""
    if settings.database == MEMORY:
        raise StoreError("A database in memory ends with the program: name a file.")
    return database_path(settings.database, ExitStack())


@asynccontextmanager
async def server(settings: Settings) -> AsyncIterator[Database]:
    """Connections to a database on PostgreSQL. Raises StoreError."""
    from callboard.store.postgres.open import connected

    try:
        async with connected(settings.database, settings.postgres) as database:
            yield database
    except UnavailableError as error:
        raise StoreError(f"The database on PostgreSQL cannot be used. {error.message}") from error
