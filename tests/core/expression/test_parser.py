"""The grammar: what binds how, what cannot be parsed, and where it goes wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.core.expression import compile_expression
from callboard.core.limits import Limits
from callboard.errors import ExpressionError
from tests.core.expression.evaluating import evaluate, failure

DATA = {"a": 1, "b": 2, "c": {"d": 3, "e": [4, 5]}, "l": [{"x": 1}, {"x": 2}], "let": 6, "in": 7}


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a + b * 2", "a + (b * 2)"),
        ("a - b - 1", "(a - b) - 1"),
        ("8 / 2 * 4 // 3 % 2", "(((8 / 2) * 4) // 3) % 2"),
        ("a + 1 == b", "(a + 1) == b"),
        ("a == 1 && b == 2 || a", "((a == 1) && (b == 2)) || a"),
        ("z || a && b", "z || (a && b)"),
        ("a ? b : z ? 1 : 2", "a ? b : (z ? 1 : 2)"),
        ("z ? 1 : a ? b : 2", "z ? 1 : (a ? b : 2)"),
        ("a ? b : a | @ + 1", "(a ? b : a) | (@ + 1)"),
        ("z || a ? b : 3", "(z || a) ? b : 3"),
        ("a ? c | d : 3", "a ? (c | d) : 3"),
        ("-c.d", "-(c.d)"),
        ("!c.e[9]", "!(c.e[9])"),
        ("!z == a", "(!z) == a"),
        ("-a + b", "(-a) + b"),
        ("- -a", "-(-a)"),
        ("2 - -a", "2 - (-a)"),
        ("-2 * 3", "(-2) * 3"),
        ("let $x = a | @ in $x + 1 | @ * 2", "let $x = (a | @) in (($x + 1) | (@ * 2))"),
        ("a < b == `true`", "(a < b) == `true`"),
        ("l[*].x | [0]", "(l[*].x)[0]"),
    ],
)
def test_operators_bind_by_rank(text: str, same: str) -> None:
    assert evaluate(text, DATA) == evaluate(same, DATA)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("5-3", 2),
        ("a-1", 0),
        ("a -1", 0),
        ("1.5", 1.5),
        ("1e3", 1000),
        ("[1, 2]", [1, 2]),
        ("[1 + 2]", [3]),
        ("[1.5]", [1.5]),
        ("[a, 1]", [1, 1]),
        ("c.e | [1]", 5),
        ("c.e | [-1]", 5),
        ("c.e | [- 1]", 5),
        ("c.e[0:1]", [4]),
        ("c.{n: 1}", {"n": 1}),
        ("l[?x >= 2].x", [2]),
        ("l[?x==2&&x!=3].x", [2]),
        ("let + in", 13),
        ("let $let = let in $let", 6),
        ("c.let", None),
        ('"let"', 6),
        ("'it\\'s \\\\ \\n'", "it's \\ \\n"),
        ('`"a\\`b"`', "a`b"),
        ("c.[d, `1`]", [3, 1]),
        ("c.[d, (1)]", [3, 1]),
        ("c.[1 + 1]", [2]),
        ("\ta\n+\r b", 3),
    ],
)
def test_what_a_reader_expects(text: str, result: object) -> None:
    assert evaluate(text, DATA) == result


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("  ", 2),
        ("a b", 2),
        ("a +", 3),
        ("(a", 2),
        ("a.", 2),
        ("a.1", 2),
        ("a..b", 2),
        ("a[", 2),
        ("a[b]", 2),
        ("a[1.5]", 2),
        ("a[1:2:0]", 1),
        ("a[1:2:3:4]", 9),
        ("c.[0]", 3),
        ("c.[d, 1]", 6),
        ("c.[d, -1]", 6),
        ("{}", 1),
        ("{a}", 2),
        ("{a: b,}", 6),
        ("[a,]", 3),
        ("f(a", 3),
        ("to_string(a b)", 12),
        ("not_null(a,)", 11),
        ('"to_string"(a)', 11),
        ("&a", 0),
        ("(&a)", 1),
        ("a ? b", 5),
        ("let $x = a", 10),
        ("let $x a in b", 7),
        ("let $x = a, in $x", 12),
        ("$x", 0),
        ("let $x = $x in 1", 9),
        ("[let $x = a in $x, $x]", 19),
        ("a = b", 2),
        ("a # b", 2),
        ("'abc", 0),
        ('a == "abc', 5),
        ("`nope`", 0),
        ("`NaN`", 0),
        ("a < 1e999", 4),
        ("foo(a)", 0),
        ("a | lenght(@)", 4),
    ],
)
def test_an_error_says_where(text: str, position: int) -> None:
    assert failure(text).position == position


def test_an_error_shows_the_nearest_name() -> None:
    assert "length()" in failure("lenght(a)").message


@pytest.mark.parametrize(
    "literal", ['`"\\ud800"`', '`"\\u0000"`', '"\\udc00"', '`["\\u0000"]`', '`{"\\ud800": 1}`']
)
def test_a_literal_holds_no_character_that_documents_cannot(literal: str) -> None:
    failure(literal)


def test_a_pair_of_surrogates_is_a_character() -> None:
    assert evaluate('`"\\ud83d\\ude00\\\\u0000"`') == "\U0001f600\\u0000"


def test_a_variable_is_the_innermost_of_its_name() -> None:
    text = "let $a = 1, $b = 2 in let $a = 3, $c = $a in [$a, $b, $c]"
    assert evaluate(text) == [3, 2, 1]


def test_of_a_name_bound_twice_the_last_counts() -> None:
    assert evaluate("let $a = 1, $a = 2 in $a") == 2


def test_an_expression_is_not_too_long() -> None:
    limits = Limits(expression_length=10)
    assert compile_expression("a" * 10, limits=limits)({}) is None
    with pytest.raises(ExpressionError, match="10 characters"):
        compile_expression("a" * 11, limits=limits)


@given(st.text(alphabet="ab.[]{}()?:*|&!=<>+-/%$@'\"`,~ 019let inée\\", max_size=40))
def test_any_text_parses_or_says_where_it_does_not(text: str) -> None:
    try:
        compile_expression(text)
        position = 0
    except ExpressionError as error:
        position = -1 if error.position is None else error.position
    assert 0 <= position <= len(text)
