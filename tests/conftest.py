"""Options of the test run."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--vectors",
        metavar="DIR",
        help="run tests/conformance on another folder of the shape of tests/conformance/vectors",
    )
