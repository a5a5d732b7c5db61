"""A real RabbitMQ, on ports and in a folder of its own, that can be killed and started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

SERVER: Final = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
START_SECONDS: Final = 90.0
CONFIG: Final = """\
listeners.tcp.1 = 127.0.0.1:{port}
log.console = true
log.file = false
vm_memory_high_watermark.absolute = 512MB
disk_free_limit.absolute = 1MB
"""


def missing() -> str | None:
    """Why there can be no broker here; None when there can."""
    if not SERVER.exists() or shutil.which("epmd") is None:
        return "rabbitmq-server is not installed"
    return None


class Rabbit:
    """A broker at `url`; what is kept outlives being killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self._names, self._peers = _free_ports(3)
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}/"
        self._processes: list[subprocess.Popen[bytes]] = []
        (folder / "rabbitmq.conf").write_text(CONFIG.format(port=self.port))

    def start(self) -> None:
        """Start it, and wait until it talks."""
        self._run("epmd", "-port", str(self._names), "-address", "127.0.0.1")
        self._run(str(SERVER))
        end = time.monotonic() + START_SECONDS
        while not self._talks():
            log = (self.folder / "log").read_text(errors="replace")
            assert self._processes[-1].poll() is None, log[-2000:]
            assert time.monotonic() < end, log[-2000:]
            time.sleep(0.2)

    def kill(self) -> None:
        """End it at once."""
        processes, self._processes = self._processes, []
        for process in processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    @contextmanager
    def away(self) -> Iterator[None]:
        """It is killed, and runs again in the end."""
        self.kill()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Its connections stay, and nothing is answered until the end."""
        group = self._processes[-1].pid
        os.killpg(group, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(group, signal.SIGCONT)

    def _run(self, *command: str) -> None:
        log = (self.folder / "log").open("ab")
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(self._names),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"test{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(self._peers),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "logs"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
        }
        with log:
            self._processes.append(
                subprocess.Popen(
                    command,
                    cwd=self.folder,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )

    def _talks(self) -> bool:
        """Whether it answers as AMQP does."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as line:
            line.settimeout(2)
            line.sendall(b"AMQP\x00\x00\x09\x01")
            return len(line.recv(8)) > 0
        return False


@contextmanager
def broker(folder: Path) -> Iterator[Rabbit]:
    """A broker that runs; at the end it is gone."""
    rabbit = Rabbit(folder)
    try:
        rabbit.start()
        yield rabbit
    finally:
        rabbit.kill()


def _free_ports(count: int) -> list[int]:
    listening = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in listening]
    for one in listening:
        one.close()
    return ports
