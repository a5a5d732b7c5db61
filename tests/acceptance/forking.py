"""Servers that start fast enough to be killed a thousand times: forks of a process that has loaded
`callboard serve` and does nothing else.

Run as a program it is that process. It reads a line of JSON for each server that is wanted,
answers with its process id, and says when it has ended.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import httpx

MODULES = (
    "callboard.cli.failure",
    "callboard.cli.serve",
    "callboard.compose",
    "callboard.store.postgres",
    "callboard.transports.webhook",
    "uvicorn.protocols.http.httptools_impl",
    "uvloop",
)
STARTING = 60.0


class EndedError(Exception):
    """The server has ended by itself."""


class Nursery:
    """Starts servers over one database, at one address, one after the other."""

    def __init__(self, database: Path, port: int, *, url: str = "", **settings: str) -> None:
        """`database` is the file, or with `url` that of another database only names the log;
        `settings` are environment variables.
        """
        self.log = database.with_suffix(".log")
        self.url = f"http://127.0.0.1:{port}"
        self.client = httpx.Client(base_url=self.url)
        where = ("--port", str(port), "--database", url or f"sqlite:///{database}")
        self.wanted = {
            "arguments": ["serve", "--dev", *where],
            "settings": settings,
            "log": str(self.log),
        }
        self.server = 0
        self.parent = subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.forking"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={k: v for k, v in os.environ.items() if not k.startswith("CALLBOARD_")},
            bufsize=0,
        )

    def start(self) -> None:
        """Begin to start one."""
        assert self.parent.stdin is not None
        self.parent.stdin.write(f"{json.dumps(self.wanted)}\n".encode())
        self.server = int(self._told())

    def until_ready(self) -> None:
        """Wait until it answers. Raises `EndedError` when it does not want to begin."""
        end = time.monotonic() + STARTING
        while time.monotonic() < end:
            try:
                if self.client.get("/readyz").status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            if self._has_ended():
                raise self._ended()
            time.sleep(0.01)
        raise AssertionError(f"the server did not start: {self.log.read_text()[-2000:]}")

    def kill(self) -> None:
        """End it as a crash would: at once, wherever it is."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as an operator would."""
        self._end(signal.SIGTERM)

    def pause(self) -> None:
        """Let it stand still, wherever it is."""
        os.kill(self.server, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on as if nothing had been."""
        os.kill(self.server, signal.SIGCONT)

    def close(self) -> None:
        """End everything."""
        if self.server:
            with suppress(EndedError):
                self.kill()
        self.client.close()
        self.parent.communicate()

    def _end(self, how: signal.Signals) -> None:
        if self._has_ended():
            raise self._ended()
        os.kill(self.server, how)
        self.server = 0
        self._told()

    def _ended(self) -> EndedError:
        self.server = 0
        self._told()
        return EndedError(self.log.read_text()[-2000:])

    def _has_ended(self) -> bool:
        """Whether it was told, and nobody has asked for it."""
        return bool(select.select([self.parent.stdout], [], [], 0)[0])

    def _told(self) -> str:
        assert self.parent.stdout is not None
        return self.parent.stdout.readline().decode()


def grow(wanted: dict) -> None:
    """Be a server."""
    log = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.environ |= wanted["settings"]
    from callboard.cli import main

    sys.argv = ["callboard", *wanted["arguments"]]
    main()


def serve_orders() -> None:
    """Load everything, then fork a server for each line, and wait for its end."""
    for module in MODULES:
        import_module(module)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            grow(json.loads(line))
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)


if __name__ == "__main__":
    serve_orders()
