"""Data functions in values: what is precomputed, what is evaluated, and where it goes wrong."""

from __future__ import annotations

import json

import pytest

from callboard.core.expression import Budget
from callboard.core.expression.data import compile_data, has_functions, remove_functions
from callboard.core.limits import Limits
from callboard.core.values import Json, JsonObject
from callboard.errors import BudgetError, EvaluationError, ExpressionError, TemplateError

CONTEXT: JsonObject = {
    "title": "Order",
    "vars": {"n": 2, "text": "{{title}}", "call": {"<ref>": "title"}},
    "texts": {"hi": "Hi {{title}}", "broken": "{{#a}}", "list": [1]},
}


def fails(value: Json) -> EvaluationError:
    with pytest.raises(EvaluationError) as caught:
        compile_data(value)(CONTEXT)
    return caught.value


def test_a_value_without_functions_is_itself() -> None:
    value: Json = {"a": [1, {"b": "{{x}}"}]}
    data = compile_data(value)
    assert data.static
    assert data({}) is data.value is value
    assert data.reads == frozenset()


def test_what_holds_no_function_is_shared_and_the_rest_copied() -> None:
    still: Json = {"deep": [1]}
    value: JsonObject = {"a": still, "b": {"<ref>": "vars.n"}, "c": [still, {"<ref>": "title"}]}
    data = compile_data(value)
    result = data(CONTEXT)
    assert result == {"a": still, "b": 2, "c": [still, "Order"]}
    assert isinstance(result, dict)
    assert result["a"] is still
    assert list(result) == ["a", "b", "c"]
    assert value["b"] == {"<ref>": "vars.n"}


def test_what_a_function_yields_is_not_evaluated_again() -> None:
    assert compile_data({"<ref>": "vars.call"})(CONTEXT) == {"<ref>": "title"}
    assert compile_data({"<ref>": "vars.text"})(CONTEXT) == "{{title}}"
    view: Json = {"<tpl>": {"template": "{{x}}", "view": {"x": {"<ref>": "vars.text"}}}}
    assert compile_data(view)(CONTEXT) == "{{title}}"


def test_of_several_functions_the_first_kind_wins() -> None:
    assert compile_data({"<select>": {"*": 1}, "<tpl>": "t", "<ref>": "vars.n"})(CONTEXT) == 2
    assert compile_data({"<select>": {"*": 1}, "<tpl>": "t", "other": 5})(CONTEXT) == "t"


@pytest.mark.parametrize(
    ("value", "reads"),
    [
        ({"<tpl>": "{{a.b}} {{#c}}{{d}}{{/c}}"}, {"a", "c", "d"}),
        ({"<tpl>": "{{a}}{{> nowhere}}"}, {"a"}),
        ({"<tpl>": {"template": "{{a}}{{> p}}", "partials": {"p": "{{b}}", "q": "{{c}}"}}}, "ab"),
        ({"<tpl>": {"template": "{{a}}", "view": {"a": 1}}}, set()),
        ({"<tpl>": {"template": "{{a}}", "view": {"<ref>": "b"}}}, {"a", "b"}),
        ({"<tpl>": {"template": {"<ref>": "a"}}}, None),
        ({"<tpl>": {"template": {"<ref>": "a"}, "view": {}}}, {"a"}),
        ({"<tpl>": {"template": "{{> p}}", "partials": {"p": {"<ref>": "a"}}}}, None),
        ([{"<ref>": "a.b"}, {"<select>": {"$": {"<ref>": "c"}, "x": {"<ref>": "d"}}}], "acd"),
        ({"x": {"<ref>": "@"}}, None),
    ],
)
def test_a_value_says_what_it_reads(value: Json, reads: set[str] | str | None) -> None:
    assert compile_data(value).reads == (None if reads is None else set(reads))


@pytest.mark.parametrize(
    ("options", "result"),
    [
        ({"$": True, "true": 1}, 1),
        ({"$": 1.0, "1": "one"}, "one"),
        ({"$": None, "null": "none"}, "none"),
        ({"null": "none"}, "none"),
        ({"$": "$", "*": "default"}, "default"),
        ({"$": [1], "1": "no", "*": "default"}, "default"),
        ({"$": {}, "[object Object]": "no", "*": "default"}, "default"),
        ({"$": "a", "a": {"<ref>": "none"}, "*": {"<ref>": "vars.n"}}, 2),
        ({"$": "*", "*": "default"}, "default"),
    ],
)
def test_select(options: Json, result: Json) -> None:
    assert compile_data({"<select>": options})(CONTEXT) == result


