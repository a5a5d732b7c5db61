"""Templates: where the dialect goes beyond the Mustache specification, and their bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.core.expression import Budget, Template, compile_template
from callboard.core.expression.mustache import compile_partials
from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.core.values import Json
from callboard.errors import BudgetError, TemplateError


def render(text: str, view: Json, **partials: str) -> str:
    return compile_template(text)(view, {k: compile_template(v) for k, v in partials.items()})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (1.0, "1"),
        (1e21, "1e+21"),
        (None, ""),
        ([3, [1, None], True, {"a": 1}], "3,1,,true,[object Object]"),
        ({"a": 1}, "[object Object]"),
        ("<&>", "<&>"),
    ],
)
def test_values_print_as_javascript_prints_them(value: Json, text: str) -> None:
    assert render("{{x}}|{{{x}}}|{{&x}}", {"x": value}) == "|".join([text] * 3)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.length", "2"),
        ("word.length", "2"),
        ("map.length", "own"),
        ("list.1.a", "b"),
        ("list.2", ""),
        ("list.-1", ""),
        ("list.²", ""),
        ("word.0", ""),
        ("word.upper", ""),
        ("map.__class__", ""),
        ("map.keys", ""),
        ("zip code", "8011"),
        ("nothing.at.all", ""),
    ],
)
def test_names_reach_data_and_nothing_else(name: str, text: str) -> None:
    view: Json = {
        "list": [1, {"a": "b"}],
        "word": "🐎x",
        "map": {"length": "own"},
        "zip code": "8011",
    }
    assert render(f"{{{{{name}}}}}", view) == text


def test_items_that_are_lists_give_their_items_by_index() -> None:
    assert render("{{#rows}}{{0}}={{1}}/{{length}};{{/rows}}", {"rows": [[1, 2], [3]]}) == (
        "1=2/2;3=/1;"
    )


@pytest.mark.parametrize("value", [None, False, 0, 0.0, "", []])
def test_what_counts_as_false_in_a_section(value: Json) -> None:
    assert render("{{#x}}yes{{/x}}{{^x}}no{{/x}}", {"x": value}) == "no"


@pytest.mark.parametrize("value", [True, 1, "0", {}, [0], [[]]])
def test_what_counts_as_true_in_a_section(value: Json) -> None:
    assert render("{{#x}}yes{{/x}}{{^x}}no{{/x}}", {"x": value}) == "yes"


def test_true_is_no_context_of_its_own() -> None:
    assert render("{{#x}}{{.}} {{y}}{{/x}}", {"x": True, "y": 1}) == "[object Object] 1"


def test_blanks_may_stand_before_the_sign_of_a_tag() -> None:
    assert render("{{ #x }}{{ & . }}{{ ^y }}!{{ /y }}{{ /x }}{{ ! note }}", {"x": "a"}) == "a!"


def test_every_line_of_a_partial_that_stands_alone_is_indented() -> None:
    lines = "a\n{{x}}\u2028b\n\n{{#y}}\nc\n{{/y}}\n"
    assert render("1\n  {{> p}}\n2", {"x": "x\nx", "y": [1, 2]}, p=lines) == (
        "1\n  a\n  x\nx\u2028b\n  \n  c\n  c\n2"
    )


def test_a_partial_in_a_section_is_indented_once_for_all_items() -> None:
    template = compile_template("{{#x}}\n  {{> p}}\n{{/x}}")
    partials = {"p": compile_template("{{.}}\n" + "x" * 200)}
    text = template({"x": list(range(3000))}, partials)
    assert text.startswith("  0\n  xxx")


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("Hello {{name", "not closed", 6),
        ("Hello {{{name}}", "not closed", 6),
        ("a{{#b}}c", "'b' is not closed", 1),
        ("{{#a}}{{#b}}{{/a}}{{/b}}", "'a' is not open; 'b' is open", 12),
        ("{{/a}}", "'a' is not open", 0),
        ("{{#a}}{{/ab}}", "'ab' is not open", 6),
        ("a {{}} b", "empty", 2),
        ("{{=<%=}}", "delimiters", 0),
        ("{{=<% %> %%=}}", "delimiters", 0),
        ("{{#a}}" * 200, "nested too deep", 960),
    ],
)
def test_what_does_not_parse(text: str, message: str, position: int) -> None:
    with pytest.raises(TemplateError, match=message) as caught:
        compile_template(text)
    assert caught.value.position == position
    assert caught.value.source == text


def test_a_template_says_what_it_reads_and_which_partials_it_uses() -> None:
    template = compile_template("{{a.b}}{{#c}}{{d}}{{^e.f}}{{.}}{{/e.f}}{{/c}}{{! g }}")
    assert template.reads == template.names == {"a", "c", "d", "e"}
    template = compile_template("{{a}}{{#b}}{{> c}}{{/b}}")
    assert template.names == {"a", "b"}
    assert template.partials == {"c"}
    assert template.reads is None


def test_only_partials_that_are_used_are_compiled() -> None:
    texts: Json = {"a": "{{> b}}{{> none}}", "b": "{{> a}}{{> null}}", "c": "{{#", "null": None}
    assert compile_partials(compile_template("{{> a}}"), texts).keys() == {"a", "b"}
    assert compile_partials(compile_template("{{> a}}"), None) == {}


def test_a_partial_that_is_used_must_be_a_template() -> None:
    with pytest.raises(TemplateError, match="'a' is not a text"):
        compile_partials(compile_template("{{> a}}"), {"a": 5})
    with pytest.raises(TemplateError, match="not closed"):
        compile_partials(compile_template("{{> a}}"), {"a": "{{#b}}"})


def bounded(**limits: int) -> Template:
    return compile_template("{{> a}}", limits=Limits(**limits))


def test_a_partial_that_calls_itself_ends() -> None:
    loop = {"a": compile_template("x{{> a}}")}
    with pytest.raises(TemplateError, match="more than 32 levels"):
        compile_template("{{> a}}")({}, loop)
    with pytest.raises(TemplateError, match="more than 5 levels"):
        bounded(partial_depth=5)({}, loop)


def test_sections_and_partials_together_have_a_depth() -> None:
    deep = {"a": compile_template("{{#x}}" * 90 + "{{> b}}" + "{{/x}}" * 90)}
    deep["b"] = deep["a"]
    with pytest.raises(BudgetError, match="160 levels"):
        compile_template("{{> a}}")({"x": 1}, deep)


def test_a_recursive_partial_follows_its_data() -> None:
    view: Json = {"n": 1, "next": {"n": 2, "next": {"n": 3, "next": None}}}
    assert render("{{> a}}", view, a="{{n}}{{#next}}{{> a}}{{/next}}") == "123"


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("{{x}}" * 2_000, {"x": "y" * 1_000}),
        ("{{x}}" * 2_000, {"x": [1] * 100_000}),
        ("{{x}}" * 2_000, {"x": [[[None] * 100] * 100] * 100}),
        ("{{#x}}{{#x}}{{#x}}{{/x}}{{/x}}{{/x}}", {"x": [1] * 1_000}),
        (" " * 9_000 + "{{> p}}", {}),
    ],
)
def test_neither_text_nor_work_grows_without_bound(text: str, view: Json) -> None:
    partials = {"p": compile_template("{{!}}\n" * 3_000)}  # prints nothing, indented or not
    with pytest.raises(BudgetError):
        compile_template(text)(view, partials)


def test_a_list_that_shares_its_parts_costs_what_it_prints() -> None:
    shared: Json = []
    for _ in range(60):
        shared = [shared, shared]
    with pytest.raises(BudgetError):
        render("{{x}}", {"x": shared})


def test_renderings_share_a_budget() -> None:
    budget = Budget(Limits(output_size=10))
    template = compile_template("{{x}}")
    assert template({"x": "12345"}, None, budget) == "12345"
    with pytest.raises(BudgetError):
        template({"x": "123456"}, None, budget)


def test_a_template_has_a_length() -> None:
    with pytest.raises(TemplateError, match="at most 20000"):
        compile_template("x" * (DEFAULT_LIMITS.expression_length + 1))


def outcome(text: str) -> Template | TemplateError:
    try:
        return compile_template(text)
    except TemplateError as error:
        return error


@pytest.mark.parametrize("text", ["{{" * 9_000, "{{{" * 6_000, "{{=" * 6_000, "{{#a}}" * 3_300])
def test_hostile_templates_are_refused_at_once(text: str) -> None:
    assert isinstance(outcome(text), TemplateError)


@given(st.text(st.sampled_from("ab{}#^/!>=&. \n|"), max_size=30))
def test_any_text_is_a_template_or_says_what_is_wrong(text: str) -> None:
    result = outcome(text)
    if isinstance(result, Template):
        assert isinstance(result({"a": [{"b": 1}]}), str)
    else:
        assert result.position is not None


@given(st.text(st.sampled_from("ab{} \r\n\u2028"), max_size=30).filter(lambda x: "{{" not in x))
def test_a_text_without_tags_stays_as_it_is(text: str) -> None:
    assert compile_template(text)({}) == text
