"""What scalars mean in YAML, and what JavaScript makes of texts and keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.core.scenario.scalars import js_scalar, key_text, resolve
from callboard.core.values import Json, number_text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("\ufeff\u00a0 12\u2003\n", 12),
        ("\x1c12", "\x1c12"),
        ("\x8512", "\x8512"),
        (" true ", " true "),
        ("0b101", 5),
        ("0O17", 15),
        ("-0x10", "-0x10"),
        ("-.5", -0.5),
        ("1_000", "1_000"),
        ("٣", "٣"),
        ("Infinity", "Infinity"),
        ("9007199254740993", 9007199254740992.0),
    ],
)
def test_what_javascript_reads_as_a_number(text: str, value: Json) -> None:
    assert js_scalar(text) == value
    assert type(js_scalar(text)) is type(value)


@pytest.mark.parametrize("text", [".inf", "-.Inf", ".NAN", "1e400", "9" * 400, "0x1" + "0" * 256])
def test_numbers_that_json_does_not_have(text: str) -> None:
    with pytest.raises(ValueError, match="JSON has"):
        resolve(text)


@pytest.mark.parametrize("text", ["-", "+", ".", "1e", "0o8", "0xg", "-0x1", "1_0", "٣", ". inf"])
def test_texts_that_are_no_numbers(text: str) -> None:
    assert resolve(text) == text


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53))
def test_a_number_as_javascript_prints_it_reads_back_the_same(number: float) -> None:
    assert resolve(number_text(number)) == number
    assert js_scalar(number_text(number)) == number


def test_keys_print_as_in_javascript() -> None:
    keys: list[bool | float | str | None] = [None, False, 1.0, 1e21, 1.50, "x"]
    assert [key_text(key) for key in keys] == ["", "false", "1", "1e+21", "1.5", "x"]
