"""A real server in a process of its own, as a user starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

STARTING = 30.0


class Server:
    """`callboard serve --dev` on a free port, over a database file, or with `url` over another
    database.
    """

    def __init__(
        self,
        database: Path,
        *,
        url: str | None = None,
        options: tuple[str, ...] = ("--dev",),
        **settings: str,
    ) -> None:
        """`settings` are environment variables."""
        self.options = options
        self.database = database
        self.stored = url or f"sqlite:///{database}"
        self.settings = settings
        self.log = database.with_suffix(".log")
        self.url = ""
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        plain = {k: v for k, v in os.environ.items() if not k.startswith("CALLBOARD_")}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "callboard", "serve", *self.options, "--port", "0"),
                    *("--database", self.stored),
                ],
                stdout=log,
                stderr=log,
                env=plain | {"CALLBOARD_SERVER_REQUESTS_PER_MINUTE": "0"} | self.settings,
            )
        self.url = self._address()

    def _address(self) -> str:
        end = time.monotonic() + STARTING
        while time.monotonic() < end:
            found = re.search(r"http://127\.0\.0\.1:\d+", self.log.read_text())
            if found and self._answers(found[0]):
                return found[0]
            if self.process is not None and self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"the server did not start: {self.log.read_text()}")

    @staticmethod
    def _answers(url: str) -> bool:
        try:
            return httpx.get(f"{url}/readyz").status_code == 200
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        """End it as a crash would: at once, wherever it is."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        """End it as an operator would."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=20)

    def tokens(self) -> dict[str, str]:
        """The tokens of the demo accounts."""
        return {item["id"]: item["token"] for item in httpx.get(f"{self.url}/demo-accounts").json()}
