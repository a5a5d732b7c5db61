"""Attacks: expressions that would run for ever, or fill the memory or a disk, end in an error.

Each is stopped by its budget and not by the clock, so each test fails on its result alone; without
a budget most of these would not end within the life of the machine.
"""

from __future__ import annotations

import random
import tracemalloc

import pytest

from callboard.core.expression import Budget, Expression, compile_expression
from callboard.core.limits import DEFAULT_LIMITS, Limits
from callboard.core.values import Json
from callboard.errors import BudgetError, ExpressionError

DICE = random.Random(1)
DATA: Json = {
    "list": [*range(3000)],
    "object": {str(number): number for number in range(3000)},
    "text": "x" * 100_000,
    "long": "y" * 1_000_000,
    "longer": "y" * 999_999 + "z",
    "ab": "".join(DICE.choice("ab") for _ in range(100_000)),
    "needle": "ab" + "a" * 250_000,
    "hay": "a" * 500_000,
    "signs": "".join(map(chr, range(0x4E00, 0x4E00 + 20_000))) * 10,
    "texts": ["q" * 100_000 + str(number) for number in range(10)],
}

ENDLESS = {
    "maps in maps": "map(&map(&map(&range(1000), range(1000)), range(1000)), range(1000))",
    "projections": "range(10000)[*].map(&map(&sum(range(100)), range(100)), range(100))",
    "filters in filters": "let $a = range(10000) in $a[?$a[?@ > 5000]]",
    "a long body": f"range(10000)[?{'a || ' * 3000}a]",
    "a long list": f"range(10000)[*].[{'a, ' * 6000}a]",
    "a long tail": f"range(10000)[*].not_null({'a, ' * 6000}a)",
    "a long sum": f"range(10000)[?({'@ + ' * 3000}@) > 1]",
    "a long body of a reference": f"map(&({'a || ' * 3000}a), range(10000))",
    "comparing texts": "range(10000)[?$.long == $.longer]",
    "comparing lists": "range(10000)[?$.list == $.list]",
    "comparing trees": f"({'[@, @] | ' * 60}@) == ({'[@, @] | ' * 60}@)",
    "a key of everything": "sort_by(range(10000), &sum(range(10000)))",
    "flattening": "map(&length([$.list, $.list][]), range(10000))",
    "values": "map(&length($.object.*), range(10000))",
    "zip": "zip(range(10000), range(10000))[*].zip(range(10000), range(10000))",
    "merge": "map(&merge($.object, $.object), range(10000))",
    "items": "items(object)[*].items($.object)",
    "contains": "map(&contains($.list, -1), range(10000))",
    "contains a text": "map(&contains($.long, 'yyyyyyyyyz'), range(10000))",
    "contains texts": "map(&contains($.texts, $.text), range(10000))",
    "find_first": "map(&find_first($.hay, $.needle), range(10000))",
    "find_last": "map(&find_last($.hay, $.needle), range(10000))",
    "sorting texts": "map(&sort($.texts), range(10000))",
    "trim once": "trim(signs, signs)",
    "trim": "map(&trim($.signs, $.signs), range(10000))",
    "digests": "range(10000)[*].sha256($.long)",
    "ids": "range(10000)[*].uuid($.long)",
    "parsing": f"map(&json_parse('[{'[],' * 5000}1]'), range(10000))",
    "parsing numbers": "map(&to_number($.long), range(100000))",
    "a pattern of many states": "regex_test('(a|b)*a(a|b){200}c', ab)",
    "a pattern that looks ahead": "regex_count('a(.*z)?', ab)",
    "both at once": "regex_count('a(?:[ab]*a[ab]{100}c)?', ab)",
    "empty matches": "regex_match_all('//', long)",
    "matches of one": "regex_count('/y|z/', long)",
    "matching in a loop": "range(10000)[?regex_test('^[a-z]+z$', $.text)]",
    "compiling": "range(10000)[*].regex_test(join('', ['[ab]{1,900}', to_string(@)]), 'a')",
    "a long replacement": f"regex_replace('/x/g', '{'$&' * 5000}', text)",
}

