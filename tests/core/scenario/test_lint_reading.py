"""What lint knows of the paths that expressions and templates read, and of who may act."""

from __future__ import annotations

import pytest

from callboard.core.limits import DEFAULT_LIMITS
from callboard.core.scenario.lint.cast import Cast
from callboard.core.scenario.lint.reading import read_expression, read_template
from callboard.core.scenario.lint.shapes import Shapes, written


def paths(text: str) -> set[str]:
    return {written(path) for path in read_expression(text, DEFAULT_LIMITS).paths}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("vars.a.b", {"vars.a.b"}),
        ("$.vars.a || @.vars.b", {"vars.a", "vars.b"}),
        ("vars.lines[0].sku", {"vars.lines[].sku"}),
        ("vars.x[?a > $.vars.y].b", {"vars.x[].a", "vars.y", "vars.x[].b"}),
        ("vars.lines[].{a: sku, b: $.title}", {"vars.lines[].sku", "title"}),
        ("sum(map(&(a * b), vars.x))", {"vars.x", "vars.x[].a", "vars.x[].b"}),
        ("length(values(actors)[?task && !done])", {"actors"}),
        ("vars.a | b", {"vars.a.b"}),
        ("vars.lines[*].sku | [0].x", {"vars.lines[].sku"}),
        ("let $a = vars.a in [$a.b, vars.c]", {"vars.a", "vars.c"}),
        ("vars.ok ? vars.a : vars.b", {"vars.ok", "vars.a", "vars.b"}),
        ("get(vars, 'a', vars.b)", {"vars", "vars.b"}),
        ("vars.*.x", {"vars[].x"}),
    ],
)  # fmt: skip
def test_the_paths_of_an_expression(text: str, read: set[str]) -> None:
    assert paths(text) == read


@pytest.mark.parametrize("text", ["@", "keys(@)", "$", "to_array($)", "{a: @}", "items(", ""])
def test_what_may_read_everything(text: str) -> None:
    assert read_expression(text, DEFAULT_LIMITS).everything


def test_states_that_the_current_one_is_compared_with() -> None:
    reading = read_expression("current.key == 'a' && 'b' != current.key", DEFAULT_LIMITS)
    assert reading.states == ["a", "b"]


def test_the_names_of_a_template() -> None:
    text = "{{vars.a}} {{#vars.lines}}{{sku}} {{vars.b}}{{/vars.lines}}"
    text += "{{^vars.c}}{{titel}}{{/vars.c}}"
    reading = read_template(text, DEFAULT_LIMITS)
    assert {written(path) for path in reading.paths} == {
        "vars.a",
        "vars.lines",
        "vars.b",
        "vars.c",
        "titel",
    }


SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}},
        "any": True,
        "open": {"type": "object", "additionalProperties": {"type": "number"}},
        "other": {"$ref": "schema:other"},
        "mixed": {"type": ["string", "null"]},
        "either": {"anyOf": [{"type": "object"}]},
    },
    "$defs": {"line": {"type": "object", "additionalProperties": False, "properties": {"sku": {}}}},
}
OTHER = {"type": "object", "additionalProperties": False, "properties": {"x": {}}}


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("name", None),
        ("nmae", 0),
        ("name.x", 1),
        ("lines[0].sku", None),
        ("lines[0].qty", 2),
        ("lines[*].sku.x", None),
        ("lines.sku", 1),
        ("any.x.y", None),
        ("open.x", None),
        ("open.x.y", 2),
        ("other.x", None),
        ("other.y", 1),
        ("mixed.x", 1),
        ("either.x", None),
        ("name[0:2]", None),
    ],
)
def test_what_a_schema_rules_out(text: str, step: int | None) -> None:
    (path,) = read_expression(text, DEFAULT_LIMITS).paths
    found = Shapes({"schema:other": OTHER}).impossible(SCHEMA, path, 0)
    assert (found.index if found else None) == step


def test_a_schema_that_refers_to_itself_is_followed_no_further() -> None:
    shapes = Shapes({})
    assert shapes.impossible({"$ref": "#"}, ("a", "b"), 0) is None


@pytest.mark.parametrize(
    ("listed", "by", "who"),
    [
        (["*"], ["*"], {"a", "b", "p_*", "q_1", "q_*"}),
        (["*"], ["a", "service:x"], {"a", "service:x"}),
        (["a", "service:x"], ["*"], {"a", "service:x"}),
        (["a"], ["service:x"], set()),
        (["p_*"], ["p_1", "p_x", "a"], {"p_1"}),
        (["p_*", "a"], ["p_*"], {"p_*"}),
        (["q_*"], ["q_1"], {"q_1"}),
        (["q_1"], ["q_*"], {"q_1"}),
        (["q_*"], ["q_*"], {"q_1", "q_*"}),
        (["nobody"], ["*"], set()),
        ([], ["*"], set()),
    ],
)
def test_who_may_act(listed: list[str], by: list[str], who: set[str]) -> None:
    assert Cast(["a", "b", "p_*", "q_1", "q_*"]).both(listed, by) == who
