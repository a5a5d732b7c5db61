"""Opening the database that the setting `database` names.

    sqlite:///FILE            relative to the working directory; sqlite:////FILE is absolute
    sqlite:///:memory:        a database that ends with the program
    postgresql://USER@HOST/NAME    a database of a PostgreSQL server, as libpq writes it

A database "in memory" is a file in a temporary folder: readers and the writer share it as they
share any other, so there is one behaviour, and it is gone when the store is closed.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from callboard.ports.store import Store, StoreError
from callboard.store.config import SqliteConfig
from callboard.store.migrate import Migration, refuse_pending
from callboard.store.postgres import SCHEMES
from callboard.store.sqlite.connection import connect
from callboard.store.sqlite.ownership import Ownership, refuse_network
from callboard.store.sqlite.store import SqliteStore
from callboard.store.sqlite.upgrade import pending_migrations, upgrade
from callboard.telemetry import SILENT, Telemetry

_SQLITE: Final = "sqlite:///"
_MEMORY: Final = ":memory:"
_DEFAULT: Final = SqliteConfig()


def check_url(url: str) -> None:
    """Raise StoreError when the URL is of no kind we know."""
    if url.startswith((_SQLITE, *SCHEMES)):
        return
    scheme = url.partition("://")[0] if "://" in url else ""
    raise StoreError(
        f"The database {scheme or url!r} is not known: use sqlite:///FILE or postgresql://HOST/NAME."
        if scheme != "sqlite"
        else "A SQLite database is written sqlite:///FILE, with three slashes."
    )


def without_password(url: str) -> str:
    """A URL as it may be shown.

    >>> without_password("postgresql://me:secret@host/db?password=other&sslmode=require")
    'postgresql://me@host/db?sslmode=require'
    """
    if not url.startswith(SCHEMES):
        return url
    scheme, rest = url.split("://", 1)
    place, mark, options = rest.partition("?")
    user, at, host = place.rpartition("@")
    kept = [part for part in options.split("&") if not part.lower().startswith("password=")]
    asked = "&".join(kept)
    return f"{scheme}://{user.partition(':')[0]}{at}{host}{mark if asked else ''}{asked}"


def open_sqlite(
    url_or_path: str | Path,
    config: SqliteConfig = _DEFAULT,
    telemetry: Telemetry = SILENT,
    *,
    migrate: bool = True,
) -> Store:
    """The store on a SQLite file, by path or `sqlite:///` URL; brought to the newest schema, or
    refused where it is not and `migrate` is off.

    Raises StoreError, which names the file, when another engine has it, it lies on a network file
    system, is no database of ours, or is newer than this program.
    """
    with ExitStack() as opened:
        path = database_path(url_or_path, opened)
        refuse_network(path)
        opened.callback(Ownership(path).release)
        connection = connect(path, wait=config.wait_seconds, writes=True)
        with ExitStack() as undo:
            undo.callback(connection.close)
            if not migrate:
                refuse_pending(pending_migrations(connection, path), str(path))
            upgrade(connection, path)
            _flush_folder(path)
            kept = opened.pop_all()
            undo.push(kept)
            store = SqliteStore(path, config, connection, kept.close, telemetry)
            undo.pop_all()
    return store


def upgrade_sqlite(path: Path, config: SqliteConfig, wait: float) -> tuple[Migration, ...]:
    """Bring a file to the newest schema; which migrations that took. Raises StoreError, also when
    another program of ours keeps the file for so many seconds.
    """
    refuse_network(path)
    with ExitStack() as opened:
        opened.callback(Ownership(path, wait).release)
        connection = connect(path, wait=config.wait_seconds, writes=True)
        opened.callback(connection.close)
        done = upgrade(connection, path)
        _flush_folder(path)
    return done


def database_path(url_or_path: str | Path, opened: ExitStack) -> Path:
    """The file that a path or URL names; one "in memory" lives as long as `opened`. Raises
    StoreError.
    """
    text = str(url_or_path)
    if text.startswith(_SQLITE):
        text = unquote(text.removeprefix(_SQLITE))
    if text == _MEMORY:
        folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="callboard-"))
        return Path(folder, "callboard.db")
    path = Path(text)
    if not text or path.is_dir():
        raise StoreError(f"The database {text or 'file'} is not a file: name one in its folder.")
    if not path.parent.is_dir():
        raise StoreError(f"The database {path} cannot be opened: its folder does not exist.")
    return path


def _flush_folder(path: Path) -> None:
    """The file's own name is on disk too, before anything in it is promised."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
