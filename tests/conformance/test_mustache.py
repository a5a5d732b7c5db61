"""The tests of the Mustache specification: in full, but for escaping."""

from pathlib import Path

import pytest

from callboard.core.expression import compile_template
from tests.conformance.conftest import read_vectors, vectors_folder

ESCAPING = "text is not HTML-escaped here: templates make texts, not markup"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    folder = vectors_folder(metafunc.config) / "mustache"
    paths = sorted(folder.glob("*.json"))
    metafunc.parametrize("case", [param for path in paths for param in _cases(path)])


def _cases(path: Path) -> list:
    return [
        pytest.param(
            case,
            id=f"{path.stem}-{case['name']}",
            marks=[pytest.mark.skip(reason=ESCAPING)]
            if case["name"].endswith("HTML Escaping") and case["expected"].find("&") >= 0
            else [],
        )
        for case in read_vectors(path)["tests"]
    ]


def test_mustache(case: dict) -> None:
    partials = {name: compile_template(text) for name, text in case.get("partials", {}).items()}
    assert compile_template(case["template"])(case["data"], partials) == case["expected"]
