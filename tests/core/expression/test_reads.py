"""What an expression may read: never a field too few, and no more than can be helped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.core.expression import compile_expression
from callboard.errors import ExpressionError


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("1", ""),
        ("vars.events.previous", "vars"),
        ("a && b || !c", "a b c"),
        ("a[?b > c].d | e", "a"),
        ("a[?b > $.limit].d", "a limit"),
        ("map(&(x * $.rate), items)", "items rate"),
        ("@.a", "a"),
        ("$.a.b", "a"),
        ("$ | a", "a"),
        ("@ | @ | $ | a.b", "a"),
        ("{x: a, y: b}", "a b"),
        ("@.{x: a, y: b}", "a b"),
        ("$.[a, b.c]", "a b"),
        ("{x: a} | y", "a"),
        ("let $d = @ in $d.a", "a"),
        ("let $d = $ in l[?x == $d.a]", "a l"),
        ("let $x = a in let $y = b in $x[*].[$y]", "a b"),
        ("a ? b : c", "a b c"),
        ("if(a, b, c)", "a b c"),
        ("get(@, 'a', b)", "a b"),
        ("get($, 'a')", "a"),
        ("get(a, b)", "a b"),
        ("keys(a)", "a"),
        ("a.keys(@)", "a"),
        ("a.*.b", "a"),
        ("a.to_string($.b)", "a b"),
        ('"a b"', "a|b"),
    ],
)
def test_the_fields(text: str, fields: str) -> None:
    wanted = {"a b"} if fields == "a|b" else set(fields.split())
    assert compile_expression(text).reads == wanted


@pytest.mark.parametrize(
    "text",
    [
        *("@", "$", "*", "@.*", "[@]", "{a: $}", "to_string(@)", "keys($)", "a == @", "a || @"),
        *("a ? @ : b", "a[?x == $]", "map(&$, a)", "map(&a, [@])", "let $d = @ in $d", "@ | @"),
        *("let $d = @ in keys($d)", "get(@, a)", "get(@, 'a', @)", "a.[$]", "a.to_string($)"),
        *("!@", "[0]", "[*].a", "[?a]", "[].b", "[:1]", "if(a, @)", "a[*].[$]", "not_null(a, @)"),
        *("@ ? a : b", "$[?a]", "a[*].{x: $}"),
    ],
)
def test_it_may_be_any(text: str) -> None:
    assert compile_expression(text).reads is None


class Watched(dict):
    """An object that notes which of its fields are looked at."""

    def __init__(self, data: dict) -> None:
        super().__init__(data)
        self.seen: set[str] = set()

    def get(self, key: str, default: object = None) -> object:
        self.seen.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> object:
        self.seen.add(key)
        return super().__getitem__(key)


PIECES = ["a", "b", "c", "@", "$", ".", "[*]", "[0]", "|", "||", "==", " ", "(", ")", "[?", "]"]
CALLS = ["get(@,'a')", "map(&$.b,", "to_array(", "let $x=a in ", "$x", "{k:", "}", ",", "[", "!"]


@given(st.lists(st.sampled_from(PIECES + CALLS), min_size=1, max_size=9).map("".join))
def test_no_field_is_read_that_is_not_among_them(text: str) -> None:
    data = Watched({"a": {"a": 1, "b": [{"a": 2}]}, "b": [{"a": 1, "c": [1]}, 2], "c": 0})
    try:
        expression = compile_expression(text)
        expression(data)
    except ExpressionError:
        return
    assert expression.reads is None or data.seen <= expression.reads
