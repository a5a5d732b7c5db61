"""Writing values as text: what is written reads back the same, by us and by readers of YAML 1.1."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from callboard.core.scenario.dump import dump
from callboard.core.scenario.text import load
from callboard.core.values import Json
from callboard.errors import TextError

ODD = "\t\n\r \x07\x7f\x85\xa0\u2028\u2029\ufeff\ue000\uffff🌴-?:,[]{}#&*!|>'\"%@`~=<$.019exy_+\\"
WORDS = "on No ~ null .inf 012 0x1F 1_000 12:30 2026-03-31 << = - ? : a:b !ref --- ... 1e3 .5 "
WORDS += "+1 .inf +.inf -.INF .NaN 1. 0o7 -.5e-3 +12e03 1e5 0b1 1,000 3d "
WORDS += "190:20:30.15 2001-12-14t21:59:43.10-05:00"
texts = (
    st.text(st.sampled_from(ODD + "ab"), max_size=12)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
    | st.sampled_from(WORDS.split())
)
numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
keys = texts | st.sampled_from(["<ref>", "<tpl>", "<select>", "!required", "$", "*", "k" * 1100])
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=15,
)


@given(values)
@example([{"<select>": {}}, {"<tpl>": {"template": "a\nb"}}, {"<ref>": "\n x\n\n"}])
@example({"a": ["\ta\nb", "a \nb", "\n\n", " \n a", [[["x\n"]]]]})
def test_a_value_written_as_yaml_reads_back_the_same(value: Json) -> None:
    assert load(dump(value), format="yaml") == value


@given(values)
def test_a_value_written_as_json_reads_back_the_same(value: Json) -> None:
    assert load(dump(value, format="json"), format="json") == value
    assert json.loads(dump(value, format="json")) == value


@given(st.lists(texts | numbers, max_size=4))
@example([1e21, 1e-7, -5e-324, 1e20, 0.5])
@example(WORDS.split())
def test_readers_of_yaml_1_1_see_the_same_texts_and_numbers(value: list[str | float]) -> None:
    read = yaml.safe_load(dump(list(value)))
    assert [type(item) is str for item in read] == [type(item) is str for item in value]
    assert [item if type(item) is str else float(item) for item in read] == value


def test_functions_are_written_as_tags() -> None:
    value: Json = {
        "a": {"<ref>": "vars.x"},
        "b": {"<tpl>": {"template": "{{x}}", "view": {"x": {"<ref>": "z"}}}},
        "c": [{"<select>": {"$": {"<ref>": "z"}, "*": None}}],
        "d": {"<ref>": 5},
        "e": {"<ref>": "x", "more": 1},
    }
    assert dump(value) == (
        "a: !ref vars.x\n"
        'b: !tpl\n  template: "{{x}}"\n  view:\n    x: !ref z\n'
        'c:\n  - !select\n    $: !ref z\n    "*": ~\n'
        "d:\n  <ref>: 5\n"
        "e:\n  <ref>: x\n  more: 1\n"
    )


def test_lists_and_maps_begin_on_the_line_of_their_dash() -> None:
    assert dump([{"on": "go", "goto": "(done)"}, ["a"]]) == "- on: go\n  goto: (done)\n- - a\n"


def test_a_text_of_several_lines_is_a_literal_block() -> None:
    assert dump({"a": "x\n  y\n"}) == "a: |\n  x\n    y\n"
    assert dump({"a": {"<tpl>": "x\ny"}}) == "a: !tpl |-\n  x\n  y\n"
    assert dump("x \ny") == '"x \\ny"\n'  # blanks at the end of a line would not be seen


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Leave request", "Leave request"),
        ("(done)", "(done)"),
        ("vars.amount > `500` && x != 'y'", "vars.amount > `500` && x != 'y'"),
        ("yes", '"yes"'),
        ("2026-03-31", '"2026-03-31"'),
        ("a: b", '"a: b"'),
        (r"^\d+#", r"^\d+#"),
        (r"[\d]", r"'[\d]'"),
        ("", '""'),
        ("a\u2028b", '"a\\u2028b"'),
    ],
)
def test_quotes_stand_only_where_something_else_might_be_read(text: str, written: str) -> None:
    assert dump(text) == written + "\n"


def nested(key: str, levels: int) -> Json:
    return {key: nested(key, levels - 1)} if levels else "x"


@pytest.mark.parametrize("key", ["a", "<select>"])
def test_the_deepest_value_that_is_written_can_be_read(key: str) -> None:
    value: Json = [nested(key, 127)] if key == "a" else nested(key, 128)
    assert load(dump(value), format="yaml") == value
    with pytest.raises(TextError):
        dump([value])


@pytest.mark.parametrize(
    "value", [float("nan"), float("-inf"), "a\0", "\ud800", json.loads("[" * 129 + "]" * 129)]
)
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_what_cannot_be_read_back_is_not_written(value: Json, form: str) -> None:
    with pytest.raises(TextError):
        dump({"a": value}, format=form)  # type: ignore[arg-type]
