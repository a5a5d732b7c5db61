"""What a line asks for.

3                               the third of the actions on offer
approve                         an action by its key, by the only actor who may do it
approve as manager              … by this actor
approve as manager {note: ok}   … with the response, as YAML or JSON in one line
wait | wait 3 days              let the next time-out come, or some time pass
show | history | data | help | quit
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias

from callboard.core.scenario.text import load
from callboard.core.values import ABSENT, Absent, Json
from callboard.errors import CallboardError


class OrderError(CallboardError):
    """A line that means nothing here."""

    code = "order"


@dataclass(frozen=True, slots=True)
class Choose:
    """The action with this number among those on offer, from 1."""

    number: int


@dataclass(frozen=True, slots=True)
class Act:
    """An action by its key. Without a response it is asked for."""

    action: str
    actor: str | None = None
    response: Json | Absent = ABSENT


@dataclass(frozen=True, slots=True)
class Wait:
    """Let time pass; None: until the next time-out."""

    time: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Show something, or stop."""

    at: str


Order: TypeAlias = Choose | Act | Wait | Look

LOOKS: Final = ("show", "history", "data", "help", "quit")
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_TIME: Final = re.compile(
    r"(\d+)\s*(s|seconds?|m|minutes?|h|hours?|d|days?|w|weeks?)", re.IGNORECASE
)
_ACT: Final = re.compile(r"(?P<action>\S+)(?:\s+as\s+(?P<actor>\S+))?(?:\s+(?P<response>.+))?")


def parse_order(line: str, is_action: Callable[[str], bool]) -> Order:
    """What the line asks for. Raises OrderError.

    >>> parse_order("wait 2 hours", lambda word: False)
    Wait(time=datetime.timedelta(seconds=7200))
    >>> parse_order("vote as p_1 {for: true}", lambda word: word == "vote")
    Act(action='vote', actor='p_1', response={'for': True})
    """
    text = line.strip()
    if text.isdigit():
        return Choose(int(text))
    word, _, rest = text.partition(" ")
    if is_action(word):
        return _act(text)
    if word.lower() in ("wait", "w"):
        return Wait(_time(rest.strip()) if rest.strip() else None)
    for look in LOOKS:
        if text.lower() in (look, look[0]):
            return Look(look)
    raise OrderError(f"{word!r} is neither an action nor a command. `help` lists the commands.")


def _act(text: str) -> Act:
    match = _ACT.fullmatch(text)
    if match is None:
        raise OrderError(f"{text!r} is not of the form ACTION [as ACTOR] [RESPONSE].")
    response = match["response"]
    return Act(match["action"], match["actor"], ABSENT if response is None else load(response))


def _time(text: str) -> timedelta:
    match = _TIME.fullmatch(text)
    if match is None:
        raise OrderError(f"{text!r} is no time. Write `wait 3 days` or `wait 90m`.")
    try:
        return timedelta(seconds=int(match[1]) * _UNITS[match[2][0].lower()])
    except OverflowError:
        raise OrderError(f"{text!r} is too long.") from None
