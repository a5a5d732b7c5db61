"""All benchmarks, one after the other, each with its defaults.

python -m benchmarks [core] [store_sqlite] [http_sqlite] [http_postgres] [lists_sqlite]
    [lists_postgres] [timers] [isolation]
"""

from __future__ import annotations

import subprocess
import sys

NAMES = (
    *("core", "store_sqlite", "http_sqlite", "http_postgres", "lists_sqlite"),
    *("lists_postgres", "timers", "isolation"),
)


def main() -> None:
    """Run those that are named, each in a process of its own; without a name all of them."""
    wanted = sys.argv[1:] or NAMES
    unknown = sorted({*wanted} - {*NAMES})
    if unknown:
        sys.exit(f"Unknown: {', '.join(unknown)}. Possible: {', '.join(NAMES)}.")
    for name in wanted:
        print(f"\n== {name}", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)


if __name__ == "__main__":
    main()
