"""Callboard: a workflow engine for processes that people, teams and services act out together.

The names here are the library: pure functions over JSON documents. A scenario is read (`load`),
checked (`validate`), normalised (`normalize`) and compiled (`compile`); a process is started from
it (`instantiate`) and goes on by `step` and `timeout`. Each gives an `Outcome`: the new process,
the event to record, what to do in the world (`effects`), and why it was refused (`errors`).

>>> from callboard import compile, instantiate, load, normalize, step
>>> text = '''
... title: Leave request
... actors: {employee: {}, manager: {}}
... states:
...   initial: {on: ask, by: employee, goto: asked}
...   asked: {on: approve, by: manager, goto: (approved)}
... '''
>>> scenario = compile(normalize(load(text)))
>>> noon = "2026-01-01T12:00:00.000Z"
>>> outcome = instantiate(scenario, process_id="3f1c0b52-6f5c-4f0f-9d0d-2c5ed4a4f1b1", at=noon)
>>> outcome = step(scenario, outcome.process, action="ask", actor="employee", at=noon,
...                head=outcome.head)
>>> outcome.process["current"]["key"]
'asked'

A name is looked up when it is first used, so that `import callboard` alone costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from callboard.core.canonical import canonical, event_hash, scenario_id
    from callboard.core.canonical import digest as hash  # noqa: A004 (its public name)
    from callboard.core.canonical import uuid5 as uuid
    from callboard.core.expression import BUILTINS, Functions
    from callboard.core.expression.data import remove_functions
    from callboard.core.limits import DEFAULT_LIMITS, Limits
    from callboard.core.process import (
        Outcome,
        Verification,
        allowed,
        cancel,
        chain,
        etag,
        has_ended,
        hmac,
        instantiate,
        last_modified,
        message,
        migrate,
        predict,
        replay,
        step,
        timeout,
        trigger,
        verify,
    )
    from callboard.core.scenario.compile import compile_scenario as compile  # noqa: A004 (the same)
    from callboard.core.scenario.compiled import Scenario
    from callboard.core.scenario.dump import dump
    from callboard.core.scenario.lint import Finding, lint
    from callboard.core.scenario.normalize import normalize
    from callboard.core.scenario.text import load
    from callboard.core.scenario.validate import validate
    from callboard.errors import CallboardError, Reason
    from callboard.schemas import load_schemas

__all__ = [
    "BUILTINS",
    "DEFAULT_LIMITS",
    "CallboardError",
    "Finding",
    "Functions",
    "Limits",
    "Outcome",
    "Reason",
    "Scenario",
    "Verification",
    "allowed",
    "cancel",
    "canonical",
    "chain",
    "compile",
    "dump",
    "etag",
    "event_hash",
    "has_ended",
    "hash",
    "hmac",
    "instantiate",
    "last_modified",
    "lint",
    "load",
    "load_schemas",
    "message",
    "migrate",
    "normalize",
    "predict",
    "remove_functions",
    "replay",
    "scenario_id",
    "step",
    "timeout",
    "trigger",
    "uuid",
    "validate",
    "verify",
]

_HOMES: Final = {
    "BUILTINS": ("callboard.core.expression", "BUILTINS"),
    "DEFAULT_LIMITS": ("callboard.core.limits", "DEFAULT_LIMITS"),
    "CallboardError": ("callboard.errors", "CallboardError"),
    "Finding": ("callboard.core.scenario.lint", "Finding"),
    "Functions": ("callboard.core.expression", "Functions"),
    "Limits": ("callboard.core.limits", "Limits"),
    "Outcome": ("callboard.core.process", "Outcome"),
    "Reason": ("callboard.errors", "Reason"),
    "Scenario": ("callboard.core.scenario.compiled", "Scenario"),
    "Verification": ("callboard.core.process", "Verification"),
    "allowed": ("callboard.core.process", "allowed"),
    "cancel": ("callboard.core.process", "cancel"),
    "canonical": ("callboard.core.canonical", "canonical"),
    "chain": ("callboard.core.process", "chain"),
    "compile": ("callboard.core.scenario.compile", "compile_scenario"),
    "dump": ("callboard.core.scenario.dump", "dump"),
    "etag": ("callboard.core.process", "etag"),
    "event_hash": ("callboard.core.canonical", "event_hash"),
    "has_ended": ("callboard.core.process", "has_ended"),
    "hash": ("callboard.core.canonical", "digest"),
    "hmac": ("callboard.core.process", "hmac"),
    "instantiate": ("callboard.core.process", "instantiate"),
    "last_modified": ("callboard.core.process", "last_modified"),
    "lint": ("callboard.core.scenario.lint", "lint"),
    "load": ("callboard.core.scenario.text", "load"),
    "load_schemas": ("callboard.schemas", "load_schemas"),
    "message": ("callboard.core.process", "message"),
    "migrate": ("callboard.core.process", "migrate"),
    "normalize": ("callboard.core.scenario.normalize", "normalize"),
    "predict": ("callboard.core.process", "predict"),
    "remove_functions": ("callboard.core.expression.data", "remove_functions"),
    "replay": ("callboard.core.process", "replay"),
    "scenario_id": ("callboard.core.canonical", "scenario_id"),
    "step": ("callboard.core.process", "step"),
    "timeout": ("callboard.core.process", "timeout"),
    "trigger": ("callboard.core.process", "trigger"),
    "uuid": ("callboard.core.canonical", "uuid5"),
    "validate": ("callboard.core.scenario.validate", "validate"),
    "verify": ("callboard.core.process", "verify"),
}


def __getattr__(name: str) -> object:
    """A public name, from the module that it lives in."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES[name]
    value: object = getattr(import_module(module), attribute)
    globals()[name] = value
    return value
