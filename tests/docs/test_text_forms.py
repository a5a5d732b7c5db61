"""The page on text forms: every example is read, every tag has one."""

from __future__ import annotations

import json

import pytest

from callboard.core.limits import DEFAULT_LIMITS
from callboard.core.scenario.tags import TAGS
from callboard.core.scenario.text import load
from callboard.errors import TextError
from tests.docs.tables import REFERENCE, python_examples, rows

PAGE = REFERENCE / "text-forms.md"
TAG_ROWS = rows(PAGE, "tag", "stands before", "example", "gives")
EXAMPLES = [row[2:] for row in TAG_ROWS] + rows(PAGE, "example", "gives")


@pytest.mark.parametrize(("example", "gives"), EXAMPLES)
def test_an_example_gives_what_stands_beside_it(example: str, gives: str) -> None:
    assert load(example, format="yaml") == json.loads(gives)


def test_every_tag_has_an_example_for_each_form_that_it_stands_before() -> None:
    documented = {(name, form.removeprefix("a ")) for name, form, *_ in TAG_ROWS}
    assert documented == {(tag.name, form) for tag in TAGS for form in tag.forms}


@pytest.mark.parametrize("text", [text for text, _ in rows(PAGE, "text", "why")])
def test_what_is_refused(text: str) -> None:
    with pytest.raises(TextError, match=r"line \d+, column \d+"):
        load(text, format="yaml")


@pytest.mark.parametrize("example", python_examples(PAGE))
def test_a_python_example_runs(example: str) -> None:
    exec(compile(example, str(PAGE), "exec"), {})


def test_the_limits_are_those_in_force() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert DEFAULT_LIMITS.text_bytes == 2**20
    assert f"{DEFAULT_LIMITS.document_depth} levels" in text
    assert f"{DEFAULT_LIMITS.document_nodes:,} values" in text
