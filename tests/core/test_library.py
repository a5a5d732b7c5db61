"""The names that `callboard` gives as a library."""

from __future__ import annotations

import doctest

import pytest

import callboard


@pytest.mark.parametrize("name", callboard.__all__)
def test_a_public_name_can_be_imported(name: str) -> None:
    assert getattr(callboard, name) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        callboard.nothing  # noqa: B018 (it raises)


def test_the_example_of_the_docstring_runs() -> None:
    assert doctest.testmod(callboard).failed == 0
