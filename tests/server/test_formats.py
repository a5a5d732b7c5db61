"""The published schemas, for editors."""

import pytest
from jsonschema import Draft202012Validator

from callboard import load
from callboard.examples import load_example


@pytest.mark.parametrize("name", ["scenario", "action", "actor", "fn", "schema", "process"])
def test_a_schema_is_one_whole_document(empty, name):
    answer = empty.get(f"/schemas/v1.0/{name}")
    assert answer.status_code == 200
    Draft202012Validator.check_schema(answer.json())


def test_it_accepts_an_example_and_refuses_nonsense(empty):
    schema = empty.get("/schemas/v1.0/scenario.json").json()
    validator = Draft202012Validator(schema)
    assert validator.is_valid(load(load_example("expense-approval")))
    assert not validator.is_valid({"states": []})


def test_another_name_is_not_there(empty):
    assert empty.get("/schemas/v1.0/letter").status_code == 404
