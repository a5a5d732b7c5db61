"""JSON of requests: strict, with the place of what is refused, and bounded."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.core.scenario.text import load_json
from callboard.core.values import Json
from callboard.errors import TextError


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ('{"a": 1,\n "b": {"c": 1, "c": 2}}', '"c" stands here twice', (2, 16)),
        ('{"a": {"x": ":"}, "a": 2}', '"a" stands here twice', (1, 19)),
        ('{"a": 1, "\\u0061": 2}', "stands here twice", (1, 10)),
        ('{"a\\"": 1, "a\\"": 2}', "stands here twice", (1, 12)),
        ('{"a\\\\": 1, "a\\\\": 2}', "stands here twice", (1, 12)),
        ("[1,\n 9007199254740992]", "2⁵³", (2, 2)),
        ("-9007199254740992", "2⁵³", (1, 1)),
        ("[123456789012345678901234567890]", "2⁵³", (1, 2)),
        ('["\\u0000"]', "U\\+0000", (1, 2)),
        ('["\\\\\\u0000"]', "U\\+0000", (1, 2)),
        ('{"\\u0000": 1}', "U\\+0000", (1, 2)),
        ('["\\ud800"]', "no JSON", (1, 3)),
        ("[" * 129 + "]" * 129, "128 levels", (1, 129)),
        ("[" * 5000, "no JSON", (1, 1026)),
        ("[NaN]", "no JSON", (1, 2)),
        ("[1e999]", "no JSON", (1, 2)),
        ("[1,]", "no JSON", (1, 3)),
        ("{'a': 1}", "no JSON", (1, 2)),
        ("", "no JSON", (1, 1)),
        ('"a\tb"', "no JSON", (1, 3)),
        ("1 2", "no JSON", (1, 3)),
    ],
)
def test_what_is_refused_and_where(text: str, message: str, place: tuple[int, int]) -> None:
    with pytest.raises(TextError) as caught:
        load_json(text.encode())
    assert re.search(message, caught.value.message)
    assert (caught.value.line, caught.value.column) == place


def test_bytes_that_are_no_utf_8_are_refused() -> None:
    with pytest.raises(TextError, match="no UTF-8") as caught:
        load_json('{"é":\n"ü'.encode() + b'\xff"}')
    assert (caught.value.line, caught.value.column) == (2, 3)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9007199254740991", 2**53 - 1),
        ("1e300", 1e300),
        ("9007199254740993.0", 9007199254740992.0),
        ('"\\\\u0000"', "\\u0000"),
        ('{"a": "\\"b\\": 1", "b": "\\\\"}', {"a": '"b": 1', "b": "\\"}),
        ('{"a": {"b": 1}, "b": [{"b": 2}]}', {"a": {"b": 1}, "b": [{"b": 2}]}),
        ("\ufeff[]", []),
        ("[" * 128 + "]" * 128, json.loads("[" * 128 + "]" * 128)),
    ],
)
def test_what_only_looks_wrong_is_read(text: str, value: Json) -> None:
    assert load_json(text.encode()) == value


def test_the_depth_is_the_callers_to_choose() -> None:
    assert load_json(b'{"a": [1]}', max_depth=2) == {"a": [1]}
    with pytest.raises(TextError, match="1 levels"):
        load_json(b'{"a": [1]}', max_depth=1)


keys = st.text(st.sampled_from('ab":\\{'), max_size=3)
leaves = st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | keys
trees = st.recursive(
    leaves.map(json.dumps),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]")
        | st.lists(st.tuples(keys.map(json.dumps), inner), max_size=3).map(
            lambda pairs: "{" + ",".join(f"{key} :{value}" for key, value in pairs) + "}"
        )
    ),
)


class DoubleError(Exception):
    pass


def strict(text: str) -> Json:
    """What `load_json` promises, in the plainest words."""

    def unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        if len({key for key, _ in pairs}) < len(pairs):
            raise DoubleError
        return dict(pairs)

    def small(digits: str) -> int:
        if abs(int(digits)) >= 2**53:
            raise DoubleError
        return int(digits)

    value: Json = json.loads(text, object_pairs_hook=unique, parse_int=small)
    return value


@given(trees)
def test_the_fast_way_refuses_exactly_what_the_plain_way_does(text: str) -> None:
    try:
        expected = strict(text)
    except DoubleError:
        with pytest.raises(TextError):
            load_json(text.encode())
    else:
        assert load_json(text.encode()) == expected
