"""Chaos, as asked for on the command line.

python -m tests.acceptance.chaos [MINUTES] [--seed SEED] [--clients CLIENTS]
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import tempfile
from pathlib import Path

from tests.acceptance.chaos.play import play


def main() -> int:
    """0: nothing is wrong."""
    parser = argparse.ArgumentParser(prog="tests.acceptance.chaos", description=__doc__)
    parser.add_argument("minutes", type=float, nargs="?", default=10)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--spare-database", action="store_true", help="never kill the database")
    given = parser.parse_args()
    seed = secrets.randbits(32) if given.seed is None else given.seed
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        run = play(
            Path(folder),
            seed,
            seconds=60 * given.minutes,
            clients=given.clients,
            crashes_database=not given.spare_database,
        )
        report = asyncio.run(run)
    print(report)
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
