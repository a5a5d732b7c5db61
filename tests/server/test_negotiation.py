"""What a client prefers, and what a header says."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.errors import InvalidError
from callboard.server.edge import Edge
from callboard.server.messages import Call, headers_of
from callboard.server.negotiation import media_type, preferred, wants_representation
from callboard.server.parameters import read_query
from callboard.server.routes.lists import LIST
from callboard.server.suggest import nearest, unknown

OFFERS = ["application/json", "application/yaml"]


def call(**headers: str) -> Call:
    named = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    return Call(Edge.__new__(Edge), "GET", "/", {}, named)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, 0),
        ("*/*", 0),
        ("application/yaml", 1),
        ("application/*", 0),
        ("application/*, application/json;q=0.1", 1),
        ("application/json;q=0, */*", 1),
        ("application/json; q=0.2, application/yaml; q=0.3", 1),
        ("text/html", 0),
        ("APPLICATION/YAML", 1),
        ("application/yaml;q=x", 0),
        ("application/yaml;q=nan", 0),
        ("application/json;q=7, application/yaml", 0),
        ("", 0),
        (",;,;q", 0),
    ],
)
def test_accept_is_a_wish(accept, chosen):
    assert preferred(accept, OFFERS) == OFFERS[chosen]


@given(st.text())
def test_any_accept_gives_an_offer(accept):
    assert preferred(accept, OFFERS) in OFFERS


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (None, ("", None)),
        (b"text/plain", ("text/plain", None)),
        (b'Text/Plain ; x=1; Charset="UTF-8"', ("text/plain", "utf-8")),
        (b"application/json;", ("application/json", None)),
    ],
)
def test_a_media_type_and_its_charset(text, read):
    assert media_type(text) == read


@pytest.mark.parametrize(
    ("prefer", "wanted"),
    [
        ("return=representation", True),
        ('respond-async, return = "representation"', True),
        ("Return=Representation; x=1", True),
        ("return=minimal", False),
        ("xreturn=representation", False),
    ],
)
def test_prefer_asks_for_the_representation(prefer, wanted):
    assert wants_representation(call(prefer=prefer)) is wanted
    assert not wants_representation(call())


def test_a_header_that_came_twice_is_joined():
    raw = [(b"a", b"1"), (b"b", b"2"), (b"a", b"3")]
    assert headers_of(raw) == {b"a": b"1, 3", b"b": b"2"}


def test_a_header_is_utf_8_or_else_latin_1():
    one = Call(Edge.__new__(Edge), "GET", "/", {}, {b"a": "ü".encode(), b"b": b"\xfc"})
    assert (one.header(b"a"), one.header(b"b"), one.header(b"c")) == ("ü", "ü", None)


def test_query_parameters_are_converted():
    assert read_query(LIST, "page=2&all") == {"page": 2, "all": True}
    assert read_query(LIST, "all=0&limit=7") == {"all": False, "limit": 7}
    assert read_query(LIST, "") == {}


def test_all_that_is_wrong_with_a_query_is_said_at_once():
    with pytest.raises(InvalidError) as caught:
        read_query(LIST, "page=x&limit=0&a=1")
    assert [reason.details["parameter"] for reason in caught.value.reasons] == [
        "page",
        "limit",
        "a",
    ]


@given(st.text())
def test_any_query_is_read_or_refused(text):
    with suppress(InvalidError):
        assert set(read_query(LIST, text)) <= {"page", "limit", "all"}


def test_a_name_is_suggested_only_when_it_is_near():
    assert nearest("acton", ["action", "actors"]) == "action"
    assert nearest("zzz", ["action"]) is None
    assert unknown("key", "zzz", ["b", "a"]) == 'Unknown key "zzz". Possible: a, b.'
