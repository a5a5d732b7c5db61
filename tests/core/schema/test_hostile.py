"""Schemas and values that strangers could send to make a check fetch, hang, crash or swell."""

import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from time import perf_counter
from typing import Any

import pytest

from callboard.core.limits import Limits
from callboard.core.schema import Checker, compile_schema
from callboard.errors import SchemaError

SOON = 20.0
"""Seconds that nothing here may take, on a slow machine."""


@pytest.fixture(autouse=True)
def _soon() -> Iterator[None]:
    before = perf_counter()
    yield
    assert perf_counter() - before < SOON


def doubling(steps: int, keyword: str) -> dict[str, Any]:
    """A chain of definitions, each of which applies the next one twice to the same value."""
    defs: dict[str, Any] = {f"d{steps}": {"type": "integer"}}
    for index in range(steps):
        following = {"$ref": f"#/$defs/d{index + 1}"}
        defs[f"d{index}"] = {keyword: [following, following]}
    return {"$ref": "#/$defs/d0", "$defs": defs}


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = {"a": value}
    return value


def refused(checker: Checker) -> bool:
    return checker.problem is not None


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"$dynamicRef": "#x", "$dynamicAnchor": "x"},
        {"allOf": [{"$ref": "#"}, {"$ref": "#"}]},
        {"not": {"$ref": "#"}},
        {"if": True, "then": {"anyOf": [{"$ref": "#"}]}},
        {"dependentSchemas": {"a": {"$ref": "#"}}},
        {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
        {"items": {"$ref": "#/x"}, "x": {"$ref": "#/x"}},
    ],
)
def test_a_schema_that_leads_to_itself_is_refused(schema: dict) -> None:
    assert refused(compile_schema(schema))


def test_one_that_leads_to_itself_for_a_part_of_the_value_is_not() -> None:
    checker = compile_schema({"type": "object", "additionalProperties": {"$ref": "#"}})
    assert checker.is_valid({"a": {"b": {}}})
    assert [reason.pointer for reason in checker.check({"a": {"b": 1}})] == ["/a/b"]


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
def test_doubled_references_are_refused(keyword: str) -> None:
    assert refused(compile_schema(doubling(60, keyword)))
    assert not refused(compile_schema(doubling(10, keyword)))


def test_doubled_parts_cost_nothing() -> None:
    defs: dict[str, Any] = {"d60": {"type": "integer"}}
    for index in range(60):
        following = {"$ref": f"#/$defs/d{index + 1}"}
        defs[f"d{index}"] = {"properties": {"a": following, "b": following}}
    checker = compile_schema({"$ref": "#/$defs/d0", "$defs": defs})
    assert checker.is_valid({"a": {"b": {"a": 1}}})


def test_recursion_that_doubles_goes_only_so_deep() -> None:
    again = {"properties": {"a": {"$ref": "#"}}}
    checker = compile_schema({"anyOf": [again, {**again, "minProperties": 1}]})
    assert checker.is_valid(deep(5))
    with pytest.raises(SchemaError):
        checker.is_valid(deep(100))


def test_unevaluated_in_many_layers_is_refused() -> None:
    schema: dict[str, Any] = {"properties": {"a": {}}}
    for _ in range(12):
        schema = {"allOf": [schema, schema], "unevaluatedProperties": False}
    checker = compile_schema(schema)
    with pytest.raises(SchemaError):
        checker.is_valid({"a": 1})


def test_long_chains_are_refused() -> None:
    defs: dict[str, Any] = {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(5_000)}
    defs["d5000"] = {"properties": {"a": {"$ref": "#/$defs/d0"}}}
    assert refused(compile_schema({"$ref": "#/$defs/d0", "$defs": defs}))


def test_no_value_is_too_deep_for_the_interpreter() -> None:
    recursive = compile_schema({"properties": {"a": {"$ref": "#"}}, "additionalProperties": False})
    with pytest.raises(SchemaError):
        recursive.is_valid(deep(200_000))
    flat = compile_schema({"type": "string"})
    assert not flat.is_valid(deep(1_000))
    with pytest.raises(SchemaError):
        flat.check(deep(1_000))


