"""Validation, against the vectors: an error at each place that wants one, none where none is."""

from callboard.core.scenario.validate import validate

VECTORS = "validate"


def test_validate(case: dict) -> None:
    errors = validate(case["scenario"], schemas=case.get("schemas", {}))
    assert (errors == []) == case["valid"], errors
    places = {error["instancePath"] for error in errors}
    for wanted in case.get("errors", []):
        assert wanted["instancePath"] in places, errors
