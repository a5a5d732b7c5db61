"""Regular expressions: JavaScript's, on an engine that neither looks around nor refers back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.core.expression.pattern import translate
from callboard.core.values import Json
from tests.core.expression.evaluating import evaluate, failure


def call(function: str, *arguments: str) -> Json:
    names = [f"[{index}]" for index in range(len(arguments))]
    return evaluate(f"{function}({', '.join(names)})", list(arguments))


def why(pattern: str) -> str:
    return failure("regex_test([0], '')", [pattern]).message


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        (r"/a\/b/", "a/b", True),
        ("/abc", "x/abc", True),
        ("/", "a/b", True),
        ("a/b/", "a/b/", True),
        ("/A/i", "a", True),
        ("/a/gimsu", "A", True),
        ("/^b$/m", "a\nb", True),
        ("/^b$/", "a\nb", False),
        ("/a$/", "a\n", False),
        ("/a.b/", "a\nb", False),
        ("/a.b/", "a\u2028b", False),
        ("/a.b/s", "a\nb", True),
        ("/a.b/", "a\U0001f600b", True),
        (r"/^\u00e9\x41\cJ\0$/", "éA\n\0", True),
        (r"/^\u{1F600}\ud83d\ude00$/u", "\U0001f600" * 2, True),
        (r"/^\s+$/", "\u00a0\ufeff\v\u3000", True),
        (r"/\S/", "\u00a0\ufeff\v", False),
        (r"/^[\s-]+$/", "\u00a0-", True),
        (r"/^[\S]+$/", "é\U0001f600x", True),
        (r"/^\p{L}+$/u", "Žluť", True),
        (r"/^\p{Script=Greek}\P{L}$/u", "λ1", True),
        (r"/^[[:alpha:]]$/", "a]", True),
        ("/[]/", "a", False),
        ("/^[^]$/", "\n", True),
        ("/^[\\b]$/", "\b", True),
        (r"/^[\]\-\\\^]+$/", "]-\\^", True),
        (r"/^\-\_\ \é$/", "-_ é", True),
        ("/^a{2,3}$/", "aaa", True),
        ("/^a{$/", "a{", True),
        ("/^(?<year>[0-9]{4})(?:-)$/", "2026-", True),
        ("/a{1000}/", "a" * 1000, True),
    ],
)
def test_a_pattern_means_what_it_does_in_javascript(pattern: str, text: str, matches: bool) -> None:
    assert call("regex_test", pattern, text) is matches


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("/a(?=b)/", "ahead"),
        ("/a(?!b)/", "ahead"),
        ("/(?<=a)b/", "behind"),
        ("/(?<!a)b/", "behind"),
        (r"/(a)\1/", "refers back"),
        (r"/(?<x>a)\k<x>/", "refers back"),
        ("/a/x", "'x' is no flag"),
        ("/a{1001}/", "1000"),
        (r"/\z/", r"\z is no escape"),
        (r"/\C/", r"\C is no escape"),
        (r"/[\u12]/", r"\u is no escape"),
        ("/[a/", "not closed"),
        ("/(/", "missing"),
        ("/*/", "no argument"),
        ("/a\\", "no escape"),
        ("/[b-a]/", "range"),
        (r"/(\p{L}{1,1000}){1,1000}/", "size"),
        ("a" * 2001, "2000 characters"),
    ],
)
def test_what_is_refused_says_why(pattern: str, reason: str) -> None:
    assert reason in why(pattern)


def test_nothing_is_written_to_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    why("/(/")
    why(r"/(\p{L}{1,1000}){1,1000}/")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("arguments", "result"),
    [
        (("/a/", "b", "aaa"), "baa"),
        (("/a/g", "b", "aaa"), "bbb"),
        (("/(a)(x)?/g", "[$1$2$3$&$$$0]", "a"), "[a$3a$$0]"),
        (("/x*/g", "-", "abc"), "-a-b-c-"),
        (("/a*/g", "-", "baac"), "-b--c-"),
        (("/é/g", "\U0001f600", "aéé"), "a\U0001f600\U0001f600"),
        (("/(?<n>a)/", "$<n>", "a"), "$<n>"),
        (("/z/g", "y", "abc"), "abc"),
    ],
)
def test_replacing(arguments: tuple[str, str, str], result: str) -> None:
    assert call("regex_replace", *arguments) == result


def test_a_group_that_took_no_part_is_null() -> None:
    assert call("regex_match", "/(a)|(b)/", "b") == ["b", None, "b"]
    assert call("regex_match_all", "/(a)|b/", "ab") == [["a", "a"], ["b", None]]


def test_matches_everywhere() -> None:
    assert call("regex_match", "/(\\d)(\\d)/g", "12 34") == ["12", "34"]
    assert call("regex_match", "/z/g", "12 34") == []
    assert call("regex_match_all", "/z/", "12 34") == []
    assert call("regex_count", "/x*/", "axb") == 4


@given(st.text("ab\\é.*+?()[]{}|^$/ ", max_size=12))
def test_a_quoted_text_matches_itself(text: str) -> None:
    quoted = re.escape(text).replace("/", r"\/")
    assert call("regex_test", f"/^{quoted}$/", text) is True


@given(st.text("ab\\(){}[]|*+?^$.-,/1us<=!:x", max_size=16))
def test_any_pattern_runs_or_is_refused(pattern: str) -> None:
    try:
        translate(pattern, dot_all=False)
    except ValueError:
        assert "cannot be used" in why(f"/{pattern}/")


@pytest.mark.parametrize(
    ("pattern", "endless", "branches"),
    [
        (r"\d+-\d+", True, False),
        ("a{2,}", True, False),
        ("a{2,3}b{4}c?", False, False),
        ("a|b", False, True),
        ("(a)?", False, True),
        ("(a){2}", False, True),
        ("(a)", False, False),
        (r"[*+|]\+\|a{,2}", False, False),
    ],
)
def test_what_the_cost_of_a_pattern_depends_on(pattern: str, endless: bool, branches: bool) -> None:
    found = translate(pattern, dot_all=False)
    assert (found.endless, found.branches) == (endless, branches)
