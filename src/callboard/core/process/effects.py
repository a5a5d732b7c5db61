"""What a step asks the world to do, as data. The core never does any of it.

The engine turns effects into jobs in the transaction that stores the event; whoever uses the core
alone may ignore them. They are structs of msgspec: several are made at each step, and a struct
costs a tenth of a frozen dataclass.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from callboard.core.values import ABSENT, Absent, Json, JsonObject
from callboard.errors import Reason


class Taken(msgspec.Struct, frozen=True):
    """A transition was taken: which one of the state's list, and the state that it led to."""

    state: str
    transition: int
    target: str


class StateLeft(msgspec.Struct, frozen=True):
    """The state was left: its timers and pending notifications are void."""

    state: str


class StateEntered(msgspec.Struct, frozen=True):
    """A state was entered (or entered again by name) and the process rests in it."""

    state: str
    at: str


class TimerSet(msgspec.Struct, frozen=True):
    """A time-out of the state, the one with this index by `after`, is due `after` seconds from
    `at`, when the state was entered. What may happen then is this one or a later one.
    """

    state: str
    index: int
    after: int
    at: str


class Notify(msgspec.Struct, frozen=True):
    """Tell a service, `after` seconds from `at`.

    `entry` is the index in the state's `notify` list; None for a service that is told only because
    an action of the state names it as its actor (specification: services, details 5).
    """

    state: str
    service: str
    entry: int | None
    after: int
    at: str
    message: Json | Absent = ABSENT


class Ended(msgspec.Struct, frozen=True):
    """The process has ended in this state."""

    state: str


Effect: TypeAlias = Taken | StateLeft | StateEntered | TimerSet | Notify | Ended


class Outcome(msgspec.Struct, frozen=True):
    """What came of an event: the process after it, the event as recorded, what to do, what failed.

    With `errors` the step was refused: `event` is the skipped event, `process` is as it was (but
    for `events`, where the given process had them), and there are no effects.
    """

    process: JsonObject
    event: JsonObject
    log: tuple[JsonObject, ...] = ()
    """The entries this event added to `previous`."""
    effects: tuple[Effect, ...] = ()
    errors: tuple[Reason, ...] = ()

    @property
    def applied(self) -> bool:
        """Whether the event changed the process."""
        return not self.errors

    @property
    def head(self) -> str:
        """The hash of the event: what the next event follows."""
        return str(self.event["hash"])