@pytest.mark.parametrize(
    ("value", "kind", "pointer"),
    [
        ({"a": [{"<ref>": "x..y"}]}, ExpressionError, "/a/0/<ref>"),
        ({"a/b": {"<ref>": 5}}, ExpressionError, "/a~1b/<ref>"),
        ({"<ref>": {"<ref>": "title"}}, ExpressionError, "/<ref>"),
        ({"<ref>": "sum(title)"}, ExpressionError, "/<ref>"),
        ({"<tpl>": "{{#a}}"}, TemplateError, "/<tpl>"),
        ({"<tpl>": ["x"]}, TemplateError, "/<tpl>"),
        ({"<tpl>": {"<ref>": "title"}}, TemplateError, "/<tpl>"),
        ({"<tpl>": {"view": {}}}, TemplateError, "/<tpl>/template"),
        ({"<tpl>": {"template": None}}, TemplateError, "/<tpl>/template"),
        ({"<tpl>": {"template": 5}}, TemplateError, "/<tpl>/template"),
        ({"<tpl>": {"template": {"<ref>": "texts.list"}}}, TemplateError, "/<tpl>/template"),
        ({"<tpl>": {"template": {"<ref>": "texts.broken"}}}, TemplateError, "/<tpl>/template"),
        ({"<tpl>": {"template": {"<ref>": "a..b"}}}, ExpressionError, "/<tpl>/template/<ref>"),
        ({"<tpl>": {"template": "", "view": {"<ref>": "-"}}}, ExpressionError, "/<tpl>/view/<ref>"),
        ({"<tpl>": {"template": "{{> p}}", "partials": {"p": "{{"}}}, TemplateError, "/<tpl>"),
        ({"<select>": "x"}, EvaluationError, "/<select>"),
        ({"<select>": {"<ref>": "vars"}}, EvaluationError, "/<select>"),
        ({"<select>": {"$": 1, "x": {"<ref>": "a."}}}, ExpressionError, "/<select>/x/<ref>"),
    ],
)
def test_what_fails_says_where(value: Json, kind: type[EvaluationError], pointer: str) -> None:
    error = fails(value)
    assert isinstance(error, kind)
    assert error.pointer == pointer


def test_the_place_of_the_value_comes_first() -> None:
    data = compile_data({"x": {"<ref>": "a."}}, pointer="/states/initial")
    assert [problem.pointer for problem in data.problems] == ["/states/initial/x/<ref>"]
    assert data.problems[0].position is not None


def test_compiling_lists_everything_that_does_not_parse() -> None:
    value: Json = [
        {"<ref>": "a."},
        {"<tpl>": {"template": "{{", "view": {"<ref>": 1}}},
        {"<tpl>": {"template": "x", "partials": {"unused": "{{#"}}},
        {"<ref>": "fine"},
    ]
    pointers = [problem.pointer for problem in compile_data(value).problems]
    assert sorted(pointers, key=str) == ["/0/<ref>", "/1/<tpl>/template", "/1/<tpl>/view/<ref>"]


def test_each_failure_is_an_error_of_its_own() -> None:
    data = compile_data({"<ref>": "a."})
    errors = []
    for _ in range(2):
        with pytest.raises(ExpressionError) as caught:
            data({})
        errors.append(caught.value)
    assert errors[0] is not errors[1]
    assert (errors[0].position, errors[0].source) == (errors[1].position, errors[1].source)


def test_partials_may_come_from_data_and_only_those_used_must_be_texts() -> None:
    value: Json = {"<tpl>": {"template": "{{> hi}}!", "partials": {"<ref>": "texts"}}}
    assert compile_data(value)(CONTEXT) == "Hi Order!"
    other: Json = {"<tpl>": {"template": "{{> list}}!", "partials": {"<ref>": "texts"}}}
    assert "not a text" in fails(other).message


def test_a_view_that_turns_out_null_leaves_the_process() -> None:
    value: Json = {"<tpl>": {"template": "{{title}}", "view": {"<ref>": "vars.none"}}}
    assert compile_data(value)(CONTEXT) == "Order"
    assert compile_data({"<tpl>": {"template": "{{title}}", "view": None}})(CONTEXT) == "Order"


def test_all_functions_of_a_value_share_one_budget() -> None:
    data = compile_data([{"<tpl>": "{{title}}"}] * 3, limits=Limits(output_size=12))
    with pytest.raises(BudgetError):
        data(CONTEXT)
    assert data(CONTEXT, Budget(Limits())) == ["Order"] * 3


def test_a_value_may_not_be_nested_without_end() -> None:
    deep = json.loads("[" * 900 + '{"<ref>": "a"}' + "]" * 900)
    assert "more than 128 levels" in fails(deep).message
    deep = json.loads("[" * 120 + '{"<ref>": "title"}' + "]" * 120)
    assert compile_data(deep)(CONTEXT) == json.loads("[" * 120 + '"Order"' + "]" * 120)


def test_functions_can_be_found_and_taken_out() -> None:
    value: Json = {"a": 1, "b": [{"c": {"<select>": {}}}, {"<ref>": "x"}], "d": {"<tpl>": ""}}
    assert has_functions(value)
    assert remove_functions(value) == {"a": 1, "b": [{}]}
    assert not has_functions(remove_functions(value))
    assert not has_functions({"ref": "<ref>"})
    assert remove_functions({"<ref>": "x"}) is None
