"""The measures of regular expressions."""

import pytest

from callboard.core.schema.patterns import measure


@pytest.mark.parametrize(
    ("pattern", "width"),
    [
        ("", 0),
        ("^abc$", 3),
        ("a{3}b{2,5}c{4,}", 12),
        ("(ab{2}){10}", 30),
        ("((a{10}){10}){10}", 1000),
        ("[a{9}\\]]{2}", 2),
        ("\\{3}", 3),
        ("a|b", 2),
        ("(((", 0),
    ],
)
def test_width_is_the_number_of_written_out_atoms(pattern: str, width: int) -> None:
    assert measure(pattern).width == width


def test_classes_by_unicode_property_are_larger() -> None:
    assert measure("\\p{L}{10}").size == 10 * measure("\\p{L}").size > 10 * measure("\\w").size
    assert measure("[\\p{L}\\P{N}]").size > measure("\\p{L}").size


def test_measures_stay_small_numbers() -> None:
    assert measure("(" * 300 + "a" + "{999}{999})" * 300).width <= 10**9
