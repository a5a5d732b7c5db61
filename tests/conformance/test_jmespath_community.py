"""The compliance suite of JMESPath Community: in full, but for one contradiction in it.

Cases without a result are the suite's benchmarks of parsing: they have to compile.
"""

from pathlib import Path

import pytest

from callboard.core.expression import compile_expression
from callboard.core.values import equal
from callboard.errors import ExpressionError
from tests.conformance.conftest import read_vectors, vectors_folder

SUITE = "jmespath-community"
LEGACY = "a literal is JSON: jep-12-literal holds, this file asks for what that one forbids"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    folder = vectors_folder(metafunc.config) / SUITE
    cases = [case for path in sorted(folder.glob("*.json")) for case in read_suite(path)]
    if not cases:
        absent = pytest.mark.skip(reason=f"the folder has no {SUITE}")
        cases = [pytest.param({}, marks=absent)]
    metafunc.parametrize("case", cases)


def read_suite(path: Path) -> list:
    return [
        pytest.param(
            {**case, "given": group["given"]},
            id=f"{path.stem}-{number}-{index}",
            marks=marks_of(path, case),
        )
        for number, group in enumerate(read_vectors(path))
        for index, case in enumerate(group["cases"])
    ]


def marks_of(path: Path, case: dict) -> list:
    legacy = path.stem == "legacy-literal" and "result" in case
    return [pytest.mark.skip(reason=LEGACY)] if legacy else []


def test_community(case: dict) -> None:
    if "error" in case:
        with pytest.raises(ExpressionError):
            compile_expression(case["expression"])(case["given"])
        return
    expression = compile_expression(case["expression"])
    if "result" in case:
        actual = expression(case["given"])
        assert equal(actual, case["result"]), actual
