"""Scenarios from a folder, watched while the engine runs (specification: services, details 7).

Theory: the folder is the truth for the files in it. A file that is new or changed is stored; what
it held before, and what a file held that is gone or now named `NAME.disabled.yaml`, is disabled. It
is looked at again and again, because that works on every file system.

Invariant: a file that cannot be read is reported and passed over; the others are loaded.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Final, TypeAlias

from callboard.engine.scenarios import Scenarios
from callboard.errors import CallboardError, NotFoundError, RequestError
from callboard.ports.caller import Caller
from callboard.ports.records import MediaType

__all__ = ["ScenarioFolder"]

log = logging.getLogger("callboard.scenarios")

SECONDS: Final = 2.0
KINDS: Final[dict[str, MediaType]] = {
    ".json": "application/json",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}

Stamp: TypeAlias = "tuple[int, int]"


class ScenarioFolder:
    """A folder of scenario files, and what was stored of them."""

    def __init__(self, path: Path, scenarios: Scenarios, caller: Caller) -> None:
        self._path = path
        self._scenarios = scenarios
        self._caller = caller
        self._seen: dict[Path, Stamp] = {}
        self._ids: dict[Path, str] = {}

    @property
    def ids(self) -> frozenset[str]:
        """The scenarios that its files are now."""
        return frozenset(self._ids.values())

    async def watch(self) -> None:
        """Look at the folder for ever."""
        while True:
            await asyncio.sleep(SECONDS)
            await self.load()

    async def load(self) -> None:
        """Bring the engine to what the folder says now."""
        found = self._files()
        gone = [path for path in self._seen if path not in found]
        changed = [path for path, stamp in found.items() if self._seen.get(path) != stamp]
        before = {self._ids.pop(path) for path in (*gone, *changed) if path in self._ids}
        self._seen = found
        for path in changed:
            await self._load(path)
        for scenario in before - set(self._ids.values()):
            await self._disable(scenario)

    def _files(self) -> dict[Path, Stamp]:
        """The scenario files and what tells whether one has changed."""
        files: dict[Path, Stamp] = {}
        try:
            for path in sorted(self._path.iterdir()):
                if path.suffix in KINDS and path.is_file():
                    facts = path.stat()
                    files[path] = (facts.st_mtime_ns, facts.st_size)
        except OSError as error:
            log.warning("folder not readable", extra={"folder": self._path, "why": error.strerror})
            return self._seen
        return files

    async def _load(self, path: Path) -> None:
        try:
            text = path.read_text(encoding="utf-8")
            kind = KINDS[path.suffix]
            scenario = await self._scenarios.store(self._caller, text, kind)
        except (CallboardError, OSError, UnicodeDecodeError) as error:
            reasons = error.reasons[:10] if isinstance(error, RequestError) else ()
            why = "; ".join(f"{item.pointer or ''} {item.message}".strip() for item in reasons)
            facts = {"file": path.name, "why": str(error), "errors": why}
            log.warning("scenario not loaded", extra=facts)
            return
        if path.stem.endswith(".disabled"):
            await self._disable(scenario)
        else:
            self._ids[path] = scenario

    async def _disable(self, scenario: str) -> None:
        try:
            await self._scenarios.disable(self._caller, scenario)
        except NotFoundError:
            log.warning("scenario to disable is not there", extra={"scenario": scenario})
