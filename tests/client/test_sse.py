"""The parser of Server-Sent Events, against the cases of the standard."""

from __future__ import annotations

import pytest

from callboard.client.sse import EventParser, ServerSentEvent

CASES = {
    "data": (b"data: a\n\n", [("", "message", "a")]),
    "no space": (b"data:a\n\n", [("", "message", "a")]),
    "one space only": (b"data:  a\n\n", [("", "message", " a")]),
    "lines": (b"data: a\ndata: b\n\n", [("", "message", "a\nb")]),
    "empty data": (b"data\n\n", [("", "message", "")]),
    "no data": (b"event: x\nid: 1\n\n", []),
    "comment": (b": hello\ndata: a\n\n", [("", "message", "a")]),
    "type and id": (b"id: 3\nevent: stepped\ndata: {}\n\n", [("3", "stepped", "{}")]),
    "the id stays": (
        b"id: 3\ndata: a\n\ndata: b\n\n",
        [("3", "message", "a"), ("3", "message", "b")],
    ),
    "an empty id": (
        b"id: 3\ndata: a\n\nid\ndata: b\n\n",
        [("3", "message", "a"), ("", "message", "b")],
    ),
    "no NUL in ids": (b"id: a\0b\ndata: a\n\n", [("", "message", "a")]),
    "CR": (b"data: a\r\rdata: b\r\r:", [("", "message", "a"), ("", "message", "b")]),
    "CRLF": (b"data: a\r\n\r\ndata: b\r\n\r\n:", [("", "message", "a"), ("", "message", "b")]),
    "BOM": (b"\xef\xbb\xbfdata: a\n\n", [("", "message", "a")]),
    "unknown field": (b"more: x\ndata: a\n\n", [("", "message", "a")]),
    "not ended": (b"data: a\n", []),
    "other line ends": ("data: a\u2028b\x0bc\n\n".encode(), [("", "message", "a\u2028b\x0bc")]),
    "letters": ("data: ä€😀\n\n".encode(), [("", "message", "ä€😀")]),
}


@pytest.mark.parametrize("name", CASES)
def test_events_are_read_however_they_are_cut(name: str) -> None:
    text, expected = CASES[name]
    events = [ServerSentEvent(*event) for event in expected]
    for size in (len(text), 1, 2, 3):
        parser = EventParser()
        chunks = [text[at : at + size] for at in range(0, len(text), size)]
        assert [event for chunk in chunks for event in parser.feed(chunk)] == events, size


def test_it_keeps_what_the_next_connection_has_to_know() -> None:
    parser = EventParser("6")
    parser.feed(b"retry: 1500\nretry: soon\n\nid: 7\ndata: a\n\nid: 8\ndata: cut")
    assert (parser.last_id, parser.retry) == ("7", 1.5)
