"""The page on templates: every example renders as it says."""

from __future__ import annotations

import json
import re

import pytest

from callboard.core.expression import compile_template
from callboard.core.expression.data import compile_data
from callboard.core.limits import DEFAULT_LIMITS
from callboard.core.scenario.text import load
from callboard.errors import TemplateError
from tests.docs.tables import REFERENCE, rows

PAGE = REFERENCE / "templates.md"


@pytest.mark.parametrize(("template", "view", "text"), rows(PAGE, "template", "view", "text"))
def test_an_example_renders_as_it_says(template: str, view: str, text: str) -> None:
    assert compile_template(template)(json.loads(view)) == text


@pytest.mark.parametrize("template", [row[0] for row in rows(PAGE, "template", "why")])
def test_what_is_refused(template: str) -> None:
    with pytest.raises(TemplateError):
        compile_template(template)


def test_the_example_with_a_view_of_its_own() -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    process = {"vars": {"lines": [1, 2]}, "actors": {"client": {"title": "Ada"}}}
    assert compile_data(load(example))(process) == {"title": "Dear Ada, 2 lines"}


@pytest.mark.parametrize(
    "limit", ["expression_length", "expression_depth", "output_size", "expression_steps"]
)
def test_the_limits_are_those_in_force(limit: str) -> None:
    assert f"{getattr(DEFAULT_LIMITS, limit):,}" in PAGE.read_text(encoding="utf-8")
