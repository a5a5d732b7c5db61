"""Schemathesis against a real server: what the document says, asked in every way it can think of.

    python -m tests.acceptance.fuzzing 500

It has an environment of its own (`make setup` makes it), because it wants a jsonschema-rs of its
own. The server has no default account here, so that a request without a token is one.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.acceptance.serving import Server

PROGRAM = Path(sys.prefix, "fuzz", "bin", "schemathesis")
CONFIG = Path(__file__).with_name("schemathesis.toml")
SEED = 20260301

STREAMS = "^followStream$"
"""An event stream does not end, which Schemathesis waits for; `test_stream` looks at it."""


def fuzz(examples: int, folder: Path) -> subprocess.CompletedProcess[str]:
    """All checks, so many examples an operation; what it found is in its output."""
    server = Server(folder / "callboard.db", CALLBOARD_AUTH_DEFAULT_ACCOUNT="")
    server.start()
    try:
        return subprocess.run(
            [
                *(str(PROGRAM), "--config-file", str(CONFIG), "run", f"{server.url}/openapi.json"),
                *("--header", f"Authorization: Bearer {server.tokens()['admin']}"),
                *("--checks", "all", "--max-examples", str(examples), "--seed", str(SEED)),
                *("--exclude-operation-id-regex", STREAMS),
                *("--generation-database", "none", "--warnings", "off", "--no-color"),
            ],
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
        )
    finally:
        server.stop()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        done = fuzz(int(sys.argv[1]), Path(made))
    print(done.stdout, done.stderr, sep="")
    sys.exit(done.returncode)
