"""Exported processes as commands take them: a JSON file, or `-`; a process, or a bundle."""

from __future__ import annotations

from callboard.cli.failure import Failure
from callboard.cli.sources import read_source
from callboard.core.scenario.text import load
from callboard.core.values import JsonObject


def read_process(name: str) -> JsonObject:
    """A process with its events, as `GET /processes/{id}` gives it; from a bundle, its process."""
    document = load(read_source(name).text, format="json")
    if isinstance(document, dict) and "events" not in document:
        inner = document.get("process")
        document = inner if isinstance(inner, dict) else document
    if not isinstance(document, dict) or not isinstance(document.get("events"), list):
        raise Failure(f"{name}: this is no exported process: it has no events.")
    return document
