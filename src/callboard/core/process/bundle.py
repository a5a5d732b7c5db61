"""A process with all that is needed to check it anywhere: the bundle (specification: api,
details 9).

Theory: a bundle holds what its events lead to and what they are judged by, so whoever has it needs
nobody else to rebuild the process and compare. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from callboard.core.process.chain import verify
from callboard.core.process.replay import replay
from callboard.core.scenario.compiled import Scenario
from callboard.core.schema.uris import resolve
from callboard.core.values import Json, JsonObject, equal
from callboard.errors import ChainError, EvaluationError

FORMAT: Final = "callboard-bundle"
VERSION: Final = 1
_APART: Final = frozenset({"scenario", "events", "previous"})
"""What the API puts together when a process is shown."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a chain holds and leads to a document; if not, the first thing that is wrong."""

    ok: bool
    code: str | None = None
    message: str | None = None
    event: int | None = None
    """Index of the event that is wrong, where it is one."""


def prove(scenario: Scenario, events: Sequence[JsonObject], process: JsonObject) -> Proof:
    """Check hashes and links, rebuild the process from its events, and compare."""
    found = verify(events, hasher=scenario.hasher)
    if not found.ok:
        return Proof(False, found.code, "The chain was changed here.", found.event)
    try:
        rebuilt = replay(scenario, events)
    except ChainError as error:
        return Proof(False, error.reason, error.message, error.event)
    except EvaluationError as error:
        return Proof(False, "evaluation", error.message)
    differing = _differing(rebuilt, process)
    if differing:
        message = f"The events do not lead to this process: {', '.join(differing)}."
        return Proof(False, "document-mismatch", message)
    return Proof(True)


def _differing(rebuilt: JsonObject, process: JsonObject) -> list[str]:
    names = (rebuilt.keys() | process.keys()) - _APART
    return sorted(
        name
        for name in names
        if name not in rebuilt or name not in process or not equal(rebuilt[name], process[name])
    )


def make_bundle(
    scenario: Scenario,
    events: Sequence[JsonObject],
    process: JsonObject,
    earlier: Sequence[Sequence[JsonObject]] = (),
) -> JsonObject:
    """The bundle of a process. `earlier` are the chains that it had before it was migrated, the
    oldest first; of a process that was erased `events` and these are links.
    """
    inner = {name: value for name, value in process.items() if name not in _APART}
    bundle: JsonObject = {
        "format": FORMAT,
        "version": VERSION,
        "scenario": scenario.document,
        "schemas": referred(scenario.document, scenario.schemas),
        "process": {**inner, "scenario": scenario.id, "events": cast("list[Json]", list(events))},
    }
    if earlier:
        bundle["earlier"] = [{"events": cast("list[Json]", list(chain))} for chain in earlier]
    return bundle


def referred(document: Json, schemas: Mapping[str, Json]) -> JsonObject:
    """Those of some schemas that a document names, and those that these name in turn, also by an
    address that is relative to their own.
    """
    found: JsonObject = {}
    waiting: list[tuple[Json, str]] = [(document, "")]
    while waiting:
        value, base = waiting.pop()
        if isinstance(value, dict):
            if isinstance(identity := value.get("$id"), str):
                base = resolve(base, identity)
            waiting.extend((part, base) for part in value.values())
        elif isinstance(value, list):
            waiting.extend((part, base) for part in value)
        elif isinstance(value, str):
            plain = value.partition("#")[0]
            for uri in (plain, resolve(base, value)) if base else (plain,):
                if uri in schemas and uri not in found:
                    found[uri] = schemas[uri]
                    waiting.append((schemas[uri], uri))
    return found
