"""Processes: pure functions from a scenario, a process and an event to the process after it."""

from callboard.core.process.actors import is_user, roles_of
from callboard.core.process.allowed import allowed
from callboard.core.process.cancel import cancel
from callboard.core.process.chain import Verification, erased_event, verify
from callboard.core.process.effects import (
    Effect,
    Ended,
    Notify,
    Outcome,
    StateEntered,
    StateLeft,
    Taken,
    TimerSet,
)
from callboard.core.process.explain import Explanation, explain
from callboard.core.process.facts import chain, etag, has_ended, hmac, last_modified
from callboard.core.process.instantiate import instantiate
from callboard.core.process.path import path_of
from callboard.core.process.predict import predict
from callboard.core.process.replay import migrate, not_carried, replay, retrace, rewrite
from callboard.core.process.service import answerable, message, trigger
from callboard.core.process.step import step
from callboard.core.process.timeout import timeout

__all__ = [
    "Effect",
    "Ended",
    "Explanation",
    "Notify",
    "Outcome",
    "StateEntered",
    "StateLeft",
    "Taken",
    "TimerSet",
    "Verification",
    "allowed",
    "answerable",
    "cancel",
    "chain",
    "erased_event",
    "etag",
    "explain",
    "has_ended",
    "hmac",
    "instantiate",
    "is_user",
    "last_modified",
    "message",
    "migrate",
    "not_carried",
    "path_of",
    "predict",
    "replay",
    "retrace",
    "rewrite",
    "roles_of",
    "step",
    "timeout",
    "trigger",
    "verify",
]
