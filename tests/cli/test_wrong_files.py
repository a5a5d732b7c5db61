"""Files that are missing, no text, empty or endless: a clear word and an exit code."""

import json
from pathlib import Path

import pytest

from tests.cli.running import callboard

GOOD = "title: T\nstates: {initial: {on: go, goto: (done)}}\n"
BROKEN = "title: T\nstates: {initial: [\n"
FEATURE = """Feature: F
  Scenario: S
    Given the process is created from the "good" scenario
    When something of our own
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("good.yaml").write_text(GOOD)
    Path("broken.yaml").write_text(BROKEN)
    Path("binary").write_bytes(b"\xff\xfe\x00")
    Path("binary.feature").write_bytes(b"Feature: \xff\n")
    Path("empty.yaml").write_text("")
    return tmp_path


@pytest.mark.parametrize("command", ["validate", "lint"])
def test_a_missing_file_does_not_hide_what_is_wrong_with_others(command: str) -> None:
    result = callboard(command, "missing.yaml", "broken.yaml", "good.yaml")
    assert result.exit_code == 3
    assert "broken.yaml:3:1:" in result.stdout
    assert "good.yaml: " in result.stdout
    assert "missing.yaml: No such file or directory" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("diff", "good.yaml", "broken.yaml"),
        ("format", "broken.yaml"),
        ("normalize", "broken.yaml"),
        ("explore", "broken.yaml"),
        ("diagram", "broken.yaml"),
        ("verify", "broken.yaml"),
        ("record", "broken.yaml", "--scenario", "x"),
    ],
)
def test_an_error_says_the_file_and_the_place_once(arguments: tuple[str, ...]) -> None:
    result = callboard(*arguments)
    assert result.exit_code == 3
    assert result.stderr.startswith("Error: broken.yaml:")
    assert "(line" not in result.stderr


def test_what_is_not_valid_is_said_in_one_sentence() -> None:
    Path("x.yaml").write_text("name: x\n" + GOOD)
    result = callboard("normalize", "x.yaml")
    assert result.exit_code == 3
    assert ".." not in result.stderr
    assert "valid: A scenario with a `name`" in result.stderr


@pytest.mark.parametrize("command", ["validate", "lint"])
def test_an_empty_file_is_called_empty(command: str) -> None:
    result = callboard(command, "empty.yaml")
    assert result.exit_code == 1
    assert "It is empty" in result.stdout


def test_nothing_is_not_formatted() -> None:
    result = callboard("format", "-", stdin="")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "there is nothing in it" in result.stderr


@pytest.mark.parametrize("target", ["missing/x.svg", "."])
def test_a_drawing_that_cannot_be_written(target: str) -> None:
    result = callboard("diagram", "good.yaml", "--format", "svg", "-o", target)
    assert result.exit_code == 3
    assert result.stderr.startswith("Error: ")


def exported(**changes: object) -> str:
    process: dict[str, object] = {
        "id": "8820da7e-01df-54f8-bcfa-65c98238f1da",
        "title": "T",
        "isRunning": True,
        "tags": [],
        "scenario": {"id": "8820da7e-01df-54f8-bcfa-65c98238f1da"},
        "actors": {},
        "vars": {},
        "result": None,
        "current": {"key": "initial", "timestamp": "2026-01-01T00:00:00.000Z", "actions": []},
        "events": [],
    }
    Path("p.json").write_text(json.dumps({**process, **changes}))
    return "p.json"


TIMEOUT = {"previous": "0" * 64, "hash": "1" * 64, "timestamp": {}}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"events": [None]}, "/events/0"),
        ({"events": [TIMEOUT]}, "/events/0"),
        ({"current": None}, "/current"),
        ({"current": {"key": ["x"]}}, "/current"),
    ],
)
def test_what_is_no_process_is_refused_with_its_place(
    changes: dict[str, object], place: str
) -> None:
    path = exported(**changes)
    for arguments in (
        ("record", path, "--scenario", "good"),
        ("diagram", "good.yaml", "--process", path),
    ):
        result = callboard(*arguments)
        assert result.exit_code == 3
        assert f"p.json: this is no exported process: {place}" in result.stderr


@pytest.mark.parametrize("name", ["binary", "binary.feature"])
def test_a_feature_that_is_no_text(name: str) -> None:
    result = callboard("test", name)
    assert result.exit_code == 3
    assert f"Error: {name}: This is no UTF-8." in result.stderr


@pytest.mark.parametrize(
    "text", ["", "Feature: F\n  Scenaro: S\n    Given nothing\n", "Feature: F\n"]
)
def test_a_feature_without_examples_is_no_success(text: str) -> None:
    Path("f.feature").write_text(text)
    result = callboard("test", "f.feature")
    assert result.exit_code == 3
    assert "there is no `Scenario:`" in result.stderr


def test_steps_that_cannot_be_loaded() -> None:
    Path("f.feature").write_text(FEATURE)
    Path("st.py").write_text("x = 1\nraise RuntimeError('planned')\n")
    result = callboard("test", "f.feature", "--scenarios", ".", "--steps", "st.py")
    assert result.exit_code == 3
    assert "st.py:2 fails: RuntimeError: planned" in result.stderr


@pytest.mark.parametrize(
    ("body", "said"),
    [("assert 1 == 2, 'differs'", "differs"), ("raise KeyError('k')", "KeyError: 'k'")],
)
def test_a_step_of_ones_own_that_fails_is_reported(body: str, said: str) -> None:
    Path("f.feature").write_text(FEATURE)
    Path("st.py").write_text(
        "from callboard.testing import Sentence\n"
        f"def own(call):\n    {body}\n"
        "SENTENCES = (Sentence('something of our own', own),)\n"
    )
    result = callboard("test", "f.feature", "--scenarios", ".", "--steps", "st.py")
    assert result.exit_code == 1
    assert said in result.stdout
    assert "0 passed, 1 failed" in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("lint", "good.yaml", "--schemas", "nodir"),
        ("validate", "good.yaml", "--schemas", "nodir"),
        ("test", "binary.feature", "--scenarios", "nope"),
    ],
)
def test_a_folder_that_is_named_must_exist(arguments: tuple[str, ...]) -> None:
    result = callboard(*arguments)
    assert result.exit_code == 2
    assert "there is no folder" in result.stderr


def test_no_more_is_read_than_a_scenario_may_hold() -> None:
    result = callboard("lint", "/dev/zero")
    assert result.exit_code == 1
    assert "larger than" in result.stdout
    assert "None" not in result.stdout
    github = callboard("lint", "/dev/zero", "--format", "github").stdout
    assert github.startswith("::error file=/dev/zero,title=invalid%3Atext::")