ENORMOUS = {
    "padding": "join('', map(&pad_left('x', 9999), range(10000)))",
    "joining": "join(text, map(&'-', range(10000)))",
    "replacing": "replace(replace(text, 'x', text), 'x', text)",
    "replacing a pattern": "regex_replace('/x/g', text, text)",
    "prefixes": f"map(&range(0, 10000, '{'p' * 5000}'), range(1000))",
    "parts of texts": "map(&length($.long[1:]), range(10000))",
    "reversed texts": "map(&length(reverse($.long)), range(10000))",
    "upper case": "map(&length(upper($.long)), range(10000))",
    "characters": "map(&length(split($.text, '')), range(10000))",
    "one text many times": "range(10000)[*].{a: $.long}",
    "one list many times": "map(&$.list, range(10000))",
    "doubling": "[@, @] | " * 30 + "@",
    "doubling by variables": "let $a = [list, list] in let $b = [$a, $a] in "
    "let $c = [$b, $b] in let $d = [$c, $c] in let $e = [$d, $d] in let $f = [$e, $e] in "
    "let $g = [$f, $f] in let $h = [$g, $g] in [$h, $h, $h]",
    "serialising": f"to_string({'[@, @] | ' * 30}@)",
    "serialising texts": "let $a = [long, long] in json_serialize([$a, $a])",
    "nesting": "[@] | " * 3000 + "@",
    "nesting as text": f"to_string({'[@] | ' * 1000}@)",
}


@pytest.mark.parametrize("attack", ENDLESS | ENORMOUS)
def test_an_attack_is_stopped(attack: str) -> None:
    expression = compile_expression((ENDLESS | ENORMOUS)[attack])
    with pytest.raises(BudgetError):
        expression(DATA)


@pytest.mark.parametrize("attack", ENORMOUS)
def test_an_attack_takes_little_memory(attack: str) -> None:
    expression = compile_expression(ENORMOUS[attack])
    tracemalloc.start()
    try:
        with pytest.raises(BudgetError):
            expression(DATA)
        assert tracemalloc.get_traced_memory()[1] < 32 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "text",
    [
        "range(10001)",
        "range(1000000000)",
        "range(-1e15, 1e15)",
        "pad_left('x', 1e9)",
        "pad_right('', 10001)",
    ],
)
def test_lengths_have_a_limit(text: str) -> None:
    with pytest.raises(BudgetError):
        compile_expression(text)(None)


def repeat(expression: Expression, budget: Budget) -> None:
    for _ in range(10_000):
        expression(DATA, budget)


def test_a_budget_is_shared_until_nothing_is_left() -> None:
    expression = compile_expression("list[?@ > 2998]")
    budget = Budget(DEFAULT_LIMITS)
    with pytest.raises(BudgetError):
        repeat(expression, budget)
    assert expression(DATA) == [2999]


def test_what_is_passed_on_is_charged_for() -> None:
    expression = compile_expression("list")
    budget = Budget(DEFAULT_LIMITS)
    with pytest.raises(BudgetError):
        repeat(expression, budget)


def test_a_walk_through_a_result_is_work() -> None:
    budget = Budget(DEFAULT_LIMITS)
    compile_expression("[$.list]")(DATA, budget)
    assert DEFAULT_LIMITS.expression_steps - budget.steps >= 3000


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("sort(texts)", 1_000_000 // 256),
        ("regex_test('[ab]{1,900}', 'a')", 3 * 900),
        ("regex_count('a(.*z)?', ab[:1000])", 50_000),
        (f"regex_replace('/a/g', '{'$&' * 100}', ab[:200])", 100 * 100),
    ],
)
def test_what_takes_long_is_dear(text: str, least: int) -> None:
    budget = Budget(DEFAULT_LIMITS)
    compile_expression(text)(DATA, budget)
    assert DEFAULT_LIMITS.expression_steps - budget.steps >= least


def test_a_charge_is_the_same_each_time() -> None:
    expression = compile_expression("list[?regex_test('/9$/', to_string(@))].{n: @, m: [@]}")
    left = set()
    for _ in range(3):
        budget = Budget(DEFAULT_LIMITS)
        expression(DATA, budget)
        left.add((budget.steps, budget.output))
    assert len(left) == 1


def test_ordinary_work_is_far_from_the_limits() -> None:
    lines = [{"sku": f"S{n}", "qty": n, "price": 1.5, "tags": ["a", "b"]} for n in range(1000)]
    text = "sum(lines[?qty > 10 && contains(tags, 'a')].[qty * price][]) || sort_by(lines, &sku)"
    budget = Budget(DEFAULT_LIMITS)
    compile_expression(text)({"lines": lines}, budget)
    assert budget.steps > DEFAULT_LIMITS.expression_steps * 0.7
    assert budget.output > DEFAULT_LIMITS.output_size * 0.9


def test_limits_may_be_set() -> None:
    limits = Limits(expression_steps=10, output_size=100)
    expression = compile_expression("@[*].a", limits=limits)
    assert expression([]) == []
    with pytest.raises(BudgetError, match="10 steps"):
        expression([1] * 11)
    with pytest.raises(BudgetError, match="100 items"):
        compile_expression("@", limits=limits)("x" * 2000)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400])
def test_numbers_that_documents_cannot_hold_are_errors(value: float) -> None:
    with pytest.raises(ExpressionError):
        compile_expression("@ + 1")(value)
