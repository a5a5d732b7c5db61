"""Structured logs: JSON lines, one object a line, for machines first.

Invariant: a line holds no token and no payload; every text in it is free of control and direction
characters and at most `LONGEST` characters long. Architecture: 9, rule 12.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import IO, Any, Final, Literal, TypeAlias

import orjson

__all__ = [
    "REQUEST_ID",
    "LogConfig",
    "configure_logs",
    "printable",
]

LogLevel: TypeAlias = Literal["debug", "info", "warning", "error"]

REQUEST_ID: Final[ContextVar[str]] = ContextVar("callboard_request_id", default="")
"""The request that is being answered: log lines written meanwhile carry it."""

OWN_FIELDS: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""What a log record has of itself; everything else was given as `extra`."""

LONGEST: Final = 2_000
SECRET: Final = re.compile(
    r"authorization|cookie|password|secret|token|(private|api)_?key", re.IGNORECASE
)
UNPRINTABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class LogConfig:
    """What is logged, as JSON lines on standard error."""

    level: LogLevel = "info"
    """The least serious level that is written: `debug`, `info`, `warning` or `error`."""
    requests: bool = False
    """Write a line for every request; without it only those that fail on the server's side."""


def configure_logs(
    config: LogConfig,
    stream: IO[str] | None = None,
    facts: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """Send every log of this program, the server's and libraries' too, to `stream` as JSON lines.

    Standard error when no stream is given; `facts` are part of every line. Code writes with
    `logging`; what it gives as `extra` becomes the fields of the line.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(messages=config.level == "debug", facts=facts))
    logging.basicConfig(handlers=[handler], level=config.level.upper(), force=True)
    if config.level == "info":
        logging.getLogger("uvicorn").setLevel(logging.WARNING)
    if config.level != "debug":
        # It calls every broker that is away an error; whoever asked for it says that, and of whom.
        logging.getLogger("aiormq").setLevel(logging.CRITICAL)


class JsonLines(logging.Formatter):
    """A log record as one line of JSON.

    Of an error that is logged it tells the type and where it was raised; what the error says may
    quote a payload, and is told only with `messages`.
    """

    def __init__(self, *, messages: bool, facts: Mapping[str, int] = MappingProxyType({})) -> None:
        super().__init__()
        self._messages = messages
        self._facts = facts

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        event: dict[str, Any] = {"event": record.getMessage()}
        event |= {key: value for key, value in vars(record).items() if key not in OWN_FIELDS}
        event |= self._facts
        event["level"] = record.levelname.lower()
        event["logger"] = record.name
        event["timestamp"] = _timestamp(record.created)
        if request := REQUEST_ID.get():
            event.setdefault("request", request)
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            event["error"] = type(error).__name__ + (f": {error}" if self._messages else "")
            event["frames"] = _frames(error)
        return orjson.dumps(_cleaned(event), default=str).decode()


def _timestamp(seconds: float) -> str:
    """An ISO time in UTC, with microseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def _frames(error: BaseException) -> str:
    """`file:line function`, the innermost last."""
    found = traceback.extract_tb(error.__traceback__)
    return "; ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in found)


def _cleaned(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event without secrets and control characters; long texts are cut."""
    return {key: _clean(key, value) for key, value in event.items()}


def _clean(key: str, value: object) -> object:
    if SECRET.search(key):
        return "(hidden)"
    return value if isinstance(value, (bool, int, float, type(None))) else printable(str(value))


def printable(text: str, longest: int = LONGEST) -> str:
    """The text on one line: control and direction characters become spaces, the end is cut.

    >>> printable("a\\nb\\u202ec")
    'a b c'
    """
    return UNPRINTABLE.sub(" ", text[:longest])
