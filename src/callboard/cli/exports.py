"""Exported processes as commands take them: a JSON file, or `-`; a process, or a bundle."""

from __future__ import annotations

from typing import cast

from callboard.cli.failure import Failure
from callboard.cli.sources import read_source, read_value
from callboard.core.schema import compile_schema
from callboard.core.values import Json, JsonObject


def read_process(name: str) -> JsonObject:
    """A process with its events, as `GET /processes/{id}` gives it; from a bundle, its process.

    Raises `Failure` for anything else; only that the events are objects is looked at.
    """
    return process_in(read_export(name), name)


def read_export(name: str) -> Json:
    """What is in the file: a process, a bundle, or something else."""
    return read_value(read_source(name), json=True)


def process_in(document: Json, name: str) -> JsonObject:
    """The process that a file of this name holds. Raises like `read_process`."""
    if isinstance(document, dict) and "events" not in document:
        inner = document.get("process")
        document = inner if isinstance(inner, dict) else document
    if not isinstance(document, dict) or not isinstance(document.get("events"), list):
        raise Failure(f"{name}: this is no exported process: it has no events.")
    for index, event in enumerate(cast("list[object]", document["events"])):
        if not isinstance(event, dict):
            raise Failure(f"{name}: this is no exported process: /events/{index} is no object.")
    return document


def read_whole_process(name: str) -> JsonObject:
    """The same, and it is what the published schema of processes says, in all its parts."""
    from callboard.schemas import bundled

    document = read_process(name)
    reasons = compile_schema(bundled("process")).check(document)
    if reasons:
        first = f"{reasons[0].pointer} {reasons[0].message}"
        more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
        raise Failure(f"{name}: this is no exported process: {first}{more}.")
    return document
