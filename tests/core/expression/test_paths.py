"""Paths: fields, indexes, slices, projections, and where null ends them."""

from __future__ import annotations

import pytest

from tests.core.expression.evaluating import evaluate

DATA = {
    "o": {"b": {"v": 2}, "a": {"v": 1}, "c": 3},
    "l": [{"n": 1, "t": ["x", "y"]}, None, {"n": None, "t": []}, {"n": 3, "t": ["z"]}],
    "m": [[1, 2], 3, None, [4, [5]]],
    "s": "text",
    "deep": {"a": {"b": {"c": {"d": [{"e": 7}]}}}},
}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("o.a.v", 1),
        ("deep.a.b.c.d[0].e", 7),
        ("deep.a.b.c.d[-1].e", 7),
        ("deep.a.b.x.d[0].e", None),
        ("deep.a.b.c.d[1].e", None),
        ("s.length", None),
        ("s[0]", None),
        ("l.n", None),
        ("o[0]", None),
        ("l[0].t[1]", "y"),
        ('o."a".v', 1),
        ("$.o.a.v", 1),
        ("@.o.a.v", 1),
        ("(o).a.v", 1),
    ],
)
def test_looking_up(text: str, result: object) -> None:
    assert evaluate(text, DATA) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("l[*].n", [1, 3]),
        ("l[*].t[0]", ["x", "z"]),
        ("l[*].t[*]", [["x", "y"], [], ["z"]]),
        ("l[].t[]", ["x", "y", "z"]),
        ("l[*].t | []", ["x", "y", "z"]),
        ("(l[*].n)[0]", 1),
        ("l[*].n[0]", []),
        ("l[?n].n", [1, 3]),
        ("l[?n == `null`]", [{"n": None, "t": []}]),
        ("l[?n == 3].t[].[@]", [["z"]]),
        ("l[-1:].n", [3]),
        ("l[::-1].n", [3, 1]),
        ("o.*.v", [1, 2]),
        ("o.* | [0].v", 1),
        ("m[]", [1, 2, 3, 4, [5]]),
        ("m[][]", [1, 2, 3, 4, 5]),
        ("m[*][0]", [1, 4]),
        ("s[1:3]", "ex"),
        ("s[::-1].length(@)", 4),
        ("s[*]", None),
        ("o[*]", None),
        ("o[]", None),
        ("l.*", None),
        ("s[?a]", None),
    ],
)
def test_projecting(text: str, result: object) -> None:
    assert evaluate(text, DATA) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("l[*].[n]", [[1], [None], [None], [3]]),
        ("l[*].{n: n}[0]", {"n": 1}),
        ("l[?n].{m: n * 2}[?m > 2]", [{"m": 6}]),
        ("l[].{n: n}[-1].n", 3),
        ("o.*.[v][1]", [2]),
        ("l[*].t.[@[0]]", [["x"], [None], ["z"]]),
        ("l[*].t[*].{v: @}[0]", [{"v": "x"}, {"v": "z"}]),
    ],
)
def test_a_list_or_object_right_behind_a_projection_ends_it(text: str, result: object) -> None:
    assert evaluate(text, DATA) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("z.[a]", None),
        ("z.{a: a}", None),
        ("z.to_string(@)", None),
        ("z | [a]", [None]),
        ("z | {a: a}", {"a": None}),
        ("z | to_string(@)", "null"),
        ("m[2].[@]", None),
    ],
)
def test_null_ends_a_path_but_no_pipe(text: str, result: object) -> None:
    assert evaluate(text, DATA) == result


def test_keys_come_in_order() -> None:
    one = {"b": 1, "a": 2, "é": 3, "B": 4}
    other = dict(reversed(one.items()))
    for text in ("*", "@.*", "keys(@)", "values(@)", "items(@)"):
        assert evaluate(text, one) == evaluate(text, other)
    assert evaluate("keys(@)", one) == ["B", "a", "b", "é"]


def test_what_was_given_is_not_changed() -> None:
    data = {"l": [3, 1, 2], "o": {"a": 1}}
    evaluate("[sort(l), reverse(l), merge(o, {b: l}), l[], map(&@, l), items(o)]", data)
    assert data == {"l": [3, 1, 2], "o": {"a": 1}}