def test_the_deepest_admitted_check_fits_a_small_stack() -> None:
    # In a process of its own: what this guards against kills the interpreter.
    program = """
import threading
from callboard.core.schema import compile_schema
defs = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}]} for n in range(30)}
defs["d30"] = {"properties": {"a": {"$ref": "#/$defs/d0"}}, "unevaluatedProperties": False}
value = {}
for _ in range(127):
    value = {"a": value}
def run():
    checker = compile_schema({"$ref": "#/$defs/d0", "$defs": defs})
    assert checker.problem is None, checker.problem
    assert checker.is_valid(value)
threading.stack_size(2 * 1024 * 1024)
thread = threading.Thread(target=run)
thread.start()
thread.join()
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(
    "uri",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://schemas.example.com/x",
        "file:///etc/passwd",
        "//169.254.169.254/x",
        "x.json",
        "/etc/passwd",
    ],
)
@pytest.mark.parametrize("keyword", ["$ref", "$dynamicRef"])
def test_nothing_is_fetched(uri: str, keyword: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        here = f"http://127.0.0.1:{server.getsockname()[1]}/schema"
        for reference in (uri, here):
            schema = {"properties": {"a": {keyword: reference}}, "$id": "file:///etc/"}
            assert refused(compile_schema(schema))
        with pytest.raises(TimeoutError):
            server.accept()


def test_patterns_are_few_short_and_small() -> None:
    many = {f"^x{n}$": {} for n in range(10_000)}
    assert refused(compile_schema({"patternProperties": many}))
    assert refused(compile_schema({"pattern": "a" * 10_000}))
    assert refused(compile_schema({"pattern": "((a{1,100}){1,100}){1,100}"}))
    assert refused(compile_schema({"pattern": "(" * 1_000 + ")" * 1_000}))
    spread = {f"p{n}": {"pattern": "\\p{L}{1,100}"} for n in range(100)}
    assert refused(compile_schema({"properties": spread}))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^(a+)+$", "a" * 200_000 + "!"),
        ("^(a|a)*$", "a" * 200_000 + "!"),
        ("^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}$", "a" * 200_000),
        ("(\\w+\\s?)+$", "word " * 40_000 + "!"),
    ],
)
def test_patterns_take_linear_time(pattern: str, text: str) -> None:
    assert not compile_schema({"pattern": pattern}).is_valid(text)


def test_a_wide_pattern_is_not_run_over_a_long_text() -> None:
    checker = compile_schema({"pattern": "^(0|1|01|10)*1(0|1|01|10){250}$"})
    assert checker.is_valid("01" * 1_000)
    with pytest.raises(SchemaError):
        checker.is_valid("01" * 500_000)


def test_a_costly_schema_is_not_applied_to_a_large_value() -> None:
    checker = compile_schema({"items": {"enum": [n + 0.5 for n in range(2_000)]}})
    assert checker.is_valid([1999.5] * 10)
    with pytest.raises(SchemaError):
        checker.is_valid([1999.5] * 100_000)
    divided = compile_schema({"items": {"multipleOf": 1e-300}})
    assert divided.is_valid([1.5])
    with pytest.raises(SchemaError):
        divided.is_valid([1e300] * 500_000)


def test_large_values_are_fine_for_plain_schemas() -> None:
    unique = compile_schema({"uniqueItems": True})
    assert unique.is_valid([{"a": n} for n in range(100_000)])
    assert unique.is_valid([[n] for n in range(100_000)])
    assert not unique.is_valid([*range(300_000), 0])
    closed = compile_schema({"properties": {f"p{n}": {} for n in range(10_000)}})
    assert closed.is_valid({f"p{n}": n for n in range(100_000)})


def test_huge_bounds_are_just_numbers() -> None:
    assert not compile_schema({"minLength": 10**30}).is_valid("a" * 100_000)
    assert compile_schema({"maxItems": 10**30}).is_valid([1])
    assert not compile_schema({"maximum": 1}).is_valid(10**4_000)


def test_errors_do_not_swell() -> None:
    names = [f"n{n}" for n in range(5_000)]
    checker = compile_schema({"items": {"required": names, "anyOf": [{"const": 1}] * 100}})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reasons = checker.check([{"text": "x" * 100}] * 20_000)
    assert 1 <= len(reasons) <= 100
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000


def test_many_errors_are_cut() -> None:
    checker = compile_schema({"items": {"type": "string"}})
    assert len(checker.check([1] * 5_000)) == 100
    assert len(checker.check([1] * 500_000)) >= 1


def test_many_sub_schemas_are_refused() -> None:
    assert refused(compile_schema({"properties": {f"p{n}": {} for n in range(100_000)}}))
    few = Limits(schema_cost=10)
    assert refused(compile_schema({"properties": {f"p{n}": {} for n in range(11)}}, limits=few))


def test_deep_schemas_are_refused() -> None:
    schema: dict[str, Any] = {}
    for _ in range(100_000):
        schema = {"not": schema}
    assert refused(compile_schema(schema))


def test_many_references_take_linear_time() -> None:
    defs: dict[str, Any] = {f"d{n}": {"$anchor": f"a{n}"} for n in range(3_000)}
    known = {f"p{n}": {"$ref": f"#a{n}"} for n in range(3_000)}
    far = {f"q{n}": {"$ref": f"#/x/y{n}"} for n in range(3_000)}
    schema = {
        "$defs": defs,
        "properties": {**known, **far},
        "x": {f"y{n}": {} for n in range(3_000)},
    }
    assert compile_schema(schema).is_valid({"p1": 1, "q1": 1})


def test_a_tangled_recursive_schema_is_counted_soon() -> None:
    names = [f"d{n}" for n in range(200)]
    references = {name: {"$ref": f"#/$defs/{name}"} for name in names[:90]}
    defs = {name: {"properties": references} for name in names}
    checker = compile_schema({"$ref": "#/$defs/d0", "$defs": defs})
    assert checker.is_valid({"d1": {"d2": {}}})


@pytest.mark.parametrize("value", [{1: 2}, {"a": object()}, {"a": {1, 2}}])
def test_what_is_no_json_is_an_error_of_ours(value: Any) -> None:
    with pytest.raises(SchemaError):
        compile_schema({"type": "object", "properties": {"a": {"type": "integer"}}}).is_valid(value)
