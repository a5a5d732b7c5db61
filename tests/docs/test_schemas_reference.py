"""The page on schemas: its shorthands, defaults, formats, errors and bounds are those in force."""

from __future__ import annotations

import json

import pytest

from callboard.core.limits import DEFAULT_LIMITS
from callboard.core.schema import FORMAT_NAMES, compile_schema, default_of, normalize_schema
from callboard.core.schema.cost import CHAIN
from callboard.core.schema.keywords import LIMITS_OF_FORMATS
from callboard.core.schema.patterns import measure
from tests.docs.tables import REFERENCE, rows

PAGE = REFERENCE / "schemas.md"
TEXT = PAGE.read_text(encoding="utf-8")
FORMATS = rows(PAGE, "format", "takes", "refuses")


@pytest.mark.parametrize(("written", "meant"), rows(PAGE, "written", "stands for"))
def test_a_shorthand_stands_for_what_it_says(written: str, meant: str) -> None:
    assert normalize_schema(json.loads(written)) == json.loads(meant)


@pytest.mark.parametrize(("schema", "default"), rows(PAGE, "schema", "default"))
def test_a_default_is_what_it_says(schema: str, default: str) -> None:
    assert default_of(json.loads(schema)) == json.loads(default)


@pytest.mark.parametrize(("name", "good", "bad"), FORMATS)
def test_a_format_takes_and_refuses_what_it_says(name: str, good: str, bad: str) -> None:
    checker = compile_schema({"format": name})
    assert checker.is_valid(json.loads(good))
    assert bad == "nothing" or not checker.is_valid(json.loads(bad))


def test_every_format_and_keyword_is_there() -> None:
    assert {name for name, _, _ in FORMATS} == FORMAT_NAMES
    keywords = {keyword for keyword, _ in rows(PAGE, "keyword", "meaning")}
    assert keywords == {"nullable", "errorMessage", *LIMITS_OF_FORMATS}


@pytest.mark.parametrize(("schema", "value", "errors"), rows(PAGE, "schema", "value", "errors"))
def test_errors_are_what_they_say(schema: str, value: str, errors: str) -> None:
    reasons = compile_schema(json.loads(schema)).check(json.loads(value))
    assert [f"`{r.pointer}` {r.keyword}: {r.message}" for r in reasons] == [errors]


@pytest.mark.parametrize(("pattern", "why"), rows(PAGE, "pattern", "why"))
def test_refused_patterns_say_why(pattern: str, why: str) -> None:
    problem = compile_schema({"pattern": pattern.replace("\\|", "|")}).problem
    assert problem is not None
    assert why in problem.message


def test_the_bounds_are_those_in_force() -> None:
    limits = DEFAULT_LIMITS
    assert f"| {limits.schema_cost:,} sub-schemas" in TEXT
    assert f"| {CHAIN} sub-schemas" in TEXT
    assert f"| {limits.document_depth} levels" in TEXT
    assert f"| {limits.schema_patterns} patterns of {limits.pattern_length:,} characters" in TEXT
    unicode = measure(r"\p{L}").size
    assert f"counts for {unicode} |" in TEXT
