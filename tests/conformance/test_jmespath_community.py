"""The compliance suite of JMESPath Community: in full, but for one contradiction in it."""

from pathlib import Path

import pytest

from callboard.core.expression import compile_expression
from callboard.core.values import equal
from callboard.errors import ExpressionError
from tests.conformance.conftest import read_vectors, vectors_folder

LEGACY = "a literal is JSON: jep-12-literal.json holds, this file asks for what it forbids"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    folder = vectors_folder(metafunc.config) / "jmespath-community"
    metafunc.parametrize(
        "case", [param for path in sorted(folder.glob("*.json")) for param in _cases(path)]
    )


def _cases(path: Path) -> list:
    found = []
    for number, suite in enumerate(read_vectors(path)):
        for index, case in enumerate(suite["cases"]):
            legacy = path.stem == "legacy-literal" and "result" in case
            marks = [pytest.mark.skip(reason=LEGACY)] if legacy else []
            found.append(
                pytest.param(
                    {**case, "given": suite["given"]},
                    id=f"{path.stem}-{number}-{index}",
                    marks=marks,
                )
            )
    return found


def test_community(case: dict) -> None:
    if "error" in case:
        with pytest.raises(ExpressionError):
            compile_expression(case["expression"])(case["given"])
        return
    actual = compile_expression(case["expression"])(case["given"])
    if "result" in case:
        assert equal(actual, case["result"]) or _same_bag(
            case["expression"], actual, case["result"]
        )


def _same_bag(expression: str, actual: object, wanted: object) -> bool:
    """The order of an object's keys is free, so lists that are made of them may differ in order."""
    if not any(word in expression for word in ("*", "keys(", "values(", "items(")):
        return False
    return (
        isinstance(actual, list)
        and isinstance(wanted, list)
        and sorted(map(repr, actual)) == sorted(map(repr, wanted))
    )
