"""A NATS server of the tests: a process of its own, at a port of its own, in a temporary folder."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PROGRAM = shutil.which("nats-server", path="/usr/sbin:/usr/local/bin:/usr/bin")


@dataclass
class NatsServer:
    """A server that can be stopped and started again; what it keeps is in its folder."""

    folder: Path
    port: int
    conf: str = ""
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it can be asked."""
        assert PROGRAM is not None
        conf = self.folder / "nats.conf"
        conf.write_text(
            f'host: "127.0.0.1"\nport: {self.port}\n'
            f'jetstream {{ store_dir: "{self.folder}/store" }}\n{self.conf}'
        )
        log = self.folder / "nats.log"
        self.process = subprocess.Popen([PROGRAM, "-c", str(conf), "-l", str(log)])
        end = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    self.stop()
                    raise AssertionError(log.read_text()) from None
                time.sleep(0.02)

    def stop(self) -> None:
        """Kill it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def nats_server(folder: Path, conf: str = "") -> Iterator[NatsServer]:
    """A server that runs. The test is skipped where there is no such program."""
    if PROGRAM is None:
        pytest.skip("nats-server is not installed")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    server = NatsServer(folder, port, conf)
    server.start()
    try:
        yield server
    finally:
        server.stop()
