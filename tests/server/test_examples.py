"""The examples in the OpenAPI document work as they stand there."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from callboard.compose import SystemClock
from callboard.server.app import ROUTES
from tests.server.contract import DOCUMENT
from tests.server.world import world

BODIES = [
    (route, name, example.value)
    for route in ROUTES
    if route.body is not None and "{" not in route.path
    for name, example in route.body.examples.items()
]
ANSWERS = [
    (answer.schema, answer.example)
    for route in ROUTES
    for answer in route.answers
    if answer.example is not None
]


@pytest.mark.parametrize(
    ("route", "value"),
    [(route, value) for route, _, value in BODIES],
    ids=[f"{route.operation} {name}" for route, name, _ in BODIES],
)
def test_an_example_of_a_body_is_accepted(tmp_path: Path, route, value):
    with world(tmp_path, examples=True, clock=SystemClock()) as server:
        options = {"json": value}
        if isinstance(value, str):
            options = {"content": value, "headers": {"content-type": "application/yaml"}}
        who = "alice" if route.path == "/processes" else "admin"
        expected = {answer.status for answer in route.answers}
        assert server(route.method, route.path, who, **options).status_code in expected


@pytest.mark.parametrize(("schema", "example"), ANSWERS)
def test_an_example_of_an_answer_fits_its_schema(schema, example):
    Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(example)
