"""Server-Sent Events, read from bytes as they come (HTML standard, section 9.2.6).

Theory: the parser is fed with chunks cut anywhere and gives the events that are whole. It keeps
what the next connection has to know: the last id, and the time to wait that the server asks for.

Invariants: an event that was cut by the end of the connection is not given; it comes again after
the last id.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Final

__all__ = ["EventParser", "ServerSentEvent"]

BOM: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """One event as it came."""

    id: str
    type: str
    data: str


class EventParser:
    """Bytes of one connection to events.

    >>> parser = EventParser()
    >>> parser.feed(b"id: 7\\nevent: stepped\\nda")
    []
    >>> parser.feed(b"ta: {}\\n\\n")
    [ServerSentEvent(id='7', type='stepped', data='{}')]
    """

    def __init__(self, last_id: str = "") -> None:
        self.last_id = last_id
        """The id of the last event that was given."""
        self.retry: float | None = None
        """Seconds that the server wants to be left alone after the connection ends."""
        self._id = last_id
        self._type = ""
        self._data: list[str] = []
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._text = ""
        self._started = False

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """The events that this chunk completes."""
        text = self._text + self._decoder.decode(chunk)
        if not self._started and text:
            self._started = True
            text = text.removeprefix(BOM)
        # A CR at the end may be half of a CRLF: it waits for what follows.
        held = "\r" if text.endswith("\r") else ""
        lines = text.removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._text = lines.pop() + held
        return [event for line in lines if (event := self._line(line)) is not None]

    def _line(self, line: str) -> ServerSentEvent | None:
        if not line:
            return self._dispatch()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match name:
            case "data":
                self._data.append(value)
            case "event":
                self._type = value
            case "id" if "\0" not in value:
                self._id = value
            case "retry" if value.isascii() and value.isdigit():
                self.retry = int(value) / 1000
        return None

    def _dispatch(self) -> ServerSentEvent | None:
        self.last_id = self._id
        data, kind = self._data, self._type or "message"
        self._data, self._type = [], ""
        return ServerSentEvent(self._id, kind, "\n".join(data)) if data else None
